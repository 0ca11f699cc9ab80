import Basics

// A candidate's side of elections. *Source:* Raft, section 5.2; dissertation, 3.10 and 9.6; design
// 4.

extension Group {
    /// How often a candidate asks those who said nothing again, before it gives up.
    static var resendsMax: UInt8 { 2 }

    /// Stands for the group: first asks whether a real candidacy could succeed, so that a member
    /// that cannot win does not disturb the others by a higher term.
    mutating func stand(_ node: inout NodeContext, _ output: inout Output) {
        if isUnfounded || node.has(.standsWithoutAsking) { return beginVote(.real, &node, &output) }
        let me = UInt64(1) << UInt64(node.me)
        role = .candidate(
            Candidacy(
                kind: .pre, term: term + 1, granted: me, askedAt: node.now,
                resendAt: node.now + node.config.retry))
        stopWaitingToStand()
        if hasQuorum(me, node) { return beginVote(.real, &node, &output) }
        askForVotes(&node)
        rearm(&node)
    }

    /// Raises the term, votes for itself and asks the others. The requests leave when that is
    /// durable; only then its own vote counts.
    mutating func beginVote(_ kind: VoteKind, _ node: inout NodeContext, _ output: inout Output) {
        becomeFollower(&node, &output)
        term += 1
        votedFor = node.me
        persistHardState(node, &output)
        setLeader(nil, node, &output)
        let isCountedNow = node.has(.voteNotPersisted)
        role = .candidate(
            Candidacy(
                kind: kind, term: term, granted: isCountedNow ? 1 << UInt64(node.me) : 0,
                askedAt: node.now, resendAt: node.now + node.config.retry))
        stopWaitingToStand()
        lastActivity = node.now
        askForVotes(&node)
        rearm(&node)
    }

    /// A candidate is not in the queue of those who wait; its failures so far are kept.
    private mutating func stopWaitingToStand() {
        isAwaitingLeader = false
        takeoverAt = .distantFuture
    }

    /// Asks everybody who has not answered yet.
    private func askForVotes(_ node: inout NodeContext) {
        guard case .candidate(let candidacy) = role else { return }
        let request = VoteRequest(
            group: id, kind: candidacy.kind, currentTerm: term, term: candidacy.term,
            lastIndex: log.lastIndex, lastTerm: log.lastTerm)
        let answered = candidacy.granted | candidacy.refused
        for position in node.peers.indices where position != node.me {
            guard answered & (1 << UInt64(position)) == 0 else { continue }
            node.outbox.add(request, to: \.votes, of: position)
        }
    }

    func hasQuorum(_ voters: UInt64, _ node: NodeContext) -> Bool {
        voters.nonzeroBitCount >= node.config.quorum
    }

    /// Takes note of a voter's answer.
    mutating func receive(
        _ reply: VoteReply, from peer: Int, _ node: inout NodeContext, _ output: inout Output
    ) {
        if reply.term > term { return adopt(term: reply.term, &node, &output) }
        guard case .candidate(var candidacy) = role, candidacy.kind == reply.kind,
            candidacy.term == reply.candidateTerm
        else { return }
        node.measureVote(node.now - candidacy.askedAt)
        switch reply.verdict {
        case .granted:
            candidacy.granted |= 1 << UInt64(peer)
        case .leaderIsFresh where reply.term == term && reply.leader == node.peers[peer].id:
            return follow(peer, &node, &output)
        case .staleTerm, .votedForAnother, .logIsBehind, .leaderIsFresh:
            candidacy.refused |= 1 << UInt64(peer)
        }
        role = .candidate(candidacy)
        count(candidacy, &node, &output)
    }

    /// My own vote of this term is on my disk.
    mutating func ownVoteIsDurable(_ node: inout NodeContext, _ output: inout Output) {
        guard case .candidate(var candidacy) = role, candidacy.term == term else { return }
        candidacy.granted |= 1 << UInt64(node.me)
        role = .candidate(candidacy)
        count(candidacy, &node, &output)
    }

    /// Goes on when enough said yes, gives up when too many said no.
    private mutating func count(
        _ candidacy: Candidacy, _ node: inout NodeContext, _ output: inout Output
    ) {
        if hasQuorum(candidacy.granted, node) {
            switch candidacy.kind {
            case .pre: beginVote(.real, &node, &output)
            case .real, .transfer: becomeLeader(&node, &output)
            }
        } else if !canStillWin(candidacy, node) {
            fail(&node)
        }
    }

