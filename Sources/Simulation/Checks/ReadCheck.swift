import Basics
import IncidentModel

/// A linearizable read shows everything that was answered `quorum`, through whatever region, before it was
/// asked. *Source:* docs/decisions/0023.
struct ReadCheck {
    /// A read that has not been answered.
    struct Open {
        var request: UInt64
        var node: Int
        /// What was safe when it was asked.
        var expected: [Asked]
        /// Whether its region lacked some of that then.
        var lacked: Bool
    }
    private var open: [Open] = []

    mutating func observe(asked: Open) { open.append(asked) }

    /// A process died: who waited for it gets no answer.
    mutating func observe(crashOf node: Int) { open.removeAll { $0.node == node } }

    /// It was refused; says whether it was a read.
    mutating func observe(refusal request: UInt64) -> Bool {
        let before = open.count
        open.removeAll { $0.request == request }
        return open.count < before
    }

    /// It was answered: its region shows all that was expected. Gives back whether it waited for some of
    /// that.
    mutating func observe(
        answer request: UInt64, _ committed: (GroupID) -> Incident?, into failures: inout Failures
    ) -> Bool {
        guard let place = open.firstIndex(where: { $0.request == request }) else { return false }
        let read = open.remove(at: place)
        for asked in read.expected {
            failures.checkCount += 1
            if let incident = committed(asked.group), asked.evidence.isIn(incident) { continue }
            failures.fail(
                "read",
                "read \(request) at m\(read.node + 1) does not show request \(asked.request), which "
                    + "m\(asked.node + 1) had answered quorum: \(asked.evidence) in "
                    + asked.group.short)
        }
        return read.lacked
    }
}
