import Basics
import OnCall
import Testing

struct FollowTheSunTests {
    private func shift(
        _ region: RegionName, _ zone: String, _ from: SecondOfDay, _ to: SecondOfDay,
        weekdays: Weekdays = .all, people: [PersonID]
    ) throws -> RegionShift {
        RegionShift(
            region: region, window: DayWindow(from: from, to: to, weekdays: weekdays),
            rotation: Rotation(
                participants: people, zone: zone, handoff: .daily(at: from),
                anchor: try date("2025-12-01")))
    }

    /// Three regions whose windows overlap by enough for any combination of daylight saving.
    private func wide(_ fallback: Fallback = .nobody) throws -> Schedule {
        Schedule(
            id: "sun", name: "Follow the sun", version: "r7",
            shifts: [
                try shift("apac", "Australia/Sydney", clock(6), clock(16), people: ["mei", "kai"]),
                try shift("emea", "Europe/London", clock(5), clock(16), people: ["ana", "ben"]),
                try shift(
                    "amer", "America/Los_Angeles", clock(7), clock(16), people: ["joe", "sue"]),
            ],
            fallback: fallback)
    }

    /// Three regions of eight hours each: together less than a day whatever the season.
    private func tight(_ fallback: Fallback) throws -> Schedule {
        Schedule(
            id: "tight", name: "Office hours",
            shifts: [
                try shift("apac", "Australia/Sydney", clock(9), clock(17), people: ["mei", "kai"]),
                try shift(
                    "emea", "Europe/London", clock(9), clock(17), weekdays: .mondayToFriday,
                    people: ["ana", "ben"]),
                try shift("amer", "America/New_York", clock(9), clock(17), people: ["joe", "sue"]),
            ],
            fallback: fallback)
    }

    /// Two days around every change of clocks in a zone of the schedules above, in 2026.
    static let changes = [
        "2026-03-08T07:00", "2026-03-08T10:00", "2026-03-29T01:00", "2026-04-04T16:00",
        "2026-10-03T16:00", "2026-10-25T01:00", "2026-11-01T06:00", "2026-11-01T09:00",
    ]

    @Test(arguments: changes)
    func `overlapping windows leave no minute without somebody`(change: String) throws {
        let zones = try PinnedZones.zones()
        let schedule = try wide()
        let centre = try utc(change)
        for instant in minutes(from: centre - .hours(24), to: centre + .hours(24)) {
            let answer = onCall(schedule, zones: zones, at: instant)
            #expect(answer.people.count == 1 && answer.vacancy == nil, "\(instant)")
            #expect(answer.people.first?.reason == .window, "\(instant)")
        }
    }

    @Test(arguments: changes)
    func `with a fallback office hours leave no minute without somebody`(change: String) throws {
        let zones = try PinnedZones.zones()
        let schedules = [try tight(.nextShift), try tight(.firstShift)]
        let centre = try utc(change)
        var stoodIn = 0
        for instant in minutes(from: centre - .hours(24), to: centre + .hours(24)) {
            for schedule in schedules {
                let answer = onCall(schedule, zones: zones, at: instant)
                #expect(answer.people.count == 1 && answer.vacancy == nil, "\(instant)")
                if answer.people.first?.reason != .window { stoodIn += 1 }
            }
        }
        #expect(stoodIn > 0)
    }

