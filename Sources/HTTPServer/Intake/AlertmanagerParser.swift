import Alerting
import Basics
import IncidentModel

/// Reads Alertmanager's webhook, version 4, and what is shaped like it: Grafana's and incident.io's
/// version 1, Grafana's legacy form, and bodies that a `payload` template made. *Source:* contracts
/// 3 and
/// 5.
struct AlertmanagerParser {
    /// The alert that stands for what was not read of a group.
    static let unreadFingerprint = Alerting.fingerprint(ofKey: "meridian: not read in full")

    /// What every alert falls back on. It is looked up once: a body may have as many members as it
    /// has alerts.
    private struct Shared {
        let status: [JSONValue?]
        let severity: JSONValue?
        let externalURL: JSONValue?
        let names: [JSONValue?]

        init(_ body: JSONValue) {
            let labels = body["commonLabels"]
            status = [body["status"], body["state"]]
            (severity, externalURL) = (labels?["severity"], body["externalURL"])
            names = [
                body["commonAnnotations"]?["summary"], labels?["alertname"], body["title"],
            ]
        }
    }

    private let body: JSONValue
    private let shared: Shared
    private let scope: IntakeScope
    private var warnings: [String] = []

    private init(body: JSONValue, scope: IntakeScope) {
        (self.body, self.scope, shared) = (body, scope, Shared(body))
    }

    /// The event of a body. *Errors:* a `Refusal` that names the field, if there is nothing in the
    /// body that anybody could be paged for.
    static func parse(_ body: JSONValue, scope: IntakeScope) throws(Refusal) -> IntakeEvent {
        var parser = AlertmanagerParser(body: body, scope: scope)
        return try parser.event()
    }

    private mutating func event() throws(Refusal) -> IntakeEvent {
        guard case .object = body else {
            throw .invalid(
                "body", "the body is \(body.kind), not an object",
                remedy: "Send Alertmanager's webhook body, version 4.")
        }
        var (alerts, isAll) = readAlerts()
        if let cut = scope.cut {
            alerts.append(unread("\(alerts.count) alerts of \(cut)", beside: alerts))
        } else if !isAll {
            let most = Limits.alertsPerBodyMax
            alerts.append(unread("the first \(most) alerts of a larger group", beside: alerts))
        } else if alerts.isEmpty {
            alerts = [try groupAlone()]
        }
        if let count = body["truncatedAlerts"]?.scalarText, count != "0" {
            warnings.append("\(cleaned(count, to: 16)) alerts were truncated by the sender")
        }
        let title = cleaned(self.title(of: alerts), to: Limits.summaryLengthMax)
        let template = AlertReport(
            service: scope.service.id,
            correlationKey: scope.correlationKey(source: "alertmanager", key: groupKey(of: alerts)),
            title: title, source: "alertmanager", alerts: [],
            isDrill: body["commonLabels"]?["meridian_drill"]?.scalarText == "true")
        return .report(template, alerts: alerts, warnings: warnings)
    }

    /// The alerts of the list, and whether those are all of them.
    private mutating func readAlerts() -> (alerts: [AlertInstance], isAll: Bool) {
        var alerts: [AlertInstance] = []
        guard let list = body["alerts"] else { return ([], true) }
        if case .array = list {} else { warnings.append("'alerts' is \(list.kind), not a list") }
        let elements = list.elements
        for (index, element) in elements.prefix(Limits.alertsPerBodyMax).enumerated() {
            guard case .object = element else {
                warnings.append("'alerts[\(index)]' is \(element.kind), not an object")
                continue
            }
            alerts.append(alert(element, at: index))
        }
        return (alerts, elements.count <= Limits.alertsPerBodyMax)
    }

    /// Stands for what was not read: nobody is to miss the end of a large outage. It fires as long
    /// as the group does, as bad as the worst that was read, or as the service's own.
    private mutating func unread(
        _ what: String, beside alerts: [AlertInstance]
    ) -> AlertInstance {
        var draft = AlertDraft()
        let text = "Only \(what) could be read, the rest was not"
        draft.flag("\(text): see max_alerts of the receiver")
        warnings.append(contentsOf: draft.flags)
        let isFiring = isFiring(.object([]), draft: &draft)
        let severity = alerts.filter(\.isFiring).map(\.severity).min() ?? .sev5
        return draft.finished(
            fingerprint: Self.unreadFingerprint, isFiring: isFiring, startedAt: scope.now,
            summary: text, severity: min(severity, scope.service.defaultSeverity), link: "")
    }

    private mutating func alert(_ element: JSONValue, at index: Int) -> AlertInstance {
        var draft = AlertDraft()
        let (labels, annotations) = (element["labels"], element["annotations"])
        let severity = draft.severity(
            [
                labels?["severity"], labels?["priority"], labels?["og_priority"],
                annotations?["severity"], shared.severity,
            ],
            absent: scope.service.defaultSeverity, mapped: scope.service.defaultSeverity)
        let startedAt = draft.start(element["startsAt"], now: scope.now)
        let isFiring = isFiring(element, draft: &draft)
        let link = draft.link([
            ("generatorURL", element["generatorURL"]), ("panelURL", element["panelURL"]),
            ("dashboardURL", element["dashboardURL"]), ("silenceURL", element["silenceURL"]),
            ("externalURL", shared.externalURL),
        ])
        draft.addAll(labels, name: "labels")
        draft.addAll(annotations, name: "annotations", onClash: "annotation")
        draft.add("valueString", element["valueString"])
        let print = fingerprint(of: element, draft: &draft)
        warnings.append(contentsOf: draft.flags.map { "alerts[\(index)]: \($0)" })
        return draft.finished(
            fingerprint: print, isFiring: isFiring, startedAt: startedAt,
            summary: summary(of: element) ?? "Alert without a name", severity: severity, link: link)
    }

