public import Basics

/// A fact: something a region saw or did. Append-only, numbered per member, merged into the
/// incident's log by its owner. *Source:* design 3, the duty layer.
public struct Fact: Equatable, Sendable {
    /// Who wrote it, and its number.
    public var id: FactID
    /// The incident it is about.
    public var group: GroupID
    /// When, by the writer's hybrid clock.
    public var time: HybridTime
    /// The region of the writer.
    public var region: RegionName
    /// By what the request is known that it comes from.
    public var key: ActKey
    /// What happened.
    public var body: FactBody

    /// A fact with all its parts.
    public init(
        id: FactID, group: GroupID, time: HybridTime, region: RegionName, key: ActKey = .none,
        body: FactBody
    ) {
        (self.id, self.group, self.time, self.region) = (id, group, time, region)
        (self.key, self.body) = (key, body)
    }
}

/// What a fact says.
public enum FactBody: Equatable, Sendable {
    /// A tool reported alerts, or a person declared an incident.
    case alertSeen(AlertReport)
    /// A page is about to leave.
    case pageIntent(PageIntent)
    /// A page left, or did not.
    case pageResult(PageResult)
    /// Somebody took the incident on.
    case ackSeen(Acknowledgement)
    /// Somebody closed the alerts they had seen.
    case resolveSeen(Resolution)
    /// Somebody wrote something down.
    case noteAdded(Note)
    /// Somebody asked for the next level.
    case escalationAsked(EscalationRequest)
    /// Somebody wants a field to have a value.
    case edited(FieldEdit)
    /// Somebody says something about handing command over.
    case handoff(HandoffWord)
    /// Somebody says something about the roster, or about who is on call: in the control group.
    case roster(RosterWord)
    /// Somebody writes down what they work on, or what came of it.
    case work(WorkWord)
}

/// Alerts that belong to one incident, as one request brought them.
public struct AlertReport: Equatable, Sendable {
    /// The service of the integration key.
    public var service: ServiceID
    /// What groups alerts into this incident; the group id is derived from it.
    public var correlationKey: String
    /// The incident's title if this report opens it.
    public var title: String
    /// Where it came from: `alertmanager`, `pagerduty`, `json`, `manual`.
    public var source: String
    /// The alerts, at most `Limits.alertsPerFactMax`.
    public var alerts: [AlertInstance]
    /// Whether it is a drill or a test: marked in every page.
    public var isDrill: Bool

    /// A report with all its parts.
    public init(
        service: ServiceID, correlationKey: String, title: String, source: String,
        alerts: [AlertInstance], isDrill: Bool = false
    ) {
        self.service = service
        self.correlationKey = correlationKey
        self.title = title
        self.source = source
        self.alerts = alerts
        self.isDrill = isDrill
    }
}

/// What identifies one page for ever: the hash of group, end of the generation before, policy
/// version, run, cycle, level, target and channel. Neither region, epoch nor attempt is in it. *Source:* design 5.
public struct StepKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The upper 64 bits.
    public var high: UInt64
    /// The lower 64 bits.
    public var low: UInt64
    /// The key of these bits.
    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    public static func < (a: StepKey, b: StepKey) -> Bool { (a.high, a.low) < (b.high, b.low) }
    /// 32 hexadecimal digits.
    public var description: String { GroupID(high: high, low: low).description }
}

/// How a page travels.
public enum PageChannel: UInt8, CaseIterable, Sendable {
    /// E-mail over SMTP.
    case email = 1
    /// A text message.
    case sms = 2
    /// A telephone call.
    case voice = 3
    /// A chat message (Slack-compatible webhook).
    case chat = 4
    /// A signed webhook.
    case webhook = 5
    /// A line in a file: demonstrations and tests.
    case file = 6

    /// The name used in rosters, timelines and metrics.
    public var name: String {
        switch self {
        case .email: "email"
        case .sms: "sms"
        case .voice: "voice"
        case .chat: "chat"
        case .webhook: "webhook"
        case .file: "file"
        }
    }

    /// The channel of a name in a roster; `nil` if there is none.
    public init?(named text: String) {
        guard let match = Self.allCases.first(where: { $0.name == text }) else { return nil }
        self = match
    }
}

