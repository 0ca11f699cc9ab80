import Basics
import NIOCore
import NIOPosix
import NIOSSL

/// Bytes from a mail server, and whether they came through TLS.
struct MarkedBytes: Sendable {
    var bytes: ByteBuffer
    var isSecure: Bool
}

/// Marks what comes in by whether TLS was in front of it at that moment, on the event loop. What a
/// man in the middle sends before the handshake can so never pass for the server's word after it.
private final class SecurityMarker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = MarkedBytes

    var isSecure: Bool

    init(isSecure: Bool) { self.isSecure = isSecure }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let marked = MarkedBytes(bytes: unwrapInboundIn(data), isSecure: isSecure)
        context.fireChannelRead(wrapInboundOut(marked))
    }
}

/// Where a mail server is and how it is talked to.
struct SMTPEndpoint: Sendable {
    var host: String
    var port: Int
    var encryption: MailEncryption
    /// What is trusted; made once, since it is costly.
    var tls: NIOSSLContext
    /// Where hosts are.
    var hosts: HostBook
}

/// One connection to a mail server: commands out, replies in, TLS in between.
///
/// It is closed on every path, and at the deadline at the latest: reading and writing fail then,
/// and the error says at which stage.
struct SMTPConnection {
    private typealias Inbound = NIOAsyncChannelInboundStream<MarkedBytes>

    private let channel: any Channel
    private var inbound: Inbound.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var deadline: ChannelDeadline
    private var parser = SMTPReplyParser()
    /// Whether all that is read and written goes through TLS.
    private(set) var isSecure: Bool
    /// What is under way, for errors.
    private(set) var stage = "the greeting"
    /// Whether the whole mail was handed over, so that a failure no longer means that it was not
    /// sent.
    private var isHandedOver = false

    /// Opens a connection, holds a dialogue over it, and closes it; the server's confirmation.
    static func send(
        _ envelope: SMTPEnvelope, by dialogue: SMTPDialogue, within limit: Span
    ) async throws(GatewayError) -> String {
        let endpoint = dialogue.endpoint
        let due = ContinuousClock.now + .microseconds(limit.microseconds)
        let channel = try await open(endpoint, within: limit)
        let result: Result<String, GatewayError>
        do {
            result = try await channel.executeThenClose { inbound, outbound in
                var connection = SMTPConnection(
                    channel: channel.channel, inbound: inbound.makeAsyncIterator(),
                    outbound: outbound, deadline: ChannelDeadline(channel.channel, at: due),
                    isSecure: endpoint.encryption == .implicit)
                defer { connection.deadline.cancel() }
                return await connection.hold(dialogue, envelope)
            }
        } catch {
            // The dialogue's own errors are in the result; this one came from closing.
            throw GatewayError(
                .unconfirmed, "the connection to the mail server could not be closed",
                remedy: "none: it is sent again with the same Message-ID",
                cause: CleanText.providerText("\(error)"))
        }
        return try result.get()
    }

    /// Sends one line and reads the answer. `stage` names it in errors and never holds the line.
    mutating func command(_ line: String, stage: String) async throws(GatewayError) -> SMTPReply {
        try await send(Array("\(line)\r\n".utf8), stage: stage)
        return try await reply()
    }

    /// Sends a whole mail, with its final dot, and reads the answer.
    mutating func mail(_ message: [UInt8]) async throws(GatewayError) -> SMTPReply {
        try await send(MailEncoding.dotStuffed(message), stage: "the mail itself")
        isHandedOver = true
        return try await reply()
    }

    /// Says goodbye, waiting a second at most: the mail is taken, nothing that follows changes
    /// that.
    mutating func quit() async {
        deadline.tighten(to: ContinuousClock.now + .seconds(1))
        do {
            _ = try await command("QUIT", stage: "QUIT")
        } catch {
            return
        }
    }

