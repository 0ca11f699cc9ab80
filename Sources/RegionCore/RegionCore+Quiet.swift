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

    /// When the acknowledgements lapse. It depends on them and on who is on call, and is worked out anew
    /// when one of these has changed.
    mutating func lapse(
        of view: Shared<Incident>, in group: GroupID
    ) -> AcknowledgementLapse? {
        let (standing, service) = (view.value.standingAcknowledgements, view.value.service)
        let known = incidents.read(group) { slot in
            slot.lapse.flatMap { $0.standing == standing && $0.service == service ? $0 : nil }
        }
        if let known = known ?? nil { return known.lapse }
        let lapse = acknowledgementLapse(of: view.value, roster: roster, book: book)
        withSlot(group) {
            $0.lapse = IncidentSlot.KnownLapse(standing: standing, service: service, lapse: lapse)
        }
        return lapse
    }

    /// Begins a run of the policy when an acknowledgement has lapsed: the owner at once, others in their
    /// turn, by a fact, for which nobody needs a majority. Gives back when to look again.
    mutating func lapseAcknowledgement(
        _ lapse: AcknowledgementLapse, _ group: GroupID, _ view: Incident, at now: Instant
    ) -> Instant {
        let isForgotten = lapse.isEndOfShift ? RegionDefects.keepsOffShift : .snoozesForEver
        guard !config.defects.contains(isForgotten) else { return .distantFuture }
        var turnAt = lapse.at + grace(in: group)
        if lapse.at < strangerUntil { turnAt = max(turnAt, strangerUntil) }
        guard turnAt <= now else { return turnAt }
        write(
            .escalationAsked(
                EscalationRequest(
                    generation: view.generation, previousEnd: view.previousEnd,
                    run: view.run.number, level: EscalationRequest.anew, by: lapse.by,
                    reason: lapse.isEndOfShift
                        ? EscalationRequest.shiftOver : EscalationRequest.snoozeOver,
                    lapsed: view.acknowledgements.filter(view.covers).map(\.fact))),
            about: group, at: now)
        return .distantFuture
    }
}
