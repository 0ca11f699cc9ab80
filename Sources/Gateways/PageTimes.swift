import Basics

/// Instants and spans as pages write them; every clock time is UTC and says so.
enum PageTimes {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `2026-11-22 19:32 UTC`.
    static func utc(_ instant: Instant) -> String {
        let (date, second) = parts(instant)
        return "\(date) \(padded(second / 3_600)):\(padded(second / 60 % 60)) UTC"
    }

    /// `19:32 UTC`.
    static func clock(_ instant: Instant) -> String {
        let second = parts(instant).second
        return "\(padded(second / 3_600)):\(padded(second / 60 % 60)) UTC"
    }

    /// The date header of a mail, `Sun, 22 Nov 2026 19:32:44 +0000`. *Source:* RFC 5322, section
    /// 3.3.
    static func mailDate(_ instant: Instant) -> String {
        let (date, second) = parts(instant)
        let day = "\(weekdays[date.weekday]), \(padded(date.day)) \(months[Int(date.month) - 1])"
        let time = "\(padded(second / 3_600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
        return "\(day) \(padded(date.year, width: 4)) \(time) +0000"
    }

    /// How long something has lasted, in the two largest units: `45 s`, `12 min`, `3 h 5 min`, `2 d
    /// 4 h`.
    static func length(_ span: Span) -> String {
        let seconds = max(0, span.seconds)
        if seconds < 60 { return "\(seconds) s" }
        let minutes = seconds / 60
        if minutes < 60 { return "\(minutes) min" }
        let hours = minutes / 60
        if hours < 24 { return joined(hours, "h", minutes % 60, "min") }
        return joined(hours / 24, "d", hours % 24, "h")
    }

    private static func joined(_ large: Int64, _ unit: String, _ small: Int64, _ part: String)
        -> String
    {
        small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(part)"
    }

    private static func parts(_ instant: Instant) -> (date: CivilDate, second: Int64) {
        let seconds = instant.seconds
        let day = seconds.flooredDivision(by: 86_400)
        return (CivilDate(daysSinceEpoch: day), seconds.flooredModulo(by: 86_400))
    }
}
