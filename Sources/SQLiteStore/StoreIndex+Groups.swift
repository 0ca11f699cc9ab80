import Basics
import Foundation
import GRDB
import Replication

// One group's part of a batch: the hard state, the truncation, the snapshot, the entries, the
// commit hint.

extension StoreIndex {
    /// Applies a group's write. A write that contradicts what is stored is our bug: batches come in
    /// order, and none comes behind one that failed.
    mutating func apply(_ write: GroupWrite, _ db: Database) throws {
        let before = try head(of: write.group, db)
        var head = before
        if let hard = write.hardState { head.adopt(hard, write.group) }
        if let from = write.truncateFrom { try truncate(write.group, &head, from: from, db) }
        if let snapshot = write.snapshot { try replace(write.group, &head, by: snapshot, db) }
        try append(write.entries, to: write.group, &head, db)
        if let commit = write.commit { head.commit = max(head.commit, commit) }
        if !before.isStored || head.rowSum(of: write.group) != before.rowSum(of: write.group) {
            try store(write.group, &head, before: before, db)
        }
        if heads.count >= Self.headsMax { heads.removeAll(keepingCapacity: true) }
        heads[write.group] = head
    }

    private mutating func truncate(
        _ group: GroupID, _ head: inout GroupHead, from: LogIndex, _ db: Database
    ) throws {
        let committed = max(min(head.commit, head.lastIndex), head.snapshotIndex)
        require(
            from > committed,
            "group \(group): truncation at \(from), committed to \(committed)")
        guard from <= head.lastIndex else { return }
        let gone = try db.deleted(
            "DELETE FROM entries WHERE group_id = ? AND idx >= ? RETURNING checksum",
            [group.stored, from.storedIndex], of: "entries")
        try expect(gone.count, head.lastIndex - from + 1, "from \(from) on", group)
        digest &-= gone.sum
        head.lastIndex = from - 1
    }

    private mutating func replace(
        _ group: GroupID, _ head: inout GroupHead, by snapshot: Snapshot, _ db: Database
    ) throws {
        require(
            snapshot.index >= head.snapshotIndex,
            "group \(group): a snapshot at \(snapshot.index) behind one at \(head.snapshotIndex)")
        let contained = min(snapshot.index, head.lastIndex) - head.snapshotIndex
        if contained > 0 {
            let gone = try db.deleted(
                "DELETE FROM entries WHERE group_id = ? AND idx <= ? RETURNING checksum",
                [group.stored, snapshot.index.storedIndex], of: "entries")
            try expect(gone.count, contained, "up to \(snapshot.index)", group)
            digest &-= gone.sum
        }
        let sum = snapshot.rowSum(of: group)
        // An empty `Data` may be bound as NULL.
        try db.run(
            """
            INSERT INTO snapshots VALUES (?, ?, ?, coalesce(?, x''), ?)
            ON CONFLICT DO UPDATE SET idx = excluded.idx, term = excluded.term,
                payload = excluded.payload, checksum = excluded.checksum
            """,
            [
                group.stored, snapshot.index.storedIndex, snapshot.term.stored,
                Data(snapshot.payload), sum.stored,
            ])
        digest = digest &- (head.snapshotSum ?? 0) &+ sum
        head.snapshotSum = sum
        head.snapshotIndex = snapshot.index
        head.lastIndex = max(head.lastIndex, snapshot.index)
    }

    private mutating func append(
        _ entries: [LogEntry], to group: GroupID, _ head: inout GroupHead, _ db: Database
    ) throws {
        // What a snapshot of the same write contains need not be stored.
        for entry in entries where entry.index > head.snapshotIndex {
            require(
                entry.index == head.lastIndex + 1,
                "group \(group): entry \(entry.index) behind \(head.lastIndex)")
            let sum = entry.rowSum(of: group)
            try db.run(
                "INSERT INTO entries VALUES (?, ?, ?, ?, coalesce(?, x''), ?)",
                [
                    group.stored, entry.index.storedIndex, entry.term.stored,
                    Int64(entry.kind.rawValue), Data(entry.payload), sum.stored,
                ])
            digest &+= sum
            head.lastIndex = entry.index
        }
    }

    private mutating func store(
        _ group: GroupID, _ head: inout GroupHead, before: GroupHead, _ db: Database
    ) throws {
        let sum = head.rowSum(of: group)
        try db.run(
            """
            INSERT INTO groups VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET term = excluded.term, voted_for = excluded.voted_for,
                commit_index = excluded.commit_index, checksum = excluded.checksum
            """,
            [
                group.stored, head.term.stored, head.votedFor?.number.stored,
                head.commit.stored, sum.stored,
            ])
        digest = digest &- (before.isStored ? before.rowSum(of: group) : 0) &+ sum
        head.isStored = true
    }

    private func expect(
        _ found: UInt64, _ expected: UInt64, _ where: String, _ group: GroupID
    ) throws(StoreError) {
        guard found == expected else {
            throw damage(
                "group \(group) has \(found) entries \(`where`) instead of \(expected)")
        }
    }
}

// MARK: - Reading a head that is not in memory

extension StoreIndex {
    private func head(of group: GroupID, _ db: Database) throws -> GroupHead {
        if let known = heads[group] { return known }
        var head = GroupHead()
        try db.visit(
            "SELECT term, voted_for, commit_index, checksum FROM groups WHERE id = ?",
            [group.stored], of: "groups"
        ) { row in
            head.term = try row.number(0)
            head.votedFor = try row.optionalNumber(1).map { MemberID($0) }
            head.commit = try row.number(2)
            head.isStored = true
            guard try row.number(3) == head.rowSum(of: group) else {
                throw damage("group \(group): term and vote are unreadable")
            }
        }
        try db.visit(
            "SELECT idx, checksum FROM snapshots WHERE group_id = ?", [group.stored],
            of: "snapshots"
        ) { row in
            head.snapshotIndex = try row.number(0)
            head.snapshotSum = try row.number(1)
        }
        head.lastIndex = head.snapshotIndex
        try db.visit(
            "SELECT max(idx) FROM entries WHERE group_id = ?", [group.stored], of: "entries"
        ) { row in
            head.lastIndex = try row.optionalNumber(0) ?? head.snapshotIndex
        }
        return head
    }
}
