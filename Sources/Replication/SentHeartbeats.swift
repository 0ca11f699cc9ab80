import Basics

/// When I sent my last heartbeats: a ring, long enough for the time in which an echo proves
/// anything.
struct SentHeartbeats: Sendable {
    private var ring: [(sequence: UInt64, at: Instant)]

    init(_ config: ReplicationConfig) {
        let span = max(config.freshness, config.majorityLoss).microseconds
        let count = Int(span / max(1, config.heartbeatInterval.microseconds)) + 2
        ring = Array(repeating: (sequence: 0, at: .epoch), count: min(count, 1_024))
    }

    /// Takes note that a heartbeat, numbered from 1, was sent.
    mutating func note(_ sequence: UInt64, at now: Instant) {
        ring[Int(sequence % UInt64(ring.count))] = (sequence, now)
    }

    /// When the heartbeat of this number was sent; `nil` if it is too old, or was never sent.
    func instant(of sequence: UInt64) -> Instant? {
        let slot = ring[Int(sequence % UInt64(ring.count))]
        return slot.sequence == sequence && sequence > 0 ? slot.at : nil
    }
}
