import Basics
import Escalation
import IncidentModel
import OnCall
import Paging
import RegionCore
import Replication
import Testing

@testable import Simulation

/// Every checker fires on a history that breaks its property, and not on the same history without
/// the break.
struct CheckerTests {
    private let group = GroupID(high: 1, low: 2)
    private let one = MemberID(1)
    private let two = MemberID(2)

    private var plainZones: TimeZones {
        SimCalendar(SimOptions(seed: 1)).timeZones(isStandardOnly: false)
    }

    private func establish(_ index: LogIndex, _ term: Term, by owner: MemberID) -> LogEntry {
        var writer = ByteWriter()
        writer.write(owner)
        return LogEntry(index: index, term: term, kind: .establish, payload: writer.bytes)
    }

    @Test func `S1: a second leader of one term`() {
        var check = ElectionCheck()
        var failures = Failures()
        check.observe(established: establish(1, 1, by: one), in: group, by: one, into: &failures)
        check.observe(established: establish(1, 1, by: one), in: group, by: two, into: &failures)
        check.observe(established: establish(2, 2, by: two), in: group, by: two, into: &failures)
        #expect(failures.first == nil)
        check.observe(established: establish(3, 2, by: one), in: group, by: one, into: &failures)
        #expect(failures.first?.property == "S1")
    }

    @Test func `S1: an owner that never established`() {
        var check = ElectionCheck()
        var failures = Failures()
        check.observe(owner: one, of: group, term: 3, into: &failures)
        #expect(failures.first?.property == "S1")
    }

    @Test func `S12: one epoch established twice`() {
        var check = ElectionCheck()
        var failures = Failures()
        check.observe(established: establish(1, 1, by: one), in: group, by: one, into: &failures)
        check.observe(established: establish(2, 1, by: one), in: group, by: one, into: &failures)
        #expect(failures.first?.property == "S12")
    }

    @Test func `S2: two votes in one term, on the disk`() {
        var check = VoteCheck()
        var failures = Failures()
        let first = GroupWrite(group: group, hardState: HardState(term: 4, votedFor: one))
        let second = GroupWrite(group: group, hardState: HardState(term: 4, votedFor: two))
        check.observe(stored: first, by: one, into: &failures)
        check.observe(stored: second, by: two, into: &failures)
        #expect(failures.first == nil)
        check.observe(stored: second, by: one, into: &failures)
        #expect(failures.first?.property == "S2")
    }

    @Test func `S3: one index and term with two contents`() {
        var check = LogCheck()
        var failures = Failures()
        let entry = LogEntry(index: 2, term: 1, kind: .data, payload: [1])
        let other = LogEntry(index: 2, term: 1, kind: .data, payload: [2])
        check.observe(entry, of: group, behind: 1, by: one, into: &failures)
        check.observe(entry, of: group, behind: 1, by: two, into: &failures)
        #expect(failures.first == nil)
        check.observe(other, of: group, behind: 1, by: two, into: &failures)
        #expect(failures.first?.property == "S3")
    }

    @Test func `S5: an epoch that decreases along a log`() {
        var check = LogCheck()
        var failures = Failures()
        let entry = LogEntry(index: 2, term: 1, kind: .data, payload: [1])
        check.observe(entry, of: group, behind: 2, by: one, into: &failures)
        #expect(failures.first?.property == "S5")
    }

    /// A member that has committed one log of its own: alone among its voters.
    private func lonely(_ member: MemberID, payload: [UInt8]) -> ReplicaNode {
        let start = Instant(seconds: 1)
        var replica = ReplicaNode(
            config: ReplicationConfig(me: member, voters: [Voter(id: member)]),
            incarnation: Incarnation(1), restored: [], random: RandomStream(seed: 1), at: start)
        var output = Output()
        replica.start(at: start, into: &output)
        replica.campaign(group, at: start, into: &output)
        for _ in 0..<3 {
            replica.flush(into: &output)
            let writes = output.writes
            output.removeAll()
            replica.durable(writes, at: start, into: &output)
        }
        _ = replica.propose(payload, in: group, at: start, into: &output)
        replica.flush(into: &output)
        replica.durable(output.writes, at: start, into: &output)
        return replica
    }

