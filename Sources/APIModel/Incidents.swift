/// Where an answer comes from and how much it knows: every read is local and says so. *Source:*
/// design 4, "Reads: local and labelled".
package struct ReadLabel: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// The epoch of the owner it last heard of.
    package var epoch: UInt64
    /// The last committed position of the incident's log that is applied here.
    package var index: UInt64
    /// What is known here and not yet in the log; it is in the answer already.
    package var unmergedFacts: Int
    /// The region that owns the incident, if it is known here.
    package var owner: String?
    /// Whether the answering region owns it.
    package var isOwnerHere: Bool
    /// Whether the owner is without a majority: it pages, but nothing is committed.
    package var isProvisional: Bool
    /// Since when the owner has not been heard here: what was decided there since then may be missing.
    /// Absent while the owner is heard, and at the owner itself.
    package var staleSince: Timestamp?
    /// When this was read.
    package var readAt: Timestamp

    /// A label with all its parts.
    package init(
        region: String, epoch: UInt64, index: UInt64, unmergedFacts: Int, owner: String?,
        isOwnerHere: Bool, isProvisional: Bool, staleSince: Timestamp? = nil, readAt: Timestamp
    ) {
        (self.region, self.epoch, self.index) = (region, epoch, index)
        (self.unmergedFacts, self.owner) = (unmergedFacts, owner)
        (self.isOwnerHere, self.isProvisional) = (isOwnerHere, isProvisional)
        (self.staleSince, self.readAt) = (staleSince, readAt)
    }
}

/// One incident in a list.
package struct IncidentSummary: Codable, Equatable, Sendable {
    /// 32 hexadecimal digits.
    package var id: String
    /// The first eight digits, as people say it.
    package var shortID: String
    /// What is wrong, one line.
    package var title: String
    /// The service.
    package var service: String
    /// `SEV1` to `SEV5`.
    package var severity: String
    /// `triggered`, `acknowledged`, `resolved` or `unopened`; `merged` if another incident took it over
    /// and pages for it.
    package var status: String
    /// `investigating` or `mitigated`; absent until somebody says so.
    package var phase: String?
    /// Counts open → resolved → opened again, from 1.
    package var generation: UInt64
    /// When this generation opened; absent if it never did.
    package var openedAt: Timestamp?
    /// When it was resolved, if it is.
    package var resolvedAt: Timestamp?
    /// Who took it on, if anybody did.
    package var acknowledgedBy: String?
    /// When that was.
    package var acknowledgedAt: Timestamp?
    /// When it pages again, if it was taken on for a while only.
    package var snoozedUntil: Timestamp?
    /// How many alerts fire.
    package var firingCount: Int
    /// How many alerts it has had.
    package var alertCount: Int
    /// How many pages were delivered in this generation.
    package var pagesDelivered: Int
    /// How many pages there are in this generation that have not been delivered.
    package var pagesUndelivered: Int
    /// When the next step of the policy is due, if one is.
    package var nextDue: Timestamp?
    /// Whether it is a drill or a test.
    package var isDrill: Bool
    /// Whether an entry of its log could not be applied, so that it needs the operator.
    package var isQuarantined: Bool
    /// The incident that took it over, 32 hexadecimal digits; absent if none did.
    package var mergedInto: String?
    /// Where this comes from.
    package var label: ReadLabel

    /// A summary with all its parts.
    package init(
        id: String, shortID: String, title: String, service: String, severity: String,
        status: String, generation: UInt64, openedAt: Timestamp?, resolvedAt: Timestamp?,
        acknowledgedBy: String?, acknowledgedAt: Timestamp?, firingCount: Int, alertCount: Int,
        snoozedUntil: Timestamp? = nil, pagesDelivered: Int, pagesUndelivered: Int,
        nextDue: Timestamp?, isDrill: Bool,
        isQuarantined: Bool, mergedInto: String? = nil, phase: String? = nil, label: ReadLabel
    ) {
        (self.id, self.shortID, self.title, self.service) = (id, shortID, title, service)
        (self.severity, self.status, self.generation) = (severity, status, generation)
        (self.openedAt, self.resolvedAt) = (openedAt, resolvedAt)
        (self.acknowledgedBy, self.acknowledgedAt) = (acknowledgedBy, acknowledgedAt)
        (self.firingCount, self.alertCount) = (firingCount, alertCount)
        (self.pagesDelivered, self.pagesUndelivered) = (pagesDelivered, pagesUndelivered)
        (self.nextDue, self.isDrill, self.isQuarantined) = (nextDue, isDrill, isQuarantined)
        (self.mergedInto, self.label, self.snoozedUntil) = (mergedInto, label, snoozedUntil)
        self.phase = phase
    }
}

