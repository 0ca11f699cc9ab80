import APIModel
import Basics
import OnCall
@testable import Pages

/// Answers of the API, made up.
enum Sample {
    static let now = Timestamp(Instant(seconds: 1_795_400_000))
    /// Tries to leave text and attributes by every way: a quote with a combining mark is another
    /// character than a quote.
    static let hostile = "\"><script>alert(1)</script>'\"\u{301} onclick=x \u{202E}<\u{338}b &amp;"

    static func before(_ seconds: Int64) -> Timestamp {
        Timestamp(now.instant - .seconds(seconds))
    }

    static func label(_ owner: String? = "eu", isProvisional: Bool = false) -> ReadLabel {
        ReadLabel(
            region: "eu", epoch: 3, index: 17, unmergedFacts: 2, owner: owner,
            isOwnerHere: owner == "eu", isProvisional: isProvisional, readAt: now)
    }

    static func summary(
        _ number: Int = 1, title: String = "Checkout fails", severity: String = "SEV1",
        status: String = "triggered", by: String? = nil, opened: Int64 = 900,
        resolved: Int64? = nil, isDrill: Bool = false
    ) -> IncidentSummary {
        let digits = String(number, radix: 16)
        let id = String(repeating: "a", count: 32 - digits.count) + digits
        return IncidentSummary(
            id: id, shortID: String(id.prefix(8)), title: title, service: "checkout",
            severity: severity, status: status, generation: 1, openedAt: before(opened),
            resolvedAt: resolved.map(before), acknowledgedBy: by,
            acknowledgedAt: by.map { _ in before(60) }, firingCount: 1, alertCount: 2,
            pagesDelivered: 1, pagesUndelivered: 1, nextDue: before(-42), isDrill: isDrill,
            isQuarantined: false, label: label())
    }

    static func detail(
        _ summary: IncidentSummary, text: String = "the error", commander: String? = "mei",
        acknowledgedAfter: [Int64] = [], pages: [PageSummary] = []
    ) -> IncidentDetail {
        IncidentDetail(
            summary: summary, correlationKey: text, source: text, run: 1,
            alerts: [
                AlertSummary(
                    fingerprint: "00", isFiring: true, summary: text, severity: "SEV1",
                    startedAt: before(900), reportCount: 3, labels: [text: text],
                    link: "javascript:alert(1)")
            ],
            acknowledgements: acknowledgedAfter.map { seconds in
                AcknowledgementSummary(
                    by: "mei", via: "link",
                    at: Timestamp((summary.openedAt ?? now).instant + .seconds(seconds)),
                    region: "eu", generation: 1, run: 1, isCovering: true)
            },
            pages: pages, commander: commander, deputies: [text],
            proposals: [
                ProposalSummary(
                    by: text, region: text, at: now, what: text, reason: text, isApart: true,
                    mergeWith: text)
            ],
            conflicts: [
                ConflictSummary(
                    id: "c1", incident: summary.id, title: text, rule: "severities", outcome: text,
                    reason: text, decidedAt: now,
                    sides: ["eu", "us"].map { region in
                        ConflictSide(
                            fact: "m1.4", region: region, by: text, at: now, what: text,
                            reason: text, isApart: region == "us")
                    }, isStanding: true, overturnedBy: nil)
            ])
    }

    static func page(_ person: String, at seconds: Int64, text: String = "250 ok") -> PageSummary {
        PageSummary(
            key: "k", incident: "i", title: text, step: "level 1, cycle 1", generation: 1, run: 1,
            person: person, channel: "email", state: "delivered",
            attempts: [
                PageAttemptSummary(
                    member: "m1", attempt: 1, startedAt: before(seconds), endedAt: before(seconds),
                    provider: text, outcome: "delivered", detail: text)
            ])
    }

    static func timeline(_ count: Int, text: String = "somebody looked") -> TimelineAnswer {
        TimelineAnswer(
            incident: "i", label: label(),
            entries: (0..<count).map { number in
                TimelineItem(
                    index: UInt64(number), at: before(Int64(count - number)),
                    kind: number % 2 == 0 ? "note" : "page-delivered", region: "eu", text: text,
                    fact: "m1.\(number)", digest: nil)
            })
    }

    static func handoff(_ text: String = "as it stands", state: String = "open") -> HandoffSummary {
        HandoffSummary(
            offer: "m1.9", incident: "i", title: text, severity: "SEV1", state: state, by: "mei",
            to: "raj", region: text, at: before(30),
            briefs: [BriefVersion(by: text, at: now, text: text)], endedBy: nil, endedAt: nil,
            words: text)
    }

