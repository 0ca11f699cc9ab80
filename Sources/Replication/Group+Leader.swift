import Basics

// A leader's side of replication. *Source:* Raft, sections 5.3, 5.4.2 and 7; design 4.

extension Group {
    /// Appends an entry of my term; it goes out at the end of the turn.
    mutating func append(
        _ kind: EntryKind, _ payload: [UInt8], _ node: inout NodeContext, _ output: inout Output
    ) {
        let entry = LogEntry(index: log.lastIndex + 1, term: term, kind: kind, payload: payload)
        log.append(entry)
        lastActivity = node.now
        output.write(GroupWrite(group: id, entries: [entry]))
        markDirty(&node)
    }

    /// Has the node look for something to send at the end of the turn.
    mutating func markDirty(_ node: inout NodeContext) {
        guard !isDirty else { return }
        isDirty = true
        node.dirty.append(id)
    }

    /// Sends to every follower what it needs and is not already on its way.
    mutating func sendAppends(_ node: inout NodeContext) {
        isDirty = false
        guard isLeader else { return }
        for position in progress.indices where position != node.me {
            guard node.peers[position].isReachable else { continue }
            // More than one: a follower's lack may exceed what one append may carry.
            while wantsAppend(progress[position]) { sendAppend(to: position, &node) }
        }
        rearm(&node)
    }

    /// Whether there is something to send now: while probing, if nothing is on its way; else
    /// whatever was not sent yet.
    private func wantsAppend(_ progress: Progress) -> Bool {
        if progress.isProbing {
            return progress.resendAt == .distantFuture
                && !progress.isCaughtUp(last: log.lastIndex, commit: commit)
        }
        return progress.next <= log.lastIndex
            || progress.sentCommit < commit && progress.ackedCommit < commit
    }

    private mutating func sendAppend(to position: Int, _ node: inout NodeContext) {
        let bytesMax = node.config.messageBytesMax
        var next = progress[position].next
        // The entries before `next` may be gone: then only the snapshot can say what was there.
        let snapshot = next < log.firstIndex ? log.snapshot : nil
        if let snapshot { next = snapshot.index + 1 }
        guard let prevTerm = log.term(at: next - 1) else {
            halt("group \(id): no term at \(next - 1), log ends at \(log.lastIndex)")
        }
        let entries = log.entries(from: next, bytesMax: bytesMax - (snapshot?.payload.count ?? 0))
        let request = AppendRequest(
            group: id, term: term, prevIndex: next - 1, prevTerm: prevTerm, commit: commit,
            snapshot: snapshot, entries: entries)
        node.outbox.add(request, to: \.appends, of: position)
        if !progress[position].isProbing { progress[position].next = next + UInt64(entries.count) }
        progress[position].sentCommit = commit
        if progress[position].resendAt == .distantFuture {
            progress[position].resendAt = node.now + node.config.retry
        }
    }

    /// Sends again to those who have not answered for too long.
    mutating func appendsAreDue(_ node: inout NodeContext) {
        for position in progress.indices where progress[position].resendAt <= node.now {
            if mayForgetLaggards(node) {
                progress[position].resendAt = .distantFuture
                continue
            }
            probe(position, from: progress[position].match + 1, &node)
        }
    }

    /// Whether an idle group lets go of followers that have not caught up: never.
    private func mayForgetLaggards(_ node: NodeContext) -> Bool {
        node.has(.quiesceWithLaggard) && node.now - lastActivity >= node.config.quiescence
    }

    /// Starts over with a follower: one append, at a place where it may match.
    mutating func probe(_ position: Int, from next: LogIndex, _ node: inout NodeContext) {
        progress[position].isProbing = true
        progress[position].next = next
        progress[position].resendAt = .distantFuture
        markDirty(&node)
    }

    /// A follower has come back: what was on its way is lost. The digest that is sent to it asks as
    /// an append at the end of my log would; its answer comes, because the digest is sent until it
    /// does.
    mutating func probeByDigest(_ position: Int) {
        guard isLeader else { return }
        progress[position].isProbing = true
        progress[position].next = log.lastIndex + 1
        progress[position].resendAt = .distantFuture
    }

