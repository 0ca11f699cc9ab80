import Basics
@testable import Replication
import Testing

/// Whom others hear, by the echoes in their heartbeats.
struct HearsTests {
    private static let start = Instant(seconds: 1_000)

    private func heartbeat(
        of member: UInt64, sequence: UInt64, hearing others: [(member: UInt64, held: Span)]
    ) -> Heartbeat {
        Heartbeat(
            member: MemberID(member), incarnation: Incarnation(1), sequence: sequence,
            sentAt: .epoch,
            echoes: others.map {
                Echo(
                    member: MemberID($0.member), incarnation: Incarnation(1), sequence: 9,
                    held: $0.held)
            }, attachment: [])
    }

    @Test func `a member hears whom it echoes, for as long as a peer counts as fresh`() {
        let voters = [1, 2, 3].map { Voter(id: MemberID($0)) }
        let config = ReplicationConfig(me: MemberID(1), voters: voters)
        var node = ReplicaNode(
            config: config, incarnation: Incarnation(1), restored: [],
            random: RandomStream(seed: 1), at: Self.start)
        var output = Output()
        node.start(at: Self.start, into: &output)
        func hears(_ one: UInt64, _ other: UInt64, after span: Span = .zero) -> Bool {
            node.hears(MemberID(one), MemberID(other), at: Self.start + span)
        }
        #expect(!hears(2, 3))
        node.receive(
            heartbeat(of: 2, sequence: 1, hearing: [(3, .milliseconds(100))]), at: Self.start,
            into: &output)
        #expect(hears(2, 3) && !hears(3, 2) && !hears(2, 1))
        #expect(hears(2, 3, after: config.freshness - .milliseconds(100)))
        #expect(!hears(2, 3, after: config.freshness))
        // It goes on without hearing the other.
        let later = Self.start + .seconds(2)
        node.receive(
            heartbeat(of: 2, sequence: 5, hearing: [(3, .seconds(2))]), at: later, into: &output)
        #expect(!hears(2, 3, after: .seconds(2)))
        // What comes late says nothing new.
        node.receive(
            heartbeat(of: 2, sequence: 2, hearing: [(3, .zero)]), at: later, into: &output)
        #expect(!hears(2, 3, after: .seconds(2)))
    }
}
