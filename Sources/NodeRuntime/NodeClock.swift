package import Basics
import Glibc

/// The one clock of a process: a `SlewedClock` over the machine's. It runs on while the process is
/// stopped, which is how a pause is noticed. *Source:* docs/decisions/0002.
package final class NodeClock: Sendable {
    private let clock: Locked<SlewedClock>

    /// A clock that starts at the wall clock's time.
    package init() {
        clock = Locked(
            SlewedClock(
                elapsed: .microseconds(Self.read(CLOCK_BOOTTIME)),
                wall: Instant(microseconds: Self.read(CLOCK_REALTIME))))
    }

    /// Now. Never earlier than an instant it gave before.
    package func now() -> Instant {
        clock.withLock { clock in
            clock.now(
                elapsed: .microseconds(Self.read(CLOCK_BOOTTIME)),
                wall: Instant(microseconds: Self.read(CLOCK_REALTIME)))
        }
    }

    /// How long the calling thread has computed since it began: time in which it was stopped, or waited,
    /// does not count.
    static func worked() -> Span { .microseconds(read(CLOCK_THREAD_CPUTIME_ID)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
