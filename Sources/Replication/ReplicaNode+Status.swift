public import Basics

// What others may ask a node.

extension ReplicaNode {
    /// How a group stands; `nil` if I never heard of it.
    public func status(of group: GroupID) -> GroupStatus? {
        groups.read(group) { Self.status(of: $0, node) }
    }

    private static func status(of group: Group, _ node: NodeContext) -> GroupStatus {
        let isIdle = node.now - group.lastActivity >= node.config.quiescence
        return GroupStatus(
            term: group.term, leader: group.leader.map { node.peers[$0].id },
            isLeader: group.isLeader, isEstablished: group.isEstablished,
            isProvisional: group.isProvisional(node),
            isTransferring: group.isLeader && group.transfer != nil,
            isAsleep: isIdle && group.nextDeadline(node) == .distantFuture,
            commit: group.commit, firstIndex: group.log.firstIndex,
            lastIndex: group.log.lastIndex, lastTerm: group.log.lastTerm)
    }

    /// How far a group is committed, as far as I know; `nil` if I do not know the group.
    public func commit(of group: GroupID) -> LogIndex? { groups.read(group, \.commit) }

    /// Since when more of a group has been committed than I have, by the word of a leader, and when I last came
    /// nearer to it; `nil` if that is not so.
    public func behind(_ group: GroupID) -> (since: Instant, progressAt: Instant)? {
        groups.read(group) { $0.heardCommit > $0.commit ? $0.behind : nil } ?? nil
    }

    /// Whether I lead a group, established or not.
    public func leads(_ group: GroupID) -> Bool { groups.read(group, \.isLeader) ?? false }

    /// Who leads a group, as far as I know.
    public func ownerHint(of group: GroupID) -> MemberID? {
        groups.read(group) { $0.leader.map { node.peers[$0].id } } ?? nil
    }

    /// Whether a member and I hear each other; I always hear myself. As of the last call that had a
    /// time.
    public func isFresh(_ member: MemberID) -> Bool {
        node.config.position(of: member).map(node.isFresh) ?? false
    }

    /// The members that hear me and that I hear, myself included, by id.
    public var freshMembers: [MemberID] {
        node.peers.filter(\.isFresh).map(\.id)
    }

    /// Whether a majority has heard something that I sent at or after an instant, by my clock.
    public func isHeardByMajority(since instant: Instant) -> Bool {
        let proven = node.peers.indices.count { peer in
            peer == node.me || node.peers[peer].lastProof.map { $0 >= instant } ?? false
        }
        return proven >= node.config.quorum
    }

    /// Whether CheckQuorum holds: a majority has heard me, and I it, within `majorityLoss`.
    public var hasMajority: Bool {
        switch node.majority {
        case .live: true
        case .unproven, .lost: false
        }
    }

    /// The last incarnation I heard of a member.
    public func incarnation(of member: MemberID) -> Incarnation? {
        if member == node.config.me { return node.incarnation }
        return node.config.position(of: member).flatMap { node.peers[$0].incarnation }
    }

    /// Whether a member has heard another one of late, by its own account: its heartbeats echo the newest
    /// ones of all peers, and all hear them. That is one direction; whether it is heard in turn, the other
    /// one tells.
    public func hears(_ member: MemberID, _ other: MemberID, at now: Instant) -> Bool {
        guard let peer = node.config.position(of: member),
            let heard = node.peers[peer].heard.first(where: { $0.member == other })
        else { return false }
        return now - heard.at <= node.config.freshness
    }

    /// The round trip to a member, smoothed; `nil` before it was ever measured.
    public func roundTrip(to member: MemberID) -> Span? {
        node.config.position(of: member).flatMap { node.peers[$0].roundTrip }
    }

    /// The longest round trip to any fresh peer; the configured one if none was measured.
    public var roundTripEstimate: Span { node.roundTripEstimate }

    /// All groups in memory, in the order in which they came.
    public var groupIDs: [GroupID] { groups.keys }

    /// How many groups are in memory.
    public var groupCount: Int { groups.count }

    /// How many groups I lead.
    public var leaderCount: Int { node.leaderCount }

    /// The entries of a group's log from an index on that are still in memory.
    public func entries(of group: GroupID, from index: LogIndex) -> [LogEntry] {
        guard let log = groups[group]?.log else { return [] }
        return log.entries(from: max(index, log.firstIndex), bytesMax: .max)
    }

    /// The group's last snapshot.
    public func snapshot(of group: GroupID) -> Snapshot? { groups[group]?.log.snapshot }
}
