public import Basics

/// Where an incident stands.
public enum IncidentStatus: UInt8, Sendable, CaseIterable {
    /// Nothing fires and nothing ever did: facts arrived out of order.
    case unopened = 0
    /// It fires and nobody has taken it on.
    case triggered = 1
    /// Somebody has taken it on.
    case acknowledged = 2
    /// Nothing fires any more.
    case resolved = 3

    /// The name in the API.
    public var name: String {
        switch self {
        case .unopened: "unopened"
        case .triggered: "triggered"
        case .acknowledged: "acknowledged"
        case .resolved: "resolved"
        }
    }

    /// Whether somebody has to do something about it.
    public var isOpen: Bool {
        switch self {
        case .triggered, .acknowledged: true
        case .unopened, .resolved: false
        }
    }
}

/// One run of an escalation policy: it starts when an incident opens, and anew at each request for
/// the next level.
public struct PolicyRun: Equatable, Sendable {
    /// Its number within the generation, from 1.
    public var number: UInt64
    /// When it began; its first step is due then.
    public var startedAt: Instant
    /// The level it begins with, from 0.
    public var firstLevel: UInt64
    /// Whether the incident was milder than SEV2 when it began.
    public var isMild: Bool
    /// The first run whose acknowledgements count for this one: an earlier one only where this one
    /// began because the incident became worse, and for those who knew how bad it is.
    public var acknowledgedFrom: UInt64

    /// A run.
    public init(
        number: UInt64, startedAt: Instant, firstLevel: UInt64, isMild: Bool = false,
        acknowledgedFrom: UInt64? = nil
    ) {
        (self.number, self.startedAt, self.firstLevel) = (number, startedAt, firstLevel)
        self.isMild = isMild
        self.acknowledgedFrom = acknowledgedFrom ?? number
    }
}

/// An acknowledgement as it stands in an incident.
public struct AcknowledgementRecord: Equatable, Sendable {
    /// What was said.
    public var acknowledgement: Acknowledgement
    /// When.
    public var time: HybridTime
    /// Through which region.
    public var region: RegionName
    /// The fact it came from.
    public var fact: FactID

    /// A record with all its parts.
    public init(
        acknowledgement: Acknowledgement, time: HybridTime, region: RegionName, fact: FactID
    ) {
        (self.acknowledgement, self.time) = (acknowledgement, time)
        (self.region, self.fact) = (region, fact)
    }
}

/// One attempt to page, from intent to result.
public struct PageAttemptRecord: Equatable, Sendable {
    /// Which member tried.
    public var member: MemberID
    /// That member's count of attempts, from 1.
    public var attempt: UInt64
    /// When it was about to leave.
    public var intentAt: HybridTime
    /// When it ended, if it has.
    public var resultAt: HybridTime?
    /// The provider, once it ended.
    public var provider: String
    /// How it ended, if it has.
    public var outcome: PageOutcome?

    /// An attempt.
    public init(
        member: MemberID, attempt: UInt64, intentAt: HybridTime, resultAt: HybridTime?,
        provider: String, outcome: PageOutcome?
    ) {
        (self.member, self.attempt, self.intentAt) = (member, attempt, intentAt)
        (self.resultAt, self.provider, self.outcome) = (resultAt, provider, outcome)
    }
}

/// All that is known of one page.
public struct PageRecord: Equatable, Sendable {
    /// Which page.
    public var key: StepKey
    /// Of which step.
    public var position: StepPosition
    /// To whom.
    public var person: PersonID
    /// How.
    public var channel: PageChannel
    /// Attempts in the order they became known.
    public var attempts: [PageAttemptRecord]

    /// A record.
    public init(
        key: StepKey, position: StepPosition, person: PersonID, channel: PageChannel,
        attempts: [PageAttemptRecord]
    ) {
        (self.key, self.position, self.person) = (key, position, person)
        (self.channel, self.attempts) = (channel, attempts)
    }

    /// Whether some attempt was delivered.
    public var isDelivered: Bool { attempts.contains { $0.outcome?.isSuccess == true } }
    /// Whether an address was found that can never be reached.
    public var isUndeliverable: Bool {
        attempts.contains { attempt in
            switch attempt.outcome {
            case .undeliverable: true
            case .delivered, .failed, .dropped, nil: false
            }
        }
    }
}

