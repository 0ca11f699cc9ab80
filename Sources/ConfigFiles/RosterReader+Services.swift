import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall

/// A service and where its keys are in the file.
struct ServiceEntry {
    var service: Service
    var keys: [(key: IntegrationKey, field: Field)]
}

extension RosterReader {
    private static let levelsWithoutAdvice = 4
    static let severityKeys = Severity.allCases.map { $0.name.lowercased() }

    /// `{id: default, repeat: 2, levels: [...]}`
    func policy(_ field: Field) -> EscalationPolicy? {
        let keys = ["id", "repeat", "levels"]
        guard let section = Section(field, keys: keys, label: "id") else { return nil }
        let id = section.required("id", "the policy's short name")?.name()
        let repeats = section.has("repeat") ? section.optional("repeat")?.integer(in: 0...100) : 2
        let list = section.required("levels", "at least one level")
        let fields = list?.list(of: "levels")
        if let list, let fields, fields.isEmpty {
            list.report(
                .missing, "is empty: nobody would be paged", remedy: "add at least one level")
        }
        if let list, let fields, fields.count > Self.levelsWithoutAdvice {
            list.warn(
                .advice, "there are \(fields.count) levels: the last is paged late",
                remedy: "four or fewer serve better")
        }
        let levels = fields?.compactMap { level($0) } ?? []
        guard let id, let repeats, let fields, !fields.isEmpty, levels.count == fields.count else {
            return nil
        }
        return EscalationPolicy(id: PolicyID(id), levels: levels, repeats: UInt64(repeats))
    }

    /// `{page: [schedule follow-the-sun, person ana], timeouts: {sev1: 5m, sev5: manual}}`
    private func level(_ field: Field) -> EscalationLevel? {
        guard let section = Section(field, keys: ["page", "timeouts"]) else { return nil }
        let targets = section.required("page", "whom the level pages: [schedule NAME, person NAME]")
            .flatMap { self.targets($0) }
        let timeouts =
            section.has("timeouts")
            ? section.optional("timeouts").flatMap { self.timeouts($0) }
            : EscalationLevel.defaultTimeouts
        guard let targets, let timeouts else { return nil }
        return EscalationLevel(targets: targets, timeouts: timeouts)
    }

    private func targets(_ field: Field) -> [EscalationTarget]? {
        guard let fields = field.list(of: "targets") else { return nil }
        guard !fields.isEmpty else {
            field.report(
                .missing, "is empty: the level would page nobody",
                remedy: "write `[schedule NAME]` or `[person NAME]`")
            return nil
        }
        var targets: [EscalationTarget] = []
        for field in fields {
            guard let target = target(field) else { continue }
            if targets.contains(target) {
                field.report(
                    .duplicate, "is there twice in this level", remedy: "remove one of them")
            }
            targets.append(target)
        }
        return targets.count == fields.count ? targets : nil
    }

    /// `schedule NAME` or `person NAME`, also as `schedule: NAME`.
    private func target(_ field: Field) -> EscalationTarget? {
        if field.entries != nil {
            guard let section = Section(field, keys: ["schedule", "person"]) else { return nil }
            guard section.has("schedule") != section.has("person") else {
                field.report(
                    .contradiction, "must name one schedule or one person",
                    remedy: "write `schedule NAME` or `person NAME`")
                return nil
            }
            return section.has("person")
                ? section.optional("person").flatMap(person).map { .person($0) }
                : section.optional("schedule").flatMap(scheduleTarget)
        }
        guard let text = field.text("`schedule NAME` or `person NAME`") else { return nil }
        let words = text.split(separator: " ").map(String.init)
        if words.count == 2, words[0] == "schedule" {
            return scheduleTarget(field.child(.init(words[1], at: field), path: field.path))
        }
        if words.count == 2, words[0] == "person" {
            return person(named: field.child(.init(words[1], at: field), path: field.path))
                .map { .person($0) }
        }
        let kinds = [("schedule", Kind.schedule), ("person", Kind.person)]
        let meant = kinds.first { known($0.1)?.contains(text) == true }?.0
        field.report(
            .badValue, "`\(text)` does not say whether it is a schedule or a person",
            remedy: "write `\(meant.map { "\($0) \(text)" } ?? "schedule NAME` or `person NAME")`")
        return nil
    }

    private func scheduleTarget(_ field: Field) -> EscalationTarget? {
        field.reference(to: known(.schedule), what: "schedule").map { .schedule(ScheduleID($0)) }
    }

