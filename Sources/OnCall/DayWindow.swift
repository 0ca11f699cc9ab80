import Basics

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

    /// The window between two times of day.
    public init(from: SecondOfDay, to: SecondOfDay, weekdays: Weekdays = .all) {
        (self.from, self.to, self.weekdays) = (from, to, weekdays)
    }

    /// What is wrong with it; `nil` if nothing is.
    public var problem: ShiftProblem? {
        guard (0..<secondsPerDay).contains(from) else { return .outsideDay(from) }
        guard (0...secondsPerDay).contains(to) else { return .outsideDay(to) }
        return weekdays.isDisjoint(with: .all) ? .noWeekdays : nil
    }
}

/// One time that a window is open, in seconds since the epoch; half-open and not empty.
struct WindowOpening: Equatable, Sendable {
    var start: Int64
    var end: Int64
}

/// A window in a zone.
struct WindowClock: Sendable {
    let window: DayWindow
    let rules: TimeZoneRules

    /// How many days ahead an opening is looked for: a week, and a week more in case the only day
    /// of a weekly window is the one that a move of the date line leaves out.
    private static let daysAheadMax: Int64 = 15

    /// The opening that a second lies in: of several, the begin of the latest, the end of the
    /// longest.
    func opening(at second: Int64) -> WindowOpening? {
        let today = rules.localDay(at: second)
        var result: WindowOpening?
        // A window may last past midnight; clocks set back over midnight add a day either way.
        for day in today - 2...today + 1 {
            guard let opening = opening(on: day), opening.start <= second, second < opening.end
            else { continue }
            result = WindowOpening(
                start: max(opening.start, result?.start ?? opening.start),
                end: max(opening.end, result?.end ?? opening.end))
        }
        return result
    }

    /// When the window next begins, later than a second.
    func start(after second: Int64) -> Int64? {
        let today = rules.localDay(at: second)
        for day in today - 2...today + Self.daysAheadMax {
            if let opening = opening(on: day), opening.start > second { return opening.start }
        }
        return nil
    }

    /// Up to when the window stays open from a second inside it, through openings that meet.
    /// Nothing is looked for behind `limit`.
    func end(from second: Int64, limit: Int64) -> Int64 {
        var end = second
        while end < limit, let opening = opening(at: end) { end = opening.end }
        return end
    }

    /// The opening that begins on a local day (days since 1970-01-01).
    private func opening(on day: Int64) -> WindowOpening? {
        guard window.weekdays.contains(number: (day + 4).flooredModulo(by: 7)) else { return nil }
        let lastDay = window.to <= window.from ? day + 1 : day
        let start = rules.resolve(wall: day * secondsPerDay + window.from).earliest
        let end = rules.resolve(wall: lastDay * secondsPerDay + window.to).latest
        return start < end ? WindowOpening(start: start, end: end) : nil
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
