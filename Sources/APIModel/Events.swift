/// `hello`, the first event of every stream: what the client knows by now.
package struct HelloEvent: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When.
    package var at: Timestamp
    /// Whether the stream goes on from the client's `Last-Event-ID`; otherwise it begins now, and
    /// the client reads what it shows.
    package var isResumed: Bool

    /// An event with all its parts.
    package init(region: String, at: Timestamp, isResumed: Bool) {
        (self.region, self.at, self.isResumed) = (region, at, isResumed)
    }
}

/// `incident`: one changed, once or several times. It says enough to decide whether to read it.
package struct IncidentEvent: Codable, Equatable, Sendable {
    /// 32 hexadecimal digits.
    package var id: String
    /// The region that answers.
    package var region: String
    /// The service.
    package var service: String
    /// `triggered`, `acknowledged`, `resolved` or `unopened`.
    package var status: String
    /// `SEV1` to `SEV5`.
    package var severity: String
    /// Counts open → resolved → opened again, from 1.
    package var generation: UInt64
    /// The epoch of the owner it last heard of.
    package var epoch: UInt64
    /// The last committed position of the incident's log that is applied here.
    package var index: UInt64
    /// What is known here and not yet in the log.
    package var unmergedFacts: Int

    /// An event with all its parts.
    package init(
        id: String, region: String, service: String, status: String, severity: String,
        generation: UInt64, epoch: UInt64, index: UInt64, unmergedFacts: Int
    ) {
        (self.id, self.region, self.service) = (id, region, service)
        (self.status, self.severity, self.generation) = (status, severity, generation)
        (self.epoch, self.index, self.unmergedFacts) = (epoch, index, unmergedFacts)
    }
}

/// `cluster`: who is reachable, what works, or which roster is in force is not what it was.
package struct ClusterEvent: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When it was seen.
    package var at: Timestamp
    /// Whether a majority of voters can be reached from here.
    package var hasMajority: Bool

    /// An event with all its parts.
    package init(region: String, at: Timestamp, hasMajority: Bool) {
        (self.region, self.at, self.hasMajority) = (region, at, hasMajority)
    }
}

/// `oncall`: somebody else is on call, or what is planned changed.
package struct OnCallEvent: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When it was seen.
    package var at: Timestamp
    /// The roster in force.
    package var rosterVersion: String

    /// An event with all its parts.
    package init(region: String, at: Timestamp, rosterVersion: String) {
        (self.region, self.at, self.rosterVersion) = (region, at, rosterVersion)
    }
}

/// `reset`: what the client knows cannot be brought up to date by events; it reads anew.
package struct ResetEvent: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// Why.
    package var reason: String

    /// An event with all its parts.
    package init(region: String, reason: String) { (self.region, self.reason) = (region, reason) }
}

/// What names a point in a region's stream of events: `eu.3.1042`, for `Last-Event-ID`.
package struct EventID: Equatable, Sendable, CustomStringConvertible {
    /// The region whose stream it is.
    package var region: String
    /// Which start of the node's process counts.
    package var incarnation: UInt64
    /// How many changes there had been.
    package var count: UInt64

    /// An id with all its parts.
    package init(region: String, incarnation: UInt64, count: UInt64) {
        (self.region, self.incarnation, self.count) = (region, incarnation, count)
    }

    /// The id of a text; `nil` if it is none.
    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let count = UInt64(parts[parts.count - 1]),
            let incarnation = UInt64(parts[parts.count - 2])
        else { return nil }
        region = parts.dropLast(2).joined(separator: ".")
        (self.incarnation, self.count) = (incarnation, count)
    }

    /// The id as it is written.
    package var description: String { "\(region).\(incarnation).\(count)" }
}
