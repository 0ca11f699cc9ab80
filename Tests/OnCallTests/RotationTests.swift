import Basics
import OnCall
import Testing

struct RotationTests {
    /// A schedule of one rotation of three people, on call always.
    private func schedule(
        _ zone: String, _ handoff: HandoffRule, from anchor: String,
        people: [PersonID] = ["ana", "ben", "cho"], gap: GapPolicy = .shiftForward,
        fold: FoldPolicy = .first
    ) throws -> Schedule {
        let rotation = Rotation(
            participants: people, zone: zone, handoff: handoff, anchor: try date(anchor),
            gapPolicy: gap, foldPolicy: fold)
        return Schedule(
            id: "one", name: "One", shifts: [RegionShift(region: "here", rotation: rotation)])
    }

    private func people(_ schedule: Schedule, _ time: String) throws -> [PersonID] {
        onCall(schedule, zones: try PinnedZones.zones(), at: try utc(time)).people.map(\.person)
    }

    @Test func `a day's turn begins at the handoff and ends before the next`() throws {
        let schedule = try schedule("Asia/Kathmandu", .daily(at: clock(9)), from: "2026-01-01")
        // Kathmandu is 5:45 ahead: 09:00 there is 03:15 UTC.
        #expect(try people(schedule, "2026-01-01T03:15") == ["ana"])
        #expect(try people(schedule, "2026-01-02T03:14:59") == ["ana"])
        #expect(try people(schedule, "2026-01-02T03:15") == ["ben"])
        #expect(try people(schedule, "2026-01-04T03:15") == ["ana"])
        let answer = onCall(
            schedule, zones: try PinnedZones.zones(), at: try utc("2026-01-02T03:15"))
        #expect(answer.until == (try utc("2026-01-03T03:15")))
        #expect(answer.people.first?.until == answer.until)
        #expect(answer.people.first?.reason == .rotation)
        #expect(answer.tzVersion == "2025b")
    }

    @Test func `a week's turn begins on its weekday`() throws {
        // 2026-01-05 is a Monday.
        let schedule = try schedule(
            "Europe/Berlin", .weekly(.monday, at: clock(10)), from: "2026-01-05")
        #expect(try people(schedule, "2026-01-05T09:00") == ["ana"])
        #expect(try people(schedule, "2026-01-12T08:59:59") == ["ana"])
        #expect(try people(schedule, "2026-01-12T09:00") == ["ben"])
        // In summer 10:00 is an hour earlier.
        #expect(try people(schedule, "2026-03-30T07:59:59") == ["cho"])
        #expect(try people(schedule, "2026-03-30T08:00") == ["ana"])
    }

    @Test func `an anchor amid the week makes the first turn short`() throws {
        // 2026-01-08 is a Thursday.
        let schedule = try schedule(
            "Europe/Berlin", .weekly(.monday, at: clock(10)), from: "2026-01-08")
        #expect(try people(schedule, "2026-01-08T09:00") == ["ana"])
        #expect(try people(schedule, "2026-01-12T08:59:59") == ["ana"])
        #expect(try people(schedule, "2026-01-12T09:00") == ["ben"])
        #expect(try people(schedule, "2026-01-19T09:00") == ["cho"])
    }

    @Test func `turns of several days count from the anchor`() throws {
        let schedule = try schedule(
            "Asia/Tokyo", .every(days: 3, at: clock(0)), from: "2026-01-01")
        #expect(try people(schedule, "2026-01-03T14:59:59") == ["ana"])
        #expect(try people(schedule, "2026-01-03T15:00") == ["ben"])
        #expect(try people(schedule, "2026-01-06T15:00") == ["cho"])
        #expect(try people(schedule, "2026-01-09T15:00") == ["ana"])
    }

    @Test func `before the anchor the first turn stands in early, or nobody`() throws {
        var schedule = try schedule("Asia/Tokyo", .daily(at: clock(9)), from: "2026-01-01")
        let zones = try PinnedZones.zones()
        let before = try utc("2025-12-31T23:59:59")
        let early = onCall(schedule, zones: zones, at: before)
        #expect(early.people.map(\.person) == ["ana"])
        #expect(early.people.first?.reason == .fallbackNextShift)
        schedule.fallback = .nobody
        let nobody = onCall(schedule, zones: zones, at: before)
        #expect(nobody.people.isEmpty && nobody.vacancy == .outsideWindows)
        #expect(nobody.until == (try utc("2026-01-01T00:00")))
        schedule.fallback = .firstShift
        #expect(onCall(schedule, zones: zones, at: before).people.map(\.person) == ["ana"])
    }

