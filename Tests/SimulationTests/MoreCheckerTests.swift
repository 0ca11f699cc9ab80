import Basics
import IncidentModel
import OnCall
import Paging
import Reconciliation
import RegionCore
@testable import Replication
import Testing

@testable import Simulation

/// The checkers of hand-overs, facts, duty and shifts fire on histories that break their property.
struct MoreCheckerTests {
    private let group = GroupID(high: 1, low: 2)
    private let one = MemberID(1)
    private let two = MemberID(2)

    private func request(_ term: Term) -> VoteRequest {
        VoteRequest(
            group: group, kind: .transfer, currentTerm: term, term: term, lastIndex: 3, lastTerm: 1)
    }

    @Test func `S12: standing without having been told to`() {
        var check = HandOverCheck()
        var failures = Failures()
        let told = TimeoutNow(group: group, term: 4, lastIndex: 3)
        check.observe(told, from: one, to: two, targetLast: 3, into: &failures)
        check.observe(request(5), by: two, into: &failures)
        #expect(failures.first == nil)
        check.observe(request(7), by: two, into: &failures)
        #expect(failures.first?.property == "S12")
    }

    @Test func `S12: a successor that lacks entries, and an owner that goes on writing`() {
        let told = TimeoutNow(group: group, term: 4, lastIndex: 3)
        var check = HandOverCheck()
        var failures = Failures()
        check.observe(told, from: one, to: two, targetLast: 2, into: &failures)
        #expect(failures.first?.property == "S12")
        for isGivenUp in [true, false] {
            var failures = Failures()
            check.begins(group, at: 0, now: Instant(seconds: 9))
            check.observe(told, from: one, to: two, targetLast: 3, into: &failures)
            if isGivenUp { check.ends(group, at: 0) }
            let entry = LogEntry(index: 4, term: 4, kind: .data, payload: [1])
            check.observe(entry, of: group, by: one, into: &failures)
            #expect((failures.first == nil) == isGivenUp)
        }
    }

    @Test func `L4 and S12: a hand-over that does not end, and one without duty`() {
        var check = HandOverCheck()
        var failures = Failures()
        check.begins(group, at: 0, now: Instant(seconds: 10))
        check.observe(group, at: 0, owns: true, hasDuty: true, into: &failures)
        check.look(at: 0, now: Instant(seconds: 14), into: &failures)
        #expect(failures.first == nil)
        var late = Failures()
        check.look(at: 0, now: Instant(seconds: 15), into: &late)
        #expect(late.first?.property == "L4")
        check.observe(group, at: 0, owns: true, hasDuty: false, into: &failures)
        #expect(failures.first?.property == "S12")
    }

    private func fact(_ sequence: UInt64, firing fingerprint: UInt64) -> Fact {
        let report = AlertReport(
            service: "s", correlationKey: "k", title: "a", source: "sim",
            alerts: [
                AlertInstance(
                    fingerprint: fingerprint, isFiring: true, startedAt: Instant(seconds: 5),
                    summary: "a", severity: .sev2, labels: [], link: "")
            ])
        return Fact(
            id: FactID(origin: one, sequence: sequence), group: group,
            time: HybridTime(Instant(seconds: 6 + Int64(sequence))), region: "r1",
            body: .alertSeen(report))
    }

    @Test func `S8: a later fact before an earlier one`() {
        var incident = Incident(group: group)
        incident.applyMerge([fact(2, firing: 7)], index: 2)
        var check = FactCheck()
        var failures = Failures()
        for entry in incident.timeline { check.observe(entry, of: group, into: &failures) }
        #expect(failures.first == nil)
        var early = Incident(group: group)
        early.applyMerge([fact(1, firing: 8)], index: 2)
        for entry in early.timeline { check.observe(entry, of: group, into: &failures) }
        #expect(failures.first?.property == "S8")
    }

    @Test func `S6: a resolve that closes what nobody saw`() {
        for closesLater in [false, true] {
            let first = fact(1, firing: 7)
            var check = FactCheck()
            check.observe([first], of: one)
            var incident = Incident(group: group)
            let through = closesLater ? HybridTime(Instant(seconds: 900)) : first.time
            let resolution = Resolution(
                seen: [SeenAlert(fingerprint: 7, through: through)], by: "p", via: "x")
            let close = Fact(
                id: FactID(origin: one, sequence: 2), group: group,
                time: HybridTime(Instant(seconds: 20)), region: "r1",
                body: .resolveSeen(resolution))
            incident.applyMerge([first, close], index: 2)
            var failures = Failures()
            check.observe(incident, at: 0, into: &failures)
            #expect((failures.first == nil) == !closesLater)
        }
    }

    @Test func `S9: rules that go by the order of arrival`() {
        let owner = { (member: MemberID, epoch: Term) in
            RegionalView(
                member: member, previousEnd: .zero, isOwner: true, epoch: epoch, pages: [],
                overdueSince: nil)
        }
        for isArrivalOrder in [false, true] {
            var defects = RuleDefects()
            defects.isArrivalOrder = isArrivalOrder
            var failures = Failures()
            var random = RandomStream(seed: 1)
            FactCheck().permute(
                [owner(one, 3), owner(two, 2)], of: group, at: Instant(seconds: 9),
                defects: defects, &random, into: &failures)
            #expect((failures.first?.property == "S9") == isArrivalOrder)
        }
    }

