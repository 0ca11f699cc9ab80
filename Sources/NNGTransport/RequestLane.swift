import Basics
import CNNG

/// One lane to one peer: a REQ socket with several contexts, and the queue before them.
///
/// A request is over when its acknowledgement came, or did not come in time; then its context takes
/// the next message. A lost acknowledgement is a lost message: the core repeats what matters.
final class RequestLane: Sendable {
    private enum Phase: Equatable {
        case free
        case sending(isPing: Bool)
        case awaiting(isPing: Bool)
    }

    private struct Context {
        var handle: nng_ctx
        var slot: AsyncSlot
        var phase = Phase.free
    }

    private struct State {
        var contexts: [Context] = []
        var free: [Int] = []
        var queue: SendQueue
        var isEnded = false
        var acknowledged = 0
        var refusedHere = 0
        var unsent = 0
        var unanswered = 0
        var refused = 0
        var lastStarted: Span?
        var lastHeard: Span?
        var lastAccepted: Span?
        var refusal: String?
    }

    private struct Work {
        var index: Int
        var handle: nng_ctx
        var slot: AsyncSlot
        var head: [UInt8]
        var body: [UInt8]
    }

    let lane: TransportLane
    let socket: DialedSocket
    private let peer: MemberID
    private let timeout: Span
    private let messageHead: [UInt8]
    private let pingHead: [UInt8]
    private let state: Locked<State>
    private let wake: Signal

    /// Opens the socket and its contexts. `wake` is raised when the peer's answers change.
    init(
        _ lane: TransportLane, to peer: MemberID, identity: TransportIdentity,
        socket: DialedSocket, timing: TransportTiming, wake: Signal
    ) throws(TransportError) {
        (self.lane, self.peer, self.socket, self.wake) = (lane, peer, socket, wake)
        timeout = timing.timeout(of: lane)
        messageHead = Envelope(from: identity, to: peer, kind: .message, lane: lane).encoded
        pingHead = Envelope(from: identity, to: peer, kind: .ping, lane: lane).encoded
        state = Locked(
            State(
                queue: SendQueue(
                    messagesMax: TransportBounds.queuedMessagesMax(lane),
                    bytesMax: TransportBounds.queuedBytesMax(lane),
                    patience: timing.timeout(of: lane))))
        for index in 0..<TransportBounds.contextsPerLane {
            do throws(TransportError) {
                try addContext(index)
            } catch {
                closeContexts()
                socket.close()
                throw error
            }
        }
    }

    /// Sends a message as soon as a context is free; `false` if it is too large. Never blocks.
    func send(_ bytes: [UInt8]) -> Bool {
        let now = Uptime.now()
        let isTooLarge = bytes.count + Envelope.byteCount > Limits.peerMessageBytesMax
        let work = state.withLock { state -> Work? in
            guard !isTooLarge, !state.isEnded else {
                state.refusedHere += 1
                return nil
            }
            state.queue.append(bytes, at: now)
            return nextWork(&state, at: now)
        }
        if let work { begin(work) }
        return !isTooLarge
    }

    /// Sends a ping if the lane is connected and has been idle for so long, or is newly connected.
    func pingIfIdle(for interval: Span, at now: Span) {
        guard let connection = socket.connection else { return }
        let work = state.withLock { state -> Work? in
            if let last = state.lastStarted, last >= connection.since, now - last < interval {
                return nil
            }
            guard !state.isEnded, let index = state.free.popLast() else { return nil }
            state.contexts[index].phase = .sending(isPing: true)
            state.lastStarted = now
            return Work(
                index: index, handle: state.contexts[index].handle,
                slot: state.contexts[index].slot, head: pingHead, body: [])
        }
        if let work { begin(work) }
    }

    /// When anything last came from the peer, be it a refusal.
    var lastHeard: Span? { state.withLock { $0.lastHeard } }
    /// When the peer last accepted something.
    var lastAccepted: Span? { state.withLock { $0.lastAccepted } }
    /// Why the peer refused the last request; `nil` if it accepted it.
    var refusal: String? { state.withLock { $0.refusal } }

    /// The lane's status.
    func status(at now: Span) -> LaneStatus {
        let isConnected = socket.connection != nil
        let redials = socket.redials
        return state.withLock { state in
            LaneStatus(
                lane: lane, isConnected: isConnected,
                lastSuccessAge: state.lastAccepted.map { now - $0 },
                inFlight: state.contexts.count - state.free.count, queued: state.queue.count,
                acknowledged: state.acknowledged,
                dropped: state.queue.dropped + state.refusedHere,
                expired: state.queue.expired + state.unsent, unanswered: state.unanswered,
                refused: state.refused, redials: redials)
        }
    }

    /// Ends the lane in the order that libnng demands; blocks. Whether libnng let go of everything:
    /// if it did not, the socket stays open, since closing it would abort the process.
    func end(atMost limit: Span) -> Bool {
        let slots = state.withLock { state in
            state.isEnded = true
            state.queue.removeAll()
            return state.contexts.map(\.slot)
        }
        for slot in slots { slot.cancel() }
        closeContexts()
        let deadline = Uptime.now() + limit
        for slot in slots where !slot.waitUntilQuiet(atMost: deadline - Uptime.now()) {
            return false
        }
        state.withLock { state in (state.contexts, state.free) = ([], []) }
        return socket.close()
    }

