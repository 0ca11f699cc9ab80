import Basics
import OnCall

/// A schedule with changes and holidays, drawn from one seed, around a change of clocks.
struct RandomRoster {
    var schedule: Schedule
    var changes = OnCallChanges()
    var holidays: [RegionHolidays] = []
    let from: Instant
    let to: Instant

    static let zones = [
        "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu",
        "America/Santiago", "Africa/Casablanca", "UTC",
    ]
    private static let changesOfClocks: [Int64] = [
        1_772_953_200,  // 2026-03-08T07:00Z, New York
        1_774_746_000,  // 2026-03-29T01:00Z, Berlin
        1_775_314_800,  // 2026-04-04T15:00Z, Lord Howe
        1_793_520_000,  // 2026-11-01T08:00Z, two hours after New York
    ]
    private static let anchor = CivilDate(year: 2026, month: 1, day: 1)

    init(seed: UInt64) {
        var random = RandomStream(seed: seed).split("roster")
        let centre = Instant(seconds: random.pick(Self.changesOfClocks))
        from = centre - .hours(random.within(1...40)) - .minutes(random.within(0...59))
        to = from + .hours(60)
        let layers = (0..<random.within(1...4)).map { Self.shift(Int($0), &random) }
        schedule = Schedule(
            id: "drawn", name: "Drawn", shifts: layers,
            fallback: random.pick([.nobody, .firstShift, .nextShift]),
            overlap: random.chance(perMillion: 400_000) ? .minutes(random.within(1...90)) : .zero)
        if random.chance(perMillion: 300_000) {
            let day = CivilDate(daysSinceEpoch: (from + .hours(20)).seconds / 86_400)
            let next = CivilDate(daysSinceEpoch: day.daysSinceEpoch + 1)
            schedule.temporary = [
                TemporarySchedule(
                    from: LocalTime(date: day, secondOfDay: random.within(0...23) * 3_600),
                    to: LocalTime(date: next, secondOfDay: 3_600),
                    zone: random.pick(Self.zones), shifts: [Self.shift(7, &random)],
                    allowsOverrides: random.chance(perMillion: 500_000))
            ]
        }
        for shift in layers where random.chance(perMillion: 300_000) {
            let day = from.seconds / 86_400 + random.within(0...2)
            holidays.append(
                RegionHolidays(region: shift.region, dates: [CivilDate(daysSinceEpoch: day)]))
        }
        addChanges(&random)
    }

    /// Everybody who has a place in the schedule, temporary schedules included.
    var everybody: [PersonID] {
        (schedule.shifts + schedule.temporary.flatMap(\.shifts)).flatMap(\.people)
    }

    private mutating func addChanges(_ random: inout RandomStream) {
        let people = everybody
        for number in 0..<random.within(0...5) {
            let begin = from + .minutes(random.within(-300...3_000))
            changes.leaves.append(
                OnCallLeave(
                    id: "leave\(number)", person: random.pick(people), from: begin,
                    to: begin + .minutes(random.within(30...4_000)), by: "x", reason: ""))
        }
        for number in 0..<random.within(0...6) {
            let begin = from + .minutes(random.within(-300...3_000))
            changes.overrides.append(
                OnCallOverride(
                    id: "change\(number)", order: UInt64(number),
                    kind: random.pick([.override, .swap]),
                    schedule: random.pick(["drawn", "drawn", "drawn", "other"]),
                    replaces: random.chance(perMillion: 300_000) ? nil : random.pick(people),
                    person: random.pick(people + ["guest"]), from: begin,
                    to: begin + .minutes(random.within(10...1_500)), by: "x", reason: ""))
        }
    }

    private static func shift(_ layer: Int, _ random: inout RandomStream) -> RegionShift {
        let region = RegionName("r\(layer)")
        let zone = random.pick(zones)
        if random.chance(perMillion: 150_000) {
            let first = CivilDate(year: 2026, month: 3, day: 1).daysSinceEpoch
            let listed = (Int64(0)..<60).map { number in
                let day = CivilDate(daysSinceEpoch: first + number)
                let next = CivilDate(daysSinceEpoch: first + number + 1)
                return ListedTurn(
                    from: LocalTime(date: day, secondOfDay: random.within(0...23) * 3_600),
                    to: LocalTime(date: next, secondOfDay: random.within(0...23) * 3_600),
                    people: [PersonID("l\(layer)-\(random.below(3))")])
            }
            return RegionShift(region: region, zone: zone, listed: listed, fold: .overlap)
        }
        let hour = { (random: inout RandomStream) in random.within(0...47) * 1_800 }
        var windows: [DayWindow] = []
        for _ in 0..<random.within(0...2) {
            windows.append(
                DayWindow(
                    from: hour(&random), to: hour(&random),
                    weekdays: random.pick([.all, .all, .mondayToFriday, Weekdays([.sunday])]),
                    days: random.chance(perMillion: 150_000)
                        ? WindowDays(.monthly(every: 1, .first, .sunday), anchor: anchor) : nil))
        }
        let at = hour(&random)
        let groups = (0..<random.within(1...4)).map { group in
            (0..<random.within(1...2)).map { PersonID("p\(layer)-\(group)-\($0)") }
        }
        let isActive = random.chance(perMillion: 300_000) && !windows.contains { $0.days != nil }
        return RegionShift(
            region: region, windows: windows,
            rotation: Rotation(
                groups: groups, zone: zone,
                handoff: random.pick([
                    .daily(at: at), .weekly(.sunday, at: at), .every(days: 2, at: at),
                    isActive ? .daily(at: at) : .everyHours(7, at: at),
                    .recurring(.weekly(every: 2, on: Weekdays([.saturday, .monday])), at: at),
                    .recurring(.monthly(every: 1, .last, .sunday), at: at),
                ]),
                anchor: random.chance(perMillion: 100_000)
                    ? CivilDate(year: 2026, month: 3, day: 30) : anchor,
                gapPolicy: random.pick([.shiftForward, .skip]),
                foldPolicy: random.pick([.first, .last, .overlap]), offset: Int(random.below(3)),
                advance: isActive ? .active : .calendar),
            holidays: random.pick([.off, .work]))
    }
}
