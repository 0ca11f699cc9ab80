public import Basics
public import IncidentModel

extension StepKey {
    /// The key of one page: the first half of SHA-256 over group, end of the generation before,
    /// policy version, run, cycle, level, target, channel and address. Every region derives the same
    /// key for the same page, which is why it is the idempotency key towards providers.
    /// *Source:* design 5, decision 0010.
    public static func derive(
        group: GroupID, policyVersion: String, position: StepPosition, person: PersonID,
        channel: PageChannel, address: String
    ) -> StepKey {
        var writer = ByteWriter()
        writer.write(group)
        writer.write(policyVersion)
        writer.write(position.previousEnd)
        writer.write(position.run)
        writer.write(position.cycle)
        writer.write(position.level)
        writer.write(person)
        writer.write(channel)
        writer.write(address)
        let digest = Digest256(of: writer.bytes).group
        return StepKey(high: digest.high, low: digest.low)
    }
}

/// What a page has to say; the gateways turn it into text for their channel.
public struct PageContent: Equatable, Sendable {
    /// The incident.
    public var group: GroupID
    /// Its generation, which the links acknowledge.
    public var generation: UInt64
    /// What identifies that generation: when the one before it ended. *Source:* decision 0010.
    public var previousEnd: HybridTime
    /// The run of the policy, which the links acknowledge.
    public var run: UInt64
    /// What broke, one line.
    public var title: String
    /// How bad.
    public var severity: Severity
    /// The service.
    public var service: ServiceID
    /// Since when.
    public var openedAt: Instant
    /// The first few alerts that fire, one line each.
    public var alerts: [String]
    /// How many fire in all.
    public var firingCount: Int
    /// Where to look: the first link an alert carried, or empty.
    public var link: String
    /// The service's runbook, or empty.
    public var runbook: String
    /// Which step this is, for people: `level 2, cycle 1`.
    public var step: String
    /// Who else is paged with this step.
    public var alsoPaged: [PersonID]
    /// The region that sends the page.
    public var region: RegionName
    /// A second region whose link acknowledges as well, if there is one.
    public var otherRegion: RegionName?
    /// Which regions cannot be reached from here, worded for people; empty if all can.
    public var isolation: String
    /// Whether this is a drill or a test.
    public var isDrill: Bool
    /// What is told instead of paging, one sentence; empty in a page.
    public var notice: String
    /// Whether the notice offers command, so that its links take it.
    public var offersCommand: Bool

    /// Whether it tells somebody about a shift, and so is about no incident.
    public var isAboutShift: Bool { generation == 0 && !notice.isEmpty }

    /// All parts of a page's content.
    public init(
        group: GroupID, generation: UInt64, previousEnd: HybridTime, run: UInt64, title: String,
        severity: Severity, service: ServiceID, openedAt: Instant, alerts: [String],
        firingCount: Int, link: String, runbook: String, step: String, alsoPaged: [PersonID],
        region: RegionName, otherRegion: RegionName?, isolation: String, isDrill: Bool,
        notice: String = "", offersCommand: Bool = false
    ) {
        self.group = group
        self.generation = generation
        self.previousEnd = previousEnd
        self.run = run
        self.title = title
        self.severity = severity
        self.service = service
        self.openedAt = openedAt
        self.alerts = alerts
        self.firingCount = firingCount
        self.link = link
        self.runbook = runbook
        self.step = step
        self.alsoPaged = alsoPaged
        self.region = region
        self.otherRegion = otherRegion
        self.isolation = isolation
        self.isDrill = isDrill
        self.notice = notice
        self.offersCommand = offersCommand
    }
}

/// One attempt to send one page, as the core orders it. The gateway makes exactly one try, within
/// `timeout`, and answers with a `PageReport`; when to try again is the core's decision.
public struct PageOrder: Equatable, Sendable {
    /// The number of this order at this node, unique while the process lives.
    public var number: UInt64
    /// Which page: the idempotency key.
    public var key: StepKey
    /// To whom.
    public var person: PersonID
    /// The person's name.
    public var personName: String
    /// How and where.
    public var contact: Contact
    /// Which of the channel's providers, from 0.
    public var provider: Int
    /// How long the try may take.
    public var timeout: Span
    /// What to say.
    public var content: PageContent
    /// Pages about other incidents that the same message brings: to the same person, at the same
    /// address. How the try ends is how it ends for them. *Source:* decision 0016.
    public var also: [PageOrder] = []

    /// This page and those that go with it.
    public var all: [PageOrder] { [self] + also }

    /// An order.
    public init(
        number: UInt64, key: StepKey, person: PersonID, personName: String, contact: Contact,
        provider: Int, timeout: Span, content: PageContent
    ) {
        self.number = number
        self.key = key
        self.person = person
        self.personName = personName
        self.contact = contact
        self.provider = provider
        self.timeout = timeout
        self.content = content
    }
}

/// How a try ended.
public struct PageReport: Equatable, Sendable {
    /// The number of the order.
    public var number: UInt64
    /// The name of the provider that was used.
    public var provider: String
    /// What came of it.
    public var outcome: PageOutcome

    /// A report.
    public init(number: UInt64, provider: String, outcome: PageOutcome) {
        (self.number, self.provider, self.outcome) = (number, provider, outcome)
    }
}

/// The providers of one channel at a region, in the order they are tried.
public struct GatewayInventory: Equatable, Sendable {
    /// The channel.
    public var channel: PageChannel
    /// The names of its providers, the first is preferred.
    public var providers: [String]

    /// An inventory.
    public init(channel: PageChannel, providers: [String]) {
        (self.channel, self.providers) = (channel, providers)
    }
}
