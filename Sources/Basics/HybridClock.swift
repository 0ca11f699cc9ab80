/// A hybrid logical timestamp: 48 bits of milliseconds since 1970, 16 bits of counter.
///
/// It orders causes before effects between regions and stays close to wall time.
/// *Source:* Kulkarni et al., "Logical Physical Clocks" (2014), algorithm of figure 5.
public struct HybridTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds << 16 | counter.
    public var raw: UInt64
    /// The timestamp of these bits.
    public init(raw: UInt64) { self.raw = raw }
    /// The first timestamp at an instant.
    public init(_ instant: Instant) { raw = UInt64(max(0, instant.milliseconds)) << 16 }
    /// Before everything.
    public static let zero = HybridTime(raw: 0)
    /// The next one; the last of all is its own.
    public var next: HybridTime { HybridTime(raw: raw == .max ? .max : raw + 1) }
    /// The instant of its physical part.
    public var instant: Instant { Instant(milliseconds: Int64(raw >> 16)) }
    public static func < (a: HybridTime, b: HybridTime) -> Bool { a.raw < b.raw }
    /// The physical part and, behind `+`, the counter.
    public var description: String { "\(instant)+\(raw & 0xFFFF)" }
}

/// A node's hybrid logical clock.
public struct HybridClock: Equatable, Sendable {
    /// The last timestamp given out or seen.
    public private(set) var last: HybridTime

    /// A clock that will only give out timestamps after `last`.
    public init(last: HybridTime = .zero) { self.last = last }

    /// A new timestamp, later than all given out or seen before.
    public mutating func tick(at now: Instant) -> HybridTime {
        last = max(HybridTime(now), last.next)
        return last
    }

    /// Takes note of a timestamp that was received.
    ///
    /// A timestamp more than a day ahead is not followed: one mad clock must not drag the others
    /// along.
    public mutating func observe(_ seen: HybridTime, at now: Instant) {
        guard seen.instant - now < .hours(24) else { return }
        last = max(last, seen)
    }
}
