import Basics

/// Makes a failing run smaller: knobs are turned down, faults and requests left out, as long as the
/// same property still fails. Streams are keyed, so what is left out moves nothing else.
/// *Source:* Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (ddmin).
package struct Shrinker {
    /// The smallest request that still fails, so far.
    package private(set) var best: SimRequest
    /// What came of it.
    package private(set) var outcome: SimOutcome
    /// How many runs were made.
    package private(set) var runs = 1
    private let property: String
    private let runsMax: Int

    /// Begins with a request; `nil` if it fails nothing.
    package init?(_ request: SimRequest, runsMax: Int) {
        let outcome = simulate(request)
        guard let violation = outcome.violation else { return nil }
        (best, self.outcome, self.runsMax) = (request, outcome, runsMax)
        property = violation.property
    }

    /// Shrinks until nothing can be left out, or the runs are used up; says what it does.
    package mutating func shrink(_ say: (String) -> Void) {
        shorten()
        say("\(runs) runs: the faults last \(outcome.options.safetyPhase)")
        for knob in SimKnobs.all {
            guard let harmless = knob.harmless, knob.read(outcome.options) != harmless else {
                continue
            }
            var candidate = best
            candidate.settings.append("\(knob.name)=\(harmless)")
            if accept(candidate) { say("\(runs) runs: without \(knob.name)") }
        }
        shrinkKinds(say)
        let faults = leaveOut(outcome.faults) { $0.withoutFaults += $1 }
        say("\(runs) runs: \(faults.count) faults are needed: \(faults)")
        let acts = leaveOut(Array(0..<outcome.acts)) { $0.withoutActs += $1 }
        say("\(runs) runs: \(acts.count) requests are needed: \(acts)")
        shorten()
    }

    private mutating func accept(_ candidate: SimRequest) -> Bool {
        guard runs < runsMax else { return false }
        runs += 1
        let result = simulate(candidate)
        guard result.violation?.property == property else { return false }
        (best, outcome) = (candidate, result)
        return true
    }

    /// What fails before the faults are over needs no more of them.
    private mutating func shorten() {
        var candidate = best
        let needed = min(outcome.simulated, outcome.options.safetyPhase)
        candidate.settings.removeAll { $0.hasPrefix("phase-ms=") }
        candidate.settings.append("phase-ms=\(needed.milliseconds + 1)")
        _ = accept(candidate)
    }

    /// Whole kinds of faults at once: fewer words in the end.
    private mutating func shrinkKinds(_ say: (String) -> Void) {
        for (name, kind, _) in FaultKinds.all where outcome.options.faults.contains(kind) {
            // The plan draws among the kinds there are, so the numbers of this kind are left out.
            let plan = FaultPlan(
                outcome.options, nodes: Self.nodeCount(outcome.options),
                without: best.withoutFaults,
                random: RandomStream(seed: best.seed).split("faults"))
            let numbers = plan.planned.filter { $0.kind == kind }.map(\.number)
            guard !numbers.isEmpty else { continue }
            var candidate = best
            candidate.withoutFaults += numbers
            if accept(candidate) { say("\(runs) runs: without faults of the kind \(name)") }
        }
    }

    private static func nodeCount(_ options: SimOptions) -> Int {
        options.regions + (options.hasWitness ? 1 : 0)
    }

    /// Leaves out as many of these as possible, in halves, quarters and so on; gives back the rest.
    private mutating func leaveOut<Item: Equatable>(
        _ items: [Item], _ without: (inout SimRequest, [Item]) -> Void
    ) -> [Item] {
        var rest = items
        var size = max(1, rest.count / 2)
        while !rest.isEmpty, runs < runsMax {
            var start = 0
            var hasShrunk = false
            while start < rest.count {
                let part = Array(rest[start..<min(start + size, rest.count)])
                var candidate = best
                without(&candidate, part)
                if accept(candidate) {
                    rest.removeSubrange(start..<min(start + size, rest.count))
                    hasShrunk = true
                } else {
                    start += size
                }
            }
            if size == 1, !hasShrunk { break }
            size = max(1, size / 2)
        }
        return rest
    }
}
