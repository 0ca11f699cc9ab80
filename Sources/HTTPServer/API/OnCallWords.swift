import Basics
import OnCall

extension OnCallReason {
    /// Why somebody is on call, for people.
    var words: String {
        switch self {
        case .rotation: "rotation"
        case .window: "regional window"
        case .handoffOverlap: "overlap at a change of clocks"
        case .fallbackFirstShift: "stands in: no window is open"
        case .fallbackNextShift: "begins early: no window is open"
        case .override: "override"
        case .swap: "swap"
        case .standIn: "stands in: somebody is away"
        }
    }
}

extension Vacancy {
    /// Why nobody is on call, for people.
    var words: String {
        switch self {
        case .noShifts: "the schedule has no shifts"
        case .noUsableShift: "none of its shifts can be used"
        case .outsideWindows: "no window is open"
        case .noNextShift: "no window is open nor will be"
        case .everybodyAway: "everybody is away"
        }
    }
}

extension ShiftProblem {
    /// What is wrong with a shift, for people.
    var words: String {
        switch self {
        case .unknownZone(let name): "unknown time zone \(name)"
        case .noParticipants: "nobody takes part"
        case .outsideDay(let second): "no day has a second \(second)"
        case .turnLength(let days): "a turn of \(days) days"
        case .noSuchDate(let date): "there is no date \(date)"
        case .noWeekdays: "the window opens on no day"
        case .interval(let number): "an interval of \(number)"
        case .cannotSkipTurns: "such turns cannot be skipped"
        case .endsBeforeItBegins(let time): "ends before it begins: \(time)"
        case .away(let person): "\(person) is away"
        case .withoutEffect(let change):
            "\(change) has no effect: a temporary schedule is in force"
        }
    }
}

extension OverrideProblem {
    /// What speaks against a change, for people; all times are UTC.
    var words: String {
        switch self {
        case .noEffect:
            "it changes nothing: whom it replaces is not on call then, or something comes before it"
        case .away(let person, let from, let to):
            "\(person) is away \(Self.span(from, to))"
        case .uncovered(let schedule, let from, let to):
            "nobody would be on call by \(schedule) \(Self.span(from, to))"
        case .doubleDuty(let person, let schedule, let from, let to):
            "\(person) would be on call twice: by \(schedule) as well \(Self.span(from, to))"
        case .shortRest(let person, let from, let to) where from >= to:
            "\(person) would have no rest at \(Self.minute(from)), and should have "
                + "\(OnCallOverride.restMin.words) between two stretches"
        case .shortRest(let person, let from, let to):
            "\(person) would have \((to - from).words) of rest \(Self.span(from, to)), and should "
                + "have \(OnCallOverride.restMin.words)"
        }
    }

    /// `from 2026-12-24 09:00Z to 2026-12-24 17:00Z`.
    static func span(_ from: Instant, _ to: Instant) -> String {
        "from \(minute(from)) to \(minute(to))"
    }

    private static func minute(_ instant: Instant) -> String {
        let text = instant.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))Z"
    }
}
