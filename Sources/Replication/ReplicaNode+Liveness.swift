public import Basics

// Heartbeats, freshness and CheckQuorum. *Source:* design 4, "Liveness fabric" and "Votes".

extension ReplicaNode {
    /// A heartbeat of a peer's has arrived, now or long after it was sent.
    public mutating func receive(
        _ heartbeat: Heartbeat, at now: Instant, into output: inout Output
    ) {
        observe(now, &output)
        guard let peer = node.config.position(of: heartbeat.member), peer != node.me else {
            return output.events.append(.refusedMessage(.notAVoter(heartbeat.member)))
        }
        if let known = node.peers[peer].incarnation, heartbeat.incarnation != known {
            guard heartbeat.incarnation > known else { return }
            peerRestarted(peer, &output)
        }
        node.peers[peer].note(heartbeat, at: now)
        guard let proof = proof(in: heartbeat) else { return }
        let isSettled = isSettled(peer)
        if proof > node.peers[peer].lastProof ?? .epoch || node.peers[peer].lastProof == nil {
            node.peers[peer].lastProof = proof
            node.peers[peer].isRefused = false
        }
        if !isSettled {
            judgeContact(peer, &output)
            judgeMajority(&output)
        }
        node.expiry = node.soonestExpiry()
    }

    /// Whether a newer proof of a peer changes nothing but when it grows too old: as of now, which was
    /// judged, the peer is fresh and the majority lives.
    private mutating func isSettled(_ peer: Int) -> Bool {
        guard case .live = node.majority, node.peers[peer].isFresh, !node.peers[peer].isRefused
        else { return false }
        return node.peers[peer].lastProof != nil
    }

    /// The transport was refused when it dialled a peer: its process is gone, or its machine is
    /// not.
    public mutating func linkRefused(_ peer: MemberID, at now: Instant) {
        node.now = max(node.now, now)
        guard let peer = node.config.position(of: peer), peer != node.me else { return }
        node.peers[peer].isRefused = true
        node.expiry = nil
    }

    /// When I sent the heartbeat that this one echoes.
    private mutating func proof(in heartbeat: Heartbeat) -> Instant? {
        if node.has(.freshnessByArrivalTime) { return node.now }
        for echo in heartbeat.echoes
        where echo.member == node.config.me && echo.incarnation == node.incarnation {
            guard let sentAt = node.sent.instant(of: echo.sequence) else { continue }
            if let peer = node.config.position(of: heartbeat.member),
                (Span.zero...Span.hours(1)).contains(echo.held)
            {
                node.peers[peer].measure(
                    node.now - sentAt - echo.held, sentAt: heartbeat.sentAt, at: node.now,
                    node.config)
            }
            return sentAt
        }
        return nil
    }

    /// Moves time on and finds out what that did to freshness, before anything is decided by it.
    mutating func observe(_ now: Instant, _ output: inout Output) {
        requireStarted()
        node.now = max(node.now, now)
        // What arrives is judged when it arrives; besides that only time changes anything.
        if let expiry = node.expiry, node.now < expiry { return }
        for peer in node.peers.indices where peer != node.me { judgeContact(peer, &output) }
        judgeMajority(&output)
        node.expiry = node.soonestExpiry()
    }

    /// Whether a peer is two-way fresh now, and what follows if that has changed.
    private mutating func judgeContact(_ peer: Int, _ output: inout Output) {
        let expiry = node.peers[peer].expiry(node.config)
        let isProven = node.peers[peer].lastProof != nil && node.now <= expiry
        switch node.peers[peer].contact {
        case .fresh where !isProven: peerLost(peer, &output)
        case .unknown where isProven, .lost where isProven: peerFound(peer, &output)
        case .unknown where node.now > node.startedAt + node.config.freshness:
            node.peers[peer].contact = .lost
            // It may have been followed since the start.
            membersChanged(.lost(peer), &output)
        case .unknown, .fresh, .lost: break
        }
    }

    private mutating func peerFound(_ peer: Int, _ output: inout Output) {
        node.peers[peer].contact = .fresh
        let incarnation = node.peers[peer].incarnation ?? Incarnation(0)
        let member = node.peers[peer].id
        output.events.append(.peerFresh(member: member, incarnation: incarnation))
        membersChanged(.found(peer), &output)
        beginDigest(to: peer)
    }

