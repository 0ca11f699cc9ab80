import Basics
@testable import IncidentModel
import Reconciliation
import Testing

/// Who takes part in an incident and who has which role, since when and until when.
struct ParticipantTests {
    private var writer = FactWriter()
    private var facts: [Fact] = []

    init() { add(report(alert(severity: .sev2)), at: 0) }

    @discardableResult
    private mutating func add(_ body: FactBody, at seconds: Int64) -> FactID {
        let fact = writer.fact(body, by: 1, at: seconds)
        facts.append(fact)
        return fact.id
    }

    private mutating func command(_ person: PersonID, apart: Bool = false, at seconds: Int64) {
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .commander(person), by: person, reason: "",
                    isApart: apart, seen: apart ? [] : facts.map(\.id))), at: seconds)
    }

    @discardableResult
    private mutating func work(
        _ saying: WorkSaying, _ item: FactID? = nil, by person: PersonID, at seconds: Int64
    ) -> FactID {
        add(
            .work(WorkWord(previousEnd: .zero, item: item, saying: saying, by: person)),
            at: seconds)
    }

    private mutating func acknowledge(_ person: PersonID, run: UInt64 = 1, at seconds: Int64) {
        add(
            .ackSeen(
                Acknowledgement(
                    generation: 1, previousEnd: .zero, run: run, by: person, via: "cli")),
            at: seconds)
    }

    /// All facts in the log one by one, decided after each at its time.
    private func settled() -> Incident {
        var incident = Incident(group: group)
        for fact in facts {
            incident.applyMerge([fact], index: incident.lastIndex + 1)
            let missing = missingDecisions(for: incident)
            guard !missing.isEmpty else { continue }
            incident.applyDecisions(
                missing, in: "eu", at: fact.time, index: incident.lastIndex + 1)
        }
        return incident
    }

    private func tenures(_ role: String) -> [String] {
        settled().roleTenures.filter { $0.role == role }.map { tenure in
            let end = tenure.until.map { "\(($0 - start).seconds)" } ?? "on"
            return "\(tenure.person.text) \((tenure.since - start).seconds) \(end)"
        }
    }

    @Test mutating func `command goes from hand to hand, each until the next has it`() {
        command("mei", at: 10)
        command("joe", at: 20)
        command("ana", at: 30)
        #expect(tenures("commander") == ["mei 10 20", "joe 20 30", "ana 30 on"])
        add(.resolveSeen(closing(settled())), at: 50)
        #expect(tenures("commander") == ["mei 10 20", "joe 20 30", "ana 30 50"])
    }

    @Test mutating func `who took command elsewhere is deputy from the decision on`() {
        command("mei", at: 10)
        command("joe", apart: true, at: 11)
        #expect(tenures("commander") == ["mei 10 on"])
        #expect(tenures("deputy") == ["joe 11 on"])
    }

    @Test mutating func `a role remembers who had it, whatever it is called`() {
        let draft = WorkDraft(kind: .role, text: "scribe (notes, all)", owner: "joe")
        let role = work(.began(draft), by: "mei", at: 10)
        var next = draft
        next.owner = "ana"
        work(.changed(next), role, by: "joe", at: 20)
        next.text = "scribe"
        work(.changed(next), role, by: "ana", at: 25)
        next.owner = nil
        work(.changed(next), role, by: "ana", at: 30)
        next.owner = "raj"
        work(.changed(next), role, by: "mei", at: 40)
        #expect(tenures("scribe (notes, all)") == ["joe 10 20", "ana 20 25"])
        #expect(tenures("scribe") == ["ana 25 30", "raj 40 on"])
        work(.ended(.done, outcome: ""), role, by: "raj", at: 60)
        #expect(tenures("scribe").last == "raj 40 60")
        let by = settled().roleTenures.map { $0.by?.text }
        work(.began(WorkDraft(kind: .role, text: "lead (eu)")), by: "mei", at: 70)
        #expect(tenures("lead (eu)").isEmpty && tenures("lead").isEmpty)
        #expect(by == ["mei", "joe", "ana", "mei"])
    }

    @Test func `what is said of a role is what is read back`() throws {
        let drafts = [
            WorkDraft(kind: .role, text: "scribe", owner: "joe"),
            WorkDraft(kind: .role, text: "scribe"),
            WorkDraft(kind: .role, text: "lead (eu)", owner: "joe", due: at(60)),
            WorkDraft(kind: .role, text: "watch", due: at(60)),
        ]
        for draft in drafts {
            var writer = FactWriter()
            var known = incident([writer.fact(report(alert()), at: 0)])
            let word = WorkWord(
                previousEnd: .zero, item: nil, saying: .began(draft), by: "mei")
            known.applyMerge([writer.fact(.work(word), at: 1)], index: 2)
            let entry = try #require(known.timeline.last)
            let read = try #require(RoleWords(entry))
            #expect(read.by == "mei" && read.was == nil, "\(entry.text)")
            #expect(read.role == draft.text && read.holder == draft.owner, "\(entry.text)")
        }
    }

    @Test mutating func `everybody who does something is here, by all that they do`() throws {
        acknowledge("joe", at: 5)
        acknowledge("mei", at: 6)
        command("mei", at: 10)
        work(
            .began(WorkDraft(kind: .action, text: "roll back", owner: "ana")), by: "mei", at: 20)
        let looked = work(
            .began(WorkDraft(kind: .action, text: "look", owner: "raj")), by: "mei", at: 21)
        work(.ended(.done, outcome: ""), looked, by: "mei", at: 30)
        add(.noteAdded(Note(by: "kim", text: "seen: it")), at: 35)
        add(.noteAdded(Note(by: "kim", text: "and again")), at: 45)
        let here = settled().participants
        #expect(here.map(\.person) == ["mei", "joe", "ana", "kim", "raj"])
        #expect(
            here.map { $0.parts.map(\.kind) } == [
                [.commander, .helper, .writer], [.holder], [.action], [.writer], [.action],
            ])
        #expect(here[0].since == at(6) && here[0].until == nil)
        #expect(here[2].parts[0].what == "roll back")
        let kim = try #require(here[3].parts.first)
        #expect(kim.since == at(35) && kim.lastAt == at(45))
        #expect(here[4].until == at(30))
        add(.resolveSeen(closing(settled())), at: 50)
        #expect(settled().participants.allSatisfy { $0.until != nil })
    }

    @Test mutating func `whoever took on a run that is over is not here by that`() {
        acknowledge("joe", at: 5)
        add(
            .escalationAsked(
                EscalationRequest(
                    generation: 1, previousEnd: .zero, run: 1, level: 1, by: "mei", reason: "")),
            at: 20)
        let joe = settled().participants.first { $0.person == "joe" }
        #expect(joe?.until == at(20))
        acknowledge("joe", run: 2, at: 30)
        let again = settled().participants.first { $0.person == "joe" }
        #expect(again?.until == nil && again?.since == at(5))
    }

    private func closing(_ incident: Incident) -> Resolution {
        Resolution(
            seen: incident.firingAlerts.map {
                SeenAlert(fingerprint: $0.instance.fingerprint, through: $0.firingSeen)
            }, by: "mei", via: "cli")
    }
}
