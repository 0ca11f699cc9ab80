import Basics
public import IncidentModel

/// What should be decided about an incident by all that its log says: a pure function of the set of
/// edits, acknowledgements and pages in it, whatever the order in which they were merged. Who leads
/// the incident writes down what is not there yet; whoever else works it out comes to the same.
/// *Source:* design 7, S9; docs/reconciliation.md.
public func decisions(
    for incident: Incident, defects: RuleDefects = RuleDefects()
) -> [Decision] {
    guard incident.generation > 0 else { return [] }
    let edits = incident.edits.filter {
        $0.edit.previousEnd == incident.previousEnd && !$0.edit.isProposal
    }
    return [
        severity(in: incident, edits.filter { $0.severity != nil }),
        commander(in: incident, edits.filter { $0.commander != nil }),
        acknowledgements(in: incident, defects),
        standDown(in: incident),
        merge(of: incident, edits.filter(\.isAboutMerging)),
        phase(of: incident, edits.filter { $0.phase != nil }),
        crossed(in: incident, edits.filter { $0.commander != nil }),
    ].compactMap { $0 }
}

/// What is not in the incident's log yet of what should be.
public func missingDecisions(for incident: Incident) -> [Decision] {
    // Most incidents have nothing to decide.
    guard !incident.edits.isEmpty || !incident.acknowledgements.isEmpty else { return [] }
    return decisions(for: incident).filter { !incident.hasDecided($0.id) }
}

/// Edits of one field, sorted by what is known of what.
struct EditSides {
    /// Those of the side with a majority of which no other such edit knew, the earliest first.
    var firm: [EditRecord]
    /// Those made apart that nobody on the side with a majority took into account, and no later one
    /// apart either.
    var apart: [EditRecord]

    init(_ edits: [EditRecord]) {
        let (firm, apart) = (edits.filter { !$0.edit.isApart }, edits.filter(\.edit.isApart))
        self.firm = firm.filter { one in !firm.contains { $0.edit.seen.cover(one.fact) } }
        self.apart = apart.filter { one in !edits.contains { $0.edit.seen.cover(one.fact) } }
    }

    var all: [EditRecord] { firm + apart }
    var inputs: [FactID] { all.map(\.fact) }
    /// Whether there is one edit, of the side with a majority: nothing to settle.
    var isPlain: Bool { firm.count == 1 && apart.isEmpty }
}

extension EditRecord {
    var severity: Severity? {
        if case .severity(let severity) = edit.value { severity } else { nil }
    }
    var commander: PersonID? {
        if case .commander(let person) = edit.value { person } else { nil }
    }
    var target: MergeTarget? {
        if case .mergedInto(let target) = edit.value { target } else { nil }
    }
    var phase: IncidentPhase? {
        if case .phase(let phase) = edit.value { phase } else { nil }
    }
    var isAboutMerging: Bool { edit.value.isSameField(as: .separate) }
    /// `SEV1 by mei in ap`.
    var claim: String { "\(edit.value.words) by \(edit.by.text) in \(region.text)" }
}

/// The worst stands until a person who knows of all lowers it. What was set apart can make it worse,
/// never milder: it is kept as a proposal.
private func severity(in incident: Incident, _ edits: [EditRecord]) -> Decision? {
    let sides = EditSides(edits)
    guard let worst = sides.all.compactMap(\.severity).min() else { return nil }
    let isExact = !sides.firm.isEmpty
    let through = sides.firm.map(\.time).max() ?? .zero
    let kept = sides.all.filter { $0.severity != worst }
    var reason: String
    if sides.isPlain, let edit = sides.firm.first {
        reason = "\(worst.name) by \(edit.edit.by.text)" + tail(edit.edit.reason)
    } else if sides.all.count == 1, let edit = sides.apart.first {
        reason =
            "\(edit.claim), set apart from the majority: it counts where it is worse than what alerts "
            + "say, and is kept as a proposal where it is milder"
    } else {
        reason =
            "the worst of what was set without knowing of each other stands, until somebody lowers it: "
            + sides.all.map(\.claim).joined(separator: ", ")
        if !kept.isEmpty {
            reason +=
                "; kept as a proposal: " + kept.map { $0.edit.value.words }.joined(separator: ", ")
        }
    }
    return Decision(
        group: incident.group, previousEnd: incident.previousEnd,
        rule: rule(of: sides, otherwise: .severities), inputs: sides.inputs,
        outcome: .severity(worst, isExact: isExact, through: through), reason: reason,
        overturns: overturned(by: sides))
}

/// The one on the side with a majority stands, or the first of several; whoever took command
/// elsewhere becomes deputy.
private func commander(in incident: Incident, _ edits: [EditRecord]) -> Decision? {
    let sides = EditSides(edits)
    guard let standing = sides.firm.first ?? sides.apart.first, let person = standing.commander
    else { return nil }
    var deputies: [PersonID] = []
    for other in sides.all {
        guard let deputy = other.commander, deputy != person, !deputies.contains(deputy) else {
            continue
        }
        deputies.append(deputy)
    }
    let why =
        sides.isPlain
        ? "\(person.text) is in command" + tail(standing.edit.reason)
        : deputies.isEmpty
            ? "\(person.text), who took command in \(standing.region.text) apart from the majority, is in "
                + "command: nobody else was"
            : "\(person.text) stays in command (\(standing.region.text)"
                + (standing.edit.isApart ? ", the first" : ", with the majority") + "); "
                + "\(deputies.map(\.text).joined(separator: ", ")), who took command elsewhere, "
                + "\(deputies.count == 1 ? "is deputy" : "are deputies")"
    return Decision(
        group: incident.group, previousEnd: incident.previousEnd,
        rule: rule(of: sides, otherwise: .commanders), inputs: sides.inputs,
        outcome: .commander(person, deputies: deputies), reason: why,
        overturns: overturned(by: sides))
}

