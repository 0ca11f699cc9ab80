import Basics

/// What keeps the regions from having come to rest.
enum Pending {
    /// Not every process is in a state to be asked.
    case everything(String)
    /// These incidents differ; all others are equal.
    case incidents([(group: GroupID, reason: String)])
}

/// L2: equal state within 10 s of healing. L3: a live majority commits within 3 s once healed.
///
/// Paging goes on after healing, so incidents differ again for the moment that a new page takes to
/// be known: what is asked is that every incident is equal everywhere once within the bound, and all
/// of them at once in the end.
struct ConvergenceCheck {
    /// Merges go from log to log, one after the other: over slow links they take longer.
    var equalWithin = Span.seconds(10)
    /// Nobody answers a page any more by then.
    var atRestWithin = Span.seconds(60)
    /// For round trips of up to 160 ms; a founding takes four of them.
    var commitWithin = Span.seconds(3)

    /// The group that a client founded right after healing, and when.
    private var probe: (group: GroupID, at: Instant)?
    private var isProbeCommitted = false
    /// Incidents that were not equal at any look so far; `nil` before the first.
    private var neverEqual: [(group: GroupID, reason: String)]?

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

    /// Looks at what still differs, `span` after healing; says whether all is at rest.
    mutating func observe(
        _ pending: Pending, after span: Span, into failures: inout Failures
    ) -> Bool {
        failures.checkCount += 1
        switch pending {
        case .everything(let reason):
            if span > equalWithin { failures.fail("L2", "\(span) after healing: \(reason)") }
            return false
        case .incidents(let differing):
            neverEqual = differing.filter { entry in
                neverEqual?.contains { $0.group == entry.group } ?? true
            }
            if span > equalWithin, let first = neverEqual?.first {
                failures.fail("L2", "\(span) after healing: \(first.group.short): \(first.reason)")
            }
            if span > atRestWithin, let first = differing.first {
                failures.fail(
                    "L2", "no rest \(span) after healing: \(first.group.short): \(first.reason)")
            }
            return differing.isEmpty
        }
    }
}