    @Test func `S4: one index committed with two contents`() {
        var check = CommitCheck(nodes: 2)
        var failures = Failures()
        func look(_ node: Int, _ replica: ReplicaNode) {
            var mirror = LogMirror()
            for entry in replica.entries(of: group, from: 1) {
                mirror.entries[entry.index] = MirroredEntry(term: entry.term, hash: entry.hash)
            }
            check.observe(
                group, at: node, commit: replica.status(of: group)?.commit, mirror,
                into: &failures)
        }
        look(0, lonely(one, payload: [1]))
        #expect(failures.checkCount == 2)
        look(1, lonely(one, payload: [1]))
        #expect(failures.first == nil)
        check.restarted(1)
        look(1, lonely(one, payload: [2]))
        #expect(failures.first?.property == "S4")
    }

    private func incident(titled title: String) -> Incident {
        var incident = Incident(group: group)
        let report = AlertReport(
            service: "s", correlationKey: "k", title: title, source: "sim",
            alerts: [
                AlertInstance(
                    fingerprint: 7, isFiring: true, startedAt: Instant(seconds: 5), summary: title,
                    severity: .sev2, labels: [], link: "")
            ])
        let fact = Fact(
            id: FactID(origin: one, sequence: 1), group: group,
            time: HybridTime(Instant(seconds: 6)), region: "r1", body: .alertSeen(report))
        incident.applyMerge([fact], index: 2)
        return incident
    }

    @Test func `S7: two timelines that differ`() {
        var check = TimelineCheck()
        var failures = Failures()
        var facts = FactCheck()
        check.observe(incident(titled: "a"), at: 0, facts: &facts, into: &failures)
        check.observe(incident(titled: "a"), at: 1, facts: &facts, into: &failures)
        #expect(failures.first == nil)
        check.observe(incident(titled: "b"), at: 2, facts: &facts, into: &failures)
        #expect(failures.first?.property == "S7")
    }

    @Test func `S7: a broken chain`() {
        var check = TimelineCheck()
        var failures = Failures()
        var broken = incident(titled: "a")
        var entries = Array(broken.timeline)
        entries[0].text = "somebody wrote this later"
        broken.timeline = TimelineList(entries)
        var facts = FactCheck()
        check.observe(broken, at: 0, facts: &facts, into: &failures)
        #expect(failures.first?.property == "S7")
    }

    private func asked(_ request: UInt64, startedAt: Instant) -> Asked {
        Asked(
            request: request, node: 0, incarnation: 1, group: group,
            evidence: .alert(fingerprint: 7, startedAt: startedAt, isFiring: true),
            askedAt: Instant(seconds: 6), pausedBefore: .zero)
    }

    @Test func `S6: an accepted alert that is nowhere`() {
        var check = AcceptanceCheck()
        let state = incident(titled: "a")
        var failures = Failures()
        check.observe(asked(1, startedAt: Instant(seconds: 5)), .quorum, at: Instant(seconds: 7))
        check.finish({ _, _ in state }, nodes: [0, 1], into: &failures)
        #expect(failures.first == nil)
        check.observe(asked(2, startedAt: Instant(seconds: 8)), .quorum, at: Instant(seconds: 9))
        check.finish({ _, _ in state }, nodes: [0, 1], into: &failures)
        #expect(failures.first?.property == "S6")
    }

    @Test func `S6: what a region paged about, and nobody can look at`() {
        var check = AcceptanceCheck()
        var state = incident(titled: "a")
        var failures = Failures()
        let intent = PageIntent(
            key: StepKey(high: 1, low: 1),
            position: StepPosition(generation: 1, previousEnd: .zero, run: 1, cycle: 0, level: 0),
            person: "p1-1", channel: .sms, attempt: 1)
        let fact = Fact(
            id: FactID(origin: one, sequence: 2), group: group,
            time: HybridTime(Instant(seconds: 6)), region: "r1", body: .pageIntent(intent))
        check.observe(recorded: [fact], by: 0)
        check.finish({ _, _ in state }, nodes: [0, 1], into: &failures)
        #expect(failures.first == nil)
        // One of a generation that never opened: its page has nothing to belong to.
        var orphan = state
        (orphan.status, orphan.resolvedAt) = (.resolved, HybridTime(Instant(seconds: 9)))
        var next = intent
        next.position.previousEnd = HybridTime(Instant(seconds: 9))
        let later = Fact(
            id: FactID(origin: one, sequence: 3), group: group,
            time: HybridTime(Instant(seconds: 10)), region: "r1", body: .pageIntent(next))
        orphan.applyMerge([later], index: 3)
        var found = Failures()
        check.finish({ _, _ in orphan }, nodes: [0], into: &found)
        #expect(found.first?.property == "S6")
        state.generation = 0
        var lost = check
        lost.observe(lossOf: 0)
        lost.finish({ _, _ in state }, nodes: [1], into: &failures)
        #expect(failures.first == nil)
        check.finish({ _, _ in state }, nodes: [0, 1], into: &failures)
        #expect(failures.first?.property == "S6")
    }

