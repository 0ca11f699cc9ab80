import Basics
import Replication

/// S4: a committed index is write-once, everywhere and for ever, and every new leader holds it.
struct CommitCheck {
    private var committed: [Place: MirroredEntry] = [:]
    /// How far each group is committed anywhere, and the term of that entry.
    private var ends: [GroupID: (index: LogIndex, term: Term)] = [:]
    /// By member: how far its groups were looked at in this incarnation.
    private var lookedAt: [[GroupID: LogIndex]]

    init(nodes: Int) { lookedAt = Array(repeating: [:], count: nodes) }

    /// Whether more of a group is committed somewhere than at a member that holds so much of it.
    func isBehind(_ commit: LogIndex?, in group: GroupID) -> Bool {
        (commit ?? 0) < (ends[group]?.index ?? 0)
    }

    /// A member starts with what its disk holds.
    mutating func restarted(_ node: Int) { lookedAt[node] = [:] }

    /// Looks at what a member holds to be committed now: in its log as it wrote it, for the step
    /// that commits an entry may put it into a snapshot as well. Says whether something is.
    @discardableResult
    mutating func observe(
        _ group: GroupID, at node: Int, commit: LogIndex?, _ mirror: LogMirror?,
        into failures: inout Failures
    ) -> Bool {
        guard let commit else { return false }
        let before = lookedAt[node][group] ?? 0
        guard commit != before else { return false }
        if commit < before {
            failures.fail("S4", "m\(node + 1) \(group.short) commits \(commit) after \(before)")
        }
        // Entries of another member's snapshot were never here one by one.
        for index in before..<max(before, commit) {
            guard let entry = mirror?.entries[index + 1] else { continue }
            observe(entry, Place(group: group, number: index + 1), at: node, &failures)
        }
        lookedAt[node][group] = commit
        return true
    }

    /// A leader commits: an entry of an old term never by counting, only together with one of its own
    /// term behind it; a later leader could undo it. *Source:* Raft, figure 8.
    func observe(
        leader node: Int, of group: GroupID, _ status: GroupStatus, _ mirror: LogMirror?,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        guard let entry = mirror?.entries[status.commit], entry.term != status.term else { return }
        failures.fail(
            "S4",
            "m\(node + 1) leads \(group.short) term \(status.term) and commits \(status.commit) of term "
                + "\(entry.term)")
    }

    private mutating func observe(
        _ entry: MirroredEntry, _ place: Place, at node: Int, _ failures: inout Failures
    ) {
        failures.checkCount += 1
        if let known = committed[place] {
            if known != entry {
                failures.fail(
                    "S4",
                    "\(place.group.short) index \(place.number) was committed with term "
                        + "\(known.term), and is with term \(entry.term) at m\(node + 1)")
            }
            return
        }
        committed[place] = entry
        if place.number > ends[place.group]?.index ?? 0 {
            ends[place.group] = (place.number, entry.term)
        }
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
