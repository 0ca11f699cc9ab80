import Alerting
import Basics
import Escalation
import OnCall

/// When somebody has to be there for a service, within a range.
///
/// For business hours that is while a window of a schedule of level 1 is open, whoever has the turn
/// then; a level 1 without schedules has no hours, and is demanded always.
func demandedTime(
    of service: Service, in roster: Roster, zones: TimeZones, range: Stretch
) -> [Stretch] {
    let whole = range.from < range.to ? [range] : []
    guard service.coverage == .businessHours else { return whole }
    let level = roster.policy(service.policy)?.levels.first
    let schedules = (level?.targets ?? []).compactMap { target -> Schedule? in
        switch target {
        case .schedule(let id): roster.schedule(id)
        case .person: nil
        }
    }
    guard !schedules.isEmpty else { return whole }
    return schedules.flatMap {
        openTime(of: $0, holidays: roster.holidays, zones: zones, range: range)
    }.tidied()
}

/// When a window of a schedule is open: asked of a schedule with the same windows, in which
/// somebody takes turns since ever.
private func openTime(
    of schedule: Schedule, holidays: [RegionHolidays], zones: TimeZones, range: Stretch
) -> [Stretch] {
    var always = schedule
    always.fallback = .nobody
    for index in always.shifts.indices {
        let zone = always.shifts[index].rotation.zone
        always.shifts[index].rotation = Rotation(
            participants: ["anybody"], zone: zone, handoff: .daily(at: 0),
            anchor: CivilDate(year: 1970, month: 1, day: 1))
    }
    // A holiday is no business hours.
    let book = OnCallBook([always], holidays: holidays, zones: zones)
    return book.shifts(of: always.id, from: range.from, to: range.to)
        .filter { !$0.people.isEmpty }
        .map { Stretch(from: $0.from, to: $0.to) }.tidied()
}
