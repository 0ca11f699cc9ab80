import Basics
import Glibc

/// Time since the machine's start, for measuring spans; it never goes back.
enum Uptime {
    static func now() -> Span {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Span(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

/// A flag that threads raise and wait for. Sendable by hand: the flag is reached under the mutex
/// only.
@safe
final class Signal: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isRaised = false

    /// A signal that is not raised.
    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let code = unsafe pthread_mutex_init(mutex, nil) | pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
        require(code == 0, "a mutex or condition could not be made: \(code)")
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Wakes all that wait, or the next that will.
    func raise() {
        unsafe pthread_mutex_lock(mutex)
        isRaised = true
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Waits until it is raised, at most so long; whether it was. Stays raised unless `lowering`.
    @discardableResult
    func wait(atMost limit: Span, lowering: Bool = false) -> Bool {
        let end = Uptime.now() + limit
        var deadline = timespec(
            tv_sec: Int(end.microseconds / 1_000_000),
            tv_nsec: Int(end.microseconds % 1_000_000) * 1_000)
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while !isRaised {
            guard unsafe pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { break }
        }
        let wasRaised = isRaised
        if lowering { isRaised = false }
        return wasRaised
    }
}

/// Threads of the transport's own, for what may block: closing a dialer, resolving a name.
enum TransportThread {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            (self.name, self.run) = (name, run)
        }
    }

    /// Runs `body` on a new, detached thread; the first 15 bytes of the name are shown by `ps -L`.
    /// *Errors:* `outOfResources` if the system gives no thread.
    static func start(
        _ name: String, _ body: @escaping @Sendable () -> Void
    ) throws(TransportError) {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Body(name: name, run: body)).toOpaque()
        let code = unsafe pthread_create(&thread, nil, main, argument)
        guard code == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(argument).release()
            throw TransportError(
                .outOfResources, "no thread for \(name): raise the limit of threads (errno \(code))"
            )
        }
        pthread_detach(thread)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { argument in
            guard let argument = unsafe argument else { return nil }
            let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
            rename(to: body.name)
            body.run()
            return nil
        }

    /// Names the calling thread. By way of /proc, since glibc shows `pthread_setname_np` to C only;
    /// a thread without its name works as well.
    private static func rename(to name: String) {
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = unsafe write(file, bytes, bytes.count)
        close(file)
    }
}
