import ArgumentParser
import Basics
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
              meridian sim run --seeds 42 --trace | less
              meridian sim shrink --seed 42
              meridian sim plants
              meridian sim knobs
              meridian sim bench
            """,
        subcommands: [Run.self, Shrink.self, Plants.self, Knobs.self, Bench.self])
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

extension SeedRange {
    /// The range of these seeds.
    init(_ seeds: ClosedRange<UInt64>) { self.seeds = seeds }
}

/// What a run is asked to be, but for its seed.
struct SimChoices: ParsableArguments {
    @Option(help: ArgumentHelp("Plant a bug, by its name: see sim plants.", valueName: "name"))
    var plant: String?

    @Option(
        help: ArgumentHelp(
            "Minutes with faults in each run, instead of what the seed says.",
            valueName: "minutes"))
    var minutes: Int64?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set a knob to something else than the seed says; may be repeated: see sim knobs.",
            valueName: "knob=value"))
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "Leave out these faults of the plan, by number.", valueName: "n,n..."))
    var withoutFaults: NumberList = NumberList()

    @Option(
        help: ArgumentHelp("Leave out these requests of clients, by number.", valueName: "n,n..."))
    var withoutActs: NumberList = NumberList()

    func validate() throws {
        if let minutes, !(1...1_440).contains(minutes) {
            throw ValidationError("--minutes must be 1 to 1440.")
        }
        if let plant, PlantedBug.named(plant) == nil {
            let names = PlantedBug.all.map(\.name).joined(separator: ", ")
            throw ValidationError("There is no planted bug \(plant); there are \(names).")
        }
        var options = SimOptions(seed: 1)
        for setting in settings {
            if let problem = SimKnobs.set(setting, in: &options) {
                throw ValidationError("--set: \(problem)")
            }
        }
    }

    /// The request of one seed.
    func request(seed: UInt64, linesMax: Int = 0) -> SimRequest {
        var request = SimRequest(
            seed: seed, safetyPhase: minutes.map { .minutes($0) },
            plant: plant.flatMap(PlantedBug.named), linesMax: linesMax)
        request.settings = settings
        request.withoutFaults = withoutFaults.numbers.map { Int(clamping: $0) }
        request.withoutActs = withoutActs.numbers
        return request
    }

    /// The command that runs a request again.
    static func command(_ request: SimRequest) -> String {
        var words = ["meridian sim run --trace --seeds \(request.seed)"]
        if let plant = request.plant { words.append("--plant \(plant.name)") }
        if let phase = request.safetyPhase { words.append("--minutes \(phase.seconds / 60)") }
        words += request.settings.map { "--set \($0)" }
        let faults = NumberList(request.withoutFaults.map { UInt64($0) })
        if !faults.numbers.isEmpty { words.append("--without-faults \(faults.text)") }
        let acts = NumberList(request.withoutActs)
        if !acts.numbers.isEmpty { words.append("--without-acts \(acts.text)") }
        return words.joined(separator: " ")
    }
}

/// Numbers and ranges of numbers: `3,7,10-19`.
struct NumberList: ExpressibleByArgument, Equatable {
    /// The numbers, sorted.
    var numbers: [UInt64] = []

    init(_ numbers: [UInt64] = []) { self.numbers = Set(numbers).sorted() }

    init?(argument: String) {
        var numbers: [UInt64] = []
        for part in argument.split(separator: ",") {
            let ends = part.split(separator: "-").map { UInt64($0) }
            guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }),
                ends.count <= 2, first <= last, last - first < 1_000_000
            else { return nil }
            numbers += first...last
        }
        self.init(numbers)
    }

    /// The same, as it is given.
    var text: String {
        var parts: [String] = []
        var index = 0
        while index < numbers.count {
            var last = index
            while last + 1 < numbers.count, numbers[last + 1] == numbers[last] + 1 { last += 1 }
            parts.append(last == index ? "\(numbers[index])" : "\(numbers[index])-\(numbers[last])")
            index = last + 1
        }
        return parts.joined(separator: ",")
    }
}
