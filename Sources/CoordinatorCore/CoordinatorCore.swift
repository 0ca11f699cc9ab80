public import Basics
import IncidentModel
public import Reconciliation
import Replication
public import Wire

/// Everything that can happen to a coordinator.
public enum CoordinatorInput: Sendable {
    /// The instant asked for has come.
    case wake
    /// A frame from a member.
    case received(from: MemberID, bytes: [UInt8])
    /// A publication of a member.
    case published(from: MemberID, bytes: [UInt8])
}

/// Everything a coordinator asks for.
public enum CoordinatorEffect: Equatable, Sendable {
    /// Send a frame to a member; it may be lost.
    case send(to: MemberID, bytes: [UInt8])
    /// Publish to whoever listens; it may be lost.
    case publish(bytes: [UInt8])
    /// Wake the core at this instant at the latest.
    case wake(at: Instant)
    /// A finding is new; told once.
    case found(GroupID, Finding)
    /// A finding is over.
    case cleared(GroupID, Finding)
    /// A frame was refused.
    case refusedFrame(from: MemberID, WireError)
}

/// The coordinator's core: follows every region, holds one merged view, and says what should not
/// be.
///
/// It proposes and reports; it decides nothing, and no page waits for it. Killing it changes
/// nothing.
/// *Source:* design 7; decisions 0014 and 0015 say why rules are applied by owners.
public struct CoordinatorCore: Sendable {
    /// What is known of one region.
    public struct RegionState: Equatable, Sendable {
        /// Which.
        public var member: MemberID
        /// The incarnation last heard of.
        public var incarnation: Incarnation
        /// The last change known here.
        public var knownThrough: UInt64
        /// The last change there is, as the region said.
        public var last: UInt64
        /// When it was last heard; `nil` if never.
        public var heardAt: Instant?
        /// When it was last asked.
        public var askedAt: Instant?
        /// Whether it said that its gateways work.
        public var gatewaysWork: Bool

        /// Whether it was heard of lately.
        public func isHeard(at now: Instant) -> Bool {
            heardAt.map { now - $0 < CoordinatorCore.silentAfter } ?? false
        }
    }

    /// One incident as all regions together know it.
    public struct MergedIncident: Equatable, Sendable {
        /// Which.
        public var group: GroupID
        /// What each region says, sorted by member.
        public var byMember: [(member: MemberID, summary: IncidentSummary)]
        /// What should not be.
        public var findings: [Finding]
        /// When it was last proposed to merge it, and how often.
        var proposed: (at: Instant, count: Int64) = (.epoch, 0)

        /// The most advanced summary: by generation, then epoch, then member.
        public var newest: IncidentSummary? {
            byMember.max {
                ($0.summary.previousEnd, $0.summary.epoch, $0.member)
                    < ($1.summary.previousEnd, $1.summary.epoch, $1.member)
            }?.summary
        }

        /// What it is compared by, if no region knows that somebody has spoken about it.
        var suspect: Suspect? {
            guard let newest,
                byMember.allSatisfy({
                    $0.summary.previousEnd != newest.previousEnd || $0.summary.likeness != nil
                }), let likeness = newest.likeness
            else { return nil }
            return Suspect(
                group: group, service: newest.service, previousEnd: newest.previousEnd,
                openedAt: newest.openedAt, severity: newest.severity, likeness: likeness)
        }

        /// Whether it is open, by the most advanced summary.
        public var isOpen: Bool { newest?.status.isOpen ?? false }
        /// Whether time alone changes nothing about it any more.
        var isSettled: Bool { !isOpen && findings.isEmpty }

        public static func == (a: MergedIncident, b: MergedIncident) -> Bool {
            a.group == b.group && a.findings == b.findings
                && a.byMember.map(\.member) == b.byMember.map(\.member)
                && a.byMember.map(\.summary) == b.byMember.map(\.summary)
        }
    }

    /// A region not heard of for so long counts as silent.
    public static let silentAfter = Span.seconds(3)
    /// From one look at everything to the next.
    private static let roundLength = Span.milliseconds(500)
    /// With more candidates than these each is compared once, when it changes.
    private static let comparedAgainMax = 500
    /// How long a proposal is waited for at first.
    private static let proposePause = Span.seconds(5)
    /// How long an answer is waited for.
    private static let askPause = Span.seconds(1)

