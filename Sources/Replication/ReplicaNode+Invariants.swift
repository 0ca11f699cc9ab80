import Basics

// What always holds between two calls, whatever peers and the disk do.

extension ReplicaNode {
    /// Stops the process, with the values, if something that always holds does not. For tests and
    /// simulations: it looks at every group.
    public func checkInvariants() {
        guard let violation = invariantViolation else { return }
        halt("\(node.config.me): \(violation)")
    }

    /// The first thing found that should hold and does not; `nil` if all is well.
    public var invariantViolation: String? {
        var leaders = 0
        for id in groups.keys {
            let violation = groups.read(id) { group in
                leaders += group.isLeader ? 1 : 0
                return group.violation(node)
            }
            guard let violation else { return "group \(id) has no slot" }
            if let violation { return "group \(id): \(violation)" }
        }
        guard leaders == node.leaderCount else {
            return "\(leaders) groups are led, \(node.leaderCount) were counted"
        }
        let fresh = node.peers.filter(\.isFresh).map(\.id)
        guard fresh.contains(node.config.me) else { return "I am not fresh to myself: \(fresh)" }
        if let expiry = node.expiry, node.now < expiry, soonestExpiry != expiry {
            return "freshness changes at \(soonestExpiry), and is looked at at \(expiry)"
        }
        return nil
    }
}

extension Group {
    fileprivate func violation(_ node: NodeContext) -> String? {
        logViolation ?? roleViolation(node) ?? timerViolation(node)
    }

    private var logViolation: String? {
        var (index, last) = (log.snapshotIndex, log.snapshot?.term ?? 0)
        for entry in log.entries {
            if entry.index != index + 1 { return "entry \(entry.index) stands behind \(index)" }
            if entry.term < last { return "term \(entry.term) at \(entry.index) behind \(last)" }
            (index, last) = (entry.index, entry.term)
        }
        if last > term { return "the log has term \(last), the group only \(term)" }
        if commit < log.snapshotIndex || commit > log.lastIndex {
            return "commit \(commit) is not within \(log.snapshotIndex)...\(log.lastIndex)"
        }
        if durableIndex > log.lastIndex { return "\(durableIndex) durable of \(log.lastIndex)" }
        return nil
    }

    private func roleViolation(_ node: NodeContext) -> String? {
        switch role {
        case .follower:
            if leader == node.me { return "a follower follows itself" }
            if !progress.isEmpty { return "a follower keeps progress" }
            if isAwaitingLeader, leader != nil { return "waits for a leader and has one" }
        case .candidate(let candidacy):
            if leader == node.me { return "a candidate follows itself" }
            let expected = candidacy.kind == .pre ? term + 1 : term
            if candidacy.term != expected { return "stands for \(candidacy.term) in term \(term)" }
            if candidacy.kind != .pre, votedFor != node.me { return "stands without its own vote" }
        case .leader(let leadership):
            if leader != node.me { return "leads and follows \(String(describing: leader))" }
            if votedFor != node.me { return "leads without its own vote" }
            if isAwaitingLeader { return "leads and waits for a leader" }
            if log.term(at: leadership.establishIndex) ?? term != term {
                return "its establish entry has another term"
            }
            return progressViolation(node)
        }
        return nil
    }

    private func progressViolation(_ node: NodeContext) -> String? {
        if progress.count != node.peers.count { return "\(progress.count) followers are tracked" }
        for (position, progress) in progress.enumerated() where position != node.me {
            if progress.match > log.lastIndex || progress.next <= progress.match {
                return "follower \(position) matches \(progress.match), next is \(progress.next)"
            }
        }
        return nil
    }

    /// Nothing may be forgotten: what has a deadline is in the heap for it, or earlier, or in the
    /// queue.
    private func timerViolation(_ node: NodeContext) -> String? {
        let next = nextDeadline(node)
        if next < wake { return "due at \(next), but nobody looks before \(wake)" }
        return nil
    }
}
