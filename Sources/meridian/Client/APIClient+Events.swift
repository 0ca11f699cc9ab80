import APIModel
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

extension APIClient {
    /// The same client, which asks this region before the others.
    func asking(first endpoint: RegionEndpoint?) -> APIClient {
        guard let endpoint else { return self }
        var order = configuration
        order.regions.removeAll { $0 == endpoint }
        order.regions.insert(endpoint, at: 0)
        return with(order)
    }

    /// Follows the events of one region until it ends them, or this task is cancelled.
    /// - Parameters:
    ///   - lastID: the last point of that region's stream that is known, to go on from there.
    ///   - take: is given each event, and `nil` whenever the region only says that it lives.
    /// *Errors:* `CommandFailure` if it cannot be followed, or the connection is lost.
    func follow(
        _ endpoint: RegionEndpoint, after lastID: String?,
        _ take: (ServerEvent?) async -> Void
    ) async throws(CommandFailure) {
        do {
            var request = request(.get(APIPath.events), to: endpoint)
            request.headers.replaceOrAdd(name: "Accept", value: "text/event-stream")
            if let lastID { request.headers.add(name: "Last-Event-ID", value: lastID) }
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: Self.problemBytesMax)
                throw failure(
                    Int(response.status.code), Data(body.readableBytesView), at: endpoint)
            }
            var parser = EventStreamParser()
            for try await part in response.body {
                let events = parser.take(part.readableBytesView)
                if events.isEmpty { await take(nil) }
                for event in events { await take(event) }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.unreachable, Self.reason(of: error))
        }
    }

    /// Why a region does not even say that its process lives; `nil` if it does.
    func silence(of endpoint: RegionEndpoint) async -> String? {
        switch await send(.get(Self.livenessPath), to: endpoint) {
        case .answered: nil
        case .unsent(let reason), .silent(let reason): reason
        }
    }

    /// The largest refusal that is read.
    private static let problemBytesMax = 64 * 1_024

    private func failure(
        _ status: Int, _ body: Data, at endpoint: RegionEndpoint
    ) -> CommandFailure {
        let call = APICall.get(APIPath.events)
        return switch call.judge(.answered(status: status, body: body), at: endpoint) {
        case .fail(let failure), .unknownHere(let failure): failure
        case .next(let reason): CommandFailure(.unreachable, reason)
        case .answer: CommandFailure(.failed, "answered HTTP \(status)")
        }
    }

    private static func reason(of error: any Error) -> String {
        switch TransportFailure.outcome(of: error) {
        case .unsent(let reason), .silent(let reason): reason
        case .answered: "answered and failed"
        }
    }
}
