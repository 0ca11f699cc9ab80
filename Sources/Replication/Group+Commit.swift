import Basics

// What is committed, durable or compacted, at leaders and followers alike.

extension Group {
    /// Commits everything up to an index: hands it out, and leaves a hint for the next start.
    mutating func setCommit(_ index: LogIndex, _ node: NodeContext, _ output: inout Output) {
        handOut(upTo: index, node, &output)
        output.write(GroupWrite(group: id, commit: index))
    }

    /// Hands out everything up to an index. *Errors:* an index outside the log is our bug.
    mutating func handOut(upTo index: LogIndex, _ node: NodeContext, _ output: inout Output) {
        require(
            index > commit && index <= log.lastIndex,
            "group \(id): commit \(index) after \(commit), log ends at \(log.lastIndex)")
        output.commit(Array(log.entries((commit + 1)...index)), of: id)
        commit = index
        lastActivity = node.now
        askForSnapshotIfLong(node, &output)
    }

    private func askForSnapshotIfLong(_ node: NodeContext, _ output: inout Output) {
        guard commit - log.snapshotIndex >= UInt64(node.config.logEntriesMax) else { return }
        output.events.append(.wantsSnapshot(group: id, upTo: commit))
    }

    /// Whether so many entries stand behind the snapshot that no proposal is taken.
    func isLogFull(_ node: NodeContext) -> Bool {
        log.entries.count >= node.config.logEntriesMax * 2
    }

    /// Replaces applied entries by the application's snapshot.
    mutating func compact(upTo index: LogIndex, _ payload: [UInt8], _ output: inout Output) {
        guard index > log.snapshotIndex else { return }
        require(
            index <= commit, "group \(id): a snapshot at \(index), applied only to \(commit)")
        guard let indexTerm = log.term(at: index) else {
            halt("group \(id): no term at committed index \(index)")
        }
        let snapshot = Snapshot(index: index, term: indexTerm, payload: payload)
        log.compact(to: snapshot)
        output.write(GroupWrite(group: id, snapshot: snapshot))
    }

    /// Takes note that a write is on my disk, with all before it.
    mutating func madeDurable(
        _ write: GroupWrite, _ node: inout NodeContext, _ output: inout Output
    ) {
        if write.truncateFrom != nil { truncationsInFlight -= 1 }
        require(truncationsInFlight >= 0, "group \(id): a write that was never given out")
        if truncationsInFlight == 0 {
            if let entry = write.entries.last, log.term(at: entry.index) == entry.term {
                durableIndex = max(durableIndex, entry.index)
            }
            if let snapshot = write.snapshot, snapshot.index <= log.lastIndex {
                durableIndex = max(durableIndex, snapshot.index)
            }
        }
        if let hard = write.hardState, hard.term == term, hard.votedFor == node.peers[node.me].id {
            ownVoteIsDurable(&node, &output)
        }
        if isLeader { advanceCommit(&node, &output) }
    }
}
