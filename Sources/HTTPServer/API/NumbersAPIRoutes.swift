import Alerting
import APIModel
import Basics
import Escalation
import HTTPTypes
import Hummingbird
import IncidentModel
import Logging
import OnCall
import Paging
import RegionCore

/// What the incidents of a period come to: times to acknowledge and to resolve, pages per person. *Source:*
/// issue 6 points 1 and 2.
struct NumbersAPIRoutes: Sendable {
    private let node: any NodeService

    init(node: any NodeService) { self.node = node }

    /// The table.
    var endpoints: [Endpoint] {
        [Endpoint(.get, APIPath.numbers, access: .token(.read), level: .debug, serve: numbers)]
    }

    /// The type of a table. *Source:* RFC 4180, section 3.
    static let csv = "text/csv; charset=utf-8; header=present"
    /// The period that is meant where none is named, up to now.
    private static let usual = Span.hours(24 * 28)

    private func numbers(_ call: Call) async throws(Refusal) -> Answer {
        let to = try call.time("to") ?? node.now()
        let from = try call.time("from") ?? to - Self.usual
        guard from < to else {
            throw .invalid(
                "to", "the period ends before it begins", remedy: "Give a 'to' after 'from'.")
        }
        let table = try table(call)
        let numbers = await numbers(
            from: from, to: to, service: call.text("service"), region: call.text("region"))
        if let table { return .text(numbers.csv(table), type: Self.csv) }
        return .json(
            NumbersAnswer(
                region: node.region.text, readAt: Timestamp(node.now()), numbers: numbers))
    }

    /// The table that is wanted; `nil` for JSON. *Errors:* a `Refusal` that names the parameter.
    private func table(_ call: Call) throws(Refusal) -> NumbersTable? {
        let name = call.text("table")?.lowercased() ?? NumbersTable.incidents.rawValue
        guard let table = NumbersTable(rawValue: name) else {
            throw .invalid(
                "table", "there is no table '\(name.prefix(40))'",
                remedy: "Use \(NumbersTable.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        switch call.text("format")?.lowercased() {
        case "csv": return table
        case "json": return nil
        case nil: return Self.prefersTable(call.request.headers[.accept]) ? table : nil
        case let odd?:
            throw .invalid(
                "format", "there is no format '\(odd.prefix(40))'", remedy: "Use json or csv.")
        }
    }

    /// Whether what a client accepts names tables, and not JSON before them.
    static func prefersTable(_ accept: String?) -> Bool {
        let types = (accept ?? "").split(separator: ",").map { part in
            part.prefix { $0 != ";" }.trimmingPrefix { $0 == " " }.lowercased()
        }
        return types.first { ["text/csv", "application/json", "*/*"].contains($0) } == "text/csv"
    }

    private func numbers(
        from: Instant, to: Instant, service: String?, region: String?
    ) async -> Numbers {
        let views = await node.incidents(includeResolved: true).filter { view in
            let opened = view.incident.openedAt.instant
            return opened >= from && opened < to
                && (service == nil || view.incident.service.text == service)
                && (region == nil || view.ownerHint?.text == region)
        }
        let mapping = IncidentMapping(region: node.region, now: node.now())
        let (roster, book) = (await node.roster(), await node.onCallBook())
        return Numbers(
            of: views.map(mapping.detail),
            handoffs: views.flatMap { view in
                view.incident.handoffs.filter(\.isKnown).map {
                    mapping.handoff($0, of: view.incident)
                }
            }, from: Timestamp(from), to: Timestamp(to)
        ) { person, instant in
            guard let known = roster.person(PersonID(person)) else { return false }
            return book.night(known.night, in: known.zone, at: instant).isNight
        }
    }
}
