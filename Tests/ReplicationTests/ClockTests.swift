import Basics
@testable import Replication
import Testing

/// Whose clock is off, by what heartbeats and their echoes say.
struct ClockTests {
    private static let start = Instant(seconds: 1_000)

    /// Member 1 of so many, having sent its first heartbeat, and what it heard 100 ms later: of whom, and how
    /// far their clocks are ahead of its own.
    private func node(
        of count: UInt64, hearing others: [(member: UInt64, ahead: Span)],
        after wait: Span = .milliseconds(100)
    ) -> ReplicaNode {
        let voters = (1...count).map { Voter(id: MemberID($0)) }
        var node = ReplicaNode(
            config: ReplicationConfig(me: MemberID(1), voters: voters), incarnation: Incarnation(1),
            restored: [], random: RandomStream(seed: 1), at: Self.start)
        var output = Output()
        node.start(at: Self.start, into: &output)
        node.tick(at: Self.start, into: &output)
        #expect(output.heartbeats.map(\.sequence) == [1])
        #expect(output.heartbeats.map(\.sentAt) == [Self.start])
        for other in others {
            let echo = Echo(
                member: MemberID(1), incarnation: Incarnation(1), sequence: 1,
                held: .milliseconds(20))
            node.receive(
                Heartbeat(
                    member: MemberID(other.member), incarnation: Incarnation(1), sequence: 1,
                    // It left half a round trip before it came.
                    sentAt: Self.start + wait - .milliseconds(40) + other.ahead, echoes: [echo],
                    attachment: []),
                at: Self.start + wait, into: &output)
        }
        return node
    }

    private func ahead(_ node: ReplicaNode, _ member: UInt64) -> Span? {
        node.clockAhead(of: MemberID(member))
    }

    @Test func `a difference is measured by a round trip, what it was held for left out`() {
        let node = node(of: 3, hearing: [(2, .milliseconds(700)), (3, .zero)])
        #expect(node.commonTimeAhead == .zero)
        #expect(
            ahead(node, 1) == .zero && ahead(node, 2) == .milliseconds(700)
                && ahead(node, 3) == .zero)
    }

    @Test func `whoever is alone with its time is off, be it oneself`() {
        let other = node(of: 3, hearing: [(2, .hours(1)), (3, .milliseconds(300))])
        #expect(ahead(other, 2) == .hours(1) && ahead(other, 1) == .zero)
        let oneself = node(of: 3, hearing: [(2, .hours(1)), (3, .hours(1) + .milliseconds(300))])
        #expect(oneself.commonTimeAhead == .hours(1))
        #expect(ahead(oneself, 1) == .zero - .hours(1) && ahead(oneself, 2) == .zero)
    }

    @Test func `where no quorum agrees or is heard nobody knows whose clock is off`() {
        let two = node(of: 2, hearing: [(2, .hours(1))])
        #expect(two.commonTimeAhead == nil && ahead(two, 2) == .hours(1) && ahead(two, 1) == nil)
        let scattered = node(of: 3, hearing: [(2, .seconds(9)), (3, .zero - .seconds(9))])
        #expect(scattered.commonTimeAhead == nil && ahead(scattered, 3) == .zero - .seconds(9))
        let alone = node(of: 3, hearing: [])
        #expect(alone.commonTimeAhead == nil && ahead(alone, 2) == nil)
        // Of five, three that agree are a quorum, whatever the other two say.
        let five = node(
            of: 5, hearing: [(2, .hours(1)), (3, .hours(1)), (4, .zero), (5, .seconds(1))])
        #expect(five.commonTimeAhead == .zero && ahead(five, 3) == .hours(1))
    }

    @Test func `a round trip that took longer than freshness measures nothing`() {
        let config = ReplicationConfig(me: MemberID(1), voters: [Voter(id: MemberID(1))])
        let node = node(of: 3, hearing: [(2, .hours(1))], after: config.freshness + .seconds(1))
        #expect(node.node.peers[1].clockAhead == nil)
        let heard = self.node(of: 3, hearing: [(2, .hours(1))])
        #expect(heard.node.peers[1].clockAhead == .hours(1))
    }
}
