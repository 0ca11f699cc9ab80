import Basics
import Foundation
import OnCall
import Testing

/// Zone files copied from Debian's tzdata 2025b, and every change of offset in them from 2024 to
/// 2030 as another reader of the same data saw it. In file names `/` is written `-`.
enum PinnedZones {
    /// One change of offset.
    struct Change: Sendable, CustomTestStringConvertible {
        var zone: String
        var instant: Instant
        var before: Span
        var after: Span
        var testDescription: String { "\(zone) \(instant)" }
    }

    static let names = [
        "UTC", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Singapore",
        "America/Sao_Paulo", "America/New_York", "America/Los_Angeles", "America/St_Johns",
        "America/Santiago", "America/Asuncion", "America/Nuuk", "America/Havana", "Europe/London",
        "Europe/Berlin", "Europe/Dublin", "Africa/Casablanca", "Africa/Cairo", "Asia/Gaza",
        "Asia/Beirut", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland",
        "Pacific/Chatham", "Pacific/Apia", "Antarctica/Troll", "Africa/El_Aaiun", "America/Chicago",
        "America/Denver", "Asia/Jerusalem", "Atlantic/Azores", "Australia/Adelaide",
        "Europe/Chisinau", "Europe/Lisbon", "Pacific/Norfolk", "Asia/Tehran", "Asia/Dubai",
        "Africa/Lagos", "Pacific/Kiritimati",
    ]

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let loaded = Result { try load() }

    static func zones() throws -> TimeZones { try loaded.get() }

    static func rules(_ name: String) throws -> TimeZoneRules {
        try #require(try zones()[name], "\(name) is not pinned")
    }

    static func bytes(of name: String) throws -> [UInt8] {
        let file = name.replacingOccurrences(of: "/", with: "-")
        return [UInt8](try Data(contentsOf: folder.appending(path: "Zones/\(file)")))
    }

    static func changes() throws -> [Change] {
        let text = try String(
            contentsOf: folder.appending(path: "tz-transitions.csv"), encoding: .utf8)
        return try text.split(separator: "\n").dropFirst().map { line in
            let fields = line.split(separator: ",").map(String.init)
            try #require(fields.count == 4, "\(line)")
            return Change(
                zone: fields[0], instant: try utc(fields[1]),
                before: .seconds(try #require(Int64(fields[2]))),
                after: .seconds(try #require(Int64(fields[3]))))
        }
    }

    private static func load() throws -> TimeZones {
        var rules: [String: TimeZoneRules] = [:]
        for name in names { rules[name] = try TimeZoneRules(parsing: try bytes(of: name)) }
        return TimeZones(version: "2025b", rules: rules)
    }
}

/// The instant of `2026-03-08T07:00:00Z`; seconds and `Z` may be missing.
func utc(_ text: String) throws -> Instant {
    let numbers = text.split { "-T:Z".contains($0) }.compactMap { Int64($0) }
    try #require(numbers.count >= 5, "\(text) is not a time")
    let day = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]).daysSinceEpoch
    let second = numbers.count > 5 ? numbers[5] : 0
    return Instant(seconds: day * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + second)
}

/// The local time of `2026-03-08T02:30`.
func local(_ text: String) throws -> LocalTime {
    LocalTime(wallSeconds: try utc(text).seconds)
}

extension LocalTime {
    /// The local time so many seconds after 1970-01-01 00:00 on the same clock.
    init(wallSeconds: Int64) {
        self.init(
            date: CivilDate(daysSinceEpoch: wallSeconds.flooredDivision(by: 86_400)),
            secondOfDay: wallSeconds.flooredModulo(by: 86_400))
    }
}

/// The date of `2026-03-08`.
func date(_ text: String) throws -> CivilDate { try local(text + "T00:00").date }

/// Seconds since midnight of a time on the clock.
func clock(_ hour: Int64, _ minute: Int64 = 0) -> SecondOfDay { hour * 3_600 + minute * 60 }

/// Every minute from one instant up to another.
func minutes(from: Instant, to: Instant) -> some Sequence<Instant> {
    stride(from: from.seconds, to: to.seconds, by: 60).lazy.map { Instant(seconds: $0) }
}
