import Basics
import CNNG
import Glibc

/// Closes dialers and listeners of libnng so that nothing of theirs is freed while a callback still
/// ends it.
///
/// In libnng before 1.12, whoever stops an operation believes it over while the thread that
/// finishes it stands between two locks (nng #2208). Over TLS that is fatal: closing an endpoint
/// whose connect or accept is under way makes a task thread finish an operation of the endpoint,
/// and libnng's reaper thread frees that operation at the same time. The process then aborts with
/// `pthread_mutex_lock: Invalid argument`.
///
/// So the reaper is held while an endpoint is closed, and until every task that the closing has
/// caused is over. *Source:* decision record 0003.
enum QuietClose {
    /// How long the reaper may take to come: it may be amid a long clean-up.
    private static let reaperLimit = Span.seconds(3)
    /// How long the task threads may take to come to an end of what they are at.
    private static let taskLimit = Span.seconds(1)
    /// An end travels in at most three tasks from a TCP connection to its user, each task started
    /// by the one before it.
    private static let taskGenerations = 3

    /// What was closed in this process, for tests.
    struct Tally: Equatable, Sendable {
        /// Endpoints closed.
        var closed = 0
        /// Of these, how many while a task thread did not come to an end in time.
        var unquiet = 0
        /// Endpoints left open because the reaper did not come in time.
        var leftOpen = 0
    }

    private static let counted = Locked(Tally())

    /// What was closed so far.
    static var tally: Tally { counted.withLock { $0 } }

    /// Closes a dialer and its connection; blocks for about a millisecond, and never on a thread
    /// of libnng. *Errors:* `libraryFailure` if the reaper does not come: it is not closed then.
    static func close(_ dialer: nng_dialer) throws(TransportError) {
        try whileReaperIsHeld { nng_dialer_close(dialer) }
    }

    /// The same for a listener and its connections.
    static func close(_ listener: nng_listener) throws(TransportError) {
        try whileReaperIsHeld { nng_listener_close(listener) }
    }

    /// Runs what closes an endpoint, and lets the reaper go when all that it set off is over.
    static func whileReaperIsHeld(_ close: () -> Void) throws(TransportError) {
        let hold = try ReaperHold()
        guard hold.waitUntilHeld(atMost: reaperLimit) else {
            hold.release()
            counted.withLock { $0.leftOpen += 1 }
            throw TransportError(
                .libraryFailure,
                "libnng's reaper thread has not come for \(reaperLimit.milliseconds) ms: if this "
                    + "stays so, restart the process")
        }
        close()
        var isQuiet = true
        for _ in 0..<taskGenerations where isQuiet {
            isQuiet = TaskBarrier.pass(threads: NNGLibrary.taskThreads, atMost: taskLimit)
        }
        hold.release()
        counted.withLock { tally in
            tally.closed += 1
            if !isQuiet { tally.unquiet += 1 }
        }
    }
}

/// Holds libnng's reaper: an operation of ours that is given to it to be freed is first cancelled,
/// on its thread, and we take our time over that.
final class ReaperHold: Sendable {
    /// Longer than whoever holds it may take, so that a defect there stops the reaper for a while
    /// only.
    private static let limit = Span.seconds(10)

    private let held = Signal()
    private let released = Signal()

    /// Sends for the reaper. *Errors:* `outOfResources`.
    init() throws(TransportError) {
        _ = NNGLibrary.taskThreads
        var allocated: OpaquePointer?
        try NNGCode.check(
            unsafe nng_aio_alloc(&allocated, nil, nil), "no memory to hold the reaper")
        guard let aio = unsafe allocated else { return }
        _ = unsafe nng_aio_begin(aio)
        unsafe nng_aio_defer(
            aio,
            { aio, argument, code in
                guard let aio = unsafe aio, let argument = unsafe argument else { return }
                unsafe Unmanaged<ReaperHold>.fromOpaque(argument).takeRetainedValue().stay()
                unsafe nng_aio_finish(aio, code)
            }, Unmanaged.passRetained(self).toOpaque())
        unsafe nng_aio_reap(aio)
    }

    /// Waits until the reaper is held, at most so long; whether it is.
    func waitUntilHeld(atMost limit: Span) -> Bool { held.wait(atMost: limit) }

    /// Lets the reaper go, or not be held when it comes.
    func release() { released.raise() }

    private func stay() {
        held.raise()
        released.wait(atMost: Self.limit)
    }
}

/// A task for each of libnng's task threads that waits for the others: when all have met, every
/// task that was started before is over, since they are taken in order.
final class TaskBarrier: Sendable {
    private let threads: Int
    private let limit: Span
    private let arrived = Locked(0)
    private let haveAllMet = Signal()
    private let mayGo = Signal()

    private init(threads: Int, atMost limit: Span) { (self.threads, self.limit) = (threads, limit) }

    /// Blocks until all threads have met, at most so long; whether they have. One call at a time
    /// in the process, else two barriers wait for each other: the held reaper sees to that.
    static func pass(threads: Int, atMost limit: Span) -> Bool {
        let barrier = TaskBarrier(threads: threads, atMost: limit)
        defer { barrier.mayGo.raise() }
        for _ in 0..<threads where !barrier.startTask() { return false }
        return barrier.haveAllMet.wait(atMost: limit)
    }

    private func startTask() -> Bool {
        let this = unsafe Unmanaged.passRetained(self)
        var allocated: OpaquePointer?
        let code = unsafe nng_aio_alloc(
            &allocated,
            { argument in
                guard let argument = unsafe argument else { return }
                unsafe Unmanaged<TaskBarrier>.fromOpaque(argument).takeRetainedValue().meet()
            }, this.toOpaque())
        guard code == 0, let aio = unsafe allocated else {
            unsafe this.release()
            return false
        }
        _ = unsafe nng_aio_begin(aio)
        unsafe nng_aio_finish(aio, 0)
        // The reaper, once it is let go, waits for the task before it frees this.
        unsafe nng_aio_reap(aio)
        return true
    }

    private func meet() {
        let isLast = arrived.withLock { count in
            count += 1
            return count == threads
        }
        if isLast { haveAllMet.raise() }
        // Whoever waits for the meeting ends it; the longer limit is for a defect there.
        mayGo.wait(atMost: limit * 2)
    }
}
