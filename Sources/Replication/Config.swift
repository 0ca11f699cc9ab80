public import Basics

/// A member that votes in every group.
public struct Voter: Equatable, Sendable {
    /// The member.
    public var id: MemberID
    /// Whether it is a witness: it votes and stores, but leads only as a last resort, and hands on
    /// what it had to lead. *Source:* design 4, "Membership".
    public var isWitness: Bool

    /// A voter.
    public init(id: MemberID, isWitness: Bool = false) {
        (self.id, self.isWitness) = (id, isWitness)
    }
}

/// Who takes part, and how long things take. The spans are the defaults of design 4; none of them
/// carries a safety property.
public struct ReplicationConfig: Sendable {
    /// This member; one of `voters`.
    public let me: MemberID
    /// All voters, sorted by id; at most 64.
    public let voters: [Voter]
    /// From one heartbeat to the next.
    public var heartbeatInterval: Span = .milliseconds(250)
    /// How old my newest heartbeat that a peer echoed may be while the peer counts as two-way
    /// fresh.
    public var freshness: Span = .milliseconds(1_500)
    /// The same, once a connection to the peer was refused.
    public var refusedSuspicion: Span = .milliseconds(500)
    /// How long an owner may be without a live majority before it becomes provisional
    /// (CheckQuorum).
    public var majorityLoss: Span = .seconds(2)
    /// The least time between two ranked successors.
    public var staggerMin: Span = .milliseconds(300)
    /// The round trip assumed towards peers that were never measured.
    public var roundTrip: Span = .milliseconds(150)
    /// The shortest wait after a failed candidacy; the longest is twice as long, times the rank.
    public var backoffMin: Span = .milliseconds(150)
    /// The longest wait after many failed candidacies in a row; up to twice as long, at random.
    public var backoffMax: Span = .milliseconds(1_500)
    /// Candidacies that failed more than once come together, so far apart: that is added to `backoffMax`.
    public var backoffStep: Span = .milliseconds(200)
    /// The most candidacies begun at once.
    public var takeoverGroupsPerBatch = 2_000
    /// From one batch of candidacies to the next.
    public var takeoverBatchInterval: Span = .milliseconds(10)
    /// How long a group has to be idle before its status calls it asleep.
    public var quiescence: Span = .seconds(5)
    /// After how long an unanswered vote, append or digest is sent again.
    public var retry: Span = .milliseconds(500)
    /// How long a transfer of leadership may take before the owner resumes.
    public var transferTimeout: Span = .seconds(2)
    /// How many applied entries behind the snapshot make a group ask for a new one. A log of twice
    /// as many entries takes no more proposals.
    public var logEntriesMax = Limits.logEntriesMax
    /// The most groups in one message.
    public var groupsPerMessageMax = Limits.groupsPerMessageMax
    /// The most payload bytes in one message; a single item may be larger and then travels alone.
    public var messageBytesMax = Limits.bulkMessageBytesMax
    /// Planted bugs; none in production.
    public var defects: Defects = []

    /// The defaults for one of these voters. `me` must be among them and no id may be there twice.
    public init(me: MemberID, voters: [Voter]) {
        self.me = me
        self.voters = voters.sorted { $0.id < $1.id }
        require(
            (1...64).contains(voters.count), "\(voters.count) voters; 1 to 64 are possible")
        require(voters.contains { $0.id == me }, "\(me) is not one of the voters")
        for (one, next) in zip(self.voters, self.voters.dropFirst()) {
            require(one.id != next.id, "\(one.id) is twice among the voters")
        }
    }

    /// How many votes, or copies of an entry, decide.
    public var quorum: Int {
        let majority = voters.count / 2 + 1
        return defects.contains(.quorumOneTooFew) ? max(1, majority - 1) : majority
    }

    /// The position of a member among the voters; `nil` if it is none.
    public func position(of member: MemberID) -> Int? {
        voters.firstIndex { $0.id == member }
    }
}
