public import Basics
public import OnCall

/// A stretch of time on the schedules of a roster, to be drawn: as SVG or in a terminal.
///
/// Drawing is pure and counts in whole numbers: the same chart gives the same bytes everywhere.
public struct OnCallChart: Sendable {
    /// The first instant that is drawn.
    public var from: Instant
    /// The first instant after what is drawn; later than `from`.
    public var to: Instant
    /// What is marked as now, if it is drawn at all.
    public var now: Instant?
    /// The reader's zone, an IANA name.
    public var zone: String
    /// The rules of all zones in use; where one is missing, UTC stands in.
    public var zones: TimeZones
    /// The regions, from top to bottom.
    public var regions: [WorkingRegion]
    /// The schedules, from top to bottom.
    public var schedules: [ScheduleView]
    /// Names, initials and colours.
    public var people: PeopleNames

    /// The most days that a picture may show.
    public static let daysMax = 92

    /// A chart; see its parts.
    public init(
        from: Instant, to: Instant, now: Instant?, zone: String, zones: TimeZones,
        regions: [WorkingRegion], schedules: [ScheduleView], people: PeopleNames
    ) {
        require(from < to, "a chart from \(from) to \(to)")
        (self.from, self.to, self.now, self.zone) = (from, to, now, zone)
        (self.zones, self.regions) = (zones, regions)
        (self.schedules, self.people) = (schedules, people)
    }

    /// The days of a chart: from the midnight at which a date begins in a zone, so many days on, up
    /// to another midnight there.
    public static func days(
        _ count: Int, from date: CivilDate, zone: String, zones: TimeZones
    ) -> (from: Instant, to: Instant) {
        let clock = WallClock(zones[zone])
        let last = CivilDate(daysSinceEpoch: date.daysSinceEpoch + Int64(count))
        return (clock.instant(of: date), clock.instant(of: last))
    }

    /// Whether now is in what is drawn.
    var isNowShown: Bool { now.map { $0 >= from && $0 < to } ?? false }

    /// The clocks of a zone.
    func clock(of zone: String) -> WallClock { WallClock(zones[zone]) }

    // MARK: Days

    /// A local day that can be seen, cut to what is drawn.
    struct Day: Equatable, Sendable {
        var date: CivilDate
        var from: Instant
        var to: Instant
    }

    /// The local days of a zone.
    func days(by clock: WallClock) -> [Day] {
        var days: [Day] = []
        var number = clock.local(from).date.daysSinceEpoch
        while true {
            let date = CivilDate(daysSinceEpoch: number)
            let start = clock.instant(of: date)
            if start >= to { return days }
            number += 1
            let end = clock.instant(of: CivilDate(daysSinceEpoch: number))
            let day = Day(date: date, from: max(start, from), to: min(end, to))
            // A move of the date line leaves a whole day out.
            if day.from < day.to { days.append(day) }
        }
    }

    // MARK: Day and night

    /// From when to when most people sleep, by the clocks of their zone.
    private static let night = DayWindow(
        from: DailyHours.usual.from, to: DailyHours.usual.to)

    /// When it is night in a region.
    func nights(of region: WorkingRegion) -> [CoverageGap] {
        openings(of: Self.night, zone: region.zone)
    }

    /// When the people of a region are at work.
    func workingHours(of region: WorkingRegion) -> [CoverageGap] {
        openings(of: region.window, zone: region.zone)
    }

    /// When a window is open: asked of the engine, as a schedule of nothing else. Never in a zone
    /// that is not known.
    private func openings(of window: DayWindow, zone: String) -> [CoverageGap] {
        let rotation = Rotation(
            participants: ["somebody"], zone: zone, handoff: .daily(at: 0),
            anchor: CivilDate(year: 1970, month: 1, day: 2))
        let schedule = Schedule(
            id: "window", name: "",
            shifts: [RegionShift(region: "region", window: window, rotation: rotation)],
            fallback: .nobody)
        var openings: [CoverageGap] = []
        for interval in shifts(schedule, zones: zones, from: from, to: to)
        where !interval.people.isEmpty {
            if let last = openings.last, last.to == interval.from {
                openings[openings.count - 1].to = interval.to
            } else {
                openings.append(CoverageGap(from: interval.from, to: interval.to))
            }
        }
        return openings
    }
}
