import Basics
import OnCall
import Testing

@testable import OnCallViews

struct ScheduleViewTests {
    /// Days of which some have changes of clocks in Berlin or New York.
    static let starts = ["2026-03-07T17:40", "2026-03-28T09:13", "2026-10-24T22:00"]

    @Test(arguments: starts, Sun.schedules)
    func `duties and gaps agree with the engine at every minute`(
        start: String, schedule: Schedule
    ) throws {
        let zones = try PinnedZones.zones()
        let (from, to) = (try utc(start), try utc(start) + .hours(60))
        let view = ScheduleView(schedule, zones: zones, from: from, to: to)
        for second in stride(from: from.seconds, to: to.seconds, by: 60) {
            let instant = Instant(seconds: second)
            let answer = onCall(schedule, zones: zones, at: instant)
            let duties = view.duties.filter { $0.from <= instant && instant < $0.to }
            #expect(
                Set(duties.map { [$0.person.text, $0.region.text] })
                    == Set(answer.people.map { [$0.person.text, $0.region.text] }), "\(instant)")
            #expect(duties.count == answer.people.count, "\(instant)")
            let isGap = view.gaps.contains { $0.from <= instant && instant < $0.to }
            #expect(isGap == (answer.vacancy != nil), "\(instant)")
        }
    }

    @Test func `whoever stays on call over a hand-off has one duty with its true ends`() throws {
        // Tom hands over to Lena at 02:30, which Berlin's clocks show twice: both for an hour.
        let from = try utc("2026-10-24T22:00")
        let view = ScheduleView(
            Sun.database, zones: try PinnedZones.zones(), from: from, to: from + .hours(24))
        #expect(
            view.duties == [
                Duty(
                    schedule: "database", person: "lena", region: "eu",
                    from: try utc("2026-10-18T00:30"), to: try utc("2026-10-25T01:30")),
                Duty(
                    schedule: "database", person: "tom", region: "eu",
                    from: try utc("2026-10-25T00:30"), to: try utc("2026-11-01T01:30")),
            ])
        #expect(view.lanes.map { $0.map(\.person) } == [["lena"], ["tom"]])
    }

    @Test func `a turn of a year is shown whole`() throws {
        let rotation = Rotation(
            participants: ["mei", "raj"], zone: "UTC", handoff: .every(days: 366, at: 0),
            anchor: CivilDate(year: 2026, month: 1, day: 1))
        let schedule = Schedule(
            id: "year", name: "Year", shifts: [RegionShift(region: "eu", rotation: rotation)])
        let from = try utc("2026-12-31T00:00")
        let view = ScheduleView(
            schedule, zones: try PinnedZones.zones(), from: from, to: from + .hours(1))
        #expect(view.duties.map(\.from) == [try utc("2026-01-01T00:00")])
        #expect(view.duties.map(\.to) == [try utc("2027-01-02T00:00")])
    }

    @Test func `who stands in is told from who has the window`() throws {
        var schedule = Sun.office
        schedule.fallback = .nextShift
        let from = try utc("2026-03-23T00:00")
        let view = ScheduleView(
            schedule, zones: try PinnedZones.zones(), from: from, to: from + .hours(24))
        #expect(view.duties.map(\.isStandIn) == [true, false, true])
        #expect(view.gaps.isEmpty)
    }
}

struct PeopleNamesTests {
    @Test func `initials and colours are each person's own, in whatever order they come`() {
        let people = [
            ("mei", "Mei Tanaka"), ("max", "Max Tanner"), ("mo", "Mo"), ("m", ""), ("a1", "!!"),
            ("a2", "김민준"), ("a3", "Ana"), ("a4", "ana"), ("a5", "Émile Zola"),
        ].map { (id: PersonID($0.0), name: $0.1) }
        let names = PeopleNames(people)
        #expect(names == PeopleNames(people.reversed()))
        let entries = people.map { names.entry($0.id) }
        #expect(Set(entries.map(\.initials)).count == people.count)
        #expect(Set(entries.map(\.colour)).count == people.count)
        #expect(entries.allSatisfy { (1...2).contains($0.initials.count) })
        #expect(names.entry("max").initials == "MT" && names.entry("mei").initials == "ME")
        #expect(names.entry("a5").initials == "ÉZ")
        #expect(names.name(of: "m") == "m" && names.name(of: "nobody") == "nobody")
    }

    @Test func `three hundred people have initials of their own and colours evenly`() {
        let people = (0..<300).map { (id: PersonID("p\($0)"), name: "Same Name") }
        let names = PeopleNames(people)
        let entries = people.map { names.entry($0.id) }
        #expect(Set(entries.map(\.initials)).count == 300)
        let counts = (0..<PeopleNames.colourCount).map { colour in
            entries.count { $0.colour == colour }
        }
        #expect(counts == Array(repeating: 25, count: 12))
    }

    @Test func `who joins the roster moves few other colours`() {
        let people = ["ana", "ben", "eva", "joe", "kim", "lena", "mei", "raj"].map {
            (id: PersonID($0), name: $0)
        }
        let before = PeopleNames(people)
        for newcomer in ["aaron", "carl", "nora", "zoe"] {
            let after = PeopleNames(people + [(id: PersonID(newcomer), name: newcomer)])
            let moved = people.filter {
                before.entry($0.id).colour != after.entry($0.id).colour
            }
            #expect(moved.count <= 2, "\(newcomer): \(moved)")
        }
    }
}