    /// Reads one whole reply. *Errors:* `timedOut`, `unconfirmed`, `unreachable`,
    /// `encryptionFailed`, `badAnswer`.
    mutating func reply() async throws(GatewayError) -> SMTPReply {
        while true {
            if let reply = try parser.next() { return reply }
            let next: MarkedBytes?
            do {
                next = try await inbound.next(isolation: #isolation)
            } catch {
                throw failure(error)
            }
            guard let next else { throw failure(nil) }
            guard next.isSecure == isSecure else { throw Self.injected }
            parser.append(next.bytes.readableBytesView)
        }
    }

    /// Puts TLS under the connection, after the server agreed to STARTTLS. Whatever the server has
    /// said beyond that agreement came in the clear and is refused. *Source:* RFC 3207, section
    /// 4.2.
    mutating func startTLS(_ endpoint: SMTPEndpoint) async throws(GatewayError) {
        guard parser.isEmpty else { throw Self.injected }
        stage = "the TLS handshake"
        let channel = channel
        do {
            try await channel.eventLoop.submit {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.handler(type: SecurityMarker.self).isSecure = true
                try pipeline.addHandler(Self.tlsHandler(endpoint), position: .first)
            }.get()
        } catch {
            throw failure(error)
        }
        isSecure = true
    }

    private mutating func hold(
        _ dialogue: SMTPDialogue, _ envelope: SMTPEnvelope
    ) async -> Result<String, GatewayError> {
        do {
            return .success(try await dialogue.send(envelope, over: &self))
        } catch {
            return .failure(error)
        }
    }

    private mutating func send(_ bytes: [UInt8], stage: String) async throws(GatewayError) {
        self.stage = stage
        do {
            try await outbound.write(ByteBuffer(bytes: bytes))
        } catch {
            throw failure(await reason(behind: error))
        }
    }

    /// A write that fails says only that the channel is closed; why it was closed is what reading
    /// says.
    private mutating func reason(behind error: any Error) async -> any Error {
        do {
            while try await inbound.next(isolation: #isolation) != nil {}
        } catch let earlier {
            return earlier
        }
        return error
    }

    private static func open(
        _ endpoint: SMTPEndpoint, within limit: Span
    ) async throws(GatewayError) -> NIOAsyncChannel<MarkedBytes, ByteBuffer> {
        let start = ContinuousClock.now
        let addresses = try await endpoint.hosts.addresses(of: endpoint.host, within: limit)
        let left = Duration.microseconds(limit.microseconds) - (ContinuousClock.now - start)
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .resolver(KnownAddresses(addresses))
                .connectTimeout(TimeAmount(max(.milliseconds(1), left)))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connect(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let isSecure = endpoint.encryption == .implicit
                        let pipeline = channel.pipeline.syncOperations
                        if isSecure { try pipeline.addHandler(Self.tlsHandler(endpoint)) }
                        try pipeline.addHandler(SecurityMarker(isSecure: isSecure))
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            let isLate = if case .connectTimeout = error as? ChannelError { true } else { false }
            throw GatewayError(
                isLate ? .timedOut : .unreachable,
                isLate
                    ? "no connection to the mail server within \(limit)"
                    : "no connection to the mail server",
                remedy: "check host, port and firewall, and that the server runs",
                cause: CleanText.providerText("\(error)"))
        }
    }

    private static func tlsHandler(_ endpoint: SMTPEndpoint) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: endpoint.host, port: 0)) != nil
        // An address cannot be asked for by name; the certificate must then hold the address.
        return try NIOSSLClientHandler(
            context: endpoint.tls, serverHostname: isAddress ? nil : endpoint.host)
    }

    /// What the end of the connection means: `error` is what was thrown, `nil` for a plain end.
    private func failure(_ error: (any Error)?) -> GatewayError {
        let cause = error.map { CleanText.providerText("\($0)") } ?? ""
        if isHandedOver {
            return GatewayError(
                .unconfirmed, "the mail was handed over and the server never confirmed it",
                remedy: "none: it is sent again with the same Message-ID", cause: cause)
        }
        if deadline.isDue {
            return GatewayError(
                .timedOut, "the mail server did not answer \(stage) in time",
                remedy: "check the server's load and the network between", cause: cause)
        }
        if Task.isCancelled {
            return GatewayError(
                .stopped, "the try was called off at \(stage)", remedy: "none")
        }
        if error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError {
            return GatewayError(
                .encryptionFailed, "TLS with the mail server failed at \(stage)",
                remedy: "check that the certificate names the configured host and is signed by the "
                    + "configured authority", cause: cause)
        }
        return GatewayError(
            .unreachable, "the mail server closed the connection at \(stage)",
            remedy: "see the server's log", cause: cause)
    }

    private static var injected: GatewayError {
        GatewayError(
            .badAnswer, "data came in the clear after the server agreed to TLS",
            remedy: "somebody may be tampering with the connection; use encryption: implicit")
    }
}

/// Closes a channel when its time is up.
private struct ChannelDeadline {
    private let channel: any Channel
    private var due: ContinuousClock.Instant
    private var timer: Scheduled<Void>

    init(_ channel: any Channel, at due: ContinuousClock.Instant) {
        self.channel = channel
        self.due = due
        timer = Self.schedule(channel, at: due)
    }

    /// Whether the time is up.
    var isDue: Bool { ContinuousClock.now >= due }

    /// Moves the deadline forward in time, never back.
    mutating func tighten(to earlier: ContinuousClock.Instant) {
        guard earlier < due else { return }
        timer.cancel()
        due = earlier
        timer = Self.schedule(channel, at: due)
    }

    /// Leaves the channel open.
    func cancel() { timer.cancel() }

    private static func schedule(
        _ channel: any Channel, at due: ContinuousClock.Instant
    ) -> Scheduled<Void> {
        let wait = TimeAmount(due - ContinuousClock.now)
        return channel.eventLoop.scheduleTask(in: max(.zero, wait)) { channel.close(promise: nil) }
    }
}
