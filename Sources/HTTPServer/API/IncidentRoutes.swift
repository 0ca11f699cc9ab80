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
        let filter = try IncidentFilter(call)
        let page = try ListPage(call, .incidents, fields: IncidentPlace.count)
        let (rows, next) = page.of(
            await filter.candidates(of: node).map { (IncidentPlace.of($0.incident), $0) })
        return .json(
            IncidentList(
                region: node.region.text, readAt: Timestamp(node.now()),
                incidents: rows.map(mapping.summary), next: next))
    }

    private func detail(_ call: Call) async throws(Refusal) -> Answer {
        let view = try await lookup.view(of: call.parameter("id"))
        return mapping.labelled(.json(mapping.detail(view)), view)
    }

    private func timeline(_ call: Call) async throws(Refusal) -> Answer {
        let filter = try TimelineFilter(call)
        let view = try await lookup.view(of: call.parameter("id"))
        var children: [IncidentView] = []
        if try call.flag("merged") {
            for record in view.incident.absorbed {
                if let child = await node.incident(record.child) { children.append(child) }
            }
        }
        var whole = mapping.timeline(view, with: children)
        if try call.flag("verify") { whole.chain = mapping.chain(of: view) }
        return mapping.labelled(.json(filter.page(of: whole)), view)
    }
}
