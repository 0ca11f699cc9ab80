public import Basics

/// All Raft groups of one member: elections, replication, transfer and takeover of many groups over
/// one liveness fabric. It knows only bytes.
///
/// A pure value: time, bytes, durability and randomness come in; what is to be done goes out
/// through `Output`. A *turn* is any number of calls with the same `Output`, ended by one `flush`;
/// then the caller does what `Output` says and calls `tick` no later than `nextWake`. Calls are
/// total: whatever a peer sends is followed or refused, never fatal.
///
/// A quiet group has no timer and no traffic. No safety property depends on a clock.
/// *Source:* design 4; Raft and its dissertation; design 10, S1 to S5, L3 to L5.
public struct ReplicaNode: Sendable {
    var groups = SlotMap<GroupID, Group>()
    var node: NodeContext
    /// Restored groups that cannot be trusted; the member behaves as if it did not have them.
    var damaged: [GroupID: String] = [:]
    /// What the store gave; `nil` once the node has started.
    private var restored: [RestoredGroup]?

    /// A member with the groups its store has. `incarnation` is higher than at any start before.
    public init(
        config: ReplicationConfig, incarnation: Incarnation, restored: [RestoredGroup],
        random: RandomStream, at now: Instant
    ) {
        node = NodeContext(config, incarnation: incarnation, random: random, at: now)
        self.restored = restored
    }

    /// Hands out snapshots and committed entries of the restored groups, as far as their commit
    /// hints go, and begins to send heartbeats. To be called once, before anything else.
    public mutating func start(at now: Instant, into output: inout Output) {
        guard let restored else { halt("\(node.config.me) was started twice") }
        self.restored = nil
        node.now = max(node.now, now)
        for group in restored { restore(group, &output) }
        tick(at: now, into: &output)
    }

    // MARK: - Inputs

    /// A message from a member has arrived.
    public mutating func receive(
        _ message: Message, from member: MemberID, at now: Instant, into output: inout Output
    ) {
        observe(now, &output)
        guard let peer = node.config.position(of: member), peer != node.me else {
            return output.events.append(.refusedMessage(.notAVoter(member)))
        }
        switch message {
        case .vote(let requests):
            for request in requests {
                change(request.group, peer, &output) { $0.receive(request, from: peer, &$1, &$2) }
            }
        case .voteReply(let replies):
            for reply in replies {
                change(reply.group, peer, &output) { $0.receive(reply, from: peer, &$1, &$2) }
            }
        case .append(let requests):
            for request in requests { receive(request, from: peer, &output) }
        case .appendReply(let replies):
            for reply in replies {
                change(reply.group, peer, &output) { $0.receive(reply, from: peer, &$1, &$2) }
            }
        case .timeoutNow(let requests):
            for request in requests {
                change(request.group, peer, &output) { $0.receive(request, from: peer, &$1, &$2) }
            }
        case .digest(let digest):
            receive(digest, from: peer, &output)
        case .digestReply(let reply):
            receive(reply, from: peer, &output)
        }
    }

    /// These writes, and all given out before them, are durable now. Lazy ones may be left out.
    public mutating func durable(
        _ writes: [GroupWrite], at now: Instant, into output: inout Output
    ) {
        observe(now, &output)
        for write in writes where !write.isLazy {
            change(write.group, node.me, &output) { $0.madeDurable(write, &$1, &$2) }
        }
    }

    /// Appends bytes to a group that I own.
    public mutating func propose(
        _ payload: [UInt8], in group: GroupID, at now: Instant, into output: inout Output
    ) -> ProposeResult {
        observe(now, &output)
        let result = groups.updateIfPresent(group) { group in
            group.propose(payload, &node, &output)
        }
        return result ?? .notOwner(hint: nil)
    }

    /// Stands for a group: founds it, or takes it over because the caller knows why. Goes on until
    /// there is a leader. Does nothing where I lead or stand already.
    public mutating func campaign(_ group: GroupID, at now: Instant, into output: inout Output) {
        observe(now, &output)
        change(group, node.me, &output) { group, node, output in
            guard !group.isLeader, !group.isCandidate else { return }
            group.isWanted = true
            if !group.givesWay(&node) { group.stand(&node, &output) }
        }
    }

    /// Hands a group that I own to another member.
    public mutating func transfer(
        _ group: GroupID, to member: MemberID, at now: Instant, into output: inout Output
    ) -> TransferResult {
        observe(now, &output)
        guard let target = node.config.position(of: member) else { return .targetIsNoVoter }
        let result = groups.updateIfPresent(group) { $0.beginTransfer(to: target, &node) }
        return result ?? .notOwner(hint: nil)
    }

    /// Hands on what I own to members that have everything: for a member that cannot write any more. Others
    /// vote and commit without it, so nothing is handed on but to who hears a quorum without it. Says
    /// what is on its way to whom; what could not be handed on now is tried when this is called again.
    /// *Source:* docs/decisions/0027.
    public mutating func handOnAll(
        at now: Instant, into output: inout Output
    ) -> [(group: GroupID, to: MemberID)] {
        observe(now, &output)
        let able = node.peers.indices.map(node.hearsQuorumWithoutMe)
        guard node.leaderCount > 0, able.contains(true) else { return [] }
        var handed: [(group: GroupID, to: MemberID)] = []
        for id in groups.keys {
            let target = groups.updateIfPresent(id) { $0.handOn(among: able, &node) } ?? nil
            if let target { handed.append((id, node.peers[target].id)) }
        }
        return handed
    }

