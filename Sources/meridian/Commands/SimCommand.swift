import ArgumentParser
import Basics
import Replication
import Simulation

/// `meridian sim`: whole clusters in one process, with simulated time and faults.
struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Run simulated clusters with faults and check what must always hold.",
        discussion: """
            The cores and the codec are the real ones; network, disks, clocks, gateways, clients and
            people are simulated. Everything follows from the seed: the same seed does the same
            thing on every machine, in debug and release builds.

            EXAMPLES
              meridian sim run --seeds 1..300
              meridian sim run --seeds 42..42 --trace | less
              meridian sim run --seeds 1..2000 --plant voteNotPersisted
              meridian sim bench
            """,
        subcommands: [Run.self, Bench.self])
}

/// `A..B`, both included, or one number.
struct SeedRange: ExpressibleByArgument, Equatable {
    /// The seeds.
    var seeds: ClosedRange<UInt64>

    init?(argument: String) {
        let ends = argument.split(separator: ".", omittingEmptySubsequences: true)
        let dots = argument.count { $0 == "." }
        guard let first = ends.first.flatMap({ UInt64($0) }) else { return nil }
        switch (ends.count, dots) {
        case (1, 0): seeds = first...first
        case (2, 2):
            guard let last = UInt64(ends[1]), last >= first else { return nil }
            seeds = first...last
        case _: return nil
        }
    }
}

extension SimCommand {
    /// `meridian sim run`.
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run seeds; status 1 if any breaks a property.",
            discussion: """
                A failure prints the property of the design that was broken, what was drawn from
                the seed, the last lines of the trace, and the command that runs it again.
                Planted bugs prove that the checkers see: \(plants).

                EXAMPLES
                  meridian sim run --seeds 1..300
                  meridian sim run --seeds 1..300 --json | jq .failures
                  meridian sim run --seeds 42 --trace
                """)

        static var plants: String { Defects.all.map(\.name).joined(separator: ", ") }

        @Option(help: ArgumentHelp("Which seeds: A..B, both included, or one.", valueName: "A..B"))
        var seeds: SeedRange

        @Flag(help: "Print the whole trace of each seed, and its legend.")
        var trace = false

        @Flag(help: "Write the result as JSON.")
        var json = false

        @Flag(help: "Print only each seed and the hash of its trace, to compare two builds.")
        var hashes = false

        @Option(help: ArgumentHelp("Plant a bug, by its name.", valueName: "name"))
        var plant: String?

        @Option(
            help: ArgumentHelp(
                "Minutes with faults in each run, instead of what the seed says.",
                valueName: "minutes"))
        var minutes: Int64?

        func validate() throws {
            if let minutes, !(1...1_440).contains(minutes) {
                throw ValidationError("--minutes must be 1 to 1440.")
            }
            if hashes, trace || json {
                throw ValidationError("--hashes goes with neither --trace nor --json.")
            }
            if let plant, defect(named: plant) == nil {
                throw ValidationError("There is no planted bug \(plant); there are \(Self.plants).")
            }
        }

        mutating func run() throws {
            let console = Console.current()
            var report = SimReport()
            for seed in seeds.seeds {
                var request = SimRequest(
                    seed: seed, safetyPhase: minutes.map { .minutes($0) },
                    defects: plant.flatMap(defect) ?? [],
                    linesMax: trace ? 1_000_000 : 0)
                var outcome = simulate(request)
                report.add(outcome)
                if trace { show(outcome, console) }
                if hashes { console.write("\(seed) \(String(outcome.traceHash, radix: 16))") }
                guard let violation = outcome.violation, !json, !hashes else { continue }
                if !trace {
                    // The same again, and this time somebody reads along.
                    request.linesMax = 40
                    outcome = simulate(request)
                    outcome.lines.forEach { console.write("  " + $0) }
                }
                console.write(text(violation, outcome))
            }
            if !hashes {
                console.write(
                    json ? try JSONOutput.text(report.document(of: seeds.seeds)) : report.line)
            }
            if !report.failures.isEmpty { throw ExitCode(CommandStatus.failed.rawValue) }
        }

        private func defect(named name: String) -> Defects? {
            Defects.all.first { $0.name == name }?.defect
        }

        private func show(_ outcome: SimOutcome, _ console: Console) {
            console.write("seed \(outcome.seed): \(outcome.options)\n\(traceLegend)")
            outcome.lines.forEach { console.write($0) }
        }

        private func text(_ violation: Violation, _ outcome: SimOutcome) -> String {
            var command = "meridian sim run --seeds \(outcome.seed)..\(outcome.seed) --trace"
            if let minutes { command += " --minutes \(minutes)" }
            if let plant { command += " --plant \(plant)" }
            return """
                seed \(outcome.seed) breaks \(violation.property) after \(outcome.simulated): \
                \(violation.text)
                  options: \(outcome.options)
                  again: \(command)
                """
        }
    }

    /// `meridian sim bench`.
    struct Bench: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How much simulated time passes per second of this machine.",
            discussion: """
                All checkers are on. The target of the design is one cluster-hour per second and core.

                EXAMPLES
                  meridian sim bench
                  meridian sim bench --seeds 1..50 --json
                """)

        @Option(help: ArgumentHelp("Which seeds: A..B, both included.", valueName: "A..B"))
        var seeds = SeedRange(1...20)

        @Flag(help: "Write the result as JSON.")
        var json = false

        mutating func run() throws {
            let clock = ContinuousClock()
            let started = clock.now
            var report = SimReport()
            for seed in seeds.seeds { report.add(simulate(SimRequest(seed: seed))) }
            let took = (clock.now - started) / .seconds(1)
            let console = Console.current()
            let result = SimBenchDocument(
                seeds: report.seedCount, simulatedHours: report.hours, seconds: took,
                hoursPerSecond: report.hours / took, stepsPerSecond: Double(report.steps) / took,
                failures: report.failures.count)
            console.write(
                json
                    ? try JSONOutput.text(result)
                    : "\(report.line)\n\(decimal(result.hoursPerSecond)) cluster-hours and "
                        + "\(Int(result.stepsPerSecond)) steps per second")
            if !report.failures.isEmpty { throw ExitCode(CommandStatus.failed.rawValue) }
        }
    }
}

