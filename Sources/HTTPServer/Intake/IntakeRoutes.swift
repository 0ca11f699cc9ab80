import Alerting
import APIModel
import Basics
import Escalation
import HTTPTypes
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
        let scope = try await scope(of: call)
        let body = try await groupBody(of: call)
        let event = try AlertmanagerParser.parse(body, scope: scope)
        return try await take(event, source: .alertmanager, now: scope.now).answer(in: node.region)
    }

    /// The body of a whole group; only so many that may be large are read at once.
    private func groupBody(of call: Call) async throws(Refusal) -> JSONValue {
        if let length = call.declaredLength, length <= Limits.intakeBodyBytesMax {
            return try await call.json()
        }
        try largeGate.enter()
        defer { largeGate.leave() }
        return try await call.json(bytesMax: Limits.alertmanagerBodyBytesMax)
    }

    private func plain(_ call: Call) async throws(Refusal) -> Answer {
        let scope = try await scope(of: call)
        let event = try PlainParser.parse(try await call.jsonOrForm(), scope: scope)
        return try await take(event, source: .json, now: scope.now).answer(in: node.region)
    }

    private func pagerDuty(_ call: Call) async throws(Refusal) -> Answer {
        let body = try await call.json()
        let inPath = call.parameter("key")
        let key = inPath.isEmpty ? try PagerDutyParser.routingKey(of: body) : inPath
        let scope = try await scope(ofKey: key, field: "routing_key")
        let event = try PagerDutyParser.parse(body, scope: scope, freshKey: Self.freshKey())
        let taken = try await take(event, source: .pagerduty, now: scope.now)
        return PagerDutyAnswers.success(taken, region: node.region)
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
