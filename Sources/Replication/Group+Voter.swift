import Basics

// A voter's side of elections. *Source:* Raft, section 5.4.1; dissertation, 9.6; design 4, "Votes".

extension Group {
    /// Answers a candidate. The answer leaves when the vote in it is durable.
    mutating func receive(
        _ request: VoteRequest, from peer: Int, _ node: inout NodeContext, _ output: inout Output
    ) {
        // Also a question about a vote shows the term its sender is in: without this, a member
        // whose term is ahead could never be led again, because it refuses every append.
        if request.currentTerm > term { adopt(term: request.currentTerm, &node, &output) }
        if leader == peer, request.kind == .pre, request.currentTerm == term {
            orphan(&node, &output)
        }
        let verdict = judge(request, from: peer, node)
        if verdict == .logIsBehind, leadsWithoutMajority(node) { orphan(&node, &output) }
        switch verdict {
        case .granted where request.kind != .pre:
            grant(request, to: peer, &node, &output)
        case .granted: giveWay(to: request, peer, &node)
        case .logIsBehind where isAwaitingLeader:
            // It may need my vote and cannot have it, so I should stand; my rank decides how soon.
            let wait = node.candidacySpan * (node.rank(for: id) + 1)
            takeoverAt = min(takeoverAt, node.now + wait)
            rearm(&node)
        case .votedForAnother: noteRival(request, peer, &node)
        case .logIsBehind, .staleTerm, .leaderIsFresh: break
        }
        let reply = VoteReply(
            group: id, kind: request.kind, candidateTerm: request.term, term: term,
            verdict: verdict, leader: leader.map { node.peers[$0].id })
        node.outbox.add(reply, to: \.voteReplies, of: peer)
    }

    /// Whether a candidate gets my vote, and if not, why.
    private func judge(_ request: VoteRequest, from peer: Int, _ node: NodeContext) -> VoteVerdict {
        switch request.kind {
        case .pre:
            if request.term <= term { return .staleTerm }
            if hasFreshLeader(node) { return .leaderIsFresh }
        case .real, .transfer:
            if request.term < term { return .staleTerm }
            if let votedFor, votedFor != peer { return .votedForAnother }
        }
        return isUpToDate(request, node) ? .granted : .logIsBehind
    }

    /// Whether I know a leader, we hear each other, and it hears a majority; if it is me, whether a majority
    /// hears me. One without a majority can decide nothing, and must not keep from leading who can: where I
    /// hear it and they do not, they need my vote (seed 60991).
    private func hasFreshLeader(_ node: NodeContext) -> Bool {
        guard let leader else { return false }
        return leader == node.me
            ? node.hasFreshQuorum : node.isFresh(leader) && node.hearsQuorum(leader)
    }

    /// Whether I follow somebody who hears no majority: then I may be the one who has to stand.
    private func leadsWithoutMajority(_ node: NodeContext) -> Bool {
        guard let leader, leader != node.me else { return false }
        return !node.hearsQuorum(leader)
    }

    /// Whether the candidate's log has everything that mine may have committed.
    private func isUpToDate(_ request: VoteRequest, _ node: NodeContext) -> Bool {
        if node.has(.upToDateByIndexOnly) { return request.lastIndex >= log.lastIndex }
        return (request.lastTerm, request.lastIndex) >= (log.lastTerm, log.lastIndex)
    }

    /// Votes, and gives the candidate time to win before standing itself.
    private mutating func grant(
        _ request: VoteRequest, to peer: Int, _ node: inout NodeContext, _ output: inout Output
    ) {
        lastActivity = node.now
        if votedFor != peer {
            votedFor = peer
            persistHardState(node, &output)
        }
        guard isAwaitingLeader else { return }
        takeoverAt = node.now + node.candidacySpan * (node.rank(for: id) + 1)
        rearm(&node)
    }
}