/// Which step a page belongs to.
public struct StepPosition: Hashable, Sendable {
    /// The incident's generation, from 1: for people. Regions that were apart may count differently.
    public var generation: UInt64
    /// What identifies the generation: when the one before it ended; zero for the first.
    public var previousEnd: HybridTime
    /// The run of the policy within the generation, from 1; asking for the next level starts a run.
    public var run: UInt64
    /// The cycle of the policy, from 0.
    public var cycle: UInt64
    /// The level, from 0; `catchAllLevel` is the organisation's catch-all.
    public var level: UInt64

    /// The level number of the terminal catch-all.
    public static let catchAllLevel: UInt64 = 1_000
    /// The level number of what is told besides the policy: pages that nobody has to answer.
    public static let noticeLevel: UInt64 = 1_001
    /// The level number of what is told of notes that mention somebody, also after the incident is over.
    public static let mentionLevel: UInt64 = 1_002

    /// What is told about shifts: it belongs to no incident.
    public static let shiftNotice = StepPosition(
        generation: 0, previousEnd: .zero, run: 0, cycle: 0, level: noticeLevel)

    /// What is told of notes that mention somebody: it belongs to no generation, for who writes may not know
    /// that another one has begun.
    public static let mention = StepPosition(
        generation: 0, previousEnd: .zero, run: 0, cycle: 0, level: mentionLevel)

    /// Whether it is no step of the policy.
    public var isNotice: Bool { level == Self.noticeLevel || isMention }
    /// Whether it tells of a note that mentions somebody.
    public var isMention: Bool { level == Self.mentionLevel }

    /// A position.
    public init(
        generation: UInt64, previousEnd: HybridTime, run: UInt64, cycle: UInt64, level: UInt64
    ) {
        (self.generation, self.previousEnd) = (generation, previousEnd)
        (self.run, self.cycle, self.level) = (run, cycle, level)
    }
}

/// A page is about to leave from one member.
public struct PageIntent: Equatable, Sendable {
    /// Which page.
    public var key: StepKey
    /// Of which step.
    public var position: StepPosition
    /// To whom.
    public var person: PersonID
    /// How.
    public var channel: PageChannel
    /// The attempt of this member, from 1.
    public var attempt: UInt64
    /// The incidents whose pages go in the same message.
    public var with: [GroupID]
    /// Why this level is paged before its turn, or this page was put off; empty if neither.
    public var moved: String

    /// An intent.
    public init(
        key: StepKey, position: StepPosition, person: PersonID, channel: PageChannel,
        attempt: UInt64, with: [GroupID] = [], moved: String = ""
    ) {
        (self.with, self.moved) = (with, moved)
        self.key = key
        self.position = position
        self.person = person
        self.channel = channel
        self.attempt = attempt
    }
}

/// How an attempt to page ended.
public enum PageOutcome: Equatable, Sendable {
    /// The provider took it, with its receipt.
    case delivered(receipt: String)
    /// It failed and may be tried again.
    case failed(reason: String)
    /// This address can never be reached this way: go on to the next contact now.
    case undeliverable(reason: String)
    /// It was not sent: acknowledged meanwhile, superseded by a newer step, or past its
    /// time-to-live.
    case dropped(reason: String)

    /// The outcome in words, for logs and tables.
    public var words: String {
        switch self {
        case .delivered(let receipt): receipt.isEmpty ? "delivered" : "delivered (\(receipt))"
        case .failed(let reason): "failed: \(reason)"
        case .undeliverable(let reason): "undeliverable: \(reason)"
        case .dropped(let reason): "not sent: \(reason)"
        }
    }

    /// Whether nobody needs to send this page again.
    public var isSuccess: Bool {
        switch self {
        case .delivered: true
        case .failed, .undeliverable, .dropped: false
        }
    }
}

/// The end of an attempt.
public struct PageResult: Equatable, Sendable {
    /// Which page.
    public var key: StepKey
    /// Of which step.
    public var position: StepPosition
    /// To whom.
    public var person: PersonID
    /// How.
    public var channel: PageChannel
    /// The attempt of this member, from 1.
    public var attempt: UInt64
    /// The provider that was used.
    public var provider: String
    /// What came of it.
    public var outcome: PageOutcome

    /// The result of an intent.
    public init(of intent: PageIntent, provider: String, outcome: PageOutcome) {
        key = intent.key
        position = intent.position
        person = intent.person
        channel = intent.channel
        attempt = intent.attempt
        self.provider = provider
        self.outcome = outcome
    }
}

