import APIModel
import ArgumentParser
import Basics

/// `meridian cluster`: making a cluster, looking at it, replacing a part of it.
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Make a cluster, show how it is, change its members, renew certificates.",
        discussion: """
            EXAMPLES
              meridian cluster init --directory run/demo
              meridian cluster status
              meridian cluster status --check || mail -s trouble platform
              meridian cluster add sa --directory run/demo
              meridian cluster replace eu --directory run/demo
              meridian cluster renew --directory run/demo
            """,
        subcommands: [
            Init.self, Status.self, Add.self, Remove.self, Replace.self, Renew.self,
        ])
}

extension ClusterCommand {
    /// `meridian cluster status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How the cluster is, asked of every region and coordinator at once.",
            discussion: """
                Regions and what they own, links and their lag, gateways, quorum, disks, and \
                what is wrong with its remedy; and what coordinators see that no region can: \
                duplicate pages, owners that differ, overdue steps. A region that does not answer is a finding, not \
                an error: without --check the status is 0 as long as one region answers. LAG \
                counts what the one has written and the other has not got yet.

                EXAMPLES
                  meridian cluster status
                  meridian cluster status --watch
                  meridian cluster status --check        status 1 unless all is well
                  meridian cluster status --json | jq '.findings'
                """)

        @Flag(help: "Show it again and again, until interrupted.")
        var watch = false

        @Option(help: ArgumentHelp("How often with --watch, in seconds.", valueName: "seconds"))
        var interval: Double = 2

        @Flag(help: "End with status 1 if anything is wrong.")
        var check = false

        @OptionGroup(title: "Connection and output") var client: ClientOptions

        func validate() throws {
            guard interval >= 0.2, interval <= 3_600 else {
                throw ValidationError(
                    "--interval is between 0.2 and 3600 seconds, not \(interval).")
            }
            if watch, check { throw ValidationError("Use either --watch or --check.") }
        }

        mutating func run() async throws {
            let (watch, check, interval, isJSON) = (watch, check, interval, client.json)
            try await client.withClient { client in
                repeat {
                    let view = await ClusterStatusView.read(with: client)
                    try Self.show(view, isJSON: isJSON, isWatching: watch)
                    if !watch { return try Self.finish(view, check: check) }
                    try await Task.sleep(for: .seconds(interval))
                } while !Task.isCancelled
            }
        }

        private static func show(
            _ view: ClusterStatusView, isJSON: Bool, isWatching: Bool
        ) throws {
            let console = Console.current()
            if isJSON {
                // Under --watch one line is one reading, for scripts that read line by line.
                return console.write(try JSONOutput.text(view, isPretty: !isWatching))
            }
            if isWatching { console.clear() }
            console.write(ClusterTexts.page(view, for: console.terminal))
        }

        private static func finish(_ view: ClusterStatusView, check: Bool) throws {
            if view.answers.isEmpty {
                let isUnreachable = view.regions.allSatisfy { $0.failure?.status == .unreachable }
                throw ExitCode((isUnreachable ? CommandStatus.unreachable : .failed).rawValue)
            }
            if check, !view.findings.isEmpty { throw ExitCode(CommandStatus.failed.rawValue) }
        }
    }
}
