public import Alerting
public import Basics
public import IncidentModel
public import OnCall
public import Paging

/// Whom a level pages.
public enum EscalationTarget: Equatable, Sendable {
    /// Whoever is on call.
    case schedule(ScheduleID)
    /// Always the same person.
    case person(PersonID)
}

/// One level of an escalation policy.
public struct EscalationLevel: Equatable, Sendable {
    /// Whom it pages, all at once.
    public var targets: [EscalationTarget]
    /// How long it waits for an acknowledgement, for SEV1 to SEV5 in order; `nil` is "until
    /// somebody escalates by hand".
    public var timeouts: [Span?]

    /// The defaults of requirement P9: 5, 10, 20, 60 minutes, by hand.
    public static let defaultTimeouts: [Span?] = [
        .minutes(5), .minutes(10), .minutes(20), .minutes(60), nil,
    ]

    /// A level.
    public init(targets: [EscalationTarget], timeouts: [Span?] = Self.defaultTimeouts) {
        (self.targets, self.timeouts) = (targets, timeouts)
    }

    /// The timeout for a severity.
    public func timeout(for severity: Severity) -> Span? {
        let index = Int(severity.rawValue) - 1
        return index < timeouts.count ? timeouts[index] : nil
    }
}

/// An escalation policy. *Source:* requirement P9.
public struct EscalationPolicy: Equatable, Sendable {
    /// The id in the roster.
    public let id: PolicyID
    /// Its levels; never empty in a valid roster.
    public let levels: [EscalationLevel]
    /// How often the levels are gone through again before the catch-all is paged; 0 is once in all.
    public let repeats: UInt64
    /// A hash of all the above, part of every step key: a changed policy pages anew.
    public let version: String

    /// A policy.
    public init(id: PolicyID, levels: [EscalationLevel], repeats: UInt64 = 2) {
        (self.id, self.levels, self.repeats) = (id, levels, repeats)
        version = Self.hash(id: id, levels: levels, repeats: repeats)
    }

    private static func hash(id: PolicyID, levels: [EscalationLevel], repeats: UInt64) -> String {
        var fold = Fold64()
        fold.fold(id.text)
        fold.fold(repeats)
        for level in levels {
            for target in level.targets {
                switch target {
                case .schedule(let schedule): fold.fold("s" + schedule.text)
                case .person(let person): fold.fold("p" + person.text)
                }
            }
            for timeout in level.timeouts {
                fold.fold(UInt64(bitPattern: timeout?.microseconds ?? -1))
            }
        }
        return String(fold.value, radix: 16)
    }
}

/// A region as the roster knows it.
public struct RosterRegion: Equatable, Sendable {
    /// The name.
    public var name: RegionName
    /// The zone of its working window, an IANA name.
    public var zone: String
    /// Its working window, by the clocks of its zone.
    public var day: DayWindow
    /// Its public holidays.
    public var holidays: [CivilDate]
    /// Who is asked when nobody of the region takes what is offered to it.
    public var lead: PersonID?

    /// A region.
    public init(
        name: RegionName, zone: String, day: DayWindow, holidays: [CivilDate] = [],
        lead: PersonID? = nil
    ) {
        (self.name, self.zone, self.day) = (name, zone, day)
        (self.holidays, self.lead) = (holidays, lead)
    }
}

/// People who own services together. *Source:* requirements P3, P5.
public struct Team: Equatable, Sendable {
    /// The id in the roster.
    public var id: TeamID
    /// The name for people.
    public var name: String
    /// Who is in it.
    public var people: [PersonID]
    /// Who speaks for it.
    public var lead: PersonID?

    /// A team.
    public init(id: TeamID, name: String, people: [PersonID], lead: PersonID? = nil) {
        (self.id, self.name, self.people, self.lead) = (id, name, people, lead)
    }
}

