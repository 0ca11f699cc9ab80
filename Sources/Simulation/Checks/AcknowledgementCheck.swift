import Basics
import IncidentModel
import Paging

/// S10: no new page leaves a region once a covering acknowledgement is known in that region.
struct AcknowledgementCheck {
    /// What each member's disk holds, whatever its core makes of it: it comes from what it wrote down.
    private var held: [MemberID: [GroupID: [Held]]] = [:]

    private struct Held {
        var fact: FactID
        var acknowledgement: Acknowledgement
    }

    /// Facts are on a member's disk.
    mutating func observe(durable facts: [Fact], of member: MemberID) {
        for fact in facts {
            guard case .ackSeen(let acknowledgement) = fact.body else { continue }
            held[member, default: [:]][fact.group, default: []].append(
                Held(fact: fact.id, acknowledgement: acknowledgement))
        }
    }

    /// A member's disk is lost.
    mutating func observe(lossOf member: MemberID) { held[member] = nil }

    func observe(
        _ order: PageOrder, from member: MemberID, view: Incident?, into failures: inout Failures
    ) {
        failures.checkCount += 1
        guard let view else {
            return failures.fail(
                "S10", "\(member) pages for \(order.content.group.short), which it does not know")
        }
        // What is only told is told also to those who have taken it on.
        guard order.content.notice.isEmpty else { return }
        let isCurrent =
            view.previousEnd == order.content.previousEnd
            && view.run.number == order.content.run
        let covering =
            view.acknowledgements.first {
                $0.acknowledgement.previousEnd == order.content.previousEnd
                    && $0.acknowledgement.run == order.content.run
                    && $0.acknowledgement.severity <= view.alertSeverity
            } ?? (isCurrent ? view.coveringAcknowledgement : nil)
        guard let covering else {
            return judgeHeld(order, from: member, view, into: &failures)
        }
        failures.fail(
            "S10",
            "\(member) pages \(order.person) for \(order.content.group.short), acknowledged by "
                + "\(covering.acknowledgement.by) at \(covering.time)")
    }

    /// What the core says that it knows must be what its disk has.
    private func judgeHeld(
        _ order: PageOrder, from member: MemberID, _ view: Incident, into failures: inout Failures
    ) {
        let content = order.content
        for one in held[member]?[content.group] ?? []
        where one.acknowledgement.previousEnd == content.previousEnd
            && one.acknowledgement.run == content.run
            && one.acknowledgement.severity <= view.alertSeverity
            && !view.timeline.contains(where: { $0.fact == one.fact })
        {
            failures.fail(
                "S10",
                "\(member) pages \(order.person) for \(content.group.short), and takes no account of "
                    + "\(one.acknowledgement.by)'s acknowledgement \(one.fact), which is on its disk"
            )
        }
    }
}
