import APIModel
import Alerting
import Basics
import Escalation
import HTTPServer
import IncidentModel
@testable import OnCall
import Paging
import RegionCore
import Synchronization

/// A node of one region without disk, network or other regions: it records what it is asked, and
/// keeps its incidents by the real model, so that reads, links and repeats see what a node would
/// show.
final class MockNode: NodeService {
    struct State {
        var now = Instant(seconds: 1_795_400_000)
        var ready = ReadyState.ready
        var intakes: [AlertReport] = []
        var commands: [Command] = []
        var tests: [(person: PersonID, channel: PageChannel?)] = []
        var incidents: [GroupID: Incident] = [:]
        /// How many facts of incidents are in no log yet.
        var unmerged: [GroupID: Int] = [:]
        /// Which incident pages for another one.
        var carriers: [GroupID: GroupID] = [:]
        var durability = Durability.quorum
        /// What every intake and command is answered with instead of being done.
        var forced: Reply?
        var testReport: PageReport? = PageReport(
            number: 1, provider: "mail", outcome: .delivered(receipt: "250 ok"))
        /// The shifts of the roster's only schedule.
        var shifts: [RegionShift] = []
        var sequence: UInt64 = 0
        /// What the control group says.
        var control = ControlState()
        /// What is wrong with any roster.
        var rosterProblems: [ProblemItem] = []
        /// What any roster would open.
        var rosterHoles: [ProblemItem] = []
        /// Which incident changed when, in order.
        var changes: [GroupID] = []
        /// Who is told of changes.
        var listeners: [AsyncStream<Void>.Continuation] = []
        /// Whether intake waits, as it does while nothing becomes durable.
        var isHeld = false
        /// What was to be made sure of, and what comes of it.
        var confirmed: [ReadScope] = []
        var confirmation = Reply.upToDate
        /// Whether it sees a majority of regions.
        var hasMajority = false
    }

