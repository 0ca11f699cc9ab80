package import Basics
import IncidentModel
package import RegionCore
import Replication

/// What a store holds, and what it does with a batch: a model of `SQLiteStore` that a test compares
/// with it, batch by batch.
package struct DiskState: Sendable {
    private var groups = SlotMap<GroupID, RestoredGroup>()
    private var facts = SlotMap<FactID, Fact>()
    private var through: [FactID] = []

    /// An empty store.
    package init() {}

    /// What the store gives back at a start.
    package func restored(_ incarnation: Incarnation) -> RestoredState {
        RestoredState(
            incarnation: incarnation,
            groups: groups.keys.sorted().compactMap { groups[$0] },
            facts: facts.keys.sorted().compactMap { facts[$0] },
            factsThrough: through)
    }

    /// Applies a batch as the store would; says what the store would have refused.
    package mutating func apply(_ batch: WriteBatch) -> String? {
        var refusal: String?
        for write in batch.groups {
            let fresh = RestoredGroup(
                group: write.group, hardState: HardState(term: 0, votedFor: nil))
            let problem = groups.update(write.group, default: { fresh }) {
                Self.apply(write, to: &$0)
            }
            refusal = refusal ?? problem
        }
        for fact in batch.facts where facts[fact.id] == nil { facts[fact.id] = fact }
        for id in batch.mergedFacts { facts[id] = nil }
        for mark in batch.factsThrough {
            if let known = through.firstIndex(where: { $0.origin == mark.origin }) {
                through[known].sequence = max(through[known].sequence, mark.sequence)
            } else {
                through.append(mark)
                through.sort()
            }
        }
        return refusal
    }

    private static func apply(_ write: GroupWrite, to stored: inout RestoredGroup) -> String? {
        var refusal: String?
        if let hard = write.hardState {
            if hard.term < stored.hardState.term {
                refusal = "term \(hard.term) behind \(stored.hardState.term)"
            }
            stored.hardState = hard
        }
        if let from = write.truncateFrom {
            if from <= min(stored.commit, stored.last) {
                refusal = "truncation at \(from), committed to \(stored.commit)"
            }
            stored.entries.removeAll { $0.index >= from }
        }
        if let snapshot = write.snapshot {
            if snapshot.index < stored.snapshot?.index ?? 0 {
                refusal =
                    "a snapshot at \(snapshot.index) behind one at \(stored.snapshot?.index ?? 0)"
            }
            stored.snapshot = snapshot
            stored.entries.removeAll { $0.index <= snapshot.index }
        }
        for entry in write.entries where entry.index > stored.snapshot?.index ?? 0 {
            if entry.index != stored.last + 1 {
                refusal = "entry \(entry.index) behind \(stored.last)"
            }
            stored.entries.append(entry)
        }
        if let commit = write.commit { stored.commit = max(stored.commit, commit) }
        return refusal
    }
}

extension RestoredGroup {
    /// The last index of the log.
    var last: LogIndex { entries.last?.index ?? snapshot?.index ?? 0 }
}
