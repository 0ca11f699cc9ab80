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
    private var since: Instant?
    private var until: Instant?
    private var text: String?

    /// Statuses that can be asked for.
    static let statusNames = ["triggered", "acknowledged", "resolved", "merged"]

    /// The filter of a query. *Errors:* a `Refusal` that names the parameter.
    init(_ call: Call) throws(Refusal) {
        statuses = call.list("status")?.map { $0.lowercased() }
        if let odd = statuses?.first(where: { !Self.statusNames.contains($0) }) {
            throw .invalid(
                "status", "there is no status '\(odd.prefix(40))'",
                remedy: "Use \(Self.statusNames.joined(separator: ", ")); several with commas.")
        }
        let all = try call.flag("all")
        includesResolved = all || (statuses?.contains("resolved") ?? false)
        severities = try call.severities("severity")
        atLeast = try call.severities("severityAtLeast")?.max()
        services = call.list("service")
        (owner, commander) = (call.text("owner"), call.text("commander"))
        (since, until) = (try call.time("since"), try call.time("until"))
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
        let opened = incident.openedAt.instant
        if let since, opened < since { return false }
        if let until, opened >= until { return false }
        guard let text else { return true }
        return incident.title.lowercased().contains(text)
            || incident.service.text.lowercased().contains(text)
            || incident.group.description.hasPrefix(text)
            || incident.alerts.contains { $0.instance.summary.lowercased().contains(text) }
    }
}

/// An incident's place in the list: open ones first, of those the worst, of those the oldest;
/// resolved ones newest first.
struct IncidentPlace: Comparable, Sendable {
    private var numbers: [UInt64]

    /// How many numbers make a place.
    static let count = 5

    /// The place of an incident.
    init(_ incident: Incident) {
        let isOpen = incident.status.isOpen
        let opened = incident.openedAt.raw
        numbers = [
            isOpen ? 0 : 1, isOpen ? UInt64(incident.severity.rawValue) : 0,
            isOpen ? opened : .max - opened, incident.group.high, incident.group.low,
        ]
    }

    /// The place that a cursor names; the cursor holds as many numbers as a place.
    init(cursor numbers: [UInt64]) { self.numbers = numbers }

    /// The cursor for what comes after it.
    var cursor: String { PageCursor(.incidents, numbers).text }

    static func < (a: IncidentPlace, b: IncidentPlace) -> Bool {
        a.numbers.lexicographicallyPrecedes(b.numbers)
    }
}
