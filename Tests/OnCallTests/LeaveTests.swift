import Basics
import OnCall
import Testing

struct LeaveTests {
    private func shift(
        _ region: RegionName, _ groups: [[PersonID]], window: DayWindow? = nil
    ) throws -> RegionShift {
        RegionShift(
            region: region, window: window,
            rotation: Rotation(
                groups: groups, zone: "UTC", handoff: .daily(at: clock(9)),
                anchor: try date("2026-01-01")))
    }

    private func leave(
        _ person: PersonID, _ from: String = "2026-01-01T00:00", _ to: String = "2026-02-01T00:00"
    ) throws -> OnCallLeave {
        OnCallLeave(
            id: "leave of \(person)", person: person, from: try utc(from), to: try utc(to),
            by: person, reason: "holiday")
    }

    private func answer(
        _ shifts: [RegionShift], _ leaves: [OnCallLeave], _ overrides: [OnCallOverride] = [],
        fallback: Fallback = .nobody, at time: String = "2026-01-01T12:00"
    ) throws -> OnCallAnswer {
        onCall(
            Schedule(id: "s", name: "S", shifts: shifts, fallback: fallback),
            changes: OnCallChanges(overrides: overrides, leaves: leaves),
            zones: try PinnedZones.zones(), at: try utc(time))
    }

    @Test func `the next in the rotation stands in, and a finding says for whom`() throws {
        let shifts = [try shift("eu", [["ana"], ["ben"], ["cho"]]), try shift("us", [["joe"]])]
        let one = try answer(shifts, [try leave("ana")])
        #expect(
            one.people == [
                OnCallPerson(
                    person: "ben", region: "eu", until: try utc("2026-01-02T09:00"),
                    reason: .standIn, insteadOf: "ana", change: "leave of ana")
            ])
        #expect(one.findings == [OnCallFinding(region: "eu", problem: .away("ana"))])
        let two = try answer(shifts, [try leave("ana"), try leave("ben")])
        #expect(two.people.map(\.person) == ["cho"])
        // On the next day it is Ben's turn; Cho again stands in.
        let next = try answer(shifts, [try leave("ben")], at: "2026-01-02T12:00")
        #expect(next.people.map(\.person) == ["cho"])
    }

    @Test func `with a whole rotation away the layer below shows through`() throws {
        let shifts = [
            try shift("eu", [["ana"], ["ben"]]), try shift("us", [["joe"], ["sue"]]),
        ]
        let away = [try leave("ana"), try leave("ben")]
        let found = try answer(shifts, away)
        #expect(found.people.map(\.person) == ["joe"] && found.people.map(\.region) == ["us"])
        let three = try answer(shifts, away + [try leave("joe")])
        #expect(three.people.map(\.person) == ["sue"])
        let none = try answer(shifts, away + [try leave("joe"), try leave("sue")])
        #expect(none.people.isEmpty && none.vacancy == .everybodyAway)
        #expect(none.until == (try utc("2026-02-01T00:00")))
    }

    @Test func `the others of a group carry its turn alone`() throws {
        let shifts = [try shift("eu", [["ana", "ben"], ["cho", "dan"]])]
        let one = try answer(shifts, [try leave("ana")])
        #expect(one.people.map(\.person) == ["ben"] && one.people.first?.reason == .rotation)
        #expect(one.findings.map(\.problem) == [.away("ana")])
        let both = try answer(shifts, [try leave("ana"), try leave("ben")])
        #expect(both.people.map(\.person) == ["cho", "dan"])
        #expect(both.people.allSatisfy { $0.reason == .standIn })
    }

    @Test func `shifts that are closed are asked last, and wanted gaps stay`() throws {
        let day = DayWindow(from: clock(9), to: clock(17))
        let evening = DayWindow(from: clock(17), to: clock(23))
        let shifts = [
            try shift("eu", [["ana"]], window: day), try shift("us", [["joe"]], window: evening),
        ]
        for fallback in [Fallback.nobody, .firstShift, .nextShift] {
            let found = try answer(shifts, [try leave("ana")], fallback: fallback)
            #expect(found.people.map(\.person) == ["joe"], "\(fallback)")
            #expect(found.until == (try utc("2026-01-01T17:00")))
        }
        let night = try answer(shifts, [try leave("ana")], at: "2026-01-01T23:30")
        #expect(night.people.isEmpty && night.vacancy == .outsideWindows)
        let early = try answer(
            shifts, [try leave("ana")], fallback: .nextShift, at: "2026-01-01T23:30")
        #expect(early.people.map(\.person) == ["joe"])
    }

    @Test func `a leave holds from its begin up to its end`() throws {
        let shifts = [try shift("eu", [["ana"], ["ben"]])]
        let leaves = [try leave("ana", "2026-01-01T12:00", "2026-01-01T15:00")]
        for (time, person) in [
            ("2026-01-01T11:59:59", "ana"), ("2026-01-01T12:00", "ben"),
            ("2026-01-01T14:59:59", "ben"), ("2026-01-01T15:00", "ana"),
        ] {
            #expect(try answer(shifts, leaves, at: time).people.map(\.person.text) == [person])
        }
        let before = try answer(shifts, leaves, at: "2026-01-01T11:00")
        #expect(before.people.first?.until == (try utc("2026-01-01T12:00")))
    }

    @Test func `primary and secondary stay two while a third is there`() throws {
        let groups: [[PersonID]] = [["ana"], ["ben"], ["cho"]]
        for (away, expected) in [
            ([], ["ana", "ben"]), (["ana"], ["ben", "cho"]), (["ben"], ["ana", "cho"]),
            (["cho"], ["ana", "ben"]), (["ana", "ben"], ["cho", "cho"]),
        ] as [([PersonID], [PersonID])] {
            let found = try [0, 1].flatMap { offset in
                var shift = try shift("eu", groups)
                shift.rotation.offset = offset
                return try answer([shift], try away.map { try leave($0) }).people
            }
            #expect(found.map(\.person) == expected, "\(away)")
        }
        var secondary = try shift("eu", groups)
        secondary.rotation.offset = 4
        let findings = try answer([secondary], [try leave("ben")]).findings
        #expect(findings == [OnCallFinding(region: "eu", problem: .away("ben"))])
        secondary.rotation.offset = 1
        #expect(
            try answer([secondary], [try leave("ana")]).people == [
                OnCallPerson(
                    person: "cho", region: "eu", until: try utc("2026-01-02T09:00"),
                    reason: .standIn, insteadOf: "ben", change: "leave of ana")
            ])
    }

    @Test func `an override for somebody on leave comes before any standing in`() throws {
        let shifts = [try shift("eu", [["ana"], ["ben"]])]
        var one = OnCallOverride(
            id: "o", order: 1, kind: .override, schedule: "s", replaces: "ana", person: "zoe",
            from: try utc("2026-01-01T00:00"), to: try utc("2026-01-03T00:00"), by: "lea",
            reason: "")
        #expect(try answer(shifts, [try leave("ana")], [one]).people.map(\.person) == ["zoe"])
        // Ben stands in, and somebody does so for him.
        one.replaces = "ben"
        #expect(try answer(shifts, [try leave("ana")], [one]).people.map(\.person) == ["zoe"])
    }
}
