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

        @OptionGroup var files: ClusterFilesOptions

        mutating func run() async throws {
            try files.change { directory throws(SetupError) in
                RenewAnswer(
                    written: try ClusterSetup.renewCertificates(directory: directory, name: region),
                    directory: directory)
            }
        }
    }
}

/// What `cluster renew` did; also what `--json` writes.
struct RenewAnswer: ClusterFilesAnswer, Equatable, Sendable {
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