/// Whoever says that it is an incident of its own wins over those who did not know of it; of several
/// survivors the one that opened first.
private func merge(of incident: Incident, _ edits: [EditRecord]) -> Decision? {
    let sides = EditSides(edits)
    guard let first = sides.all.first else { return nil }
    let others = sides.all.compactMap(\.target).filter { $0.group != incident.group }
    let isSeparate = sides.all.contains { $0.target == nil }
    let survivor = isSeparate ? nil : others.min()
    let isByItself = sides.all.allSatisfy { $0.edit.by == .coordinator }
    var rule = rule(of: sides, otherwise: sides.all.count == 1 ? .edit : .merges)
    if isByItself { rule = .duplicates }
    let what =
        survivor.map { "merged into \($0.group.short), which opened first" }
        ?? "an incident of its own"
    let reason =
        sides.all.count == 1 || isByItself
        ? (isByItself ? what : "\(first.edit.value.words) by \(first.edit.by.text)")
            + tail(first.edit.reason)
        : "\(what); wanted without knowing of each other: "
            + sides.all.map(\.claim).joined(separator: ", ")
    return Decision(
        group: incident.group, previousEnd: incident.previousEnd, rule: rule,
        inputs: sides.inputs, outcome: survivor.map { .sealed(into: $0) } ?? .separate,
        reason: reason, overturns: overturned(by: sides))
}

/// Who says that it is not over yet may know what the others do not: the least far stands, until somebody
/// who knows of all says otherwise.
private func phase(of incident: Incident, _ edits: [EditRecord]) -> Decision? {
    let sides = EditSides(edits)
    guard let least = sides.all.compactMap(\.phase).min() else { return nil }
    var reason: String
    if sides.isPlain, let edit = sides.firm.first {
        reason = "\(least.name) by \(edit.edit.by.text)" + tail(edit.edit.reason)
    } else if sides.all.count == 1, let edit = sides.apart.first {
        reason =
            "\(edit.claim), said apart from the majority: nobody there said otherwise"
    } else {
        reason =
            "\(least.name) stands, the least far of what was said without knowing of each other, until "
            + "somebody says otherwise: " + sides.all.map(\.claim).joined(separator: ", ")
    }
    return Decision(
        group: incident.group, previousEnd: incident.previousEnd,
        rule: rule(of: sides, otherwise: .phases), inputs: sides.inputs, outcome: .phase(least),
        reason: reason, overturns: overturned(by: sides))
}

private func rule(of sides: EditSides, otherwise conflict: DecisionRule) -> DecisionRule {
    guard sides.isPlain else { return conflict }
    return sides.firm.first?.edit.overturns == nil ? .edit : .overturned
}

private func overturned(by sides: EditSides) -> DecisionID? {
    sides.isPlain ? sides.firm.first?.edit.overturns : nil
}

private func tail(_ reason: String) -> String { reason.isEmpty ? "" : ": \(reason)" }

/// The first stands, by the regions' clocks; the others help.
private func acknowledgements(in incident: Incident, _ defects: RuleDefects) -> Decision? {
    var given = incident.acknowledgements.filter(incident.covers)
    if !defects.isArrivalOrder { given.sort { ($0.time, $0.fact) < ($1.time, $1.fact) } }
    let unaware = given.filter { one in
        !given.contains { $0.fact != one.fact && one.acknowledgement.seen.cover($0.fact) }
    }
    guard let first = unaware.first else { return nil }
    var others: [PersonID] = []
    for other in unaware {
        let person = other.acknowledgement.by
        if person != first.acknowledgement.by, !others.contains(person) { others.append(person) }
    }
    guard !others.isEmpty else { return nil }
    let all = unaware.map { "\($0.acknowledgement.by.text) in \($0.region.text)" }
    return Decision(
        group: incident.group, previousEnd: incident.previousEnd, rule: .acknowledgements,
        inputs: unaware.map(\.fact),
        outcome: .acknowledged(by: first.acknowledgement.by, others: others),
        reason: "taken on by \(all.joined(separator: ", and by ")) without knowing of each other: "
            + "\(first.acknowledgement.by.text) was first, "
            + "\(others.map(\.text).joined(separator: ", ")) may help or stand down")
}

/// Pages that were begun after somebody had taken the incident on were sent in vain.
private func standDown(in incident: Incident) -> Decision? {
    guard let first = incident.coveringAcknowledgement,
        first.acknowledgement.previousEnd == incident.previousEnd
    else { return nil }
    var people: [PersonID] = []
    var keys: [StepKey] = []
    for page in incident.pages
    where page.position.previousEnd == incident.previousEnd
        && page.position.run >= incident.run.acknowledgedFrom
        && page.position.run <= incident.run.number && !page.position.isNotice
    {
        let isLate = page.attempts.contains {
            $0.intentAt > first.time && $0.outcome?.isSuccess == true
        }
        guard isLate, page.person != first.acknowledgement.by else { continue }
        keys.append(page.key)
        if !people.contains(page.person) { people.append(page.person) }
    }
    guard !people.isEmpty else { return nil }
    people.sort { $0.text < $1.text }
    return Decision(
        group: incident.group, previousEnd: incident.previousEnd, rule: .standDown,
        inputs: [first.fact], keys: keys, outcome: .standDown(people),
        reason: "\(first.acknowledgement.by.text) had taken it on in \(first.region.text) before "
            + "\(people.map(\.text).joined(separator: ", ")) \(people.count == 1 ? "was" : "were") "
            + "paged elsewhere: they may stand down")
}