    private mutating func peerLost(_ peer: Int, _ output: inout Output) {
        node.peers[peer].contact = .lost
        node.peers[peer].digestOut = nil
        node.peers[peer].digestIn = nil
        output.events.append(.peerLost(member: node.peers[peer].id))
        membersChanged(.lost(peer), &output)
    }

    /// A new incarnation leads nothing and has heard nothing of me.
    private mutating func peerRestarted(_ peer: Int, _ output: inout Output) {
        node.expiry = nil
        node.peers[peer].lastProof = nil
        node.peers[peer].isRefused = false
        node.peers[peer].sequence = 0
        if node.peers[peer].isFresh {
            peerLost(peer, &output)
        } else {
            membersChanged(.lost(peer), &output)
        }
    }

    /// CheckQuorum: a majority is live while a quorum's newest proofs are at most `majorityLoss`
    /// old.
    private mutating func judgeMajority(_ output: inout Output) {
        let limit = node.config.majorityLoss
        var proven = 1
        for peer in node.peers.indices where peer != node.me {
            guard let proof = node.peers[peer].lastProof else { continue }
            if node.now - proof <= limit { proven += 1 }
        }
        let isLive = proven >= node.config.quorum
        switch node.majority {
        case .unproven where isLive, .lost where isLive:
            node.majority = .live
            output.events.append(.majorityRegained)
        case .unproven where node.now - node.startedAt > limit, .live where !isLive:
            node.majority = .lost
            output.events.append(.majorityLost)
        case .unproven, .live, .lost: break
        }
    }

    /// Sends a heartbeat if one is due; after a pause one, not all that were missed.
    mutating func beatIfDue(_ output: inout Output) {
        guard node.nextHeartbeat <= node.now else { return }
        node.nextHeartbeat = node.now + node.config.heartbeatInterval
        node.sequence += 1
        node.sent.note(node.sequence, at: node.now)
        var echoes: [Echo] = []
        echoes.reserveCapacity(node.peers.count)
        for peer in node.peers.indices {
            if let echo = node.peers[peer].echo(at: node.now) { echoes.append(echo) }
        }
        output.heartbeats.append(
            Heartbeat(
                member: node.config.me, incarnation: node.incarnation, sequence: node.sequence,
                sentAt: node.now, echoes: echoes, attachment: []))
    }

    /// When freshness of a peer, or of the majority, may change without anything arriving, worked out
    /// anew.
    var soonestExpiry: Instant {
        var node = node
        return node.soonestExpiry()
    }
}

extension NodeContext {
    /// When freshness of a peer, or of the majority, may change without anything arriving. It changes
    /// nothing, and is asked where the context is held: to ask a copy is dear.
    mutating func soonestExpiry() -> Instant {
        var next = Instant.distantFuture
        for peer in peers.indices where peer != me {
            switch peers[peer].contact {
            case .fresh: next = min(next, peers[peer].expiry(config))
            case .unknown: next = min(next, startedAt + config.freshness)
            case .lost: break
            }
            guard let proof = peers[peer].lastProof else { continue }
            let limit = proof + config.majorityLoss
            if limit >= now { next = min(next, limit) }
        }
        switch majority {
        case .unproven: next = min(next, startedAt + config.majorityLoss)
        case .live, .lost: break
        }
        // A limit is kept while it is not passed, so the change comes one step later.
        return next + .microseconds(1)
    }
}

extension Peer {
    /// Remembers the newest heartbeat, for the echo.
    fileprivate mutating func note(_ heartbeat: Heartbeat, at now: Instant) {
        incarnation = heartbeat.incarnation
        guard heartbeat.sequence > sequence else { return }
        (sequence, arrival) = (heartbeat.sequence, now)
        // It mostly names as many as before: then what was is written over.
        if heard.count > heartbeat.echoes.count { heard.removeAll(keepingCapacity: true) }
        for index in heartbeat.echoes.indices {
            let echo = heartbeat.echoes[index]
            let one = (member: echo.member, at: now - min(max(echo.held, .zero), .hours(1)))
            if index < heard.count { heard[index] = one } else { heard.append(one) }
        }
    }

    fileprivate func echo(at now: Instant) -> Echo? {
        guard let incarnation, sequence > 0 else { return nil }
        return Echo(
            member: id, incarnation: incarnation, sequence: sequence, held: now - arrival)
    }
}
