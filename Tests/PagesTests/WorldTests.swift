import APIModel
import Basics
import Testing

@testable import Pages

/// Day and night, and who comes next.
struct WorldTests {
    // Declinations and equations of time of The Astronomical Almanac for 2026, to half a degree.
    @Test(arguments: [
        // The March equinox, 14:46 UTC: over the equator, two hours and three quarters past noon.
        (CivilDate(year: 2026, month: 3, day: 20), Int64(14 * 60 + 46), 0.0, -39.7),
        // The June solstice, 08:24 UTC: over the tropic of Cancer.
        (CivilDate(year: 2026, month: 6, day: 21), Int64(8 * 60 + 24), 23.44, 54.4),
        // The December solstice, 20:50 UTC: over the tropic of Capricorn.
        (CivilDate(year: 2026, month: 12, day: 21), Int64(20 * 60 + 50), -23.44, -133.0),
        // Early November, noon UTC: the sun is sixteen minutes early, four degrees east to west.
        (CivilDate(year: 2026, month: 11, day: 3), Int64(12 * 60), -15.1, -4.1),
    ])
    func `the sun stands where the almanac says`(
        date: CivilDate, minute: Int64, latitude: Double, longitude: Double
    ) {
        let sun = Sun(at: Instant(seconds: date.daysSinceEpoch * 86_400 + minute * 60))
        #expect(abs(sun.latitude - latitude) < 0.5, "\(sun.latitude)")
        #expect(abs(sun.longitude - longitude) < 0.5, "\(sun.longitude)")
    }

    @Test func `on the edge of day the sun is neither up nor down`() {
        let sun = Sun(at: Sample.now.instant)
        for longitude in stride(from: -180.0, through: 180, by: 15) {
            let edge = sun.edge(atLongitude: longitude)
            let (north, south) = (
                sun.isUp(latitude: edge + 1, longitude: longitude),
                sun.isUp(latitude: edge - 1, longitude: longitude)
            )
            #expect(north != south, "at \(longitude)")
            // The night is drawn towards the pole away from the sun.
            #expect(north == (sun.latitude > 0), "at \(longitude)")
        }
    }

    @Test func `zones have places, and what has none is said`() {
        #expect(Place.ofZone("Europe/Berlin") == Place(latitude: 52.5, longitude: 13.37))
        #expect(Place.ofZone("Mars/Base") == nil)
        let html = WorldPage(
            frame: Sample.frame(), timeline: Sample.onCallTimeline(),
            incidents: IncidentList(region: "eu", readAt: Sample.now, incidents: []), commands: [],
            zones: Sample.zones
        ).html.description
        #expect(html.contains("not on the map: us"))
    }

    @Test func `handoffs and gaps come in the order of time`() {
        let changes = ShiftChange.all(in: Sample.onCallTimeline(), after: Sample.now)
        #expect(changes.map(\.at) == [Sample.before(-7_200), Sample.before(-36_000)])
        #expect(changes[0].from == ["mei"] && changes[0].to == ["raj"])
        #expect(changes[1].from == ["raj"] && changes[1].to.isEmpty)
    }

    @Test func `lines between others are drawn where they tell whom they hear`() {
        func map(_ hears: [String: [String]?]) -> String {
            var frame = Sample.frame()
            for index in frame.cluster.members.indices {
                frame.cluster.members[index].hears = hears[frame.cluster.members[index].name] ?? nil
            }
            var timeline = Sample.onCallTimeline()
            for (index, zone) in ["Asia/Singapore", "Europe/Berlin", "America/New_York"]
                .enumerated()
            {
                timeline.regions[index].zone = zone
            }
            return WorldPage(
                frame: frame, timeline: timeline,
                incidents: IncidentList(region: "eu", readAt: Sample.now, incidents: []),
                commands: [], zones: Sample.zones
            ).html.description
        }
        func lines(_ html: String, _ state: String) -> Int {
            html.ranges(of: "<path class=\"link \(state)\"").count
        }
        let all = map(["ap": ["eu", "us"], "us": ["eu", "ap"]])
        #expect(lines(all, "reached") == 3 && lines(all, "silent") == 0)
        #expect(all.ranges(of: "class=\"lag\"").count == 2, "a round trip that nobody measured")
        #expect(all.contains("numbers are round trips from eu"))
        // One hears the other, and is not heard; or only one tells.
        let half = map(["ap": ["eu", "us"], "us": ["eu"]])
        #expect(lines(half, "reached") == 2 && lines(half, "silent") == 1)
        #expect(lines(map(["ap": ["eu"]]), "silent") == 1)
        #expect(lines(map([:]), "reached") == 2 && lines(map([:]), "silent") == 0)
    }

    @Test func `what happens next says the worst of a region that stands apart`() {
        let apart = Sample.cluster(isApart: true).sentences
        #expect(apart.first?.level == "bad")
        #expect(
            apart.contains {
                $0.text.contains("4 facts") && $0.text.contains("us or ap is reached again")
            })
        let well = Sample.cluster().sentences
        #expect(well.map(\.level) == ["good"])
        #expect(well[0].text.contains("1 region may be lost"))
    }

    @Test func `what a region says of itself is what is shown of it`() {
        var status = Sample.cluster()
        status.outlook = [
            OutlookSentence(level: "bad", about: "disk", fact: "it is so", next: "it will be so")
        ]
        var frame = Sample.frame()
        frame.cluster = status
        let html = ClusterPage(
            frame: frame,
            incidents: IncidentList(region: "eu", readAt: Sample.now, incidents: []), conflicts: []
        ).html.description
        #expect(html.contains("It is so. It will be so."))
        #expect(!html.contains("All is well"))
    }
}
