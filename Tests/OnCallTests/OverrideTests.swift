import Basics
import OnCall
import Testing

struct OverrideTests {
    /// Ana, Ben and Cho take turns by the day, 09:00 UTC to 09:00; 2026-01-01 is Ana's.
    private func schedule(_ groups: [[PersonID]] = [["ana"], ["ben"], ["cho"]]) throws -> Schedule {
        Schedule(
            id: "day", name: "Day",
            shifts: [
                RegionShift(
                    region: "eu",
                    rotation: Rotation(
                        groups: groups, zone: "UTC", handoff: .daily(at: clock(9)),
                        anchor: try date("2026-01-01")))
            ])
    }

    private func change(
        _ order: UInt64, _ replaces: PersonID?, _ person: PersonID, _ from: String, _ to: String,
        id: String? = nil, kind: OnCallOverride.Kind = .override
    ) throws -> OnCallOverride {
        OnCallOverride(
            id: id ?? "c\(order)", order: order, kind: kind, schedule: "day", replaces: replaces,
            person: person, from: try utc(from), to: try utc(to), by: "lea", reason: "")
    }

    private func people(
        _ overrides: [OnCallOverride], at time: String, groups: [[PersonID]]? = nil,
        leaves: [OnCallLeave] = []
    ) throws -> [PersonID] {
        onCall(
            try groups.map { try schedule($0) } ?? schedule(),
            changes: OnCallChanges(overrides: overrides, leaves: leaves),
            zones: try PinnedZones.zones(), at: try utc(time)
        ).people.map(\.person)
    }

