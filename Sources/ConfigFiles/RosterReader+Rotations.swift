import Basics
import Escalation
import OnCall

extension RosterReader {
    /// What becomes of handoffs when clocks change.
    struct DSTPolicy {
        var gap = GapPolicy.shiftForward
        var fold = FoldPolicy.first
    }

    /// `{gap: shift-forward, fold: overlap}`
    func dst(_ field: Field) -> DSTPolicy? {
        guard let section = Section(field, keys: ["gap", "fold"]) else { return nil }
        let gaps: [(String, GapPolicy)] = [("shift-forward", .shiftForward), ("skip", .skip)]
        let folds: [(String, FoldPolicy)] = [
            ("first", .first), ("last", .last), ("overlap", .overlap),
        ]
        let gap = section.has("gap") ? section.optional("gap")?.choice(gaps) : .shiftForward
        let fold = section.has("fold") ? section.optional("fold")?.choice(folds) : .first
        guard let gap, let fold else { return nil }
        return DSTPolicy(gap: gap, fold: fold)
    }

    /// Who takes turns, and when they change.
    func rotation(
        _ section: Section, windowStart: SecondOfDay?, zone: String?, dst: DSTPolicy?
    ) -> Rotation? {
        let groups = section.required("people", "who takes turns").flatMap { self.groups($0) }
        let rule = handoff(section, windowStart: windowStart)
        let anchor = anchor(section, groups: groups, rule: rule)
        let last = max(0, (groups?.count ?? 100) - 1)
        let offset = section.has("offset") ? section.optional("offset")?.integer(in: 0...last) : 0
        let choices: [(String, Advance)] = [("calendar", .calendar), ("active", .active)]
        let advance =
            section.has("advances") ? section.optional("advances")?.choice(choices) : .calendar
        guard let groups, let rule, let anchor, let offset, let advance, let zone, let dst else {
            return nil
        }
        return Rotation(
            groups: groups, zone: zone, handoff: rule, anchor: anchor, gapPolicy: dst.gap,
            foldPolicy: dst.fold, offset: offset, advance: advance)
    }

    /// Says where `advances: active` cannot be meant.
    func checkAdvance(_ section: Section, rotation: Rotation?, windows: [DayWindow]?) {
        guard let rotation, let windows, rotation.advance == .active else { return }
        let field = section.optional("advances")
        if case .everyHours = rotation.handoff {
            field?.report(
                .contradiction, "turns of hours follow one another whatever the windows",
                remedy: "write `advances: calendar`, or turns of days")
        } else if windows.contains(where: { $0.days != nil }) {
            field?.report(
                .contradiction, "a window does not open in every week",
                remedy: "write `advances: calendar`, or windows without `every` and `monthly`")
        } else if windows.isEmpty {
            field?.warn(
                .advice, "makes no difference: the shift has no window",
                remedy: "remove it, or give the shift a `window`")
        }
    }

    /// `[mei, raj]`, or `[[mei, raj], [ana, ben]]` for people who have their turns together.
    private func groups(_ field: Field) -> [[PersonID]]? {
        guard let fields = field.list(of: "people"), fields.contains(where: \.isList) else {
            return people(field)?.map { [$0] }
        }
        var groups: [[PersonID]] = []
        for field in fields {
            let group = field.isList ? people(field) : person(named: field).map { [$0] }
            guard let group else { continue }
            if groups.contains(group) {
                field.report(
                    .duplicate, "is there twice", remedy: "name each group of people once")
            }
            groups.append(group)
        }
        return groups.count == fields.count ? groups : nil
    }

    /// When turns change: the rotation and the time of its handoff, which is the begin of the
    /// window (or 09:00) unless the file says otherwise.
    private func handoff(_ section: Section, windowStart: SecondOfDay?) -> HandoffRule? {
        let form = "`daily`, `weekly`, `monthly` or a number, for example `every 3 days`"
        let length =
            section.has("rotation")
            ? section.optional("rotation")?.parsed(form: form, TurnLength.init) : .weeks(1)
        guard let length else { return nil }
        guard section.has("handoff") else { return length.usual(at: windowStart ?? 9 * 3_600) }
        return section.optional("handoff")?.parsed(form: length.form) { length.rule($0) }
    }

