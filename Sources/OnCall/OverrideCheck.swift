public import Basics

/// What speaks against an override or a swap. Nobody is kept from making it all the same.
public enum OverrideProblem: Hashable, Sendable {
    /// It changes nothing: whom it replaces is not on call then, or something comes before it.
    case noEffect(id: String)
    /// Whoever would be on call is away for at least part of it.
    case away(PersonID, from: Instant, to: Instant)
    /// Somebody was on call, and nobody would be.
    case uncovered(ScheduleID, from: Instant, to: Instant)
    /// Somebody would be on call by two schedules at once; `schedule` is the other one.
    case doubleDuty(PersonID, schedule: ScheduleID, from: Instant, to: Instant)
    /// Somebody would have too little rest between two stretches, or none.
    case shortRest(PersonID, from: Instant, to: Instant)
}

extension OnCallOverride {
    /// The rest that people should have between two stretches on call.
    /// *Source:* directive 2003/88/EC of the European Union, article 3.
    public static let restMin = Span.hours(11)
}

/// What speaks against overrides, or the two halves of a swap, that are about to be recorded
/// together: coverage, double duty and rest. Empty if nothing does.
///
/// Pure. Their `order` is taken as it is: later than every other one that should yield to them.
/// Looks at their own time and at `rest` around it. *Source:* requirement P6, "swaps".
public func overrideProblems(
    _ proposed: [OnCallOverride], of schedules: [Schedule], changes: OnCallChanges = .none,
    holidays: [RegionHolidays] = [], zones: TimeZones, rest: Span = OnCallOverride.restMin
) -> [OverrideProblem] {
    var changed = changes
    changed.overrides += proposed
    let check = OverrideCheck(
        proposed: proposed, schedules: schedules.map(\.id),
        before: OnCallBook(schedules, changes: changes, holidays: holidays, zones: zones),
        after: OnCallBook(schedules, changes: changed, holidays: holidays, zones: zones),
        leaves: changes.leaves, rest: rest)
    var problems: [OverrideProblem] = []
    for problem in proposed.flatMap(check.problems) where !problems.contains(problem) {
        problems.append(problem)
    }
    return problems
}

private struct OverrideCheck {
    /// A stretch on call.
    struct Duty {
        var schedule: ScheduleID
        var from: Instant
        var to: Instant
    }

    let proposed: [OnCallOverride]
    let schedules: [ScheduleID]
    let before: OnCallBook
    let after: OnCallBook
    let leaves: [OnCallLeave]
    let rest: Span

    func problems(_ change: OnCallOverride) -> [OverrideProblem] {
        let mine = duties(from: change.from, to: change.to) { $0.change == change.id }
        return (mine.isEmpty ? [.noEffect(id: change.id)] : [])
            + away(change) + uncovered(change) + conflicts(change.person, mine)
    }

    private func away(_ change: OnCallOverride) -> [OverrideProblem] {
        leaves.filter {
            $0.person == change.person && $0.from < change.to && change.from < $0.to
        }.map {
            .away(change.person, from: max($0.from, change.from), to: min($0.to, change.to))
        }
    }

    private func uncovered(_ change: OnCallOverride) -> [OverrideProblem] {
        after.shifts(of: change.schedule, from: change.from, to: change.to)
            .filter { $0.vacancy != nil }
            .flatMap { before.shifts(of: change.schedule, from: $0.from, to: $0.to) }
            .filter { $0.vacancy == nil }
            .map { .uncovered(change.schedule, from: $0.from, to: $0.to) }
    }

    /// Other duties of a person that are at the same time as new ones, or too near.
    private func conflicts(_ person: PersonID, _ mine: [Duty]) -> [OverrideProblem] {
        mine.flatMap { new in
            duties(from: new.from - rest, to: new.to + rest) { one in
                one.person == person && !proposed.contains { $0.id == one.change }
            }.compactMap { old -> OverrideProblem? in
                if old.to <= new.from {
                    return new.from - old.to < rest
                        ? .shortRest(person, from: old.to, to: new.from) : nil
                }
                if new.to <= old.from {
                    return old.from - new.to < rest
                        ? .shortRest(person, from: new.to, to: old.from) : nil
                }
                return .doubleDuty(
                    person, schedule: old.schedule, from: max(old.from, new.from),
                    to: min(old.to, new.to))
            }
        }
    }

    /// The stretches in which somebody is on call who answers a description, by schedule and time;
    /// those that meet are one.
    private func duties(
        from: Instant, to: Instant, where matches: (OnCallPerson) -> Bool
    ) -> [Duty] {
        var duties: [Duty] = []
        for schedule in schedules {
            for stretch in after.shifts(of: schedule, from: from, to: to)
            where stretch.people.contains(where: matches) {
                if let last = duties.last, last.schedule == schedule, last.to == stretch.from {
                    duties[duties.count - 1].to = stretch.to
                } else {
                    duties.append(Duty(schedule: schedule, from: stretch.from, to: stretch.to))
                }
            }
        }
        return duties
    }
}
