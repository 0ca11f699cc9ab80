import Basics
import Foundation
import OnCall
import OnCallViews
import Testing

/// The zone files of `OnCallTests`; in file names `/` is written `-`.
enum PinnedZones {
    static let names = [
        "UTC", "Asia/Singapore", "Asia/Kathmandu", "Asia/Tokyo", "Europe/Berlin", "Europe/London",
        "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Australia/Sydney",
        "Pacific/Chatham", "Africa/Casablanca", "America/Santiago", "Antarctica/Troll",
    ]

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "OnCallTests")
    private static let loaded = Result { try load() }

    static func zones() throws -> TimeZones { try loaded.get() }

    private static func load() throws -> TimeZones {
        var rules: [String: TimeZoneRules] = [:]
        for name in names {
            let file = name.replacingOccurrences(of: "/", with: "-")
            let bytes = try Data(contentsOf: folder.appending(path: "Zones/\(file)"))
            rules[name] = try TimeZoneRules(parsing: [UInt8](bytes))
        }
        return TimeZones(version: "2025b", rules: rules)
    }

    /// Every change of offset of a zone from 2024 to 2030, as another reader of the same data saw
    /// it: seconds since the epoch, and the offsets before and after.
    static func changes(of zone: String) throws -> [[Int64]] {
        let text = try String(
            contentsOf: folder.appending(path: "tz-transitions.csv"), encoding: .utf8)
        return try text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: ",").map(String.init)
            guard fields[0] == zone else { return nil }
            return [
                try utc(fields[1]).seconds, try #require(Int64(fields[2])),
                try #require(Int64(fields[3])),
            ]
        }
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

/// Three regions that follow the sun, with people and schedules of every kind.
enum Sun {
    static let regions = [
        WorkingRegion(
            name: "ap", zone: "Asia/Singapore",
            window: DayWindow(from: 9 * 3_600, to: 18 * 3_600, weekdays: .mondayToFriday)),
        WorkingRegion(
            name: "eu", zone: "Europe/Berlin",
            window: DayWindow(from: 9 * 3_600, to: 18 * 3_600, weekdays: .mondayToFriday)),
        WorkingRegion(
            name: "us", zone: "America/New_York",
            window: DayWindow(from: 9 * 3_600, to: 18 * 3_600, weekdays: .mondayToFriday)),
    ]

    static let people = PeopleNames([
        ("mei", "Mei Tanaka"), ("raj", "Raj Patel"), ("lena", "Lena Schröder"),
        ("tom", "Tom O'Neill"), ("ana", "Ana María Ruiz"), ("joe", "José Alves"),
        ("sue", "Sue Park"), ("kim", "Kim Min-jun"),
    ])

    private static let anchor = CivilDate(year: 2026, month: 1, day: 5)

    private static func shift(
        _ region: RegionName, _ zone: String, hours: ClosedRange<Int64>,
        weekdays: Weekdays = .all, handoff: HandoffRule, _ people: [PersonID]
    ) -> RegionShift {
        RegionShift(
            region: region,
            window: DayWindow(
                from: hours.lowerBound * 3_600, to: hours.upperBound * 3_600, weekdays: weekdays),
            rotation: Rotation(
                participants: people, zone: zone, handoff: handoff, anchor: anchor))
    }

    /// Windows that overlap: always somebody, by day.
    static let primary = Schedule(
        id: "payments-primary", name: "Payments primary", version: "r1",
        shifts: [
            shift(
                "ap", "Asia/Singapore", hours: 8...18, handoff: .daily(at: 8 * 3_600),
                ["mei", "raj", "kim"]),
            shift(
                "eu", "Europe/Berlin", hours: 9...18, handoff: .daily(at: 9 * 3_600),
                ["lena", "tom"]),
            shift(
                "us", "America/New_York", hours: 9...20, handoff: .daily(at: 9 * 3_600),
                ["ana", "joe", "sue"]),
        ], fallback: .nextShift)

    /// Business hours of one region, by design with gaps.
    static let office = Schedule(
        id: "billing-office", name: "Billing, office hours; Berlin", version: "r1",
        shifts: [
            shift(
                "eu", "Europe/Berlin", hours: 7...20, weekdays: .mondayToFriday,
                handoff: .weekly(.monday, at: 7 * 3_600), ["lena", "tom"])
        ], fallback: .nobody)

    /// Around the clock, weekly, at a time that clocks show twice or never: both are on call for an
    /// hour.
    static let database = Schedule(
        id: "database", name: "Database", version: "r1",
        shifts: [
            RegionShift(
                region: "eu",
                rotation: Rotation(
                    participants: ["tom", "lena"], zone: "Europe/Berlin",
                    handoff: .weekly(.sunday, at: 2 * 3_600 + 1_800), anchor: anchor,
                    foldPolicy: .overlap))
        ])

    static let schedules = [primary, office, database]

    static func views(from: Instant, to: Instant) throws -> [ScheduleView] {
        let zones = try PinnedZones.zones()
        return schedules.map { ScheduleView($0, zones: zones, from: from, to: to) }
    }

    /// So many days from a date on by the clocks of a zone.
    static func chart(
        _ date: CivilDate, days: Int = 7, zone: String = "Europe/Berlin", now: Instant? = nil
    ) throws -> OnCallChart {
        let zones = try PinnedZones.zones()
        let (from, to) = OnCallChart.days(days, from: date, zone: zone, zones: zones)
        return OnCallChart(
            from: from, to: to, now: now, zone: zone, zones: zones, regions: regions,
            schedules: try views(from: from, to: to), people: people)
    }

    /// The week in which Berlin's clocks are set forward.
    static func spring() throws -> OnCallChart {
        try chart(
            CivilDate(year: 2026, month: 3, day: 23), now: try utc("2026-03-25T14:05"))
    }
}