/// An incident's replicated state: what its log says, applied in order.
///
/// The state is a function of the log alone. Facts that are known here but not yet in the log are
/// applied to a copy (`viewed(with:)`), which is what paging decisions look at. *Source:* design 3
/// and 5.
public struct Incident: Equatable, Sendable {
    /// The replicated group.
    public let group: GroupID
    /// The service, once an alert came.
    public var service: ServiceID = ""
    /// What groups its alerts.
    public var correlationKey: String = ""
    /// One line for people.
    public var title: String = ""
    /// Where its alerts come from.
    public var source: String = ""
    /// Whether it is a drill or test.
    public var isDrill: Bool = false
    /// Counts open → resolved → opened again; 0 before it first opens.
    public var generation: UInt64 = 0
    /// When the generation before this one ended; zero in the first. It identifies the generation in
    /// regions that were apart, where the count may differ.
    public var previousEnd: HybridTime = .zero
    /// What identified the generations that are over, the latest last; at most
    /// `closedGenerationsMax`. Ends are clock readings of several regions, so that their order says
    /// nothing about the order of generations.
    public var closedGenerations: [HybridTime] = []
    /// Where it stands.
    public var status: IncidentStatus = .unopened
    /// When this generation opened.
    public var openedAt: HybridTime = .zero
    /// When this generation was resolved, if it is.
    public var resolvedAt: HybridTime?
    /// How bad: the worst that fired in this generation, unless it was decided otherwise.
    public var severity: Severity = .sev5
    /// The worst that fired in this generation.
    public var alertSeverity: Severity = .sev5
    /// The severity that was decided, if one was.
    public var severitySetting: SeveritySetting?
    /// Who is in command, if somebody is.
    public var commander: PersonID?
    /// Since when that person is, by the owner's clock; zero if nobody is or ever was.
    public var commandSince: HybridTime = .zero
    /// The offers of command of this generation, and of those that are yet to open here, the earliest
    /// first; at most `handoffsMax`.
    public var handoffs: [HandoffRecord] = []
    /// Who took command elsewhere and stands by.
    public var deputies: [PersonID] = []
    /// How far people are with it, as it was decided; `nil` until somebody says so.
    public var phase: PhaseSetting?
    /// What people work on, of this generation and of those that are yet to open here, the earliest
    /// first; at most `workMax`.
    public var work: [WorkItem] = []
    /// The last notes that mention people, of whatever generation, the earliest first; at most
    /// `mentionsMax`.
    public var mentions: [Mention] = []
    /// What people want fields to be, in the order (time, fact); of this generation, and of those that
    /// are yet to open here.
    public var edits: [EditRecord] = []
    /// What people asked for the next level, in the order (time, fact); of this generation, and of those
    /// that are yet to open here; at most `escalationsMax`.
    public var escalations: [EscalationRecord] = []
    /// What was decided, oldest first; at most `decisionsMax`.
    public var decisions: [Decision] = []
    /// The incident it is sealed into, if it is: that one pages for both once it has absorbed it. It
    /// stays so over generations of this one, for as long as that generation of the other lasts.
    public var sealing: MergeTarget?
    /// The incidents it absorbed, oldest first: in its present generation, and in the last.
    public var absorbed: [AbsorbedIncident] = []
    /// Its alerts, sorted by fingerprint.
    public var alerts: [AlertState] = []
    /// The current run of the escalation policy.
    public var run: PolicyRun = PolicyRun(number: 0, startedAt: .epoch, firstLevel: 0)
    /// The acknowledgements that cover something or still may, in the order they became known; the
    /// timeline tells all of them.
    public var acknowledgements: [AcknowledgementRecord] = []
    /// The pages of this generation, sorted by key; and those of a generation that is yet to open
    /// here, when its pages came before its alerts.
    public var pages: [PageRecord] = []
    /// The owner by the last `Establish`, if there was one.
    public var owner: MemberID?
    /// The owner's epoch: the term of the last `Establish`.
    public var epoch: Term = 0
    /// The highest fact number merged, per member, sorted by member.
    public var merged: [FactID] = []
    /// The keys of requests that have acted, the newest last.
    public var acted: [ActKey] = []
    /// What the control group says; `nil` in every incident.
    public var control: ControlState?
    /// What happened, oldest first.
    public var timeline = TimelineList()
    /// The last log index applied.
    public var lastIndex: LogIndex = 0

