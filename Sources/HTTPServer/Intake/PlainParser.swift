import Alerting
import Basics
import IncidentModel

/// Reads the plain form: an object with a title and what else there is, under the names that
/// GoAlert, Grafana OnCall, Spike and simple scripts use. *Source:* contracts 6.
struct PlainParser {
    /// Who acknowledges when a tool does.
    static let client: PersonID = "json-client"

    private static let remedy =
        "Send at least {\"title\": \"what is wrong\"}; 'severity', 'status', 'dedupKey', 'details' and "
        + "'link' are welcome."

    private let body: JSONValue
    private let scope: IntakeScope
    private var draft = AlertDraft()

    /// The event of a body. *Errors:* a `Refusal` that names the field.
    static func parse(_ body: JSONValue, scope: IntakeScope) throws(Refusal) -> IntakeEvent {
        guard case .object = body else {
            throw .invalid("body", "the body is \(body.kind), not an object", remedy: remedy)
        }
        var parser = PlainParser(body: body, scope: scope)
        return try parser.event()
    }

    private init(body: JSONValue, scope: IntakeScope) { (self.body, self.scope) = (body, scope) }

    private enum Intent { case fire, acknowledge, resolve }

    private mutating func event() throws(Refusal) -> IntakeEvent {
        let intent = self.intent()
        let key = try dedupKey(intent)
        switch intent {
        case .acknowledge:
            let correlation = scope.correlationKey(source: "json", key: key)
            return IntakeEvent(
                action: .acknowledge(correlationKey: correlation, by: Self.client, via: "json"),
                warnings: [], dedupKey: key)
        case .fire, .resolve: break
        }
        let isFiring = intent == .fire
        let summary = try self.summary(isFiring: isFiring, key: key)
        let severity = draft.severity(
            [body["severity"], body["priority"], body["level"]],
            absent: scope.service.defaultSeverity, mapped: scope.service.defaultSeverity)
        let link = addDetails()
        if let cut = scope.cut { draft.flag("only the beginning of \(cut) was read") }
        // Dated with the time it comes in, both firing and resolved: were the sender's clock
        // believed, an alert that fires again could seem to be older than its resolve, and page
        // nobody.
        let alert = draft.finished(
            fingerprint: fingerprint(ofKey: key), isFiring: isFiring, startedAt: scope.now,
            summary: summary, severity: severity, link: link)
        let template = AlertReport(
            service: scope.service.id,
            correlationKey: scope.correlationKey(source: "json", key: key), title: alert.summary,
            source: "json", alerts: [],
            isDrill: firstText([body["drill"], body["isDrill"]]) == "true")
        return .report(template, alerts: [alert], warnings: draft.flags, dedupKey: key)
    }

    private mutating func intent() -> Intent {
        let stated = firstText([
            body["status"], body["state"], body["action"], body["event_action"],
        ])
        switch stated?.lowercased() {
        case nil, "firing", "trigger", "triggered", "alerting", "open", "problem": return .fire
        case "resolve", "resolved", "ok", "close", "closed", "recovery", "recovered":
            return .resolve
        case "acknowledge", "acknowledged", "ack": return .acknowledge
        case let other?:
            draft.flag("unknown status \"\(cleaned(other, to: 64))\", taken as firing")
            return .fire
        }
    }

    private func firstValue(_ names: [String]) -> JSONValue? {
        names.lazy.compactMap { body[$0] }.first { $0.scalarText != nil }
    }

    private var title: String? {
        firstValue(["title", "summary", "name", "alertname", "subject"])?.scalarText?.trimmed
            ?? firstValue(["message", "text", "body", "description", "details"])?.scalarText?
            .trimmed
    }

    /// The sender's key. Without one, events of the same title are the same alert: a script that
    /// says the same thing every minute pages once.
    private func dedupKey(_ intent: Intent) throws(Refusal) -> String {
        let names = [
            "dedupKey", "dedup_key", "dedup", "alert_uid", "alias", "incident_key", "key",
            "fingerprint",
        ]
        if let key = firstValue(names)?.scalarText { return key }
        if let title { return "title:\(Digest256(of: Array(title.utf8)).group)" }
        switch intent {
        case .fire:
            let details = body["details"]?.members ?? body["body"]?.members ?? []
            guard !details.isEmpty || scope.cut != nil else {
                throw .missing("title", remedy: Self.remedy)
            }
            return "body:\(Digest256(of: Array(body.rendered.utf8)).group)"
        case .acknowledge, .resolve:
            throw .missing(
                "dedupKey", remedy: "Send the dedupKey, or else the title, of the event that fired."
            )
        }
    }

    private mutating func summary(isFiring: Bool, key: String) throws(Refusal) -> String {
        if let title { return title }
        if !isFiring { return "resolved by the sender" }
        draft.flag("no title")
        return "Alert without a title (\(cleaned(key, to: 64)))"
    }

    /// Adds what is known of the alert; the link comes back.
    private mutating func addDetails() -> String {
        let link = draft.link([
            ("link", body["link"]), ("url", body["url"]),
            ("link_to_upstream_details", body["link_to_upstream_details"]),
            ("link", body["links"]?.elements.first?["href"]), ("client_url", body["client_url"]),
        ])
        for name in ["source", "startsAt", "startedAt", "timestamp", "time"] {
            draft.add(name, body[name])
        }
        draft.add("image_url", body["image_url"])
        for name in ["labels", "details", "meta", "annotations", "body", "message", "description"] {
            guard let value = body[name] else { continue }
            if let title, value.scalarText?.trimmed == title { continue }
            draft.addAll(value, name: name)
        }
        return link
    }
}
