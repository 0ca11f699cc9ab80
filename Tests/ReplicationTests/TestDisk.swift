import Basics
import Replication

/// What survives a crash: the groups of one member, as its store would give them back.
struct TestDisk {
    private(set) var groups = SlotMap<GroupID, RestoredGroup>()

    mutating func apply(_ write: GroupWrite) {
        let fresh = RestoredGroup(
            group: write.group, hardState: HardState(term: 0, votedFor: nil))
        groups.update(write.group, default: { fresh }) { stored in
            if let hardState = write.hardState { stored.hardState = hardState }
            if let from = write.truncateFrom { stored.entries.removeAll { $0.index >= from } }
            if let snapshot = write.snapshot {
                stored.snapshot = snapshot
                stored.entries.removeAll { $0.index <= snapshot.index }
            }
            stored.entries.append(contentsOf: write.entries)
            if let commit = write.commit { stored.commit = commit }
        }
    }

    var restored: [RestoredGroup] {
        groups.keys.compactMap { groups[$0] }
    }

    /// The last index and its term that are durable.
    func end(of group: GroupID) -> (index: LogIndex, term: Term) {
        guard let stored = groups[group] else { return (0, 0) }
        if let last = stored.entries.last { return (last.index, last.term) }
        return (stored.snapshot?.index ?? 0, stored.snapshot?.term ?? 0)
    }
}

/// One turn's output that waits for the disk.
struct UnsyncedTurn {
    var writes: [GroupWrite]
    var afterWrites: [Outgoing]
}

extension GroupID {
    /// A small group id for tests.
    static func test(_ number: UInt64) -> GroupID { GroupID(high: 0, low: number) }
}