    /// An incident of which nothing is known.
    public init(group: GroupID) { self.group = group }

    /// How many generations that are over are remembered.
    public static let closedGenerationsMax = 64

    /// Whether the generation that began after this end is over here. One that is neither over nor
    /// the present one is yet to open here.
    @inlinable
    public func hasClosed(after end: HybridTime) -> Bool {
        if closedGenerations.contains(end) { return true }
        // Of those that are forgotten only their age is known.
        guard closedGenerations.count == Self.closedGenerationsMax else { return false }
        return end < (closedGenerations.min() ?? .zero)
    }

    /// The earliest acknowledgement that covers the current generation and run, if any. One that was given
    /// for a generation that is yet to open here, in a view that was ahead of the log, covers this
    /// one if it came after its opening.
    @inlinable
    public var coveringAcknowledgement: AcknowledgementRecord? {
        var earliest: AcknowledgementRecord?
        for record in acknowledgements where covers(record) {
            if let known = earliest, (known.time, known.fact) < (record.time, record.fact) {
                continue
            }
            earliest = record
        }
        return earliest
    }

    /// When the last of those who took it on for a while is to be asked again; `nil` if somebody has it for
    /// good, or nobody has.
    public var snoozedUntil: Instant? {
        var last: Instant?
        for record in standingAcknowledgements {
            guard let until = record.acknowledgement.until else { return nil }
            last = max(last ?? until, until)
        }
        return last
    }

    /// The acknowledgements that cover the current generation and run, one of each person: what somebody
    /// said last is what they mean.
    public var standingAcknowledgements: [AcknowledgementRecord] {
        let covering = acknowledgements.filter { covers($0) }
        return covering.filter { record in
            !covering.contains {
                $0.acknowledgement.by == record.acknowledgement.by
                    && ($0.time, $0.fact) > (record.time, record.fact)
            }
        }
    }

    /// Whether an acknowledgement covers the current generation and run, and was given by somebody who
    /// knew how bad it is.
    @inlinable
    public func covers(_ record: AcknowledgementRecord) -> Bool {
        let given = record.acknowledgement
        return given.previousEnd == previousEnd
            && given.run >= run.acknowledgedFrom && given.run <= run.number
            && given.severity <= alertSeverity
            || given.previousEnd != previousEnd && !hasClosed(after: given.previousEnd)
                && record.time > openedAt
    }

    /// The record of one page of this generation.
    @inlinable
    public func page(_ key: StepKey) -> PageRecord? {
        let position = pages.partitioningIndex { $0.key >= key }
        guard position < pages.count, pages[position].key == key else { return nil }
        return pages[position]
    }

    /// Whether one page of this generation is known to have been delivered.
    @inlinable
    public func isDelivered(_ key: StepKey) -> Bool {
        let position = pages.partitioningIndex { $0.key >= key }
        return position < pages.count && pages[position].key == key && pages[position].isDelivered
    }

    /// How many tries of one page of this generation are under way.
    @inlinable
    public func openAttemptCount(of key: StepKey) -> Int {
        let position = pages.partitioningIndex { $0.key >= key }
        guard position < pages.count, pages[position].key == key else { return 0 }
        return pages[position].attempts.count { $0.outcome == nil }
    }

    /// The state of one alert.
    @inlinable
    public func alert(_ fingerprint: UInt64) -> AlertState? {
        let position = alerts.partitioningIndex { $0.instance.fingerprint >= fingerprint }
        guard position < alerts.count, alerts[position].instance.fingerprint == fingerprint else {
            return nil
        }
        return alerts[position]
    }

    /// The alerts that fire.
    public var firingAlerts: [AlertState] { alerts.filter(\.isFiring) }

    /// Whether a fact is in the log already.
    @inlinable
    public func hasMerged(_ id: FactID) -> Bool {
        merged.contains { $0.origin == id.origin && $0.sequence >= id.sequence }
    }

    /// The digest of the last sealed timeline entry.
    @inlinable
    public var chainHead: Digest256 { timeline.last?.digest ?? .zero }
}

extension Array {
    /// The first index whose element satisfies a predicate that is false and then true. O(log n).
    @inlinable
    public func partitioningIndex(where belongsToSecond: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
