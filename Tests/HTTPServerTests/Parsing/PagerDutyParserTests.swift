import Alerting
import Basics
@testable import HTTPServer
import IncidentModel
import Testing

private func pagerDuty(_ text: String) throws -> IntakeEvent {
    try PagerDutyParser.parse(
        try JSONParser.parse(Array(text.utf8)), scope: .test, freshKey: "fresh")
}

@Suite struct PagerDutyParserTests {
    /// What Alertmanager's own notifier sends, with nested details as it does since 0.30.
    static let fromAlertmanager = #"""
        {"routing_key":"K","dedup_key":"6deb6322f8f3d0527aa4eb1bc3139fdeea97e69c8a998b5c88b7e6f2756de185",
         "event_action":"trigger","client":"Alertmanager","client_url":"http://am.example.com",
         "payload":{"summary":"[FIRING:1] InstanceDown","source":"","severity":"error",
          "custom_details":{"firing":[{"labels":{"a":"b"}}],"resolved":[],"num_firing":"1","num_resolved":"0"}},
         "links":[{"href":"https://g.example.com/d","text":"Dashboard"}]}
        """#

    @Test func `Alertmanager's notifier works unmodified`() throws {
        let event = try pagerDuty(Self.fromAlertmanager)
        let report = try #require(event.reports.first)
        let alert = try #require(report.alerts.first)
        #expect(report.source == "pagerduty")
        #expect(
            report.correlationKey
                == "checkout/pagerduty/6deb6322f8f3d0527aa4eb1bc3139fdeea97e69c8a998b5c88b7e6f2756de185"
        )
        #expect(report.title == "[FIRING:1] InstanceDown")
        #expect(alert.severity == .sev2)
        #expect(alert.isFiring)
        #expect(alert.startedAt == IntakeScope.test.now)
        #expect(alert.link == "https://g.example.com/d")
        #expect(alert.label("num_firing") == "1")
        #expect(alert.label("firing") == #"[{"labels":{"a":"b"}}]"#)
        #expect(alert.label("client") == "Alertmanager")
        #expect(event.warnings == ["no source"])
    }

    @Test func `a trigger without a dedup_key gets one that is its own`() throws {
        let event = try pagerDuty(
            #"{"event_action":"trigger","payload":{"summary":"s","source":"h","severity":"info"}}"#)
        #expect(event.dedupKey == "fresh")
        #expect(event.reports[0].correlationKey == "checkout/pagerduty/fresh")
        #expect(event.alerts[0].severity == .sev5)
    }

    @Test func `a resolve closes the alert of its key`() throws {
        let trigger = try pagerDuty(
            #"{"event_action":"trigger","dedup_key":"d","payload":{"summary":"s","source":"h","severity":"info"}}"#
        )
        let resolve = try pagerDuty(#"{"event_action":"resolve","dedup_key":"d"}"#)
        #expect(!resolve.alerts[0].isFiring)
        #expect(resolve.alerts[0].fingerprint == trigger.alerts[0].fingerprint)
        #expect(resolve.reports[0].correlationKey == trigger.reports[0].correlationKey)
    }

    @Test func `an acknowledge names the incident of its key`() throws {
        let event = try pagerDuty(#"{"event_action":"acknowledge","dedup_key":"d"}"#)
        #expect(
            event.action
                == .acknowledge(
                    correlationKey: "checkout/pagerduty/d", by: "pagerduty-client", via: "pagerduty"
                ))
    }

    @Test func `a severity outside the four is taken as error, with a flag`() throws {
        let event = try pagerDuty(
            #"{"event_action":"trigger","payload":{"summary":"s","source":"h","severity":"{{ .x }}"}}"#
        )
        #expect(event.alerts[0].severity == .sev2)
        #expect(event.alerts[0].label(AlertDraft.flagLabel)?.contains("unknown severity") == true)
    }

    @Test func `an unknown action with something to say triggers`() throws {
        let event = try pagerDuty(
            #"{"event_action":"Trigger!","payload":{"summary":"s","source":"h","severity":"info"}}"#
        )
        #expect(event.alerts[0].isFiring)
        #expect(event.warnings.contains { $0.contains("event_action") })
    }

    @Test func `an empty summary pages all the same if there is anything else to go by`() throws {
        let event = try pagerDuty(
            #"{"event_action":"trigger","payload":{"summary":" ","source":"db1","severity":"critical"}}"#
        )
        #expect(event.alerts[0].summary == "Event without a summary from db1")
        #expect(event.alerts[0].severity == .sev1)
        #expect(event.warnings == ["no summary"])
    }

    @Test(arguments: [
        (#"{}"#, "event_action"),
        (#"{"event_action":"explode"}"#, "event_action"),
        (#"{"event_action":7}"#, "event_action"),
        (#"{"event_action":"trigger"}"#, "payload.summary"),
        (#"{"event_action":"trigger","payload":{}}"#, "payload.summary"),
        (#"{"event_action":"trigger","payload":"x"}"#, "payload.summary"),
        (
            #"{"event_action":"trigger","payload":{"summary":"  ","custom_details":{}}}"#,
            "payload.summary"
        ),
        (#"{"event_action":"resolve"}"#, "dedup_key"),
        (#"{"event_action":"acknowledge","dedup_key":" "}"#, "dedup_key"),
    ])
    func `what is missing is named`(text: String, field: String) throws {
        let refusal = #expect(throws: Refusal.self) { try pagerDuty(text) }
        #expect(refusal?.field == field)
    }

    @Test func `a summary beyond the limit is cut, hostile characters are cleaned`() throws {
        let long = String(repeating: "é", count: 3_000)
        let event = try pagerDuty(
            #"{"event_action":"trigger","payload":{"summary":"a\u0000b\u001b\#(long)","source":"h","severity":"info"}}"#
        )
        #expect(event.alerts[0].summary.unicodeScalars.count == Limits.summaryLengthMax)
        #expect(event.alerts[0].summary.hasPrefix("a b é"))
    }
}
