package import Foundation

/// The one way in which the API's types become JSON and come back.
package enum APICoding {
    /// A value as JSON: keys in lower camel case and sorted, slashes as they are, absent values
    /// left out.
    /// *Errors:* `EncodingError`, which no type of this module raises.
    package static func encode(_ value: some Encodable, isPretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    /// A value from JSON. Unknown keys are passed over, so that a client may be older than the
    /// server.
    /// *Errors:* `DecodingError`.
    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws
        -> Value
    {
        try JSONDecoder().decode(type, from: data)
    }
}

/// The addresses of the API, for the server and for clients.
package enum APIPath {
    /// Open incidents, and the place to declare one; `?all=true` adds resolved ones.
    package static let incidents = "/api/v1/incidents"
    /// Who is on call; `?at=` and an RFC 3339 time asks for another instant.
    package static let onCall = "/api/v1/oncall"
    /// Who is on call between `?from=` and `&to=`, two RFC 3339 times.
    package static let timeline = "/api/v1/oncall/timeline"
    /// Who comes next; `?at=` and an RFC 3339 time asks for another instant, `&count=` for more turns.
    package static let onCallNext = "/api/v1/oncall/next"
    /// How schedules and services are covered between `?from=` and `&to=`.
    package static let onCallCoverage = "/api/v1/oncall/coverage"
    /// How the load is split between `?from=` and `&to=`; `&schedule=` names one schedule.
    package static let onCallFairness = "/api/v1/oncall/fairness"
    /// The address of the calendar of `?kind=` (person, region, schedule) and `&id=`.
    package static let calendar = "/api/v1/oncall/calendar"
    /// The pages of open incidents, newest first.
    package static let pages = "/api/v1/pages"
    /// Sends one test page.
    package static let testPage = "/api/v1/pages/test"
    /// The cluster as this region sees it.
    package static let cluster = "/api/v1/cluster"
    /// The runbooks of the answering region's folder; `?service=` and `?text=` narrow the list.
    package static let runbooks = "/api/v1/runbooks"
    /// One runbook by its name.
    package static func runbook(_ name: String) -> String { "\(runbooks)/\(name)" }
    /// Whether somebody is there at every minute to come, by the roster in force.
    package static let coverage = "/api/v1/coverage"
    /// What the incidents of a period come to; `?from=` and `&to=`, `&format=csv` for a `&table=`.
    package static let numbers = "/api/v1/numbers"
    /// What is known at the answering region and not in the logs yet.
    package static let facts = "/api/v1/facts"
    /// What changes, as server-sent events; `Last-Event-ID` takes up where a client left off.
    package static let events = "/api/v1/events"
    /// The description of all this, in OpenAPI 3.1; needs no token.
    package static let description = "/api/v1/openapi.json"
    /// `CoordinatorStatus`, at a coordinator.
    package static let coordinator = "/api/v1/coordinator"
    /// The service catalogue.
    package static let services = "/api/v1/services"

    /// What two sides saw differently; `?all=true` adds what does not stand any more.
    package static let conflicts = "/api/v1/conflicts"
    /// One conflict by its id, or a beginning that no other has.
    package static func conflict(_ id: String) -> String { "\(conflicts)/\(id)" }
    /// Overturns what was decided.
    package static func overturn(_ id: String) -> String { "\(conflict(id))/overturn" }

    /// One incident by its id: 32 hexadecimal digits or a beginning that no other incident has.
    package static func incident(_ id: String) -> String { "\(incidents)/\(id)" }
    /// The timeline of one incident.
    package static func timeline(_ id: String) -> String { "\(incident(id))/timeline" }
    /// Who takes part in an incident, and who did.
    package static func participants(_ id: String) -> String { "\(incident(id))/participants" }
    /// Who has which role in it, and who had it.
    package static func roles(_ id: String) -> String { "\(incident(id))/roles" }
    /// Takes an incident on.
    package static func acknowledge(_ id: String) -> String { "\(incident(id))/acknowledge" }
    /// Takes an incident on for a while.
    package static func snooze(_ id: String) -> String { "\(incident(id))/snooze" }
    /// Closes the alerts that are seen firing.
    package static func resolve(_ id: String) -> String { "\(incident(id))/resolve" }
    /// Goes on to the next level now.
    package static func escalate(_ id: String) -> String { "\(incident(id))/escalate" }
    /// Sets the severity.
    package static func severity(_ id: String) -> String { "\(incident(id))/severity" }
    /// Puts somebody in command.
    package static func commander(_ id: String) -> String { "\(incident(id))/commander" }
    /// Writes down what is worked on.
    package static func work(_ id: String) -> String { "\(incident(id))/work" }
    /// Puts something that is worked on otherwise.
    package static func workItem(_ id: String, _ item: String) -> String {
        "\(work(id))/\(item)"
    }
    /// Says how something that was worked on ended.
    package static func workEnd(_ id: String, _ item: String) -> String {
        "\(workItem(id, item))/end"
    }
    /// Says how far people are.
    package static func phase(_ id: String) -> String { "\(incident(id))/phase" }
    /// Makes it and another one a single incident.
    package static func merge(_ id: String) -> String { "\(incident(id))/merge" }
    /// Makes it an incident of its own again.
    package static func separate(_ id: String) -> String { "\(incident(id))/separate" }
    /// Who commands what, and the open offers of command; `?all=true` adds those that are over,
    /// `?incident=` narrows to one.
    package static let handoffs = "/api/v1/handoffs"
    /// The changes of command that lie ahead.
    package static let handoffPlan = "/api/v1/handoffs/plan"
    /// The brief of an incident as it would be written now.
    package static func brief(_ id: String) -> String { "\(incident(id))/brief" }
    /// The steps of a handoff of command.
    package enum HandoffStep: String, CaseIterable, Sendable {
        /// Its steps.
        case offer, brief, accept, decline, withdraw
    }
    /// Says a word of a handoff.
    package static func handoff(_ id: String, _ step: HandoffStep) -> String {
        "\(incident(id))/handoff/\(step.rawValue)"
    }
    /// Says a word of the handoffs of many incidents at once: `offer` or `accept`.
    package static func handoffs(_ step: HandoffStep) -> String { "\(handoffs)/\(step.rawValue)" }
    /// The roster in force, its versions and changes of who is on call; the place to apply one.
    package static let roster = "/api/v1/roster"
    /// The text of one version that was in force.
    package static func rosterVersion(_ version: String) -> String {
        "\(roster)/versions/\(version)"
    }
    /// The place to override, swap, or say that somebody is on leave.
    package static let changes = "/api/v1/oncall/changes"
    /// What an override, a swap or a leave would change: nothing is written.
    package static let changePlan = "/api/v1/oncall/changes/plan"
    /// Takes a swap.
    package static func takeChange(_ id: String) -> String { "\(changes)/\(id)/take" }
    /// Takes a change back.
    package static func cancelChange(_ id: String) -> String { "\(changes)/\(id)/cancel" }
    /// Writes something down.
    package static func notes(_ id: String) -> String { "\(incident(id))/notes" }
}
