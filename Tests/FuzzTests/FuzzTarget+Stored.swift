import Basics
import Replication

@testable import IncidentModel
@testable import RegionCore

extension FuzzTarget {
    /// What the store gives back: its sums find chance damage, not what another version wrote.
    static let storedTargets = [
        coded("fact", FuzzSamples.facts),
        coded(
            "log-payload",
            [
                LogPayload.merge(FuzzSamples.facts), .merge([]),
                .reconcile(FuzzSamples.decisions, by: "eu", at: HybridTime(raw: 77)),
            ]),
        coded("incident", [Incident(group: FuzzSamples.group), FuzzSamples.incident]),
        coded(
            "establish-record",
            [
                EstablishRecord(
                    owner: MemberID(0xA1), region: "ap", time: HybridTime(raw: 1_234_567_890))
            ]),
        coded(
            "log-entry",
            [
                LogEntry(
                    index: 7, term: 3, kind: .data,
                    payload: LogPayload.merge([FuzzSamples.facts[0]]).encoded),
                LogEntry(index: 1, term: 1, kind: .establish, payload: []),
            ]),
        coded("snapshot", [Snapshot(index: 6, term: 2, payload: FuzzSamples.incident.encoded)]),
        coded(
            "hard-state",
            [HardState(term: 3, votedFor: MemberID(2)), HardState(term: 9, votedFor: nil)]),
        coded(
            "group-write",
            [
                GroupWrite(
                    group: FuzzSamples.group, hardState: HardState(term: 3, votedFor: MemberID(2)),
                    truncateFrom: 7,
                    entries: [LogEntry(index: 7, term: 3, kind: .data, payload: [1, 2, 3])],
                    snapshot: Snapshot(index: 6, term: 2, payload: [9, 8]), commit: 6)
            ]),
    ]
}

/// One of everything that is stored.
enum FuzzSamples {
    static let group = GroupID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
    private static let time = HybridTime(Instant(seconds: 1_793_620_800))
    private static let key = StepKey(high: 11, low: 12)
    private static let position = StepPosition(
        generation: 1, previousEnd: .zero, run: 1, cycle: 0, level: 1)
    private static let intent = PageIntent(
        key: key, position: position, person: "mei", channel: .sms, attempt: 1)
    private static let acknowledgement = Acknowledgement(
        generation: 1, previousEnd: .zero, run: 1, by: "mei", via: "link")
    private static let alert = AlertInstance(
        fingerprint: 0x791C_EC13_FCBA_0368, isFiring: true,
        startedAt: Instant(seconds: 1_793_620_800), summary: "café fails 日本", severity: .sev1,
        labels: [Label("host", "h"), Label("job", "j")], link: "https://x.example.com")

    private static let bodies: [FactBody] = [
        .alertSeen(
            AlertReport(
                service: "checkout", correlationKey: "checkout/json/a", title: "Checkout fails",
                source: "json", alerts: [alert], isDrill: true)),
        .pageIntent(intent),
        .pageResult(PageResult(of: intent, provider: "twilio", outcome: .delivered(receipt: "S"))),
        .ackSeen(acknowledgement),
        .resolveSeen(
            Resolution(
                seen: [SeenAlert(fingerprint: 7, through: time)], by: "mei", via: "cli")),
        .noteAdded(Note(by: "raj", text: "rolled back")),
        .noteAdded(
            Note(
                by: "raj", text: "and @mei?",
                replyTo: FactID(origin: MemberID(2), sequence: 5))),
        .escalationAsked(
            EscalationRequest(
                generation: 1, previousEnd: .zero, run: 1, level: 0, by: "ana", reason: "help",
                lapsed: [FactID(origin: MemberID(2), sequence: 5)],
                seen: [FactID(origin: MemberID(2), sequence: 9)])),
        .edited(
            FieldEdit(
                previousEnd: .zero, value: .severity(.sev1), by: "ana", reason: "all of it",
                isApart: true, seen: [FactID(origin: MemberID(2), sequence: 9)],
                overturns: DecisionID(raw: 0xFEED))),
        .edited(
            FieldEdit(
                previousEnd: .zero, value: .commander("ana"), by: "ana", reason: "I have it",
                isApart: false, seen: [],
                handoff: OfferTaken(offer: offer, generation: 1, run: 2))),
        .handoff(word(.offered(to: "ana", from: "mei", brief: "SEV1\nwatch the lag"), nil)),
        .handoff(word(.briefed("anew"), offer)), .handoff(word(.declined(reason: "no"), offer)),
        .handoff(word(.withdrawn(reason: ""), offer)),
        .edited(
            FieldEdit(
                previousEnd: .zero, value: .phase(.mitigated), by: "ana", reason: "moved",
                isApart: false, seen: [])),
        .edited(
            FieldEdit(
                previousEnd: .zero, value: .mergedInto(mergeTarget), by: "ana", reason: "one cause",
                isApart: false, seen: [])),
        .edited(
            FieldEdit(
                previousEnd: .zero, value: .separate, by: "ana", reason: "another one",
                isApart: false, seen: [])),
        .work(word(.began(draft), nil)), .work(word(.changed(draft), offer)),
        .work(word(.ended(.ruledOut, outcome: "it is idle"), offer)),
        .work(word(.reopened(reason: "it is back"), offer)),
        .roster(word(.applied(RosterDocument(version: "a1", base: "f0", text: "regions: []")))),
        .roster(word(.overridden(override))), .roster(word(.swapAsked(override))),
        .roster(word(.left(LeaveWord(person: "raj", from: .epoch, to: time.instant)))),
        .roster(word(.swapTaken(offer))), .roster(word(.cancelled(offer))),
    ]

