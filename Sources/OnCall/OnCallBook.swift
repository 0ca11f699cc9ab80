public import Basics

/// The schedules of one roster, and what was changed since, with the rules of their zones worked
/// out once, for whoever asks often: it answers what `onCall` and `shifts` answer.
public struct OnCallBook: Sendable {
    private let clocks: [(id: ScheduleID, clock: ScheduleClock)]
    private let zones: TimeZones

    /// The schedules of a roster in their zones, with changes to them and the regions' holidays.
    public init(
        _ schedules: [Schedule], changes: OnCallChanges = .none, holidays: [RegionHolidays] = [],
        zones: TimeZones
    ) {
        self.zones = zones
        clocks = schedules.map { schedule in
            let clock = ScheduleClock(
                schedule, changes: changes, holidays: holidays, zones: zones)
            return (schedule.id, clock)
        }
    }

    /// The version of the time-zone data that it answers by.
    public var tzVersion: String { zones.version }

    /// Who is on call at an instant, and until when that holds; `nil` if there is no such schedule.
    public func people(
        of schedule: ScheduleID, at instant: Instant
    ) -> (people: [OnCallPerson], until: Instant)? {
        guard let clock = clock(of: schedule) else { return nil }
        let segment = clock.segment(at: instant)
        return (segment.people, segment.end)
    }

    /// Who is on call between two instants, as `shifts` tells it.
    public func shifts(of schedule: ScheduleID, from: Instant, to: Instant) -> [ShiftInterval] {
        clock(of: schedule)?.intervals(from: from, to: to) ?? []
    }

    /// Whether it is night at an instant for somebody with these hours in a zone, and until when
    /// that surely holds: it may hold for longer where clocks change then. A zone that is not known
    /// has day.
    public func night(
        _ hours: NightHours, in zone: String, at instant: Instant
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

    private func clock(of schedule: ScheduleID) -> ScheduleClock? {
        clocks.first { $0.id == schedule }?.clock
    }
}
