public import Basics
public import Escalation
public import OnCall
import Paging

/// A time on call in one schedule.
public struct PlannedShift: Hashable, Sendable {
    /// The schedule.
    public var schedule: ScheduleID
    /// From when to when.
    public var time: Stretch

    /// A time on call.
    public init(schedule: ScheduleID, time: Stretch) {
        (self.schedule, self.time) = (schedule, time)
    }
}

/// What a new roster changes for one person.
public struct PersonPlan: Equatable, Sendable {
    /// The person.
    public var person: PersonID
    /// On call with the new roster and not with the old, by schedule, then time.
    public var gained: [PlannedShift]
    /// On call with the old roster and not with the new, by schedule, then time.
    public var lost: [PlannedShift]
    /// How long on call with the old roster; two schedules at once count twice.
    public var before: Span
    /// How long on call with the new roster; two schedules at once count twice.
    public var after: Span
}

/// What a new roster changes for whom between two instants: the people of either roster whose times on
/// call differ, in the order of the new roster, then of the old. *Source:* issue 5 point 4.
public func rosterPlan(
    before: Roster, after: Roster, zones: TimeZones, from: Instant, to: Instant
) -> [PersonPlan] {
    let range = Stretch(from: from, to: to)
    let old = DutyTable(before, zones: zones, range: range)
    let new = DutyTable(after, zones: zones, range: range)
    let schedules = uniqued(after.schedules.map(\.id) + before.schedules.map(\.id))
    return uniqued(new.people + old.people).compactMap { person in
        var plan = PersonPlan(person: person, gained: [], lost: [], before: .zero, after: .zero)
        for schedule in schedules {
            let was = old.times(of: person, in: schedule)
            let will = new.times(of: person, in: schedule)
            plan.before += was.total
            plan.after += will.total
            plan.gained += will.subtracting(was).map { PlannedShift(schedule: schedule, time: $0) }
            plan.lost += was.subtracting(will).map { PlannedShift(schedule: schedule, time: $0) }
        }
        return plan.gained.isEmpty && plan.lost.isEmpty ? nil : plan
    }
}

/// Who is on call when, by schedule.
private struct DutyTable {
    private struct Duty: Hashable {
        var person: PersonID
        var schedule: ScheduleID
    }

    /// The people of the roster, then anybody else who is on call.
    let people: [PersonID]
    private var times: [Duty: [Stretch]] = [:]

    init(_ roster: Roster, zones: TimeZones, range: Stretch) {
        let book = roster.book(zones: zones)
        var people = roster.people.map(\.id)
        for schedule in roster.schedules {
            for stretch in book.shifts(of: schedule.id, from: range.from, to: range.to) {
                for one in stretch.people {
                    let duty = Duty(person: one.person, schedule: schedule.id)
                    times[duty, default: []].join(Stretch(from: stretch.from, to: stretch.to))
                    if !people.contains(one.person) { people.append(one.person) }
                }
            }
        }
        self.people = people
    }

    func times(of person: PersonID, in schedule: ScheduleID) -> [Stretch] {
        times[Duty(person: person, schedule: schedule)] ?? []
    }
}
