import Alerting
import Basics
import Coverage
import Escalation
import IncidentModel
import OnCall
import Paging
import Testing

struct FindingTests {
    /// Three weeks around the change of clocks in Los Angeles on 2027-03-14 at 10:00 UTC.
    private func prove(
        _ world: World, _ change: (inout Roster, inout CoverageOptions) -> Void = { _, _ in }
    ) throws -> CoverageProof {
        var options = CoverageOptions()
        var roster = world.roster
        change(&roster, &options)
        return proveCoverage(
            of: roster, zones: try TestZones.zones(), from: try utc("2027-03-01T00:00"),
            to: try utc("2027-03-22T00:00"), options: options)
    }

    private func finding(
        _ kind: CoverageFindingKind, in proof: CoverageProof
    ) throws -> CoverageFinding {
        try #require(
            proof.findings.first { $0.kind == kind },
            "\(proof.findings.map { "\($0.kind): \($0.text)" })")
    }

    /// Windows that meet around the clock in winter; in summer an hour is left.
    private func seasonal() -> World {
        var world = World()
        world.windows[2].to = clock(17)
        world.fallback = .nobody
        return world
    }

    @Test func `a sound roster depends on its one provider and on nothing else`() throws {
        let proof = try prove(World())
        #expect(proof.findings.map(\.kind) == [.providerLost])
        #expect(proof.worst == .warning && proof.isAssumingProviders)
        let sev1 = try #require(proof.services.first?.worst.first)
        #expect(sev1.scenario == .everythingWorks && sev1.severity == .sev1)
        #expect(sev1.first == .zero && sev1.second == .minutes(5))
    }

    @Test func `a hole that a change of clocks opens is told with its minutes and its remedy`()
        throws
    {
        let proof = try prove(seasonal())
        let hole = try finding(.firstLevelEmpty, in: proof)
        #expect(proof.findings.first == hole && hole.gravity == .hole)
        let days = (15...21).map { "2027-03-\($0)T" }
        #expect(try hole.openings == days.map { try stretch($0 + "00:00", $0 + "01:00") })
        #expect(proof.services.first?.holes == hole.openings)
        #expect(hole.zone == "Asia/Singapore")
        #expect(hole.text == "schedule first has nobody, level 3 pages boss at +0 s instead")
        #expect(
            hole.remedy == "schedule first: write `uncovered: next-shift`, or let the window of"
                + " `ap` begin at 08:00 Asia/Singapore instead of 09:00")
        #expect(hole.remark == "since the clocks of America/Los_Angeles change on 2027-03-14")
        let lines = CoverageText(proof, zones: try TestZones.zones()).lines().map(\.text)
        #expect(lines.first == "1 of 1 service with holes")
        #expect(
            lines.contains(
                "clocks change: America/Los_Angeles 2027-03-14T10:00Z and America/New_York"
                    + " 2027-03-14T07:00Z"))
        #expect(
            lines.contains(
                "   Mon 2027-03-15 08:00 to 09:00 Asia/Singapore (2027-03-15 00:00 to 01:00 UTC)"))
        #expect(lines.contains("   and 4 more, 7 h in all"))
    }

    @Test func `either remedy of that hole closes it`() throws {
        var one = seasonal()
        one.fallback = .nextShift
        var other = seasonal()
        other.windows[0].from = clock(8)
        for world in [one, other] {
            let proof = try prove(world)
            #expect(proof.worst == .warning, "\(proof.findings.map(\.text))")
            #expect(proof.services.first?.holes.isEmpty == true)
        }
    }

    @Test func `a handoff between two levels may put one person on both, for minutes`() throws {
        var world = World()
        world.windows[0].from = clock(8)
        let finding = try finding(.levelAddsNobody, in: try prove(world))
        // In Singapore turns change on Mondays at 09:00, 01:00 UTC, while the window is open since
        // 08:00: SEV3 opens up to twenty minutes before and finds the same person on level 2.
        #expect(try finding.openings.first == stretch("2027-03-01T00:40", "2027-03-01T01:00"))
        #expect(finding.openings.count == 3)
    }

    @Test func `where no level has anybody the catch-all is named`() throws {
        var world = seasonal()
        world.levels.removeLast()
        let hole = try finding(.nobody, in: try prove(world))
        #expect(hole.gravity == .hole && hole.openings.count == 7)
        #expect(hole.zone == "Asia/Singapore")
        #expect(
            hole.text
                == "policy default: no level pages anybody, the catch-all pages boss at +0 s instead"
        )
    }

    @Test(arguments: [
        (CoverageClass.continuous, CoverageGravity.hole as CoverageGravity?),
        (.bestEffort, .note), (.businessHours, nil),
    ])
    func `what a hole counts for is the service's class`(
        coverage: CoverageClass, gravity: CoverageGravity?
    ) throws {
        var world = seasonal()
        world.weekdays = .mondayToFriday
        world.coverage = coverage
        world.windows = [world.windows[1]]
        world.levels = [[.schedule("first")], [.person("boss")], [.person("mei")]]
        world.timeouts = [.minutes(1), .minutes(1), .minutes(1), nil, nil]
        let proof = try prove(world)
        let hole = proof.findings.first { $0.kind == .firstLevelEmpty }
        #expect(hole?.gravity == gravity)
        // Weekdays from 9 to 18: of each day 15 hours are left, and weekends.
        let service = try #require(proof.services.first)
        let hours: Int64 = gravity == nil ? 0 : 3 * (5 * 15 + 48)
        #expect(service.holes.reduce(.zero) { $0 + $1.length } == .hours(hours))
        #expect(service.demanded == .hours(coverage == .businessHours ? 3 * 5 * 9 : 3 * 168))
    }

    @Test func `business hours are demanded whether or not a turn has begun`() throws {
        var world = seasonal()
        world.coverage = .businessHours
        world.windows = [world.windows[1]]
        let proof = try prove(world) { roster, _ in
            roster.schedules[0].shifts[0].rotation.anchor = CivilDate(year: 2027, month: 3, day: 3)
        }
        let hole = try finding(.firstLevelEmpty, in: proof)
        #expect(hole.gravity == .hole)
        #expect(
            try hole.openings == [
                stretch("2027-03-01T08:00", "2027-03-01T17:00"),
                stretch("2027-03-02T08:00", "2027-03-02T17:00"),
            ])
    }

    @Test func `somebody who is paged by two levels is told, and is late if nobody is behind`()
        throws
    {
        var world = World()
        world.isSecondAhead = false
        world.levels = [[.schedule("first")], [.schedule("second")], [.person("boss")]]
        let mild = try finding(.levelAddsNobody, in: try prove(world))
        #expect(mild.gravity == .warning && mild.text.contains("level 2 adds nobody"))
        #expect(mild.remedy.hasPrefix("schedule second: let somebody else than"))
        world.levels.removeLast()
        world.repeats = 2
        let proof = try prove(world)
        let late = try finding(.nextPersonLate, in: proof)
        #expect(late.gravity == .late && late.severities == [.sev1, .sev3])
        // Three times two levels of twenty minutes.
        #expect(late.worst == .minutes(120))
        #expect(late.text.contains("the next person (boss, the catch-all) is paged only at +2 h"))
        #expect(late.text.contains("level 2 pages"))
        world.isSecondAhead = true
        #expect(try prove(world).findings.map(\.kind) == [.providerLost])
    }

    @Test func `a second level that is empty for a while makes the catch-all late`() throws {
        var world = seasonal()
        world.levels = [[.person("boss")], [.schedule("second")]]
        world.catchAll = ["mei"]
        world.repeats = 2
        let proof = try prove(world)
        let late = try finding(.nextPersonLate, in: proof)
        #expect(late.text.contains("level 2 is empty"))
        #expect(late.remedy.contains("schedule second: write `uncovered: next-shift`"))
        // The gap is from 00:00 to 01:00. SEV3 looks at level 2 after 20 and 40 minutes, and begins
        // to be late when both are in the gap; SEV1 after 5 and 10, and is the last to be so.
        #expect(try late.openings.first == stretch("2027-03-14T23:40", "2027-03-15T00:50"))
        world.fallback = .nextShift
        #expect(!(try prove(world)).findings.contains { $0.kind == .nextPersonLate })
    }

    @Test func `a level that waits for a person is nobody's second chance`() throws {
        var world = World()
        world.timeouts = [nil, nil, nil, nil, nil]
        let proof = try prove(world)
        let finding = try finding(.nobodyElse, in: proof)
        #expect(finding.gravity == .late && finding.worst == nil)
        #expect(finding.text.contains("nobody else is ever paged: level 1 waits for a person"))
        #expect(finding.remedy == "give level 1 of default a timeout for sev1")
    }

    @Test func `contacts that come too late are found, and the levels they silence`() throws {
        var world = World()
        world.contacts.append(
            Contact(channel: .sms, address: "+4912345", delay: .minutes(7)))
        let unused = try finding(.contactNeverUsed, in: try prove(world))
        #expect(unused.severities == [.sev1])
        #expect(unused.people.count == 6 && !unused.people.contains("boss"))
        #expect(unused.text.contains("by sms after 7 min is never used for SEV1"))
        world.contacts.removeFirst()
        let proof = try prove(world)
        let silent = try finding(.nobody, in: proof)
        #expect(silent.severities == [.sev1] && silent.gravity == .hole)
        // SEV3 waits for 20 minutes: its first page leaves after seven.
        let late = try finding(.firstPageLate, in: proof)
        #expect(late.severities == [.sev3] && late.people.count == 6)
    }

    @Test func `one slow person silences the level while it is their turn`() throws {
        let proof = try prove(World()) { roster, _ in
            for index in roster.people.indices where roster.people[index].id == "joe" {
                roster.people[index].contacts[0].delay = .minutes(6)
            }
        }
        let hole = try finding(.firstLevelEmpty, in: proof)
        #expect(hole.people == ["joe"] && hole.zone == "America/Los_Angeles")
        #expect(hole.severities == [.sev1])
        #expect(
            hole.text == "policy default: all contacts of level 1 (joe) wait until the level is"
                + " over, level 2 pages zoe at +5 min instead")
        #expect(try finding(.firstPageLate, in: proof).people == ["joe"])
    }

    @Test func `everybody of level 1 may have night`() throws {
        var world = World()
        world.levels = [[.person("mei")], [.person("raj")], [.person("boss")]]
        let asleep = try finding(.asleep, in: try prove(world))
        #expect(asleep.gravity == .warning)
        // 22:00 to 07:00 in Singapore is 14:00 to 23:00 UTC; SEV3 goes to boss first, who has day then.
        #expect(try asleep.openings.first == stretch("2027-03-01T14:00", "2027-03-01T23:00"))
        #expect(asleep.text.contains("everybody of level 1 has night (mei)"))
        #expect(asleep.worst == .minutes(10))
        #expect(asleep.text.contains("the first awake person (boss) is paged at +10 min"))
    }

    @Test func `a policy that repeats for ever is followed only so far`() throws {
        var world = World()
        world.levels = [[.person("ana")]]
        world.repeats = 100
        let proof = try prove(world) { _, options in options.stepsMax = 10 }
        let finding = try finding(.tooManySteps, in: proof)
        #expect(finding.gravity == .warning && finding.text.contains("the first 10 steps"))
        #expect(proof.tables.allSatisfy { $0.ladders.allSatisfy { $0.isCut } })
    }
}
