import Basics
import ClusterSetup
import ConfigFiles
import Escalation
import OnCall
import Testing

@Suite struct DemoRosterTests {
    private let zones: TimeZones
    private let roster: Roster

    init() throws {
        let folder = try TempFolder()
        _ = try ClusterSetup.write(.demo(directory: "\(folder.path)/demo"))
        zones = try ZoneFiles.load()
        roster = try RosterFile.load(path: "\(folder.path)/demo/roster.yaml", zones: zones) { _ in }
    }

    /// From the first Monday of 2026 on, two years: every change to summer time and back.
    private var span: (from: Instant, to: Instant) {
        let first = CivilDate(year: 2026, month: 1, day: 6).daysSinceEpoch * 86_400
        return (Instant(seconds: first), Instant(seconds: first + 730 * 86_400))
    }

    @Test func `working hours cover every second of two years, without anybody standing in`() throws
    {
        for schedule in roster.schedules {
            var strict = schedule
            strict.fallback = .nobody
            let intervals = shifts(strict, zones: zones, from: span.from, to: span.to)
            #expect(intervals.count > 2_000)
            let gaps = intervals.filter { $0.people.isEmpty }
            #expect(gaps.isEmpty, "\(gaps.prefix(3))")
        }
    }

    @Test func `the second line is always somebody else, of the same region`() throws {
        let first = try #require(roster.schedule("follow-the-sun"))
        let second = try #require(roster.schedule("second-line"))
        var instant = span.from
        var seen: Set<PersonID> = []
        while instant < span.to {
            let one = onCall(first, zones: zones, at: instant).people.first
            let two = onCall(second, zones: zones, at: instant).people.first
            try #require(one != nil && two != nil && one?.person != two?.person)
            try #require(one?.region == two?.region)
            if let one { seen.insert(one.person) }
            instant = instant + .hours(7)
        }
        #expect(seen.count == 6, "everybody has turns")
    }

    @Test func `the demonstration's levels wait for seconds`() throws {
        let policy = try #require(roster.policies.first)
        #expect(policy.levels.count == 3)
        #expect(
            policy.levels.allSatisfy {
                $0.timeouts == [.seconds(20), .seconds(20), .seconds(30), .minutes(1), nil]
            })
        #expect(roster.catchAll == ["mei", "ana", "joe"])
    }
}
