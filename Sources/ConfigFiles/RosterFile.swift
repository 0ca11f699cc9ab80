import Basics
package import Escalation
package import OnCall

/// The roster file: people, schedules, policies and services, in YAML.
///
/// Reading is strict: every key must be known, every reference must lead somewhere, and everything
/// that is wrong is reported at once, with its line. *Source:* requirements P3, P6, P9, D3; design
/// 1.
package enum RosterFile {
    /// The roster in a file.
    ///
    /// Without `zones` the names of zones are not checked. `warn` is called for everything that
    /// works and should be looked at, in the order of the file; `NodeDocuments` keeps the warnings.
    /// *Errors:* `ConfigError` with all problems.
    package static func load(
        path: String, zones: TimeZones? = nil,
        warn: (ConfigProblem) -> Void = { _ in }
    ) throws(ConfigError) -> Roster {
        let file: SourceFile
        do throws(ConfigProblem) {
            file = try SourceFile.read(path)
        } catch {
            throw ConfigError(error)
        }
        return try load(bytes: file.bytes, file: path, zones: zones, warn: warn)
    }

    /// The roster in a text; `file` is what messages call it. Otherwise as
    /// `load(path:zones:warn:)`.
    package static func load(
        text: String, file: String, zones: TimeZones? = nil,
        warn: (ConfigProblem) -> Void = { _ in }
    ) throws(ConfigError) -> Roster {
        try load(bytes: Array(text.utf8), file: file, zones: zones, warn: warn)
    }

    /// The version of a roster: the first 12 digits of the SHA-256 of the file.
    package static func version(of bytes: [UInt8]) -> String {
        String(Digest256(of: bytes).description.prefix(12))
    }

    private static func load(
        bytes: [UInt8], file: String, zones: TimeZones?, warn: (ConfigProblem) -> Void
    ) throws(ConfigError) -> Roster {
        let findings = Findings()
        var roster: Roster?
        if let root = Field.root(of: bytes, file: file, findings: findings) {
            let reader = RosterReader(root, version: version(of: bytes), zones: zones)
            roster = reader?.roster()
        }
        let result = try findings.result(roster)
        findings.sorted.forEach(warn)
        return result
    }
}

/// Reads one roster. The names of all things are gathered first, whatever else is wrong with them,
/// so that one mistake is not reported again wherever its name is used.
struct RosterReader {
    let section: Section
    let version: String
    let zones: TimeZones?
    /// Where each kind of thing is in the file.
    let items: [Kind: [Field]]
    /// The names of each kind of thing, in the order of the file; none if their list cannot be
    /// read.
    let names: [Kind: [String]]

    /// The kinds of things that have names.
    enum Kind: String, CaseIterable {
        case region, person, team, schedule, policy, service

        /// Whether a roster may do without any.
        var isOptional: Bool { self == .team }

        /// The key of the list of them.
        var key: String {
            switch self {
            case .region: "regions"
            case .person: "people"
            case .team: "teams"
            case .schedule: "schedules"
            case .policy: "policies"
            case .service: "services"
            }
        }

        /// The key of the name.
        var label: String { self == .region ? "name" : "id" }
    }

    init?(_ root: Field, version: String, zones: TimeZones?) {
        let keys = Kind.allCases.map(\.key) + ["catchAll", "command", "shiftNotices"]
        guard let section = Section(root, keys: keys) else { return nil }
        var items: [Kind: [Field]] = [:]
        var names: [Kind: [String]] = [:]
        for kind in Kind.allCases {
            guard !kind.isOptional || section.has(kind.key) else {
                (items[kind], names[kind]) = ([], [])
                continue
            }
            let fields = section.required(kind.key, "at least one \(kind.rawValue)")?
                .list(of: kind.key)
            if let fields, fields.isEmpty {
                section.optional(kind.key)?.report(
                    .missing, "is empty", remedy: "add at least one \(kind.rawValue)")
            }
            items[kind] = fields ?? []
            names[kind] = fields?.compactMap { $0.peek(kind.label)?.raw }
        }
        (self.section, self.version, self.zones) = (section, version, zones)
        (self.items, self.names) = (items, names)
    }

    /// The roster; `nil` only if a problem was reported.
    func roster() -> Roster? {
        let regions = read(.region) { self.region($0) }
        let people = read(.person) { self.person($0, regions: regions ?? []) }
        let teams = read(.team) { self.team($0) }
        let schedules = read(.schedule) { self.schedule($0, regions: regions ?? []) }
        let policies = read(.policy) { self.policy($0) }
        let services = read(.service) { self.service($0) }
        checkKeys(services ?? [])
        checkDependencies(services ?? [])
        let command = command()
        guard let catchAll = catchAll(), let command, let regions, let people, let teams,
            let schedules, let policies, let services
        else { return nil }
        var roster = Roster(
            version: version, regions: regions, people: people, schedules: schedules,
            policies: policies, services: services.map(\.service),
            integrations: services.flatMap(\.keys).map(\.key), catchAll: catchAll,
            command: command)
        roster.teams = teams
        return readShiftNotices(into: &roster) ? roster : nil
    }

    /// The names of a kind of thing; `nil` if their list cannot be read.
    func known(_ kind: Kind) -> [String]? { names[kind] }

    /// Whom another field names.
    func person(named field: Field) -> PersonID? {
        field.reference(to: known(.person), what: "person").map { PersonID($0) }
    }

    /// Several people, each once, at least one.
    ///
    /// For groups of people that take turns together see `groups`.
    func people(_ field: Field) -> [PersonID]? {
        guard let fields = field.list(of: "people") else { return nil }
        guard !fields.isEmpty else {
            field.report(.missing, "is empty", remedy: "name at least one person")
            return nil
        }
        var people: [PersonID] = []
        for item in fields {
            guard let person = person(named: item) else { continue }
            if people.contains(person) {
                item.report(
                    .duplicate, "`\(person)` is named twice", remedy: "name each person once")
            }
            people.append(person)
        }
        return people.count == fields.count ? people : nil
    }

    /// An IANA zone.
    func zone(_ field: Field) -> String? {
        let form = "an IANA zone, for example Europe/Berlin"
        guard let zones else { return field.text(form) }
        return field.reference(to: zones.names, what: "zone")
    }

    /// All things of a kind; `nil` if one of them could not be read. Names that occur twice are
    /// reported.
    private func read<Value>(_ kind: Kind, _ read: (Field) -> Value?) -> [Value]? {
        let fields = items[kind] ?? []
        var lines: [String: Int] = [:]
        for field in fields {
            guard let name = field.peek(kind.label), let text = name.raw else { continue }
            if let line = lines[text] {
                name.child(name.node, path: "\(kind.key)[\(text)].\(kind.label)").report(
                    .duplicate, "another \(kind.rawValue) bears this name, on line \(line)",
                    remedy: "rename one of them")
            } else {
                lines[text] = name.line
            }
        }
        let values = fields.compactMap(read)
        return values.count == fields.count ? values : nil
    }

    private func catchAll() -> [PersonID]? {
        section.required("catchAll", "whom to page when everything else is exhausted")
            .flatMap { people($0) }
    }
}
