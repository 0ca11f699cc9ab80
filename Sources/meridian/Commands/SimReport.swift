import Basics
import Simulation

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
    /// How many requests were accepted.
    private(set) var accepted = 0
    /// How many of them were alerts.
    private(set) var alerts = 0
    private var deliveries = 0
    private var hash = Fold64()
    private var sometimes: Sometimes?

    /// Every rare state with its count.
    var marks: [(name: String, count: UInt64)] { sometimes?.all ?? [] }
    /// Rare states that were never reached.
    var missingMarks: [String] { sometimes?.missing ?? [] }

    /// Simulated hours in all.
    var hours: Double { Double(simulated.microseconds) / 3.6e9 }

    /// Adds one outcome.
    mutating func add(_ outcome: SimOutcome) {
        seedCount += 1
        steps += outcome.steps
        simulated += outcome.simulated
        checks += outcome.checks
        accepted += outcome.accepted
        alerts += outcome.alerts
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
func decimal(_ value: Double) -> String {
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

/// What `sim bench --json` writes, per load.
struct SimBenchDocument: Encodable {
    var load: String
    var seeds: Int
    var simulatedHours: Double
    var seconds: Double
    var hoursPerSecond: Double
    var stepsPerSecond: Double
    /// Alerts accepted per simulated second, and what people asked for.
    var alertsPerSimulatedSecond: Double
    var actsPerSimulatedSecond: Double
    var failures: Int

    /// One line for people.
    var line: String {
        "\(load): \(decimal(hoursPerSecond)) cluster-hours and \(Int(stepsPerSecond)) steps per second "
            + "(\(decimal(simulatedHours)) h with \(decimal(alertsPerSimulatedSecond)) alerts and "
            + "\(decimal(actsPerSimulatedSecond)) acts of people per second in \(decimal(seconds)) s, \(failures) failures)"
    }
}
