import Basics
import OnCall
import Testing

struct OverrideCheckTests {
    /// Two schedules of 12 hours a day, with rotations of four that are two days apart.
    private func schedules() throws -> [Schedule] {
        try [("one", 0), ("two", 2)].map { id, offset in
            Schedule(
                id: ScheduleID(id), name: id,
                shifts: [
                    RegionShift(
                        region: "eu", window: DayWindow(from: clock(8), to: clock(20)),
                        rotation: Rotation(
                            participants: ["ana", "ben", "cho", "dan"], zone: "UTC",
                            handoff: .daily(at: clock(8)), anchor: try date("2026-01-01"),
                            offset: offset))
                ], fallback: .nobody)
        }
    }

    private func half(
        _ replaces: PersonID?, _ person: PersonID, _ from: String, _ to: String
    ) throws -> OnCallOverride {
        OnCallOverride(
            id: "\(person)", order: 9, kind: .swap, schedule: "one", replaces: replaces,
            person: person, from: try utc(from), to: try utc(to), by: "ana", reason: "")
    }

    private func problems(
        _ proposed: [OnCallOverride], leaves: [OnCallLeave] = [], rest: Span = .hours(11)
    ) throws -> [OverrideProblem] {
        overrideProblems(
            proposed, of: try schedules(), changes: OnCallChanges(leaves: leaves),
            zones: try PinnedZones.zones(), rest: rest)
    }

    // In `one` Ana has the 1st, Ben the 2nd, Cho the 3rd, Dan the 4th; in `two` Cho the 1st, Dan
    // the 2nd, Ana the 3rd, Ben the 4th.
    @Test func `a swap that leaves everybody enough rest has no problem`() throws {
        let fine = [
            try half("ana", "ben", "2026-01-01T08:00", "2026-01-01T20:00"),
            try half("ben", "ana", "2026-01-02T08:00", "2026-01-02T20:00"),
        ]
        #expect(try problems(fine) == [])
    }

    @Test func `too little rest before or after is pointed out`() throws {
        let swap = [
            try half("ana", "ben", "2026-01-01T08:00", "2026-01-01T20:00"),
            try half("ben", "ana", "2026-01-02T08:00", "2026-01-02T20:00"),
        ]
        // Ana has the 3rd in the other schedule, 12 hours after her new stretch ends.
        let night = OverrideProblem.shortRest(
            "ana", from: try utc("2026-01-02T20:00"), to: try utc("2026-01-03T08:00"))
        #expect(try problems(swap, rest: .hours(13)) == [night])
        // Between her turns in both schedules, Ana gets Dan's too.
        let between = try half("dan", "ana", "2026-01-04T08:00", "2026-01-04T20:00")
        #expect(
            try problems([between], rest: .hours(13)) == [
                .shortRest("ana", from: between.to, to: try utc("2026-01-05T08:00")),
                .shortRest("ana", from: try utc("2026-01-03T20:00"), to: between.from),
            ])
    }

    @Test func `two schedules at once, leave and no effect are pointed out`() throws {
        let twice = try half("ana", "cho", "2026-01-01T08:00", "2026-01-01T20:00")
        #expect(
            try problems([twice]) == [
                .doubleDuty("cho", schedule: "two", from: twice.from, to: twice.to)
            ])
        let nobody = try half("dan", "zoe", "2026-01-01T08:00", "2026-01-01T20:00")
        #expect(try problems([nobody]) == [.noEffect(id: "zoe")])
        let leave = OnCallLeave(
            id: "l", person: "zoe", from: try utc("2026-01-01T12:00"),
            to: try utc("2026-01-09T00:00"), by: "zoe", reason: "")
        let away = try half("ana", "zoe", "2026-01-01T08:00", "2026-01-01T20:00")
        #expect(
            try problems([away], leaves: [leave]) == [.away("zoe", from: leave.from, to: away.to)])
    }
}
