import APIModel
import Basics
import IncidentModel
import RegionCore

/// Which incidents a list is asked for.
struct IncidentFilter: Sendable {
    private var includesResolved: Bool
    private var statuses: [String]?
    private var severities: [Severity]?
    private var atLeast: Severity?
    private var services: [String]?
    private var owner: String?
    private var commander: String?
    private var bounds: TimeBounds
    private var text: String?

    /// Statuses that can be asked for.
    static let statusNames = ["triggered", "acknowledged", "resolved", "merged"]

    /// The filter of a query. *Errors:* a `Refusal` that names the parameter.
    init(_ call: Call) throws(Refusal) {
        statuses = try call.words("status", of: Self.statusNames)
        let all = try call.flag("all")
        includesResolved = all || (statuses?.contains("resolved") ?? false)
        severities = try call.severities("severity")
        atLeast = try call.severities("severityAtLeast")?.max()
        services = call.list("service")
        (owner, commander) = (call.text("owner"), call.text("commander"))
        bounds = try TimeBounds(call)
        text = call.text("text")?.lowercased()
    }

    /// The incidents that the filter may admit, in any order.
    func candidates(of node: any NodeService) async -> [IncidentView] {
        await node.incidents(includeResolved: includesResolved).filter(admits)
    }

    private func admits(_ view: IncidentView) -> Bool {
        let incident = view.incident
        let status = view.carrier == nil ? incident.status.name : "merged"
        if let statuses, !statuses.contains(status) { return false }
        if let severities, !severities.contains(incident.severity) { return false }
        if let atLeast, incident.severity > atLeast { return false }
        if let services, !services.contains(incident.service.text) { return false }
        if let owner, view.ownerHint?.text != owner { return false }
        if let commander, incident.commander?.text != commander { return false }
        guard bounds.admit(incident.openedAt.instant) else { return false }
        guard let text else { return true }
        return incident.title.lowercased().contains(text)
            || incident.service.text.lowercased().contains(text)
            || incident.group.description.hasPrefix(text)
            || incident.alerts.contains { $0.instance.summary.lowercased().contains(text) }
    }
}

/// An incident's place in the list: open ones first, of those the worst, of those the oldest;
/// resolved ones newest first.
enum IncidentPlace {
    /// How many numbers make a place.
    static let count = 5

    /// The place of an incident.
    static func of(_ incident: Incident) -> [UInt64] {
        let isOpen = incident.status.isOpen
        let opened = incident.openedAt.raw
        return [
            isOpen ? 0 : 1, isOpen ? UInt64(incident.severity.rawValue) : 0,
            isOpen ? opened : .max - opened, incident.group.high, incident.group.low,
        ]
    }
}
