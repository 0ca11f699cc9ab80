import Basics
import CNNG

/// One `nng_aio` and the rules by which libnng may be given it:
///
/// * at most one operation at a time; while one runs, libnng holds the slot by a retain of its own;
/// * an operation is started under the lock that also guards its cancellation, so that a
/// cancellation
///   cannot fall between the two halves of a start and be lost;
/// * after `cancel` nothing starts any more; `nng_aio_stop` is never used, because an operation
/// started
///   after it would never call back;
/// * the memory is given to libnng's reaper, since the last reference may go on a thread of libnng.
///
/// Sendable by hand: the aio is touched under the lock or by the one callback of its operation.
@safe
final class AsyncSlot: @unchecked Sendable {
    /// How an operation ended.
    enum Outcome: ~Copyable {
        case sent
        case received(NNGMessage)
        case failed(NNGCode)
    }

    private struct State {
        var isBusy = false
        var isSending = false
        var isCanceled = false
        var callbacksRunning = 0
        var isQuiet: Bool { !isBusy && callbacksRunning == 0 }
    }

    private let state = Locked(State())
    private let quiet = Signal()
    private let onOutcome: @Sendable (consuming Outcome) -> Void
    // Set once, right after the allocation that needs `self`.
    private var aio: OpaquePointer?

    /// A slot whose operations end in `onOutcome`, on a thread of libnng that must not be held up.
    /// *Errors:* `outOfResources`.
    init(_ onOutcome: @escaping @Sendable (consuming Outcome) -> Void) throws(TransportError) {
        self.onOutcome = onOutcome
        _ = NNGLibrary.taskThreads
        unsafe aio = nil
        var allocated: OpaquePointer?
        let code = unsafe nng_aio_alloc(
            &allocated,
            { argument in
                guard let argument = unsafe argument else { return }
                unsafe Unmanaged<AsyncSlot>.fromOpaque(argument).takeRetainedValue().complete()
            }, Unmanaged.passUnretained(self).toOpaque())
        try NNGCode.check(code, "no memory for an asynchronous operation")
        unsafe aio = allocated
    }

    deinit {
        if let aio = unsafe aio { unsafe nng_aio_reap(aio) }
    }

    /// Starts to send a message; whether it was started. Otherwise the message is freed.
    @discardableResult
    func send(
        _ message: consuming NNGMessage, timeout: Span, _ start: (OpaquePointer) -> Void
    ) -> Bool {
        let pointer = unsafe message.take()
        let isStarted = unsafe begin(sending: pointer, timeout: timeout, start)
        if !isStarted { unsafe nng_msg_free(pointer) }
        return isStarted
    }

    /// Starts to receive a message; whether it was started. Without a time-out it waits for ever.
    @discardableResult
    func receive(timeout: Span?, _ start: (OpaquePointer) -> Void) -> Bool {
        unsafe begin(sending: nil, timeout: timeout, start)
    }

    /// Ends the running operation and allows no other.
    func cancel() {
        state.withLock { state in
            state.isCanceled = true
            if state.isBusy, let aio = unsafe aio { unsafe nng_aio_cancel(aio) }
        }
    }

    /// Allows no other operation and lets the running one end by itself.
    func allowNoMore() {
        state.withLock { $0.isCanceled = true }
    }

    /// Waits until no operation and no callback runs, at most so long; whether that is so.
    /// Only after `cancel` or `allowNoMore`.
    func waitUntilQuiet(atMost limit: Span) -> Bool {
        if state.withLock({ $0.isQuiet }) { return true }
        quiet.wait(atMost: limit)
        return state.withLock { $0.isQuiet }
    }

    private func begin(
        sending message: OpaquePointer?, timeout: Span?, _ start: (OpaquePointer) -> Void
    ) -> Bool {
        state.withLock { state in
            guard !state.isCanceled, let aio = unsafe aio else { return false }
            require(!state.isBusy, "a second operation was started on a busy slot")
            state.isBusy = true
            state.isSending = unsafe message != nil
            unsafe nng_aio_set_timeout(aio, timeout.map { Int32($0.milliseconds) } ?? -1)
            unsafe nng_aio_set_msg(aio, message)
            _ = unsafe Unmanaged.passRetained(self)
            unsafe start(aio)
            return true
        }
    }

    /// libnng's callback. After a successful send the message is libnng's, after a failed one ours.
    private func complete() {
        guard let aio = unsafe aio else { return }
        let code = unsafe NNGCode(nng_aio_result(aio))
        let message = unsafe nng_aio_get_msg(aio)
        unsafe nng_aio_set_msg(aio, nil)
        let wasSending = state.withLock { state in
            state.isBusy = false
            state.callbacksRunning += 1
            return state.isSending
        }
        if code != .ok {
            if wasSending, let message = unsafe message { unsafe nng_msg_free(message) }
            onOutcome(.failed(code))
        } else if wasSending {
            onOutcome(.sent)
        } else if let message = unsafe message {
            unsafe onOutcome(.received(NNGMessage(adopting: message)))
        } else {
            onOutcome(.failed(.tryAgain))
        }
        let isOver = state.withLock { state in
            state.callbacksRunning -= 1
            return state.isQuiet && state.isCanceled
        }
        if isOver { quiet.raise() }
    }
}