/// Many incidents, worst and oldest first.
package struct IncidentList: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The incidents.
    package var incidents: [IncidentSummary]
    /// Where the list goes on, for `?cursor=`; absent at its end.
    package var next: String?

    /// A list.
    package init(
        region: String, readAt: Timestamp, incidents: [IncidentSummary], next: String? = nil
    ) {
        (self.region, self.readAt) = (region, readAt)
        (self.incidents, self.next) = (incidents, next)
    }
}

/// Everything about one incident but its timeline.
package struct IncidentDetail: Codable, Equatable, Sendable {
    /// What stands in a list.
    package var summary: IncidentSummary
    /// What groups its alerts: service, kind of source, and the source's own key.
    package var correlationKey: String
    /// Where its alerts come from.
    package var source: String
    /// The current run of the escalation policy, from 1.
    package var run: UInt64
    /// Its alerts, those that fire first.
    package var alerts: [AlertSummary]
    /// Every acknowledgement, oldest first.
    package var acknowledgements: [AcknowledgementSummary]
    /// The pages of this generation, in the order of steps.
    package var pages: [PageSummary]
    /// Who is in command; absent if nobody is.
    package var commander: String?
    /// Who took command elsewhere and stands by.
    package var deputies: [String]
    /// Wishes for the severity or the command that are not decided yet.
    package var proposals: [ProposalSummary]
    /// What two sides saw differently, and what was decided.
    package var conflicts: [ConflictSummary]
    /// The incidents that it took over.
    package var tookOver: [TookOver]
    /// What people work on in this generation, the earliest first.
    package var work: [WorkSummary]
    /// Since when it is in its phase; absent if it has none.
    package var phaseSince: Timestamp?

    /// A detail with all its parts.
    package init(
        summary: IncidentSummary, correlationKey: String, source: String, run: UInt64,
        alerts: [AlertSummary], acknowledgements: [AcknowledgementSummary], pages: [PageSummary],
        commander: String? = nil, deputies: [String] = [], proposals: [ProposalSummary] = [],
        conflicts: [ConflictSummary] = [], tookOver: [TookOver] = [], work: [WorkSummary] = [],
        phaseSince: Timestamp? = nil
    ) {
        (self.summary, self.correlationKey, self.source) = (summary, correlationKey, source)
        (self.run, self.alerts) = (run, alerts)
        (self.acknowledgements, self.pages) = (acknowledgements, pages)
        (self.commander, self.deputies) = (commander, deputies)
        (self.proposals, self.conflicts, self.tookOver) = (proposals, conflicts, tookOver)
        (self.work, self.phaseSince) = (work, phaseSince)
    }
}

/// An incident that another one took over.
package struct TookOver: Codable, Equatable, Sendable {
    /// 32 hexadecimal digits.
    package var id: String
    /// What is wrong, one line.
    package var title: String
    /// How many of its alerts came along.
    package var alertCount: Int

    /// One with all its parts.
    package init(id: String, title: String, alertCount: Int) {
        (self.id, self.title, self.alertCount) = (id, title, alertCount)
    }
}

/// One alert of an incident.
package struct AlertSummary: Codable, Equatable, Sendable {
    /// Its identity within the incident, 16 hexadecimal digits.
    package var fingerprint: String
    /// Whether it fires.
    package var isFiring: Bool
    /// What is wrong, one line.
    package var summary: String
    /// `SEV1` to `SEV5`.
    package var severity: String
    /// When its newest episode began, by the source.
    package var startedAt: Timestamp
    /// How often it was reported.
    package var reportCount: UInt64
    /// Labels and details.
    package var labels: [String: String]
    /// Where to look, a URL; absent if none was given.
    package var link: String?

    /// An alert with all its parts.
    package init(
        fingerprint: String, isFiring: Bool, summary: String, severity: String,
        startedAt: Timestamp, reportCount: UInt64, labels: [String: String], link: String?
    ) {
        (self.fingerprint, self.isFiring) = (fingerprint, isFiring)
        (self.summary, self.severity) = (summary, severity)
        (self.startedAt, self.reportCount) = (startedAt, reportCount)
        (self.labels, self.link) = (labels, link)
    }
}

