import APIModel
import Basics
import HTTPTypes
import IncidentModel
import Logging
import RegionCore

/// The cluster as this region sees it.
struct ClusterRoutes: Sendable {
    private let node: any NodeService
    private let cluster: String

    init(node: any NodeService, cluster: String) { (self.node, self.cluster) = (node, cluster) }

    /// The table.
    var endpoints: [Endpoint] {
        [Endpoint(.get, APIPath.cluster, access: .token(.read), level: .debug, serve: status)]
    }

    private func status(_ call: Call) async throws(Refusal) -> Answer {
        let view = await node.clusterView()
        let runtime = await node.runtimeStatus()
        var versions = runtime.versions
        versions["roster"] = view.rosterVersion
        return .json(
            ClusterStatus(
                cluster: cluster, region: node.region.text, member: digits(view.me.id),
                readAt: Timestamp(node.now()), hasMajority: view.hasMajority,
                notReadyReason: notReadyReason, ownedCount: view.ownedCount,
                openCount: view.openCount, incidentCount: view.incidentCount,
                quarantinedCount: view.quarantinedCount, pagesInFlight: view.pagesInFlight,
                unmergedFacts: view.unmergedFacts,
                members: view.members.map { member($0, of: view) }, links: runtime.links,
                gateways: view.gateways.map(gateway), disk: runtime.disk,
                diskError: view.diskError.isEmpty ? nil : view.diskError, versions: versions,
                wishCount: view.wishCount, conflictCount: view.conflictCount))
    }

    private var notReadyReason: String? {
        switch node.isReady {
        case .ready: nil
        case .notReady(let reason): reason
        }
    }

    private func member(_ view: MemberView, of cluster: ClusterView) -> MemberStatus {
        MemberStatus(
            id: digits(view.member.id), name: view.member.name.text, role: view.member.role.name,
            isSelf: view.member.id == cluster.me.id, isFresh: view.isFresh,
            incarnation: view.incarnation?.number, gatewaysWork: view.gatewaysWork,
            roundTripMicroseconds: view.roundTrip?.microseconds,
            factsThrough: view.factsThrough, ownedCount: view.ownedCount,
            lostSince: view.lostSince.map { Timestamp($0) },
            hears: view.hears.map { heard in
                cluster.members.filter { heard.contains($0.member.id) }.map(\.member.name.text)
            },
            clockAheadMicroseconds: view.clockAhead?.microseconds)
    }

    private func gateway(_ health: GatewayHealth) -> GatewayStatus {
        GatewayStatus(
            channel: health.channel.name, provider: health.provider, isWorking: health.works,
            lastSuccessAt: health.lastSuccess.map { Timestamp($0) },
            lastFailureAt: health.lastFailure.map { Timestamp($0) },
            lastError: health.lastError.isEmpty ? nil : health.lastError,
            failuresInARow: health.failuresInARow)
    }

    private func digits(_ member: MemberID) -> String {
        let digits = String(member.number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