    static func cluster(isApart: Bool = false) -> ClusterStatus {
        ClusterStatus(
            cluster: "demo", region: "eu", member: "a1", readAt: now, hasMajority: !isApart,
            notReadyReason: nil, ownedCount: 2, openCount: 3, incidentCount: 9,
            quarantinedCount: 0, pagesInFlight: 1, unmergedFacts: isApart ? 4 : 0,
            members: ["eu", "us", "ap"].map { name in
                MemberStatus(
                    id: name, name: name, role: "region", isSelf: name == "eu",
                    isFresh: name == "eu" || !isApart, incarnation: 1, gatewaysWork: true,
                    roundTripMicroseconds: name == "eu" ? nil : 84_000, factsThrough: 12,
                    ownedCount: 1)
            }, links: [LinkStatus(peer: "us", lane: "urgent", isUp: !isApart, detail: "refused")],
            gateways: [
                GatewayStatus(
                    channel: "email", provider: "mail", isWorking: true, lastSuccessAt: now,
                    lastFailureAt: nil, lastError: nil, failuresInARow: 0)
            ], disk: DiskStatus(usedBytes: 1_000, freeBytes: 9_000_000_000), diskError: nil,
            versions: ["meridian": "1"])
    }

    static func frame(isApart: Bool = false, name: String = "Mei Tanaka") -> Frame {
        let people = [
            TimelinePerson(person: "mei", name: name),
            TimelinePerson(person: "raj", name: "Raj Patel"),
        ]
        return Frame(
            cluster: cluster(isApart: isApart), path: "/incidents", people: people,
            reader: people[0], formToken: "f0f0", formKey: "e1e1",
            elsewhere: [Frame.Address(region: "us", url: "https://us.example.com")])
    }

    static func room(
        frame: Frame = frame(), text: String = "the error", entries: Int = 6,
        filter: RoomQuery = RoomQuery { _ in nil }
    ) -> RoomPage {
        let summary = summary(title: text, by: "raj")
        return RoomPage(
            frame: frame,
            detail: detail(
                summary, text: text, acknowledgedAfter: [40],
                pages: [page("mei", at: 880, text: text)]),
            timeline: timeline(entries, text: text), handoffs: [handoff(text)],
            command: CommandSummary(
                incident: summary.id, title: text, severity: "SEV1", commander: "mei",
                since: before(100), deputies: [], owner: "eu"),
            service: nil, participants: participants(text), brief: text,
            runbooks: [runbook(text)], filter: filter)
    }

    static func participants(_ text: String = "scribe") -> [ParticipantSummary] {
        func part(_ kind: String, what: String? = nil, until: Timestamp? = nil)
            -> ParticipationSummary
        {
            ParticipationSummary(
                kind: kind, what: what, since: before(90), until: until, lastAt: nil)
        }
        return [
            ParticipantSummary(
                person: "mei", since: before(100), until: nil,
                parts: [part("commander"), part("role", what: text), part("writer")]),
            ParticipantSummary(
                person: "raj", since: before(90), until: before(9),
                parts: [part("helper", until: before(9))]),
            ParticipantSummary(
                person: text, since: before(80), until: nil, parts: [part("writer")]),
        ]
    }

    static func runbook(_ text: String = "A disk is full") -> RunbookSummary {
        RunbookSummary(
            name: "disk-full", title: text, services: [text], triggers: [text],
            steps: [text, "Delete `old` logs"])
    }

    static func schedule(_ text: String = "Follow the sun") -> TimelineSchedule {
        func duty(_ person: String, _ region: String, _ from: Int64, _ to: Int64) -> TimelineDuty {
            TimelineDuty(
                person: person, region: region, from: before(-from), to: before(-to),
                standsIn: false)
        }
        return TimelineSchedule(
            schedule: "sun", name: text,
            duties: [
                duty("mei", "ap", -3_600, 7_200), duty("raj", "eu", 7_200, 36_000),
            ], gaps: [TimelineGap(from: before(-36_000), to: before(-39_600))])
    }

    static func onCallTimeline(_ text: String = "Follow the sun") -> OnCallTimeline {
        OnCallTimeline(
            region: "eu", rosterVersion: "r1", tzVersion: "2026f", from: now,
            to: before(-48 * 3_600),
            regions: [("ap", "Asia/Singapore"), ("eu", "Europe/Berlin"), ("us", "Mars/Base")].map {
                TimelineRegion(
                    name: $0.0, zone: $0.1, dayFromSeconds: 32_400, dayToSeconds: 64_800,
                    weekdays: [1, 2, 3, 4, 5])
            }, people: [], schedules: [schedule(text)])
    }

    static func fairness(_ text: String = "Mei") -> OnCallFairness {
        OnCallFairness(
            region: "eu", rosterVersion: "r1", tzVersion: "2026f", from: now,
            to: before(-604_800),
            people: [("mei", 36_000, 7_200), ("raj", 90_000, 0)].map { person, all, night in
                PersonLoad(
                    person: person, name: text, region: text, seconds: all, nightSeconds: night,
                    weekendSeconds: 1_800, holidaySeconds: 0, outsideSeconds: 900)
            },
            spread: [
                LoadSpread(kind: "all", leastSeconds: 36_000, mostSeconds: 90_000),
                LoadSpread(kind: "holiday", leastSeconds: 0, mostSeconds: 0),
            ])
    }

