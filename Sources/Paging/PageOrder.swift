package import Basics
package import IncidentModel

extension StepKey {
    /// The key of one page: the first half of SHA-256 over group, end of the generation before,
    /// policy version, run, cycle, level, target, channel and address. Every region derives the same
    /// key for the same page, which is why it is the idempotency key towards providers.
    /// *Source:* design 5, decision 0010.
    package static func derive(
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
package struct PageContent: Equatable, Sendable {
    /// The incident.
    package var group: GroupID
    /// Its generation, which the links acknowledge.
    package var generation: UInt64
    /// What identifies that generation: when the one before it ended. *Source:* decision 0010.
    package var previousEnd: HybridTime
    /// The run of the policy, which the links acknowledge.
    package var run: UInt64
    /// What broke, one line.
    package var title: String
    /// How bad.
    package var severity: Severity
    /// The service.
    package var service: ServiceID
    /// Since when.
    package var openedAt: Instant
    /// The first few alerts that fire, one line each.
    package var alerts: [String]
    /// How many fire in all.
    package var firingCount: Int
    /// Where to look: the first link an alert carried, or empty.
    package var link: String
    /// The service's runbook, or empty.
    package var runbook: String
    /// Which step this is, for people: `level 2, cycle 1`.
    package var step: String
    /// Who else is paged with this step.
    package var alsoPaged: [PersonID]
    /// The region that sends the page.
    package var region: RegionName
    /// A second region whose link acknowledges as well, if there is one.
    package var otherRegion: RegionName?
    /// Which regions cannot be reached from here, worded for people; empty if all can.
    package var isolation: String
    /// Whether this is a drill or a test.
    package var isDrill: Bool

    /// All parts of a page's content.
    package init(
        group: GroupID, generation: UInt64, previousEnd: HybridTime, run: UInt64, title: String,
        severity: Severity, service: ServiceID, openedAt: Instant, alerts: [String],
        firingCount: Int, link: String, runbook: String, step: String, alsoPaged: [PersonID],
        region: RegionName, otherRegion: RegionName?, isolation: String, isDrill: Bool
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
    }
}

/// One attempt to send one page, as the core orders it. The gateway makes exactly one try, within
/// `timeout`, and answers with a `PageReport`; when to try again is the core's decision.
package struct PageOrder: Equatable, Sendable {
    /// The number of this order at this node, unique while the process lives.
    package var number: UInt64
    /// Which page: the idempotency key.
    package var key: StepKey
    /// To whom.
    package var person: PersonID
    /// The person's name.
    package var personName: String
    /// How and where.
    package var contact: Contact
    /// Which of the channel's providers, from 0.
    package var provider: Int
    /// How long the try may take.
    package var timeout: Span
    /// What to say.
    package var content: PageContent

    /// An order.
    package init(
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
package struct PageReport: Equatable, Sendable {
    /// The number of the order.
    package var number: UInt64
    /// The name of the provider that was used.
    package var provider: String
    /// What came of it.
    package var outcome: PageOutcome

    /// A report.
    package init(number: UInt64, provider: String, outcome: PageOutcome) {
        (self.number, self.provider, self.outcome) = (number, provider, outcome)
    }
}

/// The providers of one channel at a region, in the order they are tried.
package struct GatewayInventory: Equatable, Sendable {
    /// The channel.
    package var channel: PageChannel
    /// The names of its providers, the first is preferred.
    package var providers: [String]

    /// An inventory.
    package init(channel: PageChannel, providers: [String]) {
        (self.channel, self.providers) = (channel, providers)
    }
}
