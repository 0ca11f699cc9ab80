import Basics
public import IncidentModel

/// All of an incident that decides whom it asks for and what people are told, with the roster and the
/// time: `decideEscalation`, `acknowledgementLapse`, `notices`, `commandNotices` and `mentionNotices`
/// look at nothing else. While it stays the same they need not be asked anew, whatever else was learned of the
/// incident. The simulator asks anew now and then, and compares.
public struct EscalationBasis: Equatable, Sendable {
    private let service: ServiceID
    private let generation: UInt64
    private let previousEnd: HybridTime
    private let closedGenerations: [HybridTime]
    private let status: IncidentStatus
    private let openedAt: HybridTime
    private let severity: Severity
    private let alertSeverity: Severity
    private let run: PolicyRun
    private let acknowledgements: [AcknowledgementRecord]
    private let commander: PersonID?
    private let commandSince: HybridTime
    private let handoffs: [HandoffRecord]
    private let decisions: [Decision]
    private let mentions: [Mention]
    private let undeliverable: [Undeliverable]

    /// A page that can never be delivered, and when that turned out.
    private struct Undeliverable: Equatable, Sendable {
        var key: StepKey
        var ended: HybridTime?
    }

    /// The basis as an incident stands.
    public init(_ incident: borrowing Incident) {
        service = incident.service
        generation = incident.generation
        previousEnd = incident.previousEnd
        closedGenerations = incident.closedGenerations
        status = incident.status
        openedAt = incident.openedAt
        severity = incident.severity
        alertSeverity = incident.alertSeverity
        run = incident.run
        acknowledgements = incident.acknowledgements
        commander = incident.commander
        commandSince = incident.commandSince
        handoffs = incident.handoffs
        decisions = incident.decisions
        mentions = incident.mentions
        undeliverable = incident.pages.compactMap { page in
            guard page.isUndeliverable, !page.isDelivered else { return nil }
            return Undeliverable(key: page.key, ended: page.attempts.compactMap(\.resultAt).max())
        }
    }
}