extension SeedRange {
    /// The range of these seeds.
    init(_ seeds: ClosedRange<UInt64>) { self.seeds = seeds }
}

/// What came of many seeds.
struct SimReport {
    /// Seeds that broke a property.
    private(set) var failures: [SimFailureDocument] = []
    /// How many seeds ran.
    private(set) var seedCount = 0
    /// How many inputs cores took.
    private(set) var steps: UInt64 = 0
    private var simulated = Span.zero
    private var checks: UInt64 = 0
    private var accepted = 0
    private var deliveries = 0
    private var hash = Fold64()
    private var sometimes: Sometimes?

    /// Simulated hours in all.
    var hours: Double { Double(simulated.microseconds) / 3.6e9 }

    /// Adds one outcome.
    mutating func add(_ outcome: SimOutcome) {
        seedCount += 1
        steps += outcome.steps
        simulated += outcome.simulated
        checks += outcome.checks
        accepted += outcome.accepted
        deliveries += outcome.deliveries
        hash.fold(outcome.traceHash)
        if sometimes == nil {
            sometimes = outcome.sometimes
        } else {
            sometimes?.add(outcome.sometimes)
        }
        guard let violation = outcome.violation else { return }
        failures.append(
            SimFailureDocument(
                seed: outcome.seed, property: violation.property, text: violation.text,
                options: outcome.options.description,
                traceHash: String(outcome.traceHash, radix: 16)))
    }

    /// One line for people.
    var line: String {
        "\(seedCount) seeds, \(decimal(hours)) simulated hours, \(steps) steps, \(checks) checks, "
            + "\(accepted) requests accepted, \(deliveries) pages delivered, "
            + "\(failures.count) failures, trace \(String(hash.value, radix: 16))"
    }

    /// The same for scripts.
    func document(of seeds: ClosedRange<UInt64>) -> SimRunDocument {
        let reached = sometimes?.all ?? []
        return SimRunDocument(
            seeds: "\(seeds.lowerBound)..\(seeds.upperBound)", seedCount: seedCount,
            simulatedHours: hours, steps: steps, checks: checks, accepted: accepted,
            pagesDelivered: deliveries, traceHash: String(hash.value, radix: 16),
            sometimes: reached.map { SimMarkDocument(name: $0.name, count: $0.count) },
            failures: failures)
    }
}

/// A number with two decimals.
private func decimal(_ value: Double) -> String {
    let hundredths = Int64((value * 100).rounded())
    return "\(hundredths / 100).\(padded(hundredths % 100))"
}

/// What `sim run --json` writes.
struct SimRunDocument: Encodable {
    var seeds: String
    var seedCount: Int
    var simulatedHours: Double
    var steps: UInt64
    var checks: UInt64
    var accepted: Int
    var pagesDelivered: Int
    var traceHash: String
    var sometimes: [SimMarkDocument]
    var failures: [SimFailureDocument]
}

/// A rare state and how often it was reached.
struct SimMarkDocument: Encodable {
    var name: String
    var count: UInt64
}

/// One seed that broke a property.
struct SimFailureDocument: Encodable {
    var seed: UInt64
    var property: String
    var text: String
    var options: String
    var traceHash: String
}

/// What `sim bench --json` writes.
struct SimBenchDocument: Encodable {
    var seeds: Int
    var simulatedHours: Double
    var seconds: Double
    var hoursPerSecond: Double
    var stepsPerSecond: Double
    var failures: Int
}
