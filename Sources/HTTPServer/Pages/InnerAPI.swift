import APIModel
import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The API, called from within: pages read and write through the same endpoints as every client, and
/// know nothing that the API does not say. *Source:* decision 0022.
struct InnerAPI: Sendable {
    private let endpoints: [Endpoint]

    init(endpoints: [Endpoint]) { self.endpoints = endpoints }

    /// What the API answers to a GET. *Errors:* the endpoint's refusal.
    func get<Body: Decodable>(
        _ path: String, query: [(name: String, value: String)] = [], client: APITokens.Holder,
        as type: Body.Type = Body.self
    ) async throws(Refusal) -> Body {
        let pairs = query.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
        let answer = try await call(
            .get, pairs.isEmpty ? path : "\(path)?\(pairs)", body: [], client: client)
        return try await decoded(answer)
    }

    /// What the API answers to a POST of one of its requests. *Errors:* the endpoint's refusal.
    func post<Body: Decodable>(
        _ path: String, _ request: some Encodable & Sendable, client: APITokens.Holder,
        key: String? = nil, as type: Body.Type = Body.self
    ) async throws(Refusal) -> Body {
        let bytes: [UInt8]
        do { bytes = Array(try APICoding.encode(request)) } catch {
            halt("\(request) did not become JSON: \(error)")
        }
        var headers = HTTPFields()
        headers[.idempotencyKey] = key
        return try await decoded(
            await call(.post, path, body: bytes, client: client, headers: headers))
    }

    /// Whether the API has something at a path.
    func has(_ method: HTTPRequest.Method, _ path: String) -> Bool {
        endpoint(method, path) != nil
    }

    /// The answer of the endpoint at an address, to the holder of a token. *Errors:* its refusal, or that
    /// the token may not do this.
    func call(
        _ method: HTTPRequest.Method, _ uri: String, body: [UInt8], client: APITokens.Holder,
        headers: HTTPFields = HTTPFields()
    ) async throws(Refusal) -> Answer {
        let path = String(uri.prefix { $0 != "?" })
        guard let (endpoint, parameters) = endpoint(method, path) else {
            throw Refusal(
                .notFound, "the API has nothing at \(path)", remedy: "Go back and try again.")
        }
        if case .token(let role) = endpoint.access { try client.check(may: role) }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: nil, authority: nil, path: uri, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(bytes: body)))
        return try await endpoint.serve(
            Call(request: request, parameters: parameters, client: client.name, may: client.may))
    }

    /// The answer of a GET's endpoint to a request as it came: one that lasts as long as its connection has to
    /// be handed on as it is. *Errors:* as above.
    func follow(
        _ path: String, _ call: Call, client: APITokens.Holder
    ) async throws(Refusal) -> Answer {
        guard let (endpoint, parameters) = endpoint(.get, path) else {
            throw Refusal(
                .notFound, "the API has nothing at \(path)", remedy: "Go back and try again.")
        }
        if case .token(let role) = endpoint.access { try client.check(may: role) }
        return try await endpoint.serve(
            Call(
                request: call.request, parameters: parameters, client: client.name, may: client.may)
        )
    }

    private func endpoint(
        _ method: HTTPRequest.Method, _ path: String
    ) -> (endpoint: Endpoint, parameters: Parameters)? {
        let wanted = path.split(separator: "/")
        for endpoint in endpoints where endpoint.method == method {
            let parts = endpoint.path.split(separator: "/")
            guard parts.count == wanted.count else { continue }
            var parameters = Parameters()
            let fits = zip(parts, wanted).allSatisfy { part, value in
                guard part.hasPrefix("{"), part.hasSuffix("}") else { return part == value }
                parameters.append(key: part.dropFirst().dropLast(), value: value)
                return true
            }
            if fits { return (endpoint, parameters) }
        }
        return nil
    }

    private func decoded<Body: Decodable>(_ answer: Answer) async throws(Refusal) -> Body {
        let writer = Collector()
        do {
            try await answer.response.body.write(writer)
            return try APICoding.decode(Body.self, from: Data(writer.bytes))
        } catch {
            throw Refusal(
                .internalError, "an answer of the API is no \(Body.self): \(error)",
                remedy: "Go back and try again; tell whoever runs the cluster if it stays so.")
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// Takes the bytes of an answer.
    private final class Collector: ResponseBodyWriter {
        private(set) var bytes: [UInt8] = []

        func write(_ buffer: ByteBuffer) { bytes += buffer.readableBytesView }

        consuming func finish(_ trailingHeaders: HTTPFields?) {}
    }
}
