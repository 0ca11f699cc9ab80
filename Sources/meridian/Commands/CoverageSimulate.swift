import Alerting
import ArgumentParser
import Basics
import ConfigFiles
import Coverage
import Escalation
import IncidentModel
import OnCall
import Paging
import RegionCore
import Simulation

extension CoverageCommand {
    /// `meridian coverage simulate`.
    struct Simulate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rehearse a region's death with your roster: who is woken when.",
            discussion: """
                The simulator plays a cluster of your regions, people, policies, schedules and time \
                zones: the code that runs in production, with clocks, network, disks and gateways \
                that are simulated. At --at the regions of --kill die for good, and each service has \
                an alert: 30 s, half a second and a tenth of a second before, and a second after, \
                each in a cluster of its own, and each again without the death. Told is the worst.

                It needs no cluster. It ends with status 1 if the alert of a service whose coverage \
                is `continuous` wakes nobody within a minute. A killed region's people are where \
                they were, and other regions page them; with --people-too they hear nothing either.

                EXAMPLES
                  meridian coverage simulate --kill eu
                  meridian coverage simulate --kill eu --at 2026-12-24T03:00Z --service checkout
                  meridian coverage simulate --kill eu --kill us --answered-after 3m
                  meridian coverage simulate --kill eu --people-too --severity 3 --for 2h
                  meridian coverage simulate --live --kill eu --node ap/node.yaml --node us/node.yaml
                  meridian coverage simulate --at +8h
                  meridian coverage simulate --kill eu --json | jq .worstFirstHumanMilliseconds
                """)

        @Option(
            help: ArgumentHelp(
                "A region that dies; may be repeated. Without it nothing goes wrong.",
                valueName: "region"))
        var kill: [String] = []

        @Option(
            help: ArgumentHelp(
                "When: like now, +8h or 2026-12-24T03:00Z.", valueName: "time"))
        var at = InstantArgument.now

        @Option(
            name: .customLong("service"),
            help: ArgumentHelp("Only this service; may be repeated.", valueName: "service"))
        var services: [String] = []

        @Option(help: ArgumentHelp("How bad the alerts are.", valueName: "severity"))
        var severity = SeverityArgument.worst

        @Option(help: ArgumentHelp("How long it is played, up to 24h.", valueName: "30m"))
        var `for` = SpanArgument(.minutes(30))

        @Option(help: "What the network and the gateways draw from.")
        var seed: UInt64 = 1

        @Flag(help: "Nobody ever answers; so it is unless --answered-after is given.")
        var unanswered = false

        @Option(
            help: ArgumentHelp(
                "Everybody answers so long after their page.", valueName: "3m"))
        var answeredAfter: SpanArgument?

        @Flag(help: "The people of a killed region hear nothing from then on.")
        var peopleToo = false

        @OptionGroup var source: RosterOptions
        @OptionGroup var nodes: NodeFileOptions
        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            if unanswered, answeredAfter != nil {
                throw ValidationError("Use either --unanswered or --answered-after.")
            }
            if peopleToo, kill.isEmpty {
                throw ValidationError("--people-too is about the regions of --kill: name one.")
            }
            guard self.for.span <= .hours(24) else {
                throw ValidationError("--for is 24h at most.")
            }
        }

        mutating func run() async throws {
            let zones = try ZoneFiles.load()
            let known = try await source.load(zones, client)
            let series = try series(known, zones)
            let report = RehearsalReport(series, series.play())
            let console = Console.current()
            if client.json {
                console.write(try JSONOutput.text(report.document))
            } else {
                let text = RehearsalTexts(
                    report, isAssumingGateways: nodes.paths.isEmpty, for: console.terminal)
                console.write(text.page)
            }
            if report.isFailed { throw ExitCode(CommandStatus.failed.rawValue) }
        }

        private func series(
            _ known: RosterOptions.Known, _ zones: TimeZones
        ) throws -> RehearsalSeries {
            let roster = known.roster
            let services =
                services.isEmpty
                ? roster.services.map(\.id) : try ServiceNames.ids(services, in: roster)
            let names = roster.regions.map(\.name)
            for name in kill where !names.contains(RegionName(name)) {
                throw CommandFailure(
                    .notFound, "the roster has no region \(name)",
                    remedy: "one of: " + names.map(\.text).joined(separator: ", "))
            }
            guard !names.isEmpty, !services.isEmpty else {
                throw CommandFailure(
                    .usage, "the roster has no regions, or no services",
                    remedy: "`meridian roster validate` tells what is missing")
            }
            let configs = try nodes.regions(of: roster)
            var request = RehearsalRequest(
                roster: roster, zones: zones, regions: regions(of: roster, configs),
                hasWitness: hasWitness(names.count, configs),
                at: at.instant(now: .ofThisMachine))
            if let first = configs.first { request.timings = first.timings }
            request.changes = known.changes
            request.killed = names.filter { kill.contains($0.text) }
            request.takesPeople = peopleToo
            request.severity = Severity(named: severity.name) ?? .sev1
            (request.seed, request.length) = (seed, self.for.span)
            request.answeredAfter = answeredAfter?.span
            return RehearsalSeries(request, services: services)
        }

        /// The regions with the gateways their nodes' files name, or with every channel people use.
        private func regions(of roster: Roster, _ configs: [NodeConfig]) -> [RehearsedRegion] {
            let used = PageChannel.allCases.filter { channel in
                roster.people.contains { $0.contacts.contains { $0.channel == channel } }
            }
            let every = used.map { GatewayInventory(channel: $0, providers: [$0.name]) }
            return roster.regions.map { region in
                let config = configs.first { $0.me.member.name == region.name }
                let own = config?.gateways.map { line in
                    GatewayInventory(channel: line.channel, providers: line.providers.map(\.name))
                }
                return RehearsedRegion(
                    name: region.name, gateways: nodes.paths.isEmpty ? every : own ?? [])
            }
        }

        /// Two regions cannot do without a witness; elsewhere there is one if the files say so.
        private func hasWitness(_ regions: Int, _ configs: [NodeConfig]) -> Bool {
            guard let first = configs.first else { return regions == 2 }
            return first.members.contains { $0.member.role == .witness }
        }
    }
}
