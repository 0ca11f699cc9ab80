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
            Endpoint(.get, APIPath.handoffs, access: .token, level: .debug, serve: list),
            Endpoint(.get, APIPath.brief("{id}"), access: .token, level: .debug, serve: brief),
            Endpoint(.post, APIPath.handoff("{id}", .offer), access: .token, level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call, offer)
            },
            Endpoint(.post, APIPath.handoff("{id}", .brief), access: .token, level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, _) throws(Refusal) in
                    .brief(
                        try fields.text(
                            "brief", lengthMax: Limits.briefLengthMax,
                            remedy: "Write what the next one has to know."))
                }
            },
            Endpoint(.post, APIPath.handoff("{id}", .accept), access: .token, level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, _) throws(Refusal) in
                    .accept(
                        readBack: try fields.text(
                            "readBack", lengthMax: Limits.summaryLengthMax,
                            remedy: "Say in your own words what you take over."))
                }
            },
            Endpoint(.post, APIPath.handoff("{id}", .decline), access: .token, level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, _) throws(Refusal) in
                    .decline(
                        reason: try fields.text(
                            "reason", lengthMax: Limits.summaryLengthMax,
                            remedy: "Say why: whoever offers has to find somebody else."))
                }
            },
            Endpoint(.post, APIPath.handoff("{id}", .withdraw), access: .token, level: .info) {
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
        let roster = await node.roster()
        let text = try fields.optionalText("brief", lengthMax: Limits.briefLengthMax) ?? ""
        if let person = try fields.optionalMember("to", of: roster) {
            return .offer(to: person.id, brief: text)
        }
        guard let name = try fields.optionalText("toRegion", lengthMax: 128) else {
            throw .missing(
                "to", remedy: "Give the id of a person, or a region in `toRegion`.")
        }
        guard roster.regions.contains(where: { $0.name.text == name }) else {
            throw .invalid(
                "toRegion", "the roster has no region '\(name)'",
                remedy: "Use one of " + roster.regions.map(\.name.text).joined(separator: ", ")
                    + ".")
        }
        guard let person = await onCall(in: RegionName(name), for: view.incident, roster) else {
            throw Refusal(
                .rejected, "nobody of region '\(name)' is on call within a week, or leads it",
                field: "toRegion",
                remedy: "Give the id of a person in `to`.")
        }
        return .offer(to: person, brief: text)
    }

    /// How far ahead the next one of a region is looked for.
    private static let lookAhead = Span.hours(24 * 7)

    /// Who of a region is on call for an incident's service, or comes on call next; then for anything;
    /// then its lead.
    private func onCall(
        in region: RegionName, for incident: Incident, _ roster: Roster
    ) async -> PersonID? {
        let (book, now) = (await node.onCallBook(), node.now())
        func isWanted(_ person: PersonID) -> Bool {
            roster.person(person)?.region == region && person != incident.commander
        }
        let own = incident.schedules(in: roster)
        for schedule in own + roster.schedules.map(\.id).filter({ !own.contains($0) }) {
            let shifts = book.shifts(of: schedule, from: now, to: now + Self.lookAhead)
            let next = shifts.lazy.flatMap(\.people).map(\.person).first(where: isWanted)
            if let next { return next }
        }
        return roster.regions.first { $0.name == region }?.lead.flatMap { isWanted($0) ? $0 : nil }
    }

    private func list(_ call: Call) async throws(Refusal) -> Answer {
        let all = try call.flag("all")
        var views = await node.incidents(includeResolved: all)
        if let id = call.query("incident"), !id.isBlank {
            let one = try await lookup.view(of: id)
            views = [one]
        }
        let sorted = views.sorted {
            ($0.incident.severity, $0.incident.openedAt, $0.incident.group)
                < ($1.incident.severity, $1.incident.openedAt, $1.incident.group)
        }
        var offers: [(time: HybridTime, summary: HandoffSummary)] = []
        for view in views {
            for handoff in view.incident.handoffs where handoff.isKnown {
                guard all || view.incident.openHandoff == handoff else { continue }
                offers.append((handoff.time, mapping.handoff(handoff, of: view.incident)))
            }
        }
        offers.sort { ($1.time, $0.summary.offer) < ($0.time, $1.summary.offer) }
        return .json(
            HandoffList(
                region: node.region.text, readAt: Timestamp(node.now()),
                commands: sorted.filter { $0.incident.status.isOpen && $0.carrier == nil }
                    .map(mapping.command),
                handoffs: offers.map(\.summary)))
    }

    private func brief(_ call: Call) async throws(Refusal) -> Answer {
        let view = try await lookup.view(of: call.parameter("id"))
        let roster = await node.roster()
        let text = Escalation.brief(of: view.incident, roster: roster, at: node.now())
        return .json(
            BriefAnswer(
                incident: view.incident.group.description, region: node.region.text, text: text),
            incident: view.incident.group)
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
            words: handoff.taken?.readBack ?? answer.flatMap { $0.reason.isEmpty ? nil : $0.reason }
        )
    }
}
