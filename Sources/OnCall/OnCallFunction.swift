public import Basics

/// Who is on call: the only code that answers the question.
///
/// Pure and total: the same schedule, zone data and instant give the same answer everywhere, and a
/// shift that cannot be used counts as empty and raises a finding. *Source:* design 8.
public func onCall(_ schedule: Schedule, zones: TimeZones, at instant: Instant) -> OnCallAnswer {
    let clock = ScheduleClock(schedule, zones: zones)
    let segment = clock.segment(at: instant.seconds)
    return OnCallAnswer(
        people: segment.people, vacancy: segment.vacancy,
        until: .saturating(seconds: segment.end),
        findings: clock.isWhole ? [] : schedule.findings(zones: zones),
        scheduleVersion: schedule.version, tzVersion: zones.version)
}

/// Who is on call between two instants: stretches that follow one another without a hole, in which
/// a gap in coverage is a stretch with nobody. Empty unless `from` is before `to`.
///
/// Agrees with `onCall` at every instant. The work grows with the number of turns and windows
/// between the two: whoever takes `to` from outside bounds it. *Source:* design 8.
public func shifts(
    _ schedule: Schedule, zones: TimeZones, from: Instant, to: Instant
) -> [ShiftInterval] {
    ScheduleClock(schedule, zones: zones).intervals(from: from, to: to)
}

extension ScheduleClock {
    /// The stretches between two instants.
    func intervals(from: Instant, to: Instant) -> [ShiftInterval] {
        var intervals: [ShiftInterval] = []
        var start = from
        while start < to {
            let segment = segment(at: start.seconds)
            let end = min(to, .saturating(seconds: segment.end))
            intervals.append(
                ShiftInterval(
                    from: start, to: end, people: segment.people, vacancy: segment.vacancy))
            // Only at the very end of the time line can a stretch not end later than it begins.
            start = end > start ? end : to
        }
        return intervals
    }
}