/// One acknowledgement.
package struct AcknowledgementSummary: Codable, Equatable, Sendable {
    /// Who.
    package var by: String
    /// By what: `link`, `cli`, `api`, `pagerduty`.
    package var via: String
    /// When.
    package var at: Timestamp
    /// Through which region.
    package var region: String
    /// The generation it acknowledged.
    package var generation: UInt64
    /// The run of the policy it acknowledged.
    package var run: UInt64
    /// Whether it covers the incident as it stands.
    package var isCovering: Bool

    /// An acknowledgement with all its parts.
    package init(
        by: String, via: String, at: Timestamp, region: String, generation: UInt64, run: UInt64,
        isCovering: Bool
    ) {
        (self.by, self.via, self.at, self.region) = (by, via, at, region)
        (self.generation, self.run, self.isCovering) = (generation, run, isCovering)
    }
}

/// One entry of a timeline.
package struct TimelineItem: Codable, Equatable, Sendable {
    /// The position in the replicated log; 0 while it is known at the answering region only.
    package var index: UInt64
    /// When it happened.
    package var at: Timestamp
    /// What kind of thing, like `page-delivered`.
    package var kind: String
    /// Where; absent for what has no region.
    package var region: String?
    /// What happened, for people.
    package var text: String
    /// The fact it came from, like `m1.42`; absent if it came from none.
    package var fact: String?
    /// The note that it answers, by its `fact`; absent in all that answers none.
    package var replyTo: String?
    /// The hash chain's digest, 64 hexadecimal digits; absent while `index` is 0.
    package var digest: String?
    /// The incident it stands in, 32 hexadecimal digits, if that is one that this one took over; absent
    /// for its own. Index and digest are that incident's.
    package var incident: String?

    /// An entry with all its parts.
    package init(
        index: UInt64, at: Timestamp, kind: String, region: String?, text: String, fact: String?,
        replyTo: String? = nil, digest: String?, incident: String? = nil
    ) {
        (self.index, self.at, self.kind, self.region) = (index, at, kind, region)
        (self.text, self.fact, self.replyTo) = (text, fact, replyTo)
        (self.digest, self.incident) = (digest, incident)
    }
}

/// The timeline of one incident, oldest first unless it was asked for otherwise.
package struct TimelineAnswer: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// Where this comes from.
    package var label: ReadLabel
    /// The entries; with `?merged=true` those of incidents that it took over among them.
    package var entries: [TimelineItem]
    /// Where the timeline goes on, for `?cursor=`; absent at its end.
    package var next: String?
    /// What came of working the hash chain out anew; absent unless `?verify=true` asked for it.
    package var chain: TimelineChainSummary?

    /// A timeline with all its parts.
    package init(
        incident: String, label: ReadLabel, entries: [TimelineItem], next: String? = nil,
        chain: TimelineChainSummary? = nil
    ) {
        (self.incident, self.label) = (incident, label)
        (self.entries, self.next) = (entries, next)
        self.chain = chain
    }
}

/// What came of working a timeline's hash chain out anew. *Source:* requirement D6.
package struct TimelineChainSummary: Codable, Equatable, Sendable {
    /// How many entries follow from the one before them, from the first on.
    package var verified: UInt64
    /// How many entries are in the replicated log.
    package var committed: UInt64
    /// The log position of the first entry that does not follow; absent if all do.
    package var brokenAt: UInt64?
    /// Whether the first entry ever is among them.
    package var isWhole: Bool
    /// The digest of the last entry that follows, 64 hexadecimal digits.
    package var head: String

    /// What came of it, with all its parts.
    package init(
        verified: UInt64, committed: UInt64, brokenAt: UInt64?, isWhole: Bool, head: String
    ) {
        (self.verified, self.committed, self.brokenAt) = (verified, committed, brokenAt)
        (self.isWhole, self.head) = (isWhole, head)
    }
}
