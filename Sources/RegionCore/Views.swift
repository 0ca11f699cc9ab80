public import Basics
public import IncidentModel
import Paging

/// An incident as it is known at one region, for people and scripts to read.
public struct IncidentView: Sendable, Equatable {
    /// The incident, with the facts applied that are known here and not yet in its log.
    public var incident: Incident
    /// The last log index that is committed here.
    public var committedIndex: LogIndex
    /// The region that owns it as far as is known here, if one does.
    public var ownerHint: RegionName?
    /// The term known here.
    public var epoch: Term
    /// Whether this region is its owner.
    public var isOwnerHere: Bool
    /// Whether this region owns it but cannot reach a majority.
    public var isProvisional: Bool
    /// How many facts are known here that are not yet in its log.
    public var unmergedFacts: Int
    /// When something is due next, if anything is.
    public var nextDue: Instant?
    /// Whether its log holds something that could not be applied.
    public var isQuarantined: Bool
    /// The incident that took it over and pages for it, if one does.
    public var carrier: GroupID?
    /// Since when its owner has not been heard here; `nil` while it is, or if that is this region.
    public var ownerLostSince: Instant?

    /// A view with all its parts.
    public init(
        incident: Incident, committedIndex: LogIndex, ownerHint: RegionName?, epoch: Term,
        isOwnerHere: Bool, isProvisional: Bool, unmergedFacts: Int, nextDue: Instant?,
        isQuarantined: Bool, carrier: GroupID? = nil, ownerLostSince: Instant? = nil
    ) {
        self.incident = incident
        self.committedIndex = committedIndex
        self.ownerHint = ownerHint
        self.epoch = epoch
        self.isOwnerHere = isOwnerHere
        self.isProvisional = isProvisional
        self.unmergedFacts = unmergedFacts
        self.nextDue = nextDue
        self.isQuarantined = isQuarantined
        self.carrier = carrier
        self.ownerLostSince = ownerLostSince
    }
}

/// A member as it is known at one region.
public struct MemberView: Sendable, Equatable {
    /// Which member.
    public var member: Member
    /// Whether it can be reached in both directions.
    public var isFresh: Bool
    /// Since when it has not been; `nil` while it is.
    public var lostSince: Instant?
    /// The other members that it hears, as it says itself; `nil` while it is not reached.
    public var hears: [MemberID]?
    /// Its incarnation, once it was heard of.
    public var incarnation: Incarnation?
    /// Whether it said that its gateways work; `nil` if it never said.
    public var gatewaysWork: Bool?
    /// The round trip to it, smoothed; `nil` before it was measured.
    public var roundTrip: Span?
    /// How many facts of its are held here.
    public var factsThrough: UInt64
    /// How many incidents it owns as far as is known here.
    public var ownedCount: Int
    /// How far its clock is ahead of what a quorum's agree on, or of this member's where none does; `nil`
    /// while that is not known.
    public var clockAhead: Span?

    /// A view with all its parts.
    public init(
        member: Member, isFresh: Bool, incarnation: Incarnation?, gatewaysWork: Bool?,
        roundTrip: Span?, factsThrough: UInt64, ownedCount: Int, lostSince: Instant? = nil,
        hears: [MemberID]? = nil, clockAhead: Span? = nil
    ) {
        self.clockAhead = clockAhead
        self.lostSince = lostSince
        self.hears = hears
        self.member = member
        self.isFresh = isFresh
        self.incarnation = incarnation
        self.gatewaysWork = gatewaysWork
        self.roundTrip = roundTrip
        self.factsThrough = factsThrough
        self.ownedCount = ownedCount
    }
}

/// One provider's health at this region.
public struct GatewayHealth: Sendable, Equatable {
    /// The channel.
    public var channel: PageChannel
    /// The provider's name.
    public var provider: String
    /// When it last took a page.
    public var lastSuccess: Instant?
    /// When it last failed.
    public var lastFailure: Instant?
    /// Why it last failed, or empty.
    public var lastError: String
    /// Tries that failed since it last took a page.
    public var failuresInARow: UInt64

    /// Whether it is believed to work: it has not failed three times in a row.
    public var works: Bool { failuresInARow < 3 }

    /// A provider that was never used.
    public init(channel: PageChannel, provider: String) {
        self.channel = channel
        self.provider = provider
        lastError = ""
        failuresInARow = 0
    }
}

/// The cluster as it is known at one region.
public struct ClusterView: Sendable, Equatable {
    /// Which member answers.
    public var me: Member
    /// Its incarnation.
    public var incarnation: Incarnation
    /// All members, this one included.
    public var members: [MemberView]
    /// Whether a majority of voters can be reached.
    public var hasMajority: Bool
    /// How many incidents this region owns.
    public var ownedCount: Int
    /// How many incidents are open.
    public var openCount: Int
    /// How many incidents are known.
    public var incidentCount: Int
    /// How many incidents are quarantined.
    public var quarantinedCount: Int
    /// How many facts wait to be merged.
    public var unmergedFacts: Int
    /// How many wishes for fields of open incidents are not decided.
    public var wishCount = 0
    /// How many conflicts of open incidents were decided and stand.
    public var conflictCount = 0
    /// How many pages are under way.
    public var pagesInFlight: Int
    /// The providers of this region.
    public var gateways: [GatewayHealth]
    /// The roster's version.
    public var rosterVersion: String
    /// The reason why the disk cannot be written, or empty.
    public var diskError: String

    /// A view with all its parts.
    public init(
        me: Member, incarnation: Incarnation, members: [MemberView], hasMajority: Bool,
        ownedCount: Int, openCount: Int, incidentCount: Int, quarantinedCount: Int,
        unmergedFacts: Int, pagesInFlight: Int, gateways: [GatewayHealth], rosterVersion: String,
        diskError: String
    ) {
        self.me = me
        self.incarnation = incarnation
        self.members = members
        self.hasMajority = hasMajority
        self.ownedCount = ownedCount
        self.openCount = openCount
        self.incidentCount = incidentCount
        self.quarantinedCount = quarantinedCount
        self.unmergedFacts = unmergedFacts
        self.pagesInFlight = pagesInFlight
        self.gateways = gateways
        self.rosterVersion = rosterVersion
        self.diskError = diskError
    }
}
