import APIModel
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// A real HTTP server on a port of its own that does what a test says, and remembers what it was
/// asked.
final class ScriptedNode: Sendable {
    /// What it does with a request.
    enum Behaviour: Sendable {
        /// Answers.
        case answer(status: Int, body: String)
        /// Reads the request and says nothing, like a stopped process.
        case silent
        /// Reads the request and closes the connection.
        case hangUp
        /// Answers reads, and closes the connection on what would change something.
        case hangUpOnPost
    }

    /// One request as it came in.
    struct Request: Equatable, Sendable {
        var method: String
        var uri: String
        var authorization: String?
        var key: String?
        var lastEventID: String?
        var body: String
    }

    /// Where it listens.
    let url: String
    private let channel: any Channel
    private let seen: NIOLockedValueBox<[Request]>

    private init(channel: any Channel, seen: NIOLockedValueBox<[Request]>) {
        self.channel = channel
        self.seen = seen
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// What it was asked so far.
    var requests: [Request] { seen.withLockedValue { $0 } }

    /// Runs something with a node, and closes the node.
    static func with<Value: Sendable>(
        _ behaviour: Behaviour, _ body: (ScriptedNode) async throws -> Value
    ) async throws -> Value {
        let seen = NIOLockedValueBox<[Request]>([])
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(behaviour: behaviour, seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let node = ScriptedNode(channel: channel, seen: seen)
        do {
            let value = try await body(node)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let behaviour: Behaviour
        private let seen: NIOLockedValueBox<[Request]>
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(behaviour: Behaviour, seen: NIOLockedValueBox<[Request]>) {
            (self.behaviour, self.seen) = (behaviour, seen)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body(var part): body.writeBuffer(&part)
            case .end: finish(context)
            }
        }

        private func finish(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let request = Request(
                method: head.method.rawValue, uri: head.uri,
                authorization: head.headers["authorization"].first,
                key: head.headers["idempotency-key"].first,
                lastEventID: head.headers["last-event-id"].first, body: String(buffer: body))
            seen.withLockedValue { $0.append(request) }
            body.clear()
            switch behaviour {
            case .answer(let status, let text): answer(status, text, context)
            case .silent: break
            case .hangUp: context.close(promise: nil)
            case .hangUpOnPost:
                if head.method == .POST {
                    context.close(promise: nil)
                } else {
                    answer(200, "", context)
                }
            }
        }

        private func answer(_ status: Int, _ text: String, _ context: ChannelHandlerContext) {
            let headers: HTTPHeaders = [
                "content-length": "\(text.utf8.count)", "content-type": "application/json",
            ]
            let head = HTTPResponseHead(
                version: .http1_1, status: .init(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

extension ScriptedNode.Behaviour {
    /// A value as JSON.
    static func json(_ value: some Encodable, status: Int = 200) throws -> Self {
        .answer(
            status: status, body: String(decoding: try APICoding.encode(value), as: UTF8.self))
    }

    /// A refusal.
    static func problem(_ kind: ProblemKind, detail: String = "because") throws -> Self {
        try json(
            Problem(kind: kind, detail: detail, remedy: "do otherwise", region: "eu"),
            status: kind.status)
    }
}
