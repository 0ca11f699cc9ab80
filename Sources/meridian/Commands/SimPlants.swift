import ArgumentParser
import Basics
import Simulation

extension SimCommand {
    /// `meridian sim plants`.
    struct Plants: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Plant every bug in turn: each must be seen by a checker.",
            discussion: """
                For each bug seeds are run until a property is broken. --quick runs the seeds at which
                a bug is known to show, with one minute of faults, and leaves out the few bugs that
                have to be looked for; without it the first seeds are run, up to --up-to. Status 1 if a bug survives, or if another property than those that
                speak of it is broken.

                EXAMPLES
                  meridian sim plants --quick
                  meridian sim plants --json --up-to 2000
                  meridian sim plants --only regionInStepKey
                """)

        @Flag(help: "Run only the seeds at which each bug is known to show.")
        var quick = false

        @Option(help: "The most seeds per bug.")
        var upTo: UInt64 = 2_000

        @Option(help: ArgumentHelp("Only this bug.", valueName: "name"))
        var only: String?

        @Flag(help: "Write the result as JSON.")
        var json = false

        func validate() throws {
            if let only, PlantedBug.named(only) == nil {
                throw ValidationError("There is no planted bug \(only); see sim plants.")
            }
        }

        mutating func run() throws {
            let console = Console.current()
            var results: [SimPlantDocument] = []
            for bug in PlantedBug.all where only.map({ $0 == bug.name }) ?? (!quick || bug.isQuick)
            {
                let result = hunt(bug)
                results.append(result)
                if !json { console.write(result.line) }
            }
            if json { console.write(try JSONOutput.text(results)) }
            let survivors = results.filter { !$0.isKilled }
            if !json {
                console.write(
                    "\(results.count - survivors.count) of \(results.count) bugs are seen")
            }
            if !survivors.isEmpty { throw ExitCode(CommandStatus.failed.rawValue) }
        }

        private func hunt(_ bug: PlantedBug) -> SimPlantDocument {
            let clock = ContinuousClock()
            let started = clock.now
            let seeds = quick ? bug.seeds : 1...upTo
            for seed in seeds {
                let request = SimRequest(
                    seed: seed, safetyPhase: quick ? .minutes(1) : nil, plant: bug)
                guard let violation = simulate(request).violation else { continue }
                return SimPlantDocument(
                    bug: bug.name, checker: violation.property, seed: seed,
                    seconds: (clock.now - started) / .seconds(1), text: violation.text,
                    isKilled: bug.properties.contains(violation.property))
            }
            return SimPlantDocument(
                bug: bug.name, checker: nil, seed: nil,
                seconds: (clock.now - started) / .seconds(1), text: "", isKilled: false)
        }
    }
}

/// What became of one planted bug.
struct SimPlantDocument: Encodable {
    var bug: String
    var checker: String?
    var seed: UInt64?
    var seconds: Double
    var text: String
    var isKilled: Bool

    /// One line for people.
    var line: String {
        guard let checker, let seed else { return "\(bug) SURVIVES (\(decimal(seconds)) s)" }
        let judgement = isKilled ? "" : " UNEXPECTEDLY"
        return "\(bug)\(judgement) seen by \(checker), seed \(seed), \(decimal(seconds)) s: \(text)"
    }
}