    @Test func `S6: what only a destroyed region held is excused, quorum is not`() {
        var local = AcceptanceCheck()
        var failures = Failures()
        local.observe(asked(1, startedAt: Instant(seconds: 8)), .local, at: Instant(seconds: 9))
        local.observe(lossOf: 0)
        local.finish({ _, _ in nil }, nodes: [1], into: &failures)
        #expect(failures.first == nil)
        var quorum = AcceptanceCheck()
        quorum.observe(asked(1, startedAt: Instant(seconds: 8)), .quorum, at: Instant(seconds: 9))
        quorum.observe(lossOf: 0)
        quorum.finish({ _, _ in nil }, nodes: [1], into: &failures)
        #expect(failures.first?.property == "S6")
    }

    private func order(_ number: UInt64) -> PageOrder {
        let content = PageContent(
            group: group, generation: 1, previousEnd: .zero, run: 1, title: "a", severity: .sev2,
            service: "s",
            openedAt: .epoch, alerts: [], firingCount: 1, link: "", runbook: "", step: "",
            alsoPaged: [], region: "r1", otherRegion: nil, isolation: "", isDrill: false)
        return PageOrder(
            number: number, key: StepKey(high: 1, low: 1), person: "p", personName: "p",
            contact: Contact(channel: .sms, address: "1"), provider: 0, timeout: .seconds(5),
            content: content)
    }

    @Test func `S10: a page after a covering acknowledgement`() {
        var check = AcknowledgementCheck()
        var failures = Failures()
        var view = incident(titled: "a")
        check.observe(order(1), from: one, view: view, into: &failures)
        #expect(failures.first == nil)
        let acknowledgement = Acknowledgement(
            generation: 1, previousEnd: .zero, run: 1, by: "p", via: "x")
        let fact = Fact(
            id: FactID(origin: one, sequence: 2), group: group, time: .zero, region: "r1",
            body: .ackSeen(acknowledgement))
        // The disk has it, and the core has forgotten it.
        check.observe(durable: [fact], of: one)
        var forgetful = Failures()
        check.observe(order(2), from: one, view: view, into: &forgetful)
        #expect(forgetful.first?.property == "S10")
        check.observe(order(2), from: two, view: view, into: &failures)
        #expect(failures.first == nil)
        view.applyMerge([fact], index: 3)
        check.observe(order(2), from: one, view: view, into: &failures)
        #expect(failures.first?.property == "S10")
    }

    private func delivery(_ number: UInt64, at node: Int, isAmbiguous: Bool = false) -> PageAttempt
    {
        PageAttempt(
            node: node, incarnation: 1, order: order(number), arrives: true,
            outcome: .delivered(receipt: ""), isAmbiguous: isAmbiguous, mayBundle: true)
    }

    @Test func `S11: a page that arrives twice without an excuse`() {
        let calm = DeliveryExcuses(isLossy: false, disturbances: [])
        let now = Instant(seconds: 100)
        for isAmbiguous in [true, false] {
            var check = DeliveryCheck(nodes: 2, SimOptions(seed: 1))
            var failures = Failures()
            check.observe(order(1), from: 0, at: now, excuses: calm, into: &failures)
            check.observe(
                delivery: delivery(1, at: 0, isAmbiguous: isAmbiguous), at: now, excuses: calm,
                into: &failures)
            #expect(failures.first == nil)
            check.observe(order(1), from: 1, at: now, excuses: calm, into: &failures)
            check.observe(delivery: delivery(1, at: 1), at: now, excuses: calm, into: &failures)
            #expect((failures.first?.property == "S11") == !isAmbiguous)
        }
    }

