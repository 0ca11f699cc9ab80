import Basics
import GRDB
import IncidentModel
import RegionCore
import Replication

/// Reads everything back at a start, and believes nothing before it has been checked: each row by
/// its checksum, each log for gaps, and all rows together by the digest.
struct StoreLoader {
    /// The groups, sorted by id.
    private(set) var groups: [RestoredGroup] = []
    /// The facts, sorted by id.
    private(set) var facts: [Fact] = []
    /// How far each member's facts are held, sorted by member.
    private(set) var factsThrough: [FactID] = []
    /// What the store keeps in memory.
    private(set) var index = StoreIndex()

    private var positions: [GroupID: Int] = [:]

    /// Reads all tables but `meta`. *Errors:* `.corrupt` with the group and index, or fact; GRDB's.
    init(_ db: Database) throws {
        try loadGroups(db)
        try loadSnapshots(db)
        try loadEntries(db)
        try loadFacts(db)
        try loadFactsThrough(db)
        for group in groups { try keep(group) }
    }

    /// Compares all that was read with what the last transaction left. *Errors:* `.corrupt`.
    func check(against meta: Meta) throws(StoreError) {
        guard index.digest == meta.digest else {
            throw damage(
                "rows are missing, or have come back, though each is sound",
                cause: "digest \(index.digest) instead of \(meta.digest)")
        }
    }

    /// What a region's core gets. This member's own last number is never below a fact of its own
    /// that is still here: numbers are not used twice.
    func restored(_ meta: Meta) -> RestoredState {
        var through = factsThrough
        if let own = facts.last(where: { $0.id.origin == meta.member })?.id {
            let place = through.firstIndex { $0.origin >= own.origin } ?? through.endIndex
            if place == through.endIndex || through[place].origin != own.origin {
                through.insert(own, at: place)
            }
            through[place].sequence = max(through[place].sequence, own.sequence)
        }
        return RestoredState(
            incarnation: Incarnation(meta.incarnation), groups: groups, facts: facts,
            factsThrough: through)
    }
}

extension StoreLoader {
    private mutating func loadGroups(_ db: Database) throws {
        try db.visit(
            "SELECT id, term, voted_for, commit_index, checksum FROM groups ORDER BY id",
            of: "groups"
        ) { row in
            let id = try row.group(0)
            var head = GroupHead()
            head.term = try row.number(1)
            head.votedFor = try row.optionalNumber(2).map { MemberID($0) }
            head.commit = try row.number(3)
            head.isStored = true
            let sum = head.rowSum(of: id)
            guard try row.number(4) == sum else {
                throw damage("group \(id): term and vote are unreadable")
            }
            index.digest &+= sum
            index.heads[id] = head
            positions[id] = groups.count
            groups.append(
                RestoredGroup(
                    group: id, hardState: HardState(term: head.term, votedFor: head.votedFor),
                    commit: head.commit))
        }
    }

    private mutating func loadSnapshots(_ db: Database) throws {
        try db.visit(
            "SELECT group_id, idx, term, payload, checksum FROM snapshots ORDER BY group_id",
            of: "snapshots"
        ) { row in
            let id = try row.group(0)
            let snapshot = Snapshot(
                index: try row.number(1), term: try row.number(2), payload: try row.bytes(3))
            let sum = snapshot.rowSum(of: id)
            guard try row.number(4) == sum, let position = positions[id] else {
                throw damage("group \(id): the snapshot at index \(snapshot.index) is unreadable")
            }
            index.digest &+= sum
            index.heads[id]?.snapshotIndex = snapshot.index
            index.heads[id]?.snapshotSum = sum
            groups[position].snapshot = snapshot
        }
    }

    private mutating func loadEntries(_ db: Database) throws {
        try db.visit(
            """
            SELECT group_id, idx, term, kind, payload, checksum FROM entries
            ORDER BY group_id, idx
            """, of: "entries"
        ) { row in
            let id = try row.group(0)
            let place = try row.number(1)
            guard let kind = UInt8(exactly: try row.number(3)).flatMap(EntryKind.init) else {
                throw damage("group \(id): the entry at index \(place) is of no known kind")
            }
            let entry = LogEntry(
                index: place, term: try row.number(2), kind: kind, payload: try row.bytes(4))
            let sum = entry.rowSum(of: id)
            guard try row.number(5) == sum, let position = positions[id] else {
                throw damage("group \(id): the entry at index \(place) is unreadable")
            }
            let before = groups[position].lastIndex
            guard place == before &+ 1 else {
                throw damage("group \(id): the entry at index \(place) stands behind \(before)")
            }
            index.digest &+= sum
            groups[position].entries.append(entry)
        }
    }

    private mutating func loadFacts(_ db: Database) throws {
        try db.visit("SELECT origin, seq, bytes, checksum FROM facts", of: "facts") { row in
            let id = FactID(origin: MemberID(try row.number(0)), sequence: try row.number(1))
            let bytes = try row.bytes(2)
            let sum = id.sum(of: bytes)
            guard try row.number(3) == sum else { throw damage("fact \(id) is unreadable") }
            let fact: Fact
            do throws(WireError) {
                fact = try Fact(decoding: bytes)
            } catch {
                throw damage("fact \(id) is not of this program's layout", cause: "\(error)")
            }
            guard fact.id == id else { throw damage("fact \(id) says that it is \(fact.id)") }
            index.digest &+= sum
            facts.append(fact)
        }
        facts.sort { $0.id < $1.id }
    }

    private mutating func loadFactsThrough(_ db: Database) throws {
        try db.visit("SELECT origin, seq, checksum FROM fact_through", of: "fact_through") { row in
            let id = FactID(origin: MemberID(try row.number(0)), sequence: try row.number(1))
            guard try row.number(2) == id.throughSum else {
                throw damage("how far the facts of \(id.origin) are held is unreadable")
            }
            index.digest &+= id.throughSum
            index.factsThrough[id.origin] = id.sequence
            factsThrough.append(id)
        }
        factsThrough.sort()
    }

    /// The commit hint says no more than what exists, and no less than what the snapshot contains.
    private mutating func keep(_ group: RestoredGroup) throws {
        guard let position = positions[group.group] else { return }
        let contained = group.snapshot?.index ?? 0
        groups[position].commit = max(min(group.commit, group.lastIndex), contained)
        index.heads[group.group]?.lastIndex = group.lastIndex
    }
}

extension RestoredGroup {
    /// The last index of the log.
    fileprivate var lastIndex: LogIndex { entries.last?.index ?? snapshot?.index ?? 0 }
}
