import Basics
import Replication

/// L5: at most 5 term bumps per group per fault, looked at over the last minute; the start counts as
/// one fault, and a fault disturbs when it begins and when it ends.
struct TermCheck {
    static let bumpsPerFault: UInt64 = 5
    static let window = Span.seconds(60)
    /// How long a fault's end may still move terms.
    static let settling = Span.seconds(30)

    private var bumps: [GroupID: [(at: Instant, term: Term)]] = [:]

    /// A member owns a group in a term.
    mutating func observe(
        _ term: Term, of group: GroupID, at now: Instant, faultChanges: UInt64, isLossy: Bool,
        into failures: inout Failures
    ) {
        var recent = bumps[group] ?? []
        recent.removeAll { now - $0.at > Self.window }
        recent.append((now, term))
        bumps[group] = recent
        guard !isLossy, let first = recent.first else { return }
        failures.checkCount += 1
        let limit = Self.bumpsPerFault * (1 + faultChanges)
        if term - min(term, first.term) > limit {
            failures.fail(
                "L5",
                "\(group.short) went from term \(first.term) to \(term) within \(now - first.at), "
                    + "with \(faultChanges) changes by faults")
        }
    }
}
