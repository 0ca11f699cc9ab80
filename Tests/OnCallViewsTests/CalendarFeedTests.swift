import Basics
import Foundation
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

    // MARK: What stays

    @Test func `the same duty keeps its UID and its times from day to day`() throws {
        let zones = try PinnedZones.zones()
        var known: [String: [Int64]] = [:]
        for day in [0, 1, 6, 20, 40] as [Int64] {
            let (from, to) = CalendarFeed.period(
                at: try utc("2026-03-20T13:37") + .hours(24 * day))
            for schedule in Sun.schedules {
                let view = ScheduleView(schedule, zones: zones, from: from, to: to)
                let feed = Self.feed(.schedule(schedule.id), zones: zones)
                let events = try ReadCalendar.read(feed.text(of: [view])).events
                #expect(Set(events.map(\.uid)).count == events.count)
                for event in events {
                    let isGap = event.summary.hasPrefix("NOBODY")
                    // A gap that goes on behind the end of the calendar is cut there.
                    if isGap, event.to == to.seconds { continue }
                    let times = [event.from, event.to]
                    #expect(known[event.uid, default: times] == times, "\(event.uid)")
                    known[event.uid] = times
                }
            }
        }
        #expect(known.count > 500)
    }

    @Test func `the same question has the same bytes all day, and other bytes tomorrow`() throws {
        let zones = try PinnedZones.zones()
        let texts = try ["2026-03-20T00:00", "2026-03-20T23:59", "2026-03-21T00:00"].map { now in
            let (from, to) = CalendarFeed.period(at: try utc(now))
            var feed = Self.feed(.person("lena"), zones: zones)
            feed.stamp = from
            return feed.text(of: try Sun.views(from: from, to: to))
        }
        #expect(texts[0] == texts[1] && texts[1] != texts[2])
    }

    // MARK: Whose

    @Test func `a person's calendar has their duties, a region's those it carries`() throws {
        let zones = try PinnedZones.zones()
        let (from, to) = (try utc("2026-03-23T00:00"), try utc("2026-04-06T00:00"))
        let views = try Sun.views(from: from, to: to)
        func uids(_ scope: CalendarScope) throws -> [String] {
            var feed = Self.feed(scope, zones: zones)
            feed.includesGaps = false
            return try ReadCalendar.read(feed.text(of: views)).events.map(\.uid).sorted()
        }
        let bySchedule = try Sun.schedules.flatMap { try uids(.schedule($0.id)) }.sorted()
        let people = ["mei", "raj", "kim", "lena", "tom", "ana", "joe", "sue"] as [PersonID]
        let byPerson = try people.flatMap { try uids(.person($0)) }.sorted()
        let byRegion = try Sun.regions.flatMap { try uids(.region($0.name)) }.sorted()
        #expect(bySchedule == byPerson && bySchedule == byRegion)
        #expect(bySchedule.count > 40)
        let mine = try ReadCalendar.read(Self.feed(.person("tom"), zones: zones).text(of: views))
        let summaries = Set(mine.events.map(\.summary))
        #expect(
            summaries == [
                "On call: Payments primary (eu)", "On call: Billing, office hours; Berlin (eu)",
                "On call: Database (eu)",
            ])
        #expect(try uids(.person("nobody")).isEmpty)
        var team = Self.feed(.team("payments"), zones: zones)
        #expect(try ReadCalendar.read(team.text(of: views)).events.isEmpty)
        team.members = ["mei", "tom"]
        let ours = try ReadCalendar.read(team.text(of: views)).events.map(\.uid).sorted()
        #expect(ours == (try uids(.person("mei")) + uids(.person("tom"))).sorted())
    }

    @Test func `scopes are what addresses call them`() {
        for (kind, id) in [
            ("person", "mei"), ("team", "payments"), ("region", "ap"), ("schedule", "x.y-z"),
        ] {
            let scope = CalendarScope(kind: kind, id: id)
            #expect(scope?.kind == kind && scope?.id == id)
        }
        #expect(CalendarScope(kind: "people", id: "mei") == nil)
    }

    // MARK: Writing

    @Test func `texts come back as they are, however long and in whatever script`() throws {
        let zones = try PinnedZones.zones()
        let odd = "a\\b, c;d: \"e\" 🦊\(String(repeating: "値段é", count: 60))"
        let from = try utc("2026-03-23T00:00")
        let view = ScheduleView(
            id: "odd", name: odd,
            duties: [
                Duty(schedule: "odd", person: "x", region: "ap", from: from, to: from + .hours(1))
            ], gaps: [])
        var feed = Self.feed(.person("x"), title: odd, zones: zones)
        feed.people = PeopleNames([("x", "Ω, \(odd)")])
        let text = feed.text(of: [view])
        let read = try ReadCalendar.read(text)
        #expect(read.name == "On call: \(odd)" && read.refresh == "PT1H")
        #expect(read.events.map(\.summary) == ["On call: \(odd) (ap)"])
        #expect(
            read.events[0].description.hasPrefix("Ω, \(odd) is on call for \(odd), region ap.\n"))
        #expect(read.lineOctetsMax <= 75 && read.lineOctetsMax > 70)
        #expect(text.hasSuffix("END:VCALENDAR\r\n"))
        // Libraries do not agree on a backslash before a letter that means something; RFC 5545 does.
        #expect(CalendarText.escaped("\\n\\;") == "\\\\n\\\\\\;")
    }

    @Test func `line ends and control characters of names make no lines`() throws {
        let zones = try PinnedZones.zones()
        let title = "x\r\nBEGIN:VALARM\r\ny\u{7}\rz\u{85}"
        let text = Self.feed(.person("x"), title: title, zones: zones).text(of: [])
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines.contains("X-WR-CALNAME:On call: x\\nBEGIN:VALARM\\ny \\nz "))
        #expect(!lines.contains("BEGIN:VALARM"))
        #expect(try ReadCalendar.read(text).events.isEmpty)
    }
}
