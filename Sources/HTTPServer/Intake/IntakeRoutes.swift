import Alerting
import APIModel
import Basics
import Escalation
import HTTPTypes
import HummingbirdCore
import IncidentModel
import Logging
import RegionCore

/// The addresses to which tools send alerts. They answer only after the alerts are durable, and say
/// how durable. *Source:* contracts 1, 3, 5, 6; design 3.
struct IntakeRoutes: Sendable {
    private let node: any NodeService
    private let config: HTTPServerConfig
    private let metrics: ServerMetrics
    private let gate: IntakeGate
    private let largeGate = IntakeGate(waitingMax: Limits.largeBodiesMax)
    private let keylessGate = IntakeGate(waitingMax: Limits.keylessBodiesMax)

    init(node: any NodeService, config: HTTPServerConfig, metrics: ServerMetrics) {
        (self.node, self.config, self.metrics) = (node, config, metrics)
        gate = IntakeGate(waitingMax: config.intakeWaitingMax)
    }

    /// The table.
    var endpoints: [Endpoint] {
        var table: [Endpoint] = []
        // Grafana may be set to PUT.
        for method in [HTTPRequest.Method.post, .put] {
            for path in ["/v1/alertmanager/{key}", "/v1/alertmanager"] {
                table.append(endpoint(method, path, .alertmanager, serve: alertmanager))
            }
            for path in ["/v1/alerts/{key}", "/v1/alerts"] {
                table.append(endpoint(method, path, .json, serve: plain))
            }
        }
        for path in ["/v2/enqueue", "/v2/enqueue/{key}"] {
            table.append(
                endpoint(
                    .post, path, .pagerduty, refuses: PagerDutyAnswers.refusal, serve: pagerDuty))
        }
        return table
    }

    /// Lets requests through the gate and counts how they end.
    private func endpoint(
        _ method: HTTPRequest.Method, _ path: String, _ source: IntakeSource,
        refuses: (@Sendable (Refusal) -> Answer)? = nil,
        serve: @escaping @Sendable (Call) async throws(Refusal) -> Answer
    ) -> Endpoint {
        Endpoint(method, path, access: .open, level: .debug, refuses: refuses) {
            (call: Call) async throws(Refusal) -> Answer in
            do throws(Refusal) {
                try gate.enter()
                defer { gate.leave() }
                return try await serve(call)
            } catch {
                metrics.intake(source: source, outcome: error.kind.rawValue)
                throw error
            }
        }
    }

    // MARK: The three shapes

    private func alertmanager(_ call: Call) async throws(Refusal) -> Answer {
        var scope = try await scope(of: call)
        let (body, start) = try await group(of: call)
        scope.cut = Self.cut(start, largest: "2 MiB")
        let event = try AlertmanagerParser.parse(body, scope: scope)
        let whole = await withUnreadResolved(event, of: body, scope: scope)
        let taken = try await take(whole, source: .alertmanager, now: scope.now)
        return Self.closing(taken.answer(in: node.region), after: start)
    }

    /// The body of a whole group; only so many that may be large are read at once.
    private func group(of call: Call) async throws(Refusal) -> (JSONValue, BodyStart) {
        let isSmall = call.declaredLength.map { $0 <= Limits.intakeBodyBytesMax } ?? false
        if !isSmall { try largeGate.enter() }
        defer { if !isSmall { largeGate.leave() } }
        let start = try await call.bodyStart(
            bytesMax: Limits.alertmanagerBodyBytesMax, takesSlow: true)
        return (try CutBody.json(of: start), start)
    }

    /// A group of which nothing fires any more says so of what was once not read of it, too.
    private func withUnreadResolved(
        _ event: IntakeEvent, of body: JSONValue, scope: IntakeScope
    ) async -> IntakeEvent {
        guard scope.cut == nil, event.isSilent, body["status"]?.scalarText == "resolved",
            case .report(let reports) = event.action, let key = reports.first?.correlationKey,
            let known = await node.incident(config.group(ofCorrelationKey: key))?.incident
                .alert(AlertmanagerParser.unreadFingerprint), known.isFiring
        else { return event }
        var alert = known.instance
        (alert.isFiring, alert.startedAt) = (false, scope.now)
        return event.adding(resolved: alert)
    }

    private func plain(_ call: Call) async throws(Refusal) -> Answer {
        var scope = try await scope(of: call)
        let start = try await call.bodyStart(bytesMax: Limits.intakeBodyBytesMax)
        scope.cut = Self.cut(start, largest: "\(Limits.intakeBodyBytesMax) bytes")
        let event = try PlainParser.parse(try call.jsonOrForm(of: start), scope: scope)
        let taken = try await take(event, source: .json, now: scope.now)
        return Self.closing(taken.answer(in: node.region), after: start)
    }

