import Basics
import OnCall
import Testing

struct ShowThroughTests {
    private func shift(
        _ region: RegionName, _ people: [PersonID], zone: String = "UTC",
        windows: [DayWindow] = [], offset: Int = 0, holidays: HolidayRule = .off
    ) throws -> RegionShift {
        RegionShift(
            region: region, windows: windows,
            rotation: Rotation(
                participants: people, zone: zone, handoff: .daily(at: clock(9)),
                anchor: try date("2026-01-01"), offset: offset),
            holidays: holidays)
    }

    private func people(
        _ schedule: Schedule, _ time: String, holidays: [RegionHolidays] = []
    ) throws -> [PersonID] {
        onCall(schedule, holidays: holidays, zones: try PinnedZones.zones(), at: try utc(time))
            .people.map(\.person)
    }

    @Test func `several windows of one shift count together`() throws {
        let windows = [
            DayWindow(from: clock(9), to: clock(12)), DayWindow(from: clock(14), to: clock(18)),
            DayWindow(from: clock(20), to: clock(22), weekdays: Weekdays([.saturday])),
            DayWindow(from: clock(18), to: clock(19)),
        ]
        let schedule = Schedule(
            id: "s", name: "S",
            shifts: [try shift("eu", ["ana"], windows: windows), try shift("us", ["joe"])])
        let found = shifts(
            schedule, zones: try PinnedZones.zones(), from: try utc("2026-01-02T09:00"),
            to: try utc("2026-01-04T09:00"))
        // 2026-01-03 is a Saturday. Windows that meet are one stretch.
        #expect(
            try found.filter { $0.people.first?.person == "ana" }.map(\.from)
                == ["02T09", "02T14", "03T09", "03T14", "03T20"].map { try utc("2026-01-\($0):00") }
        )
        #expect(
            try found.filter { $0.people.first?.person == "ana" }.map(\.to)
                == ["02T12", "02T19", "03T12", "03T19", "03T22"].map { try utc("2026-01-\($0):00") }
        )
        #expect(found.allSatisfy { $0.people.count == 1 })
    }

    @Test func `a secondary is the same rotation with an offset and never the primary`() throws {
        let all: [PersonID] = ["ana", "ben", "cho"]
        for time in ["2026-01-01T12:00", "2026-01-02T12:00", "2026-01-03T12:00"] {
            let both = try [0, 1].flatMap { offset in
                try people(
                    Schedule(id: "s", name: "S", shifts: [try shift("eu", all, offset: offset)]),
                    time)
            }
            let primary = try #require(all.firstIndex(of: both[0]))
            #expect(both == [all[primary], all[(primary + 1) % 3]])
        }
    }

    @Test func `on a holiday windows stay closed and others show through`() throws {
        let window = [DayWindow(from: clock(9), to: clock(17))]
        let holidays = [RegionHolidays(region: "eu", dates: [try date("2026-12-25")])]
        for (rule, expected) in [(HolidayRule.off, "joe"), (.work, "ana")] {
            let schedule = Schedule(
                id: "s", name: "S",
                shifts: [
                    try shift("eu", ["ana"], windows: window, holidays: rule),
                    try shift("us", ["joe"]),
                ])
            let christmas = try people(schedule, "2026-12-25T12:00", holidays: holidays)
            #expect(christmas.map(\.text) == [expected])
            #expect(try people(schedule, "2026-12-24T12:00", holidays: holidays) == ["ana"])
            #expect(try people(schedule, "2026-12-26T12:00", holidays: holidays) == ["ana"])
        }
        let always = Schedule(id: "s", name: "S", shifts: [try shift("eu", ["ana"])])
        #expect(try people(always, "2026-12-25T12:00", holidays: holidays) == ["ana"])
    }

    @Test func `whoever is relieved stays for the overlap, the incoming first`() throws {
        let schedule = Schedule(
            id: "s", name: "S",
            shifts: [
                try shift("ap", ["mei"], windows: [DayWindow(from: clock(1), to: clock(9))]),
                try shift("eu", ["ana"], windows: [DayWindow(from: clock(9), to: clock(17))]),
            ], fallback: .nobody, overlap: .minutes(30))
        #expect(try people(schedule, "2026-01-05T08:59") == ["mei"])
        #expect(try people(schedule, "2026-01-05T09:00") == ["ana", "mei"])
        #expect(try people(schedule, "2026-01-05T09:29:59") == ["ana", "mei"])
        #expect(try people(schedule, "2026-01-05T09:30") == ["ana"])
        // Nobody relieves Ana at 17:00, so nobody stays.
        #expect(try people(schedule, "2026-01-05T17:00") == [])
        let answer = onCall(
            schedule, zones: try PinnedZones.zones(), at: try utc("2026-01-05T09:10"))
        #expect(answer.people.map(\.reason) == [.window, .handoffOverlap])
        #expect(answer.until == (try utc("2026-01-05T09:30")))
    }

    @Test func `a temporary schedule replaces the layers, and overrides unless it allows them`()
        throws
    {
        var schedule = Schedule(id: "s", name: "S", shifts: [try shift("eu", ["ana", "ben"])])
        let override = OnCallOverride(
            id: "o", order: 1, kind: .override, schedule: "s", replaces: nil, person: "zoe",
            from: try utc("2026-12-24T00:00"), to: try utc("2026-12-28T00:00"), by: "zoe",
            reason: "")
        let zones = try PinnedZones.zones()
        for allows in [false, true] {
            schedule.temporary = [
                TemporarySchedule(
                    from: try local("2026-12-24T18:00"), to: try local("2026-12-27T09:00"),
                    zone: "Europe/Berlin", shifts: [try shift("eu", ["eva"])],
                    allowsOverrides: allows)
            ]
            // Berlin is an hour ahead.
            #expect(try people(schedule, "2026-12-24T16:59:59") != ["eva"])
            #expect(try people(schedule, "2026-12-24T17:00") == ["eva"])
            #expect(try people(schedule, "2026-12-27T07:59:59") == ["eva"])
            #expect(try people(schedule, "2026-12-27T08:00") != ["eva"])
            let changes = OnCallChanges(overrides: [override])
            let during = onCall(
                schedule, changes: changes, zones: zones, at: try utc("2026-12-25T12:00"))
            #expect(during.people.map(\.person) == [allows ? "zoe" : "eva"])
            #expect(
                during.findings.map(\.problem) == (allows ? [] : [.withoutEffect(change: "o")]))
            let before = onCall(
                schedule, changes: changes, zones: zones, at: try utc("2026-12-24T12:00"))
            #expect(before.people.map(\.person) == ["zoe"])
            // Leave counts in it too.
            let leave = OnCallLeave(
                id: "l", person: "eva", from: override.from, to: override.to, by: "eva", reason: "")
            let away = onCall(
                schedule, changes: OnCallChanges(leaves: [leave]), zones: zones,
                at: try utc("2026-12-25T12:00"))
            #expect(away.people.map(\.reason) == [.standIn] && away.people[0].person != "eva")
        }
    }

    @Test func `a temporary schedule that makes no sense is a finding and shows through`() throws {
        var schedule = Schedule(id: "s", name: "S", shifts: [try shift("eu", ["ana"])])
        let (from, to) = (try local("2026-12-24T18:00"), try local("2026-12-27T09:00"))
        let shifts = [try shift("us", ["eva"])]
        let year = CivilDate(year: .max, month: 1, day: 1)
        for (temporary, problem) in [
            (
                TemporarySchedule(from: to, to: from, zone: "UTC", shifts: shifts),
                ShiftProblem.endsBeforeItBegins(to)
            ),
            (
                TemporarySchedule(from: from, to: to, zone: "Mars/Olympus", shifts: shifts),
                .unknownZone("Mars/Olympus")
            ),
            (
                TemporarySchedule(
                    from: from, to: LocalTime(date: year, secondOfDay: 0), zone: "UTC",
                    shifts: shifts), .noSuchDate(year)
            ),
            (
                TemporarySchedule(
                    from: from, to: to, zone: "UTC", shifts: [try shift("us", [])]),
                .noParticipants
            ),
        ] {
            schedule.temporary = [temporary]
            let answer = onCall(
                schedule, zones: try PinnedZones.zones(), at: try utc("2026-12-25T12:00"))
            #expect(answer.people.map(\.person) == ["ana"])
            #expect(answer.findings == [OnCallFinding(region: "us", problem: problem)])
        }
    }
}
