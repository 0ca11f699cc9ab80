import Basics
import Escalation
import OnCall

extension RosterReader {
    private static let turnKeys = ["rotation", "handoff", "from", "people", "offset", "advances"]
    private static let windowKeys = ["window", "windows", "days", "holidays"]

    /// `{region: ap, window: "09:00-17:00", rotation: weekly, handoff: "mon 09:00", from:
    /// 2026-01-05, people: [mei, raj]}`
    func shift(_ field: Field, regions: [RosterRegion]) -> RegionShift? {
        let keys = ["region", "zone"] + Self.windowKeys + Self.turnKeys + ["dst", "list"]
        guard let section = Section(field, keys: keys, label: "region") else { return nil }
        let name = section.required("region", "the region that carries the shift")?
            .reference(to: known(.region), what: "region")
        let home = regions.first { $0.name.text == name }?.zone
        let zone = section.has("zone") ? section.optional("zone").flatMap(zone) : home
        let dst =
            section.has("dst") ? section.optional("dst").flatMap { self.dst($0) } : DSTPolicy()
        let region = name.map { RegionName($0) }
        if section.has("list") {
            return listed(section, region: region, zone: zone, dst: dst)
        }
        let windows = windows(section)
        let choices: [(String, HolidayRule)] = [("off", .off), ("work", .work)]
        let holidays =
            section.has("holidays") ? section.optional("holidays")?.choice(choices) : .off
        let rotation = rotation(section, windowStart: windows?.first?.from, zone: zone, dst: dst)
        checkAdvance(section, rotation: rotation, windows: windows)
        guard let region, let windows, let holidays, let rotation else { return nil }
        return RegionShift(
            region: region, windows: windows, rotation: rotation, holidays: holidays)
    }

    /// A shift of turns that are written out.
    private func listed(
        _ section: Section, region: RegionName?, zone: String?, dst: DSTPolicy?
    ) -> RegionShift? {
        var isAlone = true
        for key in Self.turnKeys + Self.windowKeys where section.has(key) {
            section.optional(key)?.report(
                .contradiction, "means nothing beside `list`",
                remedy: "remove it, or write a shift of its own behind this one")
            isAlone = false
        }
        guard let field = section.optional("list"), let fields = field.list(of: "turns") else {
            return nil
        }
        if fields.isEmpty {
            field.report(
                .missing, "is empty: nobody would be on call",
                remedy:
                    "add `{from: \"2026-12-24 09:00\", to: \"2026-12-25 09:00\", people: [ana]}`"
            )
            return nil
        }
        let turns = fields.compactMap { field -> ListedTurn? in
            guard let section = Section(field, keys: ["from", "to", "people"]) else { return nil }
            let ends = ends(section)
            let people = section.required("people", "who is on call")
                .flatMap { self.people($0) }
            guard let ends, let people else { return nil }
            return ListedTurn(from: ends.from, to: ends.to, people: people)
        }
        guard let region, let zone, let dst, isAlone, turns.count == fields.count else {
            return nil
        }
        return RegionShift(region: region, zone: zone, listed: turns, fold: dst.fold)
    }

    /// The windows of a shift; none is the whole week.
    private func windows(_ section: Section) -> [DayWindow]? {
        if section.has("windows") {
            for key in ["window", "days"] where section.has(key) {
                section.optional(key)?.report(
                    .contradiction, "is there beside `windows`",
                    remedy: "write it into one of the windows")
                return nil
            }
            guard let field = section.optional("windows"),
                let fields = field.list(of: "windows")
            else { return nil }
            guard !fields.isEmpty else {
                field.report(
                    .missing, "is empty", remedy: "leave `windows` out for the whole week")
                return nil
            }
            let windows = fields.compactMap { window($0) }
            return windows.count == fields.count ? windows : nil
        }
        let days = days(section)
        guard section.has("window") else {
            return days.map { $0 == .all ? [] : [DayWindow(from: 0, to: 86_400, weekdays: $0)] }
        }
        let hours = section.optional("window").flatMap { self.hours($0, key: "window") }
        guard let hours, let days else { return nil }
        return [DayWindow(from: hours.from, to: hours.to, weekdays: days)]
    }

