import Alerting
public import Basics
import Escalation
import IncidentModel
import Reconciliation
import Replication
import Wire

/// Incidents that are one problem become one: their owners write down the next step, wherever they
/// are. *Source:* design 7; decision 0015.
extension RegionCore {
    /// The rules of merging, over the logs as they are here.
    private var mergeRules: MergeRules {
        // Without the core around them, which would be copied.
        MergeRules { [incidents] group in incidents.read(group) { $0.sharedCommitted } }
    }

    /// Proposes the next steps of merges that an incident which is led here is part of; gives back when to
    /// look again.
    mutating func tendMerge(_ group: GroupID, at now: Instant) -> Instant {
        guard !sealed.isEmpty || hasAbsorbed(group) else { return .distantFuture }
        let isFree = incidents.read(group) { $0.mergeIndex == nil && !$0.isQuarantined }
        guard isFree == true, replica.leads(group),
            let incident = incidents.read(group, { $0.committed })
        else { return .distantFuture }
        let (roster, book) = (roster, book)
        let steps = mergeSteps(of: incident) {
            Self.currentLevel(of: $0, roster: roster, book: book, at: now)
        }
        guard !steps.isEmpty else { return .distantFuture }
        let payload = LogPayload.merging(steps, by: me.name, at: clock.tick(at: now))
        switch replica.propose(payload.encoded, in: group, at: now, into: &turn.replication) {
        case .accepted(let index, _): withSlot(group) { $0.mergeIndex = index }
        case .logFull:
            replicaWantsRoom(group)
            return now + .milliseconds(200)
        case .notOwner, .notEstablished, .transferring, .noMajority: break
        }
        return .distantFuture
    }

    func hasAbsorbed(_ group: GroupID) -> Bool {
        incidents.read(group, { $0.sharedCommitted })?.value.absorbed.isEmpty == false
    }

    func mergeSteps(of incident: Incident, level: (Incident) -> UInt64) -> [MergeStep] {
        let rules = mergeRules
        if let step = rules.release(of: incident) { return [step] }
        let children = sealed.children(of: incident.group)
            .compactMap { child in incidents.read(child) { $0.committed } }
        return rules.adoptions(by: incident, of: children, level: level)
    }

    /// Whether another incident pages for this one.
    func isCarried(_ group: GroupID) -> Bool { carriedUntil(group) > lastStepAt }

    /// How long something worse than the survivor may be known here and not there before it is paged by
    /// itself: until then it is about to be taken over.
    private static let adoptionPatience = Span.seconds(5)

    /// Until when another incident pages for this one, unless something is learned; `.epoch` if none does.
    private func carriedUntil(_ group: GroupID) -> Instant {
        guard let view = sealedView(group) else { return .epoch }
        return until(of: carrying(view.value), group)
    }

    /// What is known of an incident whose log says that it is sealed.
    private func sealedView(_ group: GroupID) -> Shared<Incident>? {
        guard !sealed.isEmpty else { return nil }
        return incidents.read(group) { $0.committed.sealing == nil ? nil : $0.sharedView } ?? nil
    }

    private func carrying(_ view: Incident) -> (isCarried: Bool, knowsWorse: Bool) {
        let rules = mergeRules
        let chain = rules.chain(from: view)
        return (rules.isCarried(view, by: chain), rules.knowsWorse(view, than: chain))
    }

    private func until(
        of carrying: (isCarried: Bool, knowsWorse: Bool), _ group: GroupID
    ) -> Instant {
        if config.defects.contains(.carriedWhenSealed) { return .distantFuture }
        guard carrying.isCarried else { return .epoch }
        guard carrying.knowsWorse else { return .distantFuture }
        let since = incidents.read(group, \.worseSince) ?? nil
        return (since ?? lastStepAt) + Self.adoptionPatience
    }

    /// The same, and takes note of since when something is known here that is worse than what pages for
    /// it.
    mutating func noteCarried(_ group: GroupID, at now: Instant) -> Instant {
        guard !sealed.isEmpty else { return .epoch }
        guard let view = sealedView(group) else {
            withSlot(group) { $0.worseSince = nil }
            return .epoch
        }
        let carrying = carrying(view.value)
        withSlot(group) { $0.worseSince = carrying.knowsWorse ? $0.worseSince ?? now : nil }
        return until(of: carrying, group)
    }

