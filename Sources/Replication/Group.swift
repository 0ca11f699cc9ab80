import Basics

/// How far a follower has come, as its leader sees it.
struct Progress: Equatable, Sendable {
    /// Its log equals mine up to here.
    var match: LogIndex = 0
    /// The next entry to send.
    var next: LogIndex
    /// How far it has committed, as it said last.
    var ackedCommit: LogIndex = 0
    /// The commit index that went out last.
    var sentCommit: LogIndex = 0
    /// When what is unanswered is sent again; `distantFuture` if nothing is.
    var resendAt: Instant = .distantFuture
    /// Whether it is not known where its log ends: one append at a time, until one matches.
    var isProbing = true

    /// How many appends in a row it refused because the logs differ there.
    var conflicts = 0

    /// Whether the follower has all that its leader has.
    func isCaughtUp(last: LogIndex, commit: LogIndex) -> Bool {
        match >= last && ackedCommit >= commit
    }
}

/// A candidate's count.
struct Candidacy: Equatable, Sendable {
    var kind: VoteKind
    /// The term it wants to lead.
    var term: Term
    /// Who said yes, and who no: a bit per position.
    var granted: UInt64 = 0
    var refused: UInt64 = 0
    /// Who else stands in this term: a bit per position.
    var rivals: UInt64 = 0
    /// When it first asked.
    var askedAt: Instant
    /// When those who said nothing are asked again, and how often they were.
    var resendAt: Instant
    var resends: UInt8 = 0
}

/// A leader's own state; what it knows of followers is in `Group.progress`.
struct Leadership: Equatable, Sendable {
    /// Where its `Establish` entry is.
    var establishIndex: LogIndex
    /// Whether that is committed, so that it owns the group.
    var isEstablished = false
}

/// What a member does for a group. *Source:* Raft, figure 4.
enum Role: Equatable, Sendable {
    case follower
    case candidate(Candidacy)
    case leader(Leadership)
}

/// A group on its way to another member. Outlives the leadership until it is known who leads.
struct Transfer: Equatable, Sendable {
    var to: Int
    /// The term of the leader that hands over.
    var term: Term
    var deadline: Instant
    /// When TimeoutNow is sent (again); `nil` before the target has everything.
    var resendAt: Instant?
}

/// One Raft group: a value whose rules are in the extensions `Group+….swift`.
///
/// Every change of `term`, `votedFor` and `log` goes into `Output.writes` in the same call.
struct Group: Sendable {
    let id: GroupID
    var term: Term = 0
    var votedFor: Int?
    /// Who leads in `term`, as far as I know.
    var leader: Int?
    var role = Role.follower
    var log = Log()
    /// Committed, and handed out, up to here.
    var commit: LogIndex = 0
    /// Committed up to here by the word of leaders, whether I have it or not.
    var heardCommit: LogIndex = 0
    /// Since when I have known that I lack something of that, and when I last came nearer to it.
    var behind: (since: Instant, progressAt: Instant)?
    /// My log is on my disk up to here.
    var durableIndex: LogIndex = 0
    /// Truncations that are not durable yet: until they are, older writes prove nothing about the
    /// log.
    var truncationsInFlight = 0
    /// By position, while I lead; else empty.
    var progress: [Progress] = []
    var transfer: Transfer?
    /// Who was told to take it over and did not, since I lead it: a bit per position.
    var handedInVain: UInt64 = 0

    /// Whether somebody should lead this group, nobody does, and I stand for it at `takeoverAt`.
    var isAwaitingLeader = false
    var takeoverAt: Instant = .distantFuture
    /// The members, a bit per position, that came back while I waited, or asked before me whether they could win:
    /// each puts my candidacy off once.
    var postponedBy: UInt64 = 0
    /// Whether it waits in the queue of takeovers.
    var isQueued = false
    /// Whether the caller asked me to lead it, even if it has no entries.
    var isWanted = false
    /// Candidacies that failed since a leader was known.
    var failures: UInt8 = 0
    /// The lower, the earlier it is taken over.
    var priority = UInt64.max

    /// The earliest entry in the node's heap of deadlines that counts for this group.
    var wake: Instant = .distantFuture
    /// Whether it is in the node's list of groups with something to send.
    var isDirty = false
    /// The digest of its leader that named it last.
    var digestRound: UInt64 = 0
    /// When anything was appended, committed or decided last.
    var lastActivity: Instant = .epoch

    init(_ id: GroupID) { self.id = id }

    var isLeader: Bool {
        switch role {
        case .leader: true
        case .follower, .candidate: false
        }
    }

