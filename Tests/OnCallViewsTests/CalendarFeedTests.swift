import Basics
import OnCall
import Testing

@testable import OnCallViews

/// Calendars, read by another program and compared with the engine.
struct CalendarFeedTests {
    private static let stamp = Instant(seconds: 1_774_000_000)

    private static func feed(
        _ scope: CalendarScope, title: String = "Team; \"ops\", a\\b", zones: TimeZones,
        regions: [WorkingRegion] = Sun.regions
    ) -> CalendarFeed {
        CalendarFeed(
            scope: scope, title: title, cluster: "prod", people: Sun.people, regions: regions,
            zones: zones, stamp: stamp)
    }

    /// A week either side of changes of clocks in Berlin and New York in 2026.
    static let changes = [
        "2026-03-08T07:00", "2026-03-29T01:00", "2026-10-25T01:00", "2026-11-01T06:00",
    ]

    /// What the engine says of one person: every second at which they come on or go off call.
    private func duties(
        of person: PersonID, by schedule: Schedule, zones: TimeZones, from: Instant, to: Instant
    ) -> Set<[Int64]> {
        var found: Set<[Int64]> = []
        var since: (from: Int64, until: Instant)?
        let intervals = shifts(
            schedule, zones: zones, from: from - .hours(24 * 60), to: to + .hours(24 * 60))
        for interval in intervals {
            let answer = interval.people.first { $0.person == person }
            if let begun = since, answer?.until != begun.until {
                found.insert([begun.from, interval.from.seconds])
                since = nil
            }
            if since == nil, let answer { since = (interval.from.seconds, answer.until) }
        }
        return found.filter { $0[1] > from.seconds && $0[0] < to.seconds }
    }

    @Test(arguments: changes, Sun.schedules)
    func `every event of a schedule is a duty of the engine, to the second`(
        change: String, schedule: Schedule
    ) throws {
        let zones = try PinnedZones.zones()
        let centre = try utc(change)
        let (from, to) = (centre - .hours(7 * 24), centre + .hours(7 * 24))
        let view = ScheduleView(schedule, zones: zones, from: from, to: to)
        let text = Self.feed(.schedule(schedule.id), zones: zones).text(of: [view])
        let read = try ReadCalendar.read(text)
        #expect(read.errors == [] && read.bareLineBreaks == 0)
        #expect(read.lineOctetsMax <= 75)
        var expected = 0
        for person in ["mei", "raj", "kim", "lena", "tom", "ana", "joe", "sue"] as [PersonID] {
            let duties = duties(of: person, by: schedule, zones: zones, from: from, to: to)
            let name = Sun.people.name(of: person)
            let events = read.events.filter { $0.summary.hasPrefix("\(name) on call: ") }
            #expect(Set(events.map { [$0.from, $0.to] }) == duties, "\(person)")
            #expect(events.count == duties.count)
            expected += duties.count
        }
        let gaps = shifts(schedule, zones: zones, from: from, to: to).filter(\.people.isEmpty)
        let told = read.events.filter { $0.summary.hasPrefix("NOBODY") }
        #expect(read.events.count == expected + told.count && expected > 0)
        for gap in gaps where gap.from > from && gap.to < to {
            #expect(told.contains { [$0.from, $0.to] == [gap.from.seconds, gap.to.seconds] })
        }
        for event in read.events {
            // The zones in the calendar say the same as the system's.
            #expect(event.from == event.fromByCalendar && event.to == event.toByCalendar)
            #expect(event.stamp == Self.stamp.seconds)
        }
    }

    /// Zones with odd offsets and changes of clocks, of which none, one and several are seen.
    @Test(arguments: PinnedZones.names)
    func `a year in any zone comes back as it was, and its zone with its changes`(
        zone: String
    ) throws {
        let zones = try PinnedZones.zones()
        let (from, to) = (try utc("2026-01-10T00:00"), try utc("2027-01-10T00:00"))
        // Hand-offs every day at half past two: in most zones skipped or seen twice once a year.
        let schedule = Schedule(
            id: "year", name: "Year",
            shifts: [
                RegionShift(
                    region: "here",
                    rotation: Rotation(
                        participants: ["mei", "tom"], zone: zone,
                        handoff: .daily(at: 2 * 3_600 + 1_800),
                        anchor: CivilDate(year: 2025, month: 6, day: 1), foldPolicy: .last))
            ])
        let region = WorkingRegion(name: "here", zone: zone, window: DayWindow(from: 0, to: 0))
        let view = ScheduleView(schedule, zones: zones, from: from, to: to)
        let feed = Self.feed(.region("here"), zones: zones, regions: [region])
        let read = try ReadCalendar.read(feed.text(of: [view]))
        let intervals = shifts(schedule, zones: zones, from: from, to: to)
        #expect(read.errors == [])
        #expect(read.events.count == intervals.count)
        for (event, interval) in zip(read.events, intervals).dropFirst().dropLast() {
            #expect([event.from, event.to] == [interval.from.seconds, interval.to.seconds])
            #expect([event.fromByCalendar, event.toByCalendar] == [event.from, event.to])
        }
        let changes = try PinnedZones.changes(of: zone).filter {
            $0[0] >= from.seconds && $0[0] < to.seconds
        }
        let observed = read.observances.filter { $0.at >= from.seconds && $0.before != $0.after }
        #expect(observed.map { [$0.at, $0.before, $0.after] } == changes)
        #expect(read.observances.count == (zone == "UTC" ? 0 : changes.count + 1))
    }
}
