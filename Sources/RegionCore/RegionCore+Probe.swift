public import Basics
public import Escalation
public import IncidentModel
import OnCall
public import Replication

/// What only the simulator and tests look at: the state as it is, not as people see it.
extension RegionCore {
    /// Counts changes of incidents; while it stands still nothing below has changed. It changes nothing
    /// itself: a core that is looked at where it is need not be copied.
    public var probeChangeCount: UInt64 { mutating get { changes.count } }

    /// The incidents that changed after a count, oldest change first.
    public func probeChanged(after count: UInt64) -> [GroupID] {
        changes.changed(after: count).map(\.group)
    }

    /// All incidents, in slot order.
    public var probeGroups: [GroupID] { incidents.keys }

    /// What an incident's log says here.
    public func probeCommitted(_ group: GroupID) -> Incident? {
        incidents.read(group) { $0.committed }
    }

    /// The same, without a copy.
    public func probeSharedCommitted(_ group: GroupID) -> Shared<Incident>? {
        incidents.read(group) { $0.sharedCommitted }
    }

    /// Whether some other incident's log satisfies a predicate here.
    public func probeOthers(
        than group: GroupID, contain isWanted: (Shared<Incident>) -> Bool
    ) -> Bool {
        incidents.keys.contains { other in
            guard other != group, let one = incidents.read(other, { $0.sharedCommitted }) else {
                return false
            }
            return isWanted(one)
        }
    }

    /// What is known here of an incident: its log and the facts that are not in it yet.
    public func probeView(_ group: GroupID) -> Incident? {
        incidents.read(group) { $0.view }
    }

    /// The same, without a copy.
    public func probeSharedView(_ group: GroupID) -> Shared<Incident>? {
        incidents.read(group) { $0.sharedView }
    }

    /// Whether an incident is open and nobody has taken it on, as known here.
    public func probeIsTriggered(_ group: GroupID) -> Bool {
        // The whole slot would be copied to look at it there.
        incidents.read(group, { $0.sharedView })?.value.status == .triggered
    }

    /// When the acknowledgements of an incident lapse, as known here, if another one does not page for it.
    public func probeLapse(_ group: GroupID) -> Instant? {
        guard let view = incidents.read(group, { $0.sharedView }),
            view.value.status == .acknowledged, !isCarried(group)
        else { return nil }
        let held = incidents.read(group) { $0.derived.isCurrent ? $0.derived.lapse : nil } ?? nil
        if let held { return held.value?.at }
        return acknowledgementLapse(of: view.value, roster: roster, book: book)?.at
    }

    /// How far this region knows its clock to be ahead of a quorum's, if that is far.
    public var probeFarAhead: Span { farAhead }

    /// Facts known here that are not in an incident's log.
    public func probePending(_ group: GroupID) -> [Fact] {
        incidents.read(group) { $0.pending } ?? []
    }

    /// Whether an incident was taken out of service.
    public func probeIsQuarantined(_ group: GroupID) -> Bool {
        incidents.read(group) { $0.isQuarantined } ?? false
    }

    /// Whether this region pages for an incident without waiting for others.
    public func probeHasDuty(of group: GroupID) -> Bool { hasDuty(of: group) }

    /// Whether a page of an incident may go with another one before its own time.
    public mutating func probeMayBundle(_ group: GroupID) -> Bool { mayBundle(group) }

    /// Since when a step has been due of which nobody was reached.
    public func probeOverdueSince(_ group: GroupID) -> Instant? {
        incidents.read(group) { $0.overdueSince } ?? nil
    }

    /// The group that says which roster is in force.
    public var probeControlGroup: GroupID { controlGroup }

    /// Whether somebody was put on call by hand, as known here.
    public func probeIsOverride(_ person: PersonID) -> Bool {
        dutyChanges.overrides.contains { $0.person == person }
    }

    /// Whether anything was changed about who is on call, as known here.
    public var probeHasChanges: Bool { dutyChanges != .none }

    /// Who is on call by a schedule, as pages from here would go.
    public func probePeople(of schedule: ScheduleID, at now: Instant) -> [PersonID] {
        book.people(of: schedule, at: now)?.people.map(\.person) ?? []
    }

    /// What was last decided about paging for an incident, if it still holds: and what would be
    /// decided now.
    public func probePlan(_ group: GroupID, at now: Instant) -> EscalationDecision? {
        incidents.read(group) { $0.derived.current(at: now) } ?? nil
    }

    /// What is decided about paging for an incident as it is known here.
    public func probeDecision(_ group: GroupID, at now: Instant) -> EscalationDecision? {
        incidents.read(group) { decide(viewForDuty(of: $0), at: now) }
    }

    private func viewForDuty(of slot: IncidentSlot) -> Incident {
        var view = slot.view
        if let seen = slot.runSeen, seen.previousEnd == view.previousEnd,
            seen.run == view.run.number, seen.startedAt == view.run.startedAt,
            seen.at + ClockLimits.unnoticed < view.run.startedAt
        {
            view.run.startedAt = seen.at
        }
        return view
    }

    /// What is held of an incident and would be worked out otherwise now, in words; `nil` if nothing.
    public func probeOutdated(_ group: GroupID, at now: Instant) -> String? {
        if group == controlGroup, let outdated = outdatedControl(at: now) { return outdated }
        guard let slot = incidents[group], slot.derived.isCurrent else { return nil }
        let derived = slot.derived
        let view = viewForDuty(of: slot)
        if let held = derived.decision?.value(at: now), held != decide(view, at: now) {
            return "decision \(held)"
        }
        if let held = derived.told?.value(at: now), held != toldAnew(of: view, at: now) {
            return "told \(held)"
        }
        if let held = derived.lapse,
            held.value != acknowledgementLapse(of: view, roster: roster, book: book)
        {
            return "lapse \(String(describing: held.value))"
        }
        return nil
    }

    /// The same of what follows from the control group.
    private func outdatedControl(at now: Instant) -> String? {
        if OnCallChanges(control) != dutyChanges { return "changes of who is on call" }
        if let wrong = book.wronglyPrepared(at: now).first { return "people of \(wrong.text)" }
        guard let held = shifts?.value(at: now) else { return nil }
        let told = held.filter { isTold($0, at: now, ahead: Self.shiftPause) }
        return told == toldOfShiftsAnew(at: now, ahead: Self.shiftPause)
            ? nil : "told of shifts \(told)"
    }

    /// Whether this region leaves it to another incident to page for one.
    public func probeIsCarried(_ group: GroupID) -> Bool { isCarried(group) }

    /// What an incident's owner would have to write down next of merges, by what is known here.
    public func probeMergeSteps(_ group: GroupID) -> [MergeStep] {
        guard !sealed.isEmpty || hasAbsorbed(group) else { return [] }
        // The level is of no account to whether there is a step.
        return incidents.read(group) { mergeSteps(of: $0.committed) { _ in 0 } } ?? []
    }

    /// How a group stands in the command layer here.
    public func probeStatus(of group: GroupID) -> GroupStatus? { replica.status(of: group) }

    /// How far a group is committed here.
    public func probeCommit(of group: GroupID) -> LogIndex? { replica.commit(of: group) }

    /// Whether a group is owned here.
    public func probeLeads(_ group: GroupID) -> Bool { replica.leads(group) }

    /// The command layer.
    public var probeReplica: ReplicaNode { _read { yield replica } }

    /// How far each member's facts are held here.
    public var probeMarks: [FactID] { ledger.marks }
}
