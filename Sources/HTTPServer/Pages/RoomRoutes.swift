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
        [
            gate.page("/incidents", list), gate.page("/incidents/{id}", room),
            gate.form("/incidents/views", keep),
            gate.page("/runbooks") { (call, visit) throws(Refusal) in
                let text = String((call.query("text") ?? "").prefix(120))
                let list: RunbookList = try await visit.get(
                    APIPath.runbooks, query: text.isEmpty ? [] : [("text", text)])
                return RunbooksPage(frame: visit.frame, list: list, text: text).html
            },
            gate.page("/runbooks/{name}") { (call, visit) throws(Refusal) in
                let runbook: RunbookAnswer = try await visit.get(
                    APIPath.runbook(call.parameter("name")))
                return RunbookPage(frame: visit.frame, runbook: runbook).html
            },
        ]
    }

    private func list(_ call: Call, _ visit: Visit) async throws(Refusal) -> HTML {
        let filter = IncidentsQuery(query: call.query)
        let list: IncidentList = try await visit.get(
            APIPath.incidents, query: filter.needsResolved ? [("all", "true")] : [])
        let services: ServiceList = try await visit.get(APIPath.services)
        return IncidentsPage(
            frame: visit.frame, list: list, services: services.services, filter: filter,
            saved: ViewCookie.views(of: call.request)
        ).html
    }

    /// Keeps a view by a name, or forgets one.
    private func keep(_ call: Call, _ visit: Visit, _ form: Form) async throws(Refusal) -> Answer {
        var views = ViewCookie.views(of: call.request)
        var place = "/incidents"
        if let name = form["forget"] {
            views.removeAll { $0.name == name }
        } else {
            guard let name = form["name"] else {
                throw .missing("name", remedy: "Give the view a name.")
            }
            let pairs = Query.pairs(of: form["query"] ?? "")
            let view = SavedView(
                name: name,
                filter: IncidentsQuery { name in pairs.first { $0.name == name }?.value })
            views.removeAll { $0.name == view.name }
            guard views.count < SavedView.viewsMax else {
                throw .invalid(
                    "name", "\(SavedView.viewsMax) views are kept already",
                    remedy: "Forget one of them first: open it, and then its filter.")
            }
            views.append(view)
            place += "?" + view.query
        }
        return gate.redirect(
            to: place, cookie: ViewCookie.cookie(views, isSecure: gate.isSecure))
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
        let runbooks: RunbookList = try await visit.get(
            APIPath.runbooks, query: [("incident", id)])
        return RoomPage(
            frame: visit.frame, detail: detail, timeline: timeline, handoffs: handoffs.handoffs,
            command: handoffs.commands.first { $0.incident == id },
            service: services.services.first { $0.id == detail.summary.service },
            participants: here.participants, brief: brief?.text, runbooks: runbooks.runbooks,
            filter: RoomQuery(query: call.query)
        ).html
    }
}
