package import Basics

/// A member that votes in every group.
package struct Voter: Equatable, Sendable {
    /// The member.
    package var id: MemberID
    /// Whether it is a witness: it votes and stores, but leads only as a last resort, and hands on
    /// what it had to lead. *Source:* design 4, "Membership".
    package var isWitness: Bool

    /// A voter.
    package init(id: MemberID, isWitness: Bool = false) {
        (self.id, self.isWitness) = (id, isWitness)
    }
}

/// Who takes part, and how long things take. The spans are the defaults of design 4; none of them
/// carries a safety property.
package struct ReplicationConfig: Sendable {
    /// This member; one of `voters`.
    package let me: MemberID
    /// All voters, sorted by id; at most 64.
    package let voters: [Voter]
    /// From one heartbeat to the next.
    package var heartbeatInterval: Span = .milliseconds(250)
    /// How old my newest heartbeat that a peer echoed may be while the peer counts as two-way
    /// fresh.
    package var freshness: Span = .milliseconds(1_500)
    /// The same, once a connection to the peer was refused.
    package var refusedSuspicion: Span = .milliseconds(500)
    /// How long an owner may be without a live majority before it becomes provisional
    /// (CheckQuorum).
    package var majorityLoss: Span = .seconds(2)
    /// The least time between two ranked successors.
    package var staggerMin: Span = .milliseconds(300)
    /// The round trip assumed towards peers that were never measured.
    package var roundTrip: Span = .milliseconds(150)
    /// The shortest wait after a failed candidacy; the longest is twice as long, times the rank.
    package var backoffMin: Span = .milliseconds(150)
    /// The longest wait after many failed candidacies in a row; up to twice as long, at random.
    package var backoffMax: Span = .milliseconds(1_500)
    /// The most candidacies begun at once.
    package var takeoverGroupsPerBatch = 2_000
    /// From one batch of candidacies to the next.
    package var takeoverBatchInterval: Span = .milliseconds(10)
    /// How long a group has to be idle before its status calls it asleep.
    package var quiescence: Span = .seconds(5)
    /// After how long an unanswered vote, append or digest is sent again.
    package var retry: Span = .milliseconds(500)
    /// How long a transfer of leadership may take before the owner resumes.
    package var transferTimeout: Span = .seconds(2)
    /// How many applied entries behind the snapshot make a group ask for a new one. A log of twice
    /// as many entries takes no more proposals.
    package var logEntriesMax = Limits.logEntriesMax
    /// The most groups in one message.
    package var groupsPerMessageMax = Limits.groupsPerMessageMax
    /// The most payload bytes in one message; a single item may be larger and then travels alone.
    package var messageBytesMax = Limits.bulkMessageBytesMax
    /// Planted bugs; none in production.
    package var defects: Defects = []

    /// The defaults for one of these voters. `me` must be among them and no id may be there twice.
    package init(me: MemberID, voters: [Voter]) {
        self.me = me
        self.voters = voters.sorted { $0.id < $1.id }
        precondition(
            (1...64).contains(voters.count), "\(voters.count) voters; 1 to 64 are possible")
        precondition(voters.contains { $0.id == me }, "\(me) is not one of the voters")
        for (one, next) in zip(self.voters, self.voters.dropFirst()) {
            precondition(one.id != next.id, "\(one.id) is twice among the voters")
        }
    }

    /// How many votes, or copies of an entry, decide.
    package var quorum: Int {
        let majority = voters.count / 2 + 1
        return defects.contains(.quorumOneTooFew) ? max(1, majority - 1) : majority
    }

    /// The position of a member among the voters; `nil` if it is none.
    package func position(of member: MemberID) -> Int? {
        voters.firstIndex { $0.id == member }
    }
}