    static func plan(_ text: String, refused: Bool = true) -> ChangePlan {
        let hole = PlannedHole(service: text, from: now, to: before(-3_600))
        return ChangePlan(
            region: "eu", readAt: now, kind: "override", from: now, to: before(-7_200),
            refusals: refused ? [ProblemItem(field: "person", message: text)] : [],
            warnings: [ProblemItem(message: text)],
            stretches: [
                PlannedStretch(
                    schedule: "sun", name: text, from: now, to: before(-3_600), before: ["mei"],
                    after: []),
                PlannedStretch(
                    schedule: "sun", name: text, from: now, to: before(-3_600), before: [],
                    after: [text]),
            ], opened: [hole], closed: [hole])
    }

    static let zones = TimeZones(version: "2026f", rules: [:])

    /// Every page there is, with a text from anywhere wherever one can stand.
    static func everyPage(text: String, frame: Frame) -> [(name: String, html: String)] {
        let list = IncidentList(
            region: "eu", readAt: now, incidents: [summary(title: text, by: text)])
        let service = ServiceSummary(
            id: "checkout", name: text, policy: text, defaultSeverity: "SEV2", runbook: text,
            integrationKeyCount: 1, openIncidents: 1)
        let onCall = OnCallList(
            region: "eu", at: now, rosterVersion: "r1", tzVersion: "2026f",
            schedules: [
                OnCallSchedule(
                    schedule: "sun", name: text, services: [text],
                    people: [
                        OnCallPersonSummary(
                            person: "mei", name: text, region: text, until: before(-99),
                            reason: text)
                    ], next: nil, finding: text)
            ])
        let change = OnCallChange(
            id: "m1.4", kind: "swap", schedule: "sun", person: text, replaces: nil, takenBy: nil,
            from: now, to: before(-7_200), by: text, at: now, reason: text)
        let numbers = Numbers(
            of: [detail(summary(title: text), text: text, pages: [page(text, at: 3)])],
            handoffs: [handoff(text)],
            from: before(1_000), to: now
        ) { _, _ in true }
        return [
            (
                "incidents",
                IncidentsPage(
                    frame: frame, list: list, services: [service],
                    filter: IncidentsQuery { $0 == "text" ? "" : nil },
                    saved: [SavedView(name: text, filter: IncidentsQuery { _ in text })]
                ).html.description
            ),
            ("room", room(frame: frame, text: text).html.description),
            (
                "world",
                WorldPage(
                    frame: frame, timeline: onCallTimeline(text), incidents: list, commands: [],
                    zones: zones
                ).html.description
            ),
            (
                "oncall",
                OnCallPage(
                    frame: frame, now: onCall, timeline: onCallTimeline(text),
                    fairness: fairness(text), changes: [change],
                    period: OnCallPeriod(
                        today: CivilDate(year: 2026, month: 11, day: 26), zoneNames: []
                    ) { _ in nil },
                    zoneNames: [text], pictureHeight: 400, version: text
                ).html.description
            ),
            (
                "plan",
                ChangePlanPage(
                    frame: frame, plan: plan(text),
                    request: ChangeRequest(
                        kind: "override", schedule: text, person: text, replaces: text, from: now,
                        to: now, by: "mei", reason: text)
                ).html.description
            ),
            (
                "coverage",
                CoveragePage(
                    frame: frame,
                    coverage: CoverageAnswer(
                        region: "eu", readAt: now, rosterVersion: text, tzVersion: "2026f",
                        from: now, to: now, worst: "hole",
                        findings: [
                            CoverageFindingSummary(
                                gravity: "hole", text: text, remedy: text, services: [text],
                                people: [text], openings: [TimelineGap(from: now, to: now)])
                        ])
                ).html.description
            ),
            (
                "cluster",
                ClusterPage(
                    frame: frame, incidents: list,
                    conflicts: detail(
                        summary(title: text), text: text
                    ).conflicts
                ).html.description
            ),
            (
                "numbers",
                NumbersPage(
                    frame: frame, numbers: numbers, period: NumbersPeriod { _ in nil },
                    services: [text]
                ).html.description
            ),
            (
                "runbooks",
                RunbooksPage(
                    frame: frame,
                    list: RunbookList(region: "eu", readAt: now, runbooks: [runbook(text)]),
                    text: text
                ).html.description
            ),
            (
                "runbook",
                RunbookPage(
                    frame: frame,
                    runbook: RunbookAnswer(
                        summary: runbook(text), text: "# x\n\n\(text)\n\n- \(text)\n\n`\(text)`")
                ).html.description
            ),
            ("who", Doors.who(frame, next: text).description),
            (
                "problem",
                Doors.problem(frame, title: text, detail: text, remedy: text, back: text)
                    .description
            ),
            (
                "login",
                Doors.login(region: text, next: text, problem: text)
                    .description
            ),
            ("again", Doors.again(path: text).description),
        ]
    }
}
