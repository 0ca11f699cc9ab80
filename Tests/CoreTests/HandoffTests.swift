import Basics
import Escalation
import IncidentModel
@testable import OnCall
import Paging
import Reconciliation
import Testing

/// Command and its handoff: what stands in the log, who is told, and what lapses.
struct HandoffTests {
    private var writer = FactWriter()
    private var facts: [Fact] = []

    init() { add(report(alert(severity: .sev2)), by: 1, at: 0) }

    @discardableResult
    private mutating func add(_ body: FactBody, by member: UInt64, at seconds: Int64) -> FactID {
        let fact = writer.fact(body, by: member, at: seconds)
        facts.append(fact)
        return fact.id
    }

    private mutating func command(_ person: PersonID, at seconds: Int64) {
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .commander(person), by: person, reason: "",
                    isApart: false, seen: [])), by: 1, at: seconds)
    }

    private mutating func say(
        _ saying: HandoffSaying, _ offer: FactID? = nil, by person: PersonID, member: UInt64 = 1,
        at seconds: Int64
    ) -> FactID {
        add(
            .handoff(
                HandoffWord(previousEnd: .zero, offer: offer, saying: saying, by: person)),
            by: member, at: seconds)
    }

    private mutating func accept(
        _ offer: FactID, by person: PersonID, member: UInt64 = 2, at seconds: Int64,
        apart: Bool = false, seen: [FactID]
    ) -> FactID {
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .commander(person), by: person,
                    reason: "I take it", isApart: apart, seen: seen,
                    handoff: OfferTaken(offer: offer, generation: 1, run: 1))),
            by: member, at: seconds)
    }

    /// All facts in the log one by one, decided after each at its time.
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

    @Test mutating func `whoever is in command stays so until the other one accepts`() throws {
        command("mei", at: 5)
        let offer = say(.offered(to: "joe", from: "mei", brief: "b"), by: "mei", at: 10)
        #expect(settled().commander == "mei")
        #expect(settled().openHandoff?.to == "joe")
        let accepted = accept(
            offer, by: "joe", at: 20, seen: [offer])
        let incident = settled()
        #expect(incident.commander == "joe")
        #expect(incident.openHandoff == nil)
        #expect(incident.state(of: try #require(incident.lastHandoff)) == .taken(by: "joe"))
        #expect(incident.lastHandoff?.taken?.readBack == "I take it")
        #expect(incident.coveringAcknowledgement?.fact == accepted)
        #expect(incident.deputies.isEmpty)
        #expect(incident.decisions.allSatisfy { !$0.isConflict })
    }

    @Test mutating func `an offer that was declined or taken back is not open`() {
        command("mei", at: 5)
        let first = say(.offered(to: "joe", from: "mei", brief: ""), by: "mei", at: 10)
        _ = say(.declined(reason: "on a train"), first, by: "joe", at: 11)
        #expect(settled().openHandoff == nil)
        let second = say(.offered(to: "ana", from: "mei", brief: ""), by: "mei", at: 12)
        #expect(settled().openHandoff?.to == "ana")
        _ = say(.withdrawn(reason: ""), second, by: "mei", at: 13)
        let incident = settled()
        #expect(incident.openHandoff == nil)
        #expect(
            incident.handoffs.map { incident.state(of: $0).name } == ["declined", "withdrawn"])
        #expect(incident.commander == "mei")
    }

    @Test mutating func `a later offer and command that went another way end an offer`() {
        command("mei", at: 5)
        _ = say(.offered(to: "joe", from: "mei", brief: ""), by: "mei", at: 10)
        _ = say(.offered(to: "ana", from: "mei", brief: ""), by: "mei", at: 12)
        #expect(settled().handoffs.map { settled().state(of: $0).name } == ["superseded", "open"])
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .commander("raj"), by: "raj", reason: "",
                    isApart: false, seen: facts.map(\.id))), by: 2, at: 15)
        #expect(settled().commander == "raj")
        #expect(settled().openHandoff == nil)
    }

    @Test mutating func `words may arrive in any order`() {
        command("mei", at: 5)
        let offer = say(.offered(to: "joe", from: "mei", brief: "one"), by: "mei", at: 10)
        _ = say(.briefed("two"), offer, by: "mei", member: 2, at: 11)
        _ = say(.declined(reason: "no"), offer, by: "joe", member: 3, at: 12)
        let expected = settled().handoffs
        #expect(expected.first?.brief == "two")
        var random = RandomStream(seed: 7)
        for _ in 0..<50 {
            var shuffled = Array(facts.dropFirst())
            for index in shuffled.indices.reversed() where index > 0 {
                shuffled.swapAt(index, Int(random.below(UInt64(index + 1))))
            }
            #expect(settled([facts[0]] + shuffled).handoffs == expected)
        }
    }

    @Test
    mutating func `an acceptance apart is a wish like others: the majority's commander stays`() {
        command("mei", at: 5)
        let offer = say(.offered(to: "joe", from: "mei", brief: ""), by: "mei", at: 10)
        add(
            .edited(
                FieldEdit(
                    previousEnd: .zero, value: .commander("raj"), by: "raj", reason: "",
                    isApart: false, seen: facts.map(\.id))), by: 3, at: 15)
        _ = accept(offer, by: "joe", at: 16, apart: true, seen: [offer])
        let incident = settled()
        #expect(incident.commander == "raj")
        #expect(incident.deputies == ["joe"])
    }

    @Test mutating func `a snapshot keeps everything`() throws {
        command("mei", at: 5)
        let offer = say(.offered(to: "joe", from: "mei", brief: "b"), by: "mei", at: 10)
        _ = say(.briefed("c"), offer, by: "mei", at: 11)
        _ = accept(offer, by: "joe", at: 20, seen: [offer])
        let incident = settled()
        #expect(try Incident(decoding: incident.encoded) == incident)
    }

    // MARK: Who is told

    private var people: Roster {
        var roster = roster(people: ["mei", "joe", "ana", "boss", "lead"].map { person($0) })
        roster.regions = [
            RosterRegion(
                name: "eu", zone: "UTC", day: DayWindow(from: 0, to: 86_400), lead: "lead")
        ]
        return roster
    }

    private func told(_ incident: Incident, at seconds: Int64) -> [String] {
        let book = OnCallBook([], zones: noZones)
        return commandNotices(of: incident, roster: people, book: book, at: at(seconds))
            .filter { $0.page.due <= at(seconds) }
            .map { "\($0.page.person.id.text) \(($0.page.due - start).microseconds / 1_000_000)" }
    }

    @Test
    mutating func `an offer goes to its person, the incoming side, and back, again and again`() {
        command("mei", at: 5)
        _ = say(.offered(to: "joe", from: "mei", brief: ""), by: "mei", at: 10)
        let incident = settled()
        // SEV2: five minutes each.
        #expect(told(incident, at: 9).isEmpty)
        #expect(told(incident, at: 10) == ["joe 10"])
        #expect(told(incident, at: 10 + 299) == ["joe 10"])
        #expect(told(incident, at: 10 + 300) == ["joe 10", "lead 310"])
        #expect(told(incident, at: 10 + 600) == ["joe 10", "lead 310", "mei 610", "lead 610"])
        #expect(told(incident, at: 10 + 900).last == "joe 910")
    }

    @Test mutating func `what offers command says so, and nothing else does`() {
        command("mei", at: 5)
        let offer = say(.offered(to: "joe", from: "mei", brief: ""), by: "mei", at: 10)
        let book = OnCallBook([], zones: noZones)
        func told(_ incident: Incident, _ seconds: Int64) -> [String] {
            commandNotices(of: incident, roster: people, book: book, at: at(seconds))
                .filter { $0.page.due <= at(seconds) && $0.offersCommand }
                .map { notice in
                    let plan = EscalationPlan(telling: notice)
                    return "\(notice.page.person.id.text) \(plan.offersCommand) \(plan.notice)"
                }
        }
        let what = "SEV2 \(group.short)"
        #expect(
            told(settled(), 10 + 600) == [
                "joe true mei offers you command of \(what)",
                "lead true joe has not taken command of \(what) for 5 min: "
                    + "anybody of your side may accept it",
            ])
        _ = say(.declined(reason: "no"), offer, by: "joe", at: 700)
        #expect(told(settled(), 700).isEmpty)
    }

    @Test mutating func `whoever commands, is on call or leads may overturn, in this order`() {
        let roster = people
        let book = OnCallBook([], zones: noZones)
        func may(_ incident: Incident) -> [PersonID]? {
            peopleWhoMayOverturn(incident, roster: roster, book: book, at: at(60))
        }
        #expect(may(settled()) == nil, "nobody commands")
        command("mei", at: 5)
        #expect(may(settled()) == ["mei", "lead"])
        var incident = settled()
        incident.deputies = ["joe", "lead"]
        #expect(may(incident) == ["mei", "joe", "lead"])
    }

    @Test mutating func `who was told once is not told again under another key`() {
        command("mei", at: 5)
        _ = say(.offered(to: "joe", from: "mei", brief: ""), by: "mei", at: 10)
        var incident = settled()
        let book = OnCallBook([], zones: noZones)
        func keys(_ incident: Incident, _ seconds: Int64) -> [StepKey] {
            commandNotices(of: incident, roster: people, book: book, at: at(seconds))
                .filter { $0.page.due <= at(10) }.map(\.page.key)
        }
        let before = keys(incident, 10)
        incident.severity = .sev1
        incident.run.number = 2
        #expect(keys(incident, 100) == before)
        #expect(before.count == 1)
    }

    @Test mutating func `a commander is reminded hourly and has to hand over after three hours`() {
        command("mei", at: 0)
        let incident = settled()
        #expect(told(incident, at: 3_599).isEmpty)
        #expect(told(incident, at: 3_600) == ["mei 3600"])
        #expect(told(incident, at: 7_200) == ["mei 7200"])
        #expect(told(incident, at: 10_800) == ["mei 10800", "lead 10800"])
        #expect(told(incident, at: 14_400) == ["mei 14400", "lead 14400"])
    }

    @Test mutating func `a decline is told to whoever offered and whoever was in command then`() {
        command("mei", at: 5)
        let offer = say(.offered(to: "joe", from: "mei", brief: ""), by: "ana", at: 10)
        _ = say(.declined(reason: "no"), offer, by: "joe", at: 12)
        #expect(told(settled(), at: 12) == ["mei 12", "ana 12"])
    }

    // MARK: The brief

    @Test mutating func `the brief says what broke, how bad, who commands and what was noted`() {
        command("mei", at: 5)
        add(.noteAdded(Note(by: "raj", text: "tried a restart")), by: 1, at: 8)
        let text = brief(of: settled(), roster: people, at: at(3_700))
        for part in [
            "SEV2 checkout: Checkout fails", "open for 1 h 1 min", "Command: mei (eu)",
            "Alerts: 1 fires", "raj: tried a restart", "nobody has taken it on",
        ] {
            #expect(text.contains(part), "\(part) in\n\(text)")
        }
    }
}
