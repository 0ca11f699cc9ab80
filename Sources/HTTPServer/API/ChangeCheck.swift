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

    /// What somebody asks for.
    struct Asked {
        /// What would be said.
        var saying: RosterSaying
        /// Who is put on call, is away, or looks for somebody.
        var person: PersonID
        /// From when on, and until when.
        var from: Instant
        var to: Instant
        /// What speaks against it; what is in `cover` is refused, but for a leave.
        var found = Found()
        /// What would count then.
        var changed: OnCallChanges
    }

    /// A leave: the holes in continuous services that it opens are told.
    func asked(leave word: LeaveWord) -> Asked {
        var asked = Asked(
            saying: .left(word), person: word.person, from: word.from, to: word.to,
            changed: changes)
        asked.changed.leaves.append(
            OnCallLeave(
                id: "new", person: word.person, from: word.from, to: word.to, by: word.person,
                reason: ""))
        guard isLookedAt(word.from, word.to) else { return asked }
        let before = covers(changes, word.from, word.to)
        asked.found.others = covers(asked.changed, word.from, word.to).holesOpened(since: before)
            .flatMap { cover in
                cover.holes.map { hole in
                    ProblemItem(
                        field: "services[\(cover.service)]",
                        message: "level 1 would have nobody "
                            + OverrideProblem.span(hole.from, hole.to))
                }
            }
        return asked
    }

    /// An override: somebody who is away, or a hole, is a reason to refuse it.
    func asked(override word: OverrideWord) -> Asked {
        let change = Self.override(
            word, .override, person: word.person, replaces: word.replaces)
        var asked = Asked(
            saying: .overridden(word), person: word.person, from: word.from, to: word.to,
            found: problems(of: change), changed: changes)
        asked.changed.overrides.append(change)
        return asked
    }

    /// A swap that is asked for: nothing changes until somebody takes it.
    func asked(swap word: OverrideWord) -> Asked {
        Asked(
            saying: .swapAsked(word), person: word.person, from: word.from, to: word.to,
            changed: changes)
    }

    private func covers(
        _ changes: OnCallChanges, _ from: Instant, _ to: Instant
    ) -> [ServiceCover] {
        serviceCovers(
            of: roster, book: roster.book(changes: changes, zones: zones), zones: zones,
            from: from, to: to)
    }

    // MARK: Plans

    private static let stretchesMax = 200

    /// What would be another way, and when.
    func plan(of asked: Asked, region: String, at now: Instant) -> ChangePlan {
        var plan = ChangePlan(
            region: region, readAt: Timestamp(now), kind: "leave", from: Timestamp(asked.from),
            to: Timestamp(asked.to), refusals: asked.found.cover, warnings: asked.found.others,
            stretches: [], opened: [], closed: [])
        guard isLookedAt(asked.from, asked.to) else { return plan }
        let (old, new) = (
            roster.book(changes: changes, zones: zones),
            roster.book(changes: asked.changed, zones: zones)
        )
        switch asked.saying {
        case .swapAsked(let word):
            plan.kind = "swap"
            plan.stretches = stretches(of: ScheduleID(word.schedule), old, new, asked) {
                before, _ in
                before.contains(asked.person)
            }
        case .overridden(let word):
            plan.kind = "override"
            plan.stretches = stretches(of: ScheduleID(word.schedule), old, new, asked, where: !=)
        case _:
            plan.stretches = roster.schedules.flatMap {
                stretches(of: $0.id, old, new, asked, where: !=)
            }
        }
        plan.stretches = Array(plan.stretches.prefix(Self.stretchesMax))
        let (then, later) = (
            covers(changes, asked.from, asked.to), covers(asked.changed, asked.from, asked.to)
        )
        plan.opened = holes(later.holesOpened(since: then))
        plan.closed = holes(then.holesOpened(since: later))
        return plan
    }

    private func holes(_ covers: [ServiceCover]) -> [PlannedHole] {
        covers.flatMap { cover in
            cover.holes.map {
                PlannedHole(
                    service: cover.service.text, from: Timestamp($0.from), to: Timestamp($0.to))
            }
        }
    }

    /// The stretches of a schedule between two books that are wanted, those that follow one another
    /// and are alike as one.
    private func stretches(
        of id: ScheduleID, _ old: OnCallBook, _ new: OnCallBook, _ asked: Asked,
        where isWanted: ([PersonID], [PersonID]) -> Bool
    ) -> [PlannedStretch] {
        let before = old.shifts(of: id, from: asked.from, to: asked.to)
        let after = new.shifts(of: id, from: asked.from, to: asked.to)
        var (result, rest): ([PlannedStretch], ArraySlice<ShiftInterval>) = ([], after[...])
        for shift in before {
            while let next = rest.first, next.from < shift.to {
                let (from, to) = (max(shift.from, next.from), min(shift.to, next.to))
                let people = (shift.people.map(\.person), next.people.map(\.person))
                if from < to, isWanted(people.0, people.1) {
                    let one = PlannedStretch(
                        schedule: id.text, name: roster.schedule(id)?.name ?? id.text,
                        from: Timestamp(from), to: Timestamp(to), before: people.0.map(\.text),
                        after: people.1.map(\.text))
                    if let last = result.last, last.to == one.from, last.before == one.before,
                        last.after == one.after
                    {
                        result[result.count - 1].to = one.to
                    } else {
                        result.append(one)
                    }
                }
                guard next.to <= shift.to else { break }
                rest.removeFirst()
            }
        }
        return result
    }

    private func isLookedAt(_ from: Instant, _ to: Instant) -> Bool {
        from < to && to - from <= Self.lengthMax
    }
}
