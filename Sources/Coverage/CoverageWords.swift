import Basics
import IncidentModel
import OnCall

/// Times as people read them.
struct CoverageWords {
    let zones: TimeZones

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// `45 min`, `20 s`, `1 h 5 min`; `never` for what is later than everything.
    static func span(_ span: Span) -> String {
        if span == Observation.never { return "never" }
        let seconds = span.seconds
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "0 s" : words.joined(separator: " ")
    }

    /// `+45 min`, or `never`.
    static func offset(_ offset: Span) -> String {
        offset == Observation.never ? "never" : "+" + span(offset)
    }

    /// `ana`, `ana and ben`, `ana, ben and 3 more`.
    static func list(_ names: [String], max: Int = 6) -> String {
        guard names.count > max else {
            guard names.count > 1, let last = names.last else { return names.first ?? "nobody" }
            return names.dropLast().joined(separator: ", ") + " and " + last
        }
        return names.prefix(max).joined(separator: ", ") + " and \(names.count - max) more"
    }

    /// The same for people.
    static func list(_ people: [PersonID]) -> String { list(people.map(\.text)) }

    /// `Sat 2026-11-28 01:00 to 06:00 Asia/Singapore (2026-11-27 17:00 to 22:00 UTC)`.
    func stretch(_ stretch: Stretch, in zone: String) -> String {
        let rules = zones[zone]
        let home = rules.map { both(stretch, $0.local, withDay: true) + " " + zone }
        let utc = both(stretch, Self.utc, withDay: home == nil) + " UTC"
        guard let home, zone != "UTC" else { return utc }
        return "\(home) (\(utc))"
    }

    /// `17:00` on the clocks of a zone.
    func clock(_ instant: Instant, in zone: String) -> String {
        Self.clock((zones[zone]?.local ?? Self.utc)(instant))
    }

    private static func utc(_ instant: Instant) -> LocalTime {
        LocalTime(
            date: CivilDate(daysSinceEpoch: instant.seconds.flooredDivision(by: 86_400)),
            secondOfDay: instant.seconds.flooredModulo(by: 86_400))
    }

    private static func clock(_ time: LocalTime) -> String {
        let second = time.secondOfDay
        let tail = second % 60 == 0 ? "" : ":" + padded(second % 60)
        return padded(second / 3_600) + ":" + padded(second / 60 % 60) + tail
    }

    private func both(
        _ stretch: Stretch, _ local: (Instant) -> LocalTime, withDay: Bool
    ) -> String {
        func whole(_ time: LocalTime) -> String {
            (withDay ? Self.days[time.date.weekday] + " " : "") + "\(time.date) "
                + Self.clock(time)
        }
        let (from, to) = (local(stretch.from), local(stretch.to))
        return whole(from) + " to " + (from.date == to.date ? Self.clock(to) : whole(to))
    }
}
