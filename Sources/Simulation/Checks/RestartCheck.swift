import Basics
import IncidentModel
import RegionCore
import Replication

/// What a store reported as durable is there at the next start: terms and votes (S2), logs (S4), and
/// this member's own facts (S6), whether or not anybody comes to miss it.
struct RestartCheck {
    private struct Kept {
        var hard: HardState?
        /// The end of the log.
        var last: LogIndex = 0
        var lastTerm: Term = 0
    }
    private var groups: [SlotMap<GroupID, Kept>]
    private var ownThrough: [UInt64]

    init(nodes: Int) {
        groups = Array(repeating: SlotMap(), count: nodes)
        ownThrough = Array(repeating: 0, count: nodes)
    }

    /// A disk was lost or damaged: nothing of it can be counted on.
    mutating func forget(_ node: Int) {
        groups[node] = SlotMap()
        ownThrough[node] = 0
    }

    /// A batch is reported as durable.
    mutating func observe(durable batch: WriteBatch, at node: Int, _ member: MemberID) {
        for write in batch.groups {
            groups[node].update(write.group, default: { Kept() }) { kept in
                if let hard = write.hardState { kept.hard = hard }
                if let from = write.truncateFrom, from <= kept.last {
                    (kept.last, kept.lastTerm) = (from - 1, 0)
                }
                if let snapshot = write.snapshot, snapshot.index >= kept.last {
                    (kept.last, kept.lastTerm) = (snapshot.index, snapshot.term)
                }
                if let entry = write.entries.last, entry.index > kept.last {
                    (kept.last, kept.lastTerm) = (entry.index, entry.term)
                }
            }
        }
        for mark in batch.factsThrough where mark.origin == member {
            ownThrough[node] = max(ownThrough[node], mark.sequence)
        }
    }

    /// A process starts with what its disk gives back.
    func observe(
        _ restored: RestoredState, at node: Int, _ member: MemberID, into failures: inout Failures
    ) {
        failures.checkCount += 1
        let through = restored.factsThrough.first { $0.origin == member }?.sequence ?? 0
        if through < ownThrough[node] {
            failures.fail(
                "S6",
                "\(member) starts with its own facts to \(through); \(ownThrough[node]) was durable"
            )
        }
        for found in restored.groups {
            guard let kept = groups[node][found.group] else { continue }
            if let hard = kept.hard,
                found.hardState.term < hard.term
                    || (found.hardState.term == hard.term && hard.votedFor != nil
                        && found.hardState.votedFor != hard.votedFor)
            {
                failures.fail(
                    "S2",
                    "\(member) \(found.group.short) starts with \(found.hardState), durable was \(hard)"
                )
            }
            if found.last < kept.last {
                failures.fail(
                    "S4",
                    "\(member) \(found.group.short) starts with its log to \(found.last), durable was "
                        + "\(kept.last)")
            }
        }
        let known = Set(restored.groups.map(\.group))
        for group in groups[node].keys where !known.contains(group) {
            failures.fail("S4", "\(member) starts without \(group.short), which was durable")
        }
    }
}
