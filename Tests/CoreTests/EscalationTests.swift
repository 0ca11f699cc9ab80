import Basics
import Escalation
import IncidentModel
@testable import OnCall
import Paging
import Testing

struct EscalationTests {
    private func plan(
        _ incident: Incident, _ roster: Roster = roster(), at seconds: Int64
    ) throws -> EscalationPlan {
        let decision = decideEscalation(
            of: incident, roster: roster, zones: noZones, at: at(seconds))
        guard case .page(let plan) = decision else {
            throw WireError(offset: 0, expected: "a plan", found: "\(decision)")
        }
        return plan
    }

    private func open(severity: Severity = .sev1) -> Incident {
        var writer = FactWriter()
        return incident([writer.fact(report(alert(severity: severity)), at: 0)])
    }

    @Test(arguments: [
        (0, "one"), (9, "one"),  // half-open: the level ends when the next begins
        (10, "two"), (20, "three"), (30, "one"),  // the repeat
        (59, "three"), (60, "boss"),  // the catch-all, after the last repeat
    ])
    func `each level is due one timeout after the other`(seconds: Int64, who: String) throws {
        #expect(try plan(open(), at: seconds).people == [PersonID(who)])
    }

    @Test
    func `a late look does not move a step: due times are those of the clock, not of the look`()
        throws
    {
        let plan = try plan(open(), at: 17)
        #expect(plan.stepDue == at(10))
        #expect(plan.nextStepDue == at(20))
    }

    @Test func `the timeout is the severity's, and SEV5 waits for a person`() throws {
        #expect(try plan(open(severity: .sev3), at: 19).people == ["one"])
        #expect(try plan(open(severity: .sev3), at: 20).people == ["two"])
        #expect(try plan(open(severity: .sev5), at: 86_400).nextStepDue == nil)
    }

    @Test func `an empty level takes no time`() throws {
        let empty = roster(levels: [[.schedule("nobody")], [.person("two")]])
        #expect(try plan(open(), empty, at: 0).people == ["two"])
    }

    @Test func `a policy that reaches nobody goes to the catch-all at once`() throws {
        let empty = roster(levels: [[.schedule("nobody")], [.person("gone")]])
        let plan = try plan(open(), empty, at: 0)
        #expect(plan.people == ["boss"])
        #expect(plan.position.level == StepPosition.catchAllLevel)
    }

    @Test func `the catch-all is paged again and again, each time with a key of its own`() throws {
        let first = try plan(open(), at: 60)
        let second = try plan(open(), at: 60 + 300)
        #expect(first.people == ["boss"])
        #expect(second.people == ["boss"])
        #expect(first.pages.map(\.key) != second.pages.map(\.key))
    }

    @Test func `acknowledged or resolved asks for nothing`() {
        var writer = FactWriter()
        let opened = writer.fact(report(alert()), at: 0)
        let taken = writer.fact(
            .ackSeen(
                Acknowledgement(generation: 1, previousEnd: .zero, run: 1, by: "mei", via: "cli")),
            at: 1)
        let over = writer.fact(report(alert(firing: false)), at: 2)
        func decide(_ facts: [Fact]) -> EscalationDecision {
            decideEscalation(of: incident(facts), roster: roster(), zones: noZones, at: at(100))
        }
        #expect(decide([opened, taken]) == .quiet(.acknowledged))
        #expect(decide([opened, over]) == .quiet(.notOpen))
    }

    @Test func `a level all of whose pages are undeliverable goes on when the last turned out so`()
        throws
    {
        var writer = FactWriter()
        let opened = writer.fact(report(alert()), at: 0)
        let page = try #require(try plan(incident([opened]), at: 0).pages.first)
        let intent = PageIntent(
            key: page.key,
            position: StepPosition(
                generation: 1, previousEnd: .zero, run: 1, cycle: 0, level: 0),
            person: page.person.id, channel: .email, attempt: 1)
        let bounced = writer.fact(
            .pageResult(
                PageResult(of: intent, provider: "mail", outcome: .undeliverable(reason: "550"))),
            at: 3)
        let after = try plan(incident([opened, bounced]), at: 3)
        #expect(after.people == ["two"])
        #expect(after.stepDue == at(3))
    }

