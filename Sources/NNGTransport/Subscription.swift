import Basics
import CNNG

/// The SUB socket to one peer. One receive is always posted; its callback drains what else is
/// there, hands it over in one go and posts the next. It is never cancelled and has no time-out:
/// libnng can crash on either (nng #1523, #1682); closing the socket ends it.
final class Subscription: Sendable {
    private struct State {
        var isIdle = true
        var isEnded = false
        var lastHeard: Span?
        var received = 0
    }

    let socket: DialedSocket
    private let peer: MemberID
    private let admission: Admission
    private let roster: Locked<MemberRoster>
    private let deliver: @Sendable ([TransportEvent]) -> Void
    private let ledger: RefusalLedger
    private let state = Locked(State())
    // Set once, right after the slot that needs `self`.
    private let slot = Locked<AsyncSlot?>(nil)

    init(
        to peer: MemberID, identity: TransportIdentity, socket: DialedSocket,
        roster: Locked<MemberRoster>, ledger: RefusalLedger,
        deliver: @escaping @Sendable ([TransportEvent]) -> Void
    ) throws(TransportError) {
        (self.peer, self.socket, self.roster) = (peer, socket, roster)
        (self.ledger, self.deliver) = (ledger, deliver)
        admission = Admission(for: identity)
        do throws(TransportError) {
            let made = try AsyncSlot { [weak self] outcome in
                self?.advance(outcome)
            }
            slot.withLock { $0 = made }
        } catch {
            socket.close()
            throw error
        }
        receiveIfIdle()
    }

    /// When anything last came from the peer.
    var lastHeard: Span? { state.withLock { $0.lastHeard } }

    /// Starts to receive again if the last receive failed; now and then, on a keeper.
    func receiveIfIdle() {
        let isDue = state.withLock { state in
            defer { state.isIdle = false }
            return state.isIdle && !state.isEnded
        }
        if isDue { receive() }
    }

    /// The subscription's status.
    func status(at now: Span) -> SubscriptionStatus {
        let isConnected = socket.connection != nil
        let redials = socket.redials
        return state.withLock { state in
            SubscriptionStatus(
                isConnected: isConnected, lastHeardAge: state.lastHeard.map { now - $0 },
                received: state.received, redials: redials)
        }
    }

    /// Closes the socket, which ends the receive; blocks. Whether libnng let go of everything.
    func end(atMost limit: Span) -> Bool {
        state.withLock { $0.isEnded = true }
        let slot = slot.withLock { $0 }
        slot?.allowNoMore()
        guard socket.close() else { return false }
        return slot?.waitUntilQuiet(atMost: limit) ?? true
    }

    private func receive() {
        guard let slot = slot.withLock({ $0 }) else { return }
        let handle = socket.handle
        _ = unsafe slot.receive(timeout: nil) { unsafe nng_recv_aio(handle, $0) }
    }

    private func advance(_ outcome: consuming AsyncSlot.Outcome) {
        switch consume outcome {
        case .sent: halt("a subscription has sent something")
        case .received(let first):
            take(first)
            receive()
        case .failed:
            state.withLock { $0.isIdle = true }
        }
    }

    private func take(_ first: borrowing NNGMessage) {
        var events: [TransportEvent] = []
        judge(first, into: &events)
        for _ in 1..<TransportBounds.subscriptionBatchMax {
            var next: OpaquePointer?
            let code = unsafe nng_recvmsg(socket.handle, &next, Int32(NNG_FLAG_NONBLOCK))
            guard code == 0, let next = unsafe next else { break }
            judge(unsafe NNGMessage(adopting: next), into: &events)
        }
        let count = events.count
        let now = Uptime.now()
        state.withLock { state in
            state.lastHeard = now
            state.received += count
        }
        if !events.isEmpty { deliver(events) }
    }

    /// The connection's certificate was checked when it was made.
    private func judge(_ message: borrowing NNGMessage, into events: inout [TransportEvent]) {
        let head = message.bytes(0..<Envelope.byteCount)
        let verdict = roster.withLock {
            admission.judge(head, at: .subscription(to: peer), over: .unproven, &$0)
        }
        switch verdict {
        case .ping: break
        case .take:
            let body = message.bytes(Envelope.byteCount..<message.count)
            events.append(.published(from: peer, bytes: body))
        case .refuse(let reason, let sender, let detail):
            ledger.record(reason, of: sender, "\(detail); published at the address of \(peer)")
        }
    }
}
