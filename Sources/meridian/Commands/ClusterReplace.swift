import ArgumentParser
import ClusterSetup
import ConfigFiles
import Foundation

extension ClusterCommand {
    /// `meridian cluster replace`.
    struct Replace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a region whose disk is lost a new member id, key and certificate.",
            discussion: """
                A member id is used once for ever: a node that has forgotten its votes must not \
                vote under its old name. The other members' files are told of the new one. Stop \
                the old node for good before the new one starts. Nothing old is deleted.

                EXAMPLES
                  meridian cluster replace eu
                  meridian cluster replace eu --directory prod --json
                """)

        @Argument(help: "The region, witness or coordinator whose node is replaced.")
        var region: String

        @OptionGroup var files: ClusterFilesOptions

        mutating func run() async throws {
            try files.change { directory throws(SetupError) in
                ReplaceAnswer(
                    try ClusterSetup.replaceMember(directory: directory, name: region),
                    region: region, directory: directory)
            }
        }
    }
}

/// What `cluster replace` did; also what `--json` writes.
struct ReplaceAnswer: ClusterFilesAnswer, Equatable, Sendable {
    /// The member that was replaced.
    var region: String
    /// The id that is never used again, 16 hexadecimal digits.
    var oldMember: String
    /// The id from now on, 16 hexadecimal digits.
    var newMember: String
    /// Where the new node will keep its data; empty now.
    var dataDirectory: String
    /// The files that were written.
    var written: [String]
    /// The cluster's directory.
    var directory: String

    /// The answer for a replacement.
    init(_ replacement: MemberReplacement, region: String, directory: String) {
        (self.region, self.directory) = (region, directory)
        oldMember = NodeConfig.text(of: replacement.old)
        newMember = NodeConfig.text(of: replacement.new)
        (dataDirectory, written) = (replacement.dataDirectory, replacement.written)
    }

    /// What a person reads: what is left to do, in order.
    func text(for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        sheet.add("\(region): member \(oldMember) is now \(newMember)", .bold)
        sheet.title("WRITTEN")
        for path in written { sheet.add("  \(path)") }
        sheet.title("NOW, IN THIS ORDER")
        let steps = [
            "see that the old node of \(region) is stopped and will not start again",
            "bring \(directory)/\(region) to the new machine; its data will be in \(dataDirectory)",
            "bring every other member its node.yaml and start it again, one at a time",
            "start the new node: it fetches what it needs from the others",
            "meridian cluster status --check",
        ]
        for (index, step) in steps.enumerated() { sheet.add("  \(index + 1). \(step)") }
        return sheet.text
    }
}
