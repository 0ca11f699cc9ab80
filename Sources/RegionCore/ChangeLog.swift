import Basics
import IncidentModel

/// Which incident changed when: the last change of each, oldest first, found without looking at all
/// incidents.
struct ChangeLog: Sendable {
    /// The number of the last change.
    private(set) var count: UInt64 = 0
    private var changes: [(at: UInt64, group: GroupID)] = []
    private var last: [GroupID: UInt64] = [:]

    /// An incident changes.
    mutating func note(_ group: GroupID) {
        count += 1
        last[group] = count
        changes.append((count, group))
        guard changes.count > 64, changes.count > last.count * 2 else { return }
        let newest = last
        changes.removeAll { newest[$0.group] != $0.at }
    }

    /// The incidents whose last change came after a number, oldest first.
    func changed(after number: UInt64) -> [(at: UInt64, group: GroupID)] {
        let start = changes.partitioningIndex { $0.at > number }
        return changes[start...].filter { last[$0.group] == $0.at }
    }
}
