package import Basics

/// Why somebody asks for a vote.
package enum VoteKind: UInt8, Sendable {
    /// Would you vote for me? Changes nothing at the voter. *Source:* Raft dissertation, section
    /// 9.6.
    case pre = 0
    /// Vote for me.
    case real = 1
    /// Vote for me, your leader asked me to stand. *Source:* Raft dissertation, section 3.10.
    case transfer = 2
}

/// A candidate asks for a vote.
package struct VoteRequest: Equatable, Sendable {
    /// The group.
    package var group: GroupID
    /// Why.
    package var kind: VoteKind
    /// The candidate's term now. Equal to `term` unless `kind` is `pre`.
    package var currentTerm: Term
    /// The term it wants to lead.
    package var term: Term
    /// The last index of its log.
    package var lastIndex: LogIndex
    /// The term of the entry at that index.
    package var lastTerm: Term
}

/// What a voter says to a candidate.
package enum VoteVerdict: UInt8, Sendable {
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
package struct VoteReply: Equatable, Sendable {
    /// The group.
    package var group: GroupID
    /// The kind asked for.
    package var kind: VoteKind
    /// The term asked for.
    package var candidateTerm: Term
    /// The voter's term now.
    package var term: Term
    /// Its answer.
    package var verdict: VoteVerdict
    /// The leader of `term`, if the voter knows one.
    package var leader: MemberID?
}

/// A leader's entries for one follower; also carries the commit index, alone if need be.
package struct AppendRequest: Equatable, Sendable {
    /// The group.
    package var group: GroupID
    /// The leader's term.
    package var term: Term
    /// The index before the first entry; the snapshot's, if there is one.
    package var prevIndex: LogIndex
    /// The term at that index.
    package var prevTerm: Term
    /// How far the leader has committed.
    package var commit: LogIndex
    /// For a follower that is behind the start of the leader's log.
    package var snapshot: Snapshot?
    /// The entries from `prevIndex` + 1 on.
    package var entries: [LogEntry]
}

/// What became of an append.
package enum AppendOutcome: Equatable, Sendable {
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
package struct AppendReply: Equatable, Sendable {
    /// The group.
    package var group: GroupID
    /// The follower's term.
    package var term: Term
    /// How far the follower has committed.
    package var commit: LogIndex
    /// What became of it.
    package var outcome: AppendOutcome
}

/// A leader asks a follower that has everything to stand for election at once.
/// *Source:* Raft dissertation, section 3.10.
package struct TimeoutNow: Equatable, Sendable {
    /// The group.
    package var group: GroupID
    /// The leader's term; in any other term the request means nothing.
    package var term: Term
    /// The end of the leader's log; who has less must not stand.
    package var lastIndex: LogIndex
}

/// One group that the sender leads: the same as an append without entries.
package struct GroupDigest: Equatable, Sendable {
    /// The group.
    package var group: GroupID
    /// The sender's term.
    package var term: Term
    /// The end of its log.
    package var lastIndex: LogIndex
    /// The term at the end.
    package var lastTerm: Term
    /// How far it has committed.
    package var commit: LogIndex
}

/// A part of the list of all groups that the sender leads, for a peer that has come back.
/// *Source:* design 4, "Log".
package struct Digest: Equatable, Sendable {
    /// Which list: grows with every one the sender begins, across its incarnations.
    package var round: UInt64
    /// Which part of it, from 0.
    package var part: Int
    /// How many parts it has; after the last of them the receiver knows what is missing.
    package var parts: Int
    /// The groups of this part.
    package var groups: [GroupDigest]
}

/// The answer to one part of a digest. The groups not named have all that the part said.
package struct DigestReply: Equatable, Sendable {
    /// Which list.
    package var round: UInt64
    /// Which part.
    package var part: Int
    /// The groups that differ, in the order of the part.
    package var replies: [AppendReply]
}

/// Which of a peer's two connections a message takes, so that no vote waits behind megabytes.
/// *Source:* design 4, "Channels".
package enum Lane: UInt8, Sendable {
    /// Small and decisive.
    case urgent = 0
    /// Everything that can be large.
    case bulk = 1
}

/// What members say to each other: always many groups at once.
package enum Message: Equatable, Sendable {
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
    package var lane: Lane {
        switch self {
        case .vote, .voteReply, .timeoutNow: .urgent
        case .append, .appendReply, .digest, .digestReply: .bulk
        }
    }
}

/// Says to one peer which of its heartbeats was seen last.
package struct Echo: Equatable, Sendable {
    /// The peer.
    package var member: MemberID
    /// Its incarnation then.
    package var incarnation: Incarnation
    /// The number of its heartbeat.
    package var sequence: UInt64
    /// For how long I have had it, so that the peer can tell the round trip from my waiting.
    package var held: Span
}

/// I am here, and this is what I heard of you. Published to all; may be lost.
package struct Heartbeat: Equatable, Sendable {
    /// The sender.
    package var member: MemberID
    /// Which start of it.
    package var incarnation: Incarnation
    /// Its running number in this incarnation, from 1.
    package var sequence: UInt64
    /// What it heard last of each peer.
    package var echoes: [Echo]
    /// Bytes of the application's that ride along.
    package var attachment: [UInt8]

    /// A heartbeat.
    package init(
        member: MemberID, incarnation: Incarnation, sequence: UInt64, echoes: [Echo],
        attachment: [UInt8]
    ) {
        (self.member, self.incarnation, self.sequence) = (member, incarnation, sequence)
        (self.echoes, self.attachment) = (echoes, attachment)
    }
}
