import APIModel
import Basics
import HTTPTypes
import IncidentModel
import Logging
import RegionCore

/// Who takes part in an incident, and who has which role. *Source:* issue 6 point 1.
struct ParticipantRoutes: Sendable {
    private let node: any NodeService
    private let lookup: IncidentLookup

    init(node: any NodeService) {
        self.node = node
        lookup = IncidentLookup(node: node)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, APIPath.participants("{id}"), access: .token(.read), level: .debug,
                serve: participants),
            Endpoint(
                .get, APIPath.roles("{id}"), access: .token(.read), level: .debug, serve: roles),
        ]
    }

    private var mapping: IncidentMapping { IncidentMapping(region: node.region, now: node.now()) }

    private func participants(_ call: Call) async throws(Refusal) -> Answer {
        let view = try await lookup.view(of: call.parameter("id"))
        return mapping.labelled(
            .json(
                ParticipantList(
                    incident: view.incident.group.description, label: mapping.label(view),
                    participants: view.incident.participants.map(ParticipantSummary.init))), view)
    }

    private func roles(_ call: Call) async throws(Refusal) -> Answer {
        let view = try await lookup.view(of: call.parameter("id"))
        return mapping.labelled(
            .json(
                RoleList(
                    incident: view.incident.group.description, label: mapping.label(view),
                    roles: RoleSummary.all(of: view.incident.roleTenures))), view)
    }
}

extension ParticipantSummary {
    fileprivate init(_ participant: Participant) {
        self.init(
            person: participant.person.text, since: Timestamp(participant.since),
            until: participant.until.map { Timestamp($0) },
            parts: participant.parts.map { part in
                ParticipationSummary(
                    kind: part.kind.name, what: part.what.isEmpty ? nil : part.what,
                    since: Timestamp(part.since), until: part.until.map { Timestamp($0) },
                    lastAt: part.lastAt.map { Timestamp($0) })
            })
    }
}

extension RoleSummary {
    /// The roles of these tenures, in the order of the list.
    fileprivate static func all(of tenures: [RoleTenure]) -> [RoleSummary] {
        var names: [(kind: UInt8, role: String)] = []
        for tenure in tenures
        where !names.contains(where: { $0 == (tenure.kind.rawValue, tenure.role) }) {
            names.append((tenure.kind.rawValue, tenure.role))
        }
        return names.sorted { ($0.kind, $0.role) < ($1.kind, $1.role) }.map { name in
            let own = tenures.filter { ($0.kind.rawValue, $0.role) == (name.kind, name.role) }
            return RoleSummary(
                role: name.role,
                holders: own.filter { $0.until == nil }.map(RoleHolding.init),
                history: own.filter { $0.until != nil }.reversed().map(RoleHolding.init))
        }
    }
}

extension RoleHolding {
    fileprivate init(_ tenure: RoleTenure) {
        self.init(
            person: tenure.person.text, since: Timestamp(tenure.since),
            until: tenure.until.map { Timestamp($0) }, by: tenure.by?.text)
    }
}