    /// `"09:00-17:00"`, or `{hours: "09:00-17:00", days: mon-fri, every: 2 weeks, from:
    /// 2026-01-05}`, or `{hours: "20:00-24:00", monthly: second tuesday}`
    private func window(_ field: Field) -> DayWindow? {
        guard !field.isSingle else {
            return self.hours(field, key: "windows").map { DayWindow(from: $0.from, to: $0.to) }
        }
        let keys = ["hours", "days", "every", "from", "monthly"]
        guard let section = Section(field, keys: keys) else { return nil }
        let days = days(section)
        let recurrence = windowDays(section, weekdays: days ?? .all)
        guard section.has("hours") else {
            guard section.has("days") || section.has("monthly") else {
                _ = section.required("hours", "hours of the day: \"09:00-17:00\"")
                return nil
            }
            guard let days, let recurrence else { return nil }
            return DayWindow(from: 0, to: 86_400, weekdays: days, days: recurrence.days)
        }
        let hours = section.optional("hours").flatMap { self.hours($0, key: "hours") }
        guard let hours, let days, let recurrence else { return nil }
        return DayWindow(
            from: hours.from, to: hours.to, weekdays: days, days: recurrence.days)
    }

    /// The days of a window that does not open in every week.
    private func windowDays(
        _ section: Section, weekdays: Weekdays
    ) -> (days: WindowDays?, Void)? {
        if section.has("every"), section.has("monthly") {
            section.optional("monthly")?.report(
                .contradiction, "is there beside `every`", remedy: "write one of the two")
            return nil
        }
        if section.has("monthly") {
            let form = "a day of the month, for example `second tuesday` or `last fri`"
            return section.optional("monthly")?.parsed(form: form, TextForms.dayOfMonth).map {
                let recurrence = Recurrence.monthly(every: 1, $0.week, $0.weekday)
                let anchor = CivilDate(year: 1970, month: 1, day: 1)
                return (WindowDays(recurrence, anchor: anchor), ())
            }
        }
        guard section.has("every") else { return (nil, ()) }
        let form = "a number of weeks, for example `2 weeks`"
        let weeks = section.optional("every")?.parsed(form: form) { text in
            TextForms.count(text, of: "week", max: Recurrence.weeksMax)
        }
        let anchor = section.required("from", "a date in the first such week: 2026-01-05")?
            .parsed(form: Self.dateForm, TextForms.date)
        guard let weeks, let anchor else { return nil }
        return (WindowDays(.weekly(every: weeks, on: weekdays), anchor: anchor), ())
    }

    private func days(_ section: Section) -> Weekdays? {
        section.has("days") ? section.optional("days").flatMap { weekdays($0) } : .all
    }

    private func hours(_ field: Field, key: String) -> (from: SecondOfDay, to: SecondOfDay)? {
        guard let hours = field.parsed(form: Self.windowForm, TextForms.window) else { return nil }
        guard hours.from != hours.to else {
            field.report(
                .badValue, "begins and ends at the same time",
                remedy: "leave `\(key)` out for the whole day")
            return nil
        }
        return hours
    }

    /// `mon-fri`, or a list of days.
    func weekdays(_ field: Field) -> Weekdays? {
        let form = "days of the week, for example `mon-fri` or `[sat, sun]`"
        guard field.isList else { return field.parsed(form: form, TextForms.weekdays) }
        let fields = field.list(of: "days") ?? []
        let days = fields.compactMap { $0.parsed(form: form, TextForms.weekdays) }
        guard !fields.isEmpty else {
            field.report(.missing, "is empty: the shift would never begin", remedy: "write \(form)")
            return nil
        }
        return days.count == fields.count ? days.reduce([]) { $0.union($1) } : nil
    }
}