    static let cluster = "test"
    static let foundingEpoch: UInt64 = 7
    let region: RegionName = "eu"
    private let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    func ask<Value: Sendable>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }
    func advance(_ span: Span) { change { $0.now = $0.now + span } }

    var isReady: ReadyState { ask(\.ready) }
    var hasMajority: Bool { ask(\.hasMajority) }
    func now() -> Instant { ask(\.now) }
    func metricsText() -> String { "# TYPE meridian_up gauge\nmeridian_up 1\n" }

    func intake(_ report: AlertReport) async -> Reply {
        while ask(\.isHeld) { try? await Task.sleep(for: .milliseconds(1)) }
        return state.withLock { state in
            state.intakes.append(report)
            if let forced = state.forced { return forced }
            let group = Self.group(report.correlationKey)
            let isRepeat = Self.saysNothingNew(report, to: state.incidents[group])
            if !isRepeat { Self.apply(.alertSeen(report), to: group, in: &state) }
            return Self.accepted(group, isRepeat: isRepeat, in: state)
        }
    }

    func confirm(_ scope: ReadScope) async -> Reply {
        state.withLock { state in
            state.confirmed.append(scope)
            return state.confirmation
        }
    }

    func command(_ command: Command, key: ActKey) async -> Reply {
        state.withLock { state in
            state.commands.append(command)
            if let forced = state.forced { return forced }
            if state.incidents[command.group]?.hasActed(key) == true {
                return Self.accepted(command.group, isRepeat: true, in: state)
            }
            if case .roster(let group, let saying, let by, let reason) = command {
                state.sequence += 1
                var incident = Incident(group: group)
                incident.control = state.control
                let fact = Fact(
                    id: FactID(origin: MemberID(1), sequence: state.sequence), group: group,
                    time: HybridTime(state.now), region: "eu",
                    body: .roster(RosterWord(by: by, reason: reason, saying: saying)))
                incident.applyMerge([fact], index: state.sequence)
                state.control = incident.control ?? state.control
                return Self.accepted(group, isRepeat: false, in: state)
            }
            guard let incident = state.incidents[command.group] else { return .unknownIncident }
            guard let body = Self.body(of: command, on: incident) else {
                return .rejected(reason: "it is \(incident.status.name)")
            }
            Self.apply(body, to: command.group, key: key, in: &state)
            return Self.accepted(command.group, isRepeat: false, in: state)
        }
    }

    func roster() async -> Roster {
        var roster = Self.sampleRoster
        roster.schedules[0].shifts = ask(\.shifts)
        return roster
    }

    func control() async -> ControlState { ask(\.control) }
    func plannedHandoffs() async -> [PlannedHandoff] { [] }

    func handoffBrief(of group: GroupID, for person: PersonID?) async
        -> (text: String, to: PersonID?)?
    {
        guard let incident = ask({ $0.incidents[group] }) else { return nil }
        let to = person ?? incident.openHandoff?.to
        let text = brief(of: incident, roster: await roster(), at: now())
        return (text + (to.map { "\nfor \($0.text)" } ?? ""), to)
    }

    func rosterFileText() async -> String? { "regions: []" }

    func checkRoster(_ text: String) async -> RosterCheck {
        RosterCheck(
            version: "v\(text.utf8.count)", problems: ask(\.rosterProblems),
            holes: ask(\.rosterHoles))
    }

    func runbooks() async -> [RunbookAnswer] {
        [("disk-full", "A disk is full", ["checkout"]), ("slow", "It is slow", ["search"])].map {
            RunbookAnswer(
                summary: RunbookSummary(
                    name: $0.0, title: $0.1, services: $0.2, triggers: ["no space left"],
                    steps: ["look"]),
                text: "# \($0.1)\n")
        }
    }

    func coverage(from: Instant, to: Instant) async -> [CoverageFindingSummary] {
        [
            CoverageFindingSummary(
                gravity: "warning", text: "mei is alone", remedy: "add somebody",
                services: ["checkout"], people: ["mei"],
                openings: [TimelineGap(from: Timestamp(from), to: Timestamp(to))])
        ]
    }

    func zones() async -> TimeZones {
        let universal = TimeZoneRules(transitions: [], offsets: [0], rule: nil)
        return TimeZones(version: "2026f", rules: ["UTC": universal])
    }

    func onCallBook() async -> OnCallBook {
        await roster().book(changes: OnCallChanges(ask(\.control)), zones: await zones())
    }

    func incidents(includeResolved: Bool) async -> [IncidentView] {
        ask { state in
            state.incidents.values.filter { includeResolved || $0.status.isOpen }
                .map { Self.view($0, in: state) }
        }
    }

    func incident(_ group: GroupID) async -> IncidentView? {
        ask { state in state.incidents[group].map { Self.view($0, in: state) } }
    }

    func clusterView() async -> ClusterView {
        var mail = GatewayHealth(channel: .email, provider: "mail")
        mail.failuresInARow = 4
        mail.lastError = "421 busy"
        let me = Member(id: MemberID(0xA1), name: "eu", role: .region)
        let other = Member(id: MemberID(0xB2), name: "us", role: .region)
        return ClusterView(
            me: me, incarnation: Incarnation(3),
            members: [
                MemberView(
                    member: me, isFresh: true, incarnation: Incarnation(3), gatewaysWork: true,
                    roundTrip: nil, factsThrough: 9, ownedCount: 2, hears: []),
                MemberView(
                    member: other, isFresh: false, incarnation: nil, gatewaysWork: nil,
                    roundTrip: .milliseconds(90), factsThrough: 0, ownedCount: 0,
                    lostSince: Instant(seconds: 1_795_399_000)),
            ], hasMajority: ask(\.hasMajority), ownedCount: 2, openCount: 1, incidentCount: 4,
            quarantinedCount: 0, unmergedFacts: 5, pagesInFlight: 1, gateways: [mail],
            rosterVersion: "r1", diskError: "")
    }

    func runtimeStatus() async -> RuntimeStatus {
        RuntimeStatus(
            links: [LinkStatus(peer: "us", lane: "urgent", isUp: false, detail: "refused")],
            disk: DiskStatus(usedBytes: 10, freeBytes: 20), versions: ["wire": "1"])
    }

    func onCallNow(at instant: Instant?) async -> [ScheduleOnCall] {
        let at = instant ?? now()
        let shift = Span.hours(8)
        let index = at.microseconds / shift.microseconds
        let until = Instant(microseconds: (index + 1) * shift.microseconds)
        let person: PersonID = index.isMultiple(of: 2) ? "mei" : "raj"
        let answer = OnCallAnswer(
            people: [OnCallPerson(person: person, region: "eu", until: until, reason: .window)],
            vacancy: nil, until: until, findings: [], scheduleVersion: "r1", tzVersion: "2026f")
        return [ScheduleOnCall(schedule: "sun", answer: answer)]
    }

    func testPage(person: PersonID, channel: PageChannel?) async -> PageReport? {
        state.withLock { state in
            state.tests.append((person, channel))
            return state.testReport
        }
    }

    // MARK: The incidents

    static func group(_ correlationKey: String) -> GroupID {
        GroupID.derive(
            tenant: cluster, correlationKey: correlationKey, foundingEpoch: foundingEpoch)
    }

    /// Puts a page of a delivered attempt on record.
    func recordPage(_ group: GroupID, person: PersonID) {
        change { state in
            guard let incident = state.incidents[group] else { return }
            let intent = PageIntent(
                key: StepKey(high: 1, low: group.low),
                position: StepPosition(
                    generation: incident.generation, previousEnd: incident.previousEnd,
                    run: incident.run.number, cycle: 0, level: 0),
                person: person, channel: .email, attempt: 1)
            Self.apply(.pageIntent(intent), to: group, in: &state)
            Self.apply(
                .pageResult(
                    PageResult(of: intent, provider: "mail", outcome: .delivered(receipt: "250 ok"))
                ),
                to: group, in: &state)
        }
    }

    private static func apply(
        _ body: FactBody, to group: GroupID, key: ActKey = .none, in state: inout State
    ) {
        state.sequence += 1
        state.now = state.now + .milliseconds(1)
        let fact = Fact(
            id: FactID(origin: MemberID(0xA1), sequence: state.sequence), group: group,
            time: HybridTime(state.now), region: "eu", key: key, body: body)
        var incident = state.incidents[group] ?? Incident(group: group)
        incident.applyMerge([fact], index: incident.lastIndex + 1)
        state.incidents[group] = incident
        state.changes.append(group)
        for listener in state.listeners { listener.yield() }
    }

    func changeSignals() -> AsyncStream<Void> {
        let (signals, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        change { $0.listeners.append(continuation) }
        return signals
    }

    func changes(after number: UInt64?, max: Int) async -> ChangeBatch {
        ask { state in
            let count = UInt64(state.changes.count)
            let after = number ?? count
            var changed: [ChangedIncident]? = after <= count ? [] : nil
            for (at, group) in state.changes.enumerated().dropFirst(Int(min(after, count))) {
                guard state.changes.lastIndex(of: group) == at, let one = state.incidents[group]
                else { continue }
                changed?.append(
                    ChangedIncident(
                        at: UInt64(at + 1), group: group, status: one.status,
                        severity: one.severity, generation: one.generation, service: one.service,
                        epoch: 4, index: one.lastIndex, unmergedFacts: 0))
            }
            if let known = changed, known.count > max { changed = nil }
            return ChangeBatch(
                incarnation: Incarnation(3), after: after, through: count, incidents: changed,
                isControlChanged: false, hasMajority: state.hasMajority,
                clusterHash: state.hasMajority ? 1 : 0, rosterVersion: "r1")
        }
    }

    private static func saysNothingNew(_ report: AlertReport, to incident: Incident?) -> Bool {
        guard let incident else { return false }
        return report.alerts.allSatisfy { alert in
            guard let known = incident.alert(alert.fingerprint) else { return false }
            return alert.isFiring
                ? known.isFiring && known.firingSince >= alert.startedAt
                : !known.isFiring && known.resolvedThrough >= alert.startedAt
        }
    }

    private static func body(of command: Command, on incident: Incident) -> FactBody? {
        switch command {
        case .acknowledge(_, let generation, let previousEnd, let run, let by, let via):
            guard generation != nil || incident.status.isOpen else { return nil }
            return .ackSeen(
                Acknowledgement(
                    generation: generation ?? incident.generation,
                    previousEnd: previousEnd ?? incident.previousEnd,
                    run: run ?? incident.run.number, by: by, via: via))
        case .resolve(_, let by, let via):
            let seen = incident.firingAlerts.map {
                SeenAlert(fingerprint: $0.instance.fingerprint, through: $0.firingSeen)
            }
            return seen.isEmpty ? nil : .resolveSeen(Resolution(seen: seen, by: by, via: via))
        case .escalate(_, let by, let reason):
            guard incident.status.isOpen else { return nil }
            return .escalationAsked(
                EscalationRequest(
                    generation: incident.generation, previousEnd: incident.previousEnd,
                    run: incident.run.number, level: 0, by: by, reason: reason))
        case .note(_, let by, let text, let replyTo):
            return .noteAdded(Note(by: by, text: text, replyTo: replyTo))
        case .snooze(_, let until, let by, let via):
            guard incident.status.isOpen else { return nil }
            return .ackSeen(
                Acknowledgement(
                    generation: incident.generation, previousEnd: incident.previousEnd,
                    run: incident.run.number, by: by, via: via, until: until))
        case .merge(_, let other, let by, let reason, let isProposal):
            return .edited(
                FieldEdit(
                    previousEnd: incident.previousEnd,
                    value: .mergedInto(
                        MergeTarget(group: other, previousEnd: .zero, openedAt: .zero)),
                    by: by, reason: reason, isApart: false, seen: [], isProposal: isProposal))
        case .edit(_, let value, let by, let reason, let overturns):
            guard incident.status.isOpen else { return nil }
            return .edited(
                FieldEdit(
                    previousEnd: incident.previousEnd, value: value, by: by, reason: reason,
                    isApart: false, seen: incident.merged, overturns: overturns))
        case .handoff(_, let step, let by): return handoff(step, by: by, on: incident)
        case .work(_, let step, let by): return work(step, by: by, on: incident)
        case .roster: return nil
        }
    }

    private static func work(
        _ step: WorkStep, by: PersonID, on incident: Incident
    ) -> FactBody? {
        func word(_ item: FactID?, _ saying: WorkSaying) -> FactBody {
            .work(WorkWord(previousEnd: incident.previousEnd, item: item, saying: saying, by: by))
        }
        switch step {
        case .begin(let draft): return word(nil, .began(draft))
        case .finish(let draft, let end, let outcome):
            return word(nil, .finished(draft, end, outcome: outcome))
        case .change(let id, let text, let owner, let due):
            guard var draft = incident.presentWork.first(where: { $0.id == id })?.draft else {
                return nil
            }
            (draft.text, draft.owner) = (text ?? draft.text, owner ?? draft.owner)
            draft.due = due ?? draft.due
            return word(id, .changed(draft))
        case .end(let id, let end, let outcome): return word(id, .ended(end, outcome: outcome))
        case .reopen(let id, let reason): return word(id, .reopened(reason: reason))
        }
    }

    private static func handoff(
        _ step: HandoffStep, by: PersonID, on incident: Incident
    ) -> FactBody? {
        guard incident.status.isOpen else { return nil }
        let offer = incident.openHandoff
        func word(_ saying: HandoffSaying, _ offer: FactID?) -> FactBody {
            .handoff(
                HandoffWord(
                    previousEnd: incident.previousEnd, offer: offer, saying: saying, by: by))
        }
        switch step {
        case .offer(let to, let brief):
            return word(.offered(to: to, from: incident.commander, brief: brief), nil)
        case .brief(let text): return offer.map { word(.briefed(text), $0.offer) }
        case .decline(let reason):
            return offer.map { word(.declined(reason: reason), $0.offer) }
        case .withdraw(let reason):
            return offer.map { word(.withdrawn(reason: reason), $0.offer) }
        case .accept(let readBack):
            return offer.map { offer in
                .edited(
                    FieldEdit(
                        previousEnd: incident.previousEnd, value: .commander(by), by: by,
                        reason: readBack, isApart: false, seen: incident.merged,
                        handoff: OfferTaken(
                            offer: offer.offer, generation: incident.generation,
                            run: incident.run.number)))
            }
        }
    }

    private static func accepted(_ group: GroupID, isRepeat: Bool, in state: State) -> Reply {
        let incident = state.incidents[group] ?? Incident(group: group)
        return .accepted(
            Acceptance(
                group: group, generation: incident.generation, status: incident.status,
                durability: state.durability, isRepeat: isRepeat))
    }

    private static func view(_ incident: Incident, in state: State) -> IncidentView {
        IncidentView(
            incident: incident, committedIndex: incident.lastIndex, ownerHint: "eu", epoch: 4,
            isOwnerHere: true, isProvisional: false,
            unmergedFacts: state.unmerged[incident.group] ?? 0, nextDue: nil,
            isQuarantined: false, carrier: state.carriers[incident.group])
    }

    // MARK: The roster

    static let key = "0123456789abcdef0123456789abcdef"
    static let otherKey = "fedcba9876543210fedcba9876543210"

    static let sampleRoster = Roster(
        version: "r1",
        regions: [],
        people: [
            Person(
                id: "mei", name: "Mei <Tanaka>", region: "ap", zone: "Asia/Singapore",
                contacts: [Contact(channel: .email, address: "mei@example.com")]),
            Person(
                id: "raj", name: "Raj Patel", region: "eu", zone: "Europe/Berlin",
                contacts: [Contact(channel: .sms, address: "+4915100000000")]),
        ],
        schedules: [Schedule(id: "sun", name: "Follow the sun", shifts: [])],
        policies: [
            EscalationPolicy(id: "default", levels: [EscalationLevel(targets: [.schedule("sun")])])
        ],
        services: [
            Service(
                id: "checkout", name: "Checkout", policy: "default", defaultSeverity: .sev3,
                runbook: "https://runbooks.example.com/checkout"),
            Service(id: "search", name: "Search", policy: "default", defaultSeverity: .sev4),
        ],
        integrations: [
            IntegrationKey(secret: key, service: "checkout"),
            IntegrationKey(secret: otherKey, service: "search"),
        ], catchAll: ["mei"])
}
