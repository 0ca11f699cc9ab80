/// What an override, a swap or a leave would change, before anybody says it.
package struct ChangePlan: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// `override`, `leave` or `swap`.
    package var kind: String
    /// From when on.
    package var from: Timestamp
    /// Until when, not included.
    package var to: Timestamp
    /// Why it would be refused unless it is forced; empty if it would not.
    package var refusals: [ProblemItem]
    /// What else speaks against it.
    package var warnings: [ProblemItem]
    /// The stretches in which somebody else would be on call, by schedule and time; of a swap, which changes
    /// nothing until somebody takes it, the stretches that are to be taken. At most two hundred.
    package var stretches: [PlannedStretch]
    /// Times at which a continuous service would have nobody of level 1 and now has, by service and time.
    package var opened: [PlannedHole]
    /// Times at which one has nobody now and would have.
    package var closed: [PlannedHole]

    /// A plan with all its parts.
    package init(
        region: String, readAt: Timestamp, kind: String, from: Timestamp, to: Timestamp,
        refusals: [ProblemItem], warnings: [ProblemItem], stretches: [PlannedStretch],
        opened: [PlannedHole], closed: [PlannedHole]
    ) {
        (self.region, self.readAt, self.kind) = (region, readAt, kind)
        (self.from, self.to) = (from, to)
        (self.refusals, self.warnings) = (refusals, warnings)
        (self.stretches, self.opened, self.closed) = (stretches, opened, closed)
    }
}

/// A stretch in which other people would be on call.
package struct PlannedStretch: Codable, Equatable, Sendable {
    /// The schedule's id.
    package var schedule: String
    /// The schedule's name for people.
    package var name: String
    /// The first instant.
    package var from: Timestamp
    /// The first instant after it.
    package var to: Timestamp
    /// Who is on call now, by id; empty if nobody is.
    package var before: [String]
    /// Who would be, by id; empty if nobody would.
    package var after: [String]

    /// A stretch with all its parts.
    package init(
        schedule: String, name: String, from: Timestamp, to: Timestamp, before: [String],
        after: [String]
    ) {
        (self.schedule, self.name) = (schedule, name)
        (self.from, self.to, self.before, self.after) = (from, to, before, after)
    }
}

/// A time at which a continuous service has nobody.
package struct PlannedHole: Codable, Equatable, Sendable {
    /// The service's id.
    package var service: String
    /// The first instant.
    package var from: Timestamp
    /// The first instant after it.
    package var to: Timestamp

    /// A hole with all its parts.
    package init(service: String, from: Timestamp, to: Timestamp) {
        (self.service, self.from, self.to) = (service, from, to)
    }
}
