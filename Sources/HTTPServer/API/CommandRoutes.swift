import Alerting
import APIModel
import Basics
import Escalation
import HTTPTypes
import HummingbirdCore
import IncidentModel
import Logging
import Paging
import RegionCore

/// What people do to incidents. Every command works at any region and is answered when it is
/// durable.
/// *Source:* design 5, "An acknowledgement works through any region"; requirements D1, D4, D9.
struct CommandRoutes: Sendable {
    private let node: any NodeService
    private let config: HTTPServerConfig
    private let lookup: IncidentLookup

    init(node: any NodeService, config: HTTPServerConfig) {
        (self.node, self.config) = (node, config)
        lookup = IncidentLookup(node: node)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, APIPath.incidents, access: .token(.respond), level: .info, serve: declare),
            Endpoint(.post, APIPath.acknowledge("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, group, by) throws(Refusal) in
                    .acknowledge(
                        group: group, generation: try fields.optionalNumber("generation"),
                        previousEnd: nil, run: try fields.optionalNumber("run"), by: by, via: "api")
                }
            },
            Endpoint(.post, APIPath.snooze("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                let now = node.now()
                return try await act(call) { (fields, group, by) throws(Refusal) in
                    guard let minutes = try fields.optionalNumber("minutes") else {
                        throw .missing("minutes", remedy: "Say for how many minutes, 1 to 1440.")
                    }
                    guard (1...1_440).contains(minutes) else {
                        throw .invalid(
                            "minutes", "\(minutes) minutes are no time to snooze",
                            remedy: "Send 1 to 1440: what may wait longer is better resolved.")
                    }
                    return .snooze(
                        group: group, until: now + .minutes(Int64(minutes)), by: by, via: "api")
                }
            },
            Endpoint(.post, APIPath.resolve("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (_, group, by) throws(Refusal) in
                    .resolve(group: group, by: by, via: "api")
                }
            },
            Endpoint(.post, APIPath.escalate("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, group, by) throws(Refusal) in
                    let reason = try fields.optionalText(
                        "reason", lengthMax: Limits.summaryLengthMax)
                    return .escalate(group: group, by: by, reason: reason ?? "")
                }
            },
            Endpoint(.post, APIPath.severity("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, group, by) throws(Refusal) in
                    guard let severity = try fields.optionalSeverity("severity") else {
                        throw .missing("severity", remedy: "Use SEV1 to SEV5.")
                    }
                    let reason = try fields.text(
                        "reason", lengthMax: Limits.summaryLengthMax,
                        remedy: "Say why: it goes into the timeline.")
                    return .edit(
                        group: group, value: .severity(severity), by: by, reason: reason,
                        overturns: nil)
                }
            },
            Endpoint(
                .post, APIPath.commander("{id}"), access: .token(.command), level: .info,
                serve: takeCommand),
            Endpoint(
                .post, APIPath.merge("{id}"), access: .token(.command), level: .info, serve: merge),
            Endpoint(.post, APIPath.separate("{id}"), access: .token(.command), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await act(call) { (fields, group, by) throws(Refusal) in
                    let reason = try fields.text(
                        "reason", lengthMax: Limits.summaryLengthMax,
                        remedy: "Say why: it goes into the timeline.")
                    return .edit(
                        group: group, value: .separate, by: by, reason: reason, overturns: nil)
                }
            },
            Endpoint(.post, APIPath.notes("{id}"), access: .token(.respond), level: .info) {
                (call: Call) async throws(Refusal) -> Answer in
                try await note(call)
            },
        ]
    }

    /// Whom a note mentions and the roster does not know is said, and harms nothing.
    private func note(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let by = try fields.person("by", roster: roster, client: call.client)
        let text = try fields.text(
            "text", lengthMax: Limits.valueLengthMax, remedy: "Write down what you know.")
        let group = try await lookup.view(of: call.parameter("id")).incident.group
        let command = Command.note(
            group: group, by: by, text: text, replyTo: try fields.optionalFact("replyTo"))
        let unknown = MentionText.names(in: text).filter { roster.person(PersonID($0)) == nil }
        return try answer(
            await node.command(command, key: fields.key), status: .ok,
            warnings: unknown.map { "nobody in the roster is called '\($0)': nobody is told" })
    }

    private func takeCommand(_ call: Call) async throws(Refusal) -> Answer {
        let roster = await node.roster()
        return try await act(call) { (fields, group, by) throws(Refusal) in
            guard
                let person = try fields.optionalMember("person", of: roster)
                    ?? roster.person(by)
            else {
                throw .missing("person", remedy: "Give the id of a person of the roster.")
            }
            let reason = try fields.optionalText("reason", lengthMax: Limits.summaryLengthMax)
            return .edit(
                group: group, value: .commander(person.id), by: by, reason: reason ?? "",
                overturns: nil)
        }
    }

    private func merge(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let id = try fields.text(
            "with", lengthMax: 32, remedy: "Give the id of the other incident.")
        let reason = try fields.optionalText("reason", lengthMax: Limits.summaryLengthMax)
        let other: GroupID
        do throws(Refusal) {
            other = try await lookup.view(of: id).incident.group
        } catch {
            throw Refusal(error.kind, error.detail, field: "with", remedy: error.remedy)
        }
        return try await act(call, fields) { (_, group, by) throws(Refusal) in
            .merge(group: group, with: other, by: by, reason: reason ?? "", isProposal: false)
        }
    }

    /// Answers a call with what becomes of the command it asks for. *Errors:* a `Refusal`.
    func act(
        _ call: Call,
        _ command: (RequestFields, GroupID, PersonID) throws(Refusal) -> Command
    ) async throws(Refusal) -> Answer {
        try await act(call, try await RequestFields(call), command)
    }

    private func act(
        _ call: Call, _ fields: RequestFields,
        _ command: (RequestFields, GroupID, PersonID) throws(Refusal) -> Command
    ) async throws(Refusal) -> Answer {
        let by = try fields.person("by", roster: await node.roster(), client: call.client)
        let view = try await lookup.view(of: call.parameter("id"))
        let command = try command(fields, view.incident.group, by)
        return try answer(await node.command(command, key: fields.key), status: .ok)
    }

    /// What became of a command, as an answer.
    func answer(
        _ reply: Reply, status: HTTPResponse.Status, warnings: [String] = []
    ) throws(Refusal) -> Answer {
        let (group, body) = try acceptance(reply, warnings: warnings)
        return .json(body, status: status, incident: group)
    }

    /// What was accepted. *Errors:* a `Refusal` if it was not.
    func acceptance(
        _ reply: Reply, warnings: [String] = []
    ) throws(Refusal) -> (group: GroupID, body: AcceptanceAnswer) {
        switch reply {
        case .accepted(let acceptance):
            let body = AcceptanceAnswer(
                incident: acceptance.group.description, generation: acceptance.generation,
                status: acceptance.status.name, durability: acceptance.durability.name,
                isRepeat: acceptance.isRepeat, region: node.region.text,
                warnings: warnings.isEmpty ? nil : warnings)
            return (acceptance.group, body)
        case .unknownIncident:
            throw Refusal(
                .unknownIncident, "region \(node.region) knows no such incident", field: "id",
                remedy: "See GET /api/v1/incidents?all=true.")
        case .rejected(let reason):
            throw Refusal(.rejected, reason, remedy: "Look at the incident as it stands now.")
        case .overloaded(let reason):
            throw .overloaded(reason)
        case .upToDate:
            throw Refusal(
                .internalError, "the node answered a read", remedy: "Report this as a bug.")
        }
    }

    /// Declares an incident. With an `Idempotency-Key`, declaring again with the same key, through
    /// whatever region, is the same incident.
    private func declare(_ call: Call) async throws(Refusal) -> Answer {
        let fields = try await RequestFields(call)
        let roster = await node.roster()
        let id = try fields.text(
            "service", lengthMax: 128, remedy: "Give the id of a service; see GET /api/v1/services."
        )
        guard let service = roster.service(ServiceID(id)) else {
            throw .invalid(
                "service", "the roster has no service '\(id)'",
                remedy: "Give the id of a service; see GET /api/v1/services.")
        }
        let key = Self.key(of: call)
        let report = try report(fields, service: service, key: key.text, call: call)
        if key.isGiven,
            let known = await node.incident(config.group(ofCorrelationKey: report.correlationKey))
        {
            return alreadyDeclared(known)
        }
        return located(try answer(await node.intake(report), status: .created))
    }

    /// The answer to a declaration that was sent again. It is not taken in again: by now somebody
    /// may have closed the incident, and it would open anew.
    private func alreadyDeclared(_ view: IncidentView) -> Answer {
        let incident = view.incident
        let body = AcceptanceAnswer(
            incident: incident.group.description, generation: incident.generation,
            status: incident.status.name,
            durability: (view.unmergedFacts == 0 ? Durability.quorum : .local).name, isRepeat: true,
            region: node.region.text)
        return located(.json(body, incident: incident.group))
    }

    private func located(_ answer: Answer) -> Answer {
        guard let group = answer.incident else { return answer }
        var copy = answer
        copy.response.headers[.location] = APIPath.incident(group.description)
        return copy
    }

    private func report(
        _ fields: RequestFields, service: Service, key: String, call: Call
    ) throws(Refusal) -> AlertReport {
        let title = try fields.text(
            "title", lengthMax: Limits.summaryLengthMax, remedy: "Say in one line what is wrong.")
        var draft = AlertDraft()
        draft.addAll(try fields.optionalDetails("details"), name: "details")
        let by = try fields.optionalText("by", lengthMax: 128) ?? call.client
        draft.add("declared_by", .string(by))
        let link = draft.link([
            ("link", try fields.optionalText("link", lengthMax: 2_048).map { .string($0) })
        ])
        let alert = draft.finished(
            fingerprint: fingerprint(ofKey: key), isFiring: true, startedAt: node.now(),
            summary: title, severity: try severity(fields, service: service), link: link)
        return AlertReport(
            service: service.id,
            correlationKey: correlationKey(service: service.id, source: "manual", key: key),
            title: title, source: "manual", alerts: [alert],
            isDrill: try fields.optionalFlag("isDrill") ?? false)
    }

    private func severity(
        _ fields: RequestFields, service: Service
    ) throws(Refusal) -> Severity {
        try fields.optionalSeverity("severity") ?? service.defaultSeverity
    }

    /// The key that tells this declaration from others, and whether the client gave it.
    private static func key(of call: Call) -> (text: String, isGiven: Bool) {
        if let given = call.request.headers[.idempotencyKey], !given.isBlank {
            return (Digest256(of: Array("\(call.client)/\(given)".utf8)).group.description, true)
        }
        var generator = SystemRandomNumberGenerator()
        return (GroupID(high: generator.next(), low: generator.next()).description, false)
    }
}
