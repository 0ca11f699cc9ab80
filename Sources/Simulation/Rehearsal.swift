package import Basics
package import Escalation
package import IncidentModel
package import OnCall
package import Paging
package import RegionCore

/// A region that takes part in a rehearsal.
package struct RehearsedRegion: Sendable {
    /// Its name in the roster.
    package var name: RegionName
    /// What its gateways can page through.
    package var gateways: [GatewayInventory]

    /// A region and its gateways.
    package init(name: RegionName, gateways: [GatewayInventory]) {
        (self.name, self.gateways) = (name, gateways)
    }
}

/// An alert of a rehearsal.
package struct RehearsedAlert: Sendable {
    /// The service it is about.
    package var service: ServiceID
    /// When its source sends it.
    package var at: Instant
    /// The regions in the order in which its source tries them.
    package var regions: [RegionName]
}

/// What is rehearsed: the deaths of regions at an instant, with somebody's own roster. The cores, the
/// codec and the checkers are those of every simulated run; nothing else goes wrong. *Source:* issue 5
/// point 4; design 11.
package struct RehearsalRequest: Sendable {
    /// The seed, for what the network and the gateways draw.
    package var seed: UInt64 = 1
    /// The regions, in the order of the roster.
    package var regions: [RehearsedRegion]
    /// Whether a witness votes as well: two regions have one.
    package var hasWitness: Bool
    /// Who responds to what.
    package var roster: Roster
    /// What was changed about who is on call since it was written.
    package var changes = OnCallChanges.none
    /// The zones of the roster.
    package var zones: TimeZones
    /// The spans of the duty layer.
    package var timings = DutyTimings()
    /// When regions die.
    package var at: Instant
    /// Which do, for good; the names are those of `regions`.
    package var killed: [RegionName] = []
    /// Whether the people of these regions hear nothing from then on either.
    package var takesPeople = false
    /// The alerts, each of another service.
    package var alerts: [RehearsedAlert] = []
    /// How bad they are.
    package var severity = Severity.sev1
    /// How long it goes on behind `at`.
    package var length = Span.minutes(30)
    /// How long people take to answer a page; `nil` if nobody ever does.
    package var answeredAfter: Span?

    /// A rehearsal of a roster in which nobody dies and nothing is reported.
    package init(
        roster: Roster, zones: TimeZones, regions: [RehearsedRegion], hasWitness: Bool, at: Instant
    ) {
        (self.roster, self.zones, self.regions) = (roster, zones, regions)
        (self.hasWitness, self.at) = (hasWitness, at)
    }

    /// How long a cluster runs before the first thing happens.
    private static let warmUp = Span.seconds(30)

    /// When the run begins.
    var begin: Instant { (alerts.map(\.at) + [at]).reduce(at, min) - Self.warmUp }
    /// When it ends.
    var end: Instant { at + length }

    /// Whether somebody hears a page at an instant.
    func isHeard(_ person: PersonID, at now: Instant) -> Bool {
        guard takesPeople, now >= at, let region = roster.person(person)?.region else {
            return true
        }
        return !killed.contains(region)
    }
}

/// A page that arrived.
package struct RehearsedPage: Equatable, Sendable {
    /// Whom it woke.
    package var person: PersonID
    /// By what.
    package var channel: PageChannel
    /// Which region sent it.
    package var region: RegionName
    /// The step, for people: `level 2, cycle 1`.
    package var step: String
    /// Whether it tells something instead of asking for somebody.
    package var isNotice: Bool
    /// Whether there is anybody to hear it.
    package var isHeard: Bool
}

/// Something that happened in a rehearsal.
package struct RehearsalEvent: Equatable, Sendable {
    /// What it was.
    package enum What: Equatable, Sendable {
        /// A region took an alert in.
        case taken(RegionName)
        /// No region was there to take an alert in.
        case notTaken
        /// A region died.
        case died(RegionName)
        /// A region knows that another one cannot be reached.
        case missed(RegionName, by: RegionName)
        /// A region cannot reach a majority any more.
        case majorityLost(RegionName)
        /// A region owns the incident.
        case owned(RegionName, Term)
        /// A page arrived.
        case paged(RehearsedPage)
        /// Somebody answered, through a region.
        case answered(PersonID, at: RegionName)
    }
    /// When.
    package var at: Instant
    /// Which alert it is about, by its place in the request; `nil` if it is about all.
    package var alert: Int?
    /// What.
    package var what: What
}

/// Who would be paged next when a rehearsal ends.
package struct RehearsedNext: Equatable, Sendable {
    /// When.
    package var at: Instant
    /// Who.
    package var people: [PersonID]
    /// With which step, for people.
    package var step: String
}

/// What came of a rehearsal.
package struct RehearsalOutcome: Sendable {
    /// What was asked.
    package var request: RehearsalRequest
    /// What happened, in order.
    package var events: [RehearsalEvent]
    /// Who would be next, for each alert; `nil` if nobody would be.
    package var next: [RehearsedNext?]
    /// What the checkers saw broken: a bug of this program.
    package var violation: Violation?
    /// How often they compared something with what should be.
    package var checks: UInt64

    /// Pages about an alert that somebody heard and that ask for them, in order.
    private func wakes(_ alert: Int) -> [(at: Instant, page: RehearsedPage)] {
        events.compactMap { event in
            guard event.alert == alert, case .paged(let page) = event.what, page.isHeard,
                !page.isNotice
            else { return nil }
            return (event.at, page)
        }
    }

    /// How long after an alert was sent the first human was woken; `nil` if nobody was.
    package func first(of alert: Int) -> Span? {
        wakes(alert).first.map { $0.at - request.alerts[alert].at }
    }

    /// How long after an alert was sent somebody else was woken than those of the first step; `nil` if
    /// nobody was.
    package func second(of alert: Int) -> Span? {
        let all = wakes(alert)
        let first = all.filter { $0.page.step == all.first?.page.step }.map(\.page.person)
        return all.first { !first.contains($0.page.person) }
            .map { $0.at - request.alerts[alert].at }
    }
}

/// Plays a rehearsal.
package func rehearse(_ request: RehearsalRequest) -> RehearsalOutcome {
    var world = World(request)
    world.rehearse()
    return RehearsalOutcome(
        request: request, events: world.rehearsal?.events ?? [],
        next: request.alerts.indices.map { world.nextPage(of: $0) },
        violation: world.checks.failure, checks: world.checks.failures.checkCount)
}
