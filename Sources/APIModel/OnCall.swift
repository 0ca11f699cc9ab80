/// Who is on call.
package struct OnCallList: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// The instant that is answered for.
    package var at: Timestamp
    /// The version of the roster that was asked.
    package var rosterVersion: String
    /// The version of the IANA time-zone data by which it was worked out, like `2026f`.
    package var tzVersion: String
    /// One answer per schedule.
    package var schedules: [OnCallSchedule]

    /// A list with all its parts.
    package init(
        region: String, at: Timestamp, rosterVersion: String, tzVersion: String,
        schedules: [OnCallSchedule]
    ) {
        (self.region, self.at) = (region, at)
        (self.rosterVersion, self.tzVersion) = (rosterVersion, tzVersion)
        self.schedules = schedules
    }
}

/// Who is on call by one schedule.
package struct OnCallSchedule: Codable, Equatable, Sendable {
    /// The schedule's id.
    package var schedule: String
    /// The schedule's name for people.
    package var name: String
    /// The services whose policies use it, by id.
    package var services: [String]
    /// Who is on call; empty is a gap.
    package var people: [OnCallPersonSummary]
    /// Who comes next, if the roster says so.
    package var next: OnCallPersonSummary?
    /// Why it is as it is, where that is worth saying: a gap, an unknown zone.
    package var finding: String?

    /// An answer with all its parts.
    package init(
        schedule: String, name: String, services: [String], people: [OnCallPersonSummary],
        next: OnCallPersonSummary? = nil, finding: String? = nil
    ) {
        (self.schedule, self.name, self.services) = (schedule, name, services)
        (self.people, self.next, self.finding) = (people, next, finding)
    }
}

/// One person on call.
package struct OnCallPersonSummary: Codable, Equatable, Sendable {
    /// The person's id.
    package var person: String
    /// The person's name.
    package var name: String
    /// The region whose shift it is.
    package var region: String
    /// From when; absent for who is on call now.
    package var from: Timestamp?
    /// Until when; absent if it does not end.
    package var until: Timestamp?
    /// Why this person.
    package var reason: String

    /// A person with all parts.
    package init(
        person: String, name: String, region: String, from: Timestamp? = nil, until: Timestamp?,
        reason: String
    ) {
        (self.person, self.name, self.region) = (person, name, region)
        (self.from, self.until, self.reason) = (from, until, reason)
    }
}

/// One service of the catalogue.
package struct ServiceSummary: Codable, Equatable, Sendable {
    /// The id.
    package var id: String
    /// The name for people.
    package var name: String
    /// The escalation policy its incidents follow.
    package var policy: String
    /// The severity of alerts that do not say theirs.
    package var defaultSeverity: String
    /// Where its runbook is; absent if it has none.
    package var runbook: String?
    /// Where its playbooks are; absent if it has none.
    package var playbooks: [String]?
    /// The services that it does not work without; absent if there are none.
    package var dependencies: [String]?
    /// Its runbooks besides the first; absent if there are none.
    package var moreRunbooks: [String]?
    /// The team that owns it; absent if nobody says.
    package var team: String?
    /// How much depends on it, 1 the most; absent if nobody says.
    package var tier: Int?
    /// How many integration keys it has. The keys themselves are never told.
    package var integrationKeyCount: Int
    /// How many incidents of it are open.
    package var openIncidents: Int

    /// A service with all its parts.
    package init(
        id: String, name: String, policy: String, defaultSeverity: String, runbook: String?,
        integrationKeyCount: Int, openIncidents: Int, playbooks: [String]? = nil,
        dependencies: [String]? = nil, moreRunbooks: [String]? = nil, team: String? = nil,
        tier: Int? = nil
    ) {
        (self.moreRunbooks, self.team, self.tier) = (moreRunbooks, team, tier)
        (self.id, self.name, self.policy) = (id, name, policy)
        (self.playbooks, self.dependencies) = (playbooks, dependencies)
        (self.defaultSeverity, self.runbook) = (defaultSeverity, runbook)
        (self.integrationKeyCount, self.openIncidents) = (integrationKeyCount, openIncidents)
    }
}

/// The service catalogue.
package struct ServiceList: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// The version of the roster.
    package var rosterVersion: String
    /// The services, in the roster's order.
    package var services: [ServiceSummary]

    /// A list.
    package init(region: String, rosterVersion: String, services: [ServiceSummary]) {
        (self.region, self.rosterVersion, self.services) = (region, rosterVersion, services)
    }
}
