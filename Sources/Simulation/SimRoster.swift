import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging

/// The roster of simulated runs: three people per region, one follow-the-sun schedule, three
/// policies.
enum SimRoster {
    private static let zones: [(name: String, offsetHours: Int64)] = [
        ("Sim/Plus9", 9), ("Sim/Plus1", 1), ("Sim/Minus5", -5), ("Sim/Minus8", -8),
        ("Sim/Plus5", 5),
    ]

    /// The name of a region by position.
    static func region(_ position: Int) -> RegionName { RegionName("r\(position + 1)") }
    static func person(_ region: Int, _ number: Int) -> PersonID {
        PersonID("p\(region + 1)-\(number)")
    }
    static func service(_ number: UInt64) -> ServiceID { ServiceID("s\(number % 3 + 1)") }

    /// Zones of fixed offsets, from TZif bytes made here: the parser is in the loop, no file is.
    static func timeZones() -> TimeZones {
        var rules: [String: TimeZoneRules] = [:]
        for zone in zones {
            do throws(ZoneError) {
                rules[zone.name] = try TimeZoneRules(
                    parsing: fixedZone(offsetSeconds: zone.offsetHours * 3_600))
            } catch {
                preconditionFailure("the simulator's own zone \(zone.name): \(error)")
            }
        }
        return TimeZones(version: "simulated", rules: rules)
    }

    /// A TZif file of one type and no transition. *Source:* RFC 9636, section 3.
    static func fixedZone(offsetSeconds: Int64) -> [UInt8] {
        let counts: [UInt8] = [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4,
        ]
        let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts
        let raw = UInt32(bitPattern: Int32(offsetSeconds))
        let offset = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: raw >> UInt32($0)) }
        let block = offset + [0, 0] + Array("SIM\0".utf8)
        return header + block + header + block + Array("\n\n".utf8)
    }

    static func make(_ options: SimOptions) -> Roster {
        let regions = 0..<options.regions
        let schedule = followTheSun(options.regions)
        let timeouts = [Span?](repeating: options.levelTimeout, count: 5)
        let onCall = EscalationLevel(targets: [.schedule(schedule.id)], timeouts: timeouts)
        let leads = EscalationLevel(
            targets: regions.prefix(2).map { .person(person($0, 3)) }, timeouts: timeouts)
        let nobody = EscalationLevel(targets: [.schedule("no-such")], timeouts: timeouts)
        let second = EscalationLevel(targets: [.person(person(0, 2))], timeouts: timeouts)
        var levels = [onCall, second, leads]
        if options.hasEmptyLevel { levels.insert(nobody, at: 1) }
        return Roster(
            version: "simulated",
            regions: regions.map {
                RosterRegion(
                    name: region($0), zone: zones[$0].name,
                    day: DayWindow(from: 9 * 3_600, to: 17 * 3_600))
            },
            people: regions.flatMap { people(of: $0) }, schedules: [schedule],
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
            integrations: [], catchAll: [person(0, 3)])
    }

    private static func people(of region: Int) -> [Person] {
        (1...3).map { number in
            let id = person(region, number)
            var contacts = [Contact(channel: .sms, address: "+1\(region)\(number)")]
            if number != 2 {
                contacts.append(
                    Contact(channel: .email, address: "\(id.text)@sim", delay: .seconds(15)))
            }
            return Person(
                id: id, name: id.text, region: self.region(region), zone: zones[region].name,
                contacts: contacts)
        }
    }

    private static func followTheSun(_ regions: Int) -> Schedule {
        let shifts = (0..<regions).map { position in
            RegionShift(
                region: region(position),
                window: DayWindow(from: 9 * 3_600, to: 17 * 3_600),
                rotation: Rotation(
                    participants: [person(position, 1), person(position, 2)],
                    zone: zones[position].name, handoff: .daily(at: 9 * 3_600),
                    anchor: CivilDate(year: 2026, month: 1, day: 5)))
        }
        return Schedule(id: "sun", name: "sun", version: "1", shifts: shifts)
    }
}
