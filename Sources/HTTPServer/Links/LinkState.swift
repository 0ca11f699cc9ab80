import Basics
import Gateways
import IncidentModel
import RegionCore

/// How a one-tap link stands to its incident: what a GET shows, and whether a POST acts.
enum LinkState: Equatable, Sendable {
    /// The button works.
    case offered(isBehind: Bool)
    /// Somebody has taken this state of the incident on.
    case acknowledged(by: PersonID, at: Instant)
    /// Nothing fires any more.
    case resolved
    /// The incident was opened again since the page left.
    case opened(again: UInt64)
    /// Somebody asked for the next level since the page left.
    case escalated
    /// This region has not heard enough of the incident to do it.
    case unknownHere

    /// The state of a claim by what is known here.
    ///
    /// An acknowledgement names its generation and run, so it may come before this region has heard
    /// of them; a resolve or an escalation acts on what is known here, so it may not. An old link
    /// never acts on a newer state: its holder has not seen that one. *Source:* design 11, "old
    /// generation's ack silences the new one".
    /// A link that takes command has states of its own (`CommandState`).
    static func of(_ claim: LinkClaim, _ view: IncidentView?) -> LinkState {
        guard let incident = view?.incident, incident.generation > 0 else { return .unknownHere }
        if incident.group != claim.group { return of(claim.action, carriedBy: incident) }
        if incident.hasClosed(after: claim.previousEnd) {
            return .opened(again: incident.generation)
        }
        let isBehind =
            incident.previousEnd != claim.previousEnd
            || (incident.run.number < claim.run && claim.action != .resolve)
        if isBehind {
            return claim.action == .acknowledge ? .offered(isBehind: true) : .unknownHere
        }
        guard incident.status.isOpen else { return .resolved }
        switch claim.action {
        case .resolve, .command: return .offered(isBehind: false)
        case .escalate:
            return incident.run.number > claim.run ? .escalated : .offered(isBehind: false)
        case .acknowledge:
            if incident.run.number > claim.run { return .escalated }
            guard let record = incident.coveringAcknowledgement else {
                return .offered(isBehind: false)
            }
            return .acknowledged(by: record.acknowledgement.by, at: record.time.instant)
        }
    }

    /// The same for a link of an incident that another one took over: it acts on that one as it is now.
    private static func of(_ action: LinkAction, carriedBy incident: Incident) -> LinkState {
        guard incident.status.isOpen else { return .resolved }
        guard action == .acknowledge, let record = incident.coveringAcknowledgement else {
            return .offered(isBehind: false)
        }
        return .acknowledged(by: record.acknowledgement.by, at: record.time.instant)
    }
}

/// What a POST came to.
enum LinkOutcome: Equatable, Sendable {
    /// It is done, so safely.
    case done(Durability)
    /// Nothing was done, for the incident stands so.
    case unchanged(LinkState)
    /// The same link is being carried out already.
    case underWay
    /// The node refused, for this reason.
    case refused(reason: String)
    /// The node cannot do it now, for this reason.
    case failed(reason: String)

    /// The word by which metrics count it.
    var name: String {
        switch self {
        case .done(let durability): durability.name
        case .unchanged: "unchanged"
        case .underWay: "under-way"
        case .refused: "rejected"
        case .failed: "overloaded"
        }
    }
}
