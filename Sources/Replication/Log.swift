import Basics

/// A group's log: a snapshot and the entries behind it, without gaps.
///
/// Invariants: the indexes of the entries are consecutive from `snapshotIndex` + 1; terms never
/// decrease.
/// *Source:* Raft, section 5.3 and 7; property S5.
struct Log: Equatable, Sendable {
    /// What stands in for the entries that are gone.
    private(set) var snapshot: Snapshot?
    /// The entries behind the snapshot.
    private(set) var entries: [LogEntry] = []

    init() {}

    /// A log from the store; it has been checked (`RestoredGroup.damage`).
    init(snapshot: Snapshot?, entries: [LogEntry]) {
        (self.snapshot, self.entries) = (snapshot, entries)
    }

    var snapshotIndex: LogIndex { snapshot?.index ?? 0 }
    var firstIndex: LogIndex { snapshotIndex + 1 }
    var lastIndex: LogIndex { snapshotIndex + LogIndex(entries.count) }
    var lastTerm: Term { entries.last?.term ?? snapshot?.term ?? 0 }

    /// The term at an index that the log still knows: its entries, the snapshot's end, or the very
    /// start.
    func term(at index: LogIndex) -> Term? {
        if index == snapshotIndex { return snapshot?.term ?? 0 }
        guard index > snapshotIndex, index <= lastIndex else { return nil }
        return entries[Int(index - firstIndex)].term
    }

    /// The entries of a range of indexes that the log still has.
    func entries(_ range: ClosedRange<LogIndex>) -> ArraySlice<LogEntry> {
        require(
            range.lowerBound >= firstIndex && range.upperBound <= lastIndex,
            "entries \(range) of a log from \(firstIndex) to \(lastIndex)")
        return entries[Int(range.lowerBound - firstIndex)...Int(range.upperBound - firstIndex)]
    }

    /// The entries from an index on, as many as fit into so many payload bytes, but at least one.
    func entries(from index: LogIndex, bytesMax: Int) -> [LogEntry] {
        guard index <= lastIndex else { return [] }
        let tail = entries(index...lastIndex)
        var bytes = 0
        let end = tail.firstIndex { entry in
            bytes += entry.payload.count
            return bytes > bytesMax && entry.index > index
        }
        return Array(tail[..<(end ?? tail.endIndex)])
    }

    /// The first index, above a floor, of the run of entries of one term that ends at `index`.
    func runStart(endingAt index: LogIndex, above floor: LogIndex) -> LogIndex {
        guard let term = term(at: index) else { return index }
        var start = index
        while start > floor + 1, self.term(at: start - 1) == term { start -= 1 }
        return start
    }

    /// The last index of a term; `nil` if no entry the log still knows has that term.
    func lastIndex(of term: Term) -> LogIndex? {
        if let entry = entries.last(where: { $0.term <= term }) {
            return entry.term == term ? entry.index : nil
        }
        guard let snapshot, snapshot.term == term else { return nil }
        return snapshot.index
    }

    mutating func append(_ entry: LogEntry) {
        require(
            entry.index == lastIndex + 1, "entry \(entry.index) behind index \(lastIndex)")
        entries.append(entry)
    }

    /// Deletes all entries from an index on.
    mutating func truncate(from index: LogIndex) {
        require(
            index > snapshotIndex, "truncation at \(index) behind snapshot \(snapshotIndex)")
        guard index <= lastIndex else { return }
        entries.removeLast(Int(lastIndex - index) + 1)
    }

    /// Replaces the entries up to an index by a snapshot.
    mutating func compact(to snapshot: Snapshot) {
        require(
            term(at: snapshot.index) == snapshot.term,
            "snapshot at \(snapshot.index) of term \(snapshot.term) is not in the log")
        entries.removeFirst(Int(snapshot.index - snapshotIndex))
        self.snapshot = snapshot
    }

    /// Forgets everything for a snapshot of the leader.
    mutating func reset(to snapshot: Snapshot) {
        entries.removeAll(keepingCapacity: false)
        self.snapshot = snapshot
    }
}