/// Somebody takes an incident on.
public struct Acknowledgement: Equatable, Sendable {
    /// The generation that is acknowledged, as the region counts it that wrote this; later ones are
    /// not.
    public var generation: UInt64
    /// What identifies that generation: when the one before it ended. *Source:* decision 0010.
    public var previousEnd: HybridTime
    /// The run of the policy that is acknowledged; later ones are not.
    public var run: UInt64
    /// Who.
    public var by: PersonID
    /// By what: `link`, `cli`, `api`, `pagerduty`.
    public var via: String
    /// How far each member's facts were known where this was written.
    public var seen: [FactID]
    /// Until when it holds, if it is for a while only: then paging begins anew.
    public var until: Instant?
    /// How bad its alerts were, as far as was known where this was written: whoever takes on something
    /// mild has not taken on what turns out to be worse. *Source:* decision 0024.
    public var severity: Severity
    /// An acknowledgement.
    public init(
        generation: UInt64, previousEnd: HybridTime, run: UInt64, by: PersonID, via: String,
        seen: [FactID] = [], until: Instant? = nil, severity: Severity = .sev1
    ) {
        self.severity = severity
        (self.generation, self.previousEnd, self.run) = (generation, previousEnd, run)
        (self.by, self.via, self.seen, self.until) = (by, via, seen, until)
    }
}

/// An alert as somebody saw it who closes it.
public struct SeenAlert: Equatable, Sendable {
    /// Which alert.
    public var fingerprint: UInt64
    /// The last report of its firing that was seen; later ones are not closed.
    public var through: HybridTime
    /// A seen alert.
    public init(fingerprint: UInt64, through: HybridTime) {
        (self.fingerprint, self.through) = (fingerprint, through)
    }
}

/// Somebody closes the alerts they had seen, and no others.
public struct Resolution: Equatable, Sendable {
    /// The alerts that were seen firing.
    public var seen: [SeenAlert]
    /// Who.
    public var by: PersonID
    /// By what: `link`, `cli`, `api`.
    public var via: String
    /// A resolution.
    public init(seen: [SeenAlert], by: PersonID, via: String) {
        (self.seen, self.by, self.via) = (seen, by, via)
    }
}

/// Something a person wrote down. Whom it mentions (`@mei`) is told of it.
public struct Note: Equatable, Sendable {
    /// Who.
    public var by: PersonID
    /// What.
    public var text: String
    /// The note that it answers, if it answers one.
    public var replyTo: FactID?
    /// A note.
    public init(by: PersonID, text: String, replyTo: FactID? = nil) {
        (self.by, self.text, self.replyTo) = (by, text, replyTo)
    }
}

/// Somebody asks for the next level now.
public struct EscalationRequest: Equatable, Sendable {
    /// The generation it is asked for, as the region counts it that wrote this.
    public var generation: UInt64
    /// What identifies that generation: when the one before it ended. *Source:* decision 0010.
    public var previousEnd: HybridTime
    /// The run that it ends.
    public var run: UInt64
    /// The level that it leaves, from 0.
    public var level: UInt64
    /// Who.
    public var by: PersonID
    /// Why, or empty.
    public var reason: String
    /// The acknowledgements that have lapsed with it.
    public var lapsed: [FactID]
    /// How far each member's facts were known where this was written.
    public var seen: [FactID]

    /// The level of a request to begin anew at the first one.
    public static let anew = UInt64.max
    /// The reason that a snooze is over.
    public static let snoozeOver = "snooze-over"

    /// The reason that the shift of whoever had taken it on is over.
    public static let shiftOver = "shift-over"

    /// Whether a snooze is over, and nobody asked for anything.
    public var isEndOfSnooze: Bool { level == Self.anew && reason == Self.snoozeOver }
    /// Whether a shift is over, and nobody asked for anything.
    public var isEndOfShift: Bool { level == Self.anew && reason == Self.shiftOver }

    /// A request.
    public init(
        generation: UInt64, previousEnd: HybridTime, run: UInt64, level: UInt64, by: PersonID,
        reason: String, lapsed: [FactID] = [], seen: [FactID] = []
    ) {
        self.generation = generation
        self.previousEnd = previousEnd
        self.run = run
        self.level = level
        self.by = by
        self.reason = reason
        self.lapsed = lapsed
        self.seen = seen
    }
}
