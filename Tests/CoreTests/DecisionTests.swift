import Basics
import IncidentModel
import Reconciliation
import Testing

/// The rules of docs/reconciliation.md, one by one.
struct DecisionTests {
    private var writer = FactWriter()
    private var facts: [Fact] = []

    init() { add(report(alert(severity: .sev2)), by: 1, at: 0) }

    /// Writes a fact of a member.
    @discardableResult
    private mutating func add(_ body: FactBody, by member: UInt64, at seconds: Int64) -> FactID {
        let fact = writer.fact(body, by: member, at: seconds)
        facts.append(fact)
        return fact.id
    }

    private mutating func wish(
        _ value: FieldValue, _ person: PersonID, by member: UInt64, at seconds: Int64,
        apart: Bool = false, seen: [FactID] = [], overturns: DecisionID? = nil
    ) -> FactID {
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: value, by: person, reason: "", isApart: apart,
                    seen: seen, overturns: overturns)), by: member, at: seconds)
    }

    private mutating func acknowledge(
        _ person: PersonID, by member: UInt64, at seconds: Int64, seen: [FactID] = []
    ) -> FactID {
        add(
            .ackSeen(
                Acknowledgement(
                    generation: 1, previousEnd: .zero, run: 1, by: person, via: "cli", seen: seen)),
            by: member, at: seconds)
    }

    /// All facts in the log, and all that has to be decided.
    private func settled() -> Incident {
        var incident = Incident(group: facts[0].group)
        incident.applyMerge(facts, index: 1)
        while true {
            let missing = missingDecisions(for: incident)
            guard !missing.isEmpty else { return incident }
            incident.applyDecisions(
                missing, in: "eu", at: HybridTime(at(900)), index: incident.lastIndex + 1)
        }
    }

    private func conflicts(_ incident: Incident) -> [DecisionRule] {
        incident.decisions.filter(\.isConflict).map(\.rule)
    }

    @Test mutating func `a severity set with a majority stands until a newer alert is worse`() {
        _ = wish(.severity(.sev4), "mei", by: 1, at: 5)
        #expect(settled().severity == .sev4)
        add(report(alert("b", severity: .sev3)), by: 2, at: 9)
        #expect(settled().severity == .sev3)
        #expect(conflicts(settled()).isEmpty)
    }

    @Test mutating func `a wish changes nothing before it is decided`() {
        _ = wish(.severity(.sev1), "mei", by: 1, at: 5)
        _ = wish(.commander("mei"), "mei", by: 1, at: 6)
        var incident = Incident(group: facts[0].group)
        incident.applyMerge(facts, index: 1)
        #expect(incident.severity == .sev2)
        #expect(incident.commander == nil)
        #expect(incident.timeline.filter { $0.kind == .proposed }.count == 2)
    }

    @Test mutating func `of two severities that knew nothing of each other the worse stands`() {
        _ = wish(.severity(.sev4), "mei", by: 1, at: 5)
        _ = wish(.severity(.sev1), "raj", by: 2, at: 6, apart: true)
        let incident = settled()
        #expect(incident.severity == .sev1)
        #expect(conflicts(incident) == [.severities])
        #expect(incident.decisions[0].reason.contains("kept as a proposal: SEV4"))
    }

    @Test mutating func `a milder severity set apart is kept as a proposal, a worse one counts`() {
        _ = wish(.severity(.sev5), "raj", by: 2, at: 6, apart: true)
        #expect(settled().severity == .sev2)
        #expect(settled().decisions.count == 1)
        _ = wish(.severity(.sev1), "ana", by: 3, at: 7, apart: true)
        #expect(settled().severity == .sev1)
    }

    @Test mutating func `the commander on the side of the majority stands, the other is deputy`() {
        _ = wish(.commander("raj"), "raj", by: 2, at: 5, apart: true)
        _ = wish(.commander("mei"), "mei", by: 1, at: 9)
        let incident = settled()
        #expect(incident.commander == "mei")
        #expect(incident.deputies == ["raj"])
        #expect(conflicts(incident) == [.commanders])
    }

    @Test mutating func `without a majority anywhere the first commander stands`() {
        _ = wish(.commander("raj"), "raj", by: 2, at: 9, apart: true)
        _ = wish(.commander("ana"), "ana", by: 3, at: 5, apart: true)
        #expect(settled().commander == "ana")
        #expect(settled().deputies == ["raj"])
    }

    @Test mutating func `who knew of a commander may replace them, and nobody is deputy`() {
        let first = wish(.commander("mei"), "mei", by: 1, at: 5)
        _ = wish(.commander("raj"), "mei", by: 2, at: 6, seen: [first])
        let incident = settled()
        #expect(incident.commander == "raj")
        #expect(incident.deputies.isEmpty)
        #expect(conflicts(incident).isEmpty)
    }

    @Test mutating func `a person overturns what was decided`() throws {
        let one = wish(.severity(.sev4), "mei", by: 1, at: 5)
        let other = wish(.severity(.sev1), "raj", by: 2, at: 6, apart: true)
        let decision = try #require(settled().decisions.first)
        _ = wish(
            .severity(.sev3), "ana", by: 1, at: 20, seen: [one, other], overturns: decision.id)
        var incident = settled()
        #expect(incident.severity == .sev3)
        // Decided before it was overturned, as it would be in life.
        incident = Incident(group: facts[0].group)
        incident.applyMerge(Array(facts.dropLast()), index: 1)
        incident.applyDecisions(
            missingDecisions(for: incident), in: "eu", at: HybridTime(at(10)), index: 2)
        incident.applyMerge(facts, index: 3)
        incident.applyDecisions(
            missingDecisions(for: incident), in: "eu", at: HybridTime(at(30)), index: 4)
        #expect(incident.severity == .sev3)
        #expect(incident.decisions.map(\.rule) == [.severities, .overturned])
        #expect(incident.decisions[0].overturnedBy == incident.decisions[1].id)
        #expect(!incident.isStanding(incident.decisions[0]))
        #expect(incident.isStanding(incident.decisions[1]))
    }

    @Test mutating func `of two who took it on without knowing of each other the first stands`() {
        _ = acknowledge("raj", by: 2, at: 9)
        _ = acknowledge("mei", by: 1, at: 5)
        let incident = settled()
        #expect(incident.coveringAcknowledgement?.acknowledgement.by == "mei")
        #expect(conflicts(incident) == [.acknowledgements])
    }

    @Test mutating func `taking on what somebody has taken on already is no conflict`() {
        let first = acknowledge("mei", by: 1, at: 5)
        _ = acknowledge("raj", by: 2, at: 9, seen: [first])
        #expect(conflicts(settled()).isEmpty)
    }

    @Test mutating func `who was paged after it had been taken on elsewhere may stand down`() {
        _ = acknowledge("mei", by: 1, at: 5)
        let intent = PageIntent(
            key: StepKey(high: 1, low: 1),
            position: StepPosition(
                generation: 1, previousEnd: .zero, run: 1, cycle: 0, level: 1), person: "raj",
            channel: .sms, attempt: 1)
        add(.pageIntent(intent), by: 2, at: 60)
        #expect(conflicts(settled()).isEmpty, "it may still fail")
        add(
            .pageResult(
                PageResult(of: intent, provider: "a", outcome: .delivered(receipt: ""))), by: 2,
            at: 61)
        let incident = settled()
        #expect(conflicts(incident) == [.standDown])
        #expect(incident.decisions[0].outcome == .standDown(["raj"]))
    }

    @Test mutating func `decisions about another generation are passed over`() {
        _ = wish(.severity(.sev4), "mei", by: 1, at: 5)
        var incident = settled()
        let decided = incident.decisions
        incident.decisions = []
        var foreign = decided[0]
        foreign.previousEnd = HybridTime(at(3))
        incident.applyDecisions([foreign], in: "eu", at: HybridTime(at(9)), index: 9)
        #expect(incident.decisions.isEmpty)
        #expect(incident.lastIndex == 9)
    }
}