    private static let offer = FactID(origin: MemberID(1), sequence: 10)
    private static let override = OverrideWord(
        schedule: "primary", person: "joe", replaces: "mei", from: .epoch, to: time.instant)
    private static func word(_ saying: HandoffSaying, _ offer: FactID?) -> HandoffWord {
        HandoffWord(previousEnd: .zero, offer: offer, saying: saying, by: "mei")
    }
    private static let draft = WorkDraft(
        kind: .action, text: "roll back", owner: "joe", due: time.instant, audience: "internal")
    private static func word(_ saying: WorkSaying, _ item: FactID?) -> WorkWord {
        WorkWord(previousEnd: .zero, item: item, saying: saying, by: "mei")
    }
    private static func word(_ saying: RosterSaying) -> RosterWord {
        RosterWord(by: "mei", reason: "dentist", saying: saying)
    }

    private static let mergeTarget = MergeTarget(
        group: GroupID(high: 4, low: 2), previousEnd: .zero, openedAt: time)

    static let decisions: [Decision] = [
        .severity(.sev2, isExact: false, through: time), .commander("mei", deputies: ["raj"]),
        .acknowledged(by: "mei", others: ["ana"]), .standDown(["raj", "ana"]),
        .phase(.investigating), .sealed(into: mergeTarget), .separate,
        .answers("mei", others: ["raj"], request: FactID(origin: MemberID(1), sequence: 7)),
    ].map {
        Decision(
            group: group, previousEnd: .zero, rule: .commanders,
            inputs: [FactID(origin: MemberID(1), sequence: 8)], outcome: $0, reason: "the first",
            overturns: DecisionID(raw: 0xFEED))
    }

    static let facts = bodies.enumerated().map { index, body in
        Fact(
            id: FactID(origin: MemberID(1), sequence: UInt64(index) + 1), group: group, time: time,
            region: "eu", body: body)
    }

    static let page = PageRecord(
        key: key, position: position, person: "mei", channel: .sms,
        attempts: [
            PageAttemptRecord(
                member: MemberID(1), attempt: 1, intentAt: time, resultAt: time,
                provider: "twilio", outcome: .failed(reason: "429")),
            PageAttemptRecord(
                member: MemberID(2), attempt: 1, intentAt: time, resultAt: nil, provider: "",
                outcome: nil),
        ])

    static let incident: Incident = {
        var incident = Incident(group: group)
        (incident.service, incident.title) = ("checkout", "Checkout fails")
        (incident.correlationKey, incident.source) = ("checkout/json/a", "json")
        (incident.generation, incident.status) = (2, .acknowledged)
        (incident.previousEnd, incident.openedAt, incident.resolvedAt) = (time, time, time)
        incident.closedGenerations = [.zero, time]
        incident.alerts = [AlertState(alert, at: time)]
        incident.run = PolicyRun(
            number: 1, startedAt: Instant(seconds: 1_793_620_800), firstLevel: 0)
        incident.acknowledgements = [
            AcknowledgementRecord(
                acknowledgement: acknowledgement, time: time, region: "eu",
                fact: FactID(origin: MemberID(1), sequence: 4))
        ]
        incident.pages = [page]
        (incident.commander, incident.deputies) = ("mei", ["raj"])
        incident.severitySetting = SeveritySetting(severity: .sev1, isExact: true, through: time)
        incident.edits = [
            EditRecord(
                fact: FactID(origin: MemberID(1), sequence: 8), time: time, region: "eu",
                edit: FieldEdit(
                    previousEnd: time, value: .commander("mei"), by: "raj", reason: "shift",
                    isApart: true, seen: [FactID(origin: MemberID(2), sequence: 3)]))
        ]
        incident.decisions = decisions
        incident.phase = PhaseSetting(phase: .mitigated, since: time)
        var item = WorkItem(id: offer, previousEnd: time)
        (item.time, item.region, item.by) = (time, "eu", "mei")
        let mark = WorkMark(time: time, fact: offer, by: "mei")
        (item.draft, item.draftMark) = (draft, mark)
        item.ending = WorkEnding(end: .done, outcome: "4f1 runs", mark: mark)
        incident.work = [item]
        (incident.owner, incident.epoch, incident.lastIndex) = (MemberID(1), 3, 9)
        incident.merged = [FactID(origin: MemberID(1), sequence: 7)]
        let entry = TimelineEntry(
            index: 3, time: time, kind: .acknowledged, region: "eu", text: "mei took it on",
            fact: FactID(origin: MemberID(1), sequence: 4), digest: .zero)
        incident.timeline = TimelineList([entry.sealed(after: .zero)])
        return incident
    }()
}
