import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging

/// The roster of simulated runs: three people per region, one follow-the-sun schedule, three
/// policies.
enum SimRoster {
    /// When a shift begins and ends by the clocks of its region.
    static let opens: Int64 = 9 * 3_600
    static let closes: Int64 = 17 * 3_600
    /// The first day of all rotations.
    static let anchor = CivilDate(year: 2026, month: 1, day: 5)

    /// The name of a region by position.
    static func region(_ position: Int) -> RegionName { RegionName("r\(position + 1)") }
    static func person(_ region: Int, _ number: Int) -> PersonID {
        PersonID("p\(region + 1)-\(number)")
    }
    static func service(_ number: UInt64) -> ServiceID { ServiceID("s\(number % 3 + 1)") }

    /// The roster of a number: the first is what everybody begins with; in the later ones people
    /// take turns in another order, levels last longer or shorter, and the lead has another number.
    static func make(_ options: SimOptions, number: Int = 0) -> Roster {
        let regions = 0..<options.regions
        let schedule = followTheSun(options.regions, number)
        let timeout = options.levelTimeout + .seconds(Int64(number % 3) * 5)
        let timeouts = [Span?](repeating: timeout, count: 5)
        let onCall = EscalationLevel(targets: [.schedule(schedule.id)], timeouts: timeouts)
        let leads = EscalationLevel(
            targets: regions.prefix(2).map { .person(person($0, 3)) }, timeouts: timeouts)
        let nobody = EscalationLevel(targets: [.schedule("no-such")], timeouts: timeouts)
        let second = EscalationLevel(targets: [.person(person(0, 2))], timeouts: timeouts)
        var levels = [onCall, second, leads]
        if options.hasEmptyLevel { levels.insert(nobody, at: 1) }
        return Roster(
            version: "simulated-\(number)",
            regions: regions.map {
                RosterRegion(
                    name: region($0), zone: SimCalendar.zoneName($0),
                    day: DayWindow(from: opens, to: closes), lead: person($0, 3))
            },
            people: regions.flatMap { people(of: $0, number) }, schedules: [schedule],
            policies: [
                EscalationPolicy(id: "three", levels: levels, repeats: 1),
                EscalationPolicy(id: "two", levels: [onCall, leads], repeats: 0),
                EscalationPolicy(id: "one", levels: [onCall], repeats: 2),
            ],
            services: [
                Service(id: "s1", name: "s1", policy: "three"),
                Service(id: "s2", name: "s2", policy: "two"),
                Service(id: "s3", name: "s3", policy: "one"),
            ],
            integrations: [], catchAll: [person(0, 3)], command: command,
            shiftNotices: shiftNotices)
    }

    /// Clocks of command that are short enough to run out within a run.
    private static var command: CommandTimings {
        var timings = CommandTimings()
        timings.offerPatience = [Span](repeating: .seconds(15), count: 5)
        (timings.reminder, timings.limit) = (.seconds(40), .seconds(80))
        timings.overlap = .seconds(20)
        return timings
    }

    private static var shiftNotices: ShiftNoticeTimings {
        var timings = ShiftNoticeTimings()
        timings.reminder = .seconds(30)
        return timings
    }

    private static func people(of region: Int, _ roster: Int) -> [Person] {
        (1...3).map { number in
            let id = person(region, number)
            let tail = number == 3 && roster > 0 ? "\(roster)" : ""
            var contacts = [Contact(channel: .sms, address: "+1\(region)\(number)\(tail)")]
            if number != 2 {
                contacts.append(
                    Contact(channel: .email, address: "\(id.text)@sim", delay: .seconds(15)))
            }
            return Person(
                id: id, name: id.text, region: self.region(region),
                zone: SimCalendar.zoneName(region),
                contacts: contacts)
        }
    }

    /// The schedule that never has a gap.
    static let sun: ScheduleID = "sun"

    static func followTheSun(_ regions: Int, _ number: Int) -> Schedule {
        let shifts = (0..<regions).map { position in
            RegionShift(
                region: region(position),
                window: DayWindow(from: opens, to: closes),
                rotation: Rotation(
                    participants: participants(position, number),
                    zone: SimCalendar.zoneName(position), handoff: .daily(at: opens),
                    anchor: anchor))
        }
        return Schedule(id: sun, name: "sun", version: "1", shifts: shifts)
    }

    /// Who takes turns in a region.
    static func participants(_ region: Int, _ number: Int) -> [PersonID] {
        number % 2 == 0
            ? [person(region, 1), person(region, 2)] : [person(region, 2), person(region, 1)]
    }
}
