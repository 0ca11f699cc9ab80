import Basics
@testable import HTTPServer
import IncidentModel
import RegionCore
import Testing

private func plain(_ text: String) throws -> IntakeEvent {
    try PlainParser.parse(try JSONParser.parse(Array(text.utf8)), scope: .test)
}

@Suite struct PlainParserTests {
    @Test func `a title is enough`() throws {
        let event = try plain(#"{"title":"disk full"}"#)
        #expect(event.alerts[0].summary == "disk full")
        #expect(event.alerts[0].isFiring)
        #expect(event.alerts[0].severity == .sev3)
        #expect(event.warnings == [])
        #expect(event.reports[0].source == "json")
    }

    @Test func `all fields are taken over`() throws {
        let event = try plain(
            #"{"title":"t","severity":"SEV1","dedupKey":"d","details":{"host":"h","n":3},"link":"https://x.example.com","isDrill":true,"labels":{"team":"a"}}"#
        )
        let alert = event.alerts[0]
        #expect(alert.severity == .sev1)
        #expect(event.dedupKey == "d")
        #expect(event.reports[0].correlationKey == "checkout/json/d")
        #expect(event.reports[0].isDrill)
        #expect(alert.link == "https://x.example.com")
        #expect(alert.label("host") == "h")
        #expect(alert.label("n") == "3")
        #expect(alert.label("team") == "a")
    }

    @Test(arguments: [
        // GoAlert
        (#"{"summary":"s","details":"d","dedup":"k","meta":{"a":"b"}}"#, "s", "k", true),
        (#"{"summary":"s","dedup":"k","action":"close"}"#, "s", "k", false),
        // Grafana OnCall's formatted webhook
        (
            #"{"alert_uid":"k","title":"s","state":"alerting","message":"m","link_to_upstream_details":"https://u"}"#,
            "s", "k", true
        ),
        (#"{"alert_uid":"k","title":"s","state":"ok"}"#, "s", "k", false),
        // Spike
        (#"{"title":"s","body":{"x":1},"severity":"sev2","dedup_key":"k"}"#, "s", "k", true),
        (#"{"title":"s","status":"resolve","dedup_key":"k"}"#, "s", "k", false),
    ])
    func `the field names of other tools are understood`(
        text: String, summary: String, key: String, isFiring: Bool
    ) throws {
        let event = try plain(text)
        #expect(event.alerts[0].summary == summary)
        #expect(event.dedupKey == key)
        #expect(event.alerts[0].isFiring == isFiring)
        #expect(event.warnings == [])
    }

    @Test func `without a key the title is the key, for the resolve too`() throws {
        let (one, same) = (
            try plain(#"{"title":"a"}"#), try plain(#"{"title":"a","details":{"n":1}}"#)
        )
        let (over, other) = (
            try plain(#"{"title":"a","status":"resolved"}"#), try plain(#"{"title":"b"}"#)
        )
        #expect(one.reports[0].correlationKey == same.reports[0].correlationKey)
        #expect(one.alerts[0].fingerprint == over.alerts[0].fingerprint)
        #expect(one.reports[0].correlationKey != other.reports[0].correlationKey)
    }

    @Test func `an acknowledgement names the incident of its key`() throws {
        #expect(
            try plain(#"{"status":"ack","dedupKey":"d"}"#).action
                == .acknowledge(correlationKey: "checkout/json/d", by: "json-client", via: "json"))
    }

    @Test func `an unknown status or severity pages with a flag`() throws {
        let event = try plain(#"{"title":"t","status":"odd","severity":["x"],"priority":"p9"}"#)
        #expect(event.alerts[0].isFiring)
        #expect(event.warnings.count == 2)
    }

    @Test func `details without a title page all the same`() throws {
        let event = try plain(#"{"details":{"host":"h"}}"#)
        #expect(event.alerts[0].summary.hasPrefix("Alert without a title"))
        #expect(event.alerts[0].label("host") == "h")
    }

    @Test(arguments: [
        (#"{}"#, "title"), (#"{"title":""}"#, "title"), (#"{"title":{"a":1}}"#, "title"),
        (#"{"severity":"sev1"}"#, "title"), (#"{"status":"resolved"}"#, "dedupKey"),
        (#"[]"#, "body"),
        (#"3"#, "body"),
    ])
    func `what is missing is named`(text: String, field: String) throws {
        let refusal = #expect(throws: Refusal.self) { try plain(text) }
        #expect(refusal?.field == field)
    }
}

@Suite struct EpisodeDatingTests {
    private static let start = Instant(seconds: 1_000)

    private func report(isFiring: Bool, at instant: Instant) -> AlertReport {
        AlertReport(
            service: "s", correlationKey: "k", title: "t", source: "json",
            alerts: [
                AlertInstance(
                    fingerprint: 1, isFiring: isFiring, startedAt: instant, summary: "t",
                    severity: .sev1, labels: [], link: "")
            ])
    }

    private func view(_ reports: [AlertReport]) -> IncidentView {
        var incident = Incident(group: GroupID(high: 1, low: 2))
        for (index, report) in reports.enumerated() {
            let fact = Fact(
                id: FactID(origin: MemberID(1), sequence: UInt64(index) + 1), group: incident.group,
                time: HybridTime(Self.start + .seconds(Int64(index))), region: "eu",
                body: .alertSeen(report))
            incident.applyMerge([fact], index: UInt64(index) + 1)
        }
        return IncidentView(
            incident: incident, committedIndex: 0, ownerHint: nil, epoch: 0, isOwnerHere: false,
            isProvisional: false, unmergedFacts: 0, nextDue: nil, isQuarantined: false)
    }

    private func start(_ report: AlertReport, by view: IncidentView?, now: Instant) -> Instant {
        EpisodeDating.dated(report, by: view, now: now).alerts[0].startedAt
    }

    @Test func `a repeat of what fires keeps its start, so that it says nothing new`() {
        let now = Self.start + .seconds(60)
        let known = view([report(isFiring: true, at: Self.start)])
        #expect(start(report(isFiring: true, at: now), by: known, now: now) == Self.start)
    }

    @Test func `what fires again starts after its resolve, whatever the clocks`() {
        let resolved = Self.start + .seconds(30)
        let known = view([
            report(isFiring: true, at: Self.start), report(isFiring: false, at: resolved),
        ])
        let behind = Self.start + .seconds(28)
        let again = EpisodeDating.dated(report(isFiring: true, at: behind), by: known, now: behind)
        #expect(again.alerts[0].startedAt == resolved + .milliseconds(1))
        let reopened = view([
            report(isFiring: true, at: Self.start), report(isFiring: false, at: resolved), again,
        ])
        #expect(reopened.incident.generation == 2)
    }

    @Test func `a resolve closes what it resolves, whatever the clocks`() {
        let known = view([report(isFiring: true, at: Self.start)])
        let behind = Self.start - .seconds(5)
        let resolve = EpisodeDating.dated(
            report(isFiring: false, at: behind), by: known, now: behind)
        let after = view([report(isFiring: true, at: Self.start), resolve])
        #expect(after.incident.status == .resolved)
    }

    @Test func `a start that the source gave is never touched`() {
        let known = view([report(isFiring: true, at: Self.start)])
        let given = Self.start + .seconds(7)
        #expect(
            start(report(isFiring: true, at: given), by: known, now: Self.start + .seconds(9))
                == given)
        #expect(!EpisodeDating.isNeeded(report(isFiring: true, at: given), now: Self.start))
    }
}
