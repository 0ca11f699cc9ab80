import Basics
import Escalation
import IncidentModel
import Reconciliation
import Testing

/// What people write down while they work, and how far they say they are.
struct WorkTests {
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
    private mutating func say(
        _ saying: WorkSaying, _ item: FactID? = nil, by person: PersonID = "mei",
        member: UInt64 = 1, at seconds: Int64
    ) -> FactID {
        add(
            .work(WorkWord(previousEnd: .zero, item: item, saying: saying, by: person)),
            by: member, at: seconds)
    }

    private mutating func wish(
        _ phase: IncidentPhase, by person: PersonID, member: UInt64, at seconds: Int64,
        apart: Bool = false, seen: [FactID] = []
    ) {
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .phase(phase), by: person, reason: "r",
                    isApart: apart, seen: seen)), by: member, at: seconds)
    }

    private func settled(_ facts: [Fact]? = nil) -> Incident {
        var incident = Incident(group: group)
        for fact in facts ?? self.facts {
            incident.applyMerge([fact], index: incident.lastIndex + 1)
            let missing = missingDecisions(for: incident)
            guard !missing.isEmpty else { continue }
            incident.applyDecisions(
                missing, in: "eu", at: fact.time, index: incident.lastIndex + 1)
        }
        return incident
    }

    private func action(
        _ text: String, _ owner: PersonID? = "one", by seconds: Int64? = nil
    ) -> WorkDraft {
        WorkDraft(kind: .action, text: text, owner: owner, due: seconds.map { at($0) })
    }

    @Test mutating func `the last word about something counts, in whatever order words come`() {
        let id = say(.began(action("roll back")), at: 10)
        say(.ended(.done, outcome: "it is back"), id, member: 2, at: 20)
        say(.changed(action("roll back twice", "two")), id, member: 3, at: 15)
        say(.reopened(reason: "it fails again"), id, member: 2, at: 25)
        let expected = settled().presentWork
        #expect(expected.map(\.draft?.text) == ["roll back twice"])
        #expect(expected.first?.draft?.owner == "two")
        #expect(expected.first?.end == nil && expected.first?.ending?.outcome == "it fails again")
        var random = RandomStream(seed: 7)
        for _ in 0..<50 {
            var shuffled = Array(facts.dropFirst())
            for index in shuffled.indices.reversed() where index > 0 {
                shuffled.swapAt(index, Int(random.below(UInt64(index + 1))))
            }
            #expect(settled([facts[0]] + shuffled).presentWork == expected)
        }
    }

    @Test mutating func `an ending is known before what it ended, and shows with it`() {
        let id = say(.began(action("look")), at: 10)
        say(.ended(.dropped, outcome: "no"), id, member: 2, at: 20)
        let early = settled([facts[0], facts[2]])
        #expect(early.presentWork.isEmpty && early.work.count == 1)
        #expect(settled().presentWork.first?.end == .dropped)
    }

    @Test
    mutating func `what is written down is over with its generation, and stays in the timeline`() {
        say(.began(action("roll back")), at: 10)
        add(report(alert(firing: false, since: 30, severity: .sev2)), by: 1, at: 30)
        add(report(alert(since: 60, severity: .sev2)), by: 1, at: 60)
        let incident = settled()
        #expect(incident.generation == 2)
        #expect(incident.work.isEmpty && incident.presentWork.isEmpty)
        #expect(incident.timeline.contains { $0.kind == .work && $0.text.contains("roll back") })
    }

    @Test
    mutating func
        `more than can be kept drops what ended, then the oldest; the timeline tells all`()
    {
        var ended: FactID?
        for number in 0..<(Incident.workKeptMax + 3) {
            // Each of another member: those of one come in their order.
            let id = say(
                .began(action("step \(number)")), member: UInt64(10 + number),
                at: Int64(10 + number))
            if number == 100 { ended = id }
        }
        say(.ended(.done, outcome: "ok"), ended, member: 2, at: 11)
        facts.swapAt(facts.count - 1, 150)
        let incident = settled()
        #expect(incident.work.count == Incident.workKeptMax)
        #expect(incident.work.first?.draft?.text == "step 2")
        #expect(!incident.work.contains { $0.id == ended })
        #expect(incident.timeline.contains { $0.text.contains("step 0 ") })
    }

    @Test mutating func `an ending waits for its beginning, however much is known besides`() {
        var ids: [FactID] = []
        for number in 0..<(Incident.workMax + 20) {
            ids.append(
                say(
                    .began(action("step \(number)")), member: UInt64(1_000 + number),
                    at: Int64(10 + number)))
        }
        for (number, id) in ids.enumerated() where number % 2 == 0 {
            say(
                .ended(.done, outcome: "done \(number)"), id, member: UInt64(3_000 + number),
                at: Int64(500 + number))
        }
        let expected = settled().presentWork
        #expect(expected.count == ids.count && expected.count { $0.end == .done } == ids.count / 2)
        var random = RandomStream(seed: 11)
        for round in 0..<6 {
            var shuffled = Array(facts.dropFirst())
            for index in shuffled.indices.reversed() where index > 0 {
                shuffled.swapAt(index, Int(random.below(UInt64(index + 1))))
            }
            // All endings first, too.
            if round == 0 {
                shuffled = shuffled.filter(\.endsWork) + shuffled.filter { !$0.endsWork }
            }
            #expect(settled([facts[0]] + shuffled).presentWork == expected)
        }
    }

    @Test mutating func `an incident with work comes back from its bytes`() throws {
        let id = say(.began(action("roll back", by: 500)), at: 10)
        say(.ended(.done, outcome: "ok"), id, at: 20)
        wish(.mitigated, by: "mei", member: 1, at: 30)
        let incident = settled()
        #expect(try Incident(decoding: incident.encoded) == incident)
        #expect(incident.phase?.phase == .mitigated)
    }

    @Test mutating func `of phases said without knowing of each other the least far stands`() {
        wish(.mitigated, by: "mei", member: 1, at: 10)
        wish(.investigating, by: "joe", member: 2, at: 11, apart: true)
        let incident = settled()
        #expect(incident.phase?.phase == .investigating)
        #expect(incident.decisions.last?.rule == .phases)
        #expect(incident.decisions.last?.isConflict == true)
        wish(.mitigated, by: "mei", member: 1, at: 40, seen: facts.map(\.id))
        #expect(settled().phase?.phase == .mitigated)
        #expect(settled().decisions.last?.rule == .edit)
    }

    @Test mutating func `a phase changes nothing about paging, and is over with its generation`() {
        wish(.mitigated, by: "mei", member: 1, at: 10)
        #expect(settled().status == .triggered)
        add(report(alert(firing: false, since: 30, severity: .sev2)), by: 1, at: 30)
        #expect(settled().phase?.phase == .mitigated, "what was reached is told when it is over")
        add(report(alert(since: 60, severity: .sev2)), by: 1, at: 60)
        #expect(settled().phase == nil)
    }

    @Test mutating func `the brief tells what is open, what is overdue and what is known`() {
        say(.began(WorkDraft(kind: .impact, text: "cards are refused")), at: 5)
        let wrong = say(.began(WorkDraft(kind: .hypothesis, text: "the pool")), at: 10)
        say(.began(WorkDraft(kind: .hypothesis, text: "the new release")), at: 11)
        say(.ended(.ruledOut, outcome: "it is half empty"), wrong, at: 20)
        say(.began(action("roll back", "one", by: 100)), at: 30)
        say(.began(action("call the bank", "two", by: 4_000)), at: 31)
        say(.began(WorkDraft(kind: .role, text: "scribe", owner: "three")), at: 32)
        say(
            .began(
                WorkDraft(
                    kind: .update, text: "we are on it", due: at(120), audience: "customers")),
            at: 33)
        say(.began(WorkDraft(kind: .watch, text: "the queue's length")), at: 34)
        let text = brief(of: settled(), roster: roster(), at: at(600))
        for line in [
            "Impact: cards are refused", "Roles: scribe: three (eu)",
            "- open: the new release", "- ruled out: the pool (it is half empty)",
            "- roll back (one (eu), was due at \(at(100).minuteUTC), OVERDUE)",
            "- call the bank (two (eu), by \(at(4_000).minuteUTC))",
            "Last update to customers, at \(at(33).minuteUTC): we are on it; "
                + "the next was due at \(at(120).minuteUTC), OVERDUE",
            "Watch: the queue's length",
        ] {
            #expect(text.contains(line), "\(line) is missing in:\n\(text)")
        }
    }
}

extension Fact {
    /// Whether it says how something ended.
    fileprivate var endsWork: Bool {
        guard case .work(let word) = body, case .ended = word.saying else { return false }
        return true
    }
}
