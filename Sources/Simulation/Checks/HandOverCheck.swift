import Basics
import IncidentModel
import Replication

/// L4: a hand-over ends within 4 s, done or given up. S12: an owner that hands an incident over has
/// the duty of paging until another one has established itself; it tells only a member to stand that
/// has all of its log, writes nothing more in that term unless it gives up, and nobody stands for
/// having been told in another term.
struct HandOverCheck {
    static let limit = Span.seconds(4)

    private struct Open {
        var group: GroupID
        var node: Int
        var since: Instant
    }
    private var open: [Open] = []

    private struct Told: Hashable {
        var group: GroupID
        var term: Term
        var target: MemberID
    }
    /// What owners told members to stand for.
    private var told: Set<Told> = []
    /// By group: the term, and the end of the owner's log when it told somebody to stand.
    private var sealed: [GroupID: (owner: MemberID, term: Term, last: LogIndex)] = [:]

    /// An owner tells a member to stand; `targetLast` is how far that member's log goes.
    mutating func observe(
        _ request: TimeoutNow, from owner: MemberID, to target: MemberID, targetLast: LogIndex,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        told.insert(Told(group: request.group, term: request.term, target: target))
        // One that was given up in the same turn seals nothing.
        if open.contains(where: { $0.group == request.group && $0.node + 1 == Int(owner.number) }) {
            sealed[request.group] = (owner, request.term, request.lastIndex)
        }
        if targetLast < request.lastIndex {
            failures.fail(
                "S12",
                "\(owner) hands \(request.group.short) to \(target), whose log ends at \(targetLast) "
                    + "of \(request.lastIndex)")
        }
    }

    /// A member stands because it was told to.
    func observe(_ request: VoteRequest, by member: MemberID, into failures: inout Failures) {
        guard request.kind == .transfer else { return }
        failures.checkCount += 1
        let known = Told(group: request.group, term: request.term - 1, target: member)
        guard !told.contains(known) else { return }
        failures.fail(
            "S12",
            "\(member) stands for \(request.group.short) in term \(request.term), and no owner of the "
                + "term before told it to")
    }

    /// A member writes an entry down.
    mutating func observe(
        _ entry: LogEntry, of group: GroupID, by member: MemberID, into failures: inout Failures
    ) {
        guard let seal = sealed[group], seal.owner == member, seal.term == entry.term,
            entry.index > seal.last
        else { return }
        failures.fail(
            "S12", "\(member) told another member to stand for \(group.short), and goes on writing")
    }
    mutating func begins(_ group: GroupID, at node: Int, now: Instant) {
        open.append(Open(group: group, node: node, since: now))
    }

    mutating func ends(_ group: GroupID, at node: Int) {
        open.removeAll { $0.group == group && $0.node == node }
        if sealed[group]?.owner.number == UInt64(node + 1) { sealed[group] = nil }
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

    /// After a step of a region that hands over: whether it owns still, and has the duty.
    func observe(
        _ group: GroupID, at node: Int, owns: Bool, hasDuty: Bool, into failures: inout Failures
    ) {
        failures.checkCount += 1
        guard owns, !hasDuty else { return }
        failures.fail(
            "S12", "m\(node + 1) owns \(group.short), hands it over, and pages nobody meanwhile")
    }
}
