import APIModel
import Basics
import Foundation
import Testing

@testable import meridian

/// Charts and calendars at the command line; how pictures look is tested in `OnCallViewsTests`.
struct ChartTests {
    /// A day in which Mei and Raj are on call for ten hours each, and then nobody.
    private static func timeline() throws -> OnCallTimeline {
        let times = try ["00:00", "10:00", "20:00"].map {
            try #require(Timestamp(text: "2026-03-23T\($0)Z"))
        }
        let end = try #require(Timestamp(text: "2026-03-24T00:00Z"))
        return OnCallTimeline(
            region: "eu", rosterVersion: "r1", tzVersion: "2026f", from: times[0], to: end,
            regions: [
                TimelineRegion(
                    name: "eu", zone: "Europe/Berlin", dayFromSeconds: 9 * 3_600,
                    dayToSeconds: 18 * 3_600, weekdays: [1, 2, 3, 4, 5])
            ],
            people: [
                TimelinePerson(person: "mei", name: "Mei\u{1B}[31m Tanaka"),
                TimelinePerson(person: "raj", name: "Raj Patel"),
            ],
            schedules: [
                TimelineSchedule(
                    schedule: "one", name: "One",
                    duties: [
                        TimelineDuty(
                            person: "mei", region: "eu", from: times[0], to: times[1],
                            standsIn: false),
                        TimelineDuty(
                            person: "raj", region: "eu", from: times[1], to: times[2],
                            standsIn: true),
                    ], gaps: [TimelineGap(from: times[2], to: end)]),
                TimelineSchedule(schedule: "two", name: "Two", duties: [], gaps: []),
            ])
    }

    private func lines(_ terminal: Terminal) throws -> [String] {
        let timeline = try Self.timeline()
        let chart = try ChartInput.chart(timeline, zone: "UTC", now: timeline.from.instant)
        return ChartTexts.text(chart, for: terminal).components(separatedBy: "\n")
    }

    private func select(
        _ names: [String], from all: [TimelineSchedule]
    ) throws -> [TimelineSchedule] {
        try Selection.of(names, from: all, what: "schedule", name: \.schedule)
    }

    @Test func `a chart away from a terminal has no colours and fits eighty columns`() throws {
        let lines = try lines(.plain)
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") && $0.count <= 80 })
        let row = try #require(lines.first { $0.hasPrefix("one ") })
        #expect(row.contains("MT─") && row.contains("RP·") && row.hasSuffix("!!"))
        #expect(lines.contains { $0.hasPrefix("!! one: nobody from Mon 23 Mar 20:00") })
    }

    @Test func `a chart on a terminal has colours, and no name brings its own`() throws {
        let terminal = Terminal(isInteractive: true, hasColour: true, width: 100)
        let text = try lines(terminal).joined(separator: "\n")
        #expect(text.contains("\u{1B}[1;97;41m!!"))
        #expect(text.contains(";48;5;"))
        #expect(!text.contains("\u{1B}[31m"))
    }

    @Test func `schedules are chosen by name, and what there is is told`() throws {
        let all = try Self.timeline().schedules
        #expect(try select([], from: all) == all)
        let chosen = try select(["two", "one", "two"], from: all)
        #expect(chosen.map(\.schedule) == ["two", "one"])
        let failure = #expect(throws: CommandFailure.self) {
            try select(["three"], from: all)
        }
        #expect(failure?.status == .notFound && failure?.remedy == "one of: one, two")
    }

    @Test func `a file that was written is summed up`() throws {
        var timeline = try Self.timeline()
        #expect(ChartTexts.summary(timeline) == "2 schedules, 1 day, nobody on call in 1 gap")
        timeline.schedules = [timeline.schedules[1]]
        #expect(ChartTexts.summary(timeline) == "1 schedule, 1 day, no gaps")
    }

    @Test func `a timeline survives the API`() throws {
        let timeline = try Self.timeline()
        let data = try APICoding.encode(timeline)
        #expect(try APICoding.decode(OnCallTimeline.self, from: data) == timeline)
    }

    @Test func `a calendar has an address at every region`() throws {
        let regions = try ["http://a:1", "http://b:2/"].map { try RegionEndpoint(url: $0) }
        let feed = FeedAddresses(
            CalendarAddress(
                kind: "person", id: "mei", name: "Mei", path: "/calendar/T_-/person/mei.ics"),
            at: regions)
        #expect(
            feed.addresses == [
                "http://a:1/calendar/T_-/person/mei.ics", "http://b:2/calendar/T_-/person/mei.ics",
            ])
    }
}
