public import Basics
public import IncidentModel
public import Replication

/// The version of everything members say to each other. A member of another version is refused.
/// What is stored is encoded alike: `Schema.payloadFormat` is raised with it when an encoding changes, not when
/// only what a log means does (decision 0031).
public let wireVersion: UInt8 = 11

/// Consecutive facts of one member. What is missing between `after` and `through` is merged already
/// and arrives through the incidents' logs.
public struct FactBatch: Equatable, Sendable {
    /// Whose facts.
    public var origin: MemberID
    /// The batch begins behind this number.
    public var after: UInt64
    /// The batch ends with this number.
    public var through: UInt64
    /// The facts in between that are not yet known to be merged, in order.
    public var facts: [Fact]

    /// A batch.
    public init(origin: MemberID, after: UInt64, through: UInt64, facts: [Fact]) {
        (self.origin, self.after, self.through, self.facts) = (origin, after, through, facts)
    }
}

/// Asks for a member's facts behind a number.
public struct FactPull: Equatable, Sendable {
    /// Whose facts.
    public var origin: MemberID
    /// Behind which number.
    public var after: UInt64

    /// A request.
    public init(origin: MemberID, after: UInt64) { (self.origin, self.after) = (origin, after) }
}

/// Everything one member sends another over a request socket.
public enum PeerMessage: Equatable, Sendable {
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
    /// A coordinator thinks that two incidents are one problem.
    case mergeProposal(MergeProposal)
    /// A region asks where logs end, for a read that must show all that was decided before.
    case logEndsQuestion(LogEndsQuestion)
    /// Where they end.
    case logEndsAnswer(LogEndsAnswer)
}

/// A coordinator's proposal: a region that takes it up judges by what it knows itself.
public struct MergeProposal: Equatable, Sendable {
    /// The one that opened later.
    public var child: GroupID
    /// The other one.
    public var survivor: GroupID

    /// A proposal.
    public init(child: GroupID, survivor: GroupID) {
        (self.child, self.survivor) = (child, survivor)
    }
}

/// What a heartbeat carries beside the echoes of the liveness fabric.
public struct Beacon: Equatable, Sendable {
    /// How far each member's facts are held here.
    public var factsThrough: [FactID]
    /// Whether some gateway of each kind this region has works.
    public var gatewaysWork: Bool
    /// How many changes of incidents this region has seen: a coordinator that knows fewer pulls.
    public var changeCount: UInt64

    /// A beacon.
    public init(factsThrough: [FactID], gatewaysWork: Bool, changeCount: UInt64) {
        self.factsThrough = factsThrough
        self.gatewaysWork = gatewaysWork
        self.changeCount = changeCount
    }
}

/// A coordinator's question.
public struct ViewPull: Equatable, Sendable {
    /// The last change it knows of.
    public var after: UInt64
    /// The region's incarnation it knows; changes are counted anew in each.
    public var incarnation: Incarnation

    /// A question.
    public init(after: UInt64, incarnation: Incarnation) {
        (self.after, self.incarnation) = (after, incarnation)
    }
}

/// A region's answer: incidents that changed, as it knows them.
public struct ViewBatch: Equatable, Sendable {
    /// The region's incarnation.
    public var incarnation: Incarnation
    /// The number of the last change in this batch.
    public var through: UInt64
    /// The number of the last change there is; more than `through` means there is more to pull.
    public var last: UInt64
    /// The incidents.
    public var incidents: [IncidentSummary]

    /// An answer.
    public init(
        incarnation: Incarnation, through: UInt64, last: UInt64, incidents: [IncidentSummary]
    ) {
        (self.incarnation, self.through, self.last) = (incarnation, through, last)
        self.incidents = incidents
    }
}

/// One incident as one region knows it, without its timeline.
public struct IncidentSummary: Equatable, Sendable {
    /// Which.
    public var group: GroupID
    /// One line for people.
    public var title: String
    /// The service.
    public var service: ServiceID
    /// Its generation.
    public var generation: UInt64
    /// What identifies that generation: when the one before it ended. *Source:* decision 0010.
    public var previousEnd: HybridTime
    /// Where it stands.
    public var status: IncidentStatus
    /// How bad.
    public var severity: Severity
    /// When this generation opened.
    public var openedAt: HybridTime
    /// Whether the region believes to own it.
    public var isOwner: Bool
    /// The epoch it knows.
    public var epoch: Term
    /// Its pages, with all attempts known.
    public var pages: [PageRecord]
    /// Since when a step has been due of which no page was delivered, if so.
    public var overdueSince: Instant?
    /// By what it is compared with others; `nil` if it is no candidate for a merge.
    public var likeness: Likeness?
    /// The incident that it is merged into, if it is.
    public var mergedInto: GroupID?

    /// A summary with all its parts.
    public init(
        group: GroupID, title: String, service: ServiceID, generation: UInt64,
        previousEnd: HybridTime, status: IncidentStatus, severity: Severity, openedAt: HybridTime,
        isOwner: Bool,
        epoch: Term, pages: [PageRecord], overdueSince: Instant?, likeness: Likeness? = nil,
        mergedInto: GroupID? = nil
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
        self.likeness = likeness
        self.mergedInto = mergedInto
    }
}
