import Basics
import Escalation
import IncidentModel
@testable import OnCall
import Paging
import Testing

/// What people are told about their shifts.
struct ShiftNoticeTests {
    private static let zones = TimeZones(
        version: "test",
        rules: [
            "UTC": TimeZoneRules(transitions: [], offsets: [0], rule: nil),
            "East": TimeZoneRules(transitions: [], offsets: [3_600], rule: nil),
        ])

    /// One hands over to two every day at noon, which is when these tests begin.
    private func roster(_ timings: ShiftNoticeTimings? = ShiftNoticeTimings()) -> Roster {
        var people = ["one", "two", "boss"].map { person($0) }
        people[1].zone = "East"
        var roster = CoreTests.roster(
            levels: [[.schedule("daily")]], people: people, catchAll: ["boss"])
        roster.shiftNotices = timings
        roster.schedules = [
            Schedule(
                id: "daily", name: "the daily one",
                shifts: [
                    RegionShift(
                        region: "eu",
                        rotation: Rotation(
                            participants: ["one", "two"], zone: "UTC",
                            handoff: .daily(at: 12 * 3_600),
                            anchor: CivilDate(year: 2026, month: 11, day: 2)))
                ])
        ]
        return roster
    }

    private func told(
        at seconds: Int64, _ roster: Roster? = nil, changes: OnCallChanges = .none,
        ahead: Span = .zero
    ) -> [Notice] {
        let roster = roster ?? self.roster()
        return shiftNotices(
            group: group, roster: roster,
            book: OnCallBook(roster.schedules, changes: changes, zones: Self.zones),
            at: at(seconds),
            ahead: ahead)
    }

    private let day: Int64 = 86_400

    @Test func `somebody is reminded an hour before, in UTC and by their own clocks`() throws {
        #expect(told(at: day - 3_601).isEmpty)
        let notice = try #require(told(at: day - 3_600).first)
        #expect(notice.page.person.id == "two")
        #expect(notice.page.due == at(day - 3_600))
        #expect(
            notice.text
                == "in 1 h you come on call for the daily one: from \(at(day).minuteUTC) "
                + "(Tue 13:00 East) until \(at(2 * day).minuteUTC) (Wed 13:00 East); before you: one"
        )
    }

    @Test func `the beginning is told to whoever comes, the end to whoever goes`() {
        let all = told(at: day)
        #expect(all.map(\.page.person.id) == ["two", "one"])
        #expect(all.map(\.text).last == "your shift for the daily one is over: two now")
        #expect(Set(all.map(\.page.key)).count == 2)
    }

    @Test
    func `it is told for ten minutes, with the same key, and what lies ahead is there as well`() {
        #expect(told(at: day + 599).map(\.page.key) == told(at: day).map(\.page.key))
        #expect(told(at: day + 600).isEmpty)
        #expect(told(at: day - 1_800, ahead: .minutes(30)).count == 2)
        #expect(told(at: day - 1_801, ahead: .minutes(30)).isEmpty)
    }

    @Test func `what was worked out for longer holds what is told later`() {
        let begin = day - 5_000
        let held = told(at: begin, ahead: .minutes(60))
        for later in stride(from: Int64(0), through: 1_800, by: 60) {
            let now = begin + later
            let fresh = told(at: now, ahead: .minutes(30))
            #expect(held.filter { isTold($0, at: at(now), ahead: .minutes(30)) } == fresh)
        }
        #expect(!told(at: begin + 1_800, ahead: .minutes(30)).isEmpty)
    }

    @Test func `whoever was put on call by hand is told, and not who stays`() {
        let changes = OnCallChanges(
            overrides: [
                OnCallOverride(
                    id: "x", order: 1, kind: .override, schedule: "daily", replaces: nil,
                    person: "one", from: at(day), to: at(day + 7_200), by: "one", reason: "")
            ], leaves: [])
        #expect(told(at: day, changes: changes).isEmpty, "one was on call and stays so")
        #expect(told(at: day + 7_200, changes: changes).map(\.page.person.id) == ["two", "one"])
    }

    @Test func `nobody is told whom the roster does not ask to tell`() {
        #expect(told(at: day, roster(nil)).isEmpty)
        var timings = ShiftNoticeTimings()
        (timings.start, timings.end) = (false, false)
        #expect(told(at: day, roster(timings)).isEmpty)
        timings.reminder = .zero
        #expect(told(at: day - 3_600, roster(timings)).isEmpty)
    }

    /// A control group in which so many notices were sent, one every so many seconds.
    private func control(_ count: Int, every seconds: Int64) -> Incident {
        var writer = FactWriter()
        var control = Incident(group: group)
        for number in 0..<count {
            let intent = PageIntent(
                key: StepKey(high: 1, low: UInt64(number)), position: .shiftNotice, person: "one",
                channel: .email, attempt: 1)
            let sent = PageResult(of: intent, provider: "p", outcome: .delivered(receipt: ""))
            let time = Int64(number) * seconds
            let facts = [
                writer.fact(.pageIntent(intent), at: time),
                writer.fact(.pageResult(sent), at: time),
            ]
            control.applyMerge(facts, index: control.lastIndex + 1)
        }
        return control
    }

    @Test func `what is told about shifts fills no timeline and is forgotten one day`() {
        let control = control(600, every: 60)
        #expect(control.timeline.isEmpty)
        #expect(control.pages.count == 256)
        #expect(control.isDelivered(StepKey(high: 1, low: 599)))
        #expect(!control.isDelivered(StepKey(high: 1, low: 343)))
    }

    @Test func `of many that are told at once none is forgotten while it may be told again`() {
        let control = control(600, every: 0)
        #expect((0..<600).allSatisfy { control.isDelivered(StepKey(high: 1, low: UInt64($0))) })
    }
}
