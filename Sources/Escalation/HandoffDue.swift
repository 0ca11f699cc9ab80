public import Basics
public import IncidentModel
public import OnCall

/// Command that is to be offered to whoever comes on call next.
public struct HandoffDue: Equatable, Sendable {
    /// From when on.
    public var at: Instant
    /// To whom.
    public var to: PersonID
    /// The schedule whose shift ends.
    public var schedule: ScheduleID
    /// When it ends.
    public var changeAt: Instant
}

/// When command of an incident is to be offered to whoever comes on call after the one who has it: a while
/// before the shift ends in which they took it, or before which they took it so shortly that it was for
/// that shift. `nil` if they were not on call then, if nobody comes after them, while an offer is open,
/// and once it was offered to that person for this change of shift: what they declined is for people to
/// settle. *Source:* issue 5 point 6; design 7.
public func handoffDue(
    of incident: Incident, roster: Roster, book: OnCallBook, at now: Instant
) -> HandoffDue? {
    guard incident.status.isOpen, let commander = incident.commander, incident.openHandoff == nil
    else { return nil }
    let since = incident.commandSince.instant
    var last: (end: Instant, schedule: ScheduleID)?
    for schedule in incident.schedules(in: roster) {
        let end = endOfShift(
            of: commander, at: since, comingWithin: roster.command.overlap, in: [schedule], book)
        guard let end else { continue }
        if let known = last, known.end >= end { continue }
        last = (end, schedule)
    }
    guard let last else { return nil }
    let then = book.people(of: last.schedule, at: max(last.end, now))?.people ?? []
    guard let next = then.first(where: { $0.person != commander })?.person else { return nil }
    let due = last.end - roster.command.overlap
    let wasOffered = incident.handoffs.contains {
        $0.isKnown && $0.to == next && $0.time.instant + .seconds(1) >= due
    }
    return wasOffered
        ? nil : HandoffDue(at: due, to: next, schedule: last.schedule, changeAt: last.end)
}
