import APIModel
import Basics
import Foundation
import Gateways
import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization

/// A server around a mock node, and what it logged and counted.
struct TestServer: Sendable {
    static let token = "api-token-that-no-log-may-show"
    let node = MockNode()
    let log = RecordedLog()
    let counters = RecordedCounters()
    let signer = LinkSigner(key: [UInt8](repeating: 7, count: 32))
    var intakeWaitingMax = 100
    var idleTimeout = Span.seconds(20)
    var stallTime = Span.seconds(30)
    var bodyTime = Span.seconds(10)
    /// What the only token may do.
    var may = APIRole.administer

    var server: NodeHTTPServer {
        NodeHTTPServer(
            config: HTTPServerConfig(
                host: "127.0.0.1", port: 0, cluster: MockNode.cluster,
                foundingEpoch: MockNode.foundingEpoch,
                apiTokens: [APIToken(name: "cli", token: Self.token, may: may)], linkSigner: signer,
                intakeWaitingMax: intakeWaitingMax, idleTimeout: idleTimeout,
                stallTime: stallTime, bodyTime: bodyTime,
                metricsFactory: counters),
            node: node, logger: log.logger)
    }

    /// Runs a test against the router, without sockets.
    func test<Value: Sendable>(
        _ body: @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await server.application().test(.router, body)
    }
}

/// What came back.
struct Received: Sendable {
    var status: Int
    var headers: HTTPFields
    var text: String

    /// The body as one of the API's types.
    func decoded<Body: Decodable>(_ type: Body.Type = Body.self) throws -> Body {
        try APICoding.decode(type, from: Data(text.utf8))
    }
}

extension TestClientProtocol {
    /// Sends a request and waits for the answer.
    func send(
        _ method: HTTPRequest.Method, _ uri: String, body: String? = nil,
        headers: HTTPFields = HTTPFields()
    ) async throws -> Received {
        try await execute(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ) { response in
            Received(
                status: response.status.code, headers: response.headers,
                text: String(buffer: response.body))
        }
    }

    /// Sends a request with the API token.
    func api(
        _ method: HTTPRequest.Method, _ uri: String, body: String? = nil,
        headers: HTTPFields = HTTPFields()
    ) async throws -> Received {
        var headers = headers
        headers[.authorization] = "Bearer \(TestServer.token)"
        return try await send(method, uri, body: body, headers: headers)
    }
}

/// Keeps every line that is logged, metadata included.
final class RecordedLog: Sendable {
    private let kept = Mutex<[String]>([])

    /// All lines so far.
    var lines: [String] { kept.withLock { $0 } }

    /// A logger that keeps everything.
    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let pairs = (event.metadata ?? [:]).merging(metadata) { new, _ in new }
            let text = pairs.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
            log.kept.withLock { $0.append("\(event.level) \(event.message) \(text)") }
        }
    }
}
