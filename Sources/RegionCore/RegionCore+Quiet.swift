import Basics
import Escalation
import IncidentModel

/// Incidents that are silent for a while: another one pages for them, or somebody put them off.
extension RegionCore {
    /// Until when another incident pages for this one, if one does.
    mutating func leaveToCarrier(_ group: GroupID, at now: Instant) -> Instant? {
        let until = noteCarried(group, at: now)
        let isCarried = until > lastStepAt
        let wasCarried = withSlot(group) { slot in
            let before = slot.isCarried
            slot.isCarried = isCarried
            if before, !isCarried { slot.resumedAt = now }
            return before
        }
        guard isCarried else { return nil }
        if !wasCarried { noteOverdue(nil, of: group) }
        return until
    }

    /// Nothing is under way any more for an incident that another one pages for, but that people are told
    /// of mentions. Gives back when to look again.
    mutating func tellOfMentions(_ known: Shared<Incident>, at now: Instant) -> Instant {
        let incident = known.value
        let before = incidents.read(incident.group) { $0.derived.knownNotices } ?? []
        let told = toldOfMentions(in: incident, at: now, known: before)
        withSlot(incident.group) { $0.derived.toldBefore = told }
        closeAttempts(
            of: incident.group, keeping: told.map(\.page.key),
            reason: "merged with another incident", at: now)
        var grace: Span?
        return tell(told, known, incident, grace: &grace, at: now)
    }

    /// When the acknowledgements lapse, worked out once for each state that is known.
    mutating func lapse(of view: Incident) -> AcknowledgementLapse? {
        if let held = incidents.read(view.group, { $0.derived.lapse }) ?? nil { return held.value }
        let lapse = acknowledgementLapse(of: view, roster: roster, book: book)
        withSlot(view.group) {
            $0.derived.lapse = Derived.Held(value: lapse, from: .epoch, until: .distantFuture)
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
        // Those whose clocks agree say it when it is over, in their turns, and this region after them.
        let ahead = farAhead
        guard ahead == .zero || turnAt + graceMax + ahead <= now else {
            // Sooner if nobody is heard by then who knows better.
            return min(turnAt + graceMax + ahead, now + .seconds(5))
        }
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
