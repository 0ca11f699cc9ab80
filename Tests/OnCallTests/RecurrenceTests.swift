import Basics
import OnCall
import Testing

struct RecurrenceTests {
    private static let people = (0..<5).map { PersonID("p\($0)") }
    private static let anchor = CivilDate(year: 2026, month: 1, day: 8)

    /// Whose turn it is at noon of so many days from the anchor on.
    private func turns(
        _ rotation: Rotation, windows: [DayWindow] = [], holidays: [RegionHolidays] = [],
        days: Int64
    ) throws -> [PersonID?] {
        let book = OnCallBook(
            [
                Schedule(
                    id: "s", name: "S",
                    shifts: [RegionShift(region: "r", windows: windows, rotation: rotation)],
                    fallback: .firstShift)
            ], holidays: holidays, zones: try PinnedZones.zones())
        return (0..<days).map { day in
            let noon = Instant(seconds: (Self.anchor.daysSinceEpoch + day) * 86_400 + 43_200)
            return book.people(of: "s", at: noon)?.people.first?.person
        }
    }

    private func rotation(_ handoff: HandoffRule, _ advance: Advance = .calendar) -> Rotation {
        Rotation(
            participants: Self.people, zone: "UTC", handoff: handoff, anchor: Self.anchor,
            advance: advance)
    }

    /// Whose turn it is on so many days from the anchor on, if turns change on days that answer a
    /// description: counted day by day.
    private func counted(days: Int64, where changes: (CivilDate) -> Bool) -> [PersonID?] {
        var turn = 0
        return (0..<days).map { day in
            let date = CivilDate(daysSinceEpoch: Self.anchor.daysSinceEpoch + day)
            if day > 0, changes(date) { turn += 1 }
            return Self.people[turn % 5]
        }
    }

    @Test(arguments: [1, 2, 3, 5])
    func `turns change on certain days of every so many weeks`(weeks: Int) throws {
        for days in [[Weekday.tuesday], [.thursday], [.monday, .thursday], [.sunday, .wednesday]] {
            let found = try turns(
                rotation(.recurring(.weekly(every: weeks, on: Weekdays(days)), at: clock(9))),
                days: 1_000)
            // The anchor, a Thursday, lies in the week that begins on Monday the 5th.
            let monday = CivilDate(year: 2026, month: 1, day: 5).daysSinceEpoch
            let expected = counted(days: 1_000) { date in
                let week = (date.daysSinceEpoch - monday) / 7
                return week % Int64(weeks) == 0
                    && days.contains { $0.rawValue == date.weekday }
            }
            #expect(found == expected, "\(days)")
        }
    }

    @Test(arguments: [1, 2, 3, 12])
    func `turns change on one day of every so many months`(months: Int) throws {
        for week in MonthWeek.allCases {
            for weekday in [Weekday.monday, .thursday, .sunday] {
                let found = try turns(
                    rotation(.recurring(.monthly(every: months, week, weekday), at: clock(9))),
                    days: 1_500)
                let expected = counted(days: 1_500) { date in
                    let month = (date.year - 2026) * 12 + date.month - 1
                    let next = CivilDate(daysSinceEpoch: date.daysSinceEpoch + 7)
                    let isRight =
                        week == .last
                        ? next.month != date.month : (date.day - 1) / 7 + 1 == week.rawValue
                    return month % Int64(months) == 0 && date.weekday == weekday.rawValue && isRight
                }
                #expect(found == expected, "\(week) \(weekday)")
            }
        }
    }

    @Test func `only turns with duty count if the rotation says so`() throws {
        let holidays = try ["2026-01-19", "2026-01-20", "2026-04-06", "2026-05-25", "2026-06-06"]
            .map { try date($0) }
        for weekdays in [Weekdays.mondayToFriday, Weekdays([.monday, .saturday])] {
            // A window in the night before the handoff belongs to the turn of the day before.
            for from in [clock(10), clock(3)] {
                let window = DayWindow(from: from, to: from + 3_600, weekdays: weekdays)
                for handoff in [
                    HandoffRule.daily(at: clock(9)), .every(days: 2, at: clock(9)),
                    .every(days: 5, at: clock(9)), .weekly(.tuesday, at: clock(9)),
                    .recurring(.weekly(every: 1, on: Weekdays([.tuesday, .friday])), at: clock(9)),
                ] {
                    let found = try turns(
                        rotation(handoff, .active), windows: [window],
                        holidays: [RegionHolidays(region: "r", dates: holidays)], days: 300)
                    let expected = countedWithDuty(
                        handoff, weekdays, holidays, shift: from < clock(9) ? 1 : 0)
                    #expect(found == expected, "\(handoff) \(weekdays) \(from)")
                }
            }
        }
    }

