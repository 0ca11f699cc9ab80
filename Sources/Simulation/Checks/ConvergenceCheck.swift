import Basics

/// L2: equal state within 10 s of healing. L3: a live majority commits within 3 s once healed.
struct ConvergenceCheck {
    static let equalWithin = Span.seconds(10)
    /// 3 s by design 10; where links go on losing every tenth frame or more, a candidacy and a resend
    /// longer.
    let commitWithin: Span

    /// The group that a client founded right after healing, and when.
    private var probe: (group: GroupID, at: Instant)?
    private var isProbeCommitted = false
    /// How long it took until all were equal.
    private(set) var equalAfter: Span?

    init(isVeryLossy: Bool) { commitWithin = isVeryLossy ? .seconds(5) : .seconds(3) }

    /// A request about a new incident was made right after healing.
    mutating func observe(probe group: GroupID, at now: Instant) { probe = (group, now) }

    /// Whether that incident is committed somewhere now.
    mutating func observe(isProbeCommitted: Bool, at now: Instant, into failures: inout Failures) {
        guard let probe, !self.isProbeCommitted else { return }
        failures.checkCount += 1
        if isProbeCommitted {
            self.isProbeCommitted = true
        } else if now - probe.at > commitWithin {
            failures.fail(
                "L3", "\(probe.group.short) is not committed \(now - probe.at) after healing")
        }
    }

    /// Why the regions are not equal yet; `nil` if they are.
    mutating func observe(
        pending reason: String?, after span: Span, into failures: inout Failures
    ) -> Bool {
        failures.checkCount += 1
        guard let reason else {
            equalAfter = span
            return true
        }
        if span > Self.equalWithin {
            failures.fail("L2", "\(span) after healing: \(reason)")
        }
        return false
    }
}
