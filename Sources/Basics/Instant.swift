/// A length of time in whole microseconds; may be negative.
///
/// Everything below the seam counts in `Span` and `Instant`: `Swift.Duration` keeps attoseconds in
/// 128 bits, and its divisions showed up in profiles of the simulator.
/// *Source:* docs/decisions/0002.
package struct Span: Hashable, Comparable, Sendable {
    /// The length in microseconds.
    package var microseconds: Int64

    /// A span of so many microseconds.
    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// No time at all.
    package static let zero = Span(microseconds: 0)

    /// So many microseconds.
    package static func microseconds(_ count: Int64) -> Span { Span(microseconds: count) }
    /// So many milliseconds.
    package static func milliseconds(_ count: Int64) -> Span { Span(microseconds: count * 1_000) }
    /// So many seconds.
    package static func seconds(_ count: Int64) -> Span { Span(microseconds: count * 1_000_000) }
    /// So many minutes.
    package static func minutes(_ count: Int64) -> Span { .seconds(count * 60) }
    /// So many hours.
    package static func hours(_ count: Int64) -> Span { .seconds(count * 3_600) }

    /// The length in milliseconds, rounded down towards zero.
    package var milliseconds: Int64 { microseconds / 1_000 }
    /// The length in seconds, rounded down towards zero.
    package var seconds: Int64 { microseconds / 1_000_000 }

    @inlinable
    package static func < (a: Span, b: Span) -> Bool { a.microseconds < b.microseconds }
    /// The sum of two spans; ends at the limits.
    @inlinable
    package static func + (a: Span, b: Span) -> Span {
        Span(microseconds: saturatingSum(a.microseconds, b.microseconds))
    }
    /// The difference of two spans.
    @inlinable
    package static func - (a: Span, b: Span) -> Span {
        Span(microseconds: saturatingDifference(a.microseconds, b.microseconds))
    }
    /// A span, so many times over.
    @inlinable
    package static func * (a: Span, b: Int64) -> Span { Span(microseconds: a.microseconds * b) }
    /// Adds a span in place.
    @inlinable
    package static func += (a: inout Span, b: Span) { a = a + b }
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
package struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch.
    package var microseconds: Int64

    /// The instant so many microseconds after the Unix epoch.
    package init(microseconds: Int64) { self.microseconds = microseconds }
    /// The instant so many milliseconds after the Unix epoch.
    package init(milliseconds: Int64) { self.microseconds = milliseconds * 1_000 }
    /// The instant so many seconds after the Unix epoch.
    package init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    /// 1970-01-01T00:00:00Z.
    package static let epoch = Instant(microseconds: 0)
    /// Later than anything that is ever due.
    package static let distantFuture = Instant(microseconds: .max)

    /// Whole milliseconds since the Unix epoch, rounded down.
    package var milliseconds: Int64 {
        let quotient = microseconds / 1_000
        return microseconds % 1_000 < 0 ? quotient - 1 : quotient
    }
    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 {
        let quotient = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? quotient - 1 : quotient
    }

    @inlinable
    package static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
    /// The instant a span later; saturates at `distantFuture`.
    @inlinable
    package static func + (a: Instant, b: Span) -> Instant {
        Instant(microseconds: saturatingSum(a.microseconds, b.microseconds))
    }
    /// The instant a span earlier.
    @inlinable
    package static func - (a: Instant, b: Span) -> Instant {
        Instant(microseconds: saturatingDifference(a.microseconds, b.microseconds))
    }
    /// The span from `b` to `a`.
    @inlinable
    package static func - (a: Instant, b: Instant) -> Span {
        Span(microseconds: saturatingDifference(a.microseconds, b.microseconds))
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-22T19:32:44.120Z`.
    package var description: String {
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
    package var description: String {
        if microseconds % 1_000_000 == 0 { return "\(microseconds / 1_000_000)s" }
        if microseconds % 1_000 == 0 { return "\(microseconds / 1_000)ms" }
        return "\(microseconds)us"
    }
}
