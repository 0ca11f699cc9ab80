public import Basics

/// A message and whom it is for.
public struct Outgoing: Equatable, Sendable {
    /// The receiver.
    public var to: MemberID
    /// What it says.
    public var message: Message
}

/// Entries of one group that have just become committed, in log order.
public struct CommittedBatch: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The entries; each exactly once in an incarnation.
    public var entries: [LogEntry]
}

/// Why a transfer of leadership came to nothing.
public enum TransferAbort: Equatable, Sendable {
    /// It took longer than `transferTimeout`.
    case timeout
    /// The target is not two-way fresh any more.
    case targetLost
    /// Another member leads now.
    case otherLeader(MemberID)
}

/// Why something a member sent was not followed. Counted, never fatal.
public enum Refusal: Equatable, Sendable {
    /// The sender is not one of the voters.
    case notAVoter(MemberID)
    /// The parts of the message contradict each other.
    case malformed(from: MemberID, group: GroupID)
    /// A second leader in one term: a member id used twice, or a bug.
    case secondLeader(group: GroupID, term: Term, from: MemberID)
    /// Entries that contradict what is committed here: a bug, or a disk that forgot.
    case contradictsCommitted(group: GroupID, index: LogIndex, from: MemberID)
    /// A TimeoutNow that came too late, from the wrong member, or for a log longer than mine.
    case staleTimeoutNow(group: GroupID, term: Term, from: MemberID)
    /// The group's log is damaged here; this member does not take part in it.
    case damagedGroup(group: GroupID, from: MemberID)
}

/// What happened that the application may want to know.
public enum ReplicationEvent: Equatable, Sendable {
    /// I own the group: my `Establish` of this term is committed and everything before it was
    /// handed out.
    case becameOwner(group: GroupID, term: Term)
    /// I owned it in this term and do not any more.
    case lostOwnership(group: GroupID, term: Term)
    /// I know another leader than before, or none, in this term.
    case leaderChanged(group: GroupID, term: Term, leader: MemberID?)
    /// The leader sent its snapshot: load it before the committed batches of the same turn.
    case restoredSnapshot(group: GroupID, snapshot: Snapshot)
    /// More than `logEntriesMax` applied entries stand behind the snapshot: call `compact` up to
    /// here.
    case wantsSnapshot(group: GroupID, upTo: LogIndex)
    /// The member I handed the group to leads it.
    case transferDone(group: GroupID, to: MemberID)
    /// It does not; if I still lead, I take proposals again.
    case transferAborted(group: GroupID, to: MemberID, reason: TransferAbort)
    /// The peer and I hear each other.
    case peerFresh(member: MemberID, incarnation: Incarnation)
    /// We do not any more, or it has restarted.
    case peerLost(member: MemberID)
    /// For `majorityLoss` I have not heard a majority that hears me: what I own is provisional.
    case majorityLost
    /// I hear a majority that hears me.
    case majorityRegained
    /// Something a member sent was not followed.
    case refusedMessage(Refusal)
    /// A restored group that cannot be trusted; this member stays out of it.
    case damagedGroup(group: GroupID, reason: String)
}

/// What the caller has to do after a turn (any number of calls, then one `flush`).
///
/// Duties, in this order:
/// 1. Make `writes` durable, in order, together with or after those of earlier turns; then call
///    `durable` with those that are not lazy.
/// 2. Send `messages` and publish `heartbeats`; that need not wait for anything.
/// 3. Send `afterWrites` only when all writes up to and including this turn's are durable, also
/// when this
///    turn itself has none. They may be dropped instead: everything is asked again.
/// 4. Load the snapshots of `restoredSnapshot` events, then apply `committed`, then look at the
/// other
///    events; each list in order.
///
/// A caller that cannot make a write durable must stop the node.
public struct Output: Equatable, Sendable {
    /// To be made durable, in order.
    public private(set) var writes: [GroupWrite] = []
    /// May leave at once.
    public internal(set) var messages: [Outgoing] = []
    /// May leave when every write up to and including this turn's is durable.
    public internal(set) var afterWrites: [Outgoing] = []
    /// To be published to all.
    public internal(set) var heartbeats: [Heartbeat] = []
    /// To be applied.
    public private(set) var committed: [CommittedBatch] = []
    /// What else happened.
    public internal(set) var events: [ReplicationEvent] = []

    /// Nothing to do.
    public init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool {
        writes.isEmpty && messages.isEmpty && afterWrites.isEmpty && heartbeats.isEmpty
            && committed.isEmpty && events.isEmpty
    }

