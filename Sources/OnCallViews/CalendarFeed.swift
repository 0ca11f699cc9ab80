public import Basics
public import OnCall

/// Whose duties a calendar shows.
public enum CalendarScope: Hashable, Sendable {
    /// All duties of one person.
    case person(PersonID)
    /// The duties that the people of a team carry, in whatever region.
    case team(TeamID)
    /// The duties that one region carries.
    case region(RegionName)
    /// All duties by one schedule.
    case schedule(ScheduleID)

    /// The scope of a kind and a name, as addresses write them; `nil` for another kind.
    public init?(kind: String, id: String) {
        switch kind {
        case "person": self = .person(PersonID(id))
        case "team": self = .team(TeamID(id))
        case "region": self = .region(RegionName(id))
        case "schedule": self = .schedule(ScheduleID(id))
        case _: return nil
        }
    }

    /// `person`, `team`, `region` or `schedule`.
    public var kind: String {
        switch self {
        case .person: "person"
        case .team: "team"
        case .region: "region"
        case .schedule: "schedule"
        }
    }

    /// The name of the person, team, region or schedule.
    public var id: String {
        switch self {
        case .person(let person): person.text
        case .team(let team): team.text
        case .region(let region): region.text
        case .schedule(let schedule): schedule.text
        }
    }

    /// Whether a duty is in it; `members` are the people of its team.
    func contains(_ duty: Duty, members: [PersonID]) -> Bool {
        switch self {
        case .team: members.contains(duty.person)
        case .person(let person): duty.person == person
        case .region(let region): duty.region == region
        case .schedule(let schedule): duty.schedule == schedule
        }
    }
}

/// A calendar that other programs subscribe to: a pure function of what the engine answers.
///
/// Times are written by the clocks of the region that carries the duty, with the zone beside them.
/// The same duty has the same UID however often the calendar is made, in every calendar it is in:
/// it consists of the schedule, the region, the person and the end, which no look at another time
/// moves. *Source:* RFC 5545; RFC 7986 (NAME, REFRESH-INTERVAL).
public struct CalendarFeed: Sendable {
    /// Whose duties it shows.
    public var scope: CalendarScope
    /// Who is in the team whose duties it shows.
    public var members: [PersonID]
    /// What the person, team, region or schedule is called; part of the calendar's name.
    public var title: String
    /// The cluster: UIDs end in it.
    public var cluster: String
    /// Names of people.
    public var people: PeopleNames
    /// The regions, for their zones.
    public var regions: [WorkingRegion]
    /// The rules of their zones.
    public var zones: TimeZones
    /// When the schedules were last known to be as they are (DTSTAMP).
    public var stamp: Instant
    /// Whether the calendar of a schedule also shows when nobody is on call.
    public var includesGaps: Bool

    /// A calendar; see its parts.
    public init(
        scope: CalendarScope, title: String, cluster: String, people: PeopleNames,
        regions: [WorkingRegion], zones: TimeZones, stamp: Instant, includesGaps: Bool = true,
        members: [PersonID] = []
    ) {
        self.members = members
        (self.scope, self.title, self.cluster) = (scope, title, cluster)
        (self.people, self.regions, self.zones) = (people, regions, zones)
        (self.stamp, self.includesGaps) = (stamp, includesGaps)
    }

    /// What a calendar that is asked for at an instant shows: two weeks back and thirteen ahead,
    /// from the begin of a day in UTC, so that it is the same all day.
    public static func period(at now: Instant) -> (from: Instant, to: Instant) {
        let day = Instant(seconds: now.seconds.flooredDivision(by: 86_400) * 86_400)
        return (day - .hours(24 * 14), day + .hours(24 * 91))
    }

