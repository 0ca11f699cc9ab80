import Basics
import CNNG

/// The REP socket with its contexts: each request is judged, its body posted, and answered at once.
///
/// The answer says that the message is in this process, not that it was acted on.
final class RequestServer: Sendable {
    private struct Context {
        var handle: nng_ctx
        var slot: AsyncSlot
        /// No operation runs on it, and the keeper is to start one.
        var isIdle = false
    }

    private struct State {
        var contexts: [Context] = []
        var isEnded = false
        /// When each member last sent a request, for the publisher's connections.
        var lastRequest: [MemberID: Span] = [:]
    }

    let socket: ListenedSocket
    private let admission: Admission
    private let roster: Locked<MemberRoster>
    private let identity: TransportIdentity
    private let outlet: EventOutlet
    private let ledger: RefusalLedger
    private let answerTimeout: Span
    private let state = Locked(State())

    /// Opens the contexts and waits for requests on all of them.
    init(
        _ socket: ListenedSocket, identity: TransportIdentity, roster: Locked<MemberRoster>,
        outlet: EventOutlet, ledger: RefusalLedger, timing: TransportTiming
    ) throws(TransportError) {
        (self.socket, self.identity, self.roster) = (socket, identity, roster)
        (self.outlet, self.ledger) = (outlet, ledger)
        admission = Admission(for: identity)
        answerTimeout = timing.urgentTimeout
        do throws(TransportError) {
            for index in 0..<TransportBounds.replyContexts { try addContext(index) }
        } catch {
            _ = end(atMost: .seconds(1))
            throw error
        }
        receiveWhereIdle()
    }

    /// Starts to receive again where an operation failed; now and then, on a keeper: a context that
    /// fails at once must not spin.
    func receiveWhereIdle() {
        let idle = state.withLock { state in
            guard !state.isEnded else { return [Int]() }
            return state.contexts.indices.filter { state.contexts[$0].isIdle }
        }
        for index in idle { receive(index) }
    }

    /// When a member last sent a request.
    func lastRequest(of member: MemberID) -> Span? { state.withLock { $0.lastRequest[member] } }

    /// Ends the contexts and closes the socket in the order that libnng demands; blocks. Whether
    /// libnng let go of everything.
    func end(atMost limit: Span) -> Bool {
        let contexts = state.withLock { state in
            state.isEnded = true
            return state.contexts
        }
        for context in contexts { context.slot.cancel() }
        for context in contexts { nng_ctx_close(context.handle) }
        let deadline = Uptime.now() + limit
        for context in contexts
        where !context.slot.waitUntilQuiet(atMost: deadline - Uptime.now()) {
            return false
        }
        state.withLock { $0.contexts = [] }
        return socket.close()
    }

    private func addContext(_ index: Int) throws(TransportError) {
        var handle = nng_ctx()
        try NNGCode.check(unsafe nng_ctx_open(&handle, socket.handle), "no REP context")
        let opened = handle
        do throws(TransportError) {
            let slot = try AsyncSlot { [weak self] outcome in
                self?.advance(index, outcome)
            }
            state.withLock {
                $0.contexts.append(Context(handle: opened, slot: slot, isIdle: true))
            }
        } catch {
            nng_ctx_close(opened)
            throw error
        }
    }

    private func context(_ index: Int, isIdle: Bool) -> Context? {
        state.withLock { state in
            guard index < state.contexts.count else { return nil }
            state.contexts[index].isIdle = isIdle
            return state.contexts[index]
        }
    }

    private func receive(_ index: Int) {
        guard let context = context(index, isIdle: false) else { return }
        _ = unsafe context.slot.receive(timeout: nil) { unsafe nng_ctx_recv(context.handle, $0) }
    }

    /// Continues where a context's operation ended; on a thread of libnng.
    private func advance(_ index: Int, _ outcome: consuming AsyncSlot.Outcome) {
        switch consume outcome {
        case .sent: receive(index)
        case .received(let request): answer(index, judge(request))
        case .failed: _ = context(index, isIdle: true)
        }
    }

    private func answer(_ index: Int, _ status: Acknowledgement.Status) {
        let bytes = Acknowledgement(
            wireVersion: identity.wireVersion, status: status, responder: identity.member
        ).encoded
        guard let context = context(index, isIdle: false) else { return }
        do throws(TransportError) {
            let reply = try NNGMessage(head: bytes, body: [])
            _ = unsafe context.slot.send(reply, timeout: answerTimeout) {
                unsafe nng_ctx_send(context.handle, $0)
            }
        } catch {
            // No memory for 24 bytes: the requester's time-out tells it.
            _ = self.context(index, isIdle: true)
        }
    }

    private func judge(_ request: borrowing NNGMessage) -> Acknowledgement.Status {
        let pipe = request.pipe
        let now = Uptime.now()
        guard let inbound = socket.inbound(pipe) else { return .refused(.malformed) }
        socket.noteHeard(pipe, at: now)
        let head = request.bytes(0..<Envelope.byteCount)
        let verdict = roster.withLock {
            admission.judge(head, at: .requests, over: inbound.identity, &$0)
        }
        switch verdict {
        case .ping(let envelope):
            noteRequest(of: envelope.sender, at: now)
            return .taken
        case .take(let envelope):
            noteRequest(of: envelope.sender, at: now)
            let event = TransportEvent.received(
                from: envelope.sender, lane: envelope.lane,
                bytes: request.bytes(Envelope.byteCount..<request.count))
            switch outlet.postMessage(event) {
            case .taken: return .taken
            case .closed: return .refused(.stopping)
            case .full:
                ledger.record(
                    .overloaded, of: envelope.sender,
                    "messages of \(envelope.sender) are dropped: this process does not keep up")
                return .refused(.overloaded)
            }
        case .refuse(let reason, let sender, let detail):
            ledger.record(reason, of: sender, "\(detail); it came from \(inbound.address)")
            return .refused(reason)
        }
    }

    private func noteRequest(of member: MemberID, at now: Span) {
        state.withLock { $0.lastRequest[member] = now }
    }
}
