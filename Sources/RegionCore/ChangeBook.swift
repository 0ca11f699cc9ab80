import Basics
import Escalation
import IncidentModel
import OnCall

/// What offers at a change of shift have in common, worked out once for all incidents and not for each: at
/// a change there may be thousands.
struct ChangeBook: Sendable {
    /// For how long it holds.
    static let holds = Span.seconds(5)

    /// The incidents that one person hands over at one change.
    private struct Change: Equatable {
        var from: PersonID
        var schedule: String
        var at: Instant
    }
    private struct Entry {
        var group: GroupID
        var change: Change
        var severity: Severity
        var openedAt: HybridTime
    }

    /// When it was made.
    let madeAt: Instant
    private var plans: [GroupID: HandoffPlan] = [:]

    /// A book of these incidents, those that others page for left out.
    /// - Parameter due: the change at which an incident is to be offered, if one lies ahead.
    init(_ incidents: [Incident], at now: Instant, due: (Incident) -> HandoffDue?) {
        madeAt = now
        var entries: [Entry] = []
        for incident in incidents {
            guard incident.status.isOpen, let change = Self.change(of: incident, due(incident))
            else { continue }
            entries.append(
                Entry(
                    group: incident.group, change: change, severity: incident.severity,
                    openedAt: incident.openedAt))
        }
        number(entries)
    }

    /// Where an incident stands among those that its commander hands over at the same change.
    func plan(of group: GroupID) -> HandoffPlan? { plans[group] }

    /// The change at which an incident is offered, or was by whoever had command then.
    private static func change(of incident: Incident, _ due: HandoffDue?) -> Change? {
        if let due, let commander = incident.commander {
            return Change(from: commander, schedule: due.schedule.text, at: due.changeAt)
        }
        guard let last = incident.lastHandoff, let plan = last.plan, let from = last.from else {
            return nil
        }
        return Change(from: from, schedule: plan.schedule, at: plan.changeAt)
    }

    private mutating func number(_ entries: [Entry]) {
        let sorted = entries.sorted {
            ($0.change.at, $0.change.schedule, $0.change.from, $0.severity, $0.openedAt, $0.group)
                < (
                    $1.change.at, $1.change.schedule, $1.change.from, $1.severity, $1.openedAt,
                    $1.group
                )
        }
        var begin = 0
        while begin < sorted.count {
            let change = sorted[begin].change
            let end = sorted[begin...].firstIndex { $0.change != change } ?? sorted.count
            for place in begin..<end {
                plans[sorted[place].group] = HandoffPlan(
                    schedule: change.schedule, changeAt: change.at,
                    place: UInt64(place - begin + 1), count: UInt64(end - begin))
            }
            begin = end
        }
    }
}

/// How long ownership waits before it follows command again, when the next region lacks entries of the log:
/// it often lacks only the decision itself, and gets it in a moment.
struct FollowPause: Equatable, Sendable {
    /// The first pause; each is twice as long as the one before.
    private static let first = Span.milliseconds(100)
    /// The longest, and the pause after whatever else came of a try.
    static let longest = Span.seconds(20)
    /// After how many tries in a row the operator is told, once: about three seconds.
    private static let triesTold = 5

    private var tries = 0

    /// The pause after a try that found the region behind, and whether to tell the operator.
    mutating func behind() -> (pause: Span, tells: Bool) {
        let pause = min(Self.longest, Self.first * (Int64(1) << Int64(min(tries, 20))))
        tries += 1
        return (pause, tries == Self.triesTold)
    }

    /// Something else came of it.
    mutating func reset() { tries = 0 }
}
