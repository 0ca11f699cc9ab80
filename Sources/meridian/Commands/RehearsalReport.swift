import Alerting
import Basics
import Coverage
import Escalation
import IncidentModel
import Simulation

/// What a series of rehearsals showed, service by service.
struct RehearsalReport {
    /// One service.
    struct Entry {
        /// The service.
        var service: Service
        /// Its place among the alerts.
        var alert: Int
        /// The moment at which a human was woken last, as its place among the moments.
        var worst: Int
        /// The same without the deaths.
        var worstHealthy: Int
        /// Why nobody was woken in time, and what to do; `nil` if somebody was.
        var trouble: (text: String, remedy: String)?

        /// Whether somebody has to be woken in time.
        var isPromised: Bool { service.coverage == .continuous }
    }

    let series: RehearsalSeries
    let moments: [RehearsedMoment]
    private(set) var entries: [Entry] = []
    /// The bound: who is woken later is late, as `coverage prove` says.
    let bound = CoverageOptions().firstPageMax

    init(_ series: RehearsalSeries, _ moments: [RehearsedMoment]) {
        (self.series, self.moments) = (series, moments)
        for (alert, id) in series.services.enumerated() {
            guard let service = roster.service(id) else { continue }
            let worst = latest(alert) { $0.outcome }
            entries.append(
                Entry(
                    service: service, alert: alert, worst: worst,
                    worstHealthy: latest(alert) { $0.healthy ?? $0.outcome },
                    trouble: trouble(of: alert, service, moments[worst].outcome)))
        }
    }

    var request: RehearsalRequest { series.request }
    var roster: Roster { request.roster }

    /// What the checkers saw broken, if they did.
    var violation: Violation? {
        moments.lazy.flatMap { [$0.outcome.violation, $0.healthy?.violation] }
            .compactMap { $0 }.first
    }

    /// Whether a promise was not kept.
    var isFailed: Bool {
        violation != nil || entries.contains { $0.isPromised && $0.trouble != nil }
    }

    /// The service that waits longest for a human, those first to whom that was promised.
    var worstEntry: Entry? {
        let promised = entries.filter(\.isPromised)
        return (promised.isEmpty ? entries : promised).max { isLess(first($0), first($1)) }
    }

    /// When the first human was woken at the worst moment.
    func first(_ entry: Entry) -> Span? { moments[entry.worst].outcome.first(of: entry.alert) }
    /// When somebody else was.
    func second(_ entry: Entry) -> Span? { moments[entry.worst].outcome.second(of: entry.alert) }
    /// The worst without the deaths.
    func healthyFirst(_ entry: Entry) -> Span? {
        healthy(entry)?.first(of: entry.alert)
    }
    /// The same for somebody else.
    func healthySecond(_ entry: Entry) -> Span? {
        healthy(entry)?.second(of: entry.alert)
    }

    private func healthy(_ entry: Entry) -> RehearsalOutcome? {
        moments[entry.worstHealthy].healthy
    }

    /// `nil` is never, which is later than everything.
    private func isLess(_ a: Span?, _ b: Span?) -> Bool {
        guard let a else { return false }
        return b.map { a < $0 } ?? true
    }

    private func latest(
        _ alert: Int, _ outcome: (RehearsedMoment) -> RehearsalOutcome
    ) -> Int {
        moments.indices.max { a, b in
            let (one, other) = (outcome(moments[a]), outcome(moments[b]))
            if one.first(of: alert) != other.first(of: alert) {
                return isLess(one.first(of: alert), other.first(of: alert))
            }
            return isLess(one.second(of: alert), other.second(of: alert))
        } ?? 0
    }

    private func trouble(
        of alert: Int, _ service: Service, _ outcome: RehearsalOutcome
    ) -> (text: String, remedy: String)? {
        if let first = outcome.first(of: alert), first <= bound { return nil }
        let pages = outcome.events.filter { $0.alert == alert }.compactMap {
            event -> RehearsedPage? in
            if case .paged(let page) = event.what { page } else { nil }
        }
        let killed = request.killed.map(\.text).joined(separator: " and ")
        if let first = outcome.first(of: alert) {
            return (
                "the first human is woken only after \(RehearsalTexts.length(first))",
                "look at `meridian coverage prove`: contacts that wait, levels that are empty, or"
                    + " providers that one region only has"
            )
        }
        if request.killed.count == request.regions.count {
            return ("no region is left to page", "run a node in another region")
        }
        if pages.contains(where: { !$0.isHeard }) {
            return (
                "everybody who is paged is in \(killed)",
                "policy \(service.policy): add a level with people of another region"
            )
        }
        return (
            "nobody is paged within \(RehearsalTexts.length(request.length))",
            "look at `meridian coverage prove`, or give a living region a gateway for a channel of"
                + " these people"
        )
    }
}