    /// Whether enough members said yes or may still say so. One that is certainly lost will not:
    /// two candidates that share the votes of the living would wait for it, and then stand again
    /// together.
    private func canStillWin(_ candidacy: Candidacy, _ node: NodeContext) -> Bool {
        let hopeful = node.peers.indices.reduce(into: 0) { count, position in
            let bit = UInt64(1) << UInt64(position)
            guard candidacy.refused & bit == 0 else { return }
            if candidacy.granted & bit != 0 || node.peers[position].isReachable { count += 1 }
        }
        return hopeful >= node.config.quorum
    }

    /// Asks again, or gives up.
    mutating func candidacyIsDue(_ node: inout NodeContext) {
        guard case .candidate(var candidacy) = role, candidacy.resendAt <= node.now else { return }
        // With a rival the votes may be shared for good, and whoever is missing be lost: the rival
        // counts on me to stand again when it does.
        let isShared = candidacy.rivals != 0 && node.now - candidacy.askedAt >= node.candidacySpan
        guard candidacy.resends < Self.resendsMax, !isShared else { return fail(&node) }
        candidacy.resends += 1
        candidacy.resendAt = node.now + node.config.retry
        role = .candidate(candidacy)
        askForVotes(&node)
    }

    /// Gives up for now, and stands again after a random while; not while there is a leader.
    private mutating func fail(_ node: inout NodeContext) {
        guard case .candidate(let candidacy) = role else { return }
        role = .follower
        guard leader == nil else {
            isWanted = false
            return
        }
        failures = failures == .max ? .max : failures + 1
        guard candidacy.rivals == 0 else {
            let place = node.place(for: id, among: candidacy.rivals)
            return awaitLeader(after: node.backoff(behind: place), &node)
        }
        let wait = node.backoff(after: failures, rank: node.rank(for: id))
        awaitLeader(after: failures > 1 ? node.inCompany(wait) : wait, &node)
    }

    /// Takes note of a member that stands in the same term as I do: the two know which of them goes
    /// first next time, however differently they see the rest.
    mutating func noteRival(_ request: VoteRequest, _ peer: Int, _ node: inout NodeContext) {
        guard node.isFresh(peer) else { return }
        let rival = UInt64(1) << UInt64(peer)
        switch role {
        case .candidate(var candidacy) where candidacy.term == request.term:
            candidacy.rivals |= rival
            role = .candidate(candidacy)
        case .follower where votedFor == node.me && term == request.term && isAwaitingLeader:
            // Its refusal overtook its request: I gave up before I knew why.
            let wait = node.backoff(behind: node.place(for: id, among: rival))
            awaitLeader(after: wait, &node)
        case .candidate, .follower, .leader: break
        }
    }

    /// Gives up asking whether I could win for a rival that asks the same and goes before me: it
    /// has just been told yes. Whoever is about to ask lets it go first, too, once (seed 251115). Not for one
    /// that is heard and does not hear: it will never know that it was told yes, and ask again for ever.
    mutating func giveWay(to request: VoteRequest, _ peer: Int, _ node: inout NodeContext) {
        let rival = UInt64(1) << UInt64(peer)
        guard node.isFresh(peer), node.place(for: id, among: rival) > 0 else { return }
        switch role {
        case .candidate(let candidacy)
        where candidacy.kind == .pre && candidacy.term == request.term:
            role = .follower
            awaitLeader(after: node.backoff(behind: 1), &node)
            postponedBy |= rival
        case .follower where isAwaitingLeader && postponedBy & rival == 0:
            postponedBy |= rival
            takeoverAt = max(takeoverAt, node.now + node.backoff(behind: 1))
            rearm(&node)
        case .candidate, .follower, .leader: break
        }
    }

    /// Whether a candidacy that the caller asks for has to wait: one is planned already, or somebody
    /// has just got my vote and may be winning.
    mutating func givesWay(_ node: inout NodeContext) -> Bool {
        if isAwaitingLeader { return takeoverAt < .distantFuture }
        guard let votedFor, votedFor != node.me, leader == nil,
            node.now - lastActivity < node.candidacySpan
        else { return false }
        awaitLeader(after: node.candidacySpan * (node.rank(for: id) + 1), &node)
        return true
    }

    /// Leads from now on, and appends the entry whose commit makes it the owner. A vote never
    /// carries that entry: a voter that stored it could overwrite what is committed. *Source:*
    /// design 4.
    private mutating func becomeLeader(_ node: inout NodeContext, _ output: inout Output) {
        let last = log.lastIndex
        role = .leader(Leadership(establishIndex: last + 1))
        node.leaderCount += 1
        isWanted = false
        handedInVain = 0
        stopAwaiting()
        progress = node.peers.map { _ in Progress(next: last + 1) }
        setLeader(node.me, node, &output)
        settleTransfer(node, &output)
        append(.establish, node.establishPayload, &node, &output)
        if node.has(.serveBeforeEstablish) { becomeOwner(node, &output) }
    }
}
