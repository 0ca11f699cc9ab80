import APIModel
import Basics
import Escalation
import HTTPTypes
import IncidentModel
import Logging
import OnCall
import RegionCore

/// Runbooks, the proof of coverage, and what is not in the logs yet. *Source:* issue 6 points 1 and 3.
struct ResourceRoutes: Sendable {
    private let node: any NodeService

    private let lookup: IncidentLookup

    init(node: any NodeService) {
        self.node = node
        lookup = IncidentLookup(node: node)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.runbooks, access: .token(.read), level: .debug, serve: runbooks),
            Endpoint(
                .get, APIPath.runbook("{name}"), access: .token(.read), level: .debug,
                serve: runbook),
            Endpoint(.get, APIPath.coverage, access: .token(.read), level: .debug, serve: coverage),
            Endpoint(.get, APIPath.facts, access: .token(.read), level: .debug, serve: facts),
        ]
    }

    private func runbooks(_ call: Call) async throws(Refusal) -> Answer {
        let (service, text) = (call.text("service"), call.text("text")?.lowercased())
        let page = try ListPage(call, .runbooks, fields: nil)
        var incident: Incident?
        if let id = call.text("incident") { incident = try await lookup.view(of: id).incident }
        let wanted = await node.runbooks().filter { one in
            if let incident, !one.summary.isFor(incident) { return false }
            if let service, !one.summary.services.contains(service) { return false }
            guard let text else { return true }
            return ([one.summary.title, one.text] + one.summary.triggers)
                .contains { $0.lowercased().contains(text) }
        }
        let (rows, next) = page.of(
            wanted.map { (ListPage.place(named: $0.summary.name), $0.summary) })
        return .json(
            RunbookList(
                region: node.region.text, readAt: Timestamp(node.now()), runbooks: rows,
                next: next))
    }

    private func runbook(_ call: Call) async throws(Refusal) -> Answer {
        let name = call.parameter("name")
        guard let one = await node.runbooks().first(where: { $0.summary.name == name }) else {
            throw Refusal(
                .notFound, "region \(node.region) has no runbook '\(name.prefix(80))'",
                field: "name", remedy: "See GET \(APIPath.runbooks).")
        }
        return .json(one)
    }

    /// How many weeks can be asked for: a proof of four took 1.5 s in a debug build.
    static let weeks = 1...12

    private func coverage(_ call: Call) async throws(Refusal) -> Answer {
        let text = call.text("weeks") ?? "4"
        guard let weeks = Int64(text), Self.weeks.contains(Int(weeks)) else {
            throw .invalid(
                "weeks", "'\(text.prefix(40))' is no number of weeks",
                remedy: "Use \(Self.weeks.lowerBound) to \(Self.weeks.upperBound).")
        }
        let from = Instant(seconds: node.now().seconds / 60 * 60)
        let to = from + .hours(weeks * 168)
        let findings = await node.coverage(from: from, to: to)
        return .json(
            CoverageAnswer(
                region: node.region.text, readAt: Timestamp(node.now()),
                rosterVersion: await node.roster().version,
                tzVersion: await node.zones().version, from: Timestamp(from),
                to: Timestamp(to), worst: findings.first?.gravity, findings: findings))
    }

    private func facts(_ call: Call) async throws(Refusal) -> Answer {
        let (region, kinds) = (call.text("region"), call.list("kind"))
        let bounds = try TimeBounds(call)
        let page = try ListPage(call, .facts, fields: 3)
        var views = await node.incidents(includeResolved: true)
        if let id = call.text("incident") {
            views = [try IncidentLookup(node: node).view(of: id, among: views)]
        }
        var facts: [(place: [UInt64], row: PendingFact)] = []
        for view in views where view.unmergedFacts > 0 {
            let incident = view.incident
            for entry in incident.timeline where entry.index == 0 {
                guard let fact = entry.fact, region == nil || entry.region.text == region,
                    kinds?.contains(entry.kind.name) ?? true, bounds.admit(entry.time.instant)
                else { continue }
                facts.append(
                    (
                        [entry.time.raw, fact.origin.number, fact.sequence],
                        PendingFact(
                            fact: fact.description, incident: incident.group.description,
                            title: incident.title, at: Timestamp(entry.time.instant),
                            region: entry.region.text, kind: entry.kind.name, text: entry.text)
                    ))
            }
        }
        let (rows, next) = page.of(facts)
        return .json(
            FactList(
                region: node.region.text, readAt: Timestamp(node.now()), facts: rows, next: next))
    }
}

extension RunbookSummary {
    /// Whether it belongs to an incident: it is for its service, or something that the incident says is one
    /// of its triggers.
    fileprivate func isFor(_ incident: Incident) -> Bool {
        if services.contains(incident.service.text) { return true }
        let said = [incident.title] + incident.alerts.map(\.instance.summary)
        return triggers.contains { trigger in
            said.contains { $0.lowercased().contains(trigger.lowercased()) }
        }
    }
}
