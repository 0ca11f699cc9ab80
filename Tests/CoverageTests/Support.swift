import Alerting
import Basics
import Coverage
import Escalation
import Foundation
import IncidentModel
import OnCall
import Paging
import Testing

/// Zones from the files that the on-call tests pin.
enum TestZones {
    private static let loaded = Result { try load() }

    static func zones() throws -> TimeZones { try loaded.get() }

    private static func load() throws -> TimeZones {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "OnCallTests/Zones")
        let names = [
            "UTC", "Asia/Singapore", "Europe/Berlin", "America/Los_Angeles", "America/New_York",
            "Australia/Lord_Howe",
        ]
        var rules: [String: TimeZoneRules] = [:]
        for name in names {
            let file = name.replacingOccurrences(of: "/", with: "-")
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: file)))
            rules[name] = try TimeZoneRules(parsing: bytes)
        }
        return TimeZones(version: "2025b", rules: rules)
    }
}

/// The instant of `2026-03-08T07:00`, in UTC.
func utc(_ text: String) throws -> Instant {
    let numbers = text.split { "-T:Z".contains($0) }.compactMap { Int64($0) }
    try #require(numbers.count >= 5, "\(text) is not a time")
    let day = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]).daysSinceEpoch
    return Instant(seconds: day * 86_400 + numbers[3] * 3_600 + numbers[4] * 60)
}

func stretch(_ from: String, _ to: String) throws -> Stretch {
    Stretch(from: try utc(from), to: try utc(to))
}

/// Seconds since midnight.
func clock(_ hour: Int64, _ minute: Int64 = 0) -> SecondOfDay { hour * 3_600 + minute * 60 }

/// A small roster that tests change in one place each: three regions around the world, two schedules
/// in which the two people of a region take turns, three levels.
struct World {
    var windows: [(region: RegionName, zone: String, from: SecondOfDay, to: SecondOfDay)] = [
        ("ap", "Asia/Singapore", clock(9), clock(17)),
        ("eu", "Europe/Berlin", clock(9), clock(18)),
        ("us", "America/Los_Angeles", clock(9), clock(18)),
    ]
    var weekdays = Weekdays.all
    var fallback = Fallback.nextShift
    var levels: [[EscalationTarget]] = [
        [.schedule("first")], [.schedule("second")], [.person("boss")],
    ]
    var timeouts = EscalationLevel.defaultTimeouts
    var repeats: UInt64 = 0
    var catchAll: [PersonID] = ["boss"]
    var coverage = CoverageClass.continuous
    var contacts = [Contact(channel: .email, address: "x@example.com")]
    var isSecondAhead = true
    var foldPolicy = FoldPolicy.first
    /// Whose night is not the usual one.
    var nights: [PersonID: DailyHours] = [:]

    static let crew: [(id: PersonID, region: RegionName, zone: String)] = [
        ("mei", "ap", "Asia/Singapore"), ("raj", "ap", "Asia/Singapore"),
        ("ana", "eu", "Europe/Berlin"), ("ben", "eu", "Europe/Berlin"),
        ("joe", "us", "America/Los_Angeles"), ("zoe", "us", "America/Los_Angeles"),
        ("boss", "us", "America/New_York"),
    ]

    var roster: Roster {
        var service = Service(id: "checkout", name: "Checkout", policy: "default")
        service.coverage = coverage
        return Roster(
            version: "r1",
            regions: windows.map { window in
                RosterRegion(
                    name: window.region, zone: window.zone,
                    day: DayWindow(from: window.from, to: window.to))
            },
            people: Self.crew.map { one in
                var person = Person(
                    id: one.id, name: one.id.text, region: one.region, zone: one.zone,
                    contacts: contacts)
                person.night = nights[one.id] ?? .usual
                return person
            },
            schedules: [
                schedule("first", ahead: 0), schedule("second", ahead: isSecondAhead ? 1 : 0),
            ],
            policies: [
                EscalationPolicy(
                    id: "default",
                    levels: levels.map { EscalationLevel(targets: $0, timeouts: timeouts) },
                    repeats: repeats)
            ],
            services: [service], integrations: [], catchAll: catchAll)
    }

    private func schedule(_ id: ScheduleID, ahead: Int) -> Schedule {
        let shifts = windows.map { window in
            let people = Self.crew.filter { $0.region == window.region && $0.id != "boss" }
                .map(\.id)
            return RegionShift(
                region: window.region,
                window: DayWindow(from: window.from, to: window.to, weekdays: weekdays),
                rotation: Rotation(
                    participants: Array(people[ahead...] + people[..<ahead]), zone: window.zone,
                    handoff: .weekly(.monday, at: clock(9)),
                    anchor: CivilDate(year: 2026, month: 1, day: 5), foldPolicy: foldPolicy))
        }
        return Schedule(id: id, name: id.text, shifts: shifts, fallback: fallback)
    }
}
