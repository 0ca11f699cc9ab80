import APIModel
import Basics
import Coverage
import Escalation
import IncidentModel
import OnCall
import RegionCore

/// What speaks against a change of who is on call, before anybody says it: rest, double duty, and
/// services that would be left without anybody. *Source:* requirement P6; issue 5 point 5.
struct ChangeCheck {
    let roster: Roster
    let zones: TimeZones
    let changes: OnCallChanges

    /// What was found.
    struct Found {
        /// Somebody is put on call who is away, or nobody would be on call.
        var cover: [ProblemItem] = []
        /// Too little rest, duty by two schedules at once, a change that changes nothing.
        var others: [ProblemItem] = []
    }

    /// The longest change that is looked at: the core refuses longer ones.
    private static let lengthMax = Span.hours(24 * 366)

    /// An override, or half of a swap, as it would count: as the newest of all.
    static func override(
        _ word: OverrideWord, _ kind: OnCallOverride.Kind, person: PersonID, replaces: PersonID?
    ) -> OnCallOverride {
        OnCallOverride(
            id: "new", order: .max, kind: kind, schedule: ScheduleID(word.schedule),
            replaces: replaces, person: person, from: word.from, to: word.to, by: person,
            reason: "")
    }

    /// What breaks if an override, or half of a swap, is said.
    func problems(of change: OnCallOverride) -> Found {
        guard isLookedAt(change.from, change.to) else { return Found() }
        var found = Found()
        for problem in overrideProblems(
            [change], of: roster.schedules, changes: changes, holidays: roster.holidays,
            zones: zones)
        {
            switch problem {
            case .away:
                found.cover.append(ProblemItem(field: "person", message: problem.words))
            case .uncovered:
                found.cover.append(ProblemItem(field: "schedule", message: problem.words))
            case .doubleDuty, .shortRest:
                found.others.append(ProblemItem(field: "person", message: problem.words))
            case .noEffect:
                found.others.append(ProblemItem(field: "replaces", message: problem.words))
            }
        }
        return found
    }

    /// The holes in continuous services that a leave opens: where everybody of a schedule is away.
    func holes(after word: LeaveWord) -> [ProblemItem] {
        guard isLookedAt(word.from, word.to) else { return [] }
        var changed = changes
        changed.leaves.append(
            OnCallLeave(
                id: "new", person: word.person, from: word.from, to: word.to, by: word.person,
                reason: ""))
        func covers(_ changes: OnCallChanges) -> [ServiceCover] {
            serviceCovers(
                of: roster, book: roster.book(changes: changes, zones: zones), zones: zones,
                from: word.from, to: word.to)
        }
        return covers(changed).holesOpened(since: covers(changes)).flatMap { cover in
            cover.holes.map { hole in
                ProblemItem(
                    field: "services[\(cover.service)]",
                    message: "level 1 would have nobody "
                        + OverrideProblem.span(hole.from, hole.to))
            }
        }
    }

    private func isLookedAt(_ from: Instant, _ to: Instant) -> Bool {
        from < to && to - from <= Self.lengthMax
    }
}
