/// The cluster as one region sees it.
package struct ClusterStatus: Codable, Equatable, Sendable {
    /// The cluster's name.
    package var cluster: String
    /// The answering region.
    package var region: String
    /// The answering member, 16 hexadecimal digits.
    package var member: String
    /// When this was read.
    package var readAt: Timestamp
    /// Whether a majority of voters can be reached from here; without one, pages go on and nothing
    /// commits.
    package var hasMajority: Bool
    /// Why the node is not ready for traffic; absent if it is ready.
    package var notReadyReason: String?
    /// How many incidents this region owns.
    package var ownedCount: Int
    /// How many incidents are open.
    package var openCount: Int
    /// How many incidents are known.
    package var incidentCount: Int
    /// How many incidents are quarantined and need the operator.
    package var quarantinedCount: Int
    /// How many pages are under way.
    package var pagesInFlight: Int
    /// What is known here and not yet in some incident's log.
    package var unmergedFacts: Int
    /// Wishes for the severity or the command of open incidents that nobody has decided about yet.
    package var wishCount: Int?
    /// What two sides saw differently of open incidents, and was decided, and stands.
    package var conflictCount: Int?
    /// The members, this one among them.
    package var members: [MemberStatus]
    /// The transport's links to other members.
    package var links: [LinkStatus]
    /// The page providers of this region.
    package var gateways: [GatewayStatus]
    /// This region's disk, if it could be asked.
    package var disk: DiskStatus?
    /// Why the disk cannot be written; absent if it can.
    package var diskError: String?
    /// Versions by name: `meridian`, `wire`, `libnng`, `sqlite`, `tzdata`, `roster`.
    package var versions: [String: String]
    /// What is true here, and what happens next: what needs somebody first.
    package var outlook: [OutlookSentence]?

    /// A status with all its parts; its outlook follows from them.
    package init(
        cluster: String, region: String, member: String, readAt: Timestamp, hasMajority: Bool,
        notReadyReason: String?, ownedCount: Int, openCount: Int, incidentCount: Int,
        quarantinedCount: Int, pagesInFlight: Int, unmergedFacts: Int, members: [MemberStatus],
        links: [LinkStatus], gateways: [GatewayStatus], disk: DiskStatus?, diskError: String?,
        versions: [String: String], wishCount: Int? = nil, conflictCount: Int? = nil
    ) {
        (self.cluster, self.region, self.member) = (cluster, region, member)
        (self.readAt, self.hasMajority) = (readAt, hasMajority)
        self.notReadyReason = notReadyReason
        (self.ownedCount, self.openCount) = (ownedCount, openCount)
        (self.incidentCount, self.quarantinedCount) = (incidentCount, quarantinedCount)
        (self.pagesInFlight, self.unmergedFacts) = (pagesInFlight, unmergedFacts)
        (self.members, self.links, self.gateways) = (members, links, gateways)
        (self.disk, self.diskError, self.versions) = (disk, diskError, versions)
        (self.wishCount, self.conflictCount) = (wishCount, conflictCount)
        outlook = ClusterOutlook(status: self).sentences
    }
}

/// One member as the answering region sees it.
package struct MemberStatus: Codable, Equatable, Sendable {
    /// The member, 16 hexadecimal digits.
    package var id: String
    /// Its region's name, or its own.
    package var name: String
    /// `region`, `witness` or `coordinator`.
    package var role: String
    /// Whether it is the answering member itself.
    package var isSelf: Bool
    /// Whether it can be reached in both directions.
    package var isFresh: Bool
    /// Since when it has not been; absent while it is.
    package var lostSince: Timestamp?
    /// The other members that it hears, by name, as it says itself; absent while it is not reached.
    package var hears: [String]?
    /// Which start of its process this is, if it is known.
    package var incarnation: UInt64?
    /// Whether it says that its gateways work; absent if it never said.
    package var gatewaysWork: Bool?
    /// The round trip to it in microseconds, smoothed; absent before it was measured.
    package var roundTripMicroseconds: Int64?
    /// How many facts of its are held at the answering region.
    package var factsThrough: UInt64
    /// How many incidents it owns as far as is known at the answering region.
    package var ownedCount: Int
    /// How far its clock is ahead of what a quorum's agree on, or of the answering region's where none does,
    /// in microseconds, give or take half a round trip; absent while that is not known.
    package var clockAheadMicroseconds: Int64?

    /// A member with all its parts.
    package init(
        id: String, name: String, role: String, isSelf: Bool, isFresh: Bool, incarnation: UInt64?,
        gatewaysWork: Bool?, roundTripMicroseconds: Int64? = nil, factsThrough: UInt64,
        ownedCount: Int, lostSince: Timestamp? = nil, hears: [String]? = nil,
        clockAheadMicroseconds: Int64? = nil
    ) {
        (self.lostSince, self.hears) = (lostSince, hears)
        self.clockAheadMicroseconds = clockAheadMicroseconds
        (self.id, self.name, self.role) = (id, name, role)
        (self.isSelf, self.isFresh, self.incarnation) = (isSelf, isFresh, incarnation)
        (self.gatewaysWork, self.factsThrough) = (gatewaysWork, factsThrough)
        (self.roundTripMicroseconds, self.ownedCount) = (roundTripMicroseconds, ownedCount)
    }
}