    private func isMilder(_ group: GroupID, than other: GroupID) -> Bool {
        guard let one = incidents.read(group, { $0.view.severity }),
            let two = incidents.read(other, { $0.view.severity })
        else { return false }
        return one > two
    }

    /// The incident that pages for this one, if another one does.
    public func carrier(of group: GroupID) -> GroupID? {
        guard isCarried(group), let incident = incidents.read(group, { $0.committed }),
            case .open(let survivor) = mergeRules.chain(from: incident)
        else { return nil }
        return survivor
    }

    /// An incident's log has changed: so may what is to be done about those it is merged with.
    mutating func noteSeal(_ group: GroupID) {
        guard let committed = incidents.read(group, { $0.sharedCommitted }) else { return }
        let target = committed.value.sealing?.group
        guard target != nil || !committed.value.absorbed.isEmpty || !sealed.isEmpty else { return }
        // Of one that is over only those matter that it has yet to let go.
        let isOpen = committed.value.status.isOpen
        let absorbed = committed.value.absorbed.map(\.child).filter {
            isOpen || sealed.isSealed($0)
        }
        guard target != nil || !absorbed.isEmpty || !sealed.isEmpty else { return }
        sealed.note(group, into: target)
        sealed.note(group, absorbed: absorbed)
        for other in sealed.concerned(by: group) { markDirty(other) }
    }

    /// A command about an incident that another one pages for goes to that one, or is refused with the
    /// remedy.
    func redirected(_ command: Command) -> Result<Command, Refusal> {
        guard let carrier = carrier(of: command.group) else { return .success(command) }
        switch command {
        case .acknowledge where isMilder(command.group, than: carrier),
            .snooze where isMilder(command.group, than: carrier):
            // Who takes on something mild has not taken on what is worse: the merge's rule judges.
            return .success(command)
        case .acknowledge(_, _, _, _, let by, let via):
            return .success(
                .acknowledge(
                    group: carrier, generation: nil, previousEnd: nil, run: nil, by: by, via: via))
        case .snooze(_, let until, let by, let via):
            return .success(.snooze(group: carrier, until: until, by: by, via: via))
        case .escalate(_, let by, let reason):
            return .success(.escalate(group: carrier, by: by, reason: reason))
        case .note(_, let by, let text, let replyTo):
            return .success(.note(group: carrier, by: by, text: text, replyTo: replyTo))
        case .work(_, .begin(let draft), let by):
            return .success(.work(group: carrier, .begin(draft), by: by))
        case .work(_, .finish(let draft, let end, let outcome), let by):
            return .success(
                .work(group: carrier, .finish(draft, end, outcome: outcome), by: by))
        case .edit(_, .mergedInto, _, _, _), .edit(_, .separate, _, _, _), .merge, .roster, .work:
            return .success(command)
        case .edit, .resolve, .handoff:
            return .failure(
                Refusal(
                    reason: "it is merged into \(carrier.short): ask for that there, or make this "
                        + "an incident of its own again first"))
        }
    }

    /// A wish to merge two incidents: it is about the one that opened later, whichever was named first.
    func wishToMerge(
        _ one: GroupID, _ other: GroupID, by: PersonID, reason: String, isProposal: Bool,
        isApart: Bool
    ) -> Result<(GroupID, FactBody), Refusal> {
        func refuse(_ reason: String) -> Result<(GroupID, FactBody), Refusal> {
            .failure(Refusal(reason: reason))
        }
        guard let first = incidents.read(one, { $0.view }), let found = root(of: other),
            let second = incidents.read(found, { $0.view }), second.generation > 0
        else { return refuse("there is no incident \(other.short) here to merge it with") }
        guard one != other else { return refuse("an incident cannot be merged with itself") }
        guard one != found else { return refuse("\(other.short) is merged into it already") }
        for incident in [first, second] where !incident.status.isOpen {
            return refuse(
                "\(incident.group.short) is \(incident.status.name): only open incidents are merged"
            )
        }
        let (child, survivor) =
            MergeTarget(first) < MergeTarget(second) ? (second, first) : (first, second)
        if let target = child.sealing, target.group == survivor.group,
            target.previousEnd == survivor.previousEnd
        {
            return refuse("it is merged into \(survivor.group.short) already")
        }
        guard survivor.hasRoomForChildren else {
            return refuse("\(survivor.group.short) has taken over as many as it can")
        }
        // Somebody may have spoken since the coordinator asked.
        if by == .coordinator, suspect(child.group) == nil {
            return refuse("a person has decided about \(child.group.short)")
        }
        let edit = FieldEdit(
            previousEnd: child.previousEnd, value: .mergedInto(MergeTarget(survivor)), by: by,
            reason: reason, isApart: isApart, seen: ledger.marks, isProposal: isProposal)
        return .success((child.group, .edited(edit)))
    }

