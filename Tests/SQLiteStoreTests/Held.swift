import Basics
import IncidentModel
import RegionCore
import Replication

/// What a store holds, in one order: what it gives back, or what a model says it must.
struct Held: Equatable, Sendable {
    var groups: [RestoredGroup] = []
    var facts: [Fact] = []
    var factsThrough: [FactID] = []

    init() {}

    init(_ restored: RestoredState) {
        groups = restored.groups
        facts = restored.facts
        factsThrough = restored.factsThrough
    }
}

/// The store as plain arrays, after the sentences of the interface: an oracle that shares no code
/// with it.
struct StoreModel: Sendable {
    private(set) var groups: [RestoredGroup] = []
    private(set) var facts: [Fact] = []
    private(set) var factsThrough: [FactID] = []

    mutating func apply(_ batch: WriteBatch) {
        for write in batch.groups { apply(write) }
        for fact in batch.facts where !facts.contains(where: { $0.id == fact.id }) {
            facts.append(fact)
        }
        facts.removeAll { batch.mergedFacts.contains($0.id) }
        for fact in batch.factsThrough {
            factsThrough.removeAll { $0.origin == fact.origin && $0.sequence <= fact.sequence }
            if !factsThrough.contains(where: { $0.origin == fact.origin }) {
                factsThrough.append(fact)
            }
        }
    }

    private mutating func apply(_ write: GroupWrite) {
        var group =
            groups.first { $0.group == write.group }
            ?? RestoredGroup(group: write.group, hardState: HardState(term: 0, votedFor: nil))
        if let hard = write.hardState { group.hardState = hard }
        if let from = write.truncateFrom { group.entries.removeAll { $0.index >= from } }
        group.entries += write.entries
        if let snapshot = write.snapshot {
            group.snapshot = snapshot
            group.entries.removeAll { $0.index <= snapshot.index }
        }
        if let commit = write.commit { group.commit = max(group.commit, commit) }
        groups.removeAll { $0.group == write.group }
        groups.append(group)
    }

    /// What the store must give back.
    var held: Held {
        var held = Held()
        held.groups = groups.sorted { $0.group < $1.group }.map { group in
            var group = group
            let contained = group.snapshot?.index ?? 0
            let last = group.entries.last?.index ?? contained
            group.commit = max(min(group.commit, last), contained)
            return group
        }
        held.facts = facts.sorted { $0.id < $1.id }
        held.factsThrough = factsThrough.sorted()
        return held
    }
}
