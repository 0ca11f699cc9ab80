import APIModel
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// An answer and the region it came from.
struct Answered<Value: Sendable>: Sendable {
    /// What was answered.
    var value: Value
    /// By whom.
    var endpoint: RegionEndpoint
}

/// Asks the regions in the order of client.yaml until one answers.
///
/// Every region answers for the whole cluster, so the first that does is enough; a dead one costs
/// at most `--timeout`. What changes something carries one key to all of them, so that it acts once;
/// what no key helps is never sent to a second region unless the first certainly has not got it.
struct APIClient: Sendable {
    /// The regions and the token.
    let configuration: ClientConfiguration
    /// How long one region may take, in seconds.
    let timeoutSeconds: Double
    /// Where remarks for people go.
    let remark: @Sendable (String) -> Void

    /// The connections.
    let http: HTTPClient

    /// The largest answer that is read.
    private static let answerBytesMax = 64 * 1_024 * 1_024
    /// Where a node says that its process lives, whatever else it can do.
    static let livenessPath = "/healthz"
    /// The least a region may take over what changes something, in seconds: an answer is due after two
    /// at the latest.
    private static let oncePatienceSeconds: Double = 4
    /// The least a region may take over what is sent to one region only, in seconds.
    private static let unrepeatablePatienceSeconds: Double = 10

    /// Runs something with a client, and closes its connections afterwards.
    static func withClient<Value: Sendable>(
        _ configuration: ClientConfiguration, timeoutSeconds: Double,
        remark: @escaping @Sendable (String) -> Void = { Console.remark($0) },
        _ body: (APIClient) async throws -> Value
    ) async throws -> Value {
        let http = HTTPClient(configuration: transport(timeoutSeconds: timeoutSeconds))
        let client = APIClient(
            configuration: configuration, timeoutSeconds: timeoutSeconds, remark: remark, http: http
        )
        do {
            let value = try await body(client)
            try await http.shutdown()
            return value
        } catch {
            try await http.shutdown()
            throw error
        }
    }

    /// A client of another configuration over the same connections.
    func with(_ configuration: ClientConfiguration) -> APIClient {
        APIClient(
            configuration: configuration, timeoutSeconds: timeoutSeconds, remark: remark, http: http
        )
    }

    /// Makes a call and reads the answer. *Errors:* `CommandFailure`.
    func call<Value: Decodable & Sendable>(
        _ call: APICall, answering type: Value.Type
    ) async throws -> Answered<Value> {
        let (body, endpoint) = try await firstAnswer(call)
        return Answered(value: try Self.decode(type, from: body, endpoint), endpoint: endpoint)
    }

    /// Asks all of these at once; the results are in their order.
    func callAll<Value: Decodable & Sendable>(
        _ call: APICall, at endpoints: [RegionEndpoint], answering type: Value.Type
    ) async -> [(endpoint: RegionEndpoint, result: Result<Value, CommandFailure>)] {
        await withTaskGroup(of: (Int, Result<Value, CommandFailure>).self) { group in
            for (index, endpoint) in endpoints.enumerated() {
                group.addTask { (index, await one(call, at: endpoint, answering: type)) }
            }
            var results: [(Int, Result<Value, CommandFailure>)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }
                .map { (endpoints[$0.0], $0.1) }
        }
    }

    private func one<Value: Decodable & Sendable>(
        _ call: APICall, at endpoint: RegionEndpoint, answering type: Value.Type
    ) async -> Result<Value, CommandFailure> {
        do throws(CommandFailure) {
            switch call.judge(await attempt(call, at: endpoint), at: endpoint) {
            case .answer(let body): return .success(try Self.decode(type, from: body, endpoint))
            case .next(let reason): throw CommandFailure(.unreachable, reason)
            case .unknownHere(let failure), .fail(let failure): throw failure
            }
        } catch {
            return .failure(error)
        }
    }