    // Clocks in New York jump from 02:00 to 03:00 on 2026-03-08, at 07:00 UTC.
    @Test func `a handoff in a gap takes place at the jump`() throws {
        let schedule = try schedule(
            "America/New_York", .daily(at: clock(2, 30)), from: "2026-03-06")
        #expect(try people(schedule, "2026-03-08T06:59:59") == ["ben"])
        #expect(try people(schedule, "2026-03-08T07:00") == ["cho"])
        #expect(try people(schedule, "2026-03-09T06:29:59") == ["cho"])
        #expect(try people(schedule, "2026-03-09T06:30") == ["ana"])
    }

    @Test func `a skipped handoff leaves its turn with the one before`() throws {
        let schedule = try schedule(
            "America/New_York", .daily(at: clock(2, 30)), from: "2026-03-06", gap: .skip)
        #expect(try people(schedule, "2026-03-08T07:00") == ["ben"])
        #expect(try people(schedule, "2026-03-09T06:29:59") == ["ben"])
        #expect(try people(schedule, "2026-03-09T06:30") == ["ana"])
    }

    @Test func `the first handoff is never skipped`() throws {
        let schedule = try schedule(
            "America/New_York", .daily(at: clock(2, 30)), from: "2026-03-08", gap: .skip)
        #expect(try people(schedule, "2026-03-08T07:00") == ["ana"])
        #expect(try people(schedule, "2026-03-09T06:30") == ["ben"])
    }

    // Clocks in New York show 01:00 to 02:00 twice on 2026-11-01, from 05:00 and from 06:00 UTC.
    @Test func `a handoff in a fold takes place the first time`() throws {
        let schedule = try schedule(
            "America/New_York", .daily(at: clock(1, 30)), from: "2026-10-31")
        #expect(try people(schedule, "2026-11-01T05:29:59") == ["ana"])
        #expect(try people(schedule, "2026-11-01T05:30") == ["ben"])
        #expect(try people(schedule, "2026-11-01T06:30") == ["ben"])
        #expect(try people(schedule, "2026-11-02T06:30") == ["cho"])
    }

    @Test func `a handoff in a fold takes place the last time if the policy says so`() throws {
        let schedule = try schedule(
            "America/New_York", .daily(at: clock(1, 30)), from: "2026-10-31", fold: .last)
        #expect(try people(schedule, "2026-11-01T06:29:59") == ["ana"])
        #expect(try people(schedule, "2026-11-01T06:30") == ["ben"])
        #expect(try people(schedule, "2026-11-02T06:30") == ["cho"])
    }