    /// The calendar of what is in these schedules, as bytes of UTF-8 in lines that end in CRLF.
    public func text(of schedules: [ScheduleView]) -> String {
        let events = events(of: schedules)
        var text = CalendarText()
        text.add("BEGIN", "VCALENDAR")
        text.add("VERSION", "2.0")
        text.add("PRODID", "-//Meridian//On-call calendar//EN")
        text.add("CALSCALE", "GREGORIAN")
        text.add("NAME", text: name)
        text.add("X-WR-CALNAME", text: name)
        text.add("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
        text.add("X-PUBLISHED-TTL", "PT1H")
        for zone in writtenZones(events) {
            let inZone = events.filter { $0.zone?.name == zone.name }
            guard let first = inZone.map(\.from).min(), let last = inZone.map(\.to).max() else {
                continue
            }
            zone.write(into: &text, from: first, to: last)
        }
        for event in events { write(event, into: &text) }
        text.add("END", "VCALENDAR")
        return text.text
    }

    /// What it is called.
    private var name: String { "On call: \(title)" }

    // MARK: Events

    private struct Event {
        var from: Instant
        var to: Instant
        /// `nil` where times are written in UTC.
        var zone: CalendarZone?
        var uid: String
        var summary: String
        var details: String
        var place: String
    }

    private func events(of schedules: [ScheduleView]) -> [Event] {
        var events: [Event] = []
        for schedule in schedules {
            for duty in schedule.duties where scope.contains(duty, members: members) {
                events.append(event(duty, of: schedule))
            }
            if includesGaps, scope == .schedule(schedule.id) {
                events += schedule.gaps.map { event($0, of: schedule) }
            }
        }
        return events.sorted { ($0.from, $0.to, $0.uid) < ($1.from, $1.to, $1.uid) }
    }

    private func event(_ duty: Duty, of schedule: ScheduleView) -> Event {
        let who = people.name(of: duty.person)
        let what = "\(schedule.name) (\(duty.region))"
        let summary = scope.kind == "person" ? "On call: \(what)" : "\(who) on call: \(what)"
        var details = "\(who) is on call for \(schedule.name), region \(duty.region)."
        if duty.isStandIn { details += "\nNo window is open at this time: the shift stands in." }
        details += "\n\(minutes(duty.from)) to \(minutes(duty.to)) UTC"
        return Event(
            from: duty.from, to: duty.to, zone: zone(of: duty.region),
            uid: uid([duty.schedule.text, duty.region.text, duty.person.text], duty.to),
            summary: summary, details: details, place: duty.region.text)
    }

    private func event(_ gap: CoverageGap, of schedule: ScheduleView) -> Event {
        Event(
            from: gap.from, to: gap.to, zone: nil,
            uid: uid([schedule.id.text, "", "nobody"], gap.from),
            summary: "NOBODY on call: \(schedule.name)",
            details: "No shift of \(schedule.name) covers this time.\n"
                + "\(minutes(gap.from)) to \(minutes(gap.to)) UTC", place: "")
    }

    /// Names of a roster hold no `/`: no two duties have the same.
    private func uid(_ names: [String], _ mark: Instant) -> String {
        (names + [CalendarText.utc(mark)]).joined(separator: "/") + "@\(cluster).meridian"
    }

    /// `2026-03-29 01:00`.
    private func minutes(_ instant: Instant) -> String {
        let text = instant.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    private func zone(of region: RegionName) -> CalendarZone? {
        guard let name = regions.first(where: { $0.name == region })?.zone, name != "UTC",
            let rules = zones[name]
        else { return nil }
        return CalendarZone(name: name, rules: rules)
    }

    /// Each zone once, by name.
    private func writtenZones(_ events: [Event]) -> [CalendarZone] {
        var zones: [CalendarZone] = []
        for zone in events.compactMap(\.zone).sorted(by: { $0.name < $1.name })
        where zones.last?.name != zone.name {
            zones.append(zone)
        }
        return zones
    }

    private func write(_ event: Event, into text: inout CalendarText) {
        text.add("BEGIN", "VEVENT")
        text.add("UID", text: event.uid)
        text.add("DTSTAMP", CalendarText.utc(stamp))
        for (property, instant) in [("DTSTART", event.from), ("DTEND", event.to)] {
            let moment = event.zone?.moment(property, instant)
            text.add(moment?.name ?? property, moment?.value ?? CalendarText.utc(instant))
        }
        text.add("SUMMARY", text: event.summary)
        text.add("DESCRIPTION", text: event.details)
        if !event.place.isEmpty { text.add("LOCATION", text: event.place) }
        text.add("CATEGORIES", event.place.isEmpty ? "ON-CALL GAP" : "ON-CALL")
        text.add("STATUS", "CONFIRMED")
        text.add("TRANSP", "TRANSPARENT")
        text.add("END", "VEVENT")
    }
}
