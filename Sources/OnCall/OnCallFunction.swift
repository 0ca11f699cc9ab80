public import Basics

/// Who is on call: the only code that answers the question.
///
/// Pure and total: the same schedule, changes, holidays, zone data and instant give the same
/// answer everywhere; a shift that cannot be used, and a person who is away, count as empty and
/// raise a finding. *Source:* design 8.
public func onCall(
    _ schedule: Schedule, changes: OnCallChanges = .none, holidays: [RegionHolidays] = [],
    zones: TimeZones, at instant: Instant
) -> OnCallAnswer {
    let clock = ScheduleClock(schedule, changes: changes, holidays: holidays, zones: zones)
    let segment = clock.segment(at: instant)
    return OnCallAnswer(
        people: segment.people, vacancy: segment.vacancy, until: segment.end,
        findings: (clock.isWhole ? [] : schedule.findings(zones: zones))
            + clock.findings(at: instant),
        scheduleVersion: schedule.version, tzVersion: zones.version)
}

/// Who is on call between two instants: stretches that follow one another without a hole, in which
/// a gap in coverage is a stretch with nobody. Empty unless `from` is before `to`.
///
/// Agrees with `onCall` at every instant. The work grows with the number of turns, windows and
/// changes between the two: whoever takes `to` from outside bounds it. *Source:* design 8.
public func shifts(
    _ schedule: Schedule, changes: OnCallChanges = .none, holidays: [RegionHolidays] = [],
    zones: TimeZones, from: Instant, to: Instant
) -> [ShiftInterval] {
    ScheduleClock(schedule, changes: changes, holidays: holidays, zones: zones)
        .intervals(from: from, to: to)
}