    @Test(arguments: changes)
    func `the first region at work is on call, and nobody if there is none`(change: String) throws {
        let zones = try PinnedZones.zones()
        let schedule = try tight(.nobody)
        let centre = try utc(change)
        for instant in minutes(from: centre - .hours(24), to: centre + .hours(24)) {
            let expected = try schedule.shifts.first { shift in
                let local = try PinnedZones.rules(shift.rotation.zone).local(instant)
                let window = try #require(shift.window)
                let today = try #require(Weekday(rawValue: local.date.weekday))
                return window.weekdays.contains(Weekdays([today]))
                    && (window.from..<window.to).contains(local.secondOfDay)
            }
            let answer = onCall(schedule, zones: zones, at: instant)
            #expect(
                answer.people.map(\.region) == [expected?.region].compactMap(\.self), "\(instant)")
            #expect((answer.vacancy == .outsideWindows) == (expected == nil), "\(instant)")
        }
    }

    // Windows that meet at half past two, a time that Berlin's clocks skip on 2026-03-29 and show
    // twice on 2026-10-25; the third lasts past midnight.
    @Test(arguments: ["2026-03-29T01:00", "2026-10-25T01:00"])
    func `windows that meet in a gap or a fold leave no minute between`(change: String) throws {
        let zones = try PinnedZones.zones()
        let edges = [clock(2, 30), clock(10, 30), clock(18, 30), clock(2, 30)]
        let shifts = try zip(edges, edges.dropFirst()).enumerated().map { index, edge in
            try shift(
                RegionName("r\(index)"), "Europe/Berlin", edge.0, edge.1,
                people: [PersonID("p\(index)")])
        }
        let centre = try utc(change)
        // In either order of priority.
        for order in [shifts, Array(shifts.reversed())] {
            let schedule = Schedule(id: "meet", name: "Meet", shifts: order, fallback: .nobody)
            for instant in minutes(from: centre - .hours(24), to: centre + .hours(24)) {
                let answer = onCall(schedule, zones: zones, at: instant)
                #expect(answer.people.count == 1, "\(instant)")
            }
        }
    }

    @Test(arguments: ["2026-03-05T12:34", "2026-03-26T00:00", "2026-10-29T17:17"])
    func `intervals agree with the answer at every minute of a week`(start: String) throws {
        let zones = try PinnedZones.zones()
        let from = try utc(start)
        let to = from + .hours(7 * 24)
        for schedule in [
            try wide(), try tight(.nobody), try tight(.firstShift), try tight(.nextShift),
        ] {
            let intervals = shifts(schedule, zones: zones, from: from, to: to)
            #expect(intervals.first?.from == from && intervals.last?.to == to)
            for (one, next) in zip(intervals, intervals.dropFirst()) {
                #expect(one.to == next.from && one.from < one.to)
                #expect(one.people != next.people, "nothing changes at \(one.to)")
            }
            var remaining = intervals[...]
            for instant in minutes(from: from, to: to) {
                if let first = remaining.first, first.to <= instant { remaining.removeFirst() }
                let interval = try #require(remaining.first)
                let answer = onCall(schedule, zones: zones, at: instant)
                #expect(interval.people == answer.people, "\(schedule.id) \(instant)")
                #expect(interval.vacancy == answer.vacancy, "\(schedule.id) \(instant)")
                #expect(min(answer.until, to) == interval.to, "\(schedule.id) \(instant)")
            }
        }
    }

    @Test func `an empty or backward stretch has no intervals`() throws {
        let zones = try PinnedZones.zones()
        let now = try utc("2026-01-01T00:00")
        #expect(shifts(try wide(), zones: zones, from: now, to: now).isEmpty)
        #expect(shifts(try wide(), zones: zones, from: now, to: now - .seconds(1)).isEmpty)
        let instant = Instant(microseconds: now.microseconds + 1)
        let one = shifts(try wide(), zones: zones, from: now, to: instant)
        #expect(one.map(\.from) == [now] && one.map(\.to) == [instant])
    }

    @Test func `gaps are intervals with nobody`() throws {
        // 2026-01-10 is a Saturday: nobody in London, so from Sydney's 17:00 to New York's 09:00.
        let found = shifts(
            try tight(.nobody), zones: try PinnedZones.zones(),
            from: try utc("2026-01-10T05:00"), to: try utc("2026-01-10T15:00"))
        #expect(found.map(\.vacancy) == [nil, .outsideWindows, nil])
        #expect(found.map { $0.people.map(\.region) } == [["apac"], [], ["amer"]])
        #expect(
            try found.map(\.to)
                == ["T06:00", "T14:00", "T15:00"].map { try utc("2026-01-10" + $0) })
    }

    @Test func `whoever stands in early is whoever the shift begins with`() throws {
        let zones = try PinnedZones.zones()
        let schedule = try tight(.nextShift)
        let early = onCall(schedule, zones: zones, at: try utc("2026-01-12T08:00"))
        let begun = onCall(schedule, zones: zones, at: try utc("2026-01-12T09:00"))
        #expect(early.people.first?.reason == .fallbackNextShift)
        #expect(early.until == (try utc("2026-01-12T09:00")))
        #expect(early.people.map(\.person) == begun.people.map(\.person))
        #expect(begun.people.first?.reason == .window)
    }

    @Test func `a shift that comes first takes over when its window opens`() throws {
        let zones = try PinnedZones.zones()
        var schedule = try tight(.nobody)
        let always = Rotation(
            participants: ["eve"], zone: "UTC", handoff: .weekly(.monday, at: 0),
            anchor: try date("2026-01-05"))
        schedule.shifts.append(RegionShift(region: "backup", rotation: always))
        let answer = onCall(schedule, zones: zones, at: try utc("2026-01-10T07:00"))
        let begin = try utc("2026-01-10T14:00")
        #expect(
            answer.people == [
                OnCallPerson(person: "eve", region: "backup", until: begin, reason: .rotation)
            ])
        #expect(answer.until == begin)
    }

    @Test func `a shift in a zone that is not known shows through to the next`() throws {
        let zones = try PinnedZones.zones()
        var schedule = try wide()
        let instant = try utc("2026-01-10T05:30")
        #expect(onCall(schedule, zones: zones, at: instant).people.map(\.region) == ["emea"])
        schedule.shifts[1].rotation.zone = "Europe/Atlantis"
        schedule.fallback = .nextShift
        let answer = onCall(schedule, zones: zones, at: instant)
        #expect(answer.people.map(\.region) == ["amer"])
        #expect(
            answer.findings == [
                OnCallFinding(region: "emea", problem: .unknownZone("Europe/Atlantis"))
            ])
        #expect(schedule.findings(zones: zones) == answer.findings)
        #expect(answer.scheduleVersion == "r7")
    }

    @Test func `no zone data, no shifts and strange windows are answers, not crashes`() throws {
        let zones = try PinnedZones.zones()
        let instants = [
            Instant(microseconds: .min), .epoch, try utc("2026-07-01T00:00"), .distantFuture,
        ]
        for instant in instants {
            let unknown = onCall(
                try wide(), zones: TimeZones(version: "none", rules: [:]), at: instant)
            #expect(unknown.people.isEmpty && unknown.vacancy == .noUsableShift)
            #expect(unknown.findings.count == 3)
            let empty = Schedule(id: "none", name: "None", shifts: [])
            #expect(onCall(empty, zones: zones, at: instant).vacancy == .noShifts)
            for fallback in [Fallback.nextShift, .firstShift] {
                #expect(onCall(try tight(fallback), zones: zones, at: instant).people.count == 1)
            }
            let end = instant + .hours(1)
            let found = shifts(try tight(.nextShift), zones: zones, from: instant, to: end)
            #expect(found.last?.to == (instant < end ? end : nil))
        }
        let windows: [(DayWindow, ShiftProblem)] = [
            (DayWindow(from: -1, to: 0), .outsideDay(-1)),
            (DayWindow(from: 0, to: .max), .outsideDay(.max)),
            (DayWindow(from: 0, to: 1, weekdays: []), .noWeekdays),
            (DayWindow(from: 0, to: 1, weekdays: Weekdays(rawValue: 0x80)), .noWeekdays),
        ]
        for (window, problem) in windows {
            var schedule = try wide()
            schedule.shifts[0].window = window
            let finding = OnCallFinding(region: "apac", problem: problem)
            #expect(onCall(schedule, zones: zones, at: .epoch).findings == [finding])
        }
    }

    @Test func `a window of a day on every day never closes`() throws {
        let zones = try PinnedZones.zones()
        // Havana's clocks jump over midnight, and show the hour after midnight twice.
        for to in [clock(0), clock(24)] {
            let shift = try shift("day", "America/Havana", 0, to, people: ["ana", "ben"])
            let schedule = Schedule(id: "day", name: "Day", shifts: [shift], fallback: .nobody)
            let found = shifts(
                schedule, zones: zones, from: try utc("2026-01-01T00:00"),
                to: try utc("2027-01-01T00:00"))
            #expect(found.allSatisfy { $0.vacancy == nil })
            #expect(found.count == 366)
        }
    }

    @Test func `a window over the weekend begins on its own days only`() throws {
        let zones = try PinnedZones.zones()
        let shift = try shift(
            "night", "Asia/Tokyo", clock(22), clock(6), weekdays: Weekdays([.friday]),
            people: ["ana"])
        let schedule = Schedule(id: "night", name: "Night", shifts: [shift], fallback: .nobody)
        // 2026-01-09 is a Friday; 22:00 in Tokyo is 13:00 UTC.
        let found = shifts(
            schedule, zones: zones, from: try utc("2026-01-05T00:00"),
            to: try utc("2026-01-19T00:00"))
        #expect(
            try found.filter { $0.vacancy == nil }.map(\.from)
                == [utc("2026-01-09T13:00"), utc("2026-01-16T13:00")])
        #expect(
            try found.filter { $0.vacancy == nil }.map(\.to)
                == [utc("2026-01-09T21:00"), utc("2026-01-16T21:00")])
    }
}
