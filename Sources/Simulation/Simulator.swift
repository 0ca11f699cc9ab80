package import Basics
package import Replication

/// What a run is asked to be.
package struct SimRequest: Sendable {
    /// The seed, from which everything follows.
    package var seed: UInt64
    /// How long the phase with faults lasts; `nil` leaves it to the seed.
    package var safetyPhase: Span?
    /// Planted bugs.
    package var defects: Defects
    /// How many lines of trace are kept; 0 keeps none and costs nothing.
    package var linesMax: Int

    /// A request.
    package init(
        seed: UInt64, safetyPhase: Span? = nil, defects: Defects = [], linesMax: Int = 0
    ) {
        (self.seed, self.safetyPhase, self.defects) = (seed, safetyPhase, defects)
        self.linesMax = linesMax
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
    /// How many different pages were tried.
    package var pages: Int
    /// How many pages arrived in all.
    package var deliveries: Int
    /// Rare states that were reached.
    package var sometimes: Sometimes
    /// The trace's last lines, if they were asked for.
    package var lines: [String]
}

/// How lines of a trace are to be read.
package let traceLegend = Trace.legend

/// Runs one seed.
package func simulate(_ request: SimRequest) -> SimOutcome {
    let options = SimOptions(seed: request.seed, safetyPhase: request.safetyPhase)
    var world = World(
        seed: request.seed, options: options, defects: request.defects,
        keepsLines: request.linesMax > 0, linesMax: max(1, request.linesMax))
    world.runToEnd()
    world.sometimes.mark(.secondRegionPaged, world.checks.delivery.sharedPages)
    let counts = world.checks.delivery.counts
    return SimOutcome(
        seed: request.seed, options: options, violation: world.checks.failure,
        traceHash: world.trace.hash, simulated: world.now - World.begin, steps: world.stepCount,
        checks: world.checks.failures.checkCount, accepted: world.checks.acceptance.count,
        pages: counts.pages, deliveries: counts.deliveries, sometimes: world.sometimes,
        lines: world.trace.lines)
}
