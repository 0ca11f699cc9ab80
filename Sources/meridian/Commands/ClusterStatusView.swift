import APIModel

/// The cluster as its regions and coordinators say it is, put together; also what
/// `cluster status --json` writes.
struct ClusterStatusView: Encodable, Equatable, Sendable {
    /// What one of them said.
    struct Told<Status: Encodable & Equatable & Sendable>: Encodable, Equatable, Sendable {
        /// Its name in client.yaml.
        var name: String
        /// Its address in client.yaml.
        var url: String
        /// Its answer, if it gave one.
        var status: Status?
        /// Why there is none.
        var failure: CommandFailure?
    }

    typealias Region = Told<ClusterStatus>
    typealias Coordinator = Told<CoordinatorStatus>

    /// The regions in the order of client.yaml.
    var regions: [Region]
    /// The coordinators in the order of client.yaml.
    var coordinators: [Coordinator]
    /// What is wrong, the worst first.
    var findings: [ClusterFinding]

    /// A view of what the regions and coordinators said.
    init(regions: [Region], coordinators: [Coordinator]) {
        (self.regions, self.coordinators) = (regions, coordinators)
        findings = ClusterFinding.all(in: regions, coordinators)
    }

    /// Asks all of them at once.
    static func read(with client: APIClient) async -> ClusterStatusView {
        async let regions = told(
            ClusterStatus.self, APIPath.cluster, by: client.configuration.regions, client)
        async let coordinators = told(
            CoordinatorStatus.self, APIPath.coordinator, by: client.configuration.coordinators,
            client)
        return ClusterStatusView(regions: await regions, coordinators: await coordinators)
    }

    private static func told<Status: Codable & Equatable & Sendable>(
        _ type: Status.Type, _ path: String, by endpoints: [RegionEndpoint], _ client: APIClient
    ) async -> [Told<Status>] {
        await client.callAll(.get(path), at: endpoints, answering: type).map { endpoint, result in
            switch result {
            case .success(let status):
                Told(name: endpoint.name, url: endpoint.url, status: status)
            case .failure(let failure):
                Told(name: endpoint.name, url: endpoint.url, failure: failure)
            }
        }
    }

    /// The regions' answers there are.
    var answers: [ClusterStatus] { regions.compactMap(\.status) }
}
