import APIModel
import HTTPTypes
import Hummingbird
import Pages

/// The numbers, and the tables behind them: the API's, with names for files.
struct NumbersRoutes: Sendable {
    private let gate: PageGate

    init(gate: PageGate) { self.gate = gate }

    /// The table.
    var endpoints: [Endpoint] {
        [
            gate.page("/numbers") { (call, visit) throws(Refusal) in
                let period = NumbersPeriod(query: call.query)
                let services: ServiceList = try await visit.get(APIPath.services)
                let answer: NumbersAnswer = try await visit.get(
                    APIPath.numbers, query: period.query(at: gate.now))
                return NumbersPage(
                    frame: visit.frame, numbers: answer.numbers, period: period,
                    services: services.services.map(\.id)
                ).html
            },
            file("incidents.csv", [("format", "csv"), ("table", "incidents")]),
            file("handoffs.csv", [("format", "csv"), ("table", "handoffs")]),
            file("people.csv", [("format", "csv"), ("table", "people")]),
            file("services.csv", [("format", "csv"), ("table", "services")]),
            file("regions.csv", [("format", "csv"), ("table", "regions")]),
            file("numbers.json", [("format", "json")]),
        ]
    }

    private func file(_ name: String, _ format: [(name: String, value: String)]) -> Endpoint {
        gate.answering("/numbers/\(name)") { (call, visit) throws(Refusal) in
            let period = NumbersPeriod(query: call.query)
            let query = (period.query(at: gate.now) + format)
                .map { "\($0.name)=\(Query.encoded($0.value))" }.joined(separator: "&")
            var file = try await visit.api.call(
                .get, "\(APIPath.numbers)?\(query)", body: [], client: visit.client)
            file.response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
            return file
        }
    }
}
