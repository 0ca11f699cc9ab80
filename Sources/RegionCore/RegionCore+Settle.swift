import Basics
import IncidentModel
import Reconciliation
import Replication

/// The owner decides what stands where people, on sides that were apart or at the same time, wanted
/// different things, and writes it down. *Source:* design 7; decision 0014.
extension RegionCore {
    /// Proposes what is to be decided about an incident that is led here, once all that is known here
    /// of it is in its log: then a new owner, or a second one, decides the same.
    mutating func settle(_ group: GroupID, at now: Instant) {
        let isDue = incidents.read(group) { slot in
            !slot.isQuarantined && slot.mergeIndex == nil && slot.pending.isEmpty
                && slot.settledThrough != slot.committed.lastIndex
        }
        guard isDue == true, replica.leads(group),
            let committed = incidents.read(group, { $0.committed })
        else { return }
        let missing = missingDecisions(for: committed)
        guard !missing.isEmpty else {
            withSlot(group) { $0.settledThrough = committed.lastIndex }
            return
        }
        let payload = LogPayload.reconcile(missing, by: me.name, at: clock.tick(at: now))
        switch replica.propose(payload.encoded, in: group, at: now, into: &turn.replication) {
        case .accepted(let index, _):
            withSlot(group) { $0.mergeIndex = index }
            for decision in missing { turn.effects.append(.log(.decided(group, decision))) }
        case .logFull: replicaWantsRoom(group)
        case .notOwner, .notEstablished, .transferring, .noMajority: break
        }
    }
}
