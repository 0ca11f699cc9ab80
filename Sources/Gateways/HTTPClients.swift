import AsyncHTTPClient
import Basics
import NIOCore
import Synchronization

/// The HTTP clients of a rack: one for each address of a host that pages go to, so that no name is
/// resolved inside of them, where one would wait for another.
package final class HTTPClients: Sendable {
    /// The most clients that are kept while nobody uses them.
    static let idleMax = 64

    private struct Shelved {
        var client: HTTPClient
        var users = 0
        var lastUse = 0
    }

    private struct State {
        var shelved: [String: Shelved] = [:]
        var uses = 0
        var isShut = false
    }

    /// Where hosts are.
    let hosts: HostBook
    private let state = Mutex(State())

    /// A shelf without clients.
    package init(hosts: HostBook) { self.hosts = hosts }

    /// Lends the client for an address of a host; `nil` after `shutdown`.
    func withClient<Value>(
        for host: String, at address: String, _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value? {
        let name = "\(host) \(address)"
        let taken = state.withLock { state -> HTTPClient? in
            guard !state.isShut else { return nil }
            state.uses += 1
            var one =
                state.shelved[name]
                ?? Shelved(client: Self.makeClient(host == address ? [:] : [host: address]))
            (one.users, one.lastUse) = (one.users + 1, state.uses)
            state.shelved[name] = one
            return one.client
        }
        guard let client = taken else { return nil }
        defer { giveBack(name) }
        return try await body(client)
    }

    /// Frees all connections; what is under way ends with an error.
    package func shutdown() async {
        let all = state.withLock { state in
            state.isShut = true
            defer { state.shelved = [:] }
            return state.shelved.values.map(\.client)
        }
        // A second shutdown is the only error, and each is shut down once.
        for client in all { try? await client.shutdown() }
    }

    private func giveBack(_ name: String) {
        let unused = state.withLock { state -> HTTPClient? in
            guard !state.isShut else { return nil }
            state.shelved[name]?.users -= 1
            let idle = state.shelved.filter { $0.value.users == 0 }
            guard idle.count > Self.idleMax,
                let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse })
            else { return nil }
            return state.shelved.removeValue(forKey: oldest.key)?.client
        }
        // A client that is let go of without this stops the process.
        if let unused { Task { try? await unused.shutdown() } }
    }

    /// A client for gateways: no redirects (a POST would become a GET, and a signature would go to
    /// strangers), no hidden second tries, few idle connections.
    private static func makeClient(_ addresses: [String: String]) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(15)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            GatewayRack.runningPerProviderMax
        configuration.decompression = .disabled
        configuration.dnsOverride = addresses
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