/// The clocks of command and its handoff. *Source:* requirement D10; design 6.
public struct CommandTimings: Equatable, Sendable {
    /// How long an offer waits before others of the incoming side are asked, for SEV1 to SEV5 in
    /// order.
    public var offerPatience: [Span] = [
        .minutes(3), .minutes(5), .minutes(10), .minutes(15), .minutes(15),
    ]
    /// How often whoever is in command is reminded.
    public var reminder: Span = .hours(1)
    /// After how long in command somebody has to hand over.
    public var limit: Span = .hours(3)
    /// How long before the end of a shift what is open is offered to the next one.
    public var overlap: Span = .minutes(15)

    /// The defaults.
    public init() {}

    /// The patience for a severity.
    public func patience(for severity: Severity) -> Span {
        let index = Int(severity.rawValue) - 1
        return index < offerPatience.count ? offerPatience[index] : .minutes(15)
    }
}

/// The versioned document set that says who responds to what: people, schedules, policies,
/// services.
/// *Source:* design 1.
public struct Roster: Equatable, Sendable {
    /// The version: a hash of the documents, the same at every region that has the same documents.
    public var version: String
    /// The regions.
    public var regions: [RosterRegion]
    /// The people.
    public var people: [Person]
    /// The on-call schedules.
    public var schedules: [Schedule]
    /// The escalation policies.
    public var policies: [EscalationPolicy]
    /// The services.
    public var services: [Service]
    /// The integration keys.
    public var integrations: [IntegrationKey]
    /// Who is paged when everything else is exhausted or empty; never empty in a valid roster.
    public var catchAll: [PersonID]
    /// The clocks of command and its handoff.
    public var command: CommandTimings
    /// What people are told about their shifts; `nil` for nothing.
    public var shiftNotices: ShiftNoticeTimings?
    /// The teams that own services.
    public var teams: [Team] = []

    /// A roster.
    public init(
        version: String, regions: [RosterRegion], people: [Person], schedules: [Schedule],
        policies: [EscalationPolicy], services: [Service], integrations: [IntegrationKey],
        catchAll: [PersonID], command: CommandTimings = CommandTimings(),
        shiftNotices: ShiftNoticeTimings? = nil
    ) {
        self.shiftNotices = shiftNotices
        self.version = version
        self.regions = regions
        self.people = people
        self.schedules = schedules
        self.policies = policies
        self.services = services
        self.integrations = integrations
        self.catchAll = catchAll
        self.command = command
    }

    /// Its schedules in their zones, with what was changed since it was written.
    public func book(changes: OnCallChanges = .none, zones: TimeZones) -> OnCallBook {
        OnCallBook(schedules, changes: changes, holidays: holidays, zones: zones)
    }

    /// The public holidays of the regions, as the on-call engine wants them.
    public var holidays: [RegionHolidays] {
        regions.map { RegionHolidays(region: $0.name, dates: $0.holidays) }
    }
    /// A person by id.
    public func person(_ id: PersonID) -> Person? { people.first { $0.id == id } }
    /// A team by id.
    public func team(_ id: TeamID) -> Team? { teams.first { $0.id == id } }
    /// A schedule by id.
    public func schedule(_ id: ScheduleID) -> Schedule? { schedules.first { $0.id == id } }
    /// A policy by id.
    public func policy(_ id: PolicyID) -> EscalationPolicy? { policies.first { $0.id == id } }
    /// A service by id.
    public func service(_ id: ServiceID) -> Service? { services.first { $0.id == id } }
    /// The service of an integration key, compared without stopping at the first difference.
    public func service(ofKey secret: String) -> Service? {
        var match: ServiceID?
        for key in integrations where Self.isSame(key.secret, secret) { match = key.service }
        return match.flatMap { service($0) }
    }

    private static func isSame(_ a: String, _ b: String) -> Bool {
        let (left, right) = (Array(a.utf8), Array(b.utf8))
        var difference = left.count == right.count ? 0 : 1
        for index in 0..<min(left.count, right.count) {
            difference |= Int(left[index] ^ right[index])
        }
        return difference == 0
    }
}
