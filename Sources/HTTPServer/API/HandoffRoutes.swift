import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import OnCall
import Paging
import RegionCore

/// Command, and handing it over: offer, brief, read-back, accept. *Source:* design 6; requirement D10.
struct HandoffRoutes: Sendable {
    private let node: any NodeService
    private let commands: CommandRoutes
    private let lookup: IncidentLookup

    init(node: any NodeService, commands: CommandRoutes) {
        (self.node, self.commands) = (node, commands)
        lookup = IncidentLookup(node: node)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.handoffs, access: .token(.read), level: .debug, serve: list),
            Endpoint(.get, APIPath.handoffPlan, access: .token(.read), level: .debug, serve: plan),
            Endpoint(
                .get, APIPath.brief("{id}"), access: .token(.read), level: .debug, serve: brief),
            Endpoint(.post, APIPath.handoff("{id}", .offer), access: .token(.command), level: .info)
            {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call, offer)
            },
            Endpoint(.post, APIPath.handoff("{id}", .brief), access: .token(.command), level: .info)
            {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, _) throws(Refusal) in
                    .brief(
                        try fields.text(
                            "brief", lengthMax: Limits.briefLengthMax,
                            remedy: "Write what the next one has to know."))
                }
            },
            Endpoint(
                .post, APIPath.handoff("{id}", .accept), access: .token(.command), level: .info
            ) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, _) throws(Refusal) in
                    .accept(
                        readBack: try fields.text(
                            "readBack", lengthMax: Limits.summaryLengthMax,
                            remedy: "Say in your own words what you take over."))
                }
            },
            Endpoint(
                .post, APIPath.handoff("{id}", .decline), access: .token(.command), level: .info
            ) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, _) throws(Refusal) in
                    .decline(
                        reason: try fields.text(
                            "reason", lengthMax: Limits.summaryLengthMax,
                            remedy: "Say why: whoever offers has to find somebody else."))
                }
            },
            Endpoint(
                .post, APIPath.handoff("{id}", .withdraw), access: .token(.command), level: .info
            ) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, _) throws(Refusal) in
                    .withdraw(
                        reason: try fields.optionalText(
                            "reason", lengthMax: Limits.summaryLengthMax) ?? "")
                }
            },
        ]
    }

    private var mapping: IncidentMapping { IncidentMapping(region: node.region, now: node.now()) }

    private func act(
        _ call: Call,
        _ step: (RequestFields, IncidentView) async throws(Refusal) -> HandoffStep
    ) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let by = try fields.person("by", roster: await node.roster(), client: call.client)
        let view = try await lookup.view(of: call.parameter("id"))
        let command = Command.handoff(
            group: view.incident.group, try await step(fields, view), by: by)
        return try commands.answer(await node.command(command, key: fields.key), status: .ok)
    }

    private func offer(
        _ fields: RequestFields, _ view: IncidentView
    ) async throws(Refusal) -> HandoffStep {
        let offer = try await HandoffOffer(fields, node: node)
        return try offer.step(for: view.incident)
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let states = try call.words("state", of: Self.states)
        let all = try call.flag("all") || states?.contains { $0 != "open" } ?? false
        let (person, bounds) = (call.text("person"), try TimeBounds(call))
        let page = try ListPage(call, .handoffs, fields: 3)
        var views = await node.incidents(includeResolved: all)
        if let id = call.query("incident"), !id.isBlank {
            let one = try await lookup.view(of: id)
            views = [one]
        }
        let sorted = views.sorted {
            ($0.incident.severity, $0.incident.openedAt, $0.incident.group)
                < ($1.incident.severity, $1.incident.openedAt, $1.incident.group)
        }
        var offers: [(place: [UInt64], row: HandoffSummary)] = []
        for view in views {
            for handoff in view.incident.handoffs where handoff.isKnown {
                guard all || view.incident.openHandoff == handoff,
                    bounds.admit(handoff.time.instant),
                    person == nil || [handoff.by.text, handoff.to.text].contains(person),
                    states?.contains(view.incident.state(of: handoff).name) ?? true
                else { continue }
                let offer = handoff.offer
                offers.append(
                    (
                        [.max - handoff.time.raw, offer.origin.number, offer.sequence],
                        mapping.handoff(handoff, of: view.incident)
                    ))
            }
        }
        let (rows, next) = page.of(offers)
        let commanded = sorted.filter { $0.incident.status.isOpen && $0.carrier == nil }
        return .json(
            HandoffList(
                region: node.region.text, readAt: Timestamp(node.now()),
                commands: page.isFirst ? commanded.map(mapping.command) : [], handoffs: rows,
                next: next))
    }

    /// How an offer can stand.
    static let states = ["open", "accepted", "declined", "withdrawn", "superseded"]

    private func plan(_ call: Call) async throws(Refusal) -> Answer {
        let planned = await node.plannedHandoffs()
        return .json(
            HandoffPlanAnswer(
                region: node.region.text, readAt: Timestamp(node.now()),
                planned: planned.map { one in
                    PlannedHandoffSummary(
                        incident: one.group.description, title: one.title,
                        severity: one.severity.name, from: one.from.text, to: one.to.text,
                        offerAt: Timestamp(one.offerAt), schedule: one.schedule.text,
                        changeAt: Timestamp(one.changeAt),
                        heldBack: one.heldBack.isEmpty ? nil : one.heldBack)
                }))
    }

    private func brief(_ call: Call) async throws(Refusal) -> Answer {
        let view = try await lookup.view(of: call.parameter("id"))
        let person = call.text("to").map { PersonID($0) }
        if let person, await node.roster().person(person) == nil {
            throw .invalid(
                "to", "nobody in the roster is called '\(person.text.prefix(64))'",
                remedy: "Give the id of a person of GET \(APIPath.roster).")
        }
        let group = view.incident.group
        guard let brief = await node.handoffBrief(of: group, for: person) else {
            throw Refusal(
                .unknownIncident, "region \(node.region) knows no such incident", field: "id",
                remedy: "See GET \(APIPath.incidents)?all=true.")
        }
        return .json(
            BriefAnswer(
                incident: group.description, region: node.region.text, to: brief.to?.text,
                text: brief.text), incident: group)
    }
}

