import NIOCore
import NIOPosix
import Synchronization

/// A TCP client that sends what it is told, be it HTTP or not.
final class RawClient: Sendable {
    struct TimedOut: Error {}

    private let channel: any Channel
    private let collector: Collector

    private init(channel: any Channel, collector: Collector) {
        (self.channel, self.collector) = (channel, collector)
    }

    /// A connection; without `isReading` one that takes next to nothing until `startReading`.
    static func connect(port: Int, isReading: Bool = true) async throws -> RawClient {
        let collector = Collector()
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if !isReading {
            bootstrap = bootstrap.channelOption(.autoRead, value: false)
                .channelOption(.socketOption(.so_rcvbuf), value: 16_384)
        }
        let channel =
            try await bootstrap
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CollectingHandler(collector))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, collector: collector)
    }

    /// Whether the server has neither ended its side nor closed.
    var isOpen: Bool { !collector.isEnded }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// Waits until what came is enough. *Errors:* `TimedOut` after 20 s.
    func receive(until isEnough: (String) -> Bool) async throws -> String {
        for _ in 0..<2_000 {
            let text = collector.text
            if isEnough(text) { return text }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TimedOut()
    }

    /// Waits until the server ends its side or closes. *Errors:* `TimedOut` after 20 s.
    func receiveUntilClosed() async throws -> String {
        for _ in 0..<2_000 {
            if collector.isEnded {
                try? await close()
                return collector.text
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TimedOut()
    }

    func close() async throws { try await channel.close().get() }
}

/// What came so far.
private final class Collector: Sendable {
    private let state = Mutex<(bytes: [UInt8], isEnded: Bool)>(([], false))
    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    var isEnded: Bool { state.withLock { $0.isEnded } }
    func add(_ buffer: ByteBuffer) {
        state.withLock { $0.bytes.append(contentsOf: buffer.readableBytesView) }
    }
    func end() { state.withLock { $0.isEnded = true } }
}

private final class CollectingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let collector: Collector

    init(_ collector: Collector) { self.collector = collector }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        collector.add(unwrapInboundIn(data))
    }
    func channelInactive(context: ChannelHandlerContext) { collector.end() }
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { collector.end() }
    }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        collector.end()
        context.close(promise: nil)
    }
}
