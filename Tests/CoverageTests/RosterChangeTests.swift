import Alerting
import Basics
import Coverage
import Escalation
import OnCall
import Paging
import Testing

/// What a new roster opens, and whom it concerns.
struct RosterChangeTests {
    private func holes(_ before: World, _ after: World) throws -> [CoverageHole] {
        coverageHoles(
            before: before.roster, after: after.roster, zones: try TestZones.zones(),
            from: try utc("2027-01-04T00:00"), to: try utc("2027-01-05T00:00"))
    }

    private func gappy(_ from: SecondOfDay, _ to: SecondOfDay) -> World {
        var world = World()
        world.windows = [("eu", "Europe/Berlin", from, to)]
        world.fallback = .nobody
        return world
    }

    @Test func `a hole is told only if the old roster had it covered`() throws {
        let opened = try holes(gappy(clock(6), clock(20)), gappy(clock(8), clock(18)))
        #expect(opened.map(\.service) == ["checkout"])
        #expect(
            try opened.first?.openings == [
                stretch("2027-01-04T05:00", "2027-01-04T07:00"),
                stretch("2027-01-04T17:00", "2027-01-04T19:00"),
            ])
        #expect(
            opened.first?.text == "schedule first has nobody, level 3 pages boss at +0 s instead")
        #expect(opened.first?.remedy.contains("uncovered: next-shift") == true)
        #expect(try holes(gappy(clock(8), clock(18)), gappy(clock(6), clock(20))).isEmpty)
        #expect(try holes(gappy(clock(8), clock(18)), gappy(clock(8), clock(18))).isEmpty)
    }

    @Test func `only a promise can be broken, and a new promise counts from the start`() throws {
        var relaxed = gappy(clock(8), clock(18))
        relaxed.coverage = .businessHours
        #expect(try holes(gappy(clock(6), clock(20)), relaxed).isEmpty)
        let night = try holes(relaxed, gappy(clock(8), clock(18)))
        #expect(night.first?.openings.map(\.length) == [.hours(7), .hours(7)])
        var other = World()
        other.fallback = .nextShift
        #expect(try holes(relaxed, other).isEmpty)
    }

    @Test func `each person's shifts gained and lost, by schedule`() throws {
        let before = World()
        var after = World()
        after.windows[1].to = clock(15)
        after.windows[2].from = clock(6)
        let zones = try TestZones.zones()
        let plan = rosterPlan(
            before: before.roster, after: after.roster, zones: zones,
            from: try utc("2027-01-05T00:00"), to: try utc("2027-01-06T00:00"))
        // Eu ends at 14:00 UTC instead of 17:00, and us begins then.
        let hours = try stretch("2027-01-05T14:00", "2027-01-05T17:00")
        #expect(plan.map(\.person) == ["ana", "ben", "joe", "zoe"])
        for person in plan {
            let isEU = ["ana", "ben"].contains(person.person)
            #expect((isEU ? person.lost : person.gained).map(\.time) == [hours])
            #expect((isEU ? person.gained : person.lost).isEmpty)
            #expect(person.after - person.before == .hours(isEU ? -3 : 3))
        }
        let eu = plan.filter { ["ana", "ben"].contains($0.person) }.flatMap(\.lost)
        #expect(Set(eu.map(\.schedule)) == ["first", "second"])
        #expect(
            rosterPlan(
                before: before.roster, after: before.roster, zones: zones,
                from: try utc("2027-01-05T00:00"), to: try utc("2027-04-05T00:00")
            ).isEmpty)
    }

    @Test func `somebody who leaves loses everything, whoever comes gains`() throws {
        let before = World().roster
        var after = World().roster
        for index in after.schedules.indices {
            for shift in after.schedules[index].shifts.indices
            where after.schedules[index].shifts[shift].region == "ap" {
                after.schedules[index].shifts[shift].rotation.participants = ["raj", "kai"]
            }
        }
        after.people.removeAll { $0.id == "mei" }
        after.people.append(
            Person(id: "kai", name: "Kai", region: "ap", zone: "Asia/Singapore", contacts: []))
        let plan = rosterPlan(
            before: before, after: after, zones: try TestZones.zones(),
            from: try utc("2027-01-04T00:00"), to: try utc("2027-04-04T00:00"))
        let mei = try #require(plan.first { $0.person == "mei" })
        #expect(mei.after == .zero && mei.before > .zero && mei.gained.isEmpty)
        #expect(mei.lost.reduce(.zero) { $0 + $1.time.length } == mei.before)
        let kai = try #require(plan.first { $0.person == "kai" })
        #expect(kai.before == .zero && kai.lost.isEmpty)
        #expect(kai.gained.reduce(.zero) { $0 + $1.time.length } == kai.after)
        #expect(plan.last?.person == "mei")
    }
}
