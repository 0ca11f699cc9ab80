import Alerting
import Basics
import Escalation
import IncidentModel
@testable import OnCall
import Paging
import RegionCore
import Replication
import Testing

/// What else changed while somebody was off, and that briefs tell it.
struct MeanwhileTests {
    private static let zones = TimeZones(
        version: "test",
        rules: ["UTC": TimeZoneRules(transitions: [], offsets: [0], rule: nil)])

    /// Two take daily turns at noon by a schedule that pages for checkout; nobody pages for search but joe.
    private static var roster: Roster {
        let rotation = Rotation(
            participants: ["mei", "joe"], zone: "UTC", handoff: .daily(at: 43_200),
            anchor: CivilDate(year: 2026, month: 10, day: 1))
        return Roster(
            version: "2", regions: [], people: [person("mei"), person("joe"), person("kim")],
            schedules: [
                Schedule(
                    id: "sun", name: "Sun", shifts: [RegionShift(region: "eu", rotation: rotation)])
            ],
            policies: [
                EscalationPolicy(
                    id: "default", levels: [EscalationLevel(targets: [.schedule("sun")])]),
                EscalationPolicy(
                    id: "other", levels: [EscalationLevel(targets: [.person("kim")])]),
            ],
            services: [
                Service(id: "checkout", name: "Checkout", policy: "default"),
                Service(id: "cart", name: "Cart", policy: "default"),
                Service(id: "search", name: "Search", policy: "other"),
            ], integrations: [], catchAll: ["mei"])
    }

    private func incident(
        _ name: String, of service: ServiceID = "cart", opened: Int64, resolved: Int64? = nil
    ) -> Incident {
        let group = GroupID.derive(tenant: "test", correlationKey: name, foundingEpoch: 1)
        var incident = Incident(group: group)
        (incident.service, incident.title, incident.severity) = (service, name, .sev2)
        (incident.generation, incident.status) = (1, .triggered)
        incident.openedAt = HybridTime(at(opened))
        if let resolved {
            (incident.status, incident.resolvedAt) = (.resolved, HybridTime(at(resolved)))
        }
        return incident
    }

    private func meanwhile(
        for person: PersonID?, _ incidents: [Incident], control: ControlState = ControlState()
    ) -> Meanwhile {
        let news = incidents.flatMap {
            IncidentNews.all(of: $0, isCarried: false, since: at(-7 * 86_400))
        }
        return Meanwhile(
            for: person, roster: Self.roster, book: Self.roster.book(zones: Self.zones),
            control: control, news: news, at: at(0))
    }

    @Test func `it is told since the last shift, or for twelve hours`() {
        // Turns change at noon: joe is just going off, mei went a day ago.
        let since = ["mei", "joe"].map { meanwhile(for: PersonID($0), []).since }
        #expect(since == [at(-86_400), at(-2 * 86_400)])
        #expect(meanwhile(for: nil, []).since == at(-12 * 3_600))
        #expect(meanwhile(for: "kim", []).since == at(-12 * 3_600))
    }

    @Test func `what opened and was resolved is told of their services and of its own`() {
        let all = [
            incident("cart is slow", opened: -3_600),
            incident("cart was down", opened: -7_200, resolved: -1_800),
            incident("search is down", of: "search", opened: -60),
            incident("long ago", opened: -9 * 86_400, resolved: -8 * 86_400),
        ]
        let own = incident("checkout is down", of: "checkout", opened: -60)
        let text = meanwhile(for: "mei", all + [own]).words(besides: own)
        #expect(text.hasPrefix("While you slept, since 2026-11-0"))
        #expect(text.contains("SEV2 cart is slow, open since "))
        #expect(text.contains("SEV2 cart was down, resolved at "))
        for other in ["search", "long ago", "checkout is down"] {
            #expect(!text.contains(other), "\(other) in \(text)")
        }
        let other = incident("search burns", of: "search", opened: -30)
        let both = meanwhile(for: "mei", all).words(besides: other)
        #expect(both.contains("search is down") && both.contains("cart is slow"))
        #expect(meanwhile(for: "kim", [own]).words(besides: other) == "")
    }

