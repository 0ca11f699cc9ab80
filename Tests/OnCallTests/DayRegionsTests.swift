import Basics
import OnCall
import Testing

struct DayRegionsTests {
    private let regions = [
        WorkingRegion(
            name: "amer", zone: "America/New_York", window: DayWindow(from: clock(9), to: clock(17))
        ),
        WorkingRegion(
            name: "apac", zone: "Australia/Sydney", window: DayWindow(from: clock(9), to: clock(17))
        ),
        WorkingRegion(
            name: "emea", zone: "Europe/Berlin", window: DayWindow(from: clock(9), to: clock(17))),
    ]

    // In January, by UTC: Sydney 22:00 to 06:00, Berlin 08:00 to 16:00, New York 14:00 to 22:00.
    @Test(arguments: [
        ("2026-01-14T08:00", ["emea", "amer", "apac"]),  // the morning in Berlin
        ("2026-01-14T13:59:59", ["emea", "amer", "apac"]),
        ("2026-01-14T14:00", ["amer", "emea", "apac"]),  // both at work: New York began later
        ("2026-01-14T16:00", ["amer", "apac", "emea"]),
        ("2026-01-14T22:00", ["apac", "emea", "amer"]),
        ("2026-01-14T06:00", ["emea", "amer", "apac"]),  // nobody at work
        ("2026-07-15T06:59:59", ["apac", "emea", "amer"]),  // in July Sydney ends at 07:00
        ("2026-07-15T07:00", ["emea", "amer", "apac"]),  // just when Berlin begins
    ])
    func `regions at work come first, the latest to begin in front`(
        time: String, expected: [String]
    ) throws {
        let found = dayRegions(regions, zones: try PinnedZones.zones(), at: try utc(time))
        #expect(found.map(\.text) == expected)
    }

    @Test func `equal regions stay in order and those that cannot be placed come last`() throws {
        let zones = try PinnedZones.zones()
        let berlin = regions[2]
        var atlantis = berlin
        (atlantis.name, atlantis.zone) = ("lost", "Europe/Atlantis")
        var never = berlin
        (never.name, never.window.weekdays) = ("never", [])
        var twin = berlin
        twin.name = "twin"
        let given = [never, atlantis, twin, berlin]
        for time in ["2026-01-14T03:00", "2026-01-14T12:00"] {
            #expect(
                dayRegions(given, zones: zones, at: try utc(time))
                    == ["twin", "emea", "never", "lost"])
        }
        #expect(dayRegions([], zones: zones, at: .epoch).isEmpty)
    }

    @Test func `at the weekend the next working day counts`() throws {
        let weekdays = regions.map { region in
            var region = region
            region.window.weekdays = .mondayToFriday
            return region
        }
        // Saturday: Sydney's Monday begins first, on Sunday evening in UTC.
        let found = dayRegions(
            weekdays, zones: try PinnedZones.zones(), at: try utc("2026-01-17T12:00"))
        #expect(found == ["apac", "emea", "amer"])
    }
}
