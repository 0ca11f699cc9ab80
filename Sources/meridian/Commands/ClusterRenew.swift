import ArgumentParser
import ClusterSetup
import Foundation

extension ClusterCommand {
    /// `meridian cluster renew`.
    struct Renew: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make new keys and certificates, before the old ones run out.",
            discussion: """
                Each is valid for two years, and a node warns at its start in the last weeks. The \
                authority stays the same, so members may get their new files and be started \
                again in any order, one at a time. Ids and data stay.

                EXAMPLES
                  meridian cluster renew
                  meridian cluster renew eu --directory prod --json
                """)

        @Argument(help: "One region, witness or coordinator; otherwise all of them.")
        var region: String?

        @Option(
            help: ArgumentHelp(
                "The directory that `cluster init` wrote, with its authority/.",
                discussion: "Otherwise the one that client.yaml is in.",
                valueName: "directory"),
            completion: .directory)
        var directory: String?

        @Flag(help: "Write the answer as JSON, with sorted keys.")
        var json = false

        mutating func run() async throws {
            let directory = try ClusterDirectory.resolve(
                directory, environment: ProcessInfo.processInfo.environment)
            let answer: RenewAnswer
            do throws(SetupError) {
                answer = RenewAnswer(
                    written: try ClusterSetup.renewCertificates(directory: directory, name: region),
                    directory: directory)
            } catch {
                throw CommandFailure(setup: error)
            }
            let console = Console.current()
            console.write(
                json ? try JSONOutput.text(answer) : answer.text(for: console.terminal))
        }
    }
}

/// What `cluster renew` did; also what `--json` writes.
struct RenewAnswer: Encodable, Equatable, Sendable {
    /// The files that were written.
    var written: [String]
    /// The cluster's directory.
    var directory: String

    /// What a person reads: what is left to do, in order.
    func text(for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        sheet.title("WRITTEN")
        for path in written { sheet.add("  \(path)") }
        sheet.title("NOW, ONE MEMBER AT A TIME")
        let steps = [
            "bring the member its new key and certificate", "start it again",
            "meridian cluster status --check, before the next one",
        ]
        for (index, step) in steps.enumerated() { sheet.add("  \(index + 1). \(step)") }
        return sheet.text
    }
}
