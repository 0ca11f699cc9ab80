import CoreMetrics
import HTTPTypes

/// The server's own counters. Labels hold paths of the endpoint table, sources and kinds, never
/// what a client sent, so that nobody can fill the memory with series.
struct ServerMetrics: Sendable {
    private let factory: any MetricsFactory

    init(factory: any MetricsFactory) { self.factory = factory }

    /// A request was answered.
    func answered(
        path: String, method: HTTPRequest.Method, status: HTTPResponse.Status, nanoseconds: Int64
    ) {
        Counter(
            label: "meridian_http_requests_total",
            dimensions: [
                ("path", path), ("method", method.rawValue), ("status", "\(status.code)"),
            ], factory: factory
        ).increment()
        Timer(
            label: "meridian_http_request_duration_seconds", dimensions: [("path", path)],
            factory: factory
        ).recordNanoseconds(nanoseconds)
    }

    /// An intake request ended: `outcome` is `quorum`, `local`, `repeat`, `acknowledged`, `nothing`
    /// or the kind of a refusal.
    func intake(source: IntakeSource, outcome: String) {
        Counter(
            label: "meridian_intake_requests_total",
            dimensions: [("source", source.rawValue), ("outcome", outcome)], factory: factory
        ).increment()
    }

    /// So many alerts were taken in.
    func intakeAlerts(source: IntakeSource, count: Int) {
        Counter(
            label: "meridian_intake_alerts_total", dimensions: [("source", source.rawValue)],
            factory: factory
        ).increment(by: count)
    }

    /// Somebody pressed a one-tap link's button: `outcome` is how that ended.
    func link(action: String, outcome: String) {
        Counter(
            label: "meridian_link_presses_total",
            dimensions: [("action", action), ("outcome", outcome)], factory: factory
        ).increment()
    }
}

/// The shapes that intake understands.
enum IntakeSource: String, CaseIterable, Sendable {
    /// Alertmanager's webhook, Grafana's, and what is shaped like them.
    case alertmanager
    /// PagerDuty's Events API v2.
    case pagerduty
    /// The plain form.
    case json
}
