import Basics
import OnCall
import Testing

struct DutyLoadTests {
    @Test(arguments: ["2026-03-26T05:00", "2026-10-22T17:30", "2026-12-20T00:00"])
    func `the figures are those of a walk by the minute`(start: String) throws {
        let zones = try PinnedZones.zones()
        let homes = [
            PersonHome(
                person: "ana", region: "eu", zone: "Europe/Berlin",
                hours: DailyHours(from: clock(9), to: clock(17, 30))),
            PersonHome(
                person: "joe", region: "us", zone: "America/New_York",
                night: DailyHours(from: clock(1), to: clock(9, 30))),
            PersonHome(person: "sue", region: "us", zone: "Mars/Olympus"),
        ]
        let holidays = [
            RegionHolidays(region: "eu", dates: [try date("2026-12-25"), try date("2026-12-26")]),
            RegionHolidays(region: "us", dates: [try date("2026-12-25")]),
        ]
        let schedule = Schedule(
            id: "s", name: "S",
            shifts: [
                RegionShift(
                    region: "eu",
                    rotation: Rotation(
                        groups: [["ana"], ["joe", "guest"], ["sue"]], zone: "UTC",
                        handoff: .daily(at: clock(17)), anchor: try date("2026-01-01")))
            ])
        let (from, to) = (try utc(start), try utc(start) + .hours(24 * 14))
        let stretches = shifts(schedule, zones: zones, from: from, to: to)
        var expected = ["ana", "joe", "sue", "guest"].map { DutyLoad(person: PersonID($0)) }
        for instant in minutes(from: from, to: to) {
            for person in onCallPeople(stretches, instant) {
                let position = try #require(expected.firstIndex { $0.person == person })
                expected[position].seconds += 60
                guard position < 2 else { continue }
                let local = try PinnedZones.rules(homes[position].zone).local(instant)
                let isNight =
                    position == 0
                    ? local.secondOfDay >= clock(22) || local.secondOfDay < clock(7)
                    : local.secondOfDay >= clock(1) && local.secondOfDay < clock(9, 30)
                if isNight { expected[position].nightSeconds += 60 }
                if [0, 6].contains(local.date.weekday) { expected[position].weekendSeconds += 60 }
                let isHoliday = holidays[position].dates.contains(local.date)
                if isHoliday { expected[position].holidaySeconds += 60 }
                let isWorked =
                    !isHoliday && (1...5).contains(local.date.weekday)
                    && (clock(9)..<clock(17, 30)).contains(local.secondOfDay)
                if position == 0, !isWorked { expected[position].outsideSeconds += 60 }
            }
        }
        let found = dutyLoads(of: stretches, homes: homes, holidays: holidays, zones: zones)
        #expect(found == expected)
        #expect(found[0].nightSeconds > 0 && found[0].weekendSeconds > 0)
        #expect(found[1].nightSeconds > 0)
        #expect(found[0].outsideSeconds > 0 && found[0].outsideSeconds < found[0].seconds)
        #expect(found[1].outsideSeconds == 0, "nobody says when they work")
        #expect((found[0].holidaySeconds > 0) == start.contains("12-20"))
        #expect(dutyLoads(of: [], homes: [], zones: zones).isEmpty)
    }

    /// Around both changes of clocks, in hours that are left out and that come twice.
    @Test(arguments: [
        (Int64(22 * 3_600), Int64(7 * 3_600)), (Int64(8_940), Int64(9 * 3_600)),
        (Int64(20 * 3_600), Int64(9_000)), (Int64(23 * 3_600), Int64(0)),
    ])
    func `a night is known by the minute, and until when it surely lasts`(
        from: Int64, to: Int64
    ) throws {
        let hours = DailyHours(from: from, to: to)
        let book = OnCallBook([], zones: try PinnedZones.zones())
        let rules = try PinnedZones.rules("Europe/Berlin")
        for day in ["2026-03-28T12:00", "2026-10-24T12:00"] {
            var held: (isNight: Bool, until: Instant)?
            for instant in minutes(from: try utc(day), to: try utc(day) + .hours(30)) {
                let clock = rules.local(instant).secondOfDay
                let expected =
                    from < to ? clock >= from && clock < to : clock >= from || clock < to
                let found = book.night(hours, in: "Europe/Berlin", at: instant)
                #expect(found.isNight == expected, "\(instant)")
                #expect(found.until > instant)
                if let held, held.until > instant {
                    #expect(held.isNight == expected, "\(instant)")
                } else {
                    held = found
                }
            }
        }
        #expect(!book.night(hours, in: "Mars/Olympus", at: .epoch).isNight)
    }

    private func onCallPeople(_ stretches: [ShiftInterval], _ instant: Instant) -> [PersonID] {
        stretches.first { $0.from <= instant && instant < $0.to }?.people.map(\.person) ?? []
    }
}