    @Test func `S11: two regions that cannot know of each other, and two that could`() {
        let now = Instant(seconds: 100)
        for (isUnsettled, apart) in [
            (true, Span.milliseconds(5)), (true, .seconds(2)), (false, .milliseconds(5)),
        ] {
            let calm = DeliveryExcuses(
                isLossy: false, isUnsettled: isUnsettled, disturbances: [])
            var check = DeliveryCheck(nodes: 2, SimOptions(seed: 1))
            var failures = Failures()
            check.observe(order(1), from: 0, at: now, excuses: calm, into: &failures)
            let next = now + .seconds(3)
            check.observe(order(2), from: 0, at: next, excuses: calm, into: &failures)
            check.observe(order(1), from: 1, at: next + apart, excuses: calm, into: &failures)
            check.observe(delivery: delivery(2, at: 0), at: next, excuses: calm, into: &failures)
            check.observe(
                delivery: delivery(1, at: 1), at: next + apart, excuses: calm, into: &failures)
            let isExcused = isUnsettled && apart < .seconds(1)
            #expect((failures.first == nil) == isExcused, "\(isUnsettled), \(apart)")
        }
    }

    @Test func `S11: only what disturbs a region just before it pages is an excuse`() {
        let now = Instant(seconds: 100)
        for (from, isExcused) in [(Int64(95), false), (247, true), (251, false)] {
            let cut = DeliveryExcuses(
                isLossy: false,
                disturbances: [(Instant(seconds: from), Instant(seconds: from + 3))])
            var check = DeliveryCheck(nodes: 2, SimOptions(seed: 1))
            var failures = Failures()
            for (node, at) in [(0, now), (1, now + .seconds(150))] {
                check.observe(order(1), from: node, at: at, excuses: cut, into: &failures)
                check.observe(
                    delivery: delivery(1, at: node), at: at, excuses: cut, into: &failures)
            }
            #expect((failures.first == nil) == isExcused, "\(from)")
        }
    }

    @Test func `S10: an acknowledgement of a generation that is over silences nobody`() {
        var check = SilenceCheck()
        var failures = Failures()
        var state = incident(titled: "a")
        let first = state.previousEnd
        state.status = .resolved
        check.observe(state, at: 0, into: &failures)
        state.status = .triggered
        state.previousEnd = HybridTime(Instant(seconds: 9))
        check.observe(state, at: 0, into: &failures)
        #expect(failures.first == nil)
        // What a log that remembered no closed generations would take for covering.
        let late = Acknowledgement(
            generation: 1, previousEnd: first, run: state.run.number, by: "p", via: "x")
        let fact = Fact(
            id: FactID(origin: one, sequence: 2), group: group,
            time: HybridTime(Instant(seconds: 99)), region: "r1", body: .ackSeen(late))
        state.applyMerge([fact], index: 3)
        check.observe(state, at: 0, into: &failures)
        #expect(failures.first?.property == "S10")
    }

