package import APIModel
import Basics
package import OnCall
package import OnCallViews

extension OnCallChart {
    /// A chart of what the API says of a time. Zones that `zones` does not know are drawn without
    /// night.
    package init(_ timeline: OnCallTimeline, zone: String, now: Timestamp?, zones: TimeZones) {
        var rules: [String: TimeZoneRules] = [:]
        for name in [zone] + timeline.regions.map(\.zone) { rules[name] = zones[name] }
        self.init(
            from: timeline.from.instant, to: timeline.to.instant, now: now?.instant, zone: zone,
            zones: TimeZones(version: zones.version, rules: rules),
            regions: timeline.regions.map { WorkingRegion($0) },
            schedules: timeline.schedules.map { ScheduleView($0) },
            people: PeopleNames(timeline.people.map { (PersonID($0.person), $0.name) }))
    }
}

extension WorkingRegion {
    fileprivate init(_ region: TimelineRegion) {
        self.init(
            name: RegionName(region.name), zone: region.zone,
            window: DayWindow(
                from: region.dayFromSeconds, to: region.dayToSeconds,
                weekdays: Weekdays(region.weekdays.compactMap { Weekday(rawValue: $0) })))
    }
}

extension ScheduleView {
    fileprivate init(_ schedule: TimelineSchedule) {
        let id = ScheduleID(schedule.schedule)
        self.init(
            id: id, name: schedule.name,
            duties: schedule.duties.map { Duty($0, by: id) },
            gaps: schedule.gaps.map {
                CoverageGap(from: $0.from.instant, to: $0.to.instant)
            })
        layers = (schedule.layers ?? []).map { layer in
            ScheduleLayer(name: layer.name, duties: layer.duties.map { Duty($0, by: id) })
        }
    }
}

extension Duty {
    fileprivate init(_ duty: TimelineDuty, by schedule: ScheduleID) {
        self.init(
            schedule: schedule, person: PersonID(duty.person), region: RegionName(duty.region),
            from: duty.from.instant, to: duty.to.instant, isStandIn: duty.standsIn)
    }
}
