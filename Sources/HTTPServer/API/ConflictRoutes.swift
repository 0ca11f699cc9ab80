import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import RegionCore

/// What two sides saw differently: told with both sides, and open to a person's veto. *Source:* design
/// 7.
struct ConflictRoutes: Sendable {
    private let node: any NodeService
    private let commands: CommandRoutes

    init(node: any NodeService, commands: CommandRoutes) {
        (self.node, self.commands) = (node, commands)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.conflicts, access: .token, level: .debug, serve: list),
            Endpoint(.get, APIPath.conflict("{id}"), access: .token, level: .debug, serve: show),
            Endpoint(
                .post, APIPath.overturn("{id}"), access: .token, level: .info, serve: overturn),
        ]
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let all = try call.flag("all")
        let found = await known(includeResolved: all).map(\.conflict)
            .filter { all || $0.isStanding }
        return .json(
            ConflictList(
                region: node.region.text, readAt: Timestamp(node.now()), conflicts: found))
    }

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let found = try await conflict(call.parameter("id"))
        return .json(found.conflict, incident: found.view.incident.group)
    }

    private func overturn(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let by = try fields.person("by", roster: roster, client: call.client)
        let reason = try fields.text(
            "reason", lengthMax: Limits.summaryLengthMax,
            remedy: "Say why: it goes into the timeline.")
        let found = try await conflict(call.parameter("id"))
        guard let id = UInt64(found.conflict.id, radix: 16).map(DecisionID.init(raw:)) else {
            throw .invalid(
                "id", "this is no id of a conflict", remedy: "See GET /api/v1/conflicts.")
        }
        let value = try value(fields, for: found.conflict.rule, roster: roster)
        return try await commands.answer(
            node.command(
                .edit(
                    group: found.view.incident.group, value: value, by: by, reason: reason,
                    overturns: id)), status: .ok)
    }

    private func value(
        _ fields: RequestFields, for rule: String, roster: Roster
    ) throws(Refusal) -> FieldValue {
        if let text = try fields.optionalText("severity", lengthMax: 64) {
            guard rule == DecisionRule.severities.name else {
                throw .invalid(
                    "severity", "this conflict is not about a severity",
                    remedy: "Give a commander instead.")
            }
            guard let severity = Severity(named: text) else {
                throw .invalid(
                    "severity", "there is no severity '\(text)'", remedy: "Use SEV1 to SEV5.")
            }
            return .severity(severity)
        }
        let remedy =
            rule == DecisionRule.severities.name
            ? "Give the severity that is to stand, SEV1 to SEV5."
            : "Give the id of the person who is to command."
        guard let text = try fields.optionalText("commander", lengthMax: 128),
            rule != DecisionRule.severities.name
        else {
            throw .missing(
                rule == DecisionRule.severities.name ? "severity" : "commander", remedy: remedy)
        }
        guard roster.person(PersonID(text)) != nil else {
            throw .invalid(
                "commander", "nobody in the roster is called '\(text)'", remedy: remedy)
        }
        return .commander(PersonID(text))
    }

    private func known(
        includeResolved: Bool
    ) async -> [(conflict: ConflictSummary, view: IncidentView)] {
        let mapping = IncidentMapping(region: node.region, now: node.now())
        return await node.incidents(includeResolved: includeResolved)
            .flatMap { view in mapping.conflicts(view).map { ($0, view) } }
            .sorted { ($1.0.decidedAt, $0.0.id) < ($0.0.decidedAt, $1.0.id) }
    }

    /// The conflict of an id, or of the beginning of one.
    private func conflict(
        _ text: String
    ) async throws(Refusal) -> (conflict: ConflictSummary, view: IncidentView) {
        let id = text.trimmed.lowercased()
        let matches = await known(includeResolved: true).filter { $0.conflict.id.hasPrefix(id) }
        guard id.utf8.count >= IncidentLookup.digitsMin, let match = matches.first else {
            throw Refusal(
                .unknownIncident, "region \(node.region) knows no such conflict", field: "id",
                remedy: "See GET /api/v1/conflicts?all=true.")
        }
        guard matches.count == 1 else {
            throw Refusal(
                .ambiguousIncident, "\(matches.count) conflicts begin so", field: "id",
                remedy: "Give more digits.")
        }
        return match
    }
}
