import APIModel
import HTTPTypes
import Logging

/// What monitors ask: whether the process lives, whether it may get traffic, and the metrics.
struct HealthRoutes: Sendable {
    private let isReady: @Sendable () async -> ReadyState
    private let metricsText: @Sendable () -> String

    init(
        isReady: @escaping @Sendable () async -> ReadyState,
        metricsText: @escaping @Sendable () -> String
    ) {
        (self.isReady, self.metricsText) = (isReady, metricsText)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/healthz", access: .open, level: .trace) {
                (_: Call) throws(Refusal) -> Answer in .text("ok\n")
            },
            Endpoint(.get, "/readyz", access: .open, level: .trace) {
                (_: Call) async throws(Refusal) -> Answer in
                switch await isReady() {
                case .ready: return .text("ready\n")
                case .notReady(let reason):
                    throw Refusal(
                        .unavailable, reason,
                        remedy: "Wait, or see 'meridian cluster status' and the node's log.")
                }
            },
            Endpoint(.get, "/metrics", access: .open, level: .trace) {
                (_: Call) throws(Refusal) -> Answer in
                .text(metricsText(), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }
}
