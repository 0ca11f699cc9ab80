import Basics

/// What I know of one voter, myself included, and whether we hear each other.
///
/// A peer is two-way fresh while it has echoed a heartbeat that I sent at most `freshness` ago. The
/// time at which its heartbeat arrives proves nothing: a process that was stopped and goes on reads
/// messages that are 20 s old. *Source:* design 4, "Liveness fabric"; facts, "After SIGSTOP".
struct Peer: Sendable {
    enum Contact: Sendable {
        /// Since my start it has not been two-way fresh, and may yet be.
        case unknown
        case fresh
        case lost
    }

    let id: MemberID
    let isWitness: Bool
    var contact: Contact = .unknown
    /// Its incarnation as of its newest heartbeat.
    var incarnation: Incarnation?
    /// The number of that heartbeat, and when it arrived; for my echo only.
    var sequence: UInt64 = 0
    var arrival: Instant = .epoch
    /// Whom it has heard and when, by the echoes of that heartbeat.
    var heard: [(member: MemberID, at: Instant)] = []
    /// When I sent the newest heartbeat that it echoed.
    var lastProof: Instant?
    /// Whether a connection was refused since then.
    var isRefused = false
    /// A smoothed estimate; `nil` before the first echo.
    var roundTrip: Span?
    /// How far its clock is ahead of mine, give or take half a round trip; `nil` before the first echo.
    var clockAhead: Span?
    /// The list of groups I lead that it has not acknowledged completely.
    var digestOut: DigestOut? {
        didSet { digestResendAt = digestOut?.resendAt ?? .distantFuture }
    }
    /// When what of it is unanswered is sent again: by itself, for it is asked at every step.
    private(set) var digestResendAt = Instant.distantFuture
    /// The list of groups it leads that I am receiving.
    var digestIn: DigestIn?

    init(_ voter: Voter) { (id, isWitness) = (voter.id, voter.isWitness) }

    /// Whether sending it more than once makes sense.
    var isReachable: Bool {
        switch contact {
        case .unknown, .fresh: true
        case .lost: false
        }
    }

    var isFresh: Bool {
        switch contact {
        case .fresh: true
        case .unknown, .lost: false
        }
    }

    /// When it stops being fresh if no further proof comes.
    func expiry(_ config: ReplicationConfig) -> Instant {
        guard let lastProof else { return .distantFuture }
        return lastProof + (isRefused ? config.refusedSuspicion : config.freshness)
    }

    /// Takes note of a round trip that ends now, and of the peer's clock in the middle of it. One that took
    /// longer than freshness lasts says that a process was stopped, not that the network is slow; elections
    /// would wait for it long after.
    mutating func measure(
        _ sample: Span, sentAt: Instant, at now: Instant, _ config: ReplicationConfig
    ) {
        guard sample <= config.freshness else { return }
        let sample = max(sample, .zero)
        clockAhead = sentAt - (now - Span(microseconds: sample.microseconds / 2))
        guard let old = roundTrip else {
            roundTrip = sample
            return
        }
        roundTrip = Span(microseconds: (old.microseconds * 7 + sample.microseconds) / 8)
    }
}

/// A digest on its way out.
struct DigestOut: Sendable {
    var round: UInt64
    /// The parts exactly as they were sent, so that an answer to an older copy still holds; `nil`
    /// once they are acknowledged.
    var parts: [[GroupDigest]?]
    /// When what is unanswered is sent again.
    var resendAt: Instant
}

/// A digest on its way in.
struct DigestIn: Sendable {
    var round: UInt64
    var received: [Bool]
    var isComplete: Bool { received.allSatisfy { $0 } }
}
