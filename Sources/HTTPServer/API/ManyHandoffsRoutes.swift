import APIModel
import Basics
import HTTPTypes
import IncidentModel
import Logging
import Paging
import RegionCore

/// Command of many incidents goes in one request: at a change of shift nobody has time for each.
/// *Source:* design 6, "in bulk for a shift".
struct ManyHandoffsRoutes: Sendable {
    /// One incident of the request: what to do about it, or why not.
    private typealias Chosen = (id: String, what: Result<IncidentView, Refusal>)

    private let node: any NodeService
    private let commands: CommandRoutes

    init(node: any NodeService, commands: CommandRoutes) {
        (self.node, self.commands) = (node, commands)
    }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, APIPath.handoffs(.offer), access: .token(.command), level: .info,
                serve: offer),
            Endpoint(
                .post, APIPath.handoffs(.accept), access: .token(.command), level: .info,
                serve: accept),
        ]
    }

    private func offer(_ call: Call) async throws(Refusal) -> Answer {
        let (fields, by) = try await request(call)
        let offer = try await HandoffOffer(fields, node: node)
        let from = try fields.optionalText("from", lengthMax: 128).map { PersonID($0) } ?? by
        let chosen = try await chosen(fields) {
            $0.commander == from && $0.openHandoff == nil
        }
        return await answer(chosen, by: by, key: fields.key) { (incident) throws(Refusal) in
            try offer.step(for: incident)
        }
    }

    private func accept(_ call: Call) async throws(Refusal) -> Answer {
        let (fields, by) = try await request(call)
        let readBack = try fields.text(
            "readBack", lengthMax: Limits.summaryLengthMax,
            remedy: "Say in your own words what you take over.")
        let to = try fields.optionalText("to", lengthMax: 128).map { PersonID($0) } ?? by
        let chosen = try await chosen(fields) { $0.openHandoff?.to == to }
        return await answer(chosen, by: by, key: fields.key) { (_) throws(Refusal) in
            .accept(readBack: readBack)
        }
    }

    private func request(_ call: Call) async throws(Refusal) -> (RequestFields, PersonID) {
        let fields = try await RequestFields(call)
        return (fields, try fields.person("by", roster: await node.roster(), client: call.client))
    }

    /// The incidents that a request names, or with `all` those that `isMeant`, the worst first.
    private func chosen(
        _ fields: RequestFields, _ isMeant: (Incident) -> Bool
    ) async throws(Refusal) -> [Chosen] {
        let isAll = try fields.optionalFlag("all") ?? false
        let ids = try fields.optionalTexts("incidents")
        try check(count: ids?.count ?? 0)
        let views = await node.incidents(includeResolved: !isAll)
        let chosen: [Chosen]
        switch (isAll, ids) {
        case (true, nil):
            // Sent again it is about the same ones, which are answered as repeats.
            chosen = views.filter {
                $0.carrier == nil
                    && (isMeant($0.incident) || $0.incident.hasActed(fields.key))
            }
            .sorted {
                ($0.incident.severity, $0.incident.openedAt, $0.incident.group)
                    < ($1.incident.severity, $1.incident.openedAt, $1.incident.group)
            }
            .map { ($0.incident.group.description, .success($0)) }
        case (false, let ids?) where !ids.isEmpty: chosen = find(ids, among: views)
        case (true, _), (false, _):
            throw .missing(
                "incidents", remedy: "Name the incidents in `incidents`, or say `all`: true.")
        }
        try check(count: chosen.count)
        return chosen
    }

    private func check(count: Int) throws(Refusal) {
        guard count <= Limits.handoffsPerRequestMax else {
            throw .invalid(
                "incidents", "\(count) incidents are too many for one request",
                remedy: "Name at most \(Limits.handoffsPerRequestMax) in `incidents`.")
        }
    }

    private func find(_ ids: [String], among views: [IncidentView]) -> [Chosen] {
        let lookup = IncidentLookup(node: node)
        // Of those that an id is a beginning of, the first is where the id would stand.
        let sorted = views.map { (id: $0.incident.group.description, view: $0) }
            .sorted { $0.id < $1.id }
        return ids.map { id in
            let beginning = id.trimmed.lowercased()
            let near = sorted[firstIndex(of: beginning, in: sorted)...]
                .prefix { $0.id.hasPrefix(beginning) }
            do throws(Refusal) {
                return (id, .success(try lookup.view(of: id, among: near.map(\.view))))
            } catch {
                return (id, .failure(error))
            }
        }
    }

    private func firstIndex(
        of id: String, in sorted: [(id: String, view: IncidentView)]
    ) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Asks for all of it at once, so that the core takes it in few turns; one that is refused does not
    /// stop the others.
    private func answer(
        _ chosen: [Chosen], by: PersonID, key: ActKey,
        _ step: (Incident) throws(Refusal) -> HandoffStep
    ) async -> Answer {
        let orders = chosen.map { one -> Result<Command, Refusal> in
            do throws(Refusal) {
                let incident = try one.what.get().incident
                return .success(.handoff(group: incident.group, try step(incident), by: by))
            } catch {
                return .failure(error)
            }
        }
        let results = await withTaskGroup(of: (Int, HandoffResult).self) { group in
            for (index, order) in orders.enumerated() {
                group.addTask { (index, await result(of: order, key: key, chosen[index].id)) }
            }
            var results: [(Int, HandoffResult)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return .json(HandoffResults(region: node.region.text, results: results))
    }

    private func result(
        of order: Result<Command, Refusal>, key: ActKey, _ id: String
    ) async -> HandoffResult {
        do throws(Refusal) {
            let reply = await node.command(try order.get(), key: key)
            return HandoffResult(
                incident: id, acceptance: try commands.acceptance(reply).body)
        } catch {
            return HandoffResult(
                incident: id,
                problem: Problem(
                    kind: error.kind, detail: error.detail, field: error.field,
                    remedy: error.remedy, region: node.region.text))
        }
    }
}
