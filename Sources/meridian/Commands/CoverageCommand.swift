import ArgumentParser
import Basics
import ConfigFiles
import Coverage
import Escalation
import Foundation
import IncidentModel
import RegionCore

/// `meridian coverage`: whether somebody is there, for every minute to come.
struct CoverageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract:
            "Prove who is paged at every minute of the next weeks; rehearse a region's death.",
        discussion: """
            EXAMPLES
              meridian coverage prove --weeks 12
              meridian coverage prove --roster new.yaml --fail-on warning
              meridian coverage simulate --kill eu --at 2026-12-24T03:00Z
            """,
        subcommands: [Prove.self, Simulate.self])
}

extension CoverageCommand {
    /// `meridian coverage prove`.
    struct Prove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who is paged when, if nobody answers: for every service and every minute.",
            discussion: """
                It reads a roster file and needs no cluster; with --live it takes the roster in \
                force, and the overrides, swaps and leave that are not over, from a region. \
                Incidents are opened at every minute in thought, and the code that pages is asked \
                what it would do while nobody answers, and with each region and each provider lost. \
                What is wrong is told with its minutes and the smallest change that closes it.

                It ends with status 1 if a finding is as bad as --fail-on or worse, and 2 if a \
                file makes no sense, so that it can guard a repository of rosters.

                EXAMPLES
                  meridian coverage prove
                  meridian coverage prove --live
                  meridian coverage prove --roster new.yaml --weeks 26 --fail-on warning
                  meridian oncall changes --json > changes.json
                  meridian coverage prove --roster new.yaml --changes changes.json
                  meridian coverage prove --node eu/node.yaml --node us/node.yaml
                  meridian coverage prove --at 2026-12-24T03:00Z
                  meridian coverage prove --json | jq '.findings[] | .text'
                """)

        @OptionGroup var source: RosterOptions

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

        @OptionGroup var nodes: NodeFileOptions

        @Option(help: "End with status 1 for findings as bad as this, or worse.")
        var failOn = GravityArgument(.late)

        @Option(
            help: ArgumentHelp(
                "Show who is paged when if an incident opens then, and nothing else.",
                valueName: "time"))
        var at: InstantArgument?

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            guard (1...104).contains(weeks) else {
                throw ValidationError("--weeks is between 1 and 104, not \(weeks).")
            }
            if client.json, at != nil { throw ValidationError("Use either --json or --at.") }
        }

        mutating func run() async throws {
            let zones = try ZoneFiles.load()
            let known = try await source.load(zones, client)
            let options = try options(for: known.roster)
            let (start, end) = range
            let proof = proveCoverage(
                of: known.roster, changes: known.changes, zones: zones, from: start, to: end,
                options: options)
            let console = Console.current()
            if let at {
                let text = CoverageText(proof, zones: zones)
                let opening = at.instant(now: .ofThisMachine)
                return console.write(Self.page(text.ladders(openingAt: opening), on: console))
            }
            if client.json {
                console.write(try JSONOutput.text(CoverageReport(proof)))
            } else {
                console.write(
                    Self.page(CoverageText(proof, zones: zones).lines(), on: console))
            }
            if let worst = proof.worst, worst >= failOn.gravity {
                throw ExitCode(CommandStatus.failed.rawValue)
            }
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
                options.services = try ServiceNames.ids(services, in: roster)
            }
            guard !nodes.paths.isEmpty else { return options }
            let configs = try nodes.regions(of: roster)
            options.regions = configs.map { RegionProviders(of: $0) }
            if let timings = configs.first?.timings {
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
