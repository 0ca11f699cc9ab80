import AsyncHTTPClient
import Basics
import Foundation
import Glibc
import NIOCore
import NIOHTTP1

/// What an HTTP provider answered: enough to judge by.
struct HTTPAnswer: Sendable {
    /// The status code.
    var status: UInt
    /// How long to wait, as the provider wrote it, cleaned.
    var retryAfter: String?
    /// The first bytes of the body, at most `HTTPTry.bodyBytesMax`.
    var body: [UInt8]
}

/// One POST over the shared client, within a limit.
struct HTTPTry: Sendable {
    /// The most of an answer that is read.
    static let bodyBytesMax = 16 * 1_024
    /// How long an answer's body is waited for after its head.
    static let bodyWaitMax: Span = .seconds(1)

    let clients: HTTPClients

    /// Posts a body and gives the answer, whatever its status. *Errors:* `unreachable`, `timedOut`,
    /// `unconfirmed`, `badConfiguration` for what is no URL, `stopped`.
    func post(
        _ url: String, headers: [(String, String)], body: [UInt8], within limit: Span
    ) async throws(GatewayError) -> HTTPAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers + [("User-Agent", "Meridian/1")])
        request.body = .bytes(body)
        let whole = request
        let result = await firstResult(within: limit) {
            () async -> Result<HTTPAnswer, GatewayError> in
            do {
                return .success(try await self.send(whole, within: limit))
            } catch let error as GatewayError {
                return .failure(error)
            } catch {
                return .failure(Self.failure(error, limit: limit))
            }
        }
        guard let result else {
            throw Task.isCancelled
                ? GatewayError(.stopped, "the try was called off", remedy: "none")
                : Self.late(limit)
        }
        return try result.get()
    }

    /// Sends a request to the first address of its host that takes the connection.
    private func send(
        _ request: HTTPClientRequest, within limit: Span
    ) async throws -> HTTPAnswer {
        guard let text = URL(string: request.url)?.host, !text.isEmpty else {
            throw HTTPClientError.invalidURL
        }
        let host = text.hasPrefix("[") ? String(text.dropFirst().dropLast()) : text
        let addresses = try await clients.hosts.addresses(of: host, within: limit)
        for (index, address) in addresses.enumerated() {
            do {
                let answer = try await clients.withClient(for: host, at: address) { client in
                    await Self.answer(
                        try await client.execute(
                            request, timeout: .microseconds(limit.microseconds)))
                }
                guard let answer else { throw HTTPClientError.cancelled }
                return answer
            } catch let error where Self.isNoConnection(error) {
                clients.hosts.failed(address, of: host)
                if index == addresses.count - 1 { throw error }
            }
        }
        halt("a host has at least one address")
    }

    /// Whether nothing can have been sent yet.
    private static func isNoConnection(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .connectTimeout }
        guard let error = error as? IOError else { return false }
        return [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL].contains(error.errnoCode)
    }

    /// The head says how the try ended; a body that breaks off or never ends takes nothing from it.
    private static func answer(_ response: HTTPClientResponse) async -> HTTPAnswer {
        let stream = response.body
        let body = await firstResult(within: bodyWaitMax) { () async -> [UInt8] in
            var bytes: [UInt8] = []
            do {
                for try await chunk in stream {
                    bytes += chunk.readableBytesView.prefix(bodyBytesMax - bytes.count)
                    if bytes.count >= bodyBytesMax { break }
                }
            } catch {
                return bytes
            }
            return bytes
        }
        let wait = response.headers.first(name: "Retry-After")
        return HTTPAnswer(
            status: response.status.code,
            retryAfter: wait.map { CleanText.providerText($0, lengthMax: 40) }, body: body ?? [])
    }

    private static func late(_ limit: Span) -> GatewayError {
        GatewayError(
            .timedOut, "the provider did not answer within \(limit); it may have taken the page",
            remedy: "check the provider's status and the network between")
    }

    private static func failure(_ error: any Error, limit: Span) -> GatewayError {
        if let error = error as? HTTPClientError {
            switch error {
            case .deadlineExceeded, .connectTimeout, .readTimeout, .getConnectionFromPoolTimeout:
                return late(limit)
            case .cancelled:
                return GatewayError(.stopped, "the try was called off", remedy: "none")
            case .invalidURL, .emptyHost, .emptyScheme:
                return GatewayError(
                    .badConfiguration, "the address is not a URL",
                    remedy: "write a whole https:// URL")
            case .remoteConnectionClosed:
                return GatewayError(
                    .unconfirmed, "the provider closed the connection without an answer",
                    remedy: "none: it is tried again with the same idempotency key")
            case _: break
            }
        }
        return GatewayError(
            .unreachable, "no connection to the provider",
            remedy: "check the URL, DNS and firewall, and the provider's certificate",
            cause: CleanText.providerText("\(error)"))
    }
}

/// What an answer's status means where the provider says nothing more precise.
extension HTTPAnswer {
    /// Whether it says yes: 2xx.
    var isPositive: Bool { (200...299).contains(status) }

    /// The failure that a status other than 2xx stands for. `address` is whether the URL is the
    /// person's contact address, so that 404 and 410 are about it.
    func failure(cause: String, urlIsAddress: Bool) -> GatewayError {
        let shown = "HTTP \(status)"
        let said = cause.isEmpty ? shown : "\(shown) \(cause)"
        switch status {
        case 404 where urlIsAddress, 410 where urlIsAddress:
            return GatewayError(
                .addressHopeless, "the webhook does not exist",
                remedy: "correct the person's URL in the roster", cause: said)
        case 401, 403:
            return GatewayError(
                .loginRefused, "the provider refused the credentials",
                remedy: "check the account, token or secret in the node's configuration",
                cause: said)
        case 429:
            return GatewayError(
                .throttled,
                retryAfter.map { "the provider asks to wait \($0) s" }
                    ?? "the provider asks to wait",
                remedy: "raise the provider's limit, or bundle less into this channel", cause: said)
        case 300...399:
            return GatewayError(
                .refused, "the provider redirects, which pages do not follow",
                remedy: "write the final URL", cause: said)
        case _:
            return GatewayError(
                .refused, "the provider refused the page", remedy: "see the provider's log",
                cause: said)
        }
    }
}
