import ArgumentParser
import Basics
import Simulation

extension SimCommand {
    /// `meridian sim bench`.
    struct Bench: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How much simulated time passes per second of this machine.",
            discussion: """
                Five regions, all checkers, no coordinator. idle: no requests; normal: one alert per
                second, each to one region, and what people do about them (take on, put off, resolve,
                escalate, note), while processes die and stand still, links are cut and clogged, disks
                are slow, gateways down; storm: 2,000 alerts about 150 problems again and again. The
                target of the design is one cluster-hour per second and core for normal. Machines
                differ: what one load costs in another's time says more than seconds do.

                EXAMPLES
                  meridian sim bench
                  meridian sim bench --seeds 1..20 --json
                """)

        @Option(help: ArgumentHelp("Which seeds: A..B, both included.", valueName: "A..B"))
        var seeds = SeedRange(1...10)

        @Option(help: ArgumentHelp("Only this load: idle, normal or storm.", valueName: "name"))
        var load: String?

        @Flag(help: "Write the result as JSON.")
        var json = false

        static let common = [
            "regions=5", "witness=no", "coordinators=0", "copies=0", "phase-ms=240000",
            "loss=10000",
            "duplicates=0", "reorder=0", "core=everyone", "hand-overs=100000",
            "nag-ms=0", "voter-deaths=20000", "pager-deaths=20000", "leader-deaths=0",
            "edits=100000", "merges=0", "mentions=0", "handoffs=0", "work=0", "roster-words=0",
            "mad-proposals=0", "reads=0", "grows-ms=0", "restart-pause-ms=0",
        ]
        static let loads: [(name: String, settings: [String])] = [
            ("idle", ["faults=none", "client-pause-ms=86400000", "loss=0"]),
            (
                "normal",
                [
                    "client-pause-ms=1400", "fault-pause-ms=10000", "fault-length-ms=8000",
                    "faults=crash+partition+one-way+clog+pause+slow-disk+gateway-outage",
                ]
            ),
            (
                "storm",
                [
                    "client-pause-ms=1400", "fault-pause-ms=60000", "faults=storm",
                    "storm-alerts=2000", "storm-problems=150",
                ]
            ),
        ]

        func validate() throws {
            guard let load, !Self.loads.contains(where: { $0.name == load }) else { return }
            throw ValidationError("There is no load \(load): idle, normal or storm.")
        }

        mutating func run() throws {
            let console = Console.current()
            let clock = ContinuousClock()
            var results: [SimBenchDocument] = []
            for load in Self.loads where self.load == nil || load.name == self.load {
                let started = clock.now
                var report = SimReport()
                for seed in seeds.seeds {
                    var request = SimRequest(seed: seed)
                    request.settings = Self.common + load.settings
                    report.add(simulate(request))
                }
                let took = (clock.now - started) / .seconds(1)
                let result = SimBenchDocument(
                    load: load.name, seeds: report.seedCount, simulatedHours: report.hours,
                    seconds: took, hoursPerSecond: report.hours / took,
                    stepsPerSecond: Double(report.steps) / took,
                    alertsPerSimulatedSecond: Double(report.alerts) / (report.hours * 3_600),
                    actsPerSimulatedSecond: Double(report.accepted - report.alerts)
                        / (report.hours * 3_600),
                    failures: report.failures.count)
                results.append(result)
                if !json { console.write(result.line) }
                for failure in report.failures where !json {
                    console.write(
                        "  seed \(failure.seed) breaks \(failure.property): \(failure.text)")
                }
            }
            if json { console.write(try JSONOutput.text(results)) }
            if results.contains(where: { $0.failures > 0 }) {
                throw ExitCode(CommandStatus.failed.rawValue)
            }
        }
    }
}
