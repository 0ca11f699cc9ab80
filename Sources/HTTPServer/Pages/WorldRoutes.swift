import APIModel
import Basics
import HTTPTypes
import Hummingbird
import Logging
import OnCall
import OnCallViews
import Pages

/// The world and the cluster.
struct WorldRoutes: Sendable {
    private let node: any NodeService
    private let gate: PageGate

    init(node: any NodeService, gate: PageGate) { (self.node, self.gate) = (node, gate) }

    /// The table.
    var endpoints: [Endpoint] {
        [
            gate.page("/world", world), gate.page("/cluster", cluster),
            gate.answering("/events", events),
        ]
    }

    private func world(_ call: Call, _ visit: Visit) async throws(Refusal) -> HTML {
        let now = node.now()
        let timeline: OnCallTimeline = try await visit.get(
            APIPath.timeline,
            query: [("from", now.description), ("to", (now + WorldPage.ahead).description)])
        let incidents: IncidentList = try await visit.get(APIPath.incidents)
        let handoffs: HandoffList = try await visit.get(APIPath.handoffs)
        return WorldPage(
            frame: visit.frame, timeline: timeline, incidents: incidents,
            commands: handoffs.commands, zones: await node.zones()
        ).html
    }

    private func cluster(_ call: Call, _ visit: Visit) async throws(Refusal) -> HTML {
        let incidents: IncidentList = try await visit.get(APIPath.incidents)
        let conflicts: ConflictList = try await visit.get(APIPath.conflicts)
        return ClusterPage(
            frame: visit.frame, incidents: incidents, conflicts: conflicts.conflicts
        ).html
    }

    /// The API's events, for the script of a page: a browser's `EventSource` cannot show a token.
    private func events(_ call: Call, _ visit: Visit) async throws(Refusal) -> Answer {
        try await visit.api.follow(APIPath.events, call, client: visit.client)
    }
}