    /// The date the first turn begins on.
    private func anchor(
        _ section: Section, groups: [[PersonID]]?, rule: HandoffRule?
    ) -> CivilDate? {
        // Whoever is alone in a rotation is on call from the beginning of time.
        if !section.has("from"), groups?.count == 1 {
            return CivilDate(year: 1970, month: 1, day: 5)
        }
        let what = "the date of the first turn, which says whose turn it is later: 2026-01-05"
        guard let field = section.required("from", what),
            let date = field.parsed(form: Self.dateForm, TextForms.date)
        else { return nil }
        let weekdays: Weekdays
        switch rule {
        case .weekly(let weekday, _): weekdays = Weekdays([weekday])
        case .recurring(.weekly(_, let days), _): weekdays = days
        case .daily, .every, .everyHours, .recurring, nil: return date
        }
        guard let day = Weekday(rawValue: date.weekday), !weekdays.contains(Weekdays([day])) else {
            return date
        }
        let later = (1...7).map { CivilDate(daysSinceEpoch: date.daysSinceEpoch + $0) }
        let near = later.first { later in
            Weekday(rawValue: later.weekday).map { weekdays.contains(Weekdays([$0])) } ?? false
        }
        let names = Weekday.allCases.filter { weekdays.contains(Weekdays([$0])) }
            .map(TextForms.name)
        field.warn(
            .advice,
            "is a \(TextForms.name(day)), and turns change on \(names.joined(separator: ", ")): "
                + "the first is short",
            remedy: "write \(near ?? date) for whole weeks")
        return date
    }
}

/// How long a turn is, as the key `rotation` has it.
enum TurnLength: Equatable {
    case days(Int)
    case hours(Int)
    case weeks(Int)
    case months(Int)

    /// `daily`, `weekly`, `monthly`, `every 3 days`, `every 12 hours`.
    init?(_ text: String) {
        let words = text.lowercased().split(separator: " ")
        switch words {
        case ["daily"]: self = .days(1)
        case ["weekly"]: self = .weeks(1)
        case ["monthly"]: self = .months(1)
        case _:
            guard words.first == "every" else { return nil }
            let rest = words.dropFirst().joined(separator: " ")
            if let count = TextForms.count(rest, of: "day", max: Rotation.daysPerTurnMax) {
                self = .days(count)
            } else if let count = TextForms.count(rest, of: "hour", max: Rotation.hoursPerTurnMax) {
                self = .hours(count)
            } else if let count = TextForms.count(rest, of: "week", max: Recurrence.weeksMax) {
                self = .weeks(count)
            } else if let count = TextForms.count(rest, of: "month", max: Recurrence.monthsMax) {
                self = .months(count)
            } else {
                return nil
            }
        }
    }

    /// The handoff unless the file says otherwise: on Mondays, on first Mondays.
    func usual(at second: SecondOfDay) -> HandoffRule {
        switch self {
        case .days(let count): days(count, at: second)
        case .hours(let count): .everyHours(count, at: second)
        case .weeks(let count): weeks(count, [.monday], at: second)
        case .months(let count):
            .recurring(.monthly(every: count, .first, .monday), at: second)
        }
    }

    /// What the key `handoff` must look like.
    var form: String {
        switch self {
        case .days: "a time of day, for example \"09:00\""
        case .hours: "the time of day of the first handoff, for example \"09:00\""
        case .weeks: "a day and a time, for example \"mon 09:00\""
        case .months: "a day of the month and a time, for example \"first mon 09:00\""
        }
    }

    /// The handoff in a text of that form.
    func rule(_ text: String) -> HandoffRule? {
        let words = text.split(separator: " ")
        guard let last = words.last, let second = TextForms.secondOfDay(last), second < 86_400
        else { return nil }
        let rest = words.dropLast().joined(separator: " ")
        switch self {
        case .days(let count): return rest.isEmpty ? days(count, at: second) : nil
        case .hours(let count): return rest.isEmpty ? .everyHours(count, at: second) : nil
        case .weeks(let count):
            guard !rest.isEmpty, let weekdays = TextForms.weekdays(rest) else { return nil }
            let days = Weekday.allCases.filter { weekdays.contains(Weekdays([$0])) }
            return weeks(count, days, at: second)
        case .months(let count):
            return TextForms.dayOfMonth(rest).map {
                .recurring(.monthly(every: count, $0.week, $0.weekday), at: second)
            }
        }
    }

    private func days(_ count: Int, at second: SecondOfDay) -> HandoffRule {
        count == 1 ? .daily(at: second) : .every(days: count, at: second)
    }

    private func weeks(_ count: Int, _ days: [Weekday], at second: SecondOfDay) -> HandoffRule {
        if count == 1, days.count == 1, let day = days.first { return .weekly(day, at: second) }
        return .recurring(.weekly(every: count, on: Weekdays(days)), at: second)
    }
}