    /// One time for all severities, or one for each; those left out keep their defaults.
    private func timeouts(_ field: Field) -> [Span?]? {
        if field.isSingle {
            guard let timeout = timeout(field) else { return nil }
            return Severity.allCases.map { _ in timeout.span }
        }
        guard let section = Section(field, keys: Self.severityKeys) else { return nil }
        var timeouts = EscalationLevel.defaultTimeouts
        var isComplete = true
        for (index, key) in Self.severityKeys.enumerated() where section.has(key) {
            guard let timeout = section.optional(key).flatMap({ self.timeout($0) }) else {
                isComplete = false
                continue
            }
            timeouts[index] = timeout.span
        }
        return isComplete ? timeouts : nil
    }

    /// A time, or `manual`: only a person's wish goes on to the next level.
    private func timeout(_ field: Field) -> (span: Span?, Void)? {
        if field.raw.map(TextForms.trimmed) == "manual" { return (nil, ()) }
        return field.span(in: .seconds(1) ... .hours(24 * 7)).map { ($0, ()) }
    }

    /// `{id: checkout, name: Checkout, policy: default, severity: SEV2, runbook: URL, keys: [KEY],
    /// duplicates: [cluster, job], coverage: continuous}`
    func service(_ field: Field) -> ServiceEntry? {
        let keys = [
            "id", "name", "policy", "severity", "runbook", "keys", "duplicates", "coverage",
        ]
        guard let section = Section(field, keys: keys, label: "id") else { return nil }
        let id = section.required("id", "the service's short name")?.name()
        let name = section.has("name") ? section.optional("name")?.text() : id
        let policy = section.required("policy", "the policy its incidents follow")?
            .reference(to: known(.policy), what: "policy")
        let severity = section.has("severity") ? section.optional("severity")?.severity() : .sev3
        let runbook = section.has("runbook") ? section.optional("runbook")?.url("a URL") : ""
        let secrets = section.has("keys") ? section.optional("keys").flatMap(integrationKeys) : []
        let duplicates =
            section.has("duplicates")
            ? section.optional("duplicates").flatMap(duplicateRule) : .similar
        let coverage =
            section.has("coverage")
            ? section.optional("coverage")?.choice(CoverageClass.allCases.map { ($0.name, $0) })
            : .continuous
        guard let id, let name, let policy, let severity, let runbook, let secrets,
            let duplicates, let coverage
        else { return nil }
        var service = Service(
            id: ServiceID(id), name: name, policy: PolicyID(policy), defaultSeverity: severity,
            runbook: runbook)
        service.duplicates = duplicates
        service.coverage = coverage
        return ServiceEntry(
            service: service,
            keys: secrets.map { (IntegrationKey(secret: $0.0, service: service.id), $0.1) })
    }

    /// `similar`, `never`, or the labels that have to agree: `[cluster, job]`.
    private func duplicateRule(_ field: Field) -> DuplicateRule? {
        if field.isSingle {
            switch field.raw.map(TextForms.trimmed) {
            case "similar": return .similar
            case "never": return .never
            case _:
                field.report(
                    .badValue, "is neither `similar`, `never` nor a list of labels",
                    remedy: "write `[cluster, job]`: incidents in which these agree are one problem"
                )
                return nil
            }
        }
        guard let fields = field.list(of: "labels") else { return nil }
        let names = fields.compactMap { $0.text("the name of a label") }
        guard !fields.isEmpty else {
            field.report(.missing, "is empty", remedy: "name labels, or write `never`")
            return nil
        }
        guard Set(names).count == names.count else {
            field.report(.duplicate, "names a label twice", remedy: "remove one of them")
            return nil
        }
        return names.count == fields.count ? .labels(names) : nil
    }

    private func integrationKeys(_ field: Field) -> [(String, Field)]? {
        guard let fields = field.list(of: "integration keys") else { return nil }
        var keys: [(String, Field)] = []
        for field in fields {
            guard let text = field.text("an integration key") else { continue }
            let isPlain = text.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))
            }
            guard isPlain, (16...128).contains(text.count) else {
                // The key itself stays out of messages: they end up in logs.
                field.report(
                    .badValue, "is not a key of 16 to 128 letters, digits, `-` and `_`",
                    remedy: "make one with `openssl rand -hex 16`")
                continue
            }
            keys.append((text, field))
        }
        return keys.count == fields.count ? keys : nil
    }

    /// Says where one key stands for two services, or twice for one.
    func checkKeys(_ services: [ServiceEntry]) {
        var owners: [String: ServiceID] = [:]
        for entry in services.flatMap(\.keys) {
            if let owner = owners[entry.key.secret] {
                entry.field.report(
                    .duplicate, "the same key is there for service `\(owner)`",
                    remedy: "make another with `openssl rand -hex 16`")
            } else {
                owners[entry.key.secret] = entry.key.service
            }
        }
    }
}
