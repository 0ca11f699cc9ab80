import Basics
import CNNG
import Logging

/// The PUB socket: for what may be lost because the next one supersedes it.
final class Publisher: Sendable {
    private struct State {
        var isEnded = false
        var published = 0
        var dropped = 0
        var hasToldOversized = false
        var lastSent: Span?
    }

    let socket: ListenedSocket
    private let messageHead: [UInt8]
    private let pingHead: [UInt8]
    private let logger: Logger
    private let state = Locked(State())

    init(_ socket: ListenedSocket, identity: TransportIdentity, logger: Logger) {
        (self.socket, self.logger) = (socket, logger)
        messageHead =
            Envelope(from: identity, to: Envelope.everybody, kind: .publication, lane: .urgent)
            .encoded
        pingHead =
            Envelope(from: identity, to: Envelope.everybody, kind: .publishedPing, lane: .urgent)
            .encoded
    }

    /// Publications sent, without pings, and dropped.
    var counts: (published: Int, dropped: Int) {
        state.withLock { ($0.published, $0.dropped) }
    }

    /// Sends a message to all that are subscribed now. Never blocks.
    func publish(_ bytes: [UInt8]) {
        guard bytes.count + Envelope.byteCount <= Limits.peerMessageBytesMax else {
            let isNews = state.withLock { state in
                defer { state.hasToldOversized = true }
                state.dropped += 1
                return !state.hasToldOversized
            }
            if isNews {
                logger.error(
                    "a publication of \(bytes.count) bytes is too large and was dropped: a defect")
            }
            return
        }
        let isSent = send(head: messageHead, body: bytes)
        state.withLock { state in
            if isSent { state.published += 1 } else { state.dropped += 1 }
        }
    }

    /// Publishes a ping if nothing was published for so long: subscribers watch for silence.
    func pingIfIdle(for interval: Span, at now: Span) {
        let isIdle = state.withLock { state in
            state.lastSent.map { now - $0 >= interval } ?? true
        }
        if isIdle { _ = send(head: pingHead, body: []) }
    }

    /// Closes the socket; blocks until libnng has let go of it.
    func end() {
        state.withLock { $0.isEnded = true }
        if !socket.close() {
            logger.error("the publish listener does not end and is left to the process")
        }
    }

    private func send(head: [UInt8], body: [UInt8]) -> Bool {
        let now = Uptime.now()
        let mayGo = state.withLock { state in
            if !state.isEnded { state.lastSent = now }
            return !state.isEnded
        }
        guard mayGo, let message = try? NNGMessage(head: head, body: body) else { return false }
        // After success the message is libnng's, after failure ours.
        let pointer = unsafe message.take()
        let code = unsafe nng_sendmsg(socket.handle, pointer, Int32(NNG_FLAG_NONBLOCK))
        guard code != 0 else { return true }
        unsafe nng_msg_free(pointer)
        return false
    }
}
