import Basics
import Replication

/// What the store knows of a group while it writes: everything but the bytes.
struct GroupHead: Equatable, Sendable {
    /// The group's row.
    var term: Term = 0
    var votedFor: MemberID?
    var commit: LogIndex = 0
    /// The last index that the snapshot contains; 0 if there is none.
    var snapshotIndex: LogIndex = 0
    /// The checksum of the snapshot's row; `nil` if there is none.
    var snapshotSum: UInt64?
    /// The last index of the log, in its entries or in the snapshot.
    var lastIndex: LogIndex = 0
    /// Whether the group has a row.
    var isStored = false

    /// The checksum of the group's row.
    func rowSum(of group: GroupID) -> UInt64 {
        var sum = RowSum(.group)
        sum.add(group)
        sum.add(term)
        sum.add(votedFor)
        sum.add(commit)
        return sum.value
    }

    /// Takes over a hard state. A term that falls, or a vote that changes, is our bug: two owners.
    mutating func adopt(_ hard: HardState, _ group: GroupID) {
        require(
            hard.term >= term, "group \(group): term \(hard.term) is to replace term \(term)")
        require(
            hard.term > term || votedFor == nil || hard.votedFor == votedFor,
            """
            group \(group): in term \(term) the vote for \(String(describing: votedFor)) is to become \
            one for \(String(describing: hard.votedFor))
            """)
        (term, votedFor) = (hard.term, hard.votedFor)
    }
}

extension LogEntry {
    /// The checksum of the entry's row.
    func rowSum(of group: GroupID) -> UInt64 {
        var sum = RowSum(.entry)
        sum.add(group)
        sum.add(index)
        sum.add(term)
        sum.add(UInt64(kind.rawValue))
        sum.add(payload)
        return sum.value
    }
}

extension Snapshot {
    /// The checksum of the snapshot's row.
    func rowSum(of group: GroupID) -> UInt64 {
        var sum = RowSum(.snapshot)
        sum.add(group)
        sum.add(index)
        sum.add(term)
        sum.add(payload)
        return sum.value
    }
}
