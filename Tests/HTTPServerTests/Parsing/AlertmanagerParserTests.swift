import Alerting
import APIModel
import Basics
@testable import HTTPServer
import IncidentModel
import Testing

/// The event of a body for the service `checkout`, whose default severity is SEV3.
private func alertmanager(_ text: String) throws -> IntakeEvent {
    try AlertmanagerParser.parse(try JSONParser.parse(Array(text.utf8)), scope: .test)
}

extension IntakeScope {
    static let test = IntakeScope(
        service: Service(
            id: "checkout", name: "Checkout", policy: "default", defaultSeverity: .sev3),
        now: Instant(seconds: 1_795_400_000))
}

extension IntakeEvent {
    var reports: [AlertReport] {
        switch action {
        case .report(let reports): reports
        case .acknowledge: []
        }
    }
    var alerts: [AlertInstance] { reports.flatMap(\.alerts) }
}

extension AlertInstance {
    func label(_ name: String) -> String? { labels.first { $0.name == name }?.value }
}

@Suite struct AlertmanagerParserTests {
    static let full = #"""
        {"version":"4","groupKey":"{}/{team=\"x\"}:{alertname=\"InstanceDown\"}","truncatedAlerts":0,
         "status":"firing","receiver":"meridian","groupLabels":{"alertname":"InstanceDown"},
         "commonLabels":{"alertname":"InstanceDown","job":"prometheus","severity":"critical"},
         "commonAnnotations":{"runbook_url":"https://rb.example.com/x"},
         "externalURL":"http://am.example.com","notification_reason":"first notification",
         "alerts":[
          {"status":"firing","labels":{"alertname":"InstanceDown","code":"200",
            "instance":"127.0.0.1:9090","job":"prometheus","monitor":"codelab-monitor",
            "severity":"critical"},"annotations":{"summary":"Instance 127.0.0.1:9090 is down"},
           "startsAt":"2026-11-22T19:32:44.120Z","endsAt":"0001-01-01T00:00:00Z",
           "generatorURL":"http://prom.example.com/graph?g0.expr=up","fingerprint":"791cec13fcba0368"},
          {"status":"resolved","labels":{"alertname":"InstanceDown","instance":"localhost:9090",
            "severity":"critical"},"annotations":{"summary":"Instance localhost is down"},
           "startsAt":"2026-11-22T19:30:00Z","endsAt":"2026-11-22T19:33:00Z","generatorURL":"",
           "fingerprint":"8df98227bdd81384"}]}
        """#

    @Test func `a version 4 body becomes one report with every alert`() throws {
        let event = try alertmanager(Self.full)
        let report = try #require(event.reports.first)
        #expect(event.reports.count == 1)
        #expect(event.warnings == [])
        #expect(report.service == "checkout")
        #expect(report.source == "alertmanager")
        #expect(
            report.correlationKey
                == #"checkout/alertmanager/{}/{team="x"}:{alertname="InstanceDown"}"#)
        #expect(report.title == "InstanceDown")
        #expect(!report.isDrill)
        let (first, second) = (report.alerts[0], report.alerts[1])
        #expect(first.fingerprint == 0x791c_ec13_fcba_0368)
        #expect(first.isFiring)
        #expect(first.startedAt == Instant(milliseconds: 1_795_375_964_120))
        #expect(first.summary == "Instance 127.0.0.1:9090 is down")
        #expect(first.severity == .sev1)
        #expect(first.link == "http://prom.example.com/graph?g0.expr=up")
        #expect(first.label("instance") == "127.0.0.1:9090")
        #expect(first.label("summary") == "Instance 127.0.0.1:9090 is down")
        #expect(first.label(AlertDraft.flagLabel) == nil)
        #expect(!second.isFiring)
        #expect(second.fingerprint == 0x8df9_8227_bdd8_1384)
        #expect(second.startedAt == Instant(seconds: 1_795_375_800))
    }

    @Test(arguments: [
        (
            #"{"alertname":"InstanceDown","code":"200","instance":"127.0.0.1:9090","job":"prometheus","monitor":"codelab-monitor","severity":"critical"}"#,
            0x791c_ec13_fcba_0368 as UInt64
        ),
        (
            #"{"alertname":"InstanceDown","group":"production","instance":"localhost:8081","job":"node","severity":"critical","empty":""}"#,
            0xf404_ecab_c8dd_5cd7
        ),
    ])
    func `a missing fingerprint is computed as Alertmanager does`(labels: String, print: UInt64)
        throws
    {
        let event = try alertmanager(
            #"{"groupKey":"k","status":"firing","alerts":[{"labels":\#(labels)}]}"#)
        #expect(event.alerts.map(\.fingerprint) == [print])
    }

    @Test func `a common summary is the title, else the name with the group's labels`() throws {
        let one = try alertmanager(
            #"{"groupKey":"k","commonAnnotations":{"summary":"DB down"},"alerts":[{"labels":{"a":"b"}},{"labels":{"a":"c"}}]}"#
        )
        #expect(one.reports[0].title == "DB down")
        let other = try alertmanager(
            #"{"groupKey":"k","groupLabels":{"alertname":"X","zone":"z","team":"t"},"alerts":[{"labels":{"a":"b"}},{"labels":{"a":"c"}}]}"#
        )
        #expect(other.reports[0].title == "X (team=t, zone=z)")
    }

    @Test func `Grafana's version 1 goes through the same parser`() throws {
        let event = try alertmanager(
            #"""
            {"receiver":"m","status":"firing","orgId":1,"version":"1","title":"[FIRING:1] High","state":"alerting",
             "message":"**Firing**","groupKey":"{}:{}","truncatedAlerts":0,"groupLabels":{},"commonLabels":{},
             "commonAnnotations":{},"externalURL":"https://g.example.com/",
             "alerts":[{"status":"firing","labels":{"alertname":"High","og_priority":"P2"},"annotations":{},
             "startsAt":"2026-11-22T19:32:44Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"?orgId=1",
             "fingerprint":"c6eadffa33fcdf37","silenceURL":"https://g.example.com/silence","dashboardURL":"",
             "panelURL":"https://g.example.com/panel","values":{"A":1},"valueString":"[ A=1 ]"}]}
            """#)
        let alert = try #require(event.alerts.first)
        #expect(alert.severity == .sev2)
        #expect(alert.link == "https://g.example.com/panel")
        #expect(alert.label("generatorURL") == "?orgId=1")
        #expect(alert.label("valueString") == "[ A=1 ]")
        #expect(event.reports[0].title == "High")
    }

    @Test func `Grafana's legacy form has no list and is taken all the same`() throws {
        let event = try alertmanager(
            #"{"ruleName":"CPU","ruleId":7,"ruleUrl":"https://g.example.com/r","state":"alerting","title":"[Alerting] CPU","message":"hot"}"#
        )
        let over = try alertmanager(
            #"{"ruleName":"CPU","ruleId":7,"state":"ok","title":"[OK] CPU"}"#)
        #expect(event.alerts[0].isFiring && !over.alerts[0].isFiring)
        #expect(event.alerts[0].fingerprint == over.alerts[0].fingerprint)
        #expect(event.reports[0].correlationKey == over.reports[0].correlationKey)
        #expect(event.alerts[0].link == "https://g.example.com/r")
        #expect(event.alerts[0].label(AlertDraft.flagLabel) != nil)
    }

    @Test func `an unknown severity becomes the service's default with a flag`() throws {
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[{"status":"firing","labels":{"severity":"purple"}}]}"#)
        #expect(event.alerts[0].severity == .sev3)
        #expect(
            event.alerts[0].label(AlertDraft.flagLabel)
                == #"unknown severity "purple", taken as SEV3"#)
        #expect(event.warnings == [#"alerts[0]: unknown severity "purple", taken as SEV3"#])
    }

    @Test func `a missing severity is the service's default without a flag`() throws {
        let event = try alertmanager(#"{"groupKey":"k","alerts":[{"labels":{"a":"b"}}]}"#)
        #expect(event.alerts[0].severity == .sev3)
        #expect(event.alerts[0].label(AlertDraft.flagLabel) == nil)
    }

    @Test func `an unknown status fires rather than being lost`() throws {
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[{"status":"wobbly","labels":{"a":"b"}}]}"#)
        #expect(event.alerts[0].isFiring)
        #expect(event.alerts[0].label(AlertDraft.flagLabel)?.contains("wobbly") == true)
    }

    @Test func `without a status an end in the past resolves and one in the future fires`() throws {
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[{"labels":{"a":"1"},"endsAt":"2026-11-01T00:00:00Z"},{"labels":{"a":"2"},"endsAt":"2036-11-01T00:00:00Z"},{"labels":{"a":"3"},"endsAt":"0001-01-01T00:00:00Z"}]}"#
        )
        #expect(event.alerts.filter { !$0.isFiring }.map { $0.label("a") } == ["1"])
    }

    @Test(arguments: [
        #""2226-11-22T19:32:44Z""#, #""yesterday""#, #""0001-01-01T00:00:00Z""#, "null", "{}", "-5",
    ])
    func `a start that nothing could follow becomes the time of the request`(start: String) throws {
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[{"labels":{"a":"b"},"startsAt":\#(start)}]}"#)
        #expect(event.alerts[0].startedAt == IntakeScope.test.now)
    }

    @Test func `a large group is split, with what fires first`() throws {
        let alerts = (0..<600).map { index in
            #"{"status":"\#(index < 300 ? "resolved" : "firing")","labels":{"i":"\#(index)"}}"#
        }
        let event = try alertmanager(
            #"{"groupKey":"k","truncatedAlerts":12,"alerts":[\#(alerts.joined(separator: ","))]}"#)
        #expect(event.reports.map(\.alerts.count) == [256, 256, 88])
        #expect(Set(event.alerts.map(\.fingerprint)).count == 600)
        #expect(event.alerts.prefix(300).allSatisfy { $0.isFiring })
        #expect(event.alerts.suffix(300).allSatisfy { !$0.isFiring })
        #expect(Set(event.reports.map(\.correlationKey)).count == 1)
        #expect(event.warnings == ["12 alerts were truncated by the sender"])
    }

    @Test func `elements of a wrong type are passed over and said`() throws {
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[null,3,"x",[],{"labels":{"a":"b"}}]}"#)
        #expect(event.alerts.count == 1)
        #expect(event.warnings.contains("'alerts[0]' is null, not an object"))
        #expect(event.warnings.contains("'alerts[3]' is a list, not an object"))
    }

    @Test func `labels of wrong types, too many and too long are kept as far as they fit`() throws {
        let many = (0..<90).map { #""l\#($0)":"v""# }.joined(separator: ",")
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[{"labels":{"n":5,"b":true,"o":{"x":[1]},"z":null,"":"e","long":"\#(String(repeating: "y", count: 9_000))",\#(many)}}]}"#
        )
        let alert = event.alerts[0]
        #expect(alert.label("n") == "5")
        #expect(alert.label("b") == "true")
        #expect(alert.label("o") == #"{"x":[1]}"#)
        #expect(alert.label("z") == nil)
        #expect(alert.label("long")?.unicodeScalars.count == Limits.valueLengthMax)
        #expect(alert.labels.count == Limits.labelsMax)
        #expect(alert.label(AlertDraft.flagLabel)?.contains("left out") == true)
    }

    @Test func `a name that label and annotation share is kept twice`() throws {
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[{"labels":{"summary":"l"},"annotations":{"summary":"a"}}]}"#
        )
        #expect(event.alerts[0].label("summary") == "l")
        #expect(event.alerts[0].label("annotation_summary") == "a")
        #expect(event.alerts[0].summary == "a")
    }

    @Test func `a missing group key is made of the group's labels, whatever their order`() throws {
        let one = try alertmanager(
            #"{"groupLabels":{"a":"1","b":"2"},"alerts":[{"labels":{"a":"1"}}]}"#)
        let other = try alertmanager(
            #"{"groupLabels":{"b":"2","a":"1"},"alerts":[{"labels":{"a":"1"}}]}"#)
        #expect(one.reports[0].correlationKey == "checkout/alertmanager/a=1,b=2")
        #expect(one.reports[0].correlationKey == other.reports[0].correlationKey)
    }

    @Test func `a very long group key is shortened to a digest and stays apart from others`() throws
    {
        func key(_ end: String) throws -> String {
            let key = String(repeating: "k", count: 5_000) + end
            return try alertmanager(#"{"groupKey":"\#(key)","alerts":[{"labels":{"a":"b"}}]}"#)
                .reports[0].correlationKey
        }
        #expect(try key("1").utf8.count < 600)
        #expect(try key("1") != key("2"))
    }

    @Test(arguments: [
        (#"{}"#, "alerts"), (#"{"alerts":[]}"#, "alerts"), (#"{"alerts":"many"}"#, "alerts"),
        (#"{"status":"firing","commonLabels":{}}"#, "alerts"), (#"[]"#, "body"), (#""x""#, "body"),
    ])
    func `a body that nobody could be paged for is refused with its field`(
        text: String, field: String
    ) throws {
        let refusal = #expect(throws: Refusal.self) { try alertmanager(text) }
        #expect(refusal?.field == field)
        #expect(refusal?.kind == .invalidRequest)
        #expect(refusal?.remedy.isEmpty == false)
    }

    @Test func `a link that a browser must not follow is kept as text only`() throws {
        let event = try alertmanager(
            #"{"groupKey":"k","alerts":[{"labels":{"a":"b"},"generatorURL":"javascript:alert(1)"}]}"#
        )
        #expect(event.alerts[0].link == "")
        #expect(event.alerts[0].label("generatorURL") == "javascript:alert(1)")
    }
}