    /// Whether there is anything to be applied or looked at.
    public var hasHandedUp: Bool { !committed.isEmpty || !events.isEmpty }

    /// Takes out what is to be applied and looked at, in the middle of a turn: what the caller
    /// proposes in consequence can then leave with the same turn.
    public mutating func takeHandedUp() -> (
        committed: [CommittedBatch], events: [ReplicationEvent]
    ) {
        defer {
            committed = []
            events = []
        }
        return (committed, events)
    }

    /// Forgets everything and keeps the memory, for the next turn.
    public mutating func removeAll() {
        if !writes.isEmpty { writes.removeAll(keepingCapacity: true) }
        if !messages.isEmpty { messages.removeAll(keepingCapacity: true) }
        if !afterWrites.isEmpty { afterWrites.removeAll(keepingCapacity: true) }
        if !heartbeats.isEmpty { heartbeats.removeAll(keepingCapacity: true) }
        if !committed.isEmpty { committed.removeAll(keepingCapacity: true) }
        if !events.isEmpty { events.removeAll(keepingCapacity: true) }
    }

    /// Adds a write; joins it with the last one if that is of the same group.
    mutating func write(_ write: GroupWrite) {
        if let last = writes.indices.last, writes[last].absorb(write) { return }
        writes.append(write)
    }

    /// Hands out entries that are committed now.
    mutating func commit(_ entries: [LogEntry], of group: GroupID) {
        committed.append(CommittedBatch(group: group, entries: entries))
    }

    /// Hands out the snapshot of a group of which nothing was handed out yet.
    mutating func restoreFirst(_ snapshot: Snapshot, of group: GroupID) {
        events.append(.restoredSnapshot(group: group, snapshot: snapshot))
    }

    /// Hands out a snapshot; batches of this turn that it contains are taken back.
    mutating func restore(_ snapshot: Snapshot, of group: GroupID) {
        committed.removeAll { batch in
            batch.group == group && (batch.entries.last?.index ?? 0) <= snapshot.index
        }
        events.append(.restoredSnapshot(group: group, snapshot: snapshot))
    }
}

/// What became of a proposal.
public enum ProposeResult: Equatable, Sendable {
    /// It is in my log at this place. It is committed when a committed entry has this index *and*
    /// this term; an entry of another term there means that it is lost.
    case accepted(index: LogIndex, term: Term)
    /// Another member leads, or nobody I know of.
    case notOwner(hint: MemberID?)
    /// I lead, but do not own the group yet: again on `becameOwner`.
    case notEstablished
    /// I am handing the group over: again when that is done or aborted.
    case transferring
    /// I have no live majority: what I own is provisional.
    case noMajority
    /// Too many entries stand behind the snapshot: `compact` first.
    case logFull
}

/// What became of a wish to hand a group over.
public enum TransferResult: Equatable, Sendable {
    /// It is under way; `transferDone` or `transferAborted` follows.
    case started
    /// I do not own the group.
    case notOwner(hint: MemberID?)
    /// I am handing it over already, to this member.
    case alreadyTransferring(to: MemberID)
    /// The target is me.
    case targetIsMe
    /// The target is no voter.
    case targetIsNoVoter
    /// The target is a witness.
    case targetIsWitness
    /// The target is not two-way fresh.
    case targetNotFresh
    /// The target lacks committed entries: so many, as far as I know.
    case targetIsBehind(entries: UInt64)
    /// I have no live majority.
    case noMajority
}

/// How one group stands here.
public struct GroupStatus: Equatable, Sendable {
    /// Its term here; an owner's epoch.
    public var term: Term
    /// Who leads it in that term, as far as I know.
    public var leader: MemberID?
    /// Whether I lead it.
    public var isLeader: Bool
    /// Whether I own it: I lead, and my `Establish` is committed.
    public var isEstablished: Bool
    /// Whether I lead it without a live majority.
    public var isProvisional: Bool
    /// Whether I am handing it over.
    public var isTransferring: Bool
    /// Whether it has been idle for `quiescence` with nothing outstanding.
    public var isAsleep: Bool
    /// How far it is committed, and was handed out, here.
    public var commit: LogIndex
    /// The first index of the log behind the snapshot.
    public var firstIndex: LogIndex
    /// The last index of the log.
    public var lastIndex: LogIndex
    /// The term of the entry at that index.
    public var lastTerm: Term
}
