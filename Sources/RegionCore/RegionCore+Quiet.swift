import Basics
import Escalation
import IncidentModel

/// Incidents that are silent for a while: another one pages for them, or somebody put them off.
extension RegionCore {
    /// Whether another incident pages for this one; then nothing is under way here any more.
    mutating func leaveToCarrier(_ group: GroupID, at now: Instant) -> Bool {
        if !sealed.isEmpty { noteWorse(group, at: now) }
        let isCarried = isCarried(group)
        let wasCarried = withSlot(group) { slot in
            let before = slot.isCarried
            slot.isCarried = isCarried
            if before, !isCarried { slot.resumedAt = now }
            return before
        }
        guard isCarried else { return false }
        if !wasCarried { noteOverdue(nil, of: group) }
        closeAttempts(of: group, keeping: [], reason: "merged with another incident", at: now)
        return true
    }

    /// Begins a run of the policy when a snooze is over: the owner at once, others in their turn, by a fact,
    /// for which nobody needs a majority. Gives back when to look again.
    mutating func endSnooze(
        _ until: Instant, _ group: GroupID, _ view: Incident, at now: Instant
    ) -> Instant {
        guard !config.defects.contains(.snoozesForEver) else { return .distantFuture }
        var turnAt = until + grace(in: group)
        if until < strangerUntil { turnAt = max(turnAt, strangerUntil) }
        guard turnAt <= now, let by = view.coveringAcknowledgement?.acknowledgement.by else {
            return turnAt
        }
        write(
            .escalationAsked(
                EscalationRequest(
                    generation: view.generation, previousEnd: view.previousEnd,
                    run: view.run.number, level: EscalationRequest.anew, by: by,
                    reason: EscalationRequest.snoozeOver)), about: group, at: now)
        return .distantFuture
    }
}
