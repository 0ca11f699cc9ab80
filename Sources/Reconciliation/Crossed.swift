import Basics
import IncidentModel

/// Somebody asked for the next level while command passed on, neither knowing of the other: whoever held command
/// then, by the regions' clocks, answers for it, and whoever had it before or has it since is told. The last such
/// request counts. `changes` are the wishes for command of this generation, in their order.
/// *Source:* design 7, "a handoff and an escalation cross".
func crossed(in incident: Incident, _ changes: [EditRecord]) -> Decision? {
    guard !incident.escalations.isEmpty, !changes.isEmpty else { return nil }
    // Command that was taken apart from the majority passed to nobody where the majority has a commander.
    let firm = changes.filter { !$0.edit.isApart }
    let passed = firm.isEmpty ? changes : firm
    for request in incident.escalations.reversed()
    where request.request.previousEnd == incident.previousEnd {
        guard let decision = crossed(request, passed, in: incident) else { continue }
        return decision
    }
    return nil
}

private func crossed(
    _ request: EscalationRecord, _ passed: [EditRecord], in incident: Incident
) -> Decision? {
    guard let answers = passed.last(where: { $0.time <= request.time })?.commander else {
        return nil
    }
    var inputs = [request.fact]
    var others: [PersonID] = []
    for (place, change) in passed.enumerated()
    where !change.edit.seen.cover(request.fact) && !request.request.seen.cover(change.fact) {
        // Before the first nobody held command: nothing passed on.
        guard place > 0 else { continue }
        inputs.append(change.fact)
        for person in [passed[place - 1].commander, change.commander].compactMap(\.self)
        where person != answers && !others.contains(person) {
            others.append(person)
        }
    }
    guard !others.isEmpty else { return nil }
    let names = others.map(\.text).joined(separator: ", ")
    return Decision(
        group: incident.group, previousEnd: incident.previousEnd, rule: .crossed, inputs: inputs,
        outcome: .answers(answers, others: others, request: request.fact),
        reason: "\(request.request.by.text) asked for the next level in \(request.region.text) at "
            + "\(request.time.instant.minuteUTC) while command passed on, neither knowing of the other: "
            + "\(answers.text) held command then and answers for it, \(names) "
            + "\(others.count == 1 ? "is" : "are") told")
}