    @Test(arguments: SimBeginning.allCases)
    func `S13: every beginning has somebody on call, and who should be`(beginning: SimBeginning) {
        var options = SimOptions(seed: 1)
        options.beginning = beginning
        options.regions = 3
        let calendar = SimCalendar(options)
        let check = OnCallCheck(calendar: calendar, regions: 3)
        var failures = Failures()
        let schedule = SimRoster.followTheSun(3, 0)
        for isStandardOnly in [false, true] {
            let zones = calendar.timeZones(isStandardOnly: isStandardOnly)
            for minute in -120..<240 {
                let now = World.begin + .minutes(Int64(minute))
                check.observe(
                    onCall(schedule, zones: zones, at: now).people.map(\.person), rosterNumber: 0,
                    isChanged: false,
                    at: now, node: 0, into: &failures)
            }
            // Only where clocks change does it matter that a reader knows of it.
            let isWrong = isStandardOnly && beginning == .spring
            #expect((failures.first?.property == "S13") == isWrong, "\(failures)")
        }
    }

    @Test func `S14: one step key for two addresses`() {
        func order(_ address: String) -> PageOrder {
            let content = PageContent(
                group: group, generation: 1, previousEnd: .zero, run: 1, title: "a",
                severity: .sev2, service: "s", openedAt: .epoch, alerts: [], firingCount: 1,
                link: "", runbook: "", step: "", alsoPaged: [], region: "r1", otherRegion: nil,
                isolation: "", isDrill: false)
            return PageOrder(
                number: 1, key: StepKey(high: 1, low: 1), person: "p", personName: "p",
                contact: Contact(channel: .sms, address: address), provider: 0,
                timeout: .seconds(5), content: content)
        }
        var check = DeliveryCheck(nodes: 2, SimOptions(seed: 1))
        var failures = Failures()
        let calm = DeliveryExcuses(isLossy: false, disturbances: [])
        check.observe(order("1"), from: 0, at: Instant(seconds: 9), excuses: calm, into: &failures)
        check.observe(order("1"), from: 1, at: Instant(seconds: 9), excuses: calm, into: &failures)
        #expect(failures.first == nil)
        check.observe(order("2"), from: 1, at: Instant(seconds: 9), excuses: calm, into: &failures)
        #expect(failures.first?.property == "S14")
    }

    @Test func `read: an answer without what was safe, with it, and a refusal`() {
        let note = Evidence.note(text: "act1")
        let asked = Asked(
            request: 1, node: 0, incarnation: 1, group: group, evidence: note, askedAt: .epoch,
            pausedBefore: .zero)
        var shows = Incident(group: group)
        let fact = Fact(
            id: FactID(origin: one, sequence: 1), group: group, time: HybridTime(.epoch),
            region: "r1", body: .noteAdded(Note(by: "p", text: "act1")))
        shows.applyMerge([fact], index: 1)
        for (known, isBroken) in [(shows, false), (Incident(group: group), true)] {
            var check = ReadCheck()
            var failures = Failures()
            check.observe(
                asked: ReadCheck.Open(request: 7, node: 1, expected: [asked], lacked: true))
            #expect(check.observe(answer: 7, { _ in known }, into: &failures))
            #expect((failures.first?.property == "read") == isBroken)
        }
        var check = ReadCheck()
        var failures = Failures()
        check.observe(asked: ReadCheck.Open(request: 7, node: 1, expected: [asked], lacked: true))
        #expect(check.observe(refusal: 7) && !check.observe(refusal: 7))
        check.observe(asked: ReadCheck.Open(request: 8, node: 1, expected: [asked], lacked: true))
        check.observe(crashOf: 1)
        #expect(!check.observe(answer: 8, { _ in nil }, into: &failures))
        #expect(failures.first == nil)
    }

    @Test func `a safe answer is what was answered on a majority, of its incident`() {
        var check = AcceptanceCheck()
        for (number, durability) in [Durability.quorum, .local, .quorum].enumerated() {
            let own = number < 2 ? group : GroupID(high: 3, low: 4)
            check.observe(
                Asked(
                    request: UInt64(number), node: 0, incarnation: 1, group: own,
                    evidence: .read, askedAt: .epoch, pausedBefore: .zero), durability, at: .epoch)
        }
        #expect(check.safe(in: group).map(\.request) == [0])
        #expect(check.safe(in: nil).map(\.request) == [0, 2])
    }

    @Test(arguments: [true, false])
    func `S12 and L3: an incident that nobody owns`(isHandOver: Bool) {
        func first(ownedAfter: Span, isCalm: Bool = true, pages: Bool = true) -> String? {
            var (ledger, failures) = (DutyLedger(slack: .zero), Failures())
            let now = Instant(seconds: 100)
            ledger.observe(0, owns: group, at: now, isCalm: { _ in isCalm }, into: &failures)
            ledger.observe(0, loses: group, isHandOver: isHandOver, at: now)
            for second in 1...20 where .seconds(Int64(second)) < ownedAfter {
                ledger.look(
                    at: now + .seconds(Int64(second)), isCalm: { _ in isCalm },
                    pages: { _ in pages }, into: &failures)
            }
            ledger.observe(
                1, owns: group, at: now + ownedAfter, isCalm: { _ in isCalm }, into: &failures)
            return failures.first?.property
        }
        #expect(first(ownedAfter: .milliseconds(900)) == nil)
        #expect(first(ownedAfter: .seconds(15)) == (isHandOver ? "S12" : "L3"))
        #expect(first(ownedAfter: .seconds(5)) == (isHandOver ? "S12" : nil))
        #expect(first(ownedAfter: .seconds(15), isCalm: false) == nil)
        #expect(first(ownedAfter: .seconds(5), pages: false) == nil)
    }
}