    @Test func `a step key has neither region, nor epoch, nor attempt in it`() throws {
        var writer = FactWriter()
        let opened = writer.fact(report(alert()), at: 0)
        let here = incident([opened])
        var there = here
        there.applyEstablish(
            owner: MemberID(9), region: "ap", term: 17, index: 5, at: HybridTime(at(1)))
        #expect(try plan(here, at: 1).pages.map(\.key) == plan(there, at: 1).pages.map(\.key))
    }

    @Test func `a person's rules may choose contacts, but never silence a severity`() throws {
        let picky = person(
            "one",
            contacts: [
                Contact(channel: .sms, address: "+4912345678", mildestSeverity: .sev2),
                Contact(channel: .email, address: "one@example.com", delay: .seconds(5)),
            ])
        let rules = roster(people: [picky, person("two"), person("three"), person("boss")])
        let urgent = try plan(open(), rules, at: 0)
        #expect(urgent.pages.map(\.contact.channel) == [.sms, .email])
        #expect(urgent.pages.map(\.due) == [at(0), at(5)])
        let onlyUrgent = person(
            "one", contacts: [Contact(channel: .sms, address: "+49123", mildestSeverity: .sev1)])
        #expect(onlyUrgent.contacts(for: .sev4).count == 1)
    }

    /// Two levels, whose people live where it is night and where it is day at noon UTC.
    private func apart() -> (Roster, TimeZones) {
        var (sleeper, waker) = (person("one"), person("two"))
        (sleeper.zone, waker.zone) = ("Far", "Near")
        let fixed = { (hours: Int64) in
            TimeZoneRules(transitions: [], offsets: [hours * 3_600], rule: nil)
        }
        return (
            roster(
                levels: [[.person("one")], [.person("two")]],
                people: [sleeper, waker, person("boss")]),
            TimeZones(version: "test", rules: ["Far": fixed(12), "Near": fixed(0)])
        )
    }

    private func plan(
        _ severity: Severity, run: UInt64 = 0, at seconds: Int64,
        nights: [PersonID: DailyHours] = [:]
    ) -> EscalationPlan? {
        var (roster, zones) = apart()
        for index in roster.people.indices {
            roster.people[index].night = nights[roster.people[index].id] ?? .usual
        }
        var incident = open(severity: severity)
        incident.run.firstLevel = run
        let decision = decideEscalation(of: incident, roster: roster, zones: zones, at: at(seconds))
        guard case .page(let plan) = decision else { return nil }
        return plan
    }

    @Test func `something mild goes to whoever has day first, and only then wakes somebody`() {
        #expect(plan(.sev3, at: 0)?.people == ["two"])
        #expect(plan(.sev3, at: 0)?.moved == "before level 1, whose people have night")
        #expect(plan(.sev3, at: 0)?.position.level == 1)
        #expect(plan(.sev3, at: 20)?.people == ["one"])
        #expect(plan(.sev3, at: 20)?.moved == "")
    }

    /// It is midnight where one lives, and noon where two does.
    @Test func `a night is that of the person, wherever they live`() {
        #expect(plan(.sev3, at: 0)?.people == ["two"])
        let early = DailyHours(from: 15 * 3_600, to: 23 * 3_600)
        #expect(plan(.sev3, at: 0, nights: ["one": early])?.people == ["one"])
        #expect(plan(.sev3, at: 0, nights: ["one": early])?.moved == "")
        let noon = DailyHours(from: 11 * 3_600, to: 13 * 3_600)
        let both = plan(.sev3, at: 0, nights: ["two": noon])
        #expect(both?.people == ["one"], "nobody has day: the policy's own order holds")
    }

    @Test func `SEV1 and SEV2 wake whoever is on call, and so does a person who asks for it`() {
        #expect(plan(.sev1, at: 0)?.people == ["one"])
        #expect(plan(.sev2, at: 0)?.people == ["one"])
        #expect(plan(.sev3, run: 1, at: 0)?.people == ["two"])
        #expect(plan(.sev3, run: 1, at: 0)?.moved == "")
    }
}
