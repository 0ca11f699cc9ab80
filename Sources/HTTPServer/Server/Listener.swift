import Basics
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Where a server listens, and the bounds of its connections.
struct Listener: Sendable {
    /// The address to listen on.
    var host: String
    /// The port to listen on; 0 lets the system choose one.
    var port: Int
    /// The most connections that are open at once; further ones wait to be accepted.
    var connectionsMax: Int
    /// How long a connection may be silent, between requests or in the middle of one.
    var idleTimeout: Span
    /// How long a client may leave an answer unread.
    var stallTime: Span = .seconds(30)
    /// How long a whole body may take.
    var bodyTime: Span = .seconds(10)
    /// Where the server's own lines go.
    var logger: Logger

    /// How long requests under way may take to end once the server is to stop.
    private static let lastRequestsMax = Duration.seconds(5)

    /// Serves until `end` returns; then takes no further requests and finishes those under way.
    /// *Errors:* `HTTPServerError`.
    func serve(
        router: Router<BasicRequestContext>,
        onListening: @escaping @Sendable (_ port: Int) async -> Void,
        until end: @escaping @Sendable () async -> Void
    ) async throws(HTTPServerError) {
        var quiet = logger
        quiet.logLevel = .error
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: application(router: router, onListening: onListening))],
            logger: quiet)
        configuration.maximumGracefulShutdownDuration = Self.lastRequestsMax
        let group = ServiceGroup(configuration: configuration)
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                tasks.addTask {
                    await end()
                    await group.triggerGracefulShutdown()
                }
                // `waitForAll` would wait for the end although the server never began to listen.
                while try await tasks.next() != nil {}
            }
        } catch {
            throw HTTPServerError(error, host: host, port: port)
        }
    }

    /// Hummingbird's application for a router.
    func application(
        router: Router<BasicRequestContext>,
        onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) -> some ApplicationProtocol {
        // Hummingbird says at `info` what the runtime says better.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        StalledAnswerHandler(after: stallTime), RefusedBodyHandler(),
                        SlowBodyHandler(after: bodyTime),
                    ],
                    idleTimeout: .microseconds(idleTimeout.microseconds),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 * 1_024, maxHeaderListSize: 64 * 1_024,
                        maxHeaderFieldCount: 128))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(connectionsMax)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: quiet)
    }
}
