import ArgumentParser
import Basics
import ClusterSetup
import ConfigFiles
import Foundation
import RegionCore

extension ClusterCommand {
    /// `meridian cluster add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a region, a witness or a coordinator in: key, certificate, files.",
            discussion: """
                The others' files are told of it. They are started again one at a time, so that \
                nothing stops; the new node comes last. One member at a time: see that the last \
                change is everywhere before you begin the next. A region has to stand in the \
                roster that is in force before its node starts.

                EXAMPLES
                  meridian cluster add sa
                  meridian cluster add sa --at 10.4.0.5:8101 --directory prod
                  meridian cluster add witness2 --role witness --at 10.5.0.5
                """)

        @Argument(help: "The new member's name; of a region, as the roster calls it.")
        var name: String

        @Option(
            help: ArgumentHelp(
                "Where it will run.",
                discussion: "Otherwise beside the first member of its role, at free ports.",
                valueName: "host:port"))
        var at: PlaceArgument?

        @Option(help: "What it is: region, witness or coordinator.")
        var role: RoleArgument = .init(role: .region)

        @OptionGroup var files: ClusterFilesOptions

        mutating func run() async throws {
            try files.change { directory throws(SetupError) in
                MemberAnswer(
                    try ClusterSetup.addMember(
                        directory: directory, name: name, role: role.role,
                        place: at?.place ?? PlannedPlace()), isAdded: true)
            }
        }
    }

    /// `meridian cluster remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a member out for good.",
            discussion: """
                The others' files forget it, and its directory is put aside, under removed/. Stop \
                its node first, for good; the others are started again one at a time. One member \
                at a time. For a while only, nothing has to be changed: stop the node.

                EXAMPLES
                  meridian cluster remove sa
                  meridian cluster remove sa --directory prod --json
                """)

        @Argument(help: "The member that is taken out.")
        var name: String

        @OptionGroup var files: ClusterFilesOptions

        mutating func run() async throws {
            try files.change { directory throws(SetupError) in
                MemberAnswer(
                    try ClusterSetup.removeMember(directory: directory, name: name),
                    isAdded: false)
            }
        }
    }
}

/// `region`, `witness` or `coordinator`.
struct RoleArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The role.
    let role: MemberRole

    init(role: MemberRole) { self.role = role }

    init?(argument: String) {
        guard let role = MemberRole.allCases.first(where: { $0.name == argument }) else {
            return nil
        }
        self.role = role
    }

    var defaultValueDescription: String { role.name }
    static var allValueStrings: [String] { MemberRole.allCases.map(\.name) }
}

/// What `cluster add` or `cluster remove` did; also what `--json` writes.
struct MemberAnswer: ClusterFilesAnswer, Equatable, Sendable {
    /// The member's name.
    var name: String
    /// Its role.
    var role: String
    /// Its id, 16 hexadecimal digits.
    var member: String
    /// Whether it was added; otherwise it was taken out.
    var isAdded: Bool
    /// Where its directory is.
    var folder: String
    /// The files that were written.
    var written: [String]
    /// What the nodes will warn of.
    var warnings: [String]
    /// What is left to do, in order.
    var next: [String]

    /// The answer for a change.
    init(_ change: MemberChange, isAdded: Bool) {
        let member = change.member.member
        (name, role, self.isAdded) = (member.name.text, member.role.name, isAdded)
        self.member = NodeConfig.text(of: member.id)
        (folder, written, warnings) = (change.folder, change.written, change.warnings)
        let again =
            "bring every other member its node.yaml and start it again, one at a time: the next one when "
            + "`meridian cluster status` shows this one up with LAG 0"
        let program = member.role == .coordinator ? "coordinator" : "node"
        next =
            isAdded
            ? [
                "meridian cluster status --check: all up, LAG 0, UNMERGED 0", again,
                "bring \(change.folder) to its machine, and start it: meridian \(program) --config "
                    + "\(change.folder)/node.yaml",
                "meridian cluster status --check",
            ]
            : [
                "see that the node of \(member.name) is stopped and will not start again", again,
                "meridian cluster status --check",
            ]
    }

    /// What a person reads.
    func text(for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        sheet.add(
            "\(role) \(name), member \(member), is \(isAdded ? "one of the members" : "taken out")",
            .bold)
        sheet.title("WRITTEN")
        for path in written { sheet.add("  \(path)") }
        if !isAdded { sheet.add("  its directory is \(folder) now") }
        if !warnings.isEmpty {
            sheet.title("NOTE")
            for warning in warnings { sheet.add("  \(warning)") }
        }
        sheet.title("NOW, IN THIS ORDER")
        for (index, step) in next.enumerated() { sheet.add("  \(index + 1). \(step)") }
        return sheet.text
    }
}
