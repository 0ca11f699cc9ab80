import ArgumentParser
import Basics
import Simulation

extension SimCommand {
    /// `meridian sim run`.
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run seeds; status 1 if any breaks a property.",
            discussion: """
                A failure prints the property of the design that was broken, what was drawn from
                the seed, the last lines of the trace, and the command that runs it again. With
                --require-marks a run also fails if a rare state was never reached.

                EXAMPLES
                  meridian sim run --seeds 1..300
                  meridian sim run --seeds 1..300 --json | jq .failures
                  meridian sim run --seeds 42 --trace
                  meridian sim run --seeds 1..100 --set loss=300000 --set faults=crash+pause
                  meridian sim run --seeds 1..2000 --plant voteNotPersisted
                  meridian sim run --file Tests/SimulationTests/Seeds/seeds.txt
                """)

        @Option(help: ArgumentHelp("Which seeds: A..B, both included, or one.", valueName: "A..B"))
        var seeds: SeedRange?

        @Option(
            help: ArgumentHelp(
                "The seeds of a file instead, a line each: the seed, the minutes of faults (0: as drawn), "
                    + "and what it once showed.", valueName: "file"))
        var file: String?

        @OptionGroup var choices: SimChoices

        @Flag(help: "Print the whole trace of each seed, and its legend.")
        var trace = false

        @Flag(help: "Write the result as JSON.")
        var json = false

        @Flag(help: "Print only each seed and the hash of its trace, to compare two builds.")
        var hashes = false

        @Flag(help: "Fail if a rare state was never reached: for runs of a thousand seeds or more.")
        var requireMarks = false

        @Flag(help: "List how often each rare state was reached.")
        var marks = false

        @Flag(help: "Stop at the first failure.")
        var first = false

        func validate() throws {
            guard (seeds == nil) != (file == nil) else {
                throw ValidationError("Give either --seeds A..B or --file FILE.")
            }
            if hashes, trace || json {
                throw ValidationError("--hashes goes with neither --trace nor --json.")
            }
        }

        mutating func run() throws {
            let console = Console.current()
            var report = SimReport()
            for var request in try requests() {
                let seed = request.seed
                request.linesMax = trace ? 1_000_000 : 0
                var outcome = simulate(request)
                report.add(outcome)
                if trace { show(outcome, console) }
                if hashes { console.write("\(seed) \(String(outcome.traceHash, radix: 16))") }
                guard let violation = outcome.violation else { continue }
                if !json, !hashes {
                    if !trace {
                        // The same again, and this time somebody reads along.
                        request.linesMax = 40
                        outcome = simulate(request)
                        outcome.lines.forEach { console.write("  " + $0) }
                    }
                    console.write(text(violation, outcome, request))
                }
                if first { break }
            }
            if !hashes {
                console.write(
                    json ? try JSONOutput.text(report.document(of: seedsToReport)) : report.line)
            }
            if marks, !json { report.marks.forEach { console.write("  \($0.name) \($0.count)") } }
            let missing = requireMarks ? report.missingMarks : []
            if !missing.isEmpty {
                console.remark(
                    "never reached: \(missing.joined(separator: ", ")); run more seeds, or change "
                        + "what `SimOptions` draws")
            }
            if !report.failures.isEmpty || !missing.isEmpty {
                throw ExitCode(CommandStatus.failed.rawValue)
            }
        }

        private func requests() throws -> [SimRequest] {
            if let seeds { return seeds.seeds.map { choices.request(seed: $0, linesMax: 0) } }
            return try SeedListFile.read(file ?? "").map { line in
                var request = choices.request(seed: line.seed, linesMax: 0)
                request.safetyPhase = line.minutes == 0 ? nil : .minutes(line.minutes)
                return request
            }
        }

        private var seedsToReport: ClosedRange<UInt64> { seeds?.seeds ?? 0...0 }

        private func show(_ outcome: SimOutcome, _ console: Console) {
            console.write("seed \(outcome.seed): \(outcome.options)\n\(traceLegend)")
            outcome.lines.forEach { console.write($0) }
        }

        private func text(
            _ violation: Violation, _ outcome: SimOutcome, _ request: SimRequest
        ) -> String {
            """
            seed \(outcome.seed) breaks \(violation.property) after \(outcome.simulated): \
            \(violation.text)
              options: \(outcome.options)
              again: \(SimChoices.command(request))
              smaller: \(SimChoices.command(request).replacing("run --trace --seeds", with: "shrink --seed"))
            """
        }
    }

    /// `meridian sim shrink`.
    struct Shrink: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a failing seed smaller while the same property fails.",
            discussion: """
                Turns knobs down, then leaves out faults and requests of clients, and prints the
                command that runs what is left.

                EXAMPLES
                  meridian sim shrink --seed 42
                  meridian sim shrink --seed 3 --plant regionInStepKey --runs 100
                """)

        @Option(help: "Which seed.")
        var seed: UInt64

        @OptionGroup var choices: SimChoices

        @Option(help: "The most runs to make.")
        var runs: Int = 400

        mutating func run() throws {
            let console = Console.current()
            guard var shrinker = Shrinker(choices.request(seed: seed), runsMax: runs) else {
                console.remark("seed \(seed) breaks no property: there is nothing to shrink")
                throw ExitCode(CommandStatus.failed.rawValue)
            }
            shrinker.shrink { console.remark($0) }
            var request = shrinker.best
            request.linesMax = 60
            let outcome = simulate(request)
            outcome.lines.forEach { console.write("  " + $0) }
            if let violation = outcome.violation {
                console.write("\(violation.property) after \(outcome.simulated): \(violation.text)")
            }
            console.write("options: \(outcome.options)\nagain: \(SimChoices.command(request))")
        }
    }

    /// `meridian sim knobs`.
    struct Knobs: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what --set can change, and the kinds of faults.",
            discussion: """
                EXAMPLES
                  meridian sim knobs
                  meridian sim knobs --seed 42
                """)

        @Option(help: "Show the values of this seed.")
        var seed: UInt64 = 1

        mutating func run() throws {
            let console = Console.current()
            let options = SimOptions(seed: seed)
            var table = Table([
                Table.Column("KNOB"), Table.Column("SEED \(seed)"), Table.Column("WHAT"),
            ])
            for knob in SimKnobs.all {
                table.add([Cell(knob.name), Cell(knob.read(options)), Cell(knob.about)])
            }
            console.write(table.render(for: console.terminal))
            var faults = Table([Table.Column("FAULT"), Table.Column("WHAT")])
            for (name, _, about) in FaultKinds.all { faults.add([Cell(name), Cell(about)]) }
            console.write("")
            console.write(faults.render(for: console.terminal))
        }
    }
}
