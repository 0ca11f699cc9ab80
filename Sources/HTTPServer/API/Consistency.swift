import APIModel
import Basics
import RegionCore

/// How much a read has to show.
///
/// Every read is local and says how much it knows. With `?consistency=linearizable` the region first makes
/// sure that it knows everything that was decided before it was asked. *Source:* docs/decisions/0023.
enum Consistency {
    /// What a read at an address is about.
    enum Subject: Sendable {
        /// Every incident.
        case everything
        /// The incident of the path.
        case incident
        /// The roster and who is on call.
        case roster
    }

    /// The addresses whose reads can be asked for so; the description of the API is made of this, too.
    static let subjects: [(path: String, subject: Subject)] = [
        (APIPath.incidents, .everything), (APIPath.incident("{id}"), .incident),
        (APIPath.timeline("{id}"), .incident), (APIPath.brief("{id}"), .incident),
        (APIPath.handoffs, .everything), (APIPath.conflicts, .everything),
        (APIPath.pages, .everything), (APIPath.cluster, .everything),
        (APIPath.onCall, .roster), (APIPath.timeline, .roster), (APIPath.onCallNext, .roster),
        (APIPath.services, .roster), (APIPath.roster, .roster),
    ]

    static func subject(of path: String) -> Subject? {
        subjects.first { $0.path == path }?.subject
    }

    /// The name of the query's parameter.
    static let parameter = "consistency"
    /// Its values, the default first.
    static let values = ["local", "linearizable"]

    /// What has to be made sure of before a call is served; `nil` if nothing has to be.
    /// *Errors:* a `Refusal` that names the parameter.
    static func scope(of call: Call, at path: String) throws(Refusal) -> ReadScope? {
        guard let wish = call.text(parameter), wish != values[0] else { return nil }
        guard wish == values[1] else {
            throw .invalid(
                parameter, "there is no consistency '\(wish.prefix(40))'",
                remedy: "Use \(values.joined(separator: " or ")).")
        }
        switch subject(of: path) {
        case .everything: return .everything
        case .roster: return .roster
        case .incident:
            // What an incident took over stands in its timeline as well, and a beginning of an id may be
            // that of another one that is not known here yet.
            guard let group = GroupID(hex: call.parameter("id").lowercased()),
                call.text("merged") == nil
            else { return .everything }
            return .incident(group)
        case nil:
            throw .invalid(
                parameter, "this address tells what is known at this region only",
                remedy: "Leave the parameter out.")
        }
    }

    /// Refuses what could not be made sure of. *Errors:* a `Refusal` with the remedy.
    static func check(_ reply: Reply) throws(Refusal) {
        switch reply {
        case .upToDate: return
        case .overloaded(let reason), .rejected(let reason):
            throw Refusal(
                .unavailable, reason, field: parameter,
                remedy:
                    "Ask another region, or leave ?consistency=linearizable out: the answer then "
                    + "says how much it knows.")
        case .accepted, .unknownIncident:
            throw Refusal(
                .internalError, "a read was answered like a command",
                remedy: "Report this as a bug.")
        }
    }
}