    /// The regions, sorted by member.
    public private(set) var regions: [RegionState]
    private var incidents = SlotMap<GroupID, MergedIncident>()
    private var suspects = Suspects()
    private var roundCount: UInt64 = 0
    private let me: MemberID
    private let incarnation: Incarnation
    private let overdueAfter: Span
    private var nextRoundAt: Instant
    private var heartbeatCount: UInt64 = 0
    private var effects: [CoordinatorEffect] = []

    /// A coordinator of these members. `overdueAfter` is the paging bound, see `findings`.
    public init(
        me: MemberID, incarnation: Incarnation, regions members: [MemberID], overdueAfter: Span,
        at now: Instant
    ) {
        (self.me, self.incarnation) = (me, incarnation)
        regions = members.sorted().map {
            RegionState(
                member: $0, incarnation: Incarnation(0), knownThrough: 0, last: 0, heardAt: nil,
                askedAt: nil, gatewaysWork: false)
        }
        self.overdueAfter = overdueAfter
        nextRoundAt = now
    }

    /// Takes one input and says what is to be done, in order.
    public mutating func step(_ input: CoordinatorInput, at now: Instant) -> [CoordinatorEffect] {
        switch input {
        case .wake: break
        case .received(let member, let bytes): receive(bytes, from: member, at: now)
        case .published(let member, let bytes): hear(bytes, from: member, at: now)
        }
        if nextRoundAt <= now {
            nextRoundAt = now + Self.roundLength
            roundCount += 1
            let compares = roundCount % 8 == 0 && suspects.count <= Self.comparedAgainMax
            // What is closed and has nothing to be cleared changes only by what regions tell.
            for group in incidents.keys where incidents[group]?.isSettled == false {
                judge(group, compares: compares, at: now)
            }
            effects.append(.publish(bytes: heartbeat(at: now)))
            effects.append(.wake(at: nextRoundAt))
        }
        askForMissing(at: now)
        let taken = effects
        effects = []
        return taken
    }

    /// How many incidents are known.
    public var knownCount: Int { incidents.count }

    /// How many incidents are open.
    public var openCount: Int {
        var count = 0
        incidents.forEach { _, incident in if incident.isOpen { count += 1 } }
        return count
    }

    /// How many open incidents have a finding, by kind.
    public var openFindings: [(kind: String, count: Int)] {
        Finding.kinds.map { kind in
            var count = 0
            incidents.forEach { _, incident in
                if incident.isOpen, incident.findings.contains(where: { $0.kind == kind }) {
                    count += 1
                }
            }
            return (kind, count)
        }
    }

    /// The merged view, newest first.
    public var merged: [MergedIncident] {
        incidents.keys.compactMap { incidents[$0] }
            .sorted {
                let (a, b) = ($0.newest?.openedAt ?? .zero, $1.newest?.openedAt ?? .zero)
                return (b, $0.group) < (a, $1.group)
            }
    }

    /// Tells the regions that it lives; nothing depends on it.
    private mutating func heartbeat(at now: Instant) -> [UInt8] {
        heartbeatCount += 1
        let beacon = Beacon(factsThrough: [], gatewaysWork: false, changeCount: 0)
        return Heartbeat(
            member: me, incarnation: incarnation, sequence: heartbeatCount, sentAt: now,
            echoes: [], attachment: beacon.encoded
        ).encoded
    }

    private mutating func hear(_ bytes: [UInt8], from member: MemberID, at now: Instant) {
        do throws(WireError) {
            let heartbeat = try Heartbeat(decoding: bytes)
            let beacon = try Beacon(decoding: heartbeat.attachment)
            guard let index = regions.firstIndex(where: { $0.member == member }) else { return }
            if heartbeat.incarnation != regions[index].incarnation {
                regions[index].incarnation = heartbeat.incarnation
                regions[index].knownThrough = 0
            }
            regions[index].heardAt = now
            regions[index].last = beacon.changeCount
            regions[index].gatewaysWork = beacon.gatewaysWork
        } catch {
            effects.append(.refusedFrame(from: member, error))
        }
    }

