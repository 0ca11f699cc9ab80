/// Who comes next by every schedule.
package struct OnCallNextList: Codable, Equatable, Sendable {
    /// The region that answers; empty if a roster file was asked.
    package var region: String
    /// The version of the roster that was asked.
    package var rosterVersion: String
    /// The version of the IANA time-zone data by which it was worked out, like `2026f`.
    package var tzVersion: String
    /// The instant after which turns are looked for.
    package var at: Timestamp
    /// One answer per schedule, in the roster's order.
    package var schedules: [OnCallNext]

    /// A list with all its parts.
    package init(
        region: String, rosterVersion: String, tzVersion: String, at: Timestamp,
        schedules: [OnCallNext]
    ) {
        (self.region, self.rosterVersion, self.tzVersion) = (region, rosterVersion, tzVersion)
        (self.at, self.schedules) = (at, schedules)
    }
}

/// Who comes next by one schedule.
package struct OnCallNext: Codable, Equatable, Sendable {
    /// The schedule's id.
    package var schedule: String
    /// The schedule's name for people.
    package var name: String
    /// What follows the present answer, by begin; empty if that never ends.
    package var turns: [OnCallTurn]

    /// An answer with all its parts.
    package init(schedule: String, name: String, turns: [OnCallTurn]) {
        (self.schedule, self.name, self.turns) = (schedule, name, turns)
    }
}

/// A stretch in which the same people are on call.
package struct OnCallTurn: Codable, Equatable, Sendable {
    /// The first instant.
    package var from: Timestamp
    /// The first instant after it; absent if it does not end.
    package var to: Timestamp?
    /// Who; empty is a gap.
    package var people: [OnCallPersonSummary]

    /// A turn with all its parts.
    package init(from: Timestamp, to: Timestamp?, people: [OnCallPersonSummary]) {
        (self.from, self.to, self.people) = (from, to, people)
    }
}

/// How services and schedules are covered over a time, with all overrides, swaps and leave.
package struct OnCallCoverage: Codable, Equatable, Sendable {
    /// The region that answers; empty if a roster file was asked.
    package var region: String
    /// The version of the roster that was asked.
    package var rosterVersion: String
    /// The version of the IANA time-zone data by which it was worked out, like `2026f`.
    package var tzVersion: String
    /// The first instant that is answered for.
    package var from: Timestamp
    /// The first instant after that.
    package var to: Timestamp
    /// The services, in the roster's order.
    package var services: [CoveredService]
    /// The schedules, in the roster's order.
    package var schedules: [CoveredSchedule]

    /// An answer with all its parts.
    package init(
        region: String, rosterVersion: String, tzVersion: String, from: Timestamp, to: Timestamp,
        services: [CoveredService], schedules: [CoveredSchedule]
    ) {
        (self.region, self.rosterVersion, self.tzVersion) = (region, rosterVersion, tzVersion)
        (self.from, self.to) = (from, to)
        (self.services, self.schedules) = (services, schedules)
    }
}

/// How a service is covered: by level 1 of its policy.
package struct CoveredService: Codable, Equatable, Sendable {
    /// The service's id.
    package var service: String
    /// The service's name for people.
    package var name: String
    /// `continuous`, `business-hours` or `best-effort`.
    package var coverage: String
    /// For how long somebody has to be there.
    package var demandedSeconds: Int64
    /// For how long of that somebody is.
    package var coveredSeconds: Int64
    /// When nobody is.
    package var holes: [TimelineGap]

    /// A service with all its parts.
    package init(
        service: String, name: String, coverage: String, demandedSeconds: Int64,
        coveredSeconds: Int64, holes: [TimelineGap]
    ) {
        (self.service, self.name, self.coverage) = (service, name, coverage)
        (self.demandedSeconds, self.coveredSeconds) = (demandedSeconds, coveredSeconds)
        self.holes = holes
    }
}

