import Basics
import Replication

/// S4: a committed index is write-once, everywhere and for ever, and every new leader holds it.
struct CommitCheck {
    private struct Known {
        var term: Term
        var hash: UInt64
    }
    private var committed: [Place: Known] = [:]
    /// How far each group is committed anywhere, and the term of that entry.
    private var ends: [GroupID: (index: LogIndex, term: Term)] = [:]
    /// By member: how far its groups were looked at in this incarnation.
    private var lookedAt: [[GroupID: LogIndex]]

    init(nodes: Int) { lookedAt = Array(repeating: [:], count: nodes) }

    /// A member starts with what its disk holds.
    mutating func restarted(_ node: Int) { lookedAt[node] = [:] }

    /// Looks at what a member holds to be committed now.
    mutating func observe(
        _ group: GroupID, at node: Int, _ replica: ReplicaNode, into failures: inout Failures
    ) {
        guard let status = replica.status(of: group) else { return }
        let before = lookedAt[node][group] ?? 0
        guard status.commit != before else { return }
        if status.commit < before {
            failures.fail(
                "S4", "m\(node + 1) \(group.short) commits \(status.commit) after \(before)")
        }
        for entry in replica.entries(of: group, from: before + 1) where entry.index <= status.commit
        {
            observe(entry, of: group, at: node, &failures)
        }
        lookedAt[node][group] = status.commit
    }

    private mutating func observe(
        _ entry: LogEntry, of group: GroupID, at node: Int, _ failures: inout Failures
    ) {
        failures.checkCount += 1
        let place = Place(group: group, number: entry.index)
        let hash = entry.hash
        if let known = committed[place] {
            if known.term != entry.term || known.hash != hash {
                failures.fail(
                    "S4",
                    "\(group.short) index \(entry.index) was committed with term \(known.term), "
                        + "and is with term \(entry.term) at m\(node + 1)")
            }
            return
        }
        committed[place] = Known(term: entry.term, hash: hash)
        if entry.index > ends[group]?.index ?? 0 { ends[group] = (entry.index, entry.term) }
    }

    /// A member owns a group: its log must have everything that was committed in earlier terms.
    mutating func observe(
        owner node: Int, of group: GroupID, term: Term, _ replica: ReplicaNode,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        guard let end = ends[group], end.term < term, let status = replica.status(of: group) else {
            return
        }
        if status.lastIndex < end.index {
            failures.fail(
                "S4",
                "m\(node + 1) leads \(group.short) term \(term) to \(status.lastIndex), committed \(end.index)"
            )
        }
        for entry in replica.entries(of: group, from: 1) where entry.index <= end.index {
            guard let known = committed[Place(group: group, number: entry.index)],
                known.term != entry.term
            else { continue }
            failures.fail(
                "S4",
                "m\(node + 1) leads \(group.short) term \(term) with another index \(entry.index)")
        }
    }

    /// How far a group is committed anywhere.
    func end(of group: GroupID) -> LogIndex { ends[group]?.index ?? 0 }
}
