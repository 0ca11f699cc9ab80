import Basics
import IncidentModel

/// The other side of S10: an incident that is open and silent is covered by an acknowledgement of
/// this generation, or of one that its log has not reached, never of one that is over.
/// *Source:* design 11, "old generation's ack silences the new one".
struct SilenceCheck {
    /// What identifies generations that were seen to be over in a committed log.
    private var over: [GroupID: Set<HybridTime>] = [:]

    /// Looks at what a log says now.
    mutating func observe(_ incident: Incident, at node: Int, into failures: inout Failures) {
        failures.checkCount += 1
        guard incident.status.isOpen else {
            if incident.generation > 0 {
                over[incident.group, default: []].insert(incident.previousEnd)
            }
            return
        }
        guard let covering = incident.coveringAcknowledgement,
            covering.acknowledgement.previousEnd != incident.previousEnd,
            over[incident.group]?.contains(covering.acknowledgement.previousEnd) == true
        else { return }
        failures.fail(
            "S10",
            "m\(node + 1) is silent about generation \(incident.generation) of "
                + "\(incident.group.short): \(covering.acknowledgement.by) took on one that is over"
        )
    }
}
