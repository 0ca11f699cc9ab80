package import APIModel
import Basics
import CoreMetrics
package import Hummingbird
package import Logging

/// A coordinator, as its HTTP server sees it.
package protocol CoordinatorService: Sendable {
    /// Whether it hears some region.
    func isReady() async -> ReadyState
    /// All metrics in the Prometheus text format 0.0.4.
    func metricsText() -> String
    /// The merged view.
    func status() async -> CoordinatorStatus
}

/// The HTTP server of a coordinator: its merged view, health and metrics.
package struct CoordinatorHTTPServer: Sendable {
    private let host: String
    private let port: Int
    private let service: any CoordinatorService
    private let tokens: [String]
    private let connectionsMax: Int
    private let logger: Logger

    /// A server; it listens once it runs. Without tokens the API refuses everybody. At most 1,024
    /// connections are open at once, or `connectionsMax` if that is fewer.
    package init(
        host: String, port: Int, service: any CoordinatorService, apiTokens: [String],
        connectionsMax: Int, logger: Logger
    ) {
        (self.host, self.port, self.service) = (host, port, service)
        (self.tokens, self.logger) = (apiTokens, logger)
        self.connectionsMax = min(1_024, connectionsMax)
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
            host: host, port: port, connectionsMax: connectionsMax, idleTimeout: .seconds(60),
            logger: logger)
    }

    private var router: Router<BasicRequestContext> {
        let dispatcher = Dispatcher(
            region: "coordinator",
            tokens: APITokens(tokens.map { APIToken(name: "api", token: $0, may: .read) }),
            metrics: ServerMetrics(factory: MetricsSystem.factory), logger: logger)
        return dispatcher.router(for: endpoints)
    }

    /// The table of addresses.
    var endpoints: [Endpoint] {
        let service = service
        let status = Endpoint(.get, APIPath.coordinator, access: .token(.read), level: .debug) {
            (_: Call) async throws(Refusal) -> Answer in .json(await service.status())
        }
        let health = HealthRoutes(isReady: service.isReady, metricsText: service.metricsText)
        return [status] + health.endpoints + DescriptionRoutes().endpoints
    }
}
