import APIModel
import Alerting
import ArgumentParser
import Basics
import ConfigFiles
import Coverage
import Escalation
import Foundation
import IncidentModel
import OnCall
import RegionCore

/// `hole`, `late`, `warning` or `note`.
struct GravityArgument: ExpressibleByArgument, Equatable, Sendable {
    /// How bad.
    let gravity: CoverageGravity

    init(_ gravity: CoverageGravity) { self.gravity = gravity }

    init?(argument: String) {
        guard let gravity = CoverageGravity(named: argument) else { return nil }
        self.gravity = gravity
    }

    static var allValueStrings: [String] { CoverageGravity.allCases.reversed().map(\.name) }

    var defaultValueDescription: String { gravity.name }
}

/// Which roster a command is about, and what was changed since it was written.
struct RosterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The roster; otherwise roster.yaml beside client.yaml.", valueName: "roster.yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var roster: String?

    @Option(
        help: ArgumentHelp(
            "Overrides, swaps and leave, as `oncall changes --json` prints them.",
            valueName: "changes.json"),
        completion: .file(extensions: ["json"]))
    var changes: String?

    @Flag(
        help: ArgumentHelp(
            "Take the roster in force and what was changed since from a region.",
            discussion: "So do --config and --url, unless there is a --roster."))
    var live = false

    func validate() throws {
        if live, roster != nil || changes != nil {
            throw ValidationError("Use either --live, or --roster and --changes.")
        }
    }

    /// A roster, and what was changed since it was written.
    struct Known {
        /// Who responds to what.
        var roster: Roster
        /// Overrides, swaps and leave.
        var changes: OnCallChanges
    }

    /// Reads or asks for it. *Errors:* `ConfigError` with every problem; `CommandFailure`.
    func load(_ zones: TimeZones, _ client: ClientOptions) async throws -> Known {
        let isNamed = client.config != nil || !client.urls.isEmpty
        if live || isNamed && self.roster == nil {
            let (roster, answer) = try await RosterCommand.inForce(zones, client)
            return Known(roster: roster, changes: OnCallChanges(answer.changes))
        }
        let path = try path()
        let roster = try RosterFile.load(path: path, zones: zones) { Console.remark("\($0)") }
        return Known(roster: roster, changes: OnCallChanges(try changes.map(read) ?? []))
    }

    private func path() throws(CommandFailure) -> String {
        if let roster { return roster }
        let directory = try ClusterDirectory.resolve(
            nil, environment: ProcessInfo.processInfo.environment)
        return directory + "/roster.yaml"
    }

    private func read(_ path: String) throws(CommandFailure) -> [OnCallChange] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(
                .usage, "\(path) cannot be read",
                remedy: "write it with `meridian oncall changes --json > \(path)`")
        }
        do {
            return try APICoding.decode([OnCallChange].self, from: data)
        } catch {
            throw CommandFailure(
                .usage, "\(path) is no list of changes: \(error)",
                remedy: "write it with `meridian oncall changes --json > \(path)`")
        }
    }
}

/// The nodes' files, for the providers that regions have.
struct NodeFileOptions: ParsableArguments {
    @Option(
        name: .customLong("node"),
        help: ArgumentHelp(
            "A node's file, for the providers its region has; may be repeated, once for each"
                + " region.", valueName: "node.yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var paths: [String] = []

    /// The files of regions, in the order they were named; remarks on regions of a roster without one.
    /// *Errors:* `ConfigError`; `CommandFailure` if two are of one region.
    func regions(of roster: Roster) throws -> [NodeConfig] {
        guard !paths.isEmpty else { return [] }
        let configs = try paths.map { try NodeFile.load(path: $0) }
        let regions = configs.filter { $0.me.member.role == .region }
        let names = regions.map(\.me.member.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw CommandFailure(.usage, "two files are region \(twice)'s")
        }
        for region in roster.regions where !names.contains(region.name) {
            Console.remark("no file is region \(region.name)'s: it is taken to have no node")
        }
        return regions
    }
}

/// Services by their names on the command line.
enum ServiceNames {
    /// The ids. *Errors:* `CommandFailure` if the roster has no such service.
    static func ids(_ names: [String], in roster: Roster) throws(CommandFailure) -> [ServiceID] {
        for name in names where roster.service(ServiceID(name)) == nil {
            throw CommandFailure(
                .notFound, "the roster has no service \(name)",
                remedy: "one of: " + roster.services.map(\.id.text).joined(separator: ", "))
        }
        return names.map { ServiceID($0) }
    }
}

extension OnCallChanges {
    /// What the API tells of changes, the earlier first; swaps that nobody has taken change nothing.
    init(_ changes: [OnCallChange]) {
        self.init()
        for (index, change) in changes.sorted(by: { $0.at < $1.at }).enumerated() {
            let by = PersonID(change.by)
            let reason = change.reason ?? ""
            let (from, to) = (change.from.instant, change.to.instant)
            guard change.kind != "leave" else {
                leaves.append(
                    OnCallLeave(
                        id: change.id, person: PersonID(change.person), from: from, to: to, by: by,
                        reason: reason))
                continue
            }
            let isSwap = change.kind == "swap"
            guard let schedule = change.schedule,
                let person = isSwap ? change.takenBy : change.person
            else { continue }
            let replaces = isSwap ? change.person : change.replaces
            overrides.append(
                OnCallOverride(
                    id: change.id, order: UInt64(index + 1), kind: isSwap ? .swap : .override,
                    schedule: ScheduleID(schedule), replaces: replaces.map { PersonID($0) },
                    person: PersonID(person), from: from, to: to, by: by, reason: reason))
        }
    }
}

extension RegionProviders {
    /// What a node's file lets its region page through.
    init(of config: NodeConfig) {
        let providers = config.gateways.flatMap { line in
            line.providers.map { PageProvider(channel: line.channel, name: $0.place) }
        }
        self.init(region: config.me.member.name, providers: providers)
    }
}

extension GatewaySettings {
    /// What fails as one: the host a provider is reached at, or what stands for it.
    var place: String {
        switch self {
        case .smtp(let settings): "\(settings.host):\(settings.port)"
        case .twilio(let settings): settings.baseURL
        case .slack: "the webhooks' own hosts"
        case .webhook: "the webhooks' own hosts"
        case .file(_, let path): path
        }
    }
}