    var isEstablished: Bool {
        switch role {
        case .leader(let leadership): leadership.isEstablished
        case .follower, .candidate: false
        }
    }

    var isCandidate: Bool {
        switch role {
        case .candidate: true
        case .follower, .leader: false
        }
    }

    /// Whether nobody has ever led it, as far as I know.
    var isUnfounded: Bool { term == 0 && log.lastIndex == 0 }
}

// MARK: - Term, leader and what follows from a change

extension Group {
    /// Puts term and vote into this turn's writes.
    func persistHardState(_ node: NodeContext, _ output: inout Output) {
        if node.has(.hardStateNotPersisted) { return }
        let isForgotten = node.has(.voteNotPersisted)
        let vote = isForgotten ? nil : votedFor.map { node.peers[$0].id }
        output.write(GroupWrite(group: id, hardState: HardState(term: term, votedFor: vote)))
    }

    /// Moves on to a higher term, in which nothing is known yet, and waits for a leader.
    mutating func adopt(term newTerm: Term, _ node: inout NodeContext, _ output: inout Output) {
        require(newTerm > term, "group \(id): term \(newTerm) after \(term)")
        becomeFollower(&node, &output)
        term = newTerm
        votedFor = nil
        persistHardState(node, &output)
        setLeader(nil, node, &output)
        awaitLeader(after: node.candidacySpan * (node.rank(for: id) + 1), &node)
    }

    /// Stops leading or standing.
    mutating func becomeFollower(_ node: inout NodeContext, _ output: inout Output) {
        switch role {
        case .follower: return
        case .candidate: break
        case .leader(let leadership):
            node.leaderCount -= 1
            progress = []
            if leadership.isEstablished {
                output.events.append(.lostOwnership(group: id, term: term))
            }
        }
        role = .follower
    }

    /// Follows a leader of the present term.
    mutating func follow(_ newLeader: Int, _ node: inout NodeContext, _ output: inout Output) {
        becomeFollower(&node, &output)
        isWanted = false
        stopAwaiting()
        guard leader != newLeader else { return }
        setLeader(newLeader, node, &output)
        digestRound = node.peers[newLeader].digestIn?.round ?? 0
        settleTransfer(node, &output)
        // What it said may be old: one that is lost already will not be lost again, so nobody would
        // stand.
        if !node.peers[newLeader].isReachable { orphan(&node, &output) }
    }

    mutating func setLeader(_ newLeader: Int?, _ node: NodeContext, _ output: inout Output) {
        guard leader != newLeader else { return }
        leader = newLeader
        lastActivity = node.now
        let member = newLeader.map { node.peers[$0].id }
        output.events.append(.leaderChanged(group: id, term: term, leader: member))
    }
}

// MARK: - Waiting for a leader

extension Group {
    /// Stands for the group after a while, unless a leader is heard of first. A group without any
    /// entry needs no leader unless the caller wants one.
    mutating func awaitLeader(after span: Span, _ node: inout NodeContext) {
        guard log.lastIndex > 0 || isWanted else { return }
        isAwaitingLeader = true
        postponedBy = 0
        takeoverAt = node.now + span + (node.has(.takesOverLate) ? .seconds(20) : .zero)
        rearm(&node)
    }

    mutating func stopAwaiting() {
        isAwaitingLeader = false
        takeoverAt = .distantFuture
        failures = 0
    }

    /// The leader is gone, or leads no more: take over in the order of ranks.
    mutating func orphan(_ node: inout NodeContext, _ output: inout Output) {
        setLeader(nil, node, &output)
        failures = 0
        awaitLeader(after: node.stagger * node.rank(for: id), &node)
    }

    /// Sees to it that the node looks at the group when its next deadline comes.
    mutating func rearm(_ node: inout NodeContext) {
        let next = nextDeadline(node)
        guard next < wake else { return }
        wake = next
        node.schedule(id, at: next)
    }

    /// When something has to be done if nothing comes before.
    func nextDeadline(_ node: NodeContext) -> Instant {
        var next =
            transfer.map { min($0.deadline, $0.resendAt ?? .distantFuture) } ?? .distantFuture
        switch role {
        case .follower:
            if isAwaitingLeader, !isQueued { next = min(next, takeoverAt) }
        case .candidate(let candidacy):
            next = min(next, candidacy.resendAt)
        case .leader:
            for position in progress.indices where node.peers[position].isReachable {
                next = min(next, progress[position].resendAt)
            }
        }
        return next
    }
}
