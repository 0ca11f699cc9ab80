import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall

/// A service, and where its keys and dependencies are in the file.
struct ServiceEntry {
    var service: Service
    var keys: [(key: IntegrationKey, field: Field)]
    var dependencies: Field?
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
    /// duplicates: [cluster, job], coverage: continuous, playbooks: [URL], dependencies: [search],
    /// team: payments, tier: 1}`; `runbooks: [URL]` instead of `runbook` where there are several.
    func service(_ field: Field) -> ServiceEntry? {
        let keys = [
            "id", "name", "policy", "severity", "runbook", "keys", "duplicates", "coverage",
            "playbooks", "dependencies", "runbooks", "team", "tier",
        ]
        let hints = ["playbook": "write `playbooks: [URL]`", "owner": "did you mean `team`?"]
        guard let section = Section(field, keys: keys, label: "id", hints: hints) else {
            return nil
        }
        let id = section.required("id", "the service's short name")?.name()
        let name = section.has("name") ? section.optional("name")?.text() : id
        let policy = section.required("policy", "the policy its incidents follow")?
            .reference(to: known(.policy), what: "policy")
        let severity = section.has("severity") ? section.optional("severity")?.severity() : .sev3
        let runbooks = runbooks(section)
        let team =
            section.has("team")
            ? section.optional("team")?.reference(to: known(.team), what: "team") : nil
        let tier = section.has("tier") ? section.optional("tier")?.integer(in: Self.tiers) : nil
        let secrets = section.has("keys") ? section.optional("keys").flatMap(integrationKeys) : []
        let duplicates =
            section.has("duplicates")
            ? section.optional("duplicates").flatMap(duplicateRule) : .similar
        let coverage =
            section.has("coverage")
            ? section.optional("coverage")?.choice(CoverageClass.allCases.map { ($0.name, $0) })
            : .continuous
        let playbooks =
            section.has("playbooks")
            ? section.optional("playbooks")?.values(of: "URLs") { $0.url("a URL") } : []
        let dependencies =
            section.has("dependencies")
            ? section.optional("dependencies")?.values(of: "services") {
                self.dependency($0, of: id)
            }
            : []
        guard let id, let name, let policy, let severity, let runbooks, let secrets,
            let duplicates, let coverage, let playbooks, let dependencies,
            section.has("team") == (team != nil), section.has("tier") == (tier != nil)
        else { return nil }
        var service = Service(
            id: ServiceID(id), name: name, policy: PolicyID(policy), defaultSeverity: severity,
            runbook: runbooks.first ?? "")
        service.moreRunbooks = Array(runbooks.dropFirst())
        (service.team, service.tier) = (team.map { TeamID($0) }, tier.map { UInt64($0) })
        service.duplicates = duplicates
        service.coverage = coverage
        (service.playbooks, service.dependencies) = (playbooks, dependencies)
        return ServiceEntry(
            service: service,
            keys: secrets.map { (IntegrationKey(secret: $0.0, service: service.id), $0.1) },
            dependencies: section.has("dependencies") ? section.optional("dependencies") : nil)
    }

    private static let tiers = 1...5

    /// `runbook: URL`, or `runbooks: [URL, URL]`.
    private func runbooks(_ section: Section) -> [String]? {
        guard section.has("runbooks") else {
            guard section.has("runbook") else { return [] }
            return section.optional("runbook")?.url("a URL").map { [$0] }
        }
        let field = section.optional("runbooks")
        guard !section.has("runbook") else {
            field?.report(
                .contradiction, "stands beside `runbook`",
                remedy: "write all of them under `runbooks`, the first one first")
            return nil
        }
        return field?.values(of: "URLs") { $0.url("a URL") }
    }

    private func dependency(_ field: Field, of service: String?) -> ServiceID? {
        guard let text = field.reference(to: known(.service), what: "service") else { return nil }
        guard text != service else {
            field.report(
                .contradiction, "is the service itself", remedy: "name the services it needs")
            return nil
        }
        return ServiceID(text)
    }

    /// Says where services need each other in a circle: at the first of them in the file.
    func checkDependencies(_ services: [ServiceEntry]) {
        for (index, entry) in services.enumerated() {
            let later = services[index...].map(\.service)
            guard let circle = circle(through: entry.service, among: later) else { continue }
            entry.dependencies?.warn(
                .advice, "needs itself: \(circle.map(\.text).joined(separator: ", "))",
                remedy: "remove the dependency that is none")
        }
    }

    /// The shortest way along dependencies from a service back to itself; `nil` if there is none.
    private func circle(through start: Service, among services: [Service]) -> [ServiceID]? {
        var ways = [[start.id]]
        var seen: [ServiceID] = []
        while !ways.isEmpty {
            let way = ways.removeFirst()
            let last = services.first { $0.id == way.last }
            for next in last?.dependencies ?? [] {
                if next == start.id { return way + [next] }
                if seen.contains(next) { continue }
                seen.append(next)
                ways.append(way + [next])
            }
        }
        return nil
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
