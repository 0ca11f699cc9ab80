import Basics
import IncidentModel

/// L4: a hand-over ends within 4 s, done or given up. S12: an owner that hands an incident over has
/// the duty of paging until another one has established itself.
struct HandOverCheck {
    static let limit = Span.seconds(4)

    private struct Open {
        var group: GroupID
        var node: Int
        var since: Instant
    }
    private var open: [Open] = []

    mutating func begins(_ group: GroupID, at node: Int, now: Instant) {
        open.append(Open(group: group, node: node, since: now))
    }

    mutating func ends(_ group: GroupID, at node: Int) {
        open.removeAll { $0.group == group && $0.node == node }
    }

    /// A process died, or stood still: it need not keep the time.
    mutating func forget(_ node: Int) { open.removeAll { $0.node == node } }

    /// The incidents that a region is handing over.
    func groups(at node: Int) -> [GroupID] { open.filter { $0.node == node }.map(\.group) }

    mutating func look(at node: Int, now: Instant, into failures: inout Failures) {
        for handOver in open where handOver.node == node {
            failures.checkCount += 1
            guard now - handOver.since > Self.limit else { continue }
            failures.fail(
                "L4",
                "m\(node + 1) has been handing \(handOver.group.short) over for "
                    + "\(now - handOver.since)")
        }
    }

    /// After a step of a region that hands over: whether it still leads, and has the duty.
    func observe(
        _ group: GroupID, at node: Int, leads: Bool, hasDuty: Bool, into failures: inout Failures
    ) {
        failures.checkCount += 1
        guard leads, !hasDuty else { return }
        failures.fail(
            "S12", "m\(node + 1) leads \(group.short), hands it over, and pages nobody meanwhile")
    }
}