    private func pagerDuty(_ call: Call) async throws(Refusal) -> Answer {
        let inPath = call.parameter("key")
        var known: IntakeScope?
        // Whoever has no key is not read.
        if !inPath.isEmpty { known = try await self.scope(ofKey: inPath, field: "routing_key") }
        let start = try await eventStart(of: call, isKeyless: known == nil)
        let body = try CutBody.json(of: start)
        if known == nil {
            let key = try PagerDutyParser.routingKey(of: body)
            known = try await self.scope(ofKey: key, field: "routing_key")
        }
        guard var scope = known else { halt("a key was found and no service") }
        scope.cut = Self.cut(start, largest: "\(Limits.intakeBodyBytesMax) bytes")
        let event = try PagerDutyParser.parse(body, scope: scope, freshKey: Self.freshKey())
        let taken = try await take(event, source: .pagerduty, now: scope.now)
        return Self.closing(PagerDutyAnswers.success(taken, region: node.region), after: start)
    }

    /// The body of an event; only so many are read at once of senders that are not known yet.
    private func eventStart(
        of call: Call, isKeyless: Bool
    ) async throws(Refusal) -> BodyStart {
        if isKeyless { try keylessGate.enter() }
        defer { if isKeyless { keylessGate.leave() } }
        return try await call.bodyStart(bytesMax: Limits.intakeBodyBytesMax)
    }

    // MARK: Bodies that are too large

    private static func cut(_ start: BodyStart, largest: String) -> String? {
        guard !start.isWhole else { return nil }
        return start.count > start.bytes.count
            ? "a body larger than \(largest)" : "a body that came too slowly"
    }

    /// What is left of a body that was not read to its end is no new request.
    private static func closing(_ answer: Answer, after start: BodyStart) -> Answer {
        var copy = answer
        if !start.isEnded { copy.response.headers[.connection] = "close" }
        return copy
    }

    // MARK: Keys

    private func scope(of call: Call) async throws(Refusal) -> IntakeScope {
        let inPath = call.parameter("key")
        guard let key = inPath.isEmpty ? call.bearer : inPath else {
            throw .missing(
                "key",
                remedy:
                    "Put the service's integration key at the end of the address, or send it as "
                    + "'Authorization: Bearer'.")
        }
        return try await scope(ofKey: key, field: "key")
    }

    private func scope(ofKey key: String, field: String) async throws(Refusal) -> IntakeScope {
        guard let service = await node.roster().service(ofKey: key) else {
            throw Refusal(
                .unknownKey, "no service of the roster has this integration key", field: field,
                remedy:
                    "Compare it with the 'keys' of the service in roster.yaml, and see that this "
                    + "region has the same roster.")
        }
        return IntakeScope(service: service, now: node.now())
    }

    /// 128 random bits: a key that no other sender has.
    private static func freshKey() -> String {
        var generator = SystemRandomNumberGenerator()
        return GroupID(high: generator.next(), low: generator.next()).description
    }

    // MARK: Taking in

    private func take(
        _ event: IntakeEvent, source: IntakeSource, now: Instant
    ) async throws(Refusal) -> TakenIn {
        switch event.action {
        case .acknowledge(let key, let by, let via):
            let command = Command.acknowledge(
                group: config.group(ofCorrelationKey: key), generation: nil, previousEnd: nil,
                run: nil, by: by, via: via)
            let taken = try TakenIn(event, replies: [await node.command(command)])
            metrics.intake(
                source: source, outcome: taken.acceptance == nil ? "nothing" : "acknowledged")
            return taken
        case .report(let reports):
            let taken = try TakenIn(event, replies: await replies(to: reports, now: now))
            metrics.intake(source: source, outcome: taken.outcome)
            metrics.intakeAlerts(source: source, count: reports.reduce(0) { $0 + $1.alerts.count })
            return taken
        }
    }

    /// Hands the reports over: all that hold something that fires at once, then the rest, so that
    /// an incident never closes between two parts of one request.
    private func replies(to reports: [AlertReport], now: Instant) async -> [Reply] {
        let firing = reports.filter { $0.alerts.contains(where: \.isFiring) }
        let resolved = reports.filter { !$0.alerts.contains(where: \.isFiring) }
        var replies = await together(firing, now: now)
        replies += await together(resolved, now: now)
        return replies
    }

    private func together(_ reports: [AlertReport], now: Instant) async -> [Reply] {
        guard reports.count > 1 else {
            guard let only = reports.first else { return [] }
            return [await handOver(only, now: now)]
        }
        return await withTaskGroup(of: Reply.self) { tasks in
            for report in reports { tasks.addTask { await handOver(report, now: now) } }
            var replies: [Reply] = []
            for await reply in tasks { replies.append(reply) }
            return replies
        }
    }

    private func handOver(_ report: AlertReport, now: Instant) async -> Reply {
        guard EpisodeDating.isNeeded(report, now: now) else { return await node.intake(report) }
        let view = await node.incident(config.group(ofCorrelationKey: report.correlationKey))
        return await node.intake(EpisodeDating.dated(report, by: view, now: now))
    }
}