/// How a schedule is covered.
package struct CoveredSchedule: Codable, Equatable, Sendable {
    /// The schedule's id.
    package var schedule: String
    /// The schedule's name for people.
    package var name: String
    /// For how long somebody is on call.
    package var coveredSeconds: Int64
    /// When nobody is, and why.
    package var gaps: [ScheduleGap]

    /// A schedule with all its parts.
    package init(schedule: String, name: String, coveredSeconds: Int64, gaps: [ScheduleGap]) {
        (self.schedule, self.name) = (schedule, name)
        (self.coveredSeconds, self.gaps) = (coveredSeconds, gaps)
    }
}

/// A time that nobody is on call by a schedule.
package struct ScheduleGap: Codable, Equatable, Sendable {
    /// The first instant.
    package var from: Timestamp
    /// The first instant after it.
    package var to: Timestamp
    /// Why, in words.
    package var reason: String

    /// A gap with all its parts.
    package init(from: Timestamp, to: Timestamp, reason: String) {
        (self.from, self.to, self.reason) = (from, to, reason)
    }
}

/// How the load of being on call is split over a time.
package struct OnCallFairness: Codable, Equatable, Sendable {
    /// The region that answers; empty if a roster file was asked.
    package var region: String
    /// The version of the roster that was asked.
    package var rosterVersion: String
    /// The version of the IANA time-zone data by which it was worked out, like `2026f`.
    package var tzVersion: String
    /// The first instant that is answered for.
    package var from: Timestamp
    /// The first instant after that.
    package var to: Timestamp
    /// Whoever takes turns by one of the schedules, or is on call by it all the same; in the roster's
    /// order.
    package var people: [PersonLoad]
    /// How far apart they are, for each kind of load.
    package var spread: [LoadSpread]

    /// An answer with all its parts.
    package init(
        region: String, rosterVersion: String, tzVersion: String, from: Timestamp, to: Timestamp,
        people: [PersonLoad], spread: [LoadSpread]
    ) {
        (self.region, self.rosterVersion, self.tzVersion) = (region, rosterVersion, tzVersion)
        (self.from, self.to) = (from, to)
        (self.people, self.spread) = (people, spread)
    }
}

/// The load of one person, in seconds that pass in fact; a second may be of several kinds.
package struct PersonLoad: Codable, Equatable, Sendable {
    /// The person's id.
    package var person: String
    /// The person's name.
    package var name: String
    /// The person's region; empty for somebody who is not in the roster.
    package var region: String
    /// All of it.
    package var seconds: Int64
    /// In their night, by their clocks.
    package var nightSeconds: Int64
    /// On Saturdays and Sundays by their calendar.
    package var weekendSeconds: Int64
    /// On holidays of their region.
    package var holidaySeconds: Int64
    /// Outside their working hours; 0 where the roster does not say when they work.
    package var outsideSeconds: Int64

    /// A load with all its parts.
    package init(
        person: String, name: String, region: String, seconds: Int64, nightSeconds: Int64,
        weekendSeconds: Int64, holidaySeconds: Int64, outsideSeconds: Int64
    ) {
        (self.person, self.name, self.region) = (person, name, region)
        (self.seconds, self.nightSeconds) = (seconds, nightSeconds)
        (self.weekendSeconds, self.holidaySeconds) = (weekendSeconds, holidaySeconds)
        self.outsideSeconds = outsideSeconds
    }
}

/// How far people are apart in one kind of load.
package struct LoadSpread: Codable, Equatable, Sendable {
    /// `all`, `night`, `weekend` or `holiday`.
    package var kind: String
    /// The least anybody has.
    package var leastSeconds: Int64
    /// The most anybody has.
    package var mostSeconds: Int64

    /// A spread with all its parts.
    package init(kind: String, leastSeconds: Int64, mostSeconds: Int64) {
        (self.kind, self.leastSeconds, self.mostSeconds) = (kind, leastSeconds, mostSeconds)
    }
}
