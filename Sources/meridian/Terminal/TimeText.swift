import Basics

/// Points in time and lengths of time for people. All clock times are UTC and say so.
enum TimeText {
    /// `2026-11-22 19:32:44Z`.
    static func utc(_ instant: Instant) -> String {
        let text = instant.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))Z"
    }

    /// `2026-11-22 19:32Z`.
    static func minute(_ instant: Instant) -> String {
        let text = instant.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))Z"
    }

    /// `2026-11-22 19:32Z`, or only `19:32Z` if that is within 20 hours of now.
    static func utcMinute(_ instant: Instant, now: Instant) -> String {
        let text = instant.description
        let clock = "\(text.dropFirst(11).prefix(5))Z"
        let distance = instant < now ? now - instant : instant - now
        return distance < .hours(20) ? clock : "\(text.prefix(10)) \(clock)"
    }

    /// `just now`, `42 s ago`, `3 min ago`, `in 2 h`: the largest whole unit.
    static func relative(_ instant: Instant, now: Instant) -> String {
        if instant == .distantFuture { return "never" }
        let isPast = instant <= now
        let distance = isPast ? now - instant : instant - now
        if distance < .seconds(2) { return "just now" }
        return isPast ? "\(rough(distance)) ago" : "in \(rough(distance))"
    }

    /// The largest whole unit of a length of time: `250 ms`, `42 s`, `3 min`, `5 h`, `2 d`.
    static func rough(_ span: Span) -> String {
        switch span {
        case ..<Span.seconds(1): "\(span.milliseconds) ms"
        case ..<Span.minutes(1): "\(span.seconds) s"
        case ..<Span.hours(1): "\(span.seconds / 60) min"
        case ..<Span.hours(48): "\(span.seconds / 3_600) h"
        case _: "\(span.seconds / 86_400) d"
        }
    }

    /// The two largest units of a length of time: `4 min 12 s`, `7 h 30 min`, `2 d 3 h`.
    static func length(_ span: Span) -> String {
        let seconds = span.seconds
        let parts: [(Int64, String)] = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
        ]
        guard let first = parts.firstIndex(where: { $0.0 != 0 }) else { return rough(span) }
        return parts[first...].prefix(2).filter { $0.0 != 0 }
            .map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// Bytes with a binary unit: `512 B`, `1.5 MiB`, `78 GiB`.
    static func bytes(_ count: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = count
        var tenths: UInt64 = 0
        var unit = 0
        while value >= 1_024, unit < units.count - 1 {
            tenths = (value % 1_024) * 10 / 1_024
            value /= 1_024
            unit += 1
        }
        let fraction = unit > 0 && value < 10 ? ".\(tenths)" : ""
        return "\(value)\(fraction) \(units[unit])"
    }
}