    private mutating func receive(_ bytes: [UInt8], from member: MemberID, at now: Instant) {
        do throws(WireError) {
            let message = try PeerMessage(decoding: bytes)
            guard case .view(let batch) = message,
                let index = regions.firstIndex(where: { $0.member == member }),
                batch.incarnation >= regions[index].incarnation
            else { return }
            regions[index].incarnation = batch.incarnation
            regions[index].knownThrough = batch.through
            regions[index].last = batch.last
            regions[index].askedAt = nil
            for summary in batch.incidents {
                take(summary, from: member)
                judge(summary.group, compares: true, at: now)
            }
        } catch {
            effects.append(.refusedFrame(from: member, error))
        }
    }

    private mutating func take(_ summary: IncidentSummary, from member: MemberID) {
        incidents.update(
            summary.group,
            default: { MergedIncident(group: summary.group, byMember: [], findings: []) }
        ) { incident in
            if let known = incident.byMember.firstIndex(where: { $0.member == member }) {
                incident.byMember[known].summary = summary
            } else {
                incident.byMember.append((member, summary))
                incident.byMember.sort { $0.member < $1.member }
            }
        }
        if let merged = incidents.read(summary.group, { $0 }) {
            suspects.note(merged.group, merged.suspect)
        }
    }

    /// `compares`: whether it is compared with others anew, which takes long where there are many.
    private mutating func judge(_ group: GroupID, compares: Bool, at now: Instant) {
        guard let incident = incidents[group] else { return }
        let heard = regions.filter { $0.isHeard(at: now) }.map(\.member)
        let views = incident.byMember.filter { heard.contains($0.member) }.map {
            RegionalView(
                member: $0.member, previousEnd: $0.summary.previousEnd,
                isOwner: $0.summary.isOwner, epoch: $0.summary.epoch, pages: $0.summary.pages,
                overdueSince: $0.summary.overdueSince)
        }
        guard !views.isEmpty else { return }
        var new = findings(in: views, at: now, overdueAfter: overdueAfter)
        let known = incident.findings.first {
            if case .sameProblem = $0 { incident.suspect != nil } else { false }
        }
        if let finding = compares ? sameProblem(incident) : known {
            new.append(finding)
            propose(incident, finding, at: now)
        }
        guard new != incident.findings else { return }
        for finding in new where !incident.findings.contains(finding) {
            effects.append(.found(group, finding))
        }
        for finding in incident.findings where !new.contains(finding) {
            effects.append(.cleared(group, finding))
        }
        incidents.updateIfPresent(group) { $0.findings = new }
    }

    /// The first incident that may be one problem with a later one.
    private func sameProblem(_ incident: MergedIncident) -> Finding? {
        suspects.original(of: incident.group).map {
            .sameProblem(as: $0.target.group, reason: $0.reason)
        }
    }

    /// Proposes a merge to the owner, and after a while to whoever else knows it; again and again, ever
    /// slower, until somebody has taken it up.
    private mutating func propose(
        _ incident: MergedIncident, _ finding: Finding, at now: Instant
    ) {
        guard case .sameProblem(let survivor, _) = finding else { return }
        let (last, count) = incident.proposed
        guard count == 0 || now - last >= Self.proposePause * min(count, 20) else { return }
        let heard = incident.byMember.filter { one in
            regions.contains { $0.member == one.member && $0.isHeard(at: now) }
        }
        let owner = heard.first { $0.summary.isOwner }?.member
        let others = heard.map(\.member)
        guard !others.isEmpty else { return }
        let target = count % 2 == 0 ? owner ?? others[0] : others[Int(count / 2) % others.count]
        incidents.updateIfPresent(incident.group) { $0.proposed = (now, count + 1) }
        let proposal = MergeProposal(child: incident.group, survivor: survivor)
        effects.append(
            .send(to: target, bytes: PeerMessage.mergeProposal(proposal).encoded))
    }

    private mutating func askForMissing(at now: Instant) {
        for index in regions.indices {
            let region = regions[index]
            let isBehind = region.knownThrough < region.last
            let isWaiting = region.askedAt.map { now - $0 < Self.askPause } ?? false
            guard isBehind, !isWaiting else { continue }
            regions[index].askedAt = now
            let pull = ViewPull(after: region.knownThrough, incarnation: region.incarnation)
            effects.append(.send(to: region.member, bytes: PeerMessage.viewPull(pull).encoded))
        }
    }
}
