public import Basics
public import IncidentModel

/// When two incidents of a service are one problem. *Source:* issue 4 point 7.
public enum DuplicateRule: Equatable, Sendable {
    /// If most of their labels agree.
    case similar
    /// If all of these labels agree.
    case labels([String])
    /// Never.
    case never
}

/// When somebody has to be there for a service. *Source:* issue 5 point 4; design 8.
public enum CoverageClass: String, CaseIterable, Sendable {
    /// At every minute.
    case continuous
    /// While a window of its policy's first level is open.
    case businessHours = "business-hours"
    /// Whenever somebody is.
    case bestEffort = "best-effort"

    /// The name in rosters.
    public var name: String { rawValue }
}

/// A service of the catalogue. *Source:* requirement P3.
public struct Service: Equatable, Sendable {
    /// The id in the roster.
    public var id: ServiceID
    /// The name for people.
    public var name: String
    /// The escalation policy its incidents follow.
    public var policy: PolicyID
    /// The severity of alerts that do not say theirs.
    public var defaultSeverity: Severity
    /// Where its runbook is, or empty.
    public var runbook: String
    /// When two of its incidents are one problem.
    public var duplicates = DuplicateRule.similar
    /// When somebody has to be there.
    public var coverage = CoverageClass.continuous
    /// Where its playbooks are.
    public var playbooks: [String] = []
    /// The services that it does not work without.
    public var dependencies: [ServiceID] = []
    /// Its runbooks besides the first.
    public var moreRunbooks: [String] = []
    /// Who owns it.
    public var team: TeamID?
    /// How much depends on it: 1 is the most; `nil` if nobody says.
    public var tier: UInt64?

    /// A service.
    public init(
        id: ServiceID, name: String, policy: PolicyID, defaultSeverity: Severity = .sev3,
        runbook: String = ""
    ) {
        (self.id, self.name, self.policy) = (id, name, policy)
        self.defaultSeverity = defaultSeverity
        self.runbook = runbook
    }
}

/// A key with which a tool sends alerts for one service. *Source:* contracts 1, 3, 6.
public struct IntegrationKey: Equatable, Sendable {
    /// The secret part of the URL, or the `routing_key`.
    public var secret: String
    /// The service whose alerts it brings.
    public var service: ServiceID

    /// A key.
    public init(secret: String, service: ServiceID) {
        (self.secret, self.service) = (secret, service)
    }
}
