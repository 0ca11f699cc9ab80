import Basics
import IncidentModel
import Paging

/// S10: no new page leaves a region once a covering acknowledgement is known in that region.
struct AcknowledgementCheck {
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
        guard let covering else { return }
        failures.fail(
            "S10",
            "\(member) pages \(order.person) for \(order.content.group.short), acknowledged by "
                + "\(covering.acknowledgement.by) at \(covering.time)")
    }
}