    /// Takes note of what became of an append.
    mutating func receive(
        _ reply: AppendReply, from peer: Int, _ node: inout NodeContext, _ output: inout Output
    ) {
        if reply.term > term { return adopt(term: reply.term, &node, &output) }
        guard isLeader, reply.term == term, peer != node.me else { return }
        switch reply.outcome {
        case .matched(let index):
            guard index <= log.lastIndex else { return malformed(peer, node, &output) }
            matched(index, commit: reply.commit, from: peer, &node)
            advanceCommit(&node, &output)
            advanceTransfer(&node)
            handOnIfWitness(&node)
        case .conflict(let rejected, let conflictTerm, let firstIndex):
            conflicted(
                rejected, conflictTerm, firstIndex, from: peer, commit: reply.commit, &node)
        case .staleTerm:
            // To an append of an earlier term, before this one was won.
            break
        }
    }

    private func malformed(_ peer: Int, _ node: NodeContext, _ output: inout Output) {
        let refusal = Refusal.malformed(from: node.peers[peer].id, group: id)
        output.events.append(.refusedMessage(refusal))
    }

    private mutating func matched(
        _ index: LogIndex, commit peerCommit: LogIndex, from peer: Int, _ node: inout NodeContext
    ) {
        let old = progress[peer]
        progress[peer].match = max(old.match, index)
        progress[peer].next = max(old.next, progress[peer].match + 1)
        progress[peer].ackedCommit = max(old.ackedCommit, peerCommit)
        let isNews =
            progress[peer].match > old.match || progress[peer].ackedCommit > old.ackedCommit
        let isDone = progress[peer].isCaughtUp(last: log.lastIndex, commit: commit)
        guard isNews || isDone else { return }
        progress[peer].isProbing = false
        progress[peer].conflicts = 0
        progress[peer].resendAt = isDone ? .distantFuture : node.now + node.config.retry
        markDirty(&node)
    }

    /// Looks for a place where the logs may match, a term at a time; after some terms where they must: what
    /// the follower has committed I have. Where leaders die one after the other each entry is of a term of
    /// its own, and each term would cost a round trip (seed 50898). *Source:* Raft, end of section 5.3.
    private mutating func conflicted(
        _ rejected: LogIndex, _ conflictTerm: Term, _ firstIndex: LogIndex, from peer: Int,
        commit peerCommit: LogIndex, _ node: inout NodeContext
    ) {
        let known = progress[peer]
        // An old answer: it is known that the logs match there, or it is not to what I asked last.
        // To follow those too would send one more append for each, and each would get one more
        // answer.
        guard rejected > known.match, !known.isProbing || rejected + 1 == known.next else { return }
        var next = firstIndex
        if conflictTerm > 0, let last = log.lastIndex(of: conflictTerm), last >= firstIndex {
            next = last + 1
        }
        // Who is merely short, or hears appends out of order, is no riddle.
        if conflictTerm > 0 { progress[peer].conflicts += 1 }
        if progress[peer].conflicts > Self.conflictsMax {
            next = min(peerCommit, log.lastIndex) + 1
        }
        next = max(known.match + 1, min(next, rejected))
        probe(peer, from: min(next, log.lastIndex + 1), &node)
    }

    private static let conflictsMax = 3

    /// Commits what a quorum has durably, if the last of it is of my own term: an entry of an older
    /// term on a majority can still be overwritten. *Source:* Raft, section 5.4.2, figure 8.
    mutating func advanceCommit(_ node: inout NodeContext, _ output: inout Output) {
        progress[node.me].match = durableIndex
        let replicated = quorumIndex(node.config.quorum)
        guard replicated > commit, mayCommitByCount(replicated, node) else { return }
        setCommit(replicated, node, &output)
        markDirty(&node)
        establishIfCommitted(node, &output)
        handOnIfWitness(&node)
    }

    private func mayCommitByCount(_ index: LogIndex, _ node: NodeContext) -> Bool {
        node.has(.oldTermCommitByCount) || log.term(at: index) == term
    }

    /// The highest index that so many members have.
    private func quorumIndex(_ quorum: Int) -> LogIndex {
        var best: LogIndex = 0
        for candidate in progress where candidate.match > best {
            let holders = progress.reduce(0) { $0 + ($1.match >= candidate.match ? 1 : 0) }
            if holders >= quorum { best = candidate.match }
        }
        return best
    }

    private mutating func establishIfCommitted(_ node: NodeContext, _ output: inout Output) {
        guard case .leader(let leadership) = role, !leadership.isEstablished,
            leadership.establishIndex <= commit
        else { return }
        becomeOwner(node, &output)
    }

    mutating func becomeOwner(_ node: NodeContext, _ output: inout Output) {
        guard case .leader(var leadership) = role, !leadership.isEstablished else { return }
        leadership.isEstablished = true
        role = .leader(leadership)
        output.events.append(.becameOwner(group: id, term: term))
    }
}
