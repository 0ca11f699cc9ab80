import APIModel
import Basics
import Escalation
import HTTPTypes
import Logging
import OnCall
import RegionCore

/// Who comes next, how schedules and services are covered, and how the load is split: computed from
/// the roster in force and every change that is known here. *Source:* issue 5 point 5.
struct OnCallPlanRoutes: Sendable {
    private let node: any NodeService

    init(node: any NodeService) { self.node = node }

    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.onCallNext, access: .token(.read), level: .debug, serve: next),
            Endpoint(
                .get, APIPath.onCallCoverage, access: .token(.read), level: .debug, serve: coverage),
            Endpoint(
                .get, APIPath.onCallFairness, access: .token(.read), level: .debug, serve: fairness),
        ]
    }

    /// The most turns that are told of one schedule.
    private static let turnsMax = 20

    private func next(_ call: Call) async throws(Refusal) -> Answer {
        let at = try call.time("at") ?? node.now()
        let text = call.query("count") ?? "1"
        guard let count = Int(text), (1...Self.turnsMax).contains(count) else {
            throw .invalid(
                "count", "'\(text.prefix(40))' is no number of turns",
                remedy: "Ask for 1 to \(Self.turnsMax).")
        }
        return .json(
            OnCallNextList(
                of: await node.roster(), book: await node.onCallBook(), at: at, count: count,
                answeredBy: node.region.text))
    }

    private func coverage(_ call: Call) async throws(Refusal) -> Answer {
        let (from, to) = try call.period()
        return .json(
            OnCallCoverage(
                of: await node.roster(), book: await node.onCallBook(),
                zones: await node.zones(), from: from, to: to, answeredBy: node.region.text))
    }

    private func fairness(_ call: Call) async throws(Refusal) -> Answer {
        let (from, to) = try call.period()
        let roster = await node.roster()
        var schedules = roster.schedules
        if let name = call.query("schedule"), !name.isBlank {
            schedules.removeAll { $0.id.text != name }
            guard !schedules.isEmpty else {
                throw Refusal(
                    .notFound, "the roster has no schedule '\(name.prefix(64))'", field: "schedule",
                    remedy: "See GET \(APIPath.onCall).")
            }
        }
        return .json(
            OnCallFairness(
                of: roster, schedules: schedules, book: await node.onCallBook(),
                zones: await node.zones(), from: from, to: to, answeredBy: node.region.text))
    }
}
