public import Basics

/// A day of the week.
public enum Weekday: Int, CaseIterable, Sendable {
    /// The days, numbered as `CivilDate.weekday` numbers them.
    case sunday, monday, tuesday, wednesday, thursday, friday, saturday
}

/// A set of days of the week.
public struct Weekdays: OptionSet, Hashable, Sendable {
    /// Bit n is the day of number n.
    public let rawValue: UInt8
    /// The set of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The set of these days.
    public init(_ days: [Weekday]) {
        rawValue = days.reduce(0) { $0 | 1 << UInt8($1.rawValue) }
    }

    /// All seven days.
    public static let all = Weekdays(Weekday.allCases)
    /// Monday to Friday.
    public static let mondayToFriday = Weekdays(rawValue: 0b011_1110)

    /// Whether the day of this number (0: Sunday) is one of them.
    func contains(number: Int64) -> Bool { rawValue >> UInt8(number) & 1 == 1 }
}

/// A part of the day by the clock on the wall: half-open, on certain days of the week.
///
/// With `to` at or before `from` it ends on the day after it began; `weekdays` are the days on
/// which it begins. Equal ends mean 24 hours.
///
/// Where clocks jump over an end, the window begins or ends at the jump. Where clocks show an end
/// twice, it begins the first and ends the last time: two windows that meet on the clock meet or
/// overlap in time, whatever the clocks do, and never leave a gap. *Source:* design 8.
public struct DayWindow: Hashable, Sendable {
    /// When it begins: 0 to 86,399.
    public var from: SecondOfDay
    /// When it ends: 0 to 86,400.
    public var to: SecondOfDay
    /// The days on which it begins.
    public var weekdays: Weekdays
    /// Which of those days only; `nil` is every week.
    public var days: WindowDays?

    /// The window between two times of day.
    public init(
        from: SecondOfDay, to: SecondOfDay, weekdays: Weekdays = .all, days: WindowDays? = nil
    ) {
        (self.from, self.to, self.weekdays, self.days) = (from, to, weekdays, days)
    }

    /// What is wrong with it; `nil` if nothing is.
    public var problem: ShiftProblem? {
        guard (0..<secondsPerDay).contains(from) else { return .outsideDay(from) }
        guard (0...secondsPerDay).contains(to) else { return .outsideDay(to) }
        if let days {
            if let problem = days.recurrence.problem { return problem }
            guard days.anchor.isInCalendar else { return .noSuchDate(days.anchor) }
        }
        return weekdays.isDisjoint(with: .all) ? .noWeekdays : nil
    }
}

/// The days of a window that does not open in every week.
public struct WindowDays: Hashable, Sendable {
    /// Which days.
    public var recurrence: Recurrence
    /// A date in the week, or month, that counts as the first.
    public var anchor: CivilDate

    /// The days of a recurrence.
    public init(_ recurrence: Recurrence, anchor: CivilDate) {
        (self.recurrence, self.anchor) = (recurrence, anchor)
    }
}

extension TimeZoneRules.Resolution {
    /// The first moment: of a gap, the jump.
    var earliest: Int64 {
        switch self {
        case .one(let second), .gap(let second, _, _), .fold(let second, _): second
        }
    }

    /// The last moment: of a gap, the jump.
    var latest: Int64 {
        switch self {
        case .one(let second), .gap(let second, _, _), .fold(_, let second): second
        }
    }
}
