package import Basics
import Glibc

/// The one clock of a process: wall time at start plus the time since, which never goes back,
/// slewed towards the wall clock so that a corrected wall clock is followed without a jump.
///
/// It runs on while the process is stopped, which is how a pause is noticed. *Source:*
/// docs/decisions/0002.
package final class NodeClock: Sendable {
    /// How much faster or slower than real time it may run while it follows the wall clock.
    private static let slewPerMillion: Int64 = 50_000

    private struct Reading {
        var boot: Int64
        var time: Int64
    }
    private let last: Locked<Reading>

    /// A clock that starts at the wall clock's time.
    package init() {
        last = Locked(Reading(boot: Self.read(CLOCK_BOOTTIME), time: Self.read(CLOCK_REALTIME)))
    }

    /// Now. Never earlier than an instant it gave before.
    package func now() -> Instant {
        last.withLock { last in
            let boot = Self.read(CLOCK_BOOTTIME)
            let elapsed = max(0, boot - last.boot)
            let wall = Self.read(CLOCK_REALTIME)
            let error = wall - (last.time + elapsed)
            let slewMax = elapsed * Self.slewPerMillion / 1_000_000
            last.time += elapsed + min(max(error, -slewMax), slewMax)
            last.boot = boot
            return Instant(microseconds: last.time)
        }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
