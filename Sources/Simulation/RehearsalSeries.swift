import Alerting
package import Basics
import Escalation
import OnCall
import Paging

/// One rehearsal for several moments: an alert of each service comes so long before or after regions
/// die, each time in a cluster of its own, with the deaths and without.
package struct RehearsalSeries: Sendable {
    /// What is played; its alerts are filled in.
    package var request: RehearsalRequest
    /// The services, in the order of the alerts.
    package var services: [ServiceID]

    /// When alerts come, counted from the deaths: paged and known everywhere before; just paged, or
    /// about to be; just written down; and when nobody has noticed yet.
    package static let moments: [Span] = [
        .seconds(-30), .milliseconds(-500), .milliseconds(-100), .seconds(1),
    ]

    /// A series of these services.
    package init(_ request: RehearsalRequest, services: [ServiceID]) {
        (self.request, self.services) = (request, services)
    }

    /// Plays all of it; without a death there is one moment, and nothing to compare with.
    package func play() -> [RehearsedMoment] {
        guard !request.killed.isEmpty else {
            return [
                RehearsedMoment(
                    moment: .zero, outcome: rehearse(rehearsal(at: .zero)), healthy: nil)
            ]
        }
        return Self.moments.map { moment in
            let struck = rehearsal(at: moment)
            var healthy = struck
            healthy.killed = []
            return RehearsedMoment(
                moment: moment, outcome: rehearse(struck), healthy: rehearse(healthy))
        }
    }

    /// What is played at one moment.
    func rehearsal(at moment: Span) -> RehearsalRequest {
        var request = request
        let book = request.roster.book(changes: request.changes, zones: request.zones)
        request.alerts = services.map { service in
            let at = request.at + moment
            let home = request.killed.first ?? dutyRegion(of: service, book, at: at)
            let names = request.regions.map(\.name)
            let first = home.flatMap { names.firstIndex(of: $0) } ?? 0
            return RehearsedAlert(
                service: service, at: at, regions: Array(names[first...] + names[..<first]))
        }
        return request
    }

    /// The region whose shift it is, by the first level of a service's policy.
    private func dutyRegion(
        of service: ServiceID, _ book: OnCallBook, at now: Instant
    ) -> RegionName? {
        let roster = request.roster
        let policy = roster.service(service).flatMap { roster.policy($0.policy) }
        return policy?.levels.first?.targets.lazy.compactMap { target in
            switch target {
            case .schedule(let id): book.people(of: id, at: now)?.people.first?.region
            case .person(let id): roster.person(id)?.region
            }
        }.first
    }
}

/// What a rehearsal showed for one moment.
package struct RehearsedMoment: Sendable {
    /// When the alerts came, counted from the deaths.
    package var moment: Span
    /// What happened.
    package var outcome: RehearsalOutcome
    /// What happens without the deaths; `nil` if there were none.
    package var healthy: RehearsalOutcome?
}