    private func firstAnswer(_ call: APICall) async throws -> (Data, RegionEndpoint) {
        var misses: [RegionMiss] = []
        var unknown: (failure: CommandFailure, at: [RegionEndpoint])?
        for endpoint in configuration.regions {
            switch call.judge(await attempt(call, at: endpoint), at: endpoint) {
            case .answer(let body):
                misses += (unknown?.at ?? []).map {
                    RegionMiss(endpoint: $0, reason: "knows of no such incident")
                }
                if !misses.isEmpty { remark(RegionMiss.note(misses, answeredBy: endpoint)) }
                return (body, endpoint)
            case .next(let reason): misses.append(RegionMiss(endpoint: endpoint, reason: reason))
            case .unknownHere(let failure):
                unknown = (unknown?.failure ?? failure, (unknown?.at ?? []) + [endpoint])
            case .fail(let failure): throw failure
            }
        }
        guard let unknown, let first = unknown.at.first else {
            throw RegionMiss.nobodyAnswered(misses)
        }
        if !misses.isEmpty { remark(RegionMiss.note(misses, answeredBy: first)) }
        throw unknown.failure
    }

    /// Asks one region once.
    private func attempt(_ call: APICall, at endpoint: RegionEndpoint) async -> RegionOutcome {
        switch call.repeatability {
        case .repeatable: return await send(call, to: endpoint)
        case .once, .unrepeatable:
            // A process that is stopped still accepts connections and requests. What is waited for
            // longer is sent only to a region that has just shown that it lives.
            switch await send(.get(Self.livenessPath), to: endpoint) {
            case .answered: return await send(call, to: endpoint)
            case .unsent(let reason), .silent(let reason): return .unsent(reason: reason)
            }
        }
    }

    /// Sends a call to one region, without asking first whether it lives.
    func send(_ call: APICall, to endpoint: RegionEndpoint) async -> RegionOutcome {
        do {
            let response = try await http.execute(
                request(call, to: endpoint), deadline: deadline(of: call))
            let body = try await response.body.collect(upTo: Self.answerBytesMax)
            return .answered(status: Int(response.status.code), body: Data(body.readableBytesView))
        } catch {
            return TransportFailure.outcome(of: error)
        }
    }

    /// The request of a call at a region, with the token.
    func request(_ call: APICall, to endpoint: RegionEndpoint) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: call.address(at: endpoint))
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        request.headers.add(name: "Accept", value: "application/json, \(Problem.mediaType)")
        request.headers.add(name: "User-Agent", value: "meridian-cli")
        if let token = configuration.token {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        if let key = call.key { request.headers.add(name: "Idempotency-Key", value: key) }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        return request
    }

    private func deadline(of call: APICall) -> NIODeadline {
        let floor =
            switch call.repeatability {
            case .repeatable: call.patienceSeconds
            case .once: max(Self.oncePatienceSeconds, call.patienceSeconds)
            case .unrepeatable: max(Self.unrepeatablePatienceSeconds, call.patienceSeconds)
            }
        return .now() + .milliseconds(Int64(max(timeoutSeconds, floor) * 1_000))
    }

    private static func transport(timeoutSeconds: Double) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        // A connection takes at most three quarters of the time, so that "never connected" can be
        // told from "connected and silent": only the first is certainly safe to repeat elsewhere.
        configuration.timeout.connect = .milliseconds(Int64(timeoutSeconds * 750))
        configuration.connectionPool.retryConnectionEstablishment = false
        // A redirect would carry the token to wherever it points.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        return configuration
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, from body: Data, _ endpoint: RegionEndpoint
    ) throws(CommandFailure) -> Value {
        do {
            return try APICoding.decode(type, from: body)
        } catch {
            throw CommandFailure(
                .failed,
                "the answer of \(endpoint.name) (\(endpoint.url)) cannot be read: \(error)",
                remedy: "compare `meridian --version` here and on the node; ask another region with"
                    + " --region")
        }
    }
}
