package import Basics
package import IncidentModel

/// A service of the catalogue. *Source:* requirement P3.
package struct Service: Equatable, Sendable {
    /// The id in the roster.
    package var id: ServiceID
    /// The name for people.
    package var name: String
    /// The escalation policy its incidents follow.
    package var policy: PolicyID
    /// The severity of alerts that do not say theirs.
    package var defaultSeverity: Severity
    /// Where its runbook is, or empty.
    package var runbook: String

    /// A service.
    package init(
        id: ServiceID, name: String, policy: PolicyID, defaultSeverity: Severity = .sev3,
        runbook: String = ""
    ) {
        (self.id, self.name, self.policy) = (id, name, policy)
        self.defaultSeverity = defaultSeverity
        self.runbook = runbook
    }
}

/// A key with which a tool sends alerts for one service. *Source:* contracts 1, 3, 6.
package struct IntegrationKey: Equatable, Sendable {
    /// The secret part of the URL, or the `routing_key`.
    package var secret: String
    /// The service whose alerts it brings.
    package var service: ServiceID

    /// A key.
    package init(secret: String, service: ServiceID) {
        (self.secret, self.service) = (secret, service)
    }
}