    private func isFiring(_ element: JSONValue, draft: inout AlertDraft) -> Bool {
        let stated = firstText([element["status"], element["state"]] + shared.status)
        switch stated?.lowercased() {
        case "firing", "alerting", "triggered", "no_data", "nodata", "pending": return true
        case "resolved", "ok", "normal", "inactive": return false
        case nil:
            var ignored = AlertDraft()
            guard element["endsAt"]?.scalarText != nil else { return true }
            let end = ignored.start(element["endsAt"], now: scope.now)
            return !ignored.flags.isEmpty || end >= scope.now
        case let other?:
            draft.flag("unknown status \"\(cleaned(other, to: 64))\", taken as firing")
            return true
        }
    }

    private func fingerprint(of element: JSONValue, draft: inout AlertDraft) -> UInt64 {
        if let text = element["fingerprint"]?.scalarText?.trimmed {
            let digits = Array(text.utf8)
            if digits.count <= 16, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt64(text, radix: 16)
            {
                return value
            }
            draft.flag("unreadable fingerprint \"\(cleaned(text, to: 32))\"")
        }
        let labels = (element["labels"]?.members ?? []).compactMap { member -> Label? in
            guard let value = member.value.text, !value.isEmpty else { return nil }
            return Label(member.name, value)
        }
        if !labels.isEmpty { return Alerting.fingerprint(of: labels) }
        return Alerting.fingerprint(
            ofKey: [summary(of: element), element["generatorURL"]?.scalarText].compactMap(\.self)
                .joined(separator: "\n"))
    }

    private func summary(of element: JSONValue) -> String? {
        let (labels, annotations) = (element["labels"], element["annotations"])
        return firstText(
            [
                annotations?["summary"], annotations?["title"], annotations?["message"],
                annotations?["description"], element["summary"], element["title"],
                element["message"],
                labels?["alertname"], labels?["name"],
            ] + shared.names)
    }

    /// A body that has no usable list of alerts, but says that something is wrong all the same.
    private mutating func groupAlone() throws(Refusal) -> AlertInstance {
        let named = firstText([
            body["commonAnnotations"]?["summary"], body["commonLabels"]?["alertname"],
            body["groupLabels"]?["alertname"], body["ruleName"], body["title"], body["summary"],
            body["message"], body["text"],
        ])
        guard let named else {
            throw .missing(
                "alerts",
                remedy:
                    "Send Alertmanager's webhook body, version 4; a payload template has to keep "
                    + "'alerts' or at least 'title' and 'status'.")
        }
        var draft = AlertDraft()
        draft.flag("the body has no list of alerts: the group stands for them")
        let isFiring = isFiring(.object([]), draft: &draft)
        let labels = body["commonLabels"]
        let severity = draft.severity(
            [labels?["severity"], body["severity"]], absent: scope.service.defaultSeverity,
            mapped: scope.service.defaultSeverity)
        let link = draft.link([
            ("ruleUrl", body["ruleUrl"]), ("externalURL", body["externalURL"]),
            ("link", body["link"]),
        ])
        draft.addAll(labels, name: "commonLabels")
        draft.addAll(body["commonAnnotations"], name: "commonAnnotations", onClash: "annotation")
        draft.add("message", body["message"])
        let key = firstText([body["groupKey"], body["ruleId"], body["ruleName"]]) ?? named
        warnings.append(contentsOf: draft.flags)
        return draft.finished(
            fingerprint: Alerting.fingerprint(ofKey: key), isFiring: isFiring,
            startedAt: scope.now, summary: named, severity: severity, link: link)
    }

    private mutating func groupKey(of alerts: [AlertInstance]) -> String {
        if let key = body["groupKey"]?.scalarText { return key }
        warnings.append("'groupKey' is missing: the group's labels stand for it")
        let labels = body["groupLabels"]?.members ?? []
        if !labels.isEmpty {
            return labels.map { "\($0.name)=\($0.value.text ?? "")" }.sorted().joined(
                separator: ",")
        }
        return firstText([body["ruleId"], body["ruleName"], body["commonLabels"]?["alertname"]])
            ?? alerts.map(\.fingerprint).min().map { String($0, radix: 16) } ?? ""
    }

    private func title(of alerts: [AlertInstance]) -> String {
        let annotations = body["commonAnnotations"]
        if let text = firstText([annotations?["summary"], annotations?["title"]]) { return text }
        if alerts.count == 1, let only = alerts.first { return only.summary }
        let (common, group) = (body["commonLabels"], body["groupLabels"])
        let others = (group?.members ?? []).filter { $0.name != "alertname" }
            .map { "\($0.name)=\($0.value.text ?? "")" }.sorted().joined(separator: ", ")
        if let name = firstText([common?["alertname"], group?["alertname"]]) {
            return others.isEmpty ? name : "\(name) (\(others))"
        }
        if let text = firstText([body["title"], annotations?["description"]]) { return text }
        return others.isEmpty ? alerts.first?.summary ?? "Alerts" : "Alerts of \(others)"
    }
}
