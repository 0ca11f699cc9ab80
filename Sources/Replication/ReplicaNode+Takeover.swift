public import Basics
import HeapModule

// What time brings: takeovers, candidacies, resends. *Source:* design 4, "Takeover".

extension ReplicaNode {
    /// Does everything that is due.
    public mutating func tick(at now: Instant, into output: inout Output) {
        observe(now, &output)
        beatIfDue(&output)
        resendDigests()
        while let deadline = node.deadlines.min, deadline.at <= node.now {
            node.deadlines.removeMin()
            groups.updateIfPresent(deadline.group) { group in
                guard group.wake == deadline.at else { return }
                group.wake = .distantFuture
                group.isDue(&node, &output)
            }
        }
        beginTakeovers(&output)
    }

    /// The next time at which `tick` has something to do. An idle node has only its heartbeat.
    public var nextWake: Instant {
        var node = node
        return node.nextWake()
    }

    /// The same, where the node is held: to ask a copy is dear.
    public mutating func nextWakeInPlace() -> Instant { node.nextWake() }

    /// Begins the candidacies of the most urgent groups, a bounded number at a time.
    private mutating func beginTakeovers(_ output: inout Output) {
        guard node.nextBatch <= node.now, !node.takeovers.isEmpty else { return }
        var room = node.config.takeoverGroupsPerBatch
        while room > 0, let takeover = node.takeovers.popMin() {
            groups.updateIfPresent(takeover.group) { group in
                group.isQueued = false
                if group.takeOver(&node, &output) { room -= 1 }
            }
        }
        node.nextBatch = node.now + node.config.takeoverBatchInterval
    }

    /// Which members are fresh has changed. What a lost one led has no leader, transfers to it are
    /// off; who waits for a leader may have other prospects now.
    mutating func membersChanged(_ change: MemberChange, _ output: inout Output) {
        for id in groups.keys {
            groups.updateIfPresent(id) { $0.membersChanged(change, &node, &output) }
        }
    }
}

extension NodeContext {
    /// The next time at which there is something to do. It changes nothing.
    fileprivate mutating func nextWake() -> Instant {
        var next = min(nextHeartbeat, expiry ?? soonestExpiry())
        if let deadline = deadlines.min { next = min(next, deadline.at) }
        if !takeovers.isEmpty { next = min(next, nextBatch) }
        for peer in peers.indices { next = min(next, peers[peer].digestResendAt) }
        return next
    }
}

/// A peer that is not two-way fresh any more, or is again.
enum MemberChange: Sendable {
    case lost(Int)
    case found(Int)
}

extension Group {
    fileprivate mutating func isDue(_ node: inout NodeContext, _ output: inout Output) {
        transferIsDue(&node, &output)
        switch role {
        case .follower: queueIfDue(&node)
        case .candidate: candidacyIsDue(&node)
        case .leader: appendsAreDue(&node)
        }
        rearm(&node)
    }

    private mutating func queueIfDue(_ node: inout NodeContext) {
        guard isAwaitingLeader, !isQueued, takeoverAt <= node.now else { return }
        isQueued = true
        node.takeovers.insert(Takeover(priority: priority, group: id))
    }

    /// Stands for the group, if that can succeed and nobody was faster. Says whether it stood.
    fileprivate mutating func takeOver(
        _ node: inout NodeContext, _ output: inout Output
    ) -> Bool {
        guard isAwaitingLeader else { return false }
        guard takeoverAt <= node.now else {
            rearm(&node)
            return false
        }
        guard node.hasFreshQuorum || isWanted else {
            // Without a majority it cannot win; `membersChanged` sets a new time.
            takeoverAt = .distantFuture
            return false
        }
        stand(&node, &output)
        return true
    }

    fileprivate mutating func membersChanged(
        _ change: MemberChange, _ node: inout NodeContext, _ output: inout Output
    ) {
        let delay = node.stagger * node.rank(for: id)
        switch change {
        case .lost(let peer):
            if let transfer, transfer.to == peer, isLeader {
                abortTransfer(.targetLost, &node, &output)
            }
            if leader == peer { return orphan(&node, &output) }
            // Never later: a link that comes and goes must not put it off for ever (seed 80817).
            if !hasPlaceBehindRivals {
                standAnew(at: min(takeoverAt, node.now + delay), &node)
            }
        case .found(let peer):
            probeByDigest(peer)
            let bit = UInt64(1) << UInt64(peer)
            guard postponedBy & bit == 0 || takeoverAt == .distantFuture else { return }
            postponedBy |= bit
            // It says at once what it leads: give its digest time to arrive, and a start time to
            // settle.
            let settled = node.startedAt + node.config.freshness
            let earliest = max(node.now + node.stagger, settled)
            if hasPlaceBehindRivals {
                takeoverAt = max(takeoverAt, earliest)
            } else {
                standAnew(at: earliest + delay, &node)
            }
        }
    }

    /// Whether it stood already and waits for its next turn, which must not be drawn anew.
    private var hasPlaceBehindRivals: Bool { failures > 0 && takeoverAt < .distantFuture }

    /// Plans the next candidacy anew, if one is planned.
    private mutating func standAnew(at instant: Instant, _ node: inout NodeContext) {
        guard isAwaitingLeader else { return }
        failures = 0
        takeoverAt = instant
        rearm(&node)
    }
}
