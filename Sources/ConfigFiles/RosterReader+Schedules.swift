import Basics
import Escalation
import OnCall

extension RosterReader {
    static let windowForm = "hours of the day, for example \"09:00-17:00\""

    /// `{id: follow-the-sun, name: ..., uncovered: next-shift, shifts: [...]}`
    func schedule(_ field: Field, regions: [RosterRegion]) -> Schedule? {
        let keys = ["id", "name", "uncovered", "shifts"]
        guard let section = Section(field, keys: keys, label: "id") else { return nil }
        let id = section.required("id", "the schedule's short name")?.name()
        let name = section.has("name") ? section.optional("name")?.text() : id
        let choices: [(String, Fallback)] = [
            ("next-shift", .nextShift), ("first-shift", .firstShift), ("nobody", .nobody),
        ]
        let fallback =
            section.has("uncovered")
            ? section.optional("uncovered")?.choice(choices) : .nextShift
        let shifts = section.required("shifts", "at least one shift").flatMap { field in
            self.shifts(field, regions: regions)
        }
        guard let id, let name, let fallback, let shifts else { return nil }
        return Schedule(
            id: ScheduleID(id), name: name, version: version, shifts: shifts, fallback: fallback)
    }

    private func shifts(_ field: Field, regions: [RosterRegion]) -> [RegionShift]? {
        guard let fields = field.list(of: "shifts") else { return nil }
        guard !fields.isEmpty else {
            field.report(
                .missing, "is empty: nobody would be on call", remedy: "add at least one shift")
            return nil
        }
        let shifts = fields.compactMap { shift($0, regions: regions) }
        for (index, shift) in shifts.dropLast().enumerated()
        where shift.window == nil && shifts.count == fields.count {
            fields[index + 1].warn(
                .advice, "is never used: the shift before it has no window and is always on",
                remedy: "give that shift a `window`, or remove this one")
        }
        return shifts.count == fields.count ? shifts : nil
    }

    /// `{region: ap, window: "09:00-17:00", rotation: weekly, handoff: "mon 09:00", from:
    /// 2026-01-05, people: [mei, raj]}`
    private func shift(_ field: Field, regions: [RosterRegion]) -> RegionShift? {
        let keys = ["region", "zone", "window", "days", "rotation", "handoff", "from", "people"]
        guard let section = Section(field, keys: keys, label: "region") else { return nil }
        let region = section.required("region", "the region that carries the shift")?
            .reference(to: known(.region), what: "region")
        let home = regions.first { $0.name.text == region }?.zone
        let zone = section.has("zone") ? section.optional("zone").flatMap(zone) : home
        let window = window(section)
        let people = section.required("people", "who takes turns").flatMap { self.people($0) }
        let rule = handoff(section, windowStart: window?.value?.from)
        let anchor = anchor(section, people: people, rule: rule)
        guard let region, let zone, let window, let people, let rule, let anchor else { return nil }
        return RegionShift(
            region: RegionName(region), window: window.value,
            rotation: Rotation(participants: people, zone: zone, handoff: rule, anchor: anchor))
    }

    /// The window of a shift; a value of `nil` is the whole week.
    private func window(_ section: Section) -> (value: DayWindow?, Void)? {
        let days =
            section.has("days")
            ? section.optional("days").flatMap { weekdays($0) } : Weekdays.all
        guard section.has("window") else {
            guard let days else { return nil }
            return (days == .all ? nil : DayWindow(from: 0, to: 86_400, weekdays: days), ())
        }
        guard let field = section.optional("window"),
            let hours = field.parsed(form: Self.windowForm, TextForms.window), let days
        else { return nil }
        guard hours.from != hours.to else {
            field.report(
                .badValue, "begins and ends at the same time",
                remedy: "leave `window` out for the whole day")
            return nil
        }
        return (DayWindow(from: hours.from, to: hours.to, weekdays: days), ())
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

    /// When turns change: the rotation and the time of its handoff, which is the begin of the
    /// window (or 09:00) unless the file says otherwise.
    private func handoff(_ section: Section, windowStart: SecondOfDay?) -> HandoffRule? {
        let form = "`daily`, `weekly` or a number of days, for example `every 3 days`"
        let length =
            section.has("rotation")
            ? section.optional("rotation")?.parsed(form: form, Self.turnLength) : .week
        guard let length else { return nil }
        let usual = windowStart ?? 9 * 3_600
        guard section.has("handoff") else { return length.rule(weekday: .monday, at: usual) }
        let example =
            length == .week
            ? "a day and a time, for example \"mon 09:00\""
            : "a time of day, for example \"09:00\""
        return section.optional("handoff")?.parsed(form: example) { text in
            let words = text.split(separator: " ")
            guard words.count == (length == .week ? 2 : 1), let last = words.last,
                let second = TextForms.secondOfDay(last), second < 86_400
            else { return nil }
            guard length == .week else { return length.rule(weekday: .monday, at: second) }
            return TextForms.weekday(words[0]).map { length.rule(weekday: $0, at: second) }
        }
    }

    /// The date the first turn begins on.
    private func anchor(
        _ section: Section, people: [PersonID]?, rule: HandoffRule?
    ) -> CivilDate? {
        // Whoever is alone in a rotation is on call from the beginning of time.
        if !section.has("from"), people?.count == 1 {
            return CivilDate(year: 1970, month: 1, day: 5)
        }
        let what = "the date of the first turn, which says whose turn it is later: 2026-01-05"
        guard let field = section.required("from", what),
            let date = field.parsed(form: "a date, for example 2026-01-05", TextForms.date)
        else { return nil }
        if case .weekly(let weekday, _) = rule, date.weekday != weekday.rawValue {
            let day = Weekday(rawValue: date.weekday).map(TextForms.name) ?? ""
            let ahead = (weekday.rawValue - date.weekday + 7) % 7
            let near = CivilDate(daysSinceEpoch: date.daysSinceEpoch + Int64(ahead))
            field.warn(
                .advice,
                "is a \(day), and turns change on \(TextForms.name(weekday)): the first is short",
                remedy: "write \(near) for whole weeks")
        }
        return date
    }

    /// How long a turn is.
    private enum TurnLength: Equatable {
        case day, week
        case days(Int)

        func rule(weekday: Weekday, at second: SecondOfDay) -> HandoffRule {
            switch self {
            case .day: .daily(at: second)
            case .week: .weekly(weekday, at: second)
            case .days(let count): .every(days: count, at: second)
            }
        }
    }

    private static func turnLength(_ text: String) -> TurnLength? {
        let words = text.lowercased().split(separator: " ")
        if words == ["daily"] { return .day }
        if words == ["weekly"] { return .week }
        guard words.count == 3, words[0] == "every", ["day", "days"].contains(words[2]),
            let count = Int(words[1]), (1...Rotation.daysPerTurnMax).contains(count)
        else { return nil }
        return .days(count)
    }
}
