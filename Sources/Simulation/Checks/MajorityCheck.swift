import Basics
import IncidentModel
import RegionCore

/// S9: a wish for a field says that it was made with a majority only if a majority heard something that
/// its region sent after it was asked for: what is believed a moment after a cut does not count.
struct MajorityCheck {
    /// By hearer and sender: when the newest publication that arrived was sent.
    private var heard: [[Instant]]
    /// When somebody asked, by the reason they gave.
    private var asked: [String: Instant] = [:]

    init(nodes: Int) {
        heard = Array(repeating: Array(repeating: .epoch, count: nodes), count: nodes)
    }

    /// A publication arrives at a member.
    mutating func observe(arrivalAt to: Int, from: Int, sent: Instant) {
        guard to < heard.count, from < heard.count else { return }
        heard[to][from] = max(heard[to][from], sent)
    }

    /// Somebody asks a region for something.
    mutating func observe(asked command: Command, at now: Instant) {
        switch command {
        case .edit(_, _, _, let reason, _), .merge(_, _, _, let reason, _): asked[reason] = now
        case .handoff(_, .accept(let readBack), _): asked[readBack] = now
        case .handoff, .roster, .acknowledge, .snooze, .resolve, .escalate, .note, .work: break
        }
    }

    /// A region writes facts down.
    func observe(_ facts: [Fact], at node: Int, of member: MemberID, into failures: inout Failures)
    {
        for fact in facts where fact.id.origin == member {
            guard case .edited(let edit) = fact.body, !edit.isApart, let since = asked[edit.reason]
            else { continue }
            failures.checkCount += 1
            let hearers = heard.indices.count { $0 == node || heard[$0][node] >= since }
            guard hearers * 2 <= heard.count else { continue }
            failures.fail(
                "S9",
                "\(member) says of \(edit.reason) in \(fact.group.short) that it had a majority; \(hearers) of "
                    + "\(heard.count) had heard it since")
        }
    }
}