    @Test func `an override replaces its person from its begin up to its end`() throws {
        let one = try change(1, "ana", "zoe", "2026-01-01T12:00", "2026-01-01T18:00")
        #expect(try people([one], at: "2026-01-01T11:59:59") == ["ana"])
        #expect(try people([one], at: "2026-01-01T12:00") == ["zoe"])
        #expect(try people([one], at: "2026-01-01T17:59:59") == ["zoe"])
        #expect(try people([one], at: "2026-01-01T18:00") == ["ana"])
        let changes = OnCallChanges(overrides: [one])
        let zones = try PinnedZones.zones()
        let before = onCall(
            try schedule(), changes: changes, zones: zones, at: try utc("2026-01-01T10:00"))
        #expect(before.until == one.from && before.people.first?.until == one.from)
        let during = onCall(try schedule(), changes: changes, zones: zones, at: one.from)
        #expect(
            during.people == [
                OnCallPerson(
                    person: "zoe", region: "eu", until: one.to, reason: .override,
                    insteadOf: "ana", change: "c1")
            ])
        #expect(during.until == one.to && during.findings.isEmpty)
    }

    @Test func `an override of somebody ends with their turn and does not hit others`() throws {
        let one = try change(1, "ana", "zoe", "2026-01-01T12:00", "2026-01-03T12:00")
        #expect(try people([one], at: "2026-01-02T08:59:59") == ["zoe"])
        #expect(try people([one], at: "2026-01-02T09:00") == ["ben"])
        let everybody = try change(1, nil, "zoe", "2026-01-01T12:00", "2026-01-03T12:00")
        #expect(try people([everybody], at: "2026-01-02T09:00") == ["zoe"])
        #expect(try people([everybody], at: "2026-01-03T12:00") == ["cho"])
    }

    @Test func `the newest wins, in whatever order they are given`() throws {
        let old = try change(1, "ana", "zoe", "2026-01-01T10:00", "2026-01-01T20:00")
        let new = try change(2, "ana", "yan", "2026-01-01T12:00", "2026-01-01T14:00")
        for order in [[old, new], [new, old]] {
            #expect(try people(order, at: "2026-01-01T11:00") == ["zoe"])
            #expect(try people(order, at: "2026-01-01T12:00") == ["yan"])
            #expect(try people(order, at: "2026-01-01T14:00") == ["zoe"])
        }
        let all = try change(3, nil, "eva", "2026-01-01T13:00", "2026-01-01T14:00")
        #expect(try people([old, new, all], at: "2026-01-01T13:00") == ["eva"])
    }

    @Test func `whoever replaces somebody can be replaced later, not before`() throws {
        let day = ("2026-01-01T10:00", "2026-01-01T20:00")
        let first = try change(1, "ana", "zoe", day.0, day.1)
        let then = try change(2, "zoe", "yan", day.0, day.1)
        #expect(try people([first, then], at: "2026-01-01T12:00") == ["yan"])
        let newer = try change(3, "zoe", "eva", day.0, day.1)
        #expect(try people([first, then, newer], at: "2026-01-01T12:00") == ["eva"])
        let earlier = try change(0, "zoe", "yan", day.0, day.1)
        #expect(try people([first, earlier], at: "2026-01-01T12:00") == ["zoe"])
        let back = try change(3, "zoe", "ana", day.0, day.1)
        #expect(try people([first, back], at: "2026-01-01T12:00") == ["ana"])
    }

    @Test func `an override comes before a swap, whichever is newer`() throws {
        let day = ("2026-01-01T10:00", "2026-01-01T20:00")
        let swap = try change(9, "ana", "ben", day.0, day.1, kind: .swap)
        let override = try change(1, "ana", "zoe", day.0, day.1)
        #expect(try people([swap], at: "2026-01-01T12:00") == ["ben"])
        #expect(try people([swap, override], at: "2026-01-01T12:00") == ["zoe"])
        // Whoever got the stretch by a swap may be replaced.
        let ofBen = try change(1, "ben", "zoe", day.0, day.1)
        #expect(try people([swap, ofBen], at: "2026-01-01T12:00") == ["zoe"])
    }

    @Test func `a swap is two halves, and at the same time it exchanges places`() throws {
        let halves = [
            try change(
                4, "ana", "ben", "2026-01-01T09:00", "2026-01-02T09:00", id: "s.1", kind: .swap),
            try change(
                4, "ben", "ana", "2026-01-02T09:00", "2026-01-03T09:00", id: "s.2", kind: .swap),
        ]
        #expect(try people(halves, at: "2026-01-01T12:00") == ["ben"])
        #expect(try people(halves, at: "2026-01-02T12:00") == ["ana"])
        #expect(try people(halves, at: "2026-01-03T12:00") == ["cho"])
        let atOnce = [
            try change(
                4, "ana", "ben", "2026-01-01T09:00", "2026-01-02T09:00", id: "s.1", kind: .swap),
            try change(
                4, "ben", "ana", "2026-01-01T09:00", "2026-01-02T09:00", id: "s.2", kind: .swap),
        ]
        let found = try people(atOnce, at: "2026-01-01T12:00", groups: [["ana", "ben"]])
        #expect(found == ["ben", "ana"])
    }

    @Test func `nobody is on call twice, and the rest of a group stays`() throws {
        let one = try change(1, "ana", "ben", "2026-01-01T10:00", "2026-01-01T20:00")
        #expect(try people([one], at: "2026-01-01T12:00", groups: [["ana", "ben"]]) == ["ben"])
        let other = try change(1, "ana", "zoe", "2026-01-01T10:00", "2026-01-01T20:00")
        let found = try people([other], at: "2026-01-01T12:00", groups: [["ana", "ben"]])
        #expect(found == ["zoe", "ben"])
    }

    @Test func `an override by somebody who is away counts for nothing and is pointed out`() throws
    {
        let old = try change(1, "ana", "zoe", "2026-01-01T10:00", "2026-01-01T20:00")
        let new = try change(2, "ana", "yan", "2026-01-01T10:00", "2026-01-01T20:00")
        let leave = OnCallLeave(
            id: "l", person: "yan", from: try utc("2026-01-01T12:00"),
            to: try utc("2026-01-01T14:00"), by: "yan", reason: "")
        let changes = OnCallChanges(overrides: [old, new], leaves: [leave])
        let found = shifts(
            try schedule(), changes: changes, zones: try PinnedZones.zones(),
            from: try utc("2026-01-01T09:00"), to: try utc("2026-01-01T21:00"))
        #expect(
            found.map { $0.people.map(\.person) } == [["ana"], ["yan"], ["zoe"], ["yan"], ["ana"]])
        let answer = onCall(
            try schedule(), changes: changes, zones: try PinnedZones.zones(),
            at: try utc("2026-01-01T13:00"))
        #expect(answer.findings == [OnCallFinding(region: "eu", problem: .away("yan"))])
    }

    @Test func `changes that change nothing here leave stretches whole`() throws {
        var other = try change(1, "ana", "zoe", "2026-01-01T10:00", "2026-01-01T20:00")
        other.schedule = "night"
        var changes = OnCallChanges(overrides: [other])
        changes.overrides.append(
            try change(2, "eva", "zoe", "2026-01-01T11:00", "2026-01-01T12:00"))
        changes.overrides.append(
            try change(3, "ana", "zoe", "2026-01-01T13:00", "2026-01-01T13:00"))
        changes.leaves.append(
            OnCallLeave(
                id: "l", person: "cho", from: try utc("2026-01-01T14:00"),
                to: try utc("2026-01-01T15:00"), by: "cho", reason: ""))
        let (from, to) = (try utc("2026-01-01T09:00"), try utc("2026-01-05T09:00"))
        let zones = try PinnedZones.zones()
        let plain = shifts(try schedule(), zones: zones, from: from, to: to)
        #expect(shifts(try schedule(), changes: changes, zones: zones, from: from, to: to) == plain)
        #expect(plain.count == 4)
    }

    @Test func `an instant between two seconds is told apart`() throws {
        var one = try change(1, "ana", "zoe", "2026-01-01T12:00", "2026-01-01T18:00")
        one.from = one.from + .microseconds(7)
        one.to = one.to + .microseconds(7)
        let book = OnCallBook(
            [try schedule()], changes: OnCallChanges(overrides: [one]),
            zones: try PinnedZones.zones())
        for (instant, person) in [
            (one.from - .microseconds(1), "ana"), (one.from, "zoe"),
            (one.to - .microseconds(1), "zoe"), (one.to, "ana"),
        ] {
            let answer = try #require(book.people(of: "day", at: instant))
            #expect(answer.people.map(\.person) == [PersonID(person)])
        }
    }

    @Test func `where nobody is wanted an override of everybody still puts somebody on call`()
        throws
    {
        var schedule = try schedule()
        schedule.shifts[0].window = DayWindow(from: clock(9), to: clock(17))
        schedule.fallback = .nobody
        let zones = try PinnedZones.zones()
        let night = ("2026-01-01T18:00", "2026-01-01T20:00")
        for (replaces, expected) in [(PersonID?.none, ["zoe"]), ("ana", [])] {
            let one = try change(1, replaces, "zoe", night.0, night.1)
            let answer = onCall(
                schedule, changes: OnCallChanges(overrides: [one]), zones: zones,
                at: try utc("2026-01-01T19:00"))
            #expect(answer.people.map(\.person.text) == expected)
            #expect((answer.vacancy == nil) == !expected.isEmpty)
        }
    }
}
