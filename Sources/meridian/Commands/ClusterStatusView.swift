import APIModel

/// The cluster as its regions say it is, put together; also what `cluster status --json` writes.
struct ClusterStatusView: Encodable, Equatable, Sendable {
    /// What one region said.
    struct Region: Encodable, Equatable, Sendable {
        /// Its name in client.yaml.
        var name: String
        /// Its address in client.yaml.
        var url: String
        /// Its answer, if it gave one.
        var status: ClusterStatus?
        /// Why there is none.
        var failure: CommandFailure?
    }

    /// The regions in the order of client.yaml.
    var regions: [Region]
    /// What is wrong, the worst first.
    var findings: [ClusterFinding]

    /// A view of what the regions said.
    init(regions: [Region]) {
        self.regions = regions
        findings = ClusterFinding.all(in: regions)
    }

    /// Asks every region at once.
    static func read(with client: APIClient) async -> ClusterStatusView {
        let answers = await client.callAll(.get(APIPath.cluster), answering: ClusterStatus.self)
        return ClusterStatusView(
            regions: answers.map { endpoint, result in
                switch result {
                case .success(let status):
                    Region(name: endpoint.name, url: endpoint.url, status: status)
                case .failure(let failure):
                    Region(name: endpoint.name, url: endpoint.url, failure: failure)
                }
            })
    }

    /// The answers there are.
    var answers: [ClusterStatus] { regions.compactMap(\.status) }
}
