public import Basics

/// Why somebody asks for a vote.
public enum VoteKind: UInt8, Sendable {
    /// Would you vote for me? Changes nothing at the voter. *Source:* Raft dissertation, section
    /// 9.6.
    case pre = 0
    /// Vote for me.
    case real = 1
    /// Vote for me, your leader asked me to stand. *Source:* Raft dissertation, section 3.10.
    case transfer = 2
}

/// A candidate asks for a vote.
public struct VoteRequest: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// Why.
    public var kind: VoteKind
    /// The candidate's term now. Equal to `term` unless `kind` is `pre`.
    public var currentTerm: Term
    /// The term it wants to lead.
    public var term: Term
    /// The last index of its log.
    public var lastIndex: LogIndex
    /// The term of the entry at that index.
    public var lastTerm: Term
}

/// What a voter says to a candidate.
public enum VoteVerdict: UInt8, Sendable {
    /// Yes.
    case granted = 0
    /// No: the term asked for is not above mine.
    case staleTerm = 1
    /// No: I voted for another in this term.
    case votedForAnother = 2
    /// No: your log lacks something mine has.
    case logIsBehind = 3
    /// No: I hear the leader, and it hears me.
    case leaderIsFresh = 4
}

/// The answer to a `VoteRequest`.
public struct VoteReply: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The kind asked for.
    public var kind: VoteKind
    /// The term asked for.
    public var candidateTerm: Term
    /// The voter's term now.
    public var term: Term
    /// Its answer.
    public var verdict: VoteVerdict
    /// The leader of `term`, if the voter knows one.
    public var leader: MemberID?
}

/// A leader's entries for one follower; also carries the commit index, alone if need be.
public struct AppendRequest: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The leader's term.
    public var term: Term
    /// The index before the first entry; the snapshot's, if there is one.
    public var prevIndex: LogIndex
    /// The term at that index.
    public var prevTerm: Term
    /// How far the leader has committed.
    public var commit: LogIndex
    /// For a follower that is behind the start of the leader's log.
    public var snapshot: Snapshot?
    /// The entries from `prevIndex` + 1 on.
    public var entries: [LogEntry]
}

/// What became of an append.
public enum AppendOutcome: Equatable, Sendable {
    /// The follower's log equals the leader's up to this index, durably.
    case matched(LogIndex)
    /// The follower has not the entry before `rejected` + 1. `term` is what it has there (0:
    /// nothing), `firstIndex` the first index of that term, or of nothing. *Source:* Raft, end of
    /// section 5.3.
    case conflict(rejected: LogIndex, term: Term, firstIndex: LogIndex)
    /// The leader is none any more: the follower's term is higher.
    case staleTerm
}

/// The answer to an `AppendRequest` or to one group of a `Digest`.
public struct AppendReply: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The follower's term.
    public var term: Term
    /// How far the follower has committed.
    public var commit: LogIndex
    /// What became of it.
    public var outcome: AppendOutcome
}

/// A leader asks a follower that has everything to stand for election at once.
/// *Source:* Raft dissertation, section 3.10.
public struct TimeoutNow: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The leader's term; in any other term the request means nothing.
    public var term: Term
    /// The end of the leader's log; who has less must not stand.
    public var lastIndex: LogIndex
}

/// One group that the sender leads: the same as an append without entries.
public struct GroupDigest: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The sender's term.
    public var term: Term
    /// The end of its log.
    public var lastIndex: LogIndex
    /// The term at the end.
    public var lastTerm: Term
    /// How far it has committed.
    public var commit: LogIndex
}

/// A part of the list of all groups that the sender leads, for a peer that has come back.
/// *Source:* design 4, "Log".
public struct Digest: Equatable, Sendable {
    /// Which list: grows with every one the sender begins, across its incarnations.
    public var round: UInt64
    /// Which part of it, from 0.
    public var part: Int
    /// How many parts it has; after the last of them the receiver knows what is missing.
    public var parts: Int
    /// The groups of this part.
    public var groups: [GroupDigest]
}

/// The answer to one part of a digest. The groups not named have all that the part said.
public struct DigestReply: Equatable, Sendable {
    /// Which list.
    public var round: UInt64
    /// Which part.
    public var part: Int
    /// The groups that differ, in the order of the part.
    public var replies: [AppendReply]
}

/// Which of a peer's two connections a message takes, so that no vote waits behind megabytes.
/// *Source:* design 4, "Channels".
public enum Lane: UInt8, Sendable {
    /// Small and decisive.
    case urgent = 0
    /// Everything that can be large.
    case bulk = 1
}

/// What members say to each other: always many groups at once.
public enum Message: Equatable, Sendable {
    /// Candidates ask.
    case vote([VoteRequest])
    /// Voters answer.
    case voteReply([VoteReply])
    /// Leaders replicate.
    case append([AppendRequest])
    /// Followers answer.
    case appendReply([AppendReply])
    /// Leaders hand over.
    case timeoutNow([TimeoutNow])
    /// A leader lists what it leads.
    case digest(Digest)
    /// A follower answers a part of the list.
    case digestReply(DigestReply)

    /// The connection it takes.
    public var lane: Lane {
        switch self {
        case .vote, .voteReply, .timeoutNow: .urgent
        case .append, .appendReply, .digest, .digestReply: .bulk
        }
    }
}

/// Says to one peer which of its heartbeats was seen last.
public struct Echo: Equatable, Sendable {
    /// The peer.
    public var member: MemberID
    /// Its incarnation then.
    public var incarnation: Incarnation
    /// The number of its heartbeat.
    public var sequence: UInt64
    /// For how long I have had it, so that the peer can tell the round trip from my waiting.
    public var held: Span
}

/// I am here, and this is what I heard of you. Published to all; may be lost.
public struct Heartbeat: Equatable, Sendable {
    /// The sender.
    public var member: MemberID
    /// Which start of it.
    public var incarnation: Incarnation
    /// Its running number in this incarnation, from 1.
    public var sequence: UInt64
    /// When it was sent, by the sender's clock: nothing is decided by it but whether clocks differ.
    public var sentAt: Instant
    /// What it heard last of each peer.
    public var echoes: [Echo]
    /// Bytes of the application's that ride along: put in by whoever sends the heartbeat.
    public var attachment: [UInt8]

    /// A heartbeat.
    public init(
        member: MemberID, incarnation: Incarnation, sequence: UInt64, sentAt: Instant,
        echoes: [Echo], attachment: [UInt8]
    ) {
        (self.member, self.incarnation, self.sequence) = (member, incarnation, sequence)
        (self.sentAt, self.echoes, self.attachment) = (sentAt, echoes, attachment)
    }
}