    @Test func `turns overlap in a fold if the policy says so`() throws {
        let schedule = try schedule(
            "America/New_York", .daily(at: clock(1, 30)), from: "2026-10-31", fold: .overlap)
        let zones = try PinnedZones.zones()
        #expect(try people(schedule, "2026-11-01T05:29:59") == ["ana"])
        let both = onCall(schedule, zones: zones, at: try utc("2026-11-01T05:30"))
        let end = try utc("2026-11-01T06:30")
        #expect(
            both.people == [
                OnCallPerson(
                    person: "ben", region: "here", until: try utc("2026-11-02T06:30"),
                    reason: .rotation),
                OnCallPerson(person: "ana", region: "here", until: end, reason: .handoffOverlap),
            ])
        #expect(both.until == end)
        #expect(try people(schedule, "2026-11-01T06:29:59") == ["ben", "ana"])
        #expect(try people(schedule, "2026-11-01T06:30") == ["ben"])
        let before = onCall(schedule, zones: zones, at: try utc("2026-11-01T05:29:59"))
        #expect(before.until == (try utc("2026-11-01T05:30")))
        #expect(before.people.first?.until == end)
    }

    // Lord Howe's clocks jump from 02:00 to 02:30 on 2026-10-04, and show 01:30 to 02:00 twice on
    // 2026-04-05.
    @Test func `half an hour of daylight saving is enough for a gap and a fold`() throws {
        let gap = try schedule(
            "Australia/Lord_Howe", .daily(at: clock(2, 15)), from: "2026-10-03")
        #expect(try people(gap, "2026-10-03T15:29:59") == ["ana"])
        #expect(try people(gap, "2026-10-03T15:30") == ["ben"])
        let fold = try schedule(
            "Australia/Lord_Howe", .daily(at: clock(1, 45)), from: "2026-04-04", fold: .last)
        #expect(try people(fold, "2026-04-04T15:14:59") == ["ana"])
        #expect(try people(fold, "2026-04-04T15:15") == ["ben"])
    }

    @Test func `a turn that falls on a day left out at the date line has no length`() throws {
        let schedule = try schedule("Pacific/Apia", .daily(at: clock(0)), from: "2011-12-29")
        #expect(try people(schedule, "2011-12-30T09:59:59") == ["ana"])
        #expect(try people(schedule, "2011-12-30T10:00") == ["cho"])
        #expect(try people(schedule, "2011-12-31T10:00") == ["ana"])
    }

    @Test(arguments: [
        "America/New_York", "America/Santiago", "America/Nuuk", "Europe/Dublin",
        "Africa/Casablanca",
        "Africa/Cairo", "Asia/Gaza", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham",
        "Antarctica/Troll", "Asia/Singapore",
    ])
    func `a walk through every change of clocks counts the same handoffs`(zone: String) throws {
        let zones = try PinnedZones.zones()
        let rules = try PinnedZones.rules(zone)
        let anchor = try date("2026-01-01")
        let people = (0..<7).map { PersonID("p\($0)") }
        let changes = try PinnedZones.changes().filter { $0.zone == zone }.map(\.instant)
            .filter { $0 > Instant(seconds: anchor.daysSinceEpoch * 86_400) }
        let centres = changes.isEmpty ? [try utc("2026-06-01T00:00")] : Array(changes.prefix(4))
        for handoff in [
            HandoffRule.daily(at: clock(2, 15)), .daily(at: 0), .daily(at: clock(0, 30)),
        ] {
            let schedule = try schedule(zone, handoff, from: "2026-01-01", people: people)
            for centre in centres {
                // The walk holds a count, as a person with a calendar would; the function does not.
                let from = centre - .hours(30)
                let today = rules.local(from).date.daysSinceEpoch - 1
                var turn = today - anchor.daysSinceEpoch
                for instant in minutes(from: from, to: centre + .hours(30)) {
                    let next = LocalTime(
                        date: CivilDate(daysSinceEpoch: anchor.daysSinceEpoch + turn + 1),
                        secondOfDay: handoff.secondOfDay)
                    if rules.local(instant) >= next { turn += 1 }
                    let found = onCall(schedule, zones: zones, at: instant).people.map(\.person)
                    #expect(found == [people[Int(turn % 7)]], "\(instant)")
                }
            }
        }
    }

    @Test(arguments: [
        (Rotation.Flaw.noPeople, ShiftProblem.noParticipants),
        (.hour(-1), .outsideDay(-1)),
        (.hour(.max), .outsideDay(.max)),
        (.days(0), .turnLength(days: 0)),
        (.days(.min), .turnLength(days: .min)),
        (.days(367), .turnLength(days: 367)),
        (.anchor(2026, 2, 29), .noSuchDate(CivilDate(year: 2026, month: 2, day: 29))),
        (.anchor(.max, 1, 1), .noSuchDate(CivilDate(year: .max, month: 1, day: 1))),
        (.anchor(2026, 1, .max), .noSuchDate(CivilDate(year: 2026, month: 1, day: .max))),
    ])
    func `a rotation that makes no sense is a finding`(
        flaw: Rotation.Flaw, problem: ShiftProblem
    ) throws {
        var schedule = try schedule("Asia/Tokyo", .daily(at: 0), from: "2026-01-01")
        flaw.apply(to: &schedule.shifts[0].rotation)
        let answer = onCall(schedule, zones: try PinnedZones.zones(), at: .epoch)
        #expect(answer.findings == [OnCallFinding(region: "here", problem: problem)])
        #expect(answer.people.isEmpty && answer.vacancy == .noUsableShift)
        #expect(answer.until == .distantFuture)
    }
}

extension Rotation {
    /// What a test breaks in a rotation.
    enum Flaw: Sendable {
        case noPeople
        case hour(SecondOfDay)
        case days(Int)
        case anchor(Int64, Int64, Int64)

        func apply(to rotation: inout Rotation) {
            switch self {
            case .noPeople: rotation.participants = []
            case .hour(let second): rotation.handoff = .daily(at: second)
            case .days(let days): rotation.handoff = .every(days: days, at: 0)
            case .anchor(let year, let month, let day):
                rotation.anchor = CivilDate(year: year, month: month, day: day)
            }
        }
    }
}
