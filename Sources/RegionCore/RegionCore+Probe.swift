package import Basics
package import Escalation
package import IncidentModel
package import OnCall
package import Replication

/// What only the simulator and tests look at: the state as it is, not as people see it.
extension RegionCore {
    /// Counts changes of incidents; while it stands still nothing below has changed.
    package var probeChangeCount: UInt64 { changes.count }

    /// The incidents that changed after a count, oldest change first.
    package func probeChanged(after count: UInt64) -> [GroupID] {
        changes.changed(after: count).map(\.group)
    }

    /// All incidents, in slot order.
    package var probeGroups: [GroupID] { incidents.keys }

    /// What an incident's log says here.
    package func probeCommitted(_ group: GroupID) -> Incident? { incidents[group]?.committed }

    /// What is known here of an incident: its log and the facts that are not in it yet.
    package func probeView(_ group: GroupID) -> Incident? { incidents[group]?.view }

    /// Facts known here that are not in an incident's log.
    package func probePending(_ group: GroupID) -> [Fact] { incidents[group]?.pending ?? [] }

    /// Whether an incident was taken out of service.
    package func probeIsQuarantined(_ group: GroupID) -> Bool {
        incidents[group]?.isQuarantined ?? false
    }

    /// Whether this region pages for an incident without waiting for others.
    package func probeHasDuty(of group: GroupID) -> Bool { hasDuty(of: group) }

    /// Since when a step has been due of which nobody was reached.
    package func probeOverdueSince(_ group: GroupID) -> Instant? { incidents[group]?.overdueSince }

    /// Who responds to what, and the zones, as known here.
    package var probeRoster: Roster { roster }
    /// The time zones as known here.
    package var probeZones: TimeZones { zones }

    /// What was last decided about paging for an incident, if it still holds: and what would be
    /// decided now.
    package func probePlan(_ group: GroupID, at now: Instant) -> EscalationDecision? {
        guard let plan = incidents[group]?.plan, plan.holds(at: now) else { return nil }
        return plan.decision
    }

    /// What is decided about paging for an incident as it is known here.
    package func probeDecision(_ group: GroupID, at now: Instant) -> EscalationDecision? {
        guard let slot = incidents[group] else { return nil }
        var view = slot.view
        if let seen = slot.runSeen, seen.previousEnd == view.previousEnd,
            seen.run == view.run.number
        {
            view.run.startedAt = min(view.run.startedAt, seen.at)
        }
        return decide(view, at: now)
    }

    /// The command layer.
    package var probeReplica: ReplicaNode { replica }

    /// How far each member's facts are held here.
    package var probeMarks: [FactID] { ledger.marks }
}
