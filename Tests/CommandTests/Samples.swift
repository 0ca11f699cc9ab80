import APIModel
import Basics

@testable import meridian

/// Answers as a region would give them.
enum Samples {
    static let now = Timestamp(Instant(seconds: 1_795_376_000))

    static func earlier(_ span: Span) -> Timestamp { Timestamp(now.instant - span) }
    static func later(_ span: Span) -> Timestamp { Timestamp(now.instant + span) }

    static func label(isProvisional: Bool = false, owner: String? = "eu") -> ReadLabel {
        ReadLabel(
            region: "us", epoch: 3, index: 12, unmergedFacts: 0, owner: owner, isOwnerHere: false,
            isProvisional: isProvisional, readAt: now)
    }

    static func incident(
        id: String = "3f9a1c20aabbccdd3f9a1c20aabbccdd", title: String = "Cards are refused",
        service: String = "checkout", severity: String = "SEV1", status: String = "triggered"
    ) -> IncidentSummary {
        IncidentSummary(
            id: id, shortID: String(id.prefix(8)), title: title, service: service,
            severity: severity, status: status, generation: 1, openedAt: earlier(.minutes(3)),
            resolvedAt: nil, acknowledgedBy: nil, acknowledgedAt: nil, firingCount: 1,
            alertCount: 2, pagesDelivered: 1, pagesUndelivered: 1, nextDue: later(.minutes(2)),
            isDrill: false, isQuarantined: false, label: label())
    }

    static func incidents(_ incidents: [IncidentSummary]) -> IncidentList {
        IncidentList(region: "eu", readAt: now, incidents: incidents)
    }

    static func pages() -> [PageSummary] {
        [
            PageSummary(
                key: "11", incident: incident().id, title: incident().title,
                step: "level 1, cycle 1", generation: 1, run: 1, person: "mei", channel: "email",
                state: "delivered",
                attempts: [
                    PageAttemptSummary(
                        member: "m1", attempt: 1, startedAt: earlier(.seconds(170)),
                        endedAt: Timestamp(earlier(.seconds(170)).instant + .milliseconds(240)),
                        provider: "smtp-a", outcome: "failed", detail: "421 busy"),
                    PageAttemptSummary(
                        member: "m1", attempt: 2, startedAt: earlier(.seconds(168)),
                        endedAt: earlier(.seconds(167)), provider: "smtp-b", outcome: "delivered",
                        detail: "250 queued as 4711"),
                ]),
            PageSummary(
                key: "22", incident: incident().id, title: incident().title,
                step: "level 1, cycle 1", generation: 1, run: 1, person: "raj", channel: "sms",
                state: "trying", attempts: []),
        ]
    }

    static func detail() -> IncidentDetail {
        IncidentDetail(
            summary: incident(), correlationKey: "checkout/alertmanager/{}", source: "alertmanager",
            run: 1,
            alerts: [
                AlertSummary(
                    fingerprint: "791cec13fcba0368", isFiring: true, summary: "5xx above 2 %",
                    severity: "SEV1", startedAt: earlier(.minutes(4)), reportCount: 7, labels: [:],
                    link: "https://graphs.example.com/1")
            ], acknowledgements: [], pages: pages())
    }

    static func timeline(entries count: Int = 2) -> TimelineAnswer {
        let opened = (0..<count).map { number in
            TimelineItem(
                index: UInt64(number), at: earlier(.minutes(3)), kind: "note", region: "eu",
                text: "entry number \(number)", fact: nil, digest: nil)
        }
        return TimelineAnswer(incident: incident().id, label: label(), entries: opened)
    }

    static func acceptance(
        durability: String = "quorum", isRepeat: Bool = false
    ) -> AcceptanceAnswer {
        AcceptanceAnswer(
            incident: incident().id, generation: 1, status: "acknowledged", durability: durability,
            isRepeat: isRepeat, region: "eu")
    }

    static func onCall() -> OnCallList {
        OnCallList(
            region: "eu", at: now, rosterVersion: "abc", tzVersion: "2026f",
            schedules: [
                OnCallSchedule(
                    schedule: "follow-the-sun", name: "Follow the sun", services: ["checkout"],
                    people: [
                        OnCallPersonSummary(
                            person: "mei", name: "Mei Tanaka", region: "ap",
                            until: later(.minutes(150)), reason: "shift")
                    ],
                    next: OnCallPersonSummary(
                        person: "ana", name: "Ana", region: "eu", from: later(.minutes(150)),
                        until: nil, reason: "shift")),
                OnCallSchedule(
                    schedule: "database", name: "Database", services: ["search"], people: [],
                    finding: "no shift covers this time"),
            ])
    }

    static func services() -> ServiceList {
        func service(_ id: String) -> ServiceSummary {
            ServiceSummary(
                id: id, name: id, policy: "by-name", defaultSeverity: "SEV2", runbook: nil,
                integrationKeyCount: 1, openIncidents: 0)
        }
        return ServiceList(
            region: "eu", rosterVersion: "abc",
            services: [service("checkout"), service("search"), service("mail")])
    }

    /// How `region` of ap, eu and us sees the cluster; members are numbered in that order.
    static func status(
        of region: String, hasMajority: Bool = true, unreached: [String] = []
    ) -> ClusterStatus {
        let names = ["ap", "eu", "us"]
        let members = names.enumerated().map { number, name in
            MemberStatus(
                id: "000000000000000\(number + 1)", name: name, role: "region",
                isSelf: name == region, isFresh: !unreached.contains(name), incarnation: 1,
                gatewaysWork: true, roundTripMicroseconds: name == region ? nil : 12_340,
                factsThrough: 40, ownedCount: 2)
        }
        let others = names.filter { $0 != region }
        return ClusterStatus(
            cluster: "demo", region: region,
            member: members.first(where: \.isSelf)?.id ?? "", readAt: now, hasMajority: hasMajority,
            notReadyReason: nil, ownedCount: 2, openCount: 5, incidentCount: 9, quarantinedCount: 0,
            pagesInFlight: 0, unmergedFacts: 0, members: members,
            links: others.map {
                LinkStatus(peer: $0, lane: "urgent", isUp: !unreached.contains($0))
            },
            gateways: [
                GatewayStatus(
                    channel: "email", provider: "smtp-a", isWorking: true,
                    lastSuccessAt: earlier(.minutes(9)), lastFailureAt: nil, lastError: nil,
                    failuresInARow: 0)
            ], disk: DiskStatus(usedBytes: 10 << 20, freeBytes: 78 << 30), diskError: nil,
            versions: ["meridian": "0.1.0", "wire": "1", "roster": "abc", "tzdata": "2026f"])
    }

    static func view(
        _ statuses: [ClusterStatus?], coordinators: [ClusterStatusView.Coordinator] = []
    ) -> ClusterStatusView {
        let names = ["ap", "eu", "us"]
        return ClusterStatusView(
            regions: zip(names, statuses).map { name, status in
                .init(
                    name: name, url: "http://\(name).example.com", status: status,
                    failure: status == nil
                        ? CommandFailure(.unreachable, "connection refused") : nil)
            }, coordinators: coordinators)
    }
}
