public import Basics

/// Seconds since local midnight as a clock on the wall shows them: 09:30 is 34,200 on every day,
/// also on days with a change of offset.
public typealias SecondOfDay = Int64

/// What the calendar and the clock on the wall show, without saying where.
public struct LocalTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The date.
    public var date: CivilDate
    /// Seconds on the clock since midnight, 0 to 86,399.
    public var secondOfDay: SecondOfDay

    /// The local time of these numbers; seconds outside the day count on into other days.
    public init(date: CivilDate, secondOfDay: SecondOfDay) {
        (self.date, self.secondOfDay) = (date, secondOfDay)
    }

    public static func < (a: LocalTime, b: LocalTime) -> Bool {
        (a.date, a.secondOfDay) < (b.date, b.secondOfDay)
    }

    /// `2026-11-22 09:30:00`.
    public var description: String {
        "\(date) \(padded(secondOfDay / 3_600)):\(padded(secondOfDay / 60 % 60))"
            + ":\(padded(secondOfDay % 60))"
    }
}

/// The instants at which clocks in a zone show a local time: one, none or several.
public enum LocalResolution: Hashable, Sendable {
    /// The usual case.
    case one(Instant)
    /// Clocks never show it: at instant `at` they jump over it, from UTC offset `before` to
    /// `after`.
    case gap(at: Instant, before: Span, after: Span)
    /// Clocks show it more than once.
    case fold(first: Instant, last: Instant)
}

/// Below the interface this module counts in whole seconds: offsets, transitions and handoffs have
/// no fraction, and seconds leave room for sums that would overflow microseconds.
let secondsPerDay: Int64 = 86_400

extension Instant {
    /// The instant so many seconds after the epoch; saturates at both ends of the time line.
    static func saturating(seconds: Int64) -> Instant {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard overflow else { return Instant(microseconds: product) }
        return seconds > 0 ? .distantFuture : Instant(microseconds: .min)
    }
}
