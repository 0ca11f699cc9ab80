import Basics
import CoordinatorCore
import IncidentModel
import Reconciliation
import Replication
import Testing
import Wire

struct ReconciliationTests {
    private let key = StepKey(high: 1, low: 2)

    private func record(_ deliveries: [(member: UInt64, attempt: UInt64)]) -> PageRecord {
        PageRecord(
            key: key,
            position: StepPosition(
                generation: 1, previousEnd: .zero, run: 1, cycle: 0, level: 0),
            person: "mei", channel: .email,
            attempts: deliveries.map {
                PageAttemptRecord(
                    member: MemberID($0.member), attempt: $0.attempt, intentAt: .zero,
                    resultAt: .zero, provider: "mail", outcome: .delivered(receipt: ""))
            })
    }

    private func view(
        _ member: UInt64, after previousEnd: HybridTime = .zero, owner: Bool = false,
        epoch: Term = 1,
        pages: [PageRecord] = [], overdue: Instant? = nil
    ) -> RegionalView {
        RegionalView(
            member: MemberID(member), previousEnd: previousEnd, isOwner: owner, epoch: epoch,
            pages: pages, overdueSince: overdue)
    }

    private func found(_ views: [RegionalView], at seconds: Int64 = 100) -> [Finding] {
        findings(in: views, at: at(seconds), overdueAfter: .seconds(30))
    }

    @Test func `one delivery that two regions know of is no duplicate, two deliveries are`() {
        let same = record([(1, 1)])
        #expect(found([view(1, pages: [same]), view(2, pages: [same])]) == [])
        let both = found([view(1, pages: [record([(1, 1)])]), view(2, pages: [record([(2, 1)])])])
        #expect(
            both == [
                .duplicatePage(
                    key: key, person: "mei", channel: .email, by: [MemberID(1), MemberID(2)])
            ])
    }

    @Test func `two owners are told with their epochs, an older generation does not count`() {
        let differ = found([view(1, owner: true, epoch: 3), view(2, owner: true, epoch: 4)])
        #expect(differ.count == 1)
        #expect(
            found([view(1, owner: true), view(2, after: HybridTime(at(3)), owner: true)]) == [])
    }

    @Test func `a step is overdue only if no region knows of a delivery, and after the bound`() {
        #expect(found([view(1, overdue: at(10)), view(2, overdue: at(12))]).count == 1)
        #expect(found([view(1, overdue: at(10)), view(2)]) == [])
        #expect(found([view(1, overdue: at(90))]) == [])
    }

    @Test func `the order of views and saying one twice make no difference`() {
        let views = [
            view(1, owner: true, pages: [record([(1, 1)])], overdue: at(10)),
            view(2, owner: true, epoch: 2, pages: [record([(2, 1)])], overdue: at(11)),
            view(3, overdue: at(12)),
        ]
        let plain = found(views)
        #expect(plain.count == 3)
        #expect(found(views.reversed()) == plain)
        #expect(found(views + views) == plain)
        #expect(found([views[1], views[2], views[0], views[1]]) == plain)
    }

    @Test func `a coordinator asks a region for what changed, and tells a finding once`() throws {
        var core = CoordinatorCore(
            me: MemberID(9), incarnation: Incarnation(1), regions: [MemberID(1), MemberID(2)],
            overdueAfter: .seconds(30), at: at(0))
        func heartbeat(_ member: UInt64) -> [UInt8] {
            Heartbeat(
                member: MemberID(member), incarnation: Incarnation(1), sequence: 1,
                sentAt: .epoch, echoes: [],
                attachment: Beacon(factsThrough: [], gatewaysWork: true, changeCount: 1).encoded
            ).encoded
        }
        func batch(_ member: UInt64) -> [UInt8] {
            PeerMessage.view(
                ViewBatch(
                    incarnation: Incarnation(1), through: 1, last: 1,
                    incidents: [
                        IncidentSummary(
                            group: group, title: "t", service: "checkout", generation: 1,
                            previousEnd: .zero,
                            status: .triggered, severity: .sev1, openedAt: HybridTime(at(0)),
                            isOwner: true, epoch: Term(member), pages: [], overdueSince: nil)
                    ])
            ).encoded
        }
        let asked = core.step(.published(from: MemberID(1), bytes: heartbeat(1)), at: at(1))
        #expect(
            asked.contains {
                if case .send(to: MemberID(1), _) = $0 { true } else { false }
            })
        _ = core.step(.published(from: MemberID(2), bytes: heartbeat(2)), at: at(1))
        _ = core.step(.received(from: MemberID(1), bytes: batch(1)), at: at(1))
        let told = core.step(.received(from: MemberID(2), bytes: batch(2)), at: at(1))
        #expect(told.contains { if case .found(group, .ownersDiffer) = $0 { true } else { false } })
        let again = core.step(.received(from: MemberID(2), bytes: batch(2)), at: at(1))
        #expect(!again.contains { if case .found = $0 { true } else { false } })
        #expect(core.merged.count == 1)
    }

    @Test func `garbage from a member is refused, never fatal`() {
        var core = CoordinatorCore(
            me: MemberID(9), incarnation: Incarnation(1), regions: [MemberID(1)],
            overdueAfter: .seconds(30), at: at(0))
        var random = RandomStream(seed: 3)
        for _ in 0..<500 {
            let bytes = (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
            _ = core.step(.received(from: MemberID(1), bytes: bytes), at: at(1))
            _ = core.step(.published(from: MemberID(1), bytes: bytes), at: at(1))
        }
    }
}
