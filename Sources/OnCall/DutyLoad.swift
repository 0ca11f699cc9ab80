public import Basics

/// Where somebody lives: whose nights, weekends and holidays count for them.
public struct PersonHome: Hashable, Sendable {
    /// Who.
    public var person: PersonID
    /// The region whose holidays are theirs.
    public var region: RegionName
    /// The IANA name of their zone.
    public var zone: String
    /// When they sleep, by its clocks.
    public var night: DailyHours
    /// When they work from Monday to Friday, by its clocks; `nil` if nobody says.
    public var hours: DailyHours?

    /// A person's home.
    public init(
        person: PersonID, region: RegionName, zone: String, night: DailyHours = .usual,
        hours: DailyHours? = nil
    ) {
        (self.person, self.region, self.zone) = (person, region, zone)
        (self.night, self.hours) = (night, hours)
    }
}

/// How much somebody was, or will be, on call: seconds that pass in fact, so that a night in which
/// clocks change has its true length. An hour may be of several kinds at once.
public struct DutyLoad: Hashable, Sendable {
    /// Who.
    public var person: PersonID
    /// All of it.
    public var seconds: Int64 = 0
    /// In their night, by their clocks.
    public var nightSeconds: Int64 = 0
    /// On Saturdays and Sundays by their calendar.
    public var weekendSeconds: Int64 = 0
    /// On holidays of their region by their calendar.
    public var holidaySeconds: Int64 = 0
    /// Outside their working hours, weekends and holidays among them, by their clocks; none for
    /// somebody of whom these are not known.
    public var outsideSeconds: Int64 = 0

    /// No load yet.
    public init(person: PersonID) { self.person = person }
}

/// How the load of some stretches is split: a figure for everybody in `homes`, in that order, then
/// for others who are on call, whose nights, weekends and holidays are not known.
///
/// Pure. Stretches of several schedules may be given together; times then add up.
/// *Source:* requirement P6, "fair split of the load".
public func dutyLoads(
    of stretches: [ShiftInterval], homes: [PersonHome], holidays: [RegionHolidays] = [],
    zones: TimeZones
) -> [DutyLoad] {
    var loads = homes.map { DutyLoad(person: $0.person) }
    let calendars = homes.map { home in
        zones[home.zone].map {
            DutyCalendar(
                rules: $0, night: home.night.secondsOfDay, hours: home.hours?.secondsOfDay,
                holidays: holidays.days(of: home.region))
        }
    }
    var positions: [PersonID: Int] = [:]
    for (position, home) in homes.enumerated() where positions[home.person] == nil {
        positions[home.person] = position
    }
    for stretch in stretches {
        for person in stretch.people.map(\.person) {
            let position = positions[person] ?? loads.count
            if position == loads.count {
                positions[person] = position
                loads.append(DutyLoad(person: person))
            }
            let range = (stretch.from.seconds, stretch.to.seconds)
            loads[position].seconds += range.1 - range.0
            guard position < calendars.count, let calendar = calendars[position] else { continue }
            calendar.add(from: range.0, to: range.1, to: &loads[position])
        }
    }
    return loads
}

/// The nights, weekends and holidays of one place.
private struct DutyCalendar {
    let rules: TimeZoneRules
    /// The seconds of a day that are night.
    let night: [Range<Int64>]
    /// The seconds of a working day in which they work.
    let hours: [Range<Int64>]?
    /// Days since 1970-01-01, ascending.
    let holidays: [Int64]

    /// Adds the seconds of each kind between two seconds since the epoch.
    func add(from: Int64, to: Int64, to load: inout DutyLoad) {
        var start = from
        // While the offset stays, clocks run as time does.
        while start < to {
            let period = rules.period(at: start)
            let end = min(to, period.end)
            add(wallFrom: start + period.offset, to: end + period.offset, to: &load)
            start = end
        }
    }

    private func seconds(of clock: Range<Int64>, in ranges: [Range<Int64>]) -> Int64 {
        ranges.reduce(0) { $0 + Int64(clock.clamped(to: $1).count) }
    }

    private func add(wallFrom: Int64, to wallTo: Int64, to load: inout DutyLoad) {
        var start = wallFrom
        while start < wallTo {
            let day = start.flooredDivision(by: secondsPerDay)
            let midnight = day * secondsPerDay
            let end = min(wallTo, midnight + secondsPerDay)
            let clock = start - midnight..<end - midnight
            load.nightSeconds += seconds(of: clock, in: night)
            // Day 0 was a Thursday: Saturday is 2 days later, Sunday 3.
            let isWeekend = (2...3).contains(day.flooredModulo(by: 7))
            let isHoliday = holidays.has(day)
            if isWeekend { load.weekendSeconds += end - start }
            if isHoliday { load.holidaySeconds += end - start }
            if let hours {
                let worked = isWeekend || isHoliday ? 0 : seconds(of: clock, in: hours)
                load.outsideSeconds += end - start - worked
            }
            start = end
        }
    }
}