    @Test func `rosters, stand-ins and conflicts are told, each kind bounded`() {
        var control = ControlState()
        let id = FactID(origin: MemberID(1), sequence: 1)
        control.versions = [
            RosterVersion(
                fact: id, time: HybridTime(at(-60)), region: "eu", by: "kim", reason: "Ana joins",
                document: RosterDocument(version: "abc", base: "", text: ""), index: 1)
        ]
        func change(_ kind: OnCallEditRecord.Kind, at seconds: Int64) -> OnCallEditRecord {
            OnCallEditRecord(
                fact: id, time: HybridTime(at(seconds)), region: "eu", by: "kim", reason: "ill",
                kind: kind)
        }
        let word = OverrideWord(
            schedule: "sun", person: "kim", replaces: "joe", from: at(0), to: at(3_600))
        var elsewhere = word
        elsewhere.schedule = "moon"
        control.changes = [
            change(.override(word), at: -50), change(.override(elsewhere), at: -40),
            change(.leave(LeaveWord(person: "joe", from: at(0), to: at(60))), at: -30),
        ]
        var disputed = incident("cart is odd", opened: -20 * 86_400)
        disputed.decisions = [
            Decision(
                group: disputed.group, previousEnd: .zero, rule: .severities, inputs: [],
                outcome: .severity(.sev1, isExact: true, through: .zero), reason: "")
        ]
        let many = (1...9).map { incident("cart \($0)", opened: Int64(-100 * $0)) }
        let text = meanwhile(for: "mei", many + [disputed], control: control)
            .words(besides: incident("x", opened: 0))
        #expect(text.contains("roster abc is in force since "))
        #expect(text.contains("by kim: Ana joins"))
        #expect(text.contains("kim is on call by sun for joe from "))
        #expect(text.contains("joe cannot be on call from "))
        #expect(!text.contains("moon"))
        #expect(text.contains("\(disputed.group.short) decided, and open to a veto: SEV1"))
        #expect(text.contains("cart 5,") && !text.contains("cart 6,"))
        #expect(text.contains("- and 4 more of these"))
    }

    @Test func `a brief that is offered tells it, and so does one that is only read`() throws {
        let me = MemberID(1)
        var core = RegionCore(
            config: RegionConfig(
                me: me, cluster: "test", foundingEpoch: 1,
                members: [Member(id: me, name: "eu", role: .region)], gateways: [],
                replication: ReplicationConfig(
                    me: me, voters: [Voter(id: me, isWitness: false)])),
            roster: Self.roster, zones: Self.zones,
            restored: RestoredState(incarnation: Incarnation(1)), random: RandomStream(seed: 1),
            at: at(0))
        var clock = Int64(0)
        func step(_ input: Input) {
            clock += 1
            var inputs = [input]
            while !inputs.isEmpty {
                let effects = core.step(inputs, at: at(clock))
                inputs = effects.compactMap { effect in
                    guard case .persist(let batch) = effect else { return nil }
                    return .durable(token: batch.token)
                }
            }
        }
        func fire(_ service: ServiceID, _ name: String) -> AlertReport {
            AlertReport(
                service: service, correlationKey: name, title: name, source: "json",
                alerts: [alert(name, severity: .sev3)])
        }
        step(.start)
        step(.intake(RequestID(1), fire("cart", "cart is slow")))
        step(.intake(RequestID(2), fire("checkout", "checkout is down")))
        let group = GroupID.derive(
            tenant: "test", correlationKey: "checkout is down", foundingEpoch: 1)
        let read = try #require(core.handoffBrief(of: group, for: "joe", at: at(clock)))
        #expect(read.to == "joe")
        #expect(read.text.contains("SEV3 checkout: checkout is down"))
        #expect(read.text.contains("SEV3 cart is slow, open since "))
        // Of nobody in particular only its own service is told.
        let plain = try #require(core.handoffBrief(of: group, for: nil, at: at(clock)))
        #expect(plain.to == nil && !plain.text.contains("cart is slow"))
        step(
            .command(RequestID(3), .handoff(group: group, .offer(to: "joe", brief: ""), by: "mei")))
        let offer = try #require(core.incidentView(group, at: at(clock))?.incident.openHandoff)
        #expect(offer.brief.contains("SEV3 cart is slow, open since "))
        let again = try #require(core.handoffBrief(of: group, for: nil, at: at(clock)))
        #expect(again.to == "joe" && again.text.contains("cart is slow"))
    }
}
