import APIModel
import Foundation

/// What the shell offers for an argument. It never writes an error: a completion that fails offers
/// nothing.
enum Completions {
    /// The names of the regions in client.yaml.
    static func regions(_ arguments: [String]) -> [String] {
        (try? configuration(arguments))?.regions.map(\.name) ?? []
    }

    /// The open incidents: their short ids.
    static func incidents(_ arguments: [String]) async -> [String] {
        guard let configuration = try? configuration(arguments) else { return [] }
        let list = try? await APIClient.withClient(
            configuration, timeoutSeconds: 0.5, remark: { _ in }
        ) { client in
            try await client.call(.get(APIPath.incidents), answering: IncidentList.self)
        }
        return list?.value.incidents.map(\.shortID) ?? []
    }

    /// The configuration that the half-written command line leads to.
    private static func configuration(
        _ arguments: [String]
    ) throws(CommandFailure) -> ClientConfiguration {
        let position = arguments.firstIndex(of: "--config").map { arguments.index(after: $0) }
        let config = position.flatMap { arguments.indices.contains($0) ? arguments[$0] : nil }
        return try ClientConfiguration.resolve(
            config: config, urls: [], token: nil, region: nil,
            environment: ProcessInfo.processInfo.environment)
    }
}
