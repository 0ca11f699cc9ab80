import Alerting
import Basics
import IncidentModel

/// What an intake request asks for, read from whatever shape it came in.
struct IntakeEvent: Equatable, Sendable {
    /// What is to be done.
    enum Action: Equatable, Sendable {
        /// Take these in. The reports with alerts that fire come first: were a resolved part of a
        /// large group taken in before them, the incident would close and open again.
        case report([AlertReport])
        /// Take on the incident of this correlation key, in the name of the tool that says so.
        case acknowledge(correlationKey: String, by: PersonID, via: String)
    }

    /// What is to be done.
    var action: Action
    /// What was odd and was taken in all the same.
    var warnings: [String]
    /// The sender's key for this event, or the one that was made for it.
    var dedupKey: String?

    /// Whether nobody would be paged for it: nothing in it fires.
    var isSilent: Bool {
        switch action {
        case .report(let reports): !reports.contains { $0.alerts.contains(where: \.isFiring) }
        case .acknowledge: true
        }
    }

    /// The event with one more alert, which does not fire.
    func adding(resolved alert: AlertInstance) -> IntakeEvent {
        guard case .report(let reports) = action, var last = reports.last else { return self }
        var copy = self
        last.alerts = [alert]
        copy.action = .report(reports + [last])
        return copy
    }

    /// An event of one service's alerts, split so that each report fits a fact.
    static func report(
        _ template: AlertReport, alerts: [AlertInstance], warnings: [String],
        dedupKey: String? = nil
    ) -> IntakeEvent {
        let ordered = alerts.filter(\.isFiring) + alerts.filter { !$0.isFiring }
        var reports: [AlertReport] = []
        var report = template
        var bytes = 0
        for alert in ordered {
            let size = alert.encoded.count
            let isFull =
                report.alerts.count == Limits.alertsPerFactMax
                || bytes + size > Limits.alertBytesPerFactMax
            if isFull, !report.alerts.isEmpty {
                reports.append(report)
                (report, bytes) = (template, 0)
            }
            report.alerts.append(alert)
            bytes += size
        }
        if !report.alerts.isEmpty { reports.append(report) }
        return IntakeEvent(action: .report(reports), warnings: warnings, dedupKey: dedupKey)
    }
}

/// What a parser knows besides the body.
struct IntakeScope: Sendable {
    /// The service of the integration key.
    var service: Service
    /// When the request came.
    var now: Instant
    /// How much was read of a body whose end is missing, in words; `nil` if it is whole.
    var cut: String?

    /// The correlation key of a source's own key, of bounded length.
    func correlationKey(source: String, key: String) -> String {
        let bounded = key.utf8.count <= 512 ? key : "sha256:\(Digest256(of: Array(key.utf8)))"
        return Alerting.correlationKey(service: service.id, source: source, key: bounded)
    }
}
