import APIModel
import Basics
import HTTPTypes
import IncidentModel
import Logging
import RegionCore

/// Reads of incidents: local, and labelled with region, epoch and index. *Source:* design 4.
struct IncidentRoutes: Sendable {
    private let node: any NodeService
    private let lookup: IncidentLookup

    init(node: any NodeService) {
        self.node = node
        lookup = IncidentLookup(node: node)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.incidents, access: .token(.read), level: .debug, serve: list),
            Endpoint(
                .get, APIPath.incident("{id}"), access: .token(.read), level: .debug, serve: detail),
            Endpoint(
                .get, APIPath.timeline("{id}"), access: .token(.read), level: .debug,
                serve: timeline),
        ]
    }

    private var mapping: IncidentMapping { IncidentMapping(region: node.region, now: node.now()) }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let all = try call.flag("all")
        let views = await node.incidents(includeResolved: all).sorted(by: Self.comesBefore)
        return .json(
            IncidentList(
                region: node.region.text, readAt: Timestamp(node.now()),
                incidents: views.map(mapping.summary)))
    }

    /// Open ones first, of those the worst, of those the oldest; resolved ones newest first.
    private static func comesBefore(_ a: IncidentView, _ b: IncidentView) -> Bool {
        let (x, y) = (a.incident, b.incident)
        if x.status.isOpen != y.status.isOpen { return x.status.isOpen }
        guard x.status.isOpen else { return (y.openedAt, x.group) < (x.openedAt, y.group) }
        return (x.severity, x.openedAt, x.group) < (y.severity, y.openedAt, y.group)
    }

    private func detail(_ call: Call) async throws(Refusal) -> Answer {
        let view = try await lookup.view(of: call.parameter("id"))
        return labelled(.json(mapping.detail(view)), view)
    }

    private func timeline(_ call: Call) async throws(Refusal) -> Answer {
        let view = try await lookup.view(of: call.parameter("id"))
        var children: [IncidentView] = []
        if try call.flag("merged") {
            for record in view.incident.absorbed {
                if let child = await node.incident(record.child) { children.append(child) }
            }
        }
        return labelled(.json(mapping.timeline(view, with: children)), view)
    }

    private func labelled(_ answer: Answer, _ view: IncidentView) -> Answer {
        var copy = answer
        copy.incident = view.incident.group
        return copy
    }
}

extension Call {
    /// A truth value of the query, `false` if it is not there.
    /// *Errors:* a `Refusal` that names it.
    func flag(_ name: String) throws(Refusal) -> Bool {
        switch query(name)?.lowercased() {
        case nil, "false", "0", "no": return false
        case "true", "1", "yes", "": return true
        case _:
            throw .invalid(
                name, "'\(name)' is neither true nor false", remedy: "Use ?\(name)=true.")
        }
    }
}
