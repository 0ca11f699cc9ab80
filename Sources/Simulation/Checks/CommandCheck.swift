import Basics
import IncidentModel
import Replication

/// S12, command: an incident that has somebody in command is never without while it is open; all regions
/// that have applied the same index of a log name the same person; and who took an offer had said so.
/// *Source:* design 6 and 10.
struct CommandCheck {
    private struct Seen {
        var generation: HybridTime
        var commander: PersonID
    }
    /// Who was in command as a region's log said last.
    private var last: [Int: SlotMap<GroupID, Seen>] = [:]
    /// Who is in command at an index of a log, by whoever applied it first.
    private var ledger: [Place: PersonID?] = [:]

    /// Looks at what a region's log says now.
    mutating func observe(_ incident: Incident, at node: Int, into failures: inout Failures) {
        let group = incident.group
        let place = Place(group: group, number: incident.lastIndex)
        failures.checkCount += 2
        if let known = ledger[place] {
            if known != incident.commander {
                failures.fail(
                    "S12",
                    "at index \(incident.lastIndex) of \(group.short) m\(node + 1) has "
                        + "\(incident.commander?.text ?? "nobody") in command, another region "
                        + "\(known?.text ?? "nobody")")
            }
        } else {
            ledger[place] = .some(incident.commander)
        }
        let before = last[node]?[group]
        if let before, before.generation == incident.previousEnd, incident.commander == nil,
            incident.status.isOpen
        {
            failures.fail(
                "S12",
                "nobody is in command of \(group.short) at m\(node + 1), where "
                    + "\(before.commander) was")
        }
        last[node, default: SlotMap()][group] = incident.commander.map {
            Seen(generation: incident.previousEnd, commander: $0)
        }
        for handoff in incident.handoffs where handoff.taken != nil {
            judge(handoff, of: incident, at: node, &failures)
        }
    }

    /// Who took an offer had wished for command by it.
    private func judge(
        _ handoff: HandoffRecord, of incident: Incident, at node: Int, _ failures: inout Failures
    ) {
        guard let taken = handoff.taken, handoff.previousEnd == incident.previousEnd else { return }
        failures.checkCount += 1
        let hasSaidSo = incident.edits.contains { record in
            record.edit.handoff?.offer == handoff.offer && record.edit.by == taken.by
                && record.edit.value == .commander(taken.by)
        }
        guard !hasSaidSo else { return }
        failures.fail(
            "S12",
            "\(taken.by) has command of \(incident.group.short) at m\(node + 1) by an offer that "
                + "they never accepted")
    }

    /// A region lost its memory: it begins anew with what its disk says.
    mutating func forget(_ node: Int) { last[node] = nil }
}
