import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import Paging
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
            Endpoint(.get, APIPath.conflicts, access: .token(.read), level: .debug, serve: list),
            Endpoint(
                .get, APIPath.conflict("{id}"), access: .token(.read), level: .debug, serve: show),
            Endpoint(
                .post, APIPath.overturn("{id}"), access: .token(.command), level: .info,
                serve: overturn),
        ]
    }

    /// A decision that settled something, and the incident it is about.
    private struct Found {
        var decision: Decision
        var view: IncidentView
    }

    private var mapping: IncidentMapping { IncidentMapping(region: node.region, now: node.now()) }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let all = try call.flag("all")
        let rules = try call.words("rule", of: Self.rules)
        let (services, bounds) = (call.list("service"), try TimeBounds(call))
        let page = try ListPage(call, .conflicts, fields: 2)
        var found = await known(includeResolved: all)
        if let id = call.text("incident") {
            let view = try await IncidentLookup(node: node).view(of: id)
            found = Self.conflicts(of: view)
        }
        let wanted = found.filter { one in
            (all || one.view.incident.isStanding(one.decision))
                && rules?.contains(one.decision.rule.name) ?? true
                && services?.contains(one.view.incident.service.text) ?? true
                && bounds.admit(one.decision.decidedAt.instant)
        }
        let (rows, next) = page.of(
            wanted.map { ([.max - $0.decision.decidedAt.raw, $0.decision.id.raw], $0) })
        return .json(
            ConflictList(
                region: node.region.text, readAt: Timestamp(node.now()),
                conflicts: rows.map { mapping.conflict($0.decision, of: $0.view.incident) },
                next: next))
    }

    /// The rules by which conflicts are decided.
    static let rules = DecisionRule.allCases.filter(\.isConflict).map(\.name)

    private func show(_ call: Call) async throws(Refusal) -> Answer {
        let found = try await conflict(call.parameter("id"))
        let incident = found.view.incident
        return .json(mapping.conflict(found.decision, of: incident), incident: incident.group)
    }

    private func overturn(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let by = try fields.person("by", roster: roster, client: call.client)
        let reason = try fields.text(
            "reason", lengthMax: Limits.summaryLengthMax,
            remedy: "Say why: it goes into the timeline.")
        let found = try await conflict(call.parameter("id"))
        try await check(by, mayOverturnFor: found.view.incident, roster: roster)
        let value = try value(fields, for: found.decision.rule, roster: roster)
        return try await commands.answer(
            node.command(
                .edit(
                    group: found.view.incident.group, value: value, by: by, reason: reason,
                    overturns: found.decision.id), key: fields.key), status: .ok)
    }

    /// Refuses whoever has no say in an incident that somebody commands.
    private func check(
        _ by: PersonID, mayOverturnFor incident: Incident, roster: Roster
    ) async throws(Refusal) {
        let people = peopleWhoMayOverturn(
            incident, roster: roster, book: await node.onCallBook(), at: node.now())
        guard let people, !people.contains(by), let commander = people.first else { return }
        throw Refusal(
            .forbidden,
            "\(commander.text) commands this incident, and '\(by.text)' is neither in command or "
                + "deputy, nor on call for it, nor lead of a region", field: "by",
            remedy:
                "Ask one of \(people.map(\.text).joined(separator: ", ")); or take command first, "
                + "which everybody may: `meridian handoff take \(incident.group.short) --reason \"...\"`."
        )
    }

    /// What is to stand instead: a severity where that was settled, two incidents where two were made
    /// one, and a commander otherwise.
    private func value(
        _ fields: RequestFields, for rule: DecisionRule, roster: Roster
    ) throws(Refusal) -> FieldValue {
        switch rule {
        case .severities:
            guard let severity = try fields.optionalSeverity("severity") else {
                throw .missing(
                    "severity", remedy: "Give the severity that is to stand, SEV1 to SEV5.")
            }
            return .severity(severity)
        case .phases:
            guard let phase = try fields.optionalPhase("phase") else {
                throw .missing("phase", remedy: "Give investigating or mitigated.")
            }
            return .phase(phase)
        case .merges, .duplicates: return .separate
        case .edit, .commanders, .acknowledgements, .standDown, .crossed, .overturned:
            guard let person = try fields.optionalMember("commander", of: roster) else {
                throw .missing("commander", remedy: "Give the id of the person who is to command.")
            }
            return .commander(person.id)
        }
    }

    private func known(includeResolved: Bool) async -> [Found] {
        await node.incidents(includeResolved: includeResolved).flatMap(Self.conflicts)
    }

    private static func conflicts(of view: IncidentView) -> [Found] {
        view.incident.decisions.filter(\.isConflict).map { Found(decision: $0, view: view) }
    }

    /// The conflict of an id, or of the beginning of one.
    private func conflict(_ text: String) async throws(Refusal) -> Found {
        let id = text.trimmed.lowercased()
        let matches = await known(includeResolved: true)
            .filter { $0.decision.id.description.hasPrefix(id) }
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