/// One link of the transport.
package struct LinkStatus: Codable, Equatable, Sendable {
    /// The region's or member's name at the other end.
    package var peer: String
    /// Which link: `urgent`, `bulk` or `publish`.
    package var lane: String
    /// Whether it is up.
    package var isUp: Bool
    /// Why it is not up, or what else is worth saying.
    package var detail: String?

    /// A link with all its parts.
    package init(
        peer: String, lane: String, isUp: Bool, detail: String? = nil
    ) {
        (self.peer, self.lane, self.isUp, self.detail) = (peer, lane, isUp, detail)
    }
}

/// One page provider.
package struct GatewayStatus: Codable, Equatable, Sendable {
    /// The channel.
    package var channel: String
    /// The provider's name.
    package var provider: String
    /// Whether it is believed to work: it has not failed several times in a row.
    package var isWorking: Bool
    /// When it last took a page.
    package var lastSuccessAt: Timestamp?
    /// When it last failed.
    package var lastFailureAt: Timestamp?
    /// Why it last failed; absent if it never did.
    package var lastError: String?
    /// Tries that failed since it last took a page.
    package var failuresInARow: UInt64

    /// A provider with all its parts.
    package init(
        channel: String, provider: String, isWorking: Bool, lastSuccessAt: Timestamp?,
        lastFailureAt: Timestamp?, lastError: String?, failuresInARow: UInt64
    ) {
        (self.channel, self.provider, self.isWorking) = (channel, provider, isWorking)
        (self.lastSuccessAt, self.lastFailureAt) = (lastSuccessAt, lastFailureAt)
        (self.lastError, self.failuresInARow) = (lastError, failuresInARow)
    }
}

/// The disk under a region's data directory.
package struct DiskStatus: Codable, Equatable, Sendable {
    /// Bytes that the data directory takes.
    package var usedBytes: Int64
    /// Bytes that are free for it.
    package var freeBytes: Int64

    /// A disk.
    package init(usedBytes: Int64, freeBytes: Int64) {
        (self.usedBytes, self.freeBytes) = (usedBytes, freeBytes)
    }
}

/// What a coordinator sees: one merged view of all regions, and what should not be. *Source:*
/// design 7.
package struct CoordinatorStatus: Codable, Equatable, Sendable {
    /// The coordinator's name.
    package var name: String
    /// The coordinator's member id, 16 hexadecimal digits.
    package var member: String
    /// When this was read.
    package var readAt: Timestamp
    /// The regions it follows.
    package var regions: [FollowedRegion]
    /// The open incidents and those with findings, newest first.
    package var incidents: [CoordinatedIncident]
    /// How many incidents it knows.
    package var incidentCount: Int

    /// A status with all its parts.
    package init(
        name: String, member: String, readAt: Timestamp, regions: [FollowedRegion],
        incidents: [CoordinatedIncident], incidentCount: Int
    ) {
        (self.name, self.member, self.readAt) = (name, member, readAt)
        (self.regions, self.incidents) = (regions, incidents)
        self.incidentCount = incidentCount
    }
}

/// A region as a coordinator follows it.
package struct FollowedRegion: Codable, Equatable, Sendable {
    /// The region's name.
    package var name: String
    /// When it was last heard; absent if never.
    package var heardAt: Timestamp?
    /// Whether it has not been heard for too long.
    package var isSilent: Bool
    /// How many of its changes are not known here yet.
    package var changesMissing: UInt64
    /// Whether it says that its gateways work.
    package var gatewaysWork: Bool

    /// A region with all its parts.
    package init(
        name: String, heardAt: Timestamp?, isSilent: Bool, changesMissing: UInt64,
        gatewaysWork: Bool
    ) {
        (self.name, self.heardAt, self.isSilent) = (name, heardAt, isSilent)
        (self.changesMissing, self.gatewaysWork) = (changesMissing, gatewaysWork)
    }
}

/// An incident as all regions together know it.
package struct CoordinatedIncident: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var id: String
    /// One line for people.
    package var title: String
    /// Where it stands, by the most advanced view.
    package var status: String
    /// How bad.
    package var severity: String
    /// The regions that believe to own it.
    package var owners: [String]
    /// The regions that know of it.
    package var knownBy: [String]
    /// What should not be.
    package var findings: [FindingSummary]
    /// Whether it is open.
    package var isOpen: Bool { status != "resolved" }

    /// An incident with all its parts.
    package init(
        id: String, title: String, status: String, severity: String, owners: [String],
        knownBy: [String], findings: [FindingSummary]
    ) {
        (self.id, self.title, self.status, self.severity) = (id, title, status, severity)
        (self.owners, self.knownBy, self.findings) = (owners, knownBy, findings)
    }
}

/// Something about an incident that should not be.
package struct FindingSummary: Codable, Equatable, Sendable {
    /// `duplicate-page`, `owners-differ` or `overdue-step`.
    package var kind: String
    /// What was found, for people.
    package var text: String

    /// The kind of a step that is due and has reached nobody.
    package static let overdueStep = "overdue-step"

    /// A finding.
    package init(kind: String, text: String) { (self.kind, self.text) = (kind, text) }
}
