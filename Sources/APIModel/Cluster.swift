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
    /// Whether a majority of voters can be reached from here; without one, pages go on and nothing commits.
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

    /// A status with all its parts.
    package init(
        cluster: String, region: String, member: String, readAt: Timestamp, hasMajority: Bool,
        notReadyReason: String?, ownedCount: Int, openCount: Int, incidentCount: Int,
        quarantinedCount: Int, pagesInFlight: Int, unmergedFacts: Int, members: [MemberStatus],
        links: [LinkStatus], gateways: [GatewayStatus], disk: DiskStatus?, diskError: String?,
        versions: [String: String]
    ) {
        (self.cluster, self.region, self.member) = (cluster, region, member)
        (self.readAt, self.hasMajority) = (readAt, hasMajority)
        self.notReadyReason = notReadyReason
        (self.ownedCount, self.openCount) = (ownedCount, openCount)
        (self.incidentCount, self.quarantinedCount) = (incidentCount, quarantinedCount)
        (self.pagesInFlight, self.unmergedFacts) = (pagesInFlight, unmergedFacts)
        (self.members, self.links, self.gateways) = (members, links, gateways)
        (self.disk, self.diskError, self.versions) = (disk, diskError, versions)
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
    /// Which start of its process this is, if it is known.
    package var incarnation: UInt64?
    /// Whether it says that its gateways work; absent if it never said.
    package var gatewaysWork: Bool?
    /// How many facts of its are held at the answering region.
    package var factsThrough: UInt64
    /// How many incidents it owns as far as is known at the answering region.
    package var ownedCount: Int

    /// A member with all its parts.
    package init(
        id: String, name: String, role: String, isSelf: Bool, isFresh: Bool, incarnation: UInt64?,
        gatewaysWork: Bool?, factsThrough: UInt64, ownedCount: Int
    ) {
        (self.id, self.name, self.role) = (id, name, role)
        (self.isSelf, self.isFresh, self.incarnation) = (isSelf, isFresh, incarnation)
        (self.gatewaysWork, self.factsThrough) = (gatewaysWork, factsThrough)
        self.ownedCount = ownedCount
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
    /// The last measured round trip in microseconds, if it was measured.
    package var roundTripMicroseconds: Int64?
    /// Why it is not up, or what else is worth saying.
    package var detail: String?

    /// A link with all its parts.
    package init(
        peer: String, lane: String, isUp: Bool, roundTripMicroseconds: Int64? = nil,
        detail: String? = nil
    ) {
        (self.peer, self.lane, self.isUp) = (peer, lane, isUp)
        (self.roundTripMicroseconds, self.detail) = (roundTripMicroseconds, detail)
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

/// What a coordinator sees and has proposed. A coordinator proposes; owners decide. *Source:* design 7.
package struct CoordinatorStatus: Codable, Equatable, Sendable {
    /// The coordinator's name.
    package var name: String
    /// The coordinator's member id, 16 hexadecimal digits.
    package var member: String
    /// When this was read.
    package var readAt: Timestamp
    /// The members it follows.
    package var members: [MemberStatus]
    /// How many incidents it follows.
    package var incidentCount: Int
    /// How far it holds each member's facts, like `m1.42`.
    package var factsThrough: [String]
    /// What it proposed, newest first.
    package var proposals: [ProposalSummary]

    /// A status with all its parts.
    package init(
        name: String, member: String, readAt: Timestamp, members: [MemberStatus],
        incidentCount: Int, factsThrough: [String], proposals: [ProposalSummary]
    ) {
        (self.name, self.member, self.readAt) = (name, member, readAt)
        (self.members, self.incidentCount) = (members, incidentCount)
        (self.factsThrough, self.proposals) = (factsThrough, proposals)
    }
}

/// One proposal of a coordinator.
package struct ProposalSummary: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The rule it follows from.
    package var rule: String
    /// What is proposed and why, for people.
    package var text: String
    /// When.
    package var at: Timestamp

    /// A proposal with all its parts.
    package init(incident: String, rule: String, text: String, at: Timestamp) {
        (self.incident, self.rule, self.text, self.at) = (incident, rule, text, at)
    }
}
