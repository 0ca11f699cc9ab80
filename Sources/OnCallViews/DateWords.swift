import Basics
import OnCall

/// Dates and times for people.
enum DateWords {
    /// `Mon`.
    static func weekday(_ date: CivilDate) -> String {
        ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
    }

    /// `Mar`.
    static func month(_ date: CivilDate) -> String {
        let names = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        return names[Int(date.month) - 1]
    }

    /// `23 to 29 Mar 2026`, and what differs twice where it does.
    static func range(_ first: CivilDate, _ last: CivilDate) -> String {
        let end = "\(last.day) \(month(last)) \(last.year)"
        if first == last { return "\(weekday(first)) \(end)" }
        if first.year != last.year {
            return "\(first.day) \(month(first)) \(first.year) to \(end)"
        }
        return first.month == last.month
            ? "\(first.day) to \(end)" : "\(first.day) \(month(first)) to \(end)"
    }

    /// `Mon 23 Mar 09:00`.
    static func minute(_ instant: Instant, by clock: WallClock) -> String {
        let local = clock.local(instant)
        return "\(weekday(local.date)) \(local.date.day) \(month(local.date)) "
            + "\(padded(local.secondOfDay / 3_600)):\(padded(local.secondOfDay / 60 % 60))"
    }

    /// `7 h 30 min`, `2 d 3 h`; less than a minute counts as one.
    static func length(_ span: Span) -> String {
        let minutes = max(1, span.seconds / 60)
        let parts = [
            (minutes / 1_440, "d"), (minutes / 60 % 24, "h"), (minutes % 60, "min"),
        ].filter { $0.0 != 0 }
        return parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}

extension OnCallChart {
    /// How long nobody is on call in what is drawn: `2 gaps, 3 h in all`; empty if there is no gap.
    func gapWords(_ schedule: ScheduleView) -> String {
        let lengths = schedule.gaps.compactMap { gap -> Span? in
            let length = min(gap.to, to) - max(gap.from, from)
            return length > .zero ? length : nil
        }
        guard let first = lengths.first else { return "" }
        if lengths.count == 1 { return "nobody for \(DateWords.length(first))" }
        let sum = lengths.reduce(Span.zero, +)
        return "nobody for \(DateWords.length(sum)) in \(lengths.count) gaps"
    }
}
