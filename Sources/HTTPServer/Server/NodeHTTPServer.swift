import Basics
package import Hummingbird
package import Logging

/// The HTTP server of one node: intake, the API, its pages, one-tap links, health and metrics.
package struct NodeHTTPServer: Sendable {
    private let config: HTTPServerConfig
    private let node: any NodeService
    private let logger: Logger

    /// A server for a node; it listens once it runs.
    package init(config: HTTPServerConfig, node: any NodeService, logger: Logger) {
        (self.config, self.node, self.logger) = (config, node, logger)
    }

    /// Listens until `end` returns; then requests under way are finished. `onListening` is told the
    /// port. *Errors:* `HTTPServerError`.
    package func run(
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in },
        until end: @escaping @Sendable () async -> Void
    ) async throws(HTTPServerError) {
        try await listener.serve(router: router, onListening: onListening, until: end)
    }

    /// The server as Hummingbird's application: for tests that go without a socket.
    package func application(
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        listener.application(router: router, onListening: onListening)
    }

    private var listener: Listener {
        Listener(
            host: config.host, port: config.port, connectionsMax: config.connectionsMax,
            idleTimeout: config.idleTimeout, stallTime: config.stallTime,
            bodyTime: config.bodyTime, logger: logger)
    }

    private var router: Router<BasicRequestContext> {
        let node = node
        let dispatcher = Dispatcher(
            region: node.region, tokens: APITokens(config.apiTokens), metrics: metrics,
            logger: logger, hasMajority: { node.hasMajority },
            confirm: { await node.confirm($0) })
        let api = endpoints
        return dispatcher.router(for: api + pages(over: api))
    }

    /// What a browser asks for; it asks the API in turn.
    private func pages(over api: [Endpoint]) -> [Endpoint] {
        let gate = PageGate(node: node, api: InnerAPI(endpoints: api), config: config)
        return SessionRoutes(gate: gate).endpoints + RoomRoutes(gate: gate).endpoints
            + DeedRoutes(gate: gate).endpoints + WorldRoutes(node: node, gate: gate).endpoints
            + OnCallViewRoutes(node: node, gate: gate).endpoints
            + NumbersRoutes(gate: gate).endpoints
    }

    private var metrics: ServerMetrics { ServerMetrics(factory: config.metricsFactory) }

    /// The table of addresses.
    var endpoints: [Endpoint] {
        let node = node
        let metrics = metrics
        return
            IntakeRoutes(node: node, config: config, metrics: metrics).endpoints
            + IncidentRoutes(node: node).endpoints
            + ParticipantRoutes(node: node).endpoints
            + CommandRoutes(node: node, config: config).endpoints
            + ConflictRoutes(
                node: node, commands: CommandRoutes(node: node, config: config)
            ).endpoints
            + HandoffRoutes(
                node: node, commands: CommandRoutes(node: node, config: config)
            ).endpoints
            + WorkRoutes(node: node, commands: CommandRoutes(node: node, config: config)).endpoints
            + ManyHandoffsRoutes(
                node: node, commands: CommandRoutes(node: node, config: config)
            ).endpoints
            + RosterRoutes(node: node).endpoints
            + RosterVersionRoutes(
                node: node, commands: CommandRoutes(node: node, config: config), config: config
            ).endpoints
            + TimelineRoutes(node: node).endpoints
            + OnCallPlanRoutes(node: node).endpoints
            + CalendarRoutes(
                node: node, signer: config.linkSigner, cluster: config.cluster
            ).endpoints
            + PageRoutes(node: node).endpoints
            + ClusterRoutes(node: node, cluster: config.cluster).endpoints
            + EventRoutes(node: node).endpoints
            + ResourceRoutes(node: node).endpoints
            + NumbersAPIRoutes(node: node).endpoints
            + LinkRoutes(node: node, signer: config.linkSigner, metrics: metrics).endpoints
            + HealthRoutes(isReady: { node.isReady }, metricsText: node.metricsText).endpoints
            + DescriptionRoutes().endpoints
    }
}
