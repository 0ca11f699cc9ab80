public import Basics
public import IncidentModel
public import OnCall

/// Who may overturn what was decided about an incident: whoever commands it and their deputies, who is on
/// call for its service, and the leads of regions, in this order; `nil` if anybody may, for nobody is in
/// command. Whoever else thinks that it is wrong takes command first. *Source:* issue 4.
public func peopleWhoMayOverturn(
    _ incident: Incident, roster: Roster, book: OnCallBook, at now: Instant
) -> [PersonID]? {
    guard let commander = incident.commander else { return nil }
    let onCall = incident.schedules(in: roster).flatMap { id in
        (book.people(of: id, at: now)?.people ?? []).map(\.person)
    }
    let all = [commander] + incident.deputies + onCall + roster.regions.compactMap(\.lead)
    return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
}
