package import Basics
package import IncidentModel
package import Replication

/// The version of everything members say to each other. A member of another version is refused.
/// What is stored is encoded alike: `Schema.payloadFormat` is raised together with it.
package let wireVersion: UInt8 = 2

/// Consecutive facts of one member. What is missing between `after` and `through` is merged already
/// and arrives through the incidents' logs.
package struct FactBatch: Equatable, Sendable {
    /// Whose facts.
    package var origin: MemberID
    /// The batch begins behind this number.
    package var after: UInt64
    /// The batch ends with this number.
    package var through: UInt64
    /// The facts in between that are not yet known to be merged, in order.
    package var facts: [Fact]

    /// A batch.
    package init(origin: MemberID, after: UInt64, through: UInt64, facts: [Fact]) {
        (self.origin, self.after, self.through, self.facts) = (origin, after, through, facts)
    }
}

/// Asks for a member's facts behind a number.
package struct FactPull: Equatable, Sendable {
    /// Whose facts.
    package var origin: MemberID
    /// Behind which number.
    package var after: UInt64

    /// A request.
    package init(origin: MemberID, after: UInt64) { (self.origin, self.after) = (origin, after) }
}

/// Everything one member sends another over a request socket.
package enum PeerMessage: Equatable, Sendable {
    /// The command layer.
    case replication(Message)
    /// The duty layer: facts of one member.
    case facts(FactBatch)
    /// The duty layer: facts are missing here.
    case factPull([FactPull])
    /// A coordinator asks for what changed since it last asked.
    case viewPull(ViewPull)
    /// What changed at a region.
    case view(ViewBatch)
}

/// What a heartbeat carries beside the echoes of the liveness fabric.
package struct Beacon: Equatable, Sendable {
    /// How far each member's facts are held here.
    package var factsThrough: [FactID]
    /// Whether some gateway of each kind this region has works.
    package var gatewaysWork: Bool
    /// How many changes of incidents this region has seen: a coordinator that knows fewer pulls.
    package var changeCount: UInt64

    /// A beacon.
    package init(factsThrough: [FactID], gatewaysWork: Bool, changeCount: UInt64) {
        self.factsThrough = factsThrough
        self.gatewaysWork = gatewaysWork
        self.changeCount = changeCount
    }
}

/// A coordinator's question.
package struct ViewPull: Equatable, Sendable {
    /// The last change it knows of.
    package var after: UInt64
    /// The region's incarnation it knows; changes are counted anew in each.
    package var incarnation: Incarnation

    /// A question.
    package init(after: UInt64, incarnation: Incarnation) {
        (self.after, self.incarnation) = (after, incarnation)
    }
}

/// A region's answer: incidents that changed, as it knows them.
package struct ViewBatch: Equatable, Sendable {
    /// The region's incarnation.
    package var incarnation: Incarnation
    /// The number of the last change in this batch.
    package var through: UInt64
    /// The number of the last change there is; more than `through` means there is more to pull.
    package var last: UInt64
    /// The incidents.
    package var incidents: [IncidentSummary]

    /// An answer.
    package init(
        incarnation: Incarnation, through: UInt64, last: UInt64, incidents: [IncidentSummary]
    ) {
        (self.incarnation, self.through, self.last) = (incarnation, through, last)
        self.incidents = incidents
    }
}

/// One incident as one region knows it, without its timeline.
package struct IncidentSummary: Equatable, Sendable {
    /// Which.
    package var group: GroupID
    /// One line for people.
    package var title: String
    /// The service.
    package var service: ServiceID
    /// Its generation.
    package var generation: UInt64
    /// What identifies that generation: when the one before it ended. *Source:* decision 0010.
    package var previousEnd: HybridTime
    /// Where it stands.
    package var status: IncidentStatus
    /// How bad.
    package var severity: Severity
    /// When this generation opened.
    package var openedAt: HybridTime
    /// Whether the region believes to own it.
    package var isOwner: Bool
    /// The epoch it knows.
    package var epoch: Term
    /// Its pages, with all attempts known.
    package var pages: [PageRecord]
    /// Since when a step has been due of which no page was delivered, if so.
    package var overdueSince: Instant?

    /// A summary with all its parts.
    package init(
        group: GroupID, title: String, service: ServiceID, generation: UInt64,
        previousEnd: HybridTime, status: IncidentStatus, severity: Severity, openedAt: HybridTime,
        isOwner: Bool,
        epoch: Term, pages: [PageRecord], overdueSince: Instant?
    ) {
        self.group = group
        self.title = title
        self.service = service
        self.generation = generation
        self.previousEnd = previousEnd
        self.status = status
        self.severity = severity
        self.openedAt = openedAt
        self.isOwner = isOwner
        self.epoch = epoch
        self.pages = pages
        self.overdueSince = overdueSince
    }
}
