/// A process's clock: wall time at its start plus the time since, which never goes back, slewed
/// towards the wall clock so that a corrected wall clock is followed without a jump.
///
/// A value, so that the node's runtime and the simulator keep time by the same rule. *Source:*
/// docs/decisions/0002.
public struct SlewedClock: Sendable {
    /// How much faster or slower than real time it may run while it follows the wall clock.
    public static let slewPerMillion: Int64 = 50_000

    private var elapsed: Span
    private var time: Instant

    /// A clock that starts at the wall clock's time; `elapsed` is read from a clock that never
    /// jumps and runs on while the process is stopped.
    public init(elapsed: Span, wall: Instant) { (self.elapsed, time) = (elapsed, wall) }

    /// Now. Never earlier than an instant it gave before.
    public mutating func now(elapsed reading: Span, wall: Instant) -> Instant {
        let passed = max(.zero, reading - elapsed)
        let error = (wall - (time + passed)).microseconds
        let slewMax = passed.microseconds * Self.slewPerMillion / 1_000_000
        time = time + passed + .microseconds(min(max(error, -slewMax), slewMax))
        elapsed = reading
        return time
    }
}
