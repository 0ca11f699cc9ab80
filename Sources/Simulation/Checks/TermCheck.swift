import Basics
import Replication

/// L5: at most 5 term bumps per group per fault; the start counts as one.
struct TermCheck {
    static let bumpsPerFault: UInt64 = 5

    /// Looks at a group's term, given how many faults began or ended.
    func observe(
        _ term: Term, of group: GroupID, faults: UInt64, isLossy: Bool,
        into failures: inout Failures
    ) {
        guard !isLossy else { return }
        failures.checkCount += 1
        // A fault disturbs when it begins and when it ends.
        let limit = Self.bumpsPerFault * (1 + 2 * faults)
        if term > limit {
            failures.fail("L5", "\(group.short) is in term \(term) after \(faults) faults")
        }
    }
}
