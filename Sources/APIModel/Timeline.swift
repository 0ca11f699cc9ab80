/// Who is on call from when to when: what pictures of schedules are drawn of.
package struct OnCallTimeline: Codable, Equatable, Sendable {
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
    /// The regions, in the roster's order.
    package var regions: [TimelineRegion]
    /// Everybody in the roster.
    package var people: [TimelinePerson]
    /// The schedules, in the roster's order.
    package var schedules: [TimelineSchedule]

    /// A timeline with all its parts.
    package init(
        region: String, rosterVersion: String, tzVersion: String, from: Timestamp, to: Timestamp,
        regions: [TimelineRegion], people: [TimelinePerson], schedules: [TimelineSchedule]
    ) {
        (self.region, self.rosterVersion, self.tzVersion) = (region, rosterVersion, tzVersion)
        (self.from, self.to) = (from, to)
        (self.regions, self.people, self.schedules) = (regions, people, schedules)
    }
}

/// A region and its working hours.
package struct TimelineRegion: Codable, Equatable, Sendable {
    /// The name.
    package var name: String
    /// The IANA name of its zone.
    package var zone: String
    /// When work begins, in seconds since midnight by the clocks of the zone.
    package var dayFromSeconds: Int64
    /// When it ends, likewise; at or before the begin it is on the next day.
    package var dayToSeconds: Int64
    /// The days on which it begins: 0 is Sunday.
    package var weekdays: [Int]

    /// A region with all its parts.
    package init(
        name: String, zone: String, dayFromSeconds: Int64, dayToSeconds: Int64, weekdays: [Int]
    ) {
        (self.name, self.zone, self.weekdays) = (name, zone, weekdays)
        (self.dayFromSeconds, self.dayToSeconds) = (dayFromSeconds, dayToSeconds)
    }
}

/// A person's name.
package struct TimelinePerson: Codable, Equatable, Sendable {
    /// The id.
    package var person: String
    /// The name for people.
    package var name: String

    /// A person.
    package init(person: String, name: String) { (self.person, self.name) = (person, name) }
}

/// One schedule's duties and gaps.
package struct TimelineSchedule: Codable, Equatable, Sendable {
    /// The schedule's id.
    package var schedule: String
    /// The schedule's name for people.
    package var name: String
    /// The duties that reach into the time, whole, by begin.
    package var duties: [TimelineDuty]
    /// The times without anybody, likewise.
    package var gaps: [TimelineGap]
    /// What the duties are made of, the highest first: what overrides and swaps put in, and the shifts of the
    /// roster, each as if it were alone. Absent where one shift alone makes them.
    package var layers: [TimelineLayer]?

    /// A schedule with all its parts.
    package init(
        schedule: String, name: String, duties: [TimelineDuty], gaps: [TimelineGap],
        layers: [TimelineLayer]? = nil
    ) {
        (self.schedule, self.name, self.duties, self.gaps) = (schedule, name, duties, gaps)
        self.layers = layers
    }
}

/// One layer of a schedule: who would be on call if there were nothing above it.
package struct TimelineLayer: Codable, Equatable, Sendable {
    /// What it is called: the region of a shift, or `changes`.
    package var name: String
    /// Its duties that reach into the time, whole, by begin.
    package var duties: [TimelineDuty]

    /// A layer with all its parts.
    package init(name: String, duties: [TimelineDuty]) { (self.name, self.duties) = (name, duties) }
}

/// A time that one person is on call.
package struct TimelineDuty: Codable, Equatable, Sendable {
    /// The person's id.
    package var person: String
    /// The region whose shift it is.
    package var region: String
    /// The first instant.
    package var from: Timestamp
    /// The first instant after it.
    package var to: Timestamp
    /// Whether the person stands in where no window is open.
    package var standsIn: Bool

    /// A duty with all its parts.
    package init(person: String, region: String, from: Timestamp, to: Timestamp, standsIn: Bool) {
        (self.person, self.region, self.standsIn) = (person, region, standsIn)
        (self.from, self.to) = (from, to)
    }
}

/// A time that nobody is on call.
package struct TimelineGap: Codable, Equatable, Sendable {
    /// The first instant.
    package var from: Timestamp
    /// The first instant after it.
    package var to: Timestamp

    /// A gap.
    package init(from: Timestamp, to: Timestamp) { (self.from, self.to) = (from, to) }
}

/// Where a calendar of duties is, for programs that subscribe to calendars.
package struct CalendarAddress: Codable, Equatable, Sendable {
    /// `person`, `region` or `schedule`.
    package var kind: String
    /// The name in the roster.
    package var id: String
    /// The name for people.
    package var name: String
    /// The path, the same at every region. Whoever has it can read the calendar.
    package var path: String

    /// An address with all its parts.
    package init(kind: String, id: String, name: String, path: String) {
        (self.kind, self.id, self.name, self.path) = (kind, id, name, path)
    }
}
