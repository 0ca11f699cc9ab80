import Basics

// A follower's side of replication. *Source:* Raft, sections 5.3 and 7.

extension Group {
    /// Follows an append. The answer must not leave before this turn's writes are durable. `nil` if
    /// the request was refused altogether.
    mutating func receive(
        _ request: AppendRequest, from peer: Int, _ node: inout NodeContext, _ output: inout Output
    ) -> AppendReply? {
        guard request.isWellFormed else {
            return refuse(.malformed(from: node.peers[peer].id, group: id), &output)
        }
        if request.term < term { return reply(.staleTerm) }
        if request.term > term { adopt(term: request.term, &node, &output) }
        if isLeader {
            let from = node.peers[peer].id
            return refuse(.secondLeader(group: id, term: term, from: from), &output)
        }
        follow(peer, &node, &output)
        heardCommit = max(heardCommit, request.commit)
        let before = commit
        defer {
            let progressAt = commit > before ? node.now : behind?.progressAt ?? node.now
            behind = heardCommit > commit ? (behind?.since ?? node.now, progressAt) : nil
        }
        if let snapshot = request.snapshot { install(snapshot, node, &output) }
        if let conflict = conflict(with: request, node) { return reply(conflict) }
        if let index = contradiction(to: request) {
            let from = node.peers[peer].id
            return refuse(
                .contradictsCommitted(group: id, index: index, from: from), &output)
        }
        store(request.entries, node, &output)
        let matched = request.prevIndex + UInt64(request.entries.count)
        let newCommit = min(request.commit, matched)
        if newCommit > commit { setCommit(newCommit, node, &output) }
        return reply(.matched(matched))
    }

    private func reply(_ outcome: AppendOutcome) -> AppendReply {
        AppendReply(group: id, term: term, commit: commit, outcome: outcome)
    }

    private func refuse(_ refusal: Refusal, _ output: inout Output) -> AppendReply? {
        output.events.append(.refusedMessage(refusal))
        return nil
    }

    /// Whether my log lacks, or has another, entry before the request's first one.
    private func conflict(with request: AppendRequest, _ node: NodeContext) -> AppendOutcome? {
        // What is committed here is the same everywhere.
        guard request.prevIndex > commit else { return nil }
        guard let mine = log.term(at: request.prevIndex) else {
            return .conflict(rejected: request.prevIndex, term: 0, firstIndex: log.lastIndex + 1)
        }
        if mine == request.prevTerm || node.has(.noPrevTermCheck) { return nil }
        return .conflict(
            rejected: request.prevIndex, term: mine,
            firstIndex: log.runStart(endingAt: request.prevIndex, above: commit))
    }

    /// The first committed index at which the request has another term than I have.
    private func contradiction(to request: AppendRequest) -> LogIndex? {
        if request.prevIndex <= commit, let mine = log.term(at: request.prevIndex),
            mine != request.prevTerm
        {
            return request.prevIndex
        }
        for entry in request.entries where entry.index <= commit {
            if let mine = log.term(at: entry.index), mine != entry.term { return entry.index }
        }
        return nil
    }

    /// Stores the entries that I do not have; what contradicts them goes.
    private mutating func store(
        _ entries: [LogEntry], _ node: NodeContext, _ output: inout Output
    ) {
        let unknown = entries.firstIndex { entry in
            entry.index > log.snapshotIndex && log.term(at: entry.index) != entry.term
        }
        guard let unknown else { return }
        let fresh = Array(entries[unknown...])
        var write = GroupWrite(group: id, entries: fresh)
        if fresh[0].index <= log.lastIndex {
            write.truncateFrom = fresh[0].index
            log.truncate(from: fresh[0].index)
            forgetDurable(from: fresh[0].index)
        }
        for entry in fresh { log.append(entry) }
        lastActivity = node.now
        output.write(write)
    }

    /// Until the truncation is durable, older writes say nothing about what the disk holds.
    private mutating func forgetDurable(from index: LogIndex) {
        durableIndex = min(durableIndex, index - 1)
        truncationsInFlight += 1
    }

    /// Takes the leader's snapshot instead of entries that are gone, unless I have those.
    private mutating func install(
        _ snapshot: Snapshot, _ node: NodeContext, _ output: inout Output
    ) {
        guard snapshot.index > commit else { return }
        if log.term(at: snapshot.index) == snapshot.term {
            return setCommit(snapshot.index, node, &output)
        }
        var write = GroupWrite(group: id, snapshot: snapshot, commit: snapshot.index)
        if log.lastIndex > snapshot.index {
            write.truncateFrom = snapshot.index + 1
            forgetDurable(from: snapshot.index + 1)
        }
        log.reset(to: snapshot)
        durableIndex = min(durableIndex, snapshot.index)
        commit = snapshot.index
        lastActivity = node.now
        output.write(write)
        output.restore(snapshot, of: id)
    }
}

extension AppendRequest {
    /// Whether its parts fit together: consecutive indexes, terms that never decrease and are none
    /// of the future, entries that begin behind the snapshot.
    var isWellFormed: Bool {
        if let snapshot, (snapshot.index, snapshot.term) != (prevIndex, prevTerm) { return false }
        var (index, last) = (prevIndex, prevTerm)
        for entry in entries {
            guard entry.index == index + 1, entry.term >= last else { return false }
            (index, last) = (entry.index, entry.term)
        }
        return term > 0 && last <= term
    }
}
