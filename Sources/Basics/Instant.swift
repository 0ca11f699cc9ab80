/// A length of time in whole microseconds; may be negative.
///
/// Everything below the seam counts in `Span` and `Instant`: `Swift.Duration` keeps attoseconds in
/// 128 bits, and its divisions showed up in profiles of the simulator.
/// *Source:* docs/decisions/0002.
public struct Span: Hashable, Comparable, Sendable {
    /// The length in microseconds.
    public var microseconds: Int64

    /// A span of so many microseconds.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// No time at all.
    public static let zero = Span(microseconds: 0)

    /// So many microseconds.
    public static func microseconds(_ count: Int64) -> Span { Span(microseconds: count) }
    /// So many milliseconds.
    public static func milliseconds(_ count: Int64) -> Span { Span(microseconds: count * 1_000) }
    /// So many seconds.
    public static func seconds(_ count: Int64) -> Span { Span(microseconds: count * 1_000_000) }
    /// So many minutes.
    public static func minutes(_ count: Int64) -> Span { .seconds(count * 60) }
    /// So many hours.
    public static func hours(_ count: Int64) -> Span { .seconds(count * 3_600) }

    /// The length in milliseconds, rounded down towards zero.
    public var milliseconds: Int64 { microseconds / 1_000 }
    /// The length in seconds, rounded down towards zero.
    public var seconds: Int64 { microseconds / 1_000_000 }

    @inlinable
    public static func < (a: Span, b: Span) -> Bool { a.microseconds < b.microseconds }
    /// The sum of two spans; ends at the limits.
    @inlinable
    public static func + (a: Span, b: Span) -> Span {
        Span(microseconds: saturatingSum(a.microseconds, b.microseconds))
    }
    /// The difference of two spans.
    @inlinable
    public static func - (a: Span, b: Span) -> Span {
        Span(microseconds: saturatingDifference(a.microseconds, b.microseconds))
    }
    /// A span, so many times over.
    @inlinable
    public static func * (a: Span, b: Int64) -> Span { Span(microseconds: a.microseconds * b) }
    /// Adds a span in place.
    @inlinable
    public static func += (a: inout Span, b: Span) { a = a + b }
}

/// Sums and differences of times end at the limits instead of trapping: a peer must not be able to
/// stop a process with a number.
@inlinable
func saturatingSum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? (b < 0 ? .min : .max) : sum
}

@inlinable
func saturatingDifference(_ a: Int64, _ b: Int64) -> Int64 {
    let (difference, overflow) = a.subtractingReportingOverflow(b)
    return overflow ? (b < 0 ? .max : .min) : difference
}

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
///
/// Below the seam there is one kind of time. The interpreter sees to it that it never goes back
/// while a process lives (wall time at start plus monotonic time since, slewed towards the wall
/// clock).
/// *Source:* docs/decisions/0002.
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch.
    public var microseconds: Int64

    /// The instant so many microseconds after the Unix epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }
    /// The instant so many milliseconds after the Unix epoch.
    public init(milliseconds: Int64) { self.microseconds = milliseconds * 1_000 }
    /// The instant so many seconds after the Unix epoch.
    public init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    /// 1970-01-01T00:00:00Z.
    public static let epoch = Instant(microseconds: 0)
    /// Later than anything that is ever due.
    public static let distantFuture = Instant(microseconds: .max)

    /// Whole milliseconds since the Unix epoch, rounded down.
    public var milliseconds: Int64 {
        let quotient = microseconds / 1_000
        return microseconds % 1_000 < 0 ? quotient - 1 : quotient
    }
    /// Whole seconds since the Unix epoch, rounded down.
    public var seconds: Int64 {
        let quotient = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? quotient - 1 : quotient
    }

    @inlinable
    public static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
    /// The instant a span later; saturates at `distantFuture`.
    @inlinable
    public static func + (a: Instant, b: Span) -> Instant {
        Instant(microseconds: saturatingSum(a.microseconds, b.microseconds))
    }
    /// The instant a span earlier.
    @inlinable
    public static func - (a: Instant, b: Span) -> Instant {
        Instant(microseconds: saturatingDifference(a.microseconds, b.microseconds))
    }
    /// The span from `b` to `a`.
    @inlinable
    public static func - (a: Instant, b: Instant) -> Span {
        Span(microseconds: saturatingDifference(a.microseconds, b.microseconds))
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-22T19:32:44.120Z`.
    public var description: String {
        let civil = CivilDate(daysSinceEpoch: seconds.flooredDivision(by: 86_400))
        let second = seconds.flooredModulo(by: 86_400)
        let milli = milliseconds.flooredModulo(by: 1_000)
        return
            "\(civil)T\(padded(second / 3_600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
            + ".\(padded(milli, width: 3))Z"
    }
}

extension Span: CustomStringConvertible {
    /// The shortest exact form: `250ms`, `90s`, `1500us`.
    public var description: String {
        if microseconds % 1_000_000 == 0 { return "\(microseconds / 1_000_000)s" }
        if microseconds % 1_000 == 0 { return "\(microseconds / 1_000)ms" }
        return "\(microseconds)us"
    }
}

extension Span {
    /// The span as people say it, to the minute, or to the second below one: `2 d 3 h`, `1 h 12 min`,
    /// `40 s`. A negative one is none.
    public var words: String {
        let seconds = max(0, microseconds) / 1_000_000
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
        if days > 0 { return hours > 0 ? "\(days) d \(hours) h" : "\(days) d" }
        if hours > 0 { return minutes > 0 ? "\(hours) h \(minutes) min" : "\(hours) h" }
        return minutes > 0 ? "\(minutes) min" : "\(seconds) s"
    }
}

extension Instant {
    /// `02:14 UTC`: the minute of the day.
    public var minuteUTC: String {
        let minutes = ((seconds / 60) % 1_440 + 1_440) % 1_440
        let parts = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts.joined(separator: ":") + " UTC"
    }
}
