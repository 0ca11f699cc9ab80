import Basics
import Escalation
import IncidentModel
import Paging
import Reconciliation
import Testing

/// A handoff and an escalation that cross: the escalation is answered by whoever held command then.
/// *Source:* design 7.
struct CrossedTests {
    private var writer = FactWriter()
    private var facts: [Fact] = []

    init() { add(report(alert(severity: .sev2)), by: 1, at: 0) }

    @discardableResult
    private mutating func add(_ body: FactBody, by member: UInt64, at seconds: Int64) -> FactID {
        let fact = writer.fact(body, by: member, at: seconds)
        facts.append(fact)
        return fact.id
    }

    @discardableResult
    private mutating func takesCommand(
        _ person: PersonID, by member: UInt64, at seconds: Int64, apart: Bool = false,
        seen: [FactID] = []
    ) -> FactID {
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .commander(person), by: person, reason: "",
                    isApart: apart, seen: seen)), by: member, at: seconds)
    }

    @discardableResult
    private mutating func escalates(
        _ person: PersonID, by member: UInt64, at seconds: Int64, seen: [FactID] = []
    ) -> FactID {
        add(
            .escalationAsked(
                EscalationRequest(
                    generation: 1, previousEnd: .zero, run: 1, level: 0, by: person, reason: "",
                    seen: seen)), by: member, at: seconds)
    }

    private func crossed(in order: [Fact]) -> Decision? {
        var incident = Incident(group: facts[0].group)
        incident.applyMerge(order, index: 1)
        return decisions(for: incident).first { $0.rule == .crossed }
    }

    private func outcome() -> DecisionOutcome? {
        let found = crossed(in: facts)
        // Each member's own order is kept, as it always is.
        let byMember = facts.sorted {
            ($1.id.origin, $0.id.sequence) < ($0.id.origin, $1.id.sequence)
        }
        #expect(crossed(in: byMember) == found)
        return found?.outcome
    }

    @Test mutating func `whoever held command when it was asked for answers, the other is told`() {
        let ana = takesCommand("ana", by: 1, at: 5)
        takesCommand("mei", by: 2, at: 20, seen: [ana])
        let early = escalates("raj", by: 3, at: 15, seen: [ana])
        #expect(outcome() == .answers("ana", others: ["mei"], request: early))
        let late = escalates("raj", by: 3, at: 25, seen: [ana])
        #expect(outcome() == .answers("mei", others: ["ana"], request: late))
    }

    @Test mutating func `who knows of the other crosses nothing`() {
        let ana = takesCommand("ana", by: 1, at: 5)
        let asked = escalates("raj", by: 3, at: 15, seen: [ana])
        let mei = takesCommand("mei", by: 2, at: 20, seen: [ana, asked])
        #expect(outcome() == nil)
        escalates("raj", by: 3, at: 25, seen: [ana, mei])
        #expect(outcome() == nil)
    }

    @Test
    mutating func
        `nothing passed on where nobody commanded, or where the majority has a commander`()
    {
        takesCommand("ana", by: 1, at: 5)
        escalates("raj", by: 3, at: 15)
        #expect(outcome() == nil)
        takesCommand("mei", by: 2, at: 10, apart: true)
        #expect(outcome() == nil)
    }

    @Test mutating func `both are told, once per request`() throws {
        let ana = takesCommand("ana", by: 1, at: 5)
        takesCommand("mei", by: 2, at: 20, seen: [ana])
        escalates("raj", by: 3, at: 25, seen: [ana])
        var incident = Incident(group: facts[0].group)
        incident.applyMerge(facts, index: 1)
        incident.applyDecisions(
            missingDecisions(for: incident), in: "eu", at: HybridTime(at(30)), index: 2)
        #expect(incident.commander == "mei")
        #expect(missingDecisions(for: incident).isEmpty)
        let people = roster(people: [person("ana"), person("mei")], catchAll: ["ana"])
        let told = notices(of: incident, roster: people, at: at(40))
            .filter { $0.subject.hasPrefix("crossed") }
        #expect(told.map(\.page.person.id) == ["mei", "ana"])
        let text = try #require(told.first?.text)
        #expect(text.contains("mei held command then and answers for it, ana is told"))
    }
}