    /// The same, with turns that count only if a window begins in them.
    private func countedWithDuty(
        _ handoff: HandoffRule, _ weekdays: Weekdays, _ holidays: [CivilDate], shift: Int64
    ) -> [PersonID?] {
        func date(_ day: Int64) -> CivilDate {
            CivilDate(daysSinceEpoch: Self.anchor.daysSinceEpoch + day)
        }
        func changes(_ day: Int64) -> Bool {
            let weekday = Weekday(rawValue: date(day).weekday)
            return switch handoff {
            case .every(let days, _): day % Int64(days) == 0
            case .weekly(let one, _): weekday == one
            case .recurring: weekday == .tuesday || weekday == .friday
            case .daily, .everyHours: true
            }
        }
        func opens(_ day: Int64) -> Bool {
            let opening = date(day + shift)
            guard let weekday = Weekday(rawValue: opening.weekday) else { return false }
            return weekdays.contains(Weekdays([weekday])) && !holidays.contains(opening)
        }
        var turn = 0
        return (Int64(0)..<300).map { day in
            if day > 0, changes(day) {
                var hasDuty = opens(day)
                var later = day + 1
                while !changes(later) {
                    hasDuty = hasDuty || opens(later)
                    later += 1
                }
                if hasDuty { turn += 1 }
            }
            return Self.people[turn % 5]
        }
    }

    @Test func `a window can open on certain days of certain weeks or months only`() throws {
        let windows = [
            DayWindow(
                from: clock(9), to: clock(17),
                days: WindowDays(
                    .weekly(every: 2, on: Weekdays([.tuesday, .friday])), anchor: Self.anchor)),
            DayWindow(
                from: clock(9), to: clock(17),
                days: WindowDays(.monthly(every: 1, .second, .wednesday), anchor: Self.anchor)),
        ]
        let shift = RegionShift(
            region: "r", windows: windows, rotation: rotation(.daily(at: clock(9))))
        let found = shifts(
            Schedule(id: "s", name: "S", shifts: [shift], fallback: .nobody),
            zones: try PinnedZones.zones(), from: try utc("2026-01-08T12:00"),
            to: try utc("2026-02-16T00:00"))
        #expect(
            try found.filter { $0.vacancy == nil }.map(\.from)
                == [
                    "01-09", "01-14", "01-20", "01-23", "02-03", "02-06", "02-11",
                ].map { try utc("2026-\($0)T09:00") })
    }

    @Test(arguments: [
        (HandoffRule.recurring(.weekly(every: 0, on: .all), at: 0), ShiftProblem.interval(0)),
        (.recurring(.weekly(every: 53, on: .all), at: 0), .interval(53)),
        (.recurring(.weekly(every: 1, on: []), at: 0), .noWeekdays),
        (.recurring(.monthly(every: 13, .last, .monday), at: 0), .interval(13)),
        (.everyHours(0, at: 0), .interval(0)),
        (.everyHours(.max, at: 0), .interval(.max)),
        (.recurring(.weekly(every: 1, on: .all), at: -1), .outsideDay(-1)),
    ])
    func `a recurrence that makes no sense is a finding`(
        handoff: HandoffRule, problem: ShiftProblem
    ) throws {
        let shift = RegionShift(region: "r", rotation: rotation(handoff))
        #expect(shift.problem(zones: try PinnedZones.zones()) == problem)
    }

    @Test func `what cannot be skipped and what never ends are findings too`() throws {
        let zones = try PinnedZones.zones()
        var shift = RegionShift(region: "r", rotation: rotation(.everyHours(5, at: 0), .active))
        #expect(shift.problem(zones: zones) == .cannotSkipTurns)
        shift.rotation = rotation(.daily(at: 0), .active)
        #expect(shift.problem(zones: zones) == nil)
        shift.windows = [
            DayWindow(
                from: 0, to: 1,
                days: WindowDays(.weekly(every: 2, on: .all), anchor: Self.anchor))
        ]
        #expect(shift.problem(zones: zones) == .cannotSkipTurns)
        shift.windows[0].days?.anchor.month = .max
        #expect(
            shift.problem(zones: zones)
                == .noSuchDate(CivilDate(year: 2026, month: .max, day: 8)))
        let (from, to) = (try local("2026-01-02T00:00"), try local("2026-01-01T00:00"))
        for (turn, problem) in [
            (ListedTurn(from: from, to: to, people: ["a"]), ShiftProblem.endsBeforeItBegins(from)),
            (ListedTurn(from: to, to: from, people: []), .noParticipants),
        ] {
            let listed = RegionShift(region: "r", zone: "UTC", listed: [turn])
            #expect(listed.problem(zones: zones) == problem)
        }
    }
}