    private func addContext(_ index: Int) throws(TransportError) {
        var handle = nng_ctx()
        try NNGCode.check(unsafe nng_ctx_open(&handle, socket.handle), "no REQ context")
        let opened = handle
        do throws(TransportError) {
            let slot = try AsyncSlot { [weak self] outcome in
                self?.advance(index, outcome)
            }
            state.withLock { state in
                state.contexts.append(Context(handle: opened, slot: slot))
                state.free.append(index)
            }
        } catch {
            nng_ctx_close(opened)
            throw error
        }
    }

    private func closeContexts() {
        for handle in state.withLock({ $0.contexts.map(\.handle) }) { nng_ctx_close(handle) }
    }

    /// The next message that waits, and a free context for it.
    private func nextWork(_ state: inout State, at now: Span) -> Work? {
        guard !state.isEnded, let index = state.free.last, let item = state.queue.next(at: now)
        else { return nil }
        state.free.removeLast()
        state.contexts[index].phase = .sending(isPing: false)
        state.lastStarted = now
        return Work(
            index: index, handle: state.contexts[index].handle, slot: state.contexts[index].slot,
            head: messageHead, body: item.bytes)
    }

    private func begin(_ work: Work) {
        do throws(TransportError) {
            let message = try NNGMessage(head: work.head, body: work.body)
            let isStarted = unsafe work.slot.send(message, timeout: timeout) {
                unsafe nng_ctx_send(work.handle, $0)
            }
            if !isStarted { fail(work.index) }
        } catch {
            // No memory for it: the message is lost like any other.
            fail(work.index)
        }
    }

    /// Continues where a context's operation ended; on a thread of libnng.
    private func advance(_ index: Int, _ outcome: consuming AsyncSlot.Outcome) {
        switch consume outcome {
        case .sent: awaitAnswer(index)
        case .received(let reply): settle(index, reply.bytes(0..<reply.count))
        case .failed: fail(index)
        }
    }

    /// Posted only now: a receive posted together with the send can crash libnng on a cancellation.
    private func awaitAnswer(_ index: Int) {
        let context = state.withLock { state -> Context? in
            guard index < state.contexts.count else { return nil }
            if case .sending(let isPing) = state.contexts[index].phase {
                state.contexts[index].phase = .awaiting(isPing: isPing)
            }
            return state.contexts[index]
        }
        guard let context else { return }
        let isStarted = unsafe context.slot.receive(timeout: timeout) {
            unsafe nng_ctx_recv(context.handle, $0)
        }
        if !isStarted { fail(index) }
    }

    private func settle(_ index: Int, _ reply: [UInt8]) {
        let now = Uptime.now()
        let answer = try? Acknowledgement(decoding: reply)
        let isOverloaded = answer?.status == .refused(.overloaded)
        let (work, isNews) = state.withLock { state -> (Work?, Bool) in
            let isPing = finish(index, &state)
            let refusal = isOverloaded ? nil : refusal(in: answer)
            let isNews: Bool
            if isOverloaded {
                // The peer lives and knows us; it lost this one message.
                state.refused += 1
                isNews = false
            } else if let refusal {
                if !isPing { state.refused += 1 }
                isNews = state.refusal != refusal
            } else {
                if !isPing { state.acknowledged += 1 }
                let wasQuiet = state.lastAccepted.map { now - $0 > .milliseconds(500) } ?? true
                isNews = state.refusal != nil || wasQuiet
                state.lastAccepted = now
            }
            state.refusal = refusal
            state.lastHeard = now
            return (nextWork(&state, at: now), isNews)
        }
        if isNews { wake.raise() }
        if let work { begin(work) }
    }

    /// Why an answer is no acceptance; `nil` if it is one.
    private func refusal(in answer: Acknowledgement?) -> String? {
        guard let answer else { return "its answer is malformed" }
        switch answer.status {
        case .taken:
            if answer.responder == peer { return nil }
            return "\(answer.responder) answers at its address"
        case .refused(let reason): return "it refuses: \(reason)"
        case .refusedOtherwise(let code): return "it refuses for a reason unknown here (\(code))"
        }
    }

    private func fail(_ index: Int) {
        let now = Uptime.now()
        let work = state.withLock { state -> Work? in
            guard index < state.contexts.count else { return nil }
            switch state.contexts[index].phase {
            case .free, .sending(isPing: true), .awaiting(isPing: true): break
            case .sending(isPing: false): state.unsent += 1
            case .awaiting(isPing: false): state.unanswered += 1
            }
            _ = finish(index, &state)
            return nextWork(&state, at: now)
        }
        if let work { begin(work) }
    }

    /// Frees a context; whether it had a ping.
    private func finish(_ index: Int, _ state: inout State) -> Bool {
        guard index < state.contexts.count else { return true }
        let phase = state.contexts[index].phase
        guard phase != .free else { return true }
        state.contexts[index].phase = .free
        state.free.append(index)
        return phase == .sending(isPing: true) || phase == .awaiting(isPing: true)
    }
}
