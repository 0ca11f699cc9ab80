public import Basics
public import IncidentModel

/// A change of command that lies ahead: at a change of shift the owner will offer it. *Source:* issue 5
/// point 6.
public struct PlannedHandoff: Equatable, Sendable {
    /// The incident.
    public var group: GroupID
    /// What is wrong, one line.
    public var title: String
    /// How bad.
    public var severity: Severity
    /// Who is in command.
    public var from: PersonID
    /// Who comes on call next.
    public var to: PersonID
    /// When it is offered, at the earliest.
    public var offerAt: Instant
    /// The schedule whose shift ends.
    public var schedule: ScheduleID
    /// When it ends.
    public var changeAt: Instant
    /// Why it would not be offered now; empty if it would.
    public var heldBack: String
}
