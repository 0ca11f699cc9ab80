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

/// `meridian coverage`: whether somebody is there, for every minute to come.
struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "Prove who is paged at every minute of the next weeks.",
        discussion: """
            EXAMPLES
              meridian coverage prove --weeks 12
              meridian coverage prove --roster new.yaml --fail-on warning
            """,
        subcommands: [Prove.self])
}

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

extension CoverageCommand {
    /// `meridian coverage prove`.
    struct Prove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who is paged when, if nobody answers: for every service and every minute.",
            discussion: """
                It reads a roster file and needs no cluster. Incidents are opened at every minute \
                in thought, and the code that pages is asked what it would do while nobody \
                answers, and with each region and each provider lost. What is wrong is told with \
                its minutes and the smallest change that closes it.

                It ends with status 1 if a finding is as bad as --fail-on or worse, and 2 if a \
                file makes no sense, so that it can guard a repository of rosters.

                EXAMPLES
                  meridian coverage prove
                  meridian coverage prove --roster new.yaml --weeks 26 --fail-on warning
                  meridian coverage prove --node eu/node.yaml --node us/node.yaml
                  meridian coverage prove --at 2026-12-24T03:00Z
                  meridian coverage prove --json | jq '.findings[] | .text'
                """)

        @Option(
            help: ArgumentHelp(
                "The roster; otherwise roster.yaml beside client.yaml.", valueName: "roster.yaml"),
            completion: .file(extensions: ["yaml", "yml"]))
        var roster: String?

        @Option(help: ArgumentHelp("How many weeks, from --from on.", valueName: "weeks"))
        var weeks: Int64 = 12

        @Option(
            help: ArgumentHelp(
                "When to begin: like now, +2w or 2026-12-24T03:00Z.", valueName: "time"))
        var from: InstantArgument?

        @Option(
            name: .customLong("service"),
            help: ArgumentHelp(
                "Only this service; may be repeated.", valueName: "service"))
        var services: [String] = []

        @Option(
            name: .customLong("severity"),
            help: ArgumentHelp(
                "Another severity than SEV1 and SEV3; may be repeated.", valueName: "severity"))
        var severities: [SeverityArgument] = []

        @Option(
            name: .customLong("node"),
            help: ArgumentHelp(
                "A node's file, for the providers its region has; may be repeated, once for each"
                    + " region.", valueName: "node.yaml"),
            completion: .file(extensions: ["yaml", "yml"]))
        var nodes: [String] = []

        @Option(help: "End with status 1 for findings as bad as this, or worse.")
        var failOn = GravityArgument(.late)

        @Option(
            help: ArgumentHelp(
                "Show who is paged when if an incident opens then, and nothing else.",
                valueName: "time"))
        var at: InstantArgument?

        @Flag(help: "Write the answer as JSON, with sorted keys.")
        var json = false

        func validate() throws {
            guard (1...104).contains(weeks) else {
                throw ValidationError("--weeks is between 1 and 104, not \(weeks).")
            }
            if json, at != nil { throw ValidationError("Use either --json or --at.") }
        }

        mutating func run() throws {
            let zones = try ZoneFiles.load()
            let roster = try RosterFile.load(path: try rosterPath(), zones: zones) {
                Console.remark("\($0)")
            }
            let options = try options(for: roster)
            let (start, end) = range
            let proof = proveCoverage(
                of: roster, zones: zones, from: start, to: end, options: options)
            let console = Console.current()
            if let at {
                let text = CoverageText(proof, zones: zones)
                let opening = at.instant(now: .ofThisMachine)
                return console.write(Self.page(text.ladders(openingAt: opening), on: console))
            }
            if json {
                console.write(try JSONOutput.text(CoverageReport(proof)))
            } else {
                console.write(
                    Self.page(CoverageText(proof, zones: zones).lines(), on: console))
            }
            if let worst = proof.worst, worst >= failOn.gravity {
                throw ExitCode(CommandStatus.failed.rawValue)
            }
        }

        private func rosterPath() throws(CommandFailure) -> String {
            if let roster { return roster }
            let directory = try ClusterDirectory.resolve(
                nil, environment: ProcessInfo.processInfo.environment)
            return directory + "/roster.yaml"
        }

        /// From a whole minute on; with --at, only that one.
        private var range: (start: Instant, end: Instant) {
            let now = Instant.ofThisMachine
            if let at {
                let opening = at.instant(now: now)
                return (opening, opening + .minutes(1))
            }
            let given = from?.instant(now: now) ?? now
            let start = Instant(seconds: given.seconds.flooredDivision(by: 60) * 60)
            return (start, start + .hours(weeks * 168))
        }

        private func options(for roster: Roster) throws -> CoverageOptions {
            var options = CoverageOptions()
            if !severities.isEmpty {
                options.severities = Set(severities.compactMap { Severity(named: $0.name) })
                    .sorted()
            }
            if !services.isEmpty {
                for name in services where roster.service(ServiceID(name)) == nil {
                    throw CommandFailure(
                        .notFound, "the roster has no service \(name)",
                        remedy: "one of: "
                            + roster.services.map(\.id.text).joined(separator: ", "))
                }
                options.services = services.map { ServiceID($0) }
            }
            guard !nodes.isEmpty else { return options }
            let configs = try nodes.map { try NodeFile.load(path: $0) }
            let regions = configs.filter { $0.me.member.role == .region }
            let names = regions.map(\.me.member.name)
            if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
                throw CommandFailure(.usage, "two files are region \(twice)'s")
            }
            for region in roster.regions where !names.contains(region.name) {
                Console.remark("no file is region \(region.name)'s: it is taken to have no node")
            }
            options.regions = regions.map { RegionProviders(of: $0) }
            if let timings = regions.first?.timings {
                options.firstGrace = timings.firstGrace
                options.rankGrace = timings.rankGrace
            }
            return options
        }

        private static func page(_ lines: [CoverageLine], on console: Console) -> String {
            var sheet = Sheet(for: console.terminal)
            for line in lines {
                let style: TextStyle? =
                    switch line.weight {
                    case .title: .bold
                    case .bad: .bad
                    case .warning: .warning
                    case .good: .good
                    case .faint: .faint
                    case .plain: nil
                    }
                sheet.add(line.text, style)
            }
            return sheet.text
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