    @Test func `S11: a region that delivers twice, whatever the network does`() {
        let wild = DeliveryExcuses(isLossy: true, disturbances: [])
        let now = Instant(seconds: 100)
        for crashes in [1, 0] {
            var check = DeliveryCheck(nodes: 2, SimOptions(seed: 1))
            var failures = Failures()
            check.observe(order(1), from: 0, at: now, excuses: wild, into: &failures)
            check.observe(delivery: delivery(1, at: 0), at: now, excuses: wild, into: &failures)
            if crashes == 1 { #expect(check.observe(crashOf: 0) == 1) }
            check.observe(delivery: delivery(1, at: 0), at: now, excuses: wild, into: &failures)
            #expect((failures.first?.property == "S11") == (crashes == 0))
        }
    }

    @Test func `L1: a step that is due and pages nobody`() {
        var open = incident(titled: "a")
        open.service = "s3"
        let due = open.run.startedAt
        let roster = SimRoster.make(SimOptions(seed: 1))
        let decision = decideEscalation(
            of: open, roster: roster, zones: plainZones, at: due)
        guard case .page(let plan) = decision, let page = plan.pages.first else {
            Issue.record("an open incident pages nobody: \(decision)")
            return
        }
        for isDelivered in [true, false] {
            var check = PagingCheck()
            var failures = Failures()
            for second in 0..<30 {
                if isDelivered, second == 5 {
                    check.observe(delivery: page.key, ofStepOf: group, at: due + .seconds(5))
                }
                check.observe(
                    decision, of: group, at: 0, now: due + .seconds(Int64(second)),
                    goodSince: .epoch, limit: .seconds(20), into: &failures)
            }
            #expect((failures.first?.property == "L1") == !isDelivered)
        }
    }

    @Test func `L1: steps that come due one after the other and page nobody`() {
        var open = incident(titled: "a")
        open.service = "s3"
        let due = open.run.startedAt
        let roster = SimRoster.make(SimOptions(seed: 1))
        var check = PagingCheck()
        var failures = Failures()
        for second in 0..<400 {
            let now = due + .seconds(Int64(second))
            check.observe(
                decideEscalation(of: open, roster: roster, zones: plainZones, at: now),
                of: group, at: 0, now: now, goodSince: .epoch, limit: .seconds(100), into: &failures
            )
        }
        #expect(failures.first?.property == "L1")
    }

    @Test func `L1: what was put off and does not come back, by when a region knew of it`() {
        for (heardAfter, isLate) in [(0, true), (25, false)] {
            var check = PagingCheck()
            var failures = Failures()
            for second in Int64(heardAfter)..<40 {
                let now = Instant(seconds: 1_000 + second)
                check.observe(
                    snoozeOf: group, until: Instant(seconds: 1_005), at: 0, now: now, local: now,
                    goodSince: .epoch, limit: .seconds(20), into: &failures)
            }
            #expect((failures.first?.property == "L1") == isLate)
        }
    }

    @Test func `L2 and L3: regions that do not come to rest`() {
        var check = ConvergenceCheck()
        var failures = Failures()
        let differs = Pending.incidents([(group, "m1 differs")])
        #expect(!check.observe(differs, after: .seconds(9), into: &failures))
        #expect(failures.first == nil)
        #expect(!check.observe(differs, after: .seconds(11), into: &failures))
        #expect(failures.first?.property == "L2")
        // One that was equal once may differ while a page is under way, but not for ever.
        var moving = ConvergenceCheck()
        var none = Failures()
        #expect(!moving.observe(.everything("m1 does not run"), after: .seconds(3), into: &none))
        #expect(moving.observe(.incidents([]), after: .seconds(5), into: &none))
        #expect(!moving.observe(differs, after: .seconds(11), into: &none))
        #expect(none.first == nil)
        #expect(!moving.observe(differs, after: .seconds(61), into: &none))
        #expect(none.first?.property == "L2")
        var other = Failures()
        check.observe(probe: group, at: Instant(seconds: 10))
        check.observe(isProbeCommitted: false, at: Instant(seconds: 13), into: &other)
        #expect(other.first == nil)
        check.observe(isProbeCommitted: false, at: Instant(seconds: 14), into: &other)
        #expect(other.first?.property == "L3")
    }

    @Test func `L5: a term that runs away`() {
        var failures = Failures()
        var check = TermCheck()
        let now = Instant(seconds: 100)
        func own(_ term: Term, after: Span) {
            check.observe(
                term, of: group, at: now + after, faultChanges: 2, into: &failures)
        }
        own(1, after: .zero)
        own(10, after: .seconds(5))
        #expect(failures.first == nil)
        // What was long ago does not count.
        own(19, after: .seconds(100))
        #expect(failures.first == nil)
        own(30, after: .seconds(101))
        #expect(failures.first?.property == "L5")
    }

    @Test func `L6: a request that waits too long`() {
        var check = AnswerCheck()
        var failures = Failures()
        check.observe(asked: asked(1, startedAt: .epoch))
        check.look(
            node: 0, at: Instant(seconds: 8), pausedTotal: .zero, isExcused: false, into: &failures)
        #expect(failures.first == nil)
        check.look(
            node: 0, at: Instant(seconds: 9), pausedTotal: .seconds(2), isExcused: false,
            into: &failures)
        #expect(failures.first == nil)
        check.look(
            node: 0, at: Instant(seconds: 9), pausedTotal: .zero, isExcused: false, into: &failures)
        #expect(failures.first?.property == "L6")
    }
}