    /// Replaces entries that were handed out by the application's state at an index. An index that
    /// is not behind the snapshot is ignored; one that was not handed out yet is a bug of the
    /// caller's.
    public mutating func compact(
        _ group: GroupID, upTo index: LogIndex, payload: [UInt8], into output: inout Output
    ) {
        groups.updateIfPresent(group) { $0.compact(upTo: index, payload, &output) }
    }

    /// Turns what the calls of this turn collected into messages. Ends a turn.
    public mutating func flush(into output: inout Output) {
        if !node.dirty.isEmpty {
            var index = 0
            while index < node.dirty.count {
                groups.updateIfPresent(node.dirty[index]) { $0.sendAppends(&node) }
                index += 1
            }
            node.dirty.removeAll(keepingCapacity: true)
        }
        if !node.outbox.isEmpty { node.outbox.flush(node.config, into: &output) }
    }

    // MARK: - Knobs

    /// In which order members should lead, the best first; members left out come after it, in an
    /// order that differs from group to group. Only the time at which a member stands depends on
    /// it.
    public var preference: [MemberID] {
        get { node.preference }
        set { node.preference = newValue }
    }

    /// What an `Establish` of this member carries: opaque bytes that say who established.
    public var establishPayload: [UInt8] {
        get { node.establishPayload }
        set { node.establishPayload = newValue }
    }

    /// Writes it anew, over what it was.
    public mutating func renewEstablishPayload(_ write: (inout ByteWriter) -> Void) {
        var writer = ByteWriter(over: &node.establishPayload)
        write(&writer)
        node.establishPayload = writer.bytes
    }

    /// How urgently a group is to be taken over if its owner fails: lower is sooner; at first it is
    /// the least urgent. Equal ones go by id.
    public mutating func setPriority(_ group: GroupID, _ priority: UInt64) {
        groups.updateIfPresent(group) { $0.priority = priority }
    }

    // MARK: - One group

    /// Before `start` a node knows neither its terms nor its votes: it must not say anything.
    func requireStarted() {
        require(restored == nil, "\(node.config.me) was not started")
    }

    /// Changes a group in place; it is made if I do not have it.
    mutating func change(
        _ id: GroupID, _ peer: Int, _ output: inout Output,
        _ body: (inout Group, inout NodeContext, inout Output) -> Void
    ) {
        guard damaged.isEmpty || damaged[id] == nil else {
            let refusal = Refusal.damagedGroup(group: id, from: node.peers[peer].id)
            return output.events.append(.refusedMessage(refusal))
        }
        groups.update(id, default: { Group(id) }) { group in body(&group, &node, &output) }
    }

    private mutating func receive(
        _ request: AppendRequest, from peer: Int, _ output: inout Output
    ) {
        change(request.group, peer, &output) { group, node, output in
            guard let reply = group.receive(request, from: peer, &node, &output) else { return }
            node.outbox.add(reply, to: \.appendReplies, of: peer)
        }
    }

    private mutating func restore(_ stored: RestoredGroup, _ output: inout Output) {
        if let damage = stored.damage {
            damaged[stored.group] = damage
            return output.events.append(.damagedGroup(group: stored.group, reason: damage))
        }
        change(stored.group, node.me, &output) { $0.restore(stored, &$1, &$2) }
    }
}

extension Group {
    /// Takes over what the store has, and stands for it unless a leader is heard of in time: who
    /// has just started knows no leader.
    fileprivate mutating func restore(
        _ stored: RestoredGroup, _ node: inout NodeContext, _ output: inout Output
    ) {
        term = stored.hardState.term
        votedFor = stored.hardState.votedFor.flatMap { node.config.position(of: $0) }
        log = Log(snapshot: stored.snapshot, entries: stored.entries)
        durableIndex = log.lastIndex
        commit = log.snapshotIndex
        if let snapshot = stored.snapshot { output.restoreFirst(snapshot, of: id) }
        let hint = min(stored.commit, log.lastIndex)
        if hint > commit { handOut(upTo: hint, node, &output) }
        lastActivity = node.now
        let wait = node.config.freshness + node.stagger * node.rank(for: id)
        awaitLeader(after: wait, &node)
    }

    fileprivate mutating func propose(
        _ payload: [UInt8], _ node: inout NodeContext, _ output: inout Output
    ) -> ProposeResult {
        guard isLeader else { return .notOwner(hint: leader.map { node.peers[$0].id }) }
        guard isEstablished else { return .notEstablished }
        if isHandingOver(node) { return .transferring }
        if isProvisional(node) { return .noMajority }
        if isLogFull(node) { return .logFull }
        append(.data, payload, &node, &output)
        return .accepted(index: log.lastIndex, term: term)
    }
}
