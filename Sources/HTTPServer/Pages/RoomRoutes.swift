import APIModel
import HTTPTypes
import Hummingbird
import Pages

/// The list of incidents and the room of each.
struct RoomRoutes: Sendable {
    private let gate: PageGate

    init(gate: PageGate) { self.gate = gate }

    /// The table.
    var endpoints: [Endpoint] {
        [gate.page("/incidents", list), gate.page("/incidents/{id}", room)]
    }

    private func list(_ call: Call, _ visit: Visit) async throws(Refusal) -> HTML {
        let filter = IncidentsQuery(query: call.query)
        let list: IncidentList = try await visit.get(
            APIPath.incidents, query: filter.needsResolved ? [("all", "true")] : [])
        let services: ServiceList = try await visit.get(APIPath.services)
        return IncidentsPage(
            frame: visit.frame, list: list, services: services.services, filter: filter
        ).html
    }

    private func room(_ call: Call, _ visit: Visit) async throws(Refusal) -> HTML {
        let asked = call.parameter("id")
        let detail: IncidentDetail = try await visit.get(APIPath.incident(asked))
        let id = detail.summary.id
        let timeline: TimelineAnswer = try await visit.get(
            APIPath.timeline(id), query: [("merged", "true")])
        let handoffs: HandoffList = try await visit.get(
            APIPath.handoffs, query: [("incident", id), ("all", "true")])
        let services: ServiceList = try await visit.get(APIPath.services)
        let here: ParticipantList = try await visit.get(APIPath.participants(id))
        var brief: BriefAnswer?
        if detail.commander != nil, detail.commander == visit.reader?.person {
            brief = try await visit.get(APIPath.brief(id))
        }
        return RoomPage(
            frame: visit.frame, detail: detail, timeline: timeline, handoffs: handoffs.handoffs,
            command: handoffs.commands.first { $0.incident == id },
            service: services.services.first { $0.id == detail.summary.service },
            participants: here.participants, brief: brief?.text,
            filter: RoomQuery(query: call.query)
        ).html
    }
}
