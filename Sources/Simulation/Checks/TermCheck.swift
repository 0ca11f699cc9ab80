import Basics
import Replication

/// L5: at most 5 term bumps per group per fault, looked at over the last minute: the terms of all
/// members count as they are written down, of those who stood in vain as well. A fault's beginning and its end
/// each disturb, and so does a hand-over; the start counts as one fault.
struct TermCheck {
    static let bumpsPerFault: UInt64 = 5
    static let window = Span.seconds(60)
    /// How long a fault's end may still move terms.
    static let settling = Span.seconds(30)

    private var highest: [GroupID: Term] = [:]
    private var bumps: [GroupID: [(at: Instant, count: UInt64)]] = [:]

    /// A member has written down that a group is in a term; `faultChanges` is how many faults began or ended
    /// meanwhile.
    mutating func observe(
        _ term: Term, of group: GroupID, at now: Instant, faultChanges: @autoclosure () -> UInt64,
        into failures: inout Failures
    ) {
        let known = highest[group] ?? 0
        guard term > known else { return }
        highest[group] = term
        var recent = bumps[group] ?? []
        recent.removeAll { now - $0.at > Self.window }
        recent.append((now, term - known))
        bumps[group] = recent
        failures.checkCount += 1
        let sum = recent.reduce(0) { $0 + $1.count }
        guard sum > Self.bumpsPerFault else { return }
        let changes = faultChanges()
        let limit = Self.bumpsPerFault * (1 + changes / 2)
        guard sum > limit else { return }
        failures.fail(
            "L5",
            "\(group.short) went up by \(sum) terms to \(term) within "
                + "\(now - (recent.first?.at ?? now)), with \(changes) changes by faults")
    }
}
