import Alerting
import Basics
import IncidentModel

@testable import HTTPServer

extension FuzzTarget {
    /// The bodies that tools send.
    static let intakeTargets = [
        json, form, alertmanager, cutGroup, pagerDuty, plain, plainForm,
    ]

    private static let scope = IntakeScope(
        service: Service(
            id: "checkout", name: "Checkout", policy: "default", defaultSeverity: .sev3),
        now: Instant(seconds: 1_795_400_000))

    private static let jsonTexts = [
        #" {"a":[1,-2.50,3e+7,true,false,null],"b":{"c":"x"},"d":"","n":12345678901234567890123} "#,
        #"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 日本", {"a": {"a": [[[[0]]]]}}]"#,
    ]

    private static let alertmanagerTexts = [
        #"""
        {"version":"4","groupKey":"{}/{team=\"x\"}:{alertname=\"Down\"}","truncatedAlerts":0,
         "status":"firing","receiver":"meridian","groupLabels":{"alertname":"Down"},
         "commonLabels":{"alertname":"Down","severity":"critical"},
         "commonAnnotations":{"runbook_url":"https://rb.example.com/x"},
         "externalURL":"http://am.example.com",
         "alerts":[
          {"status":"firing","labels":{"alertname":"Down","instance":"127.0.0.1:9090",
            "severity":"critical"},"annotations":{"summary":"127.0.0.1:9090 is down"},
           "startsAt":"2026-11-22T19:32:44.120Z","endsAt":"0001-01-01T00:00:00Z",
           "generatorURL":"http://prom.example.com/graph?g0.expr=up",
           "fingerprint":"791cec13fcba0368"},
          {"status":"resolved","labels":{"alertname":"Down","severity":"critical"},
           "annotations":{"summary":"back"},"startsAt":"2026-11-22T19:30:00Z",
           "endsAt":"2026-11-22T19:33:00Z","fingerprint":"8df98227bdd81384"}]}
        """#,
        #"{"title":"[Alerting] CPU","ruleId":1,"ruleUrl":"https://g.example.com","state":"alerting"}"#,
    ]

    private static let pagerDutyTexts = [
        #"""
        {"routing_key":"K","dedup_key":"6deb","event_action":"trigger","client":"Alertmanager",
         "client_url":"http://am.example.com",
         "payload":{"summary":"[FIRING:1] Down","source":"h","severity":"error",
          "timestamp":"2026-11-22T19:32:44Z","component":"c","group":"g","class":"k",
          "custom_details":{"firing":[{"labels":{"a":"b"}}],"num_firing":"1"}},
         "images":[{"src":"https://i.example.com/x.png"}],
         "links":[{"href":"https://g.example.com/d","text":"Dashboard"}]}
        """#,
        #"{"routing_key":"K","event_action":"acknowledge","dedup_key":"d"}"#,
        #"{"routing_key":"K","event_action":"resolve","dedup_key":"d"}"#,
    ]

    private static let plainTexts = [
        #"""
        {"title":"t","severity":"SEV1","dedupKey":"d","details":{"host":"h","n":3},
         "link":"https://x.example.com","isDrill":true,"labels":{"team":"a"}}
        """#,
        #"{"summary":"s","dedup":"k","action":"close"}"#,
        #"{"body":{"x":[1,2,{"y":null}]},"startsAt":1795400000}"#,
        #"{"title":"s","status":"ack","dedup_key":"k"}"#,
    ]

    private static let formTexts = [
        "title=disk+full&severity=sev2&details=%2Fvar%20is%20full&dedupKey=d",
        "summary=caf%C3%A9&status=resolved&key=k&link=https%3A%2F%2Fx.example.com",
    ]

    private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let json = FuzzTarget(
        name: "json", isText: true, seeds: bytes(jsonTexts + plainTexts),
        run: { bytes in
            guard let value = try? JSONParser.parse(bytes) else { return .refused }
            return (try? JSONParser.parse(Array(value.rendered.utf8))) == value
                ? .accepted : .broken("its own text is not read as the same value")
        })

    /// There is nothing that is no form: whatever is not understood is text.
    private static let form = FuzzTarget(
        name: "form", isText: true, refusesMutants: false, seeds: bytes(formTexts),
        run: { bytes in
            let value = FormParser.parse(bytes)
            return FormParser.parse(bytes) == value
                ? .accepted : .broken("it is read otherwise the second time")
        })

    private static let alertmanager = intake("alertmanager", bytes(alertmanagerTexts)) { body in
        try AlertmanagerParser.parse(try JSONParser.parse(body), scope: scope)
    }

    /// What is read of a group that is too large: nothing of it is refused.
    private static let cutGroup = FuzzTarget(
        name: "cut-group", isText: true, refusesMutants: false, seeds: bytes(alertmanagerTexts),
        run: { body in
            guard !body.isEmpty else { return .refused }
            var start = BodyStart()
            var cutScope = scope
            start.add(body, bytesMax: body.count / 2)
            start.isEnded = true
            cutScope.cut = "a body"
            guard let value = try? CutBody.json(of: start),
                let event = try? AlertmanagerParser.parse(value, scope: cutScope)
            else { return .broken("it is refused") }
            return badReport(event).map { .broken($0) } ?? .accepted
        })

    private static let pagerDuty = intake("pagerduty", bytes(pagerDutyTexts)) { body in
        let value = try JSONParser.parse(body)
        _ = try PagerDutyParser.routingKey(of: value)
        return try PagerDutyParser.parse(value, scope: scope, freshKey: "fresh")
    }

    private static let plain = intake("plain-json", bytes(plainTexts)) { body in
        try PlainParser.parse(try JSONParser.parse(body), scope: scope)
    }

    private static let plainForm = intake("plain-form", bytes(formTexts)) { body in
        try PlainParser.parse(FormParser.parse(body), scope: scope)
    }

    private static func intake(
        _ name: String, _ seeds: [[UInt8]],
        by parse: @escaping @Sendable ([UInt8]) throws -> IntakeEvent
    ) -> FuzzTarget {
        read(name, isText: true, seeds, by: { try parse($0) }, check: badReport)
    }

    /// What is wrong with the reports of an event: they become facts, which have limits.
    @Sendable private static func badReport(_ event: IntakeEvent) -> String? {
        let reports: [AlertReport]
        switch event.action {
        case .acknowledge: return nil
        case .report(let list): reports = list
        }
        guard !reports.isEmpty else { return "an event that says nothing" }
        for report in reports {
            if report.alerts.count > Limits.alertsPerFactMax { return "too many alerts in a fact" }
            if report.correlationKey.isEmpty { return "no correlation key" }
            for alert in report.alerts {
                if alert.labels.count > Limits.labelsMax { return "too many labels" }
                if alert.startedAt > scope.now + .minutes(10) { return "it starts in the future" }
            }
            guard (try? AlertReport(decoding: report.encoded)) == report else {
                return "a report that does not survive its bytes"
            }
        }
        return nil
    }
}
