public import Basics

/// The schedules of one roster, and what was changed since, with the rules of their zones worked
/// out once, for whoever asks often: it answers what `onCall` and `shifts` answer.
public struct OnCallBook: Sendable {
    private let clocks: [(id: ScheduleID, clock: ScheduleClock)]
    private let holidays: [RegionHolidays]
    private let zones: TimeZones
    /// What was worked out ahead: by schedule, stretches that follow one another.
    private var prepared: [[Stretch]]

    private struct Stretch: Sendable {
        var from: Instant
        var segment: Segment
    }

    /// The schedules of a roster in their zones, with changes to them and the regions' holidays.
    public init(
        _ schedules: [Schedule], changes: OnCallChanges = .none, holidays: [RegionHolidays] = [],
        zones: TimeZones
    ) {
        (self.holidays, self.zones) = (holidays, zones)
        clocks = schedules.map { schedule in
            let clock = ScheduleClock(
                schedule, changes: changes, holidays: holidays, zones: zones)
            return (schedule.id, clock)
        }
        prepared = Array(repeating: [], count: schedules.count)
    }

    /// Works out who is on call between two instants, both included, so that `people` need not: within a
    /// stretch every instant has the same answer.
    public mutating func prepare(from: Instant, through: Instant) {
        for position in clocks.indices {
            var stretches: [Stretch] = []
            var start = from
            while start <= through {
                let segment = clocks[position].clock.segment(at: start)
                stretches.append(Stretch(from: start, segment: segment))
                // As in `ScheduleClock.intervals`.
                guard segment.end > start else { break }
                start = segment.end
            }
            prepared[position] = stretches
        }
    }

    /// The schedules of which something else was prepared for an instant than would be worked out now.
    public func wronglyPrepared(at instant: Instant) -> [ScheduleID] {
        clocks.indices.filter { position in
            let segment = clocks[position].clock.segment(at: instant)
            let stretch = stretch(position, at: instant)
            return stretch != nil && stretch != segment
        }.map { clocks[$0].id }
    }

    private func stretch(_ position: Int, at instant: Instant) -> Segment? {
        guard let stretch = prepared[position].last(where: { $0.from <= instant }),
            instant < stretch.segment.end
        else { return nil }
        return stretch.segment
    }

    /// The version of the time-zone data that it answers by.
    public var tzVersion: String { zones.version }

    /// Who is on call at an instant, and until when that holds; `nil` if there is no such schedule.
    public func people(
        of schedule: ScheduleID, at instant: Instant
    ) -> (people: [OnCallPerson], until: Instant)? {
        guard let position = clocks.firstIndex(where: { $0.id == schedule }) else { return nil }
        let segment =
            stretch(position, at: instant) ?? clocks[position].clock.segment(at: instant)
        return (segment.people, segment.end)
    }

    /// Who is on call between two instants, as `shifts` tells it.
    public func shifts(of schedule: ScheduleID, from: Instant, to: Instant) -> [ShiftInterval] {
        clock(of: schedule)?.intervals(from: from, to: to) ?? []
    }

    /// When, from an instant on and before another one, somebody is first not on call by a schedule; `nil`
    /// if they are throughout.
    public func end(
        of person: PersonID, in schedule: ScheduleID, from: Instant, to: Instant
    ) -> Instant? {
        clock(of: schedule)?.end(of: person, from: from, to: to)
    }

    /// Whether it is night at an instant for somebody with these hours in a zone, and until when
    /// that surely holds: it may hold for longer where clocks change then. A zone that is not known
    /// has day.
    public func night(
        _ hours: DailyHours, in zone: String, at instant: Instant
    ) -> (isNight: Bool, until: Instant) {
        guard let rules = zones[zone] else { return (false, .distantFuture) }
        let period = rules.period(at: instant.seconds)
        let wall = instant.seconds + period.offset
        let clock = wall.flooredModulo(by: secondsPerDay)
        let nights = hours.secondsOfDay
        let turns = nights.flatMap { [$0.lowerBound, $0.upperBound] } + [secondsPerDay]
        let next = turns.filter { $0 > clock }.min() ?? secondsPerDay
        return (
            nights.contains { $0.contains(clock) },
            .saturating(seconds: min(period.end, instant.seconds + next - clock))
        )
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// What clocks show in a zone, for people: `Fri 09:00`; `nil` if the zone is not known.
    public func clock(in zone: String, at instant: Instant) -> String? {
        guard let local = zones[zone]?.local(instant) else { return nil }
        let day = Self.days[local.date.weekday]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day) \(two(local.secondOfDay / 3_600)):\(two(local.secondOfDay / 60 % 60))"
    }

    /// A book of one shift alone, without changes, in the same zones and with the same holidays: what a layer
    /// of a schedule would be if there were no other.
    public func alone(_ shift: RegionShift, as schedule: ScheduleID) -> OnCallBook {
        let alone = Schedule(id: schedule, name: "", shifts: [shift], fallback: .nobody)
        return OnCallBook([alone], holidays: holidays, zones: zones)
    }

    private func clock(of schedule: ScheduleID) -> ScheduleClock? {
        clocks.first { $0.id == schedule }?.clock
    }
}
