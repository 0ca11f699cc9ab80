import Alerting
import Basics
import IncidentModel

/// Reads PagerDuty's Events API v2. *Source:* contracts 1.
struct PagerDutyParser {
    /// Who acknowledges when a tool does.
    static let client: PersonID = "pagerduty-client"

    private let body: JSONValue
    private let scope: IntakeScope
    private let freshKey: String
    private var draft = AlertDraft()

    /// The `routing_key` of a body. *Errors:* a `Refusal` if there is none.
    static func routingKey(of body: JSONValue) throws(Refusal) -> String {
        guard case .object = body else {
            throw .invalid(
                "body", "the body is \(body.kind), not an object",
                remedy: "Send one event of PagerDuty's Events API v2.")
        }
        guard let key = body["routing_key"]?.scalarText?.trimmed else {
            throw .missing("routing_key", remedy: "Set it to the service's integration key.")
        }
        return key
    }

    /// The event of a body. `freshKey` is the `dedup_key` if the sender gives none: nobody else may
    /// have it. *Errors:* a `Refusal` that names the field.
    static func parse(
        _ body: JSONValue, scope: IntakeScope, freshKey: String
    ) throws(Refusal) -> IntakeEvent {
        var parser = PagerDutyParser(body: body, scope: scope, freshKey: freshKey)
        return try parser.event()
    }

    private init(body: JSONValue, scope: IntakeScope, freshKey: String) {
        (self.body, self.scope, self.freshKey) = (body, scope, freshKey)
    }

    private mutating func event() throws(Refusal) -> IntakeEvent {
        let given = body["dedup_key"]?.scalarText
        switch body["event_action"]?.scalarText?.trimmed.lowercased() {
        case "trigger": return try trigger(key: given ?? freshKey)
        case "resolve": return resolve(key: try needed(given))
        case "acknowledge":
            let key = scope.correlationKey(source: "pagerduty", key: try needed(given))
            return IntakeEvent(
                action: .acknowledge(correlationKey: key, by: Self.client, via: "pagerduty"),
                warnings: [], dedupKey: given)
        case let other:
            // An event that has something to say pages, whatever its action is called.
            guard body["payload"]?["summary"]?.scalarText != nil || scope.cut != nil else {
                let remedy = "Use 'trigger', 'acknowledge' or 'resolve'."
                guard other != nil else { throw .missing("event_action", remedy: remedy) }
                throw .invalid("event_action", "'event_action' is unknown", remedy: remedy)
            }
            draft.flag("unknown event_action \"\(cleaned(other ?? "", to: 64))\", taken as trigger")
            return try trigger(key: given ?? freshKey)
        }
    }

    private func needed(_ key: String?) throws(Refusal) -> String {
        guard let key else {
            throw .missing(
                "dedup_key", remedy: "Send the dedup_key of the event that triggered it.")
        }
        return key
    }

    private mutating func trigger(key: String) throws(Refusal) -> IntakeEvent {
        let payload = body["payload"]
        let summary = try self.summary(payload)
        if let cut = scope.cut { draft.flag("only the beginning of \(cut) was read") }
        if payload?["source"]?.scalarText == nil { draft.flag("no source") }
        let severity = draft.severity(
            [payload?["severity"]], absent: scope.service.defaultSeverity, mapped: .sev2)
        let link = draft.link(
            (body["links"]?.elements ?? []).prefix(8).map { ("link", $0["href"]) }
                + [("client_url", body["client_url"])])
        for name in ["source", "component", "group", "class", "timestamp"] {
            draft.add(name, payload?[name])
        }
        draft.add("client", body["client"])
        draft.addAll(payload?["custom_details"], name: "custom_details")
        for image in (body["images"]?.elements ?? []).prefix(4) { draft.add("image", image["src"]) }
        // Dated with the time it comes in, as its resolve is: were the sender's clock believed, a
        // trigger after a resolve could seem to be older than it, and page nobody.
        let alert = draft.finished(
            fingerprint: fingerprint(ofKey: key), isFiring: true, startedAt: scope.now,
            summary: summary, severity: severity, link: link)
        return .report(
            template(key: key, title: alert.summary), alerts: [alert], warnings: draft.flags,
            dedupKey: key)
    }

    private mutating func summary(_ payload: JSONValue?) throws(Refusal) -> String {
        if let text = payload?["summary"]?.scalarText { return text }
        // A template that came out empty must not cost the page, if there is anything else to go
        // by.
        let hasDetails = payload?["custom_details"].map { !$0.members.isEmpty } ?? false
        let origin = firstText([
            payload?["source"], payload?["component"], payload?["class"], payload?["group"],
        ])
        guard hasDetails || origin != nil || scope.cut != nil else {
            throw .missing("payload.summary", remedy: "Say in one line what is wrong.")
        }
        draft.flag("no summary")
        return "Event without a summary" + (origin.map { " from \($0)" } ?? "")
    }

    private func resolve(key: String) -> IntakeEvent {
        let text = body["payload"]?["summary"]?.scalarText ?? "resolved by the sender"
        let alert = AlertDraft().finished(
            fingerprint: fingerprint(ofKey: key), isFiring: false, startedAt: scope.now,
            summary: text, severity: scope.service.defaultSeverity, link: "")
        return .report(
            template(key: key, title: alert.summary), alerts: [alert], warnings: [], dedupKey: key)
    }

    private func template(key: String, title: String) -> AlertReport {
        AlertReport(
            service: scope.service.id,
            correlationKey: scope.correlationKey(source: "pagerduty", key: key), title: title,
            source: "pagerduty", alerts: [])
    }
}
