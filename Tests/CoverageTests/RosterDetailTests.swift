import Alerting
import Basics
import Coverage
import Escalation
import OnCall
import Paging
import Testing

/// What a roster says besides who is on call, and how services are covered with what was changed.
struct RosterDetailTests {
    @Test func `what is said otherwise of people and services is told, field by field`() {
        let before = World().roster
        var after = before
        after.people[0].languages = ["en", "ms"]
        after.people[0].night = DailyHours(from: clock(23, 30), to: clock(6))
        after.services[0].playbooks = ["https://playbooks.example.com/cards"]
        after.services[0].dependencies = ["search"]
        after.services[0].tier = 2
        after.teams = [Team(id: "payments", name: "Payments", people: ["mei"], lead: "mei")]
        after.services.append(Service(id: "search", name: "Search", policy: "default"))
        after.people.removeLast()
        let details = rosterDetails(before: before, after: after)
        #expect(
            details.prefix(2).map { [$0.subject, $0.field, $0.before, $0.after] } == [
                ["person mei", "localNight", "", "23:30-06:00"],
                ["person mei", "languages", "", "en, ms"],
            ])
        #expect(
            details.map(\.subject).suffix(6).prefix(2) == ["person boss", "team payments"])
        #expect(
            details.map(\.field).suffix(6) == ["", "", "tier", "playbooks", "dependencies", ""])
        #expect(
            details.first { $0.subject == "team payments" }?.after
                == "name Payments; people mei; lead mei")
        #expect(details.last?.before == "" && details.last?.after.contains("SEV3") == true)
        #expect(details.first { $0.subject == "person boss" }?.after == "")
        #expect(rosterDetails(before: after, after: after).isEmpty)
    }

    private func covers(
        _ world: World, _ changes: OnCallChanges = .none, days: Int64 = 1
    ) throws -> [ServiceCover] {
        let zones = try TestZones.zones()
        let from = try utc("2027-01-04T00:00")
        return serviceCovers(
            of: world.roster, book: world.roster.book(changes: changes, zones: zones),
            zones: zones, from: from, to: from + .hours(24 * days))
    }

    private func office(_ coverage: CoverageClass) -> World {
        var world = World()
        world.windows = [("eu", "Europe/Berlin", clock(9), clock(17))]
        world.fallback = .nobody
        world.coverage = coverage
        return world
    }

    @Test func `a service is covered while level 1 has anybody, when its class demands it`() throws
    {
        let always = try #require(try covers(office(.continuous)).first)
        #expect(always.demandedLength == .hours(24) && always.coveredLength == .hours(8))
        #expect(
            try always.holes == [
                stretch("2027-01-04T00:00", "2027-01-04T08:00"),
                stretch("2027-01-04T16:00", "2027-01-05T00:00"),
            ])
        let hours = try #require(try covers(office(.businessHours)).first)
        #expect(hours.demandedLength == .hours(8) && hours.holes.isEmpty)
        var person = office(.continuous)
        person.levels = [[.schedule("first"), .person("boss")]]
        #expect(try covers(person).first?.holes == [])
        var none = office(.continuous)
        none.levels = []
        #expect(try covers(none).first?.coveredLength == .zero)
    }

    @Test func `leave opens a hole only if everybody is away, and only new holes are told`() throws
    {
        var world = World()
        world.windows = [("eu", "Europe/Berlin", clock(9), clock(17))]
        func leave(_ person: PersonID) throws -> OnCallLeave {
            OnCallLeave(
                id: person.text, person: person, from: try utc("2027-01-04T10:00"),
                to: try utc("2027-01-04T12:00"), by: person, reason: "")
        }
        let before = try covers(world)
        let one = try covers(world, OnCallChanges(leaves: [leave("ana")]))
        #expect(one.holesOpened(since: before).isEmpty)
        let both = try covers(world, OnCallChanges(leaves: [leave("ana"), leave("ben")]))
        #expect(
            try both.holesOpened(since: one).map(\.holes) == [
                [stretch("2027-01-04T10:00", "2027-01-04T12:00")]
            ])
        #expect(both.holesOpened(since: both).isEmpty)
        world.coverage = .bestEffort
        let free = try covers(world, OnCallChanges(leaves: [leave("ana"), leave("ben")]))
        #expect(!free[0].holes.isEmpty && free.holesOpened(since: before).isEmpty)
    }
}
