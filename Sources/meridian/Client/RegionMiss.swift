import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// A region that did not give the answer, and why.
struct RegionMiss: Equatable, Sendable {
    /// Which region.
    var endpoint: RegionEndpoint
    /// Why.
    var reason: String

    /// The remark for standard error when a later region answered.
    static func note(_ misses: [RegionMiss], answeredBy endpoint: RegionEndpoint) -> String {
        let told = misses.map { "\($0.endpoint.name): \($0.reason)" }.joined(separator: "; ")
        return "note: \(endpoint.name) answered (\(told))"
    }

    /// The end when none did.
    static func nobodyAnswered(_ misses: [RegionMiss]) -> CommandFailure {
        let rows = misses.map { "  \($0.endpoint.name)  \($0.endpoint.url)  \($0.reason)" }
        let head = misses.count == 1 ? "the region did not answer" : "no region answered"
        return CommandFailure(
            .unreachable, ([head] + rows).joined(separator: "\n"),
            remedy:
                "see that the nodes run (`meridian node --config NODE.yaml`) and that the addresses"
                + " in client.yaml are right; on a slow line, allow more with --timeout 20")
    }
}

/// What the ways in which a connection fails mean for the request.
enum TransportFailure {
    /// Whether the request may have reached the region, and why no answer came.
    static func outcome(of error: any Error) -> RegionOutcome {
        switch error {
        case let error as HTTPClientError: outcome(of: error)
        case let error as NIOConnectionError:
            .unsent(reason: connectionReason(error))
        case let error as IOError: outcome(of: error)
        case ChannelError.connectTimeout: .unsent(reason: "no connection in time")
        case is ChannelError: .silent(reason: "the connection was lost")
        case _: .silent(reason: "\(error)")
        }
    }

    private static func outcome(of error: HTTPClientError) -> RegionOutcome {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            .unsent(reason: "no connection in time")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            .silent(reason: "no answer in time")
        case .remoteConnectionClosed:
            .silent(reason: "the connection was closed before the answer")
        case _: .silent(reason: error.shortDescription)
        }
    }

    private static func outcome(of error: IOError) -> RegionOutcome {
        let refusals: [Int32] = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN]
        return refusals.contains(error.errnoCode)
            ? .unsent(reason: reason(of: error)) : .silent(reason: reason(of: error))
    }

    private static func connectionReason(_ error: NIOConnectionError) -> String {
        if let single = error.connectionErrors.first?.error as? IOError {
            return reason(of: single)
        }
        if error.dnsAError != nil || error.dnsAAAAError != nil { return "the name is not known" }
        return "no connection"
    }

    private static func reason(of error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "connection refused"
        case EHOSTUNREACH, EHOSTDOWN: "host unreachable"
        case ENETUNREACH: "network unreachable"
        case ECONNRESET: "the connection was reset"
        case ETIMEDOUT: "no connection in time"
        case _: "I/O error \(error.errnoCode)"
        }
    }
}
