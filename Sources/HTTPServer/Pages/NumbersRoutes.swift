import Alerting
import APIModel
import Basics
import Escalation
import HTTPTypes
import Hummingbird
import IncidentModel
import Logging
import OnCall
import Pages
import Paging
import RegionCore

/// The numbers, and the tables behind them.
struct NumbersRoutes: Sendable {
    private let node: any NodeService
    private let gate: PageGate

    init(node: any NodeService, gate: PageGate) { (self.node, self.gate) = (node, gate) }

    /// The table.
    var endpoints: [Endpoint] {
        [
            gate.page("/numbers") { (call, visit) throws(Refusal) in
                let period = NumbersPeriod(query: call.query)
                let services = await node.roster().services.map(\.id.text)
                return NumbersPage(
                    frame: visit.frame, numbers: await numbers(of: period), period: period,
                    services: services
                ).html
            },
            file("incidents.csv") { Answer.text($0.incidentsCSV, type: Self.csv) },
            file("handoffs.csv") { Answer.text($0.handoffsCSV, type: Self.csv) },
            file("people.csv") { Answer.text($0.peopleCSV, type: Self.csv) },
            file("numbers.json") { Answer.json($0) },
        ]
    }

    private static let csv = "text/csv; charset=utf-8; header=present"

    private func file(
        _ name: String, _ answer: @escaping @Sendable (Numbers) -> Answer
    ) -> Endpoint {
        gate.answering("/numbers/\(name)") { (call, _) throws(Refusal) in
            var file = answer(await numbers(of: NumbersPeriod(query: call.query)))
            file.response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
            return file
        }
    }

    private func numbers(of period: NumbersPeriod) async -> Numbers {
        let (from, to) = period.bounds(at: node.now())
        let views = await node.incidents(includeResolved: true).filter { view in
            let opened = view.incident.openedAt.instant
            return opened >= from && opened < to
                && (period.service.isEmpty || view.incident.service.text == period.service)
                && (period.region.isEmpty || view.ownerHint?.text == period.region)
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
