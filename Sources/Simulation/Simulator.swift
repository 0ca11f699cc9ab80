package import Basics
package import RegionCore

/// What a run is asked to be.
package struct SimRequest: Sendable {
    /// The seed, from which everything follows.
    package var seed: UInt64
    /// How long the phase with faults lasts; `nil` leaves it to the seed.
    package var safetyPhase: Span?
    /// A planted bug.
    package var plant: PlantedBug?
    /// Knobs that are set to something else than the seed says, as `NAME=VALUE`.
    package var settings: [String] = []
    /// Faults of the plan that are left out, by number.
    package var withoutFaults: [Int] = []
    /// Requests of clients that are left out, by number.
    package var withoutActs: [UInt64] = []
    /// How many lines of trace are kept; 0 keeps none and costs nothing.
    package var linesMax: Int
    /// Told of every batch that a store takes, by the member's position.
    package var onBatch: (@Sendable (Int, WriteBatch) -> Void)?

    /// A request.
    package init(
        seed: UInt64, safetyPhase: Span? = nil, plant: PlantedBug? = nil, linesMax: Int = 0
    ) {
        (self.seed, self.safetyPhase, self.plant) = (seed, safetyPhase, plant)
        self.linesMax = linesMax
    }

    /// What the seed says, with the settings applied and what the planted bug needs; a setting that cannot be is passed over: whoever
    /// takes it from outside asks `SimKnobs.set` first.
    package var options: SimOptions {
        var options = SimOptions(seed: seed, safetyPhase: safetyPhase)
        for setting in settings { _ = SimKnobs.set(setting, in: &options) }
        return plant?.needs(options) ?? options
    }
}

/// What came of a run.
package struct SimOutcome: Sendable {
    /// The seed.
    package var seed: UInt64
    /// What was drawn from it.
    package var options: SimOptions
    /// What was broken first, if anything was.
    package var violation: Violation?
    /// The hash of everything that happened.
    package var traceHash: UInt64
    /// How much time passed in the simulated world.
    package var simulated: Span
    /// How many inputs cores took.
    package var steps: UInt64
    /// How often something was compared with what should be.
    package var checks: UInt64
    /// How many requests were accepted.
    package var accepted: Int
    /// How many of them were alerts.
    package var alerts: Int
    /// How many different pages were tried.
    package var pages: Int
    /// How many pages arrived in all.
    package var deliveries: Int
    /// The numbers of the faults that were planned.
    package var faults: [Int]
    /// How many times clients acted.
    package var acts: UInt64
    /// Rare states that were reached.
    package var sometimes: Sometimes
    /// The trace's last lines, if they were asked for.
    package var lines: [String]
}

/// How lines of a trace are to be read.
package let traceLegend = Trace.legend

/// Runs one seed.
package func simulate(_ request: SimRequest) -> SimOutcome {
    let options = request.options
    var world = World(request, options: options)
    world.runToEnd()
    world.sometimes.mark(.secondRegionPaged, world.checks.delivery.sharedPages)
    let counts = world.checks.delivery.counts
    return SimOutcome(
        seed: request.seed, options: options, violation: world.checks.failure,
        traceHash: world.trace.hash, simulated: world.now - World.begin, steps: world.stepCount,
        checks: world.checks.failures.checkCount, accepted: world.checks.acceptance.count,
        alerts: world.checks.acceptance.alertCount, pages: counts.pages,
        deliveries: counts.deliveries,
        faults: world.faults.planned.map(\.number),
        acts: world.client.lastAct, sometimes: world.sometimes, lines: world.trace.lines)
}
