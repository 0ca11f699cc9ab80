import ArgumentParser
import ClusterSetup
import ConfigFiles
import Foundation

extension ClusterCommand {
    /// `meridian cluster init`.
    struct Init: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Write the files of a new cluster: keys, certificates, tokens, configurations.",
            discussion: """
                Without --region it is a demo of three regions (ap, eu, us) and a coordinator \
                on this machine. Two regions need a witness, so that one of them can die. \
                Nothing that exists is overwritten. People and their addresses are in \
                roster.yaml: put in yours.

                EXAMPLES
                  meridian cluster init
                  meridian cluster init --directory prod --name prod \\
                    --region ap=Asia/Singapore@10.1.0.5:8101 \\
                    --region eu=Europe/Berlin@10.2.0.5:8101 \\
                    --region us=America/New_York@10.3.0.5:8101 \\
                    --mail mail.example.com:587
                  meridian cluster init --directory two --region eu=Europe/Berlin \\
                    --region us=America/New_York --witness 127.0.0.1
                """)

        @Option(
            help: ArgumentHelp("Where to write; made if it is not there.", valueName: "directory"),
            completion: .directory)
        var directory = "run/demo"

        @Option(
            help: ArgumentHelp("The cluster's name; otherwise the directory's.", valueName: "name"))
        var name: String?

        @Option(
            name: .customLong("region"),
            help: ArgumentHelp(
                "A region: its zone, and where its node will run; may be repeated.",
                valueName: "name=zone@host:port"))
        var regions: [RegionArgument] = []

        @Option(
            help: ArgumentHelp(
                "Add a witness here: a vote without people or gateways.", valueName: "host:port"))
        var witness: PlaceArgument?

        @Flag(inversion: .prefixedNo, help: "Whether there is a coordinator.")
        var coordinator = true

        @Option(help: ArgumentHelp("Where the coordinator will run.", valueName: "host:port"))
        var coordinatorAt: PlaceArgument?

        @Option(
            help: ArgumentHelp("The first port of members that name none.", valueName: "port"))
        var basePort = ClusterPlan.usualBasePort

        @Option(
            help: ArgumentHelp(
                "The mail server that pages go through; otherwise the demo's catcher.",
                valueName: "host:port"))
        var mail: EndpointArgument?

        @Option(
            help: ArgumentHelp(
                "How long a level waits: seconds (demo) or minutes (real). Otherwise demo without"
                    + " --region, and real with it."))
        var pace: PaceArgument?

        @Flag(help: "Write the answer as JSON, with sorted keys.")
        var json = false

        func validate() throws {
            guard coordinator || coordinatorAt == nil else {
                throw ValidationError("Use either --no-coordinator or --coordinator-at.")
            }
            guard (1_024...65_000).contains(basePort) else {
                throw ValidationError("--base-port is between 1024 and 65000, not \(basePort).")
            }
            if mail == nil,
                regions.contains(where: {
                    !ClusterPlan.isLoopback($0.region.place.host ?? "127.0.0.1")
                })
            {
                throw ValidationError(
                    "Name the mail server that pages go through: --mail host:port. Other providers"
                        + " can be added to each node.yaml afterwards.")
            }
            if regions.count == 1 {
                throw ValidationError(
                    "One region alone cannot fail over: give three, or two and --witness."
                )
            }
            if regions.count == 2, witness == nil {
                throw ValidationError(
                    "With two regions neither is a majority if the other dies: add --witness.")
            }
        }

        /// The plan these arguments ask for.
        var plan: ClusterPlan {
            let directory = ClusterDirectory.tidy(self.directory)
            let usualName = URL(fileURLWithPath: directory).lastPathComponent
            let pace = self.pace?.pace ?? (regions.isEmpty ? .demo : .real)
            let mail = self.mail?.endpoint ?? ClusterPlan.demoMail
            var plan =
                regions.isEmpty
                ? ClusterPlan.demo(
                    directory: directory, name: name ?? usualName, basePort: basePort, mail: mail,
                    pace: pace)
                : ClusterPlan(
                    name: name ?? usualName, directory: directory, regions: regions.map(\.region),
                    basePort: basePort, mail: mail, pace: pace)
            plan.witness = witness?.place
            plan.runbooks = ClusterDirectory.runbooks(besideMembersOf: directory)
            plan.coordinator = coordinator ? coordinatorAt?.place ?? PlannedPlace() : nil
            return plan
        }

        mutating func run() async throws {
            let plan = plan
            let written: [String]
            do throws(SetupError) {
                written = try ClusterSetup.write(plan)
            } catch {
                throw CommandFailure(setup: error)
            }
            let answer = InitAnswer(plan, written: written)
            let console = Console.current()
            console.write(
                json ? try JSONOutput.text(answer) : answer.text(for: console.terminal))
        }
    }
}

/// What `cluster init` made; also what `--json` writes.
struct InitAnswer: Encodable, Equatable, Sendable {
    /// The cluster's name.
    var cluster: String
    /// Where everything is.
    var directory: String
    /// The files that were written.
    var written: [String]
    /// The commands that start the members, in the order of the plan.
    var start: [String]

    /// The answer for a plan that was carried out.
    init(_ plan: ClusterPlan, written: [String]) {
        (cluster, directory, self.written) = (plan.name, plan.directory, written)
        let nodes =
            plan.regions.map(\.name) + (plan.witness == nil ? [] : [ClusterPlan.witnessName])
        start = nodes.map { "meridian node --config \(plan.directory)/\($0)/node.yaml" }
        if plan.coordinator != nil {
            start.append(
                "meridian coordinator --config"
                    + " \(plan.directory)/\(ClusterPlan.coordinatorName)/node.yaml")
        }
    }

    /// What a person reads.
    func text(for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        sheet.add("\(cluster): \(written.count) files are in \(directory)", .bold)
        sheet.title("SECRET")
        sheet.add("  \(directory) holds keys and tokens. Keep authority/ apart from the nodes.")
        sheet.title("START, each in a terminal of its own")
        for line in start { sheet.add("  \(line)") }
        sheet.title("THEN")
        sheet.add("  export MERIDIAN_CONFIG=\(directory)/client.yaml")
        sheet.add("  meridian cluster status")
        sheet.add("  meridian oncall now")
        return sheet.text
    }
}

extension CommandFailure {
    /// The failure of a set-up.
    init(setup error: SetupError) {
        let status: CommandStatus =
            switch error.code {
            case .badPlan: .usage
            case .unknownMember: .notFound
            case .exists, .disk, .notACluster, .brokenFile, .certificate: .failed
            }
        let place = error.path.isEmpty ? "" : "\(error.path): "
        self.init(status, place + error.message, remedy: error.remedy)
    }
}
