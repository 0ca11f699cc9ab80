import Basics
import IncidentModel
import RegionCore
import Replication

/// One member's disk: what survives a crash, as the store would give it back, and what is on its
/// way.
///
/// Batches are written in order, all that wait in one transaction, as the runtime's disk thread
/// does.
struct SimDisk {
    private var groups = SlotMap<GroupID, RestoredGroup>()
    private var facts = SlotMap<FactID, Fact>()
    private var through: [FactID] = []
    /// Batches that are not durable, oldest first.
    private(set) var queue: [WriteBatch] = []
    /// How many of them the write that is under way takes; 0 if none is.
    private(set) var inFlight = 0
    /// The highest incarnation ever given out.
    private(set) var incarnation: UInt64 = 0
    /// Until when writes fail, and until when they take long.
    var failsUntil: Instant = .epoch
    var slowUntil: Instant = .epoch

    /// A start: one more than at any start before, durable at once.
    mutating func nextIncarnation() -> Incarnation {
        incarnation += 1
        return Incarnation(incarnation)
    }

    mutating func enqueue(_ batch: WriteBatch) { queue.append(batch) }

    /// Begins to write everything that waits.
    mutating func begin() { inFlight = queue.count }

    /// The write that is under way could not be done; it stays the next to do.
    mutating func fail() -> UInt64 {
        let token = queue[max(0, inFlight - 1)].token
        inFlight = 0
        return token
    }

    /// The write that is under way is done; gives back its batches.
    mutating func finish() -> [WriteBatch] {
        let done = Array(queue.prefix(inFlight))
        queue.removeFirst(inFlight)
        inFlight = 0
        return done
    }

    /// The process died: the write that was under way took place as a whole or not at all, the rest
    /// is gone. Gives back what took place.
    mutating func crash(keepsInFlight: Bool) -> [WriteBatch] {
        let done = keepsInFlight ? Array(queue.prefix(inFlight)) : []
        queue.removeAll()
        inFlight = 0
        return done
    }

    /// What the store gives back at a start.
    func restored(_ incarnation: Incarnation) -> RestoredState {
        RestoredState(
            incarnation: incarnation,
            groups: groups.keys.sorted().compactMap { groups[$0] },
            facts: facts.keys.sorted().compactMap { facts[$0] },
            factsThrough: through)
    }

    // MARK: - Applying

    /// Applies a batch as the store would; says what the store would have refused.
    mutating func apply(_ batch: WriteBatch) -> String? {
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
