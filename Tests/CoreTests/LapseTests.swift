import Basics
import Escalation
import IncidentModel
@testable import OnCall
import Paging
import Testing

/// An acknowledgement held by somebody who goes off shift lapses unless handed over.
struct LapseTests {
    private static let utc = TimeZones(
        version: "test", rules: ["UTC": TimeZoneRules(transitions: [], offsets: [0], rule: nil)])

    /// One hands over to two every day at noon, which is when these tests begin.
    private func roster(_ participants: [PersonID] = ["one", "two"]) -> Roster {
        var roster = CoreTests.roster(levels: [[.schedule("daily")], [.person("three")]])
        roster.schedules = [
            Schedule(
                id: "daily", name: "daily",
                shifts: [
                    RegionShift(
                        region: "eu",
                        rotation: Rotation(
                            participants: participants, zone: "UTC",
                            handoff: .daily(at: 12 * 3_600),
                            anchor: CivilDate(year: 2026, month: 11, day: 2)))
                ])
        ]
        return roster
    }

    private func lapse(
        _ given: [(by: PersonID, at: Int64, until: Int64?)], _ roster: Roster? = nil
    ) -> AcknowledgementLapse? {
        var writer = FactWriter()
        var facts = [writer.fact(report(alert()), at: 1)]
        for one in given {
            facts.append(
                writer.fact(
                    .ackSeen(
                        Acknowledgement(
                            generation: 1, previousEnd: .zero, run: 1, by: one.by, via: "cli",
                            until: one.until.map { at($0) })), at: one.at))
        }
        let roster = roster ?? self.roster()
        let book = OnCallBook(roster.schedules, zones: Self.utc)
        return acknowledgementLapse(of: incident(facts), roster: roster, book: book)
    }

    @Test func `it lapses when somebody else comes on call`() {
        let found = lapse([("one", 60, nil)])
        #expect(found?.at == at(86_400))
        #expect(found?.by == "one")
        #expect(found?.isEndOfShift == true)
    }

    @Test func `one of somebody who is not on call holds for good`() {
        #expect(lapse([("boss", 60, nil)]) == nil)
        #expect(lapse([("one", 60, nil), ("boss", 70, nil)]) == nil)
    }

    @Test func `whoever takes it on shortly before their shift has it for that shift`() {
        let early = 86_400 - 10 * 60
        #expect(lapse([("two", Int64(early), nil)])?.at == at(2 * 86_400))
        // The one before hands over to them: nothing lapses at the change.
        #expect(lapse([("one", 60, nil), ("two", Int64(early), nil)])?.at == at(2 * 86_400))
        // An hour before is another matter: they were not on call.
        #expect(lapse([("two", 86_400 - 3_600, nil)]) == nil)
    }

    @Test func `what was accepted before the shift began is offered on at its end`() {
        var roster = roster()
        roster.command.overlap = .minutes(15)
        let book = OnCallBook(roster.schedules, zones: Self.utc)
        func due(takenAt: Int64) -> HandoffDue? {
            var writer = FactWriter()
            var taken = incident([writer.fact(report(alert()), at: 1)])
            (taken.commander, taken.commandSince) = ("two", HybridTime(at(takenAt)))
            return handoffDue(of: taken, roster: roster, book: book, at: at(takenAt))
        }
        #expect(due(takenAt: 86_400 - 600)?.at == at(2 * 86_400 - 900))
        #expect(due(takenAt: 86_400 - 600)?.to == "one")
        #expect(due(takenAt: 86_400 + 600)?.at == at(2 * 86_400 - 900))
        #expect(due(takenAt: 86_400 - 3_600) == nil)
    }

    @Test func `whoever is alone on call holds it for good`() {
        #expect(lapse([("one", 60, nil)], roster(["one"])) == nil)
    }

    @Test func `the last of several counts, and a snooze may end before`() {
        #expect(lapse([("one", 60, 600)])?.at == at(600))
        #expect(lapse([("one", 60, 600)])?.isEndOfShift == false)
        #expect(lapse([("one", 60, 100_000)])?.at == at(86_400))
        // The next one took it on after the change of shift.
        #expect(lapse([("one", 60, nil), ("two", 86_500, nil)])?.at == at(2 * 86_400))
    }

    @Test func `what has lapsed is taken out by the request that says so, and pages begin anew`() {
        var writer = FactWriter()
        let opened = writer.fact(report(alert()), at: 1)
        let given = writer.fact(
            .ackSeen(
                Acknowledgement(
                    generation: 1, previousEnd: .zero, run: 1, by: "one", via: "cli")), at: 60)
        let over = writer.fact(
            .escalationAsked(
                EscalationRequest(
                    generation: 1, previousEnd: .zero, run: 1, level: EscalationRequest.anew,
                    by: "one", reason: EscalationRequest.shiftOver, lapsed: [given.id])),
            at: 86_400)
        let open = incident([opened, given, over])
        #expect(open.status == .triggered)
        #expect(open.run.number == 2)
        #expect(open.run.firstLevel == 0)
        #expect(open.acknowledgements.isEmpty)
        #expect(open.timeline.last?.text.hasPrefix("the shift of one") == true)
    }
}