extension IncidentMapping {
    /// Who commands an incident.
    func command(_ view: IncidentView) -> CommandSummary {
        let incident = view.incident
        return CommandSummary(
            incident: incident.group.description, title: incident.title,
            severity: incident.severity.name, commander: incident.commander?.text,
            since: incident.commander == nil ? nil : Timestamp(incident.commandSince.instant),
            deputies: incident.deputies.map(\.text), owner: view.ownerHint?.text)
    }

    /// An offer and what became of it.
    func handoff(_ handoff: HandoffRecord, of incident: Incident) -> HandoffSummary {
        let state = incident.state(of: handoff)
        let answer = handoff.answers.first
        return HandoffSummary(
            offer: handoff.offer.description, incident: incident.group.description,
            title: incident.title, severity: incident.severity.name, state: state.name,
            by: handoff.by.text, to: handoff.to.text, region: handoff.region.text,
            at: Timestamp(handoff.time.instant),
            briefs: handoff.briefs.map {
                BriefVersion(by: $0.by.text, at: Timestamp($0.time.instant), text: $0.text)
            },
            endedBy: handoff.taken?.by.text ?? answer?.by.text,
            endedAt: (handoff.taken?.at ?? answer?.time).map { Timestamp($0.instant) },
            words: handoff.taken?.readBack
                ?? answer.flatMap { $0.reason.isEmpty ? nil : $0.reason },
            plan: handoff.plan.map {
                HandoffPlanSummary(
                    schedule: $0.schedule, changeAt: Timestamp($0.changeAt), place: $0.place,
                    count: $0.count)
            }
        )
    }
}
