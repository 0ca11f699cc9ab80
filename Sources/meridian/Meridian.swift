import ArgumentParser
import ConfigFiles
import Foundation

/// The program: a region's node, a coordinator, and the commands with which people use them.
@main
struct Meridian: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meridian",
        abstract: "Incident response that goes on when a region fails.",
        discussion: """
            Regional nodes take in alerts, page the people whose sun is up, and hand on to \
            the next region. The client commands work through any region that lives.

            EXAMPLES
              meridian cluster init --directory run/demo    a demo of three regions
              meridian node --config run/demo/eu/node.yaml  run one of them
              meridian cluster status                       how they are
              meridian incident list                        what is wrong
              meridian incident ack 3f9a1c20 --as mei       take it on
              meridian watch                                all of it live, in one screen
              meridian oncall now                           who is paged
              meridian coverage prove                       whether somebody always is
              meridian numbers                              how fast, how often, whom

            CLIENT CONFIGURATION
              --config, else $MERIDIAN_CONFIG, else ./client.yaml, else
              ./run/demo/client.yaml; $MERIDIAN_TOKEN and $MERIDIAN_USER stand in for
              --token and --as. With NO_COLOR set nothing is coloured; away from a
              terminal nothing is coloured or cut.

            EXIT STATUS
            \(CommandStatus.table)

            SHELL COMPLETION
              meridian --generate-completion-script zsh > ~/.zfunc/_meridian
              (or bash, or fish); open incidents and regions are completed, too.
            """,
        version: Versions.text(Versions.current()),
        groupedSubcommands: [
            CommandGroup(
                name: "Servers", subcommands: [NodeCommand.self, CoordinatorCommand.self]),
            CommandGroup(
                name: "Operation",
                subcommands: [
                    ClusterCommand.self, IncidentCommand.self, ConflictCommand.self,
                    HandoffCommand.self,
                    PageCommand.self, WatchCommand.self,
                    OnCallCommand.self, RosterCommand.self, CoverageCommand.self,
                    NumbersCommand.self,
                ]),
            CommandGroup(name: "Simulation", subcommands: [SimCommand.self]),
        ])

    /// Parses the command line, runs the command and ends the process with an `CommandStatus`.
    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// How a process ends after an error: the parser's numbers become those of `CommandStatus`.
    static func status(after error: any Error) -> Int32 {
        switch error {
        case let failure as CommandFailure: failure.status.rawValue
        case is ConfigError: CommandStatus.usage.rawValue
        case _:
            exitCode(for: error) == .validationFailure
                ? CommandStatus.usage.rawValue : exitCode(for: error).rawValue
        }
    }

    /// What is told about an error; empty for one that was told already.
    static func text(about error: any Error) -> String {
        switch error {
        case let failure as CommandFailure: failure.description
        case is ExitCode: ""
        case _:
            // What the parser has raised it also words; anything else came out of a command.
            exitCode(for: error) == .failure ? "Error: \(error)" : fullMessage(for: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        let status = status(after: error)
        let text = text(about: error)
        if !text.isEmpty {
            // Help and version are answers; everything else is a remark.
            if status == CommandStatus.ok.rawValue {
                Console.current().write(text)
            } else {
                Console.remark(text)
            }
        }
        Foundation.exit(status)
    }
}
