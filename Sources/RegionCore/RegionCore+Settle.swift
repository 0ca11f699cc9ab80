import Basics
import IncidentModel
import Reconciliation
import Replication
import Wire

/// The owner decides what stands where people, on sides that were apart or at the same time, wanted
/// different things, and writes it down. *Source:* design 7; decision 0014.
extension RegionCore {
    /// How long nothing is decided when a member has come within reach: first it tells what it knows.
    static let settlePause = Span.milliseconds(1_500)
    /// How long to wait for facts that others are known to have.
    private static let settleAgain = Span.milliseconds(200)

    /// Proposes what is to be decided about an incident that is led here, once all that is known here
    /// of it is in its log, and all is known here that others within reach know: who decided earlier
    /// would tell people what does not stand. Gives back when to look again.
    mutating func settle(_ group: GroupID, at now: Instant) -> Instant {
        let isDue = incidents.read(group) { slot in
            !slot.isQuarantined && slot.mergeIndex == nil && slot.pending.isEmpty
                && slot.settledThrough != slot.committed.lastIndex
        }
        guard isDue == true, replica.leads(group),
            let committed = incidents.read(group, { $0.committed })
        else { return .distantFuture }
        let missing = missingDecisions(for: committed)
        guard !missing.isEmpty else {
            withSlot(group) { $0.settledThrough = committed.lastIndex }
            return .distantFuture
        }
        if let later = notBefore(at: now) { return later }
        let payload = LogPayload.reconcile(missing, by: me.name, at: clock.tick(at: now))
        switch replica.propose(payload.encoded, in: group, at: now, into: &turn.replication) {
        case .accepted(let index, _): withSlot(group) { $0.mergeIndex = index }
        case .logFull:
            replicaWantsRoom(group)
            return now + Self.settleAgain
        case .notOwner, .notEstablished, .transferring, .noMajority: break
        }
        return .distantFuture
    }

    /// When to look again, while others within reach may know what is not known here.
    private func notBefore(at now: Instant) -> Instant? {
        if config.defects.contains(.decidesAtOnce) { return nil }
        if now < settleAfter { return settleAfter }
        let isBehind = beacons.contains {
            replica.isFresh($0.member) && !ledger.holds($0.beacon.factsThrough)
        }
        return isBehind ? now + Self.settleAgain : nil
    }
}
