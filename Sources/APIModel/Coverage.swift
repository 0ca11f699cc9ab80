/// What the proof found: a time at which nobody is paged, or late. *Source:* docs/coverage.md.
package struct CoverageFindingSummary: Codable, Equatable, Sendable {
    /// `hole`, `late`, `warning` or `note`.
    package var gravity: String
    /// What is wrong.
    package var text: String
    /// The smallest change that closes it.
    package var remedy: String
    /// The services, by id.
    package var services: [String]
    /// The people, by id.
    package var people: [String]
    /// When an incident must open to meet it, the earliest first; at most a hundred.
    package var openings: [TimelineGap]

    /// A finding with all its parts.
    package init(
        gravity: String, text: String, remedy: String, services: [String], people: [String],
        openings: [TimelineGap]
    ) {
        (self.gravity, self.text, self.remedy) = (gravity, text, remedy)
        (self.services, self.people, self.openings) = (services, people, openings)
    }
}

/// Whether somebody is there at every minute of some weeks, by the roster in force.
package struct CoverageAnswer: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The roster that was looked at; overrides, swaps and leave are not in it.
    package var rosterVersion: String
    /// The version of the IANA time-zone data by which it was worked out, like `2026f`.
    package var tzVersion: String
    /// The first opening of an incident that was looked at.
    package var from: Timestamp
    /// The first instant after the last.
    package var to: Timestamp
    /// The gravity of the worst finding; absent if there is none.
    package var worst: String?
    /// What was found, the worst first. Every region is taken to have every channel, through one
    /// provider that all share.
    package var findings: [CoverageFindingSummary]

    /// An answer with all its parts.
    package init(
        region: String, readAt: Timestamp, rosterVersion: String, tzVersion: String,
        from: Timestamp, to: Timestamp,
        worst: String?, findings: [CoverageFindingSummary]
    ) {
        (self.region, self.readAt) = (region, readAt)
        (self.rosterVersion, self.tzVersion) = (rosterVersion, tzVersion)
        (self.from, self.to, self.worst, self.findings) = (from, to, worst, findings)
    }
}
