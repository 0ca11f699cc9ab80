public import Basics

/// What an entry is for.
public enum EntryKind: UInt8, Sendable {
    /// The first entry of a leader in its term; the leader owns the group once it commits.
    case establish = 0
    /// Bytes somebody proposed.
    case data = 1
}

/// One entry of a group's log.
public struct LogEntry: Equatable, Sendable {
    /// Its position, from 1.
    public var index: LogIndex
    /// The term of the leader that appended it.
    public var term: Term
    /// What it is for.
    public var kind: EntryKind
    /// The proposal's bytes; for `establish` the leader's `establishPayload`.
    public var payload: [UInt8]

    /// An entry.
    public init(index: LogIndex, term: Term, kind: EntryKind, payload: [UInt8]) {
        (self.index, self.term, self.kind, self.payload) = (index, term, kind, payload)
    }
}

/// The state after applying all entries up to an index; it stands in for them.
public struct Snapshot: Equatable, Sendable {
    /// The last index it contains.
    public var index: LogIndex
    /// The term of the entry at that index.
    public var term: Term
    /// The application's state, as bytes.
    public var payload: [UInt8]

    /// A snapshot.
    public init(index: LogIndex, term: Term, payload: [UInt8]) {
        (self.index, self.term, self.payload) = (index, term, payload)
    }
}

/// What a voter must never forget. *Source:* Raft, figure 2, "persistent state".
public struct HardState: Equatable, Sendable {
    /// The latest term it has seen.
    public var term: Term
    /// Whom it voted for in that term.
    public var votedFor: MemberID?

    /// A hard state.
    public init(term: Term, votedFor: MemberID?) { (self.term, self.votedFor) = (term, votedFor) }
}

/// One group's part of a durable batch. The parts of a batch, and batches, are applied in order;
/// within a part first the truncation, then the snapshot, then the entries.
public struct GroupWrite: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// Replaces the hard state.
    public var hardState: HardState?
    /// Deletes all entries from this index on.
    public var truncateFrom: LogIndex?
    /// Are appended.
    public var entries: [LogEntry]
    /// Replaces the older snapshot; entries up to its index are deleted.
    public var snapshot: Snapshot?
    /// A hint how far the group is committed, so that a restart applies at once. May be lost.
    public var commit: LogIndex?

    /// A write; all parts but the group may be left out.
    public init(
        group: GroupID, hardState: HardState? = nil, truncateFrom: LogIndex? = nil,
        entries: [LogEntry] = [], snapshot: Snapshot? = nil, commit: LogIndex? = nil
    ) {
        self.group = group
        self.hardState = hardState
        self.truncateFrom = truncateFrom
        self.entries = entries
        self.snapshot = snapshot
        self.commit = commit
    }

    /// Whether nothing waits for it to be durable: it holds only a commit hint.
    public var isLazy: Bool {
        hardState == nil && truncateFrom == nil && entries.isEmpty && snapshot == nil
    }

    /// Takes in a later write of the same group; says whether that was possible.
    mutating func absorb(_ later: GroupWrite) -> Bool {
        guard later.group == group, later.truncateFrom == nil, later.snapshot == nil else {
            return false
        }
        hardState = later.hardState ?? hardState
        entries.append(contentsOf: later.entries)
        commit = later.commit ?? commit
        return true
    }
}

/// One group as the store knows it at a start.
public struct RestoredGroup: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The last durable hard state.
    public var hardState: HardState
    /// The last durable snapshot.
    public var snapshot: Snapshot?
    /// The durable entries behind the snapshot, without gaps.
    public var entries: [LogEntry]
    /// The last durable commit hint; 0 if there is none.
    public var commit: LogIndex

    /// A restored group.
    public init(
        group: GroupID, hardState: HardState, snapshot: Snapshot? = nil, entries: [LogEntry] = [],
        commit: LogIndex = 0
    ) {
        self.group = group
        self.hardState = hardState
        self.snapshot = snapshot
        self.entries = entries
        self.commit = commit
    }

    /// What is wrong with it; `nil` if nothing is. A group that lost or mixed up entries it once
    /// promised to keep must not vote: it could elect a leader that lacks a committed entry.
    public var damage: String? {
        var (index, term) = (snapshot?.index ?? 0, snapshot?.term ?? 0)
        for entry in entries {
            guard entry.index == index + 1 else {
                return "entry \(entry.index) stands behind \(index)"
            }
            guard entry.term >= term else {
                return "entry \(entry.index) has term \(entry.term) behind term \(term)"
            }
            (index, term) = (entry.index, entry.term)
        }
        return term <= hardState.term
            ? nil : "the log has term \(term), the hard state only \(hardState.term)"
    }
}