    /// By what an incident is compared with others, by its service's rule.
    func likeness(of incident: Incident) -> Likeness? {
        switch roster.service(incident.service)?.duplicates ?? .similar {
        case .similar: Likeness(incident, by: nil)
        case .labels(let names): Likeness(incident, by: names)
        case .never: nil
        }
    }

    private func suspect(_ group: GroupID) -> Suspect? {
        incidents.read(group, { $0.sharedView }).flatMap { suspect($0.value) }
    }

    private func suspect(_ incident: Incident) -> Suspect? {
        guard let likeness = likeness(of: incident) else { return nil }
        return Suspect(
            group: incident.group, service: incident.service, previousEnd: incident.previousEnd,
            openedAt: incident.openedAt, severity: incident.severity, likeness: likeness)
    }

    /// How long an owner leaves it to coordinators to find that two incidents are one problem: with none,
    /// one or two of them the same comes out.
    private static let duplicatePatience = Span.seconds(10)

    /// An owner looks itself whether an incident is one problem with an earlier one. Gives back when to
    /// look again.
    mutating func findDuplicate(_ group: GroupID, at now: Instant) -> Instant {
        let isOld = withSlot(group) { slot in
            defer { slot.isLikenessOld = false }
            return slot.isLikenessOld
        }
        if isOld {
            let new = suspect(group)
            if suspects.isNews(group, new) {
                let before = suspects.later(than: group)
                suspects.note(group, new)
                for other in before + suspects.later(than: group) { markDirty(other) }
            }
        }
        guard suspects.count > 1, replica.leads(group), let found = suspects.original(of: group)
        else {
            withSlot(group) { $0.duplicateSince = nil }
            return .distantFuture
        }
        let since = withSlot(group) { slot in
            slot.duplicateSince = slot.duplicateSince ?? now
            return slot.duplicateSince ?? now
        }
        guard since + Self.duplicatePatience <= now else { return since + Self.duplicatePatience }
        withSlot(group) { $0.duplicateSince = now }
        consider(MergeProposal(child: group, survivor: found.target.group), at: now)
        return now + Self.duplicatePatience
    }

    /// A coordinator's proposal is taken up if the rule says the same of what is known here, and is a
    /// wish like others then: so a coordinator that is mad, or late, can do no harm.
    mutating func consider(_ proposal: MergeProposal, at now: Instant) {
        guard let one = suspect(proposal.child), let other = suspect(proposal.survivor),
            let reason = reasonToMerge(one, other), askedEdits.count < Limits.intakeWaitingMax,
            !askedEdits.contains(where: { $0.command.group == one.group })
        else { return }
        let command = Command.merge(
            group: one.group, with: other.group, by: .coordinator, reason: reason,
            isProposal: !mergesByItself(one, other))
        askedEdits.append((nil, command, .none, now))
    }

    /// Where the seals lead from an incident: itself, if it is not sealed.
    func root(of group: GroupID) -> GroupID? {
        guard let incident = incidents.read(group, { $0.committed }) else { return nil }
        guard case .open(let survivor) = mergeRules.chain(from: incident) else { return group }
        return survivor
    }
}

/// Why a command makes no sense as things stand, for people.
struct Refusal: Error {
    var reason: String
}
