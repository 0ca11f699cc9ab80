package import Basics
package import IncidentModel
import Paging

/// An incident as it is known at one region, for people and scripts to read.
package struct IncidentView: Sendable, Equatable {
    /// The incident, with the facts applied that are known here and not yet in its log.
    package var incident: Incident
    /// The last log index that is committed here.
    package var committedIndex: LogIndex
    /// The region that owns it as far as is known here, if one does.
    package var ownerHint: RegionName?
    /// The term known here.
    package var epoch: Term
    /// Whether this region is its owner.
    package var isOwnerHere: Bool
    /// Whether this region owns it but cannot reach a majority.
    package var isProvisional: Bool
    /// How many facts are known here that are not yet in its log.
    package var unmergedFacts: Int
    /// When something is due next, if anything is.
    package var nextDue: Instant?
    /// Whether its log holds something that could not be applied.
    package var isQuarantined: Bool

    /// A view with all its parts.
    package init(
        incident: Incident, committedIndex: LogIndex, ownerHint: RegionName?, epoch: Term,
        isOwnerHere: Bool, isProvisional: Bool, unmergedFacts: Int, nextDue: Instant?,
        isQuarantined: Bool
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
    }
}

/// A member as it is known at one region.
package struct MemberView: Sendable, Equatable {
    /// Which member.
    package var member: Member
    /// Whether it can be reached in both directions.
    package var isFresh: Bool
    /// Its incarnation, once it was heard of.
    package var incarnation: Incarnation?
    /// Whether it said that its gateways work; `nil` if it never said.
    package var gatewaysWork: Bool?
    /// The round trip to it, smoothed; `nil` before it was measured.
    package var roundTrip: Span?
    /// How many facts of its are held here.
    package var factsThrough: UInt64
    /// How many incidents it owns as far as is known here.
    package var ownedCount: Int

    /// A view with all its parts.
    package init(
        member: Member, isFresh: Bool, incarnation: Incarnation?, gatewaysWork: Bool?,
        roundTrip: Span?, factsThrough: UInt64, ownedCount: Int
    ) {
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
package struct GatewayHealth: Sendable, Equatable {
    /// The channel.
    package var channel: PageChannel
    /// The provider's name.
    package var provider: String
    /// When it last took a page.
    package var lastSuccess: Instant?
    /// When it last failed.
    package var lastFailure: Instant?
    /// Why it last failed, or empty.
    package var lastError: String
    /// Tries that failed since it last took a page.
    package var failuresInARow: UInt64

    /// Whether it is believed to work: it has not failed three times in a row.
    package var works: Bool { failuresInARow < 3 }

    /// A provider that was never used.
    package init(channel: PageChannel, provider: String) {
        self.channel = channel
        self.provider = provider
        lastError = ""
        failuresInARow = 0
    }
}

/// The cluster as it is known at one region.
package struct ClusterView: Sendable, Equatable {
    /// Which member answers.
    package var me: Member
    /// Its incarnation.
    package var incarnation: Incarnation
    /// All members, this one included.
    package var members: [MemberView]
    /// Whether a majority of voters can be reached.
    package var hasMajority: Bool
    /// How many incidents this region owns.
    package var ownedCount: Int
    /// How many incidents are open.
    package var openCount: Int
    /// How many incidents are known.
    package var incidentCount: Int
    /// How many incidents are quarantined.
    package var quarantinedCount: Int
    /// How many facts wait to be merged.
    package var unmergedFacts: Int
    /// How many pages are under way.
    package var pagesInFlight: Int
    /// The providers of this region.
    package var gateways: [GatewayHealth]
    /// The roster's version.
    package var rosterVersion: String
    /// The reason why the disk cannot be written, or empty.
    package var diskError: String

    /// A view with all its parts.
    package init(
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
