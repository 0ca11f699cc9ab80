import Simulation
import Testing

@testable import meridian

struct SimBenchTests {
    /// `SimRequest` passes over what is no knob: a load would quietly become another one.
    @Test func `every setting of every load is a knob and a value of it`() {
        for load in SimCommand.Bench.loads {
            var options = SimOptions(seed: 1)
            for setting in SimCommand.Bench.common + load.settings {
                #expect(SimKnobs.set(setting, in: &options) == nil, "\(load.name)")
            }
        }
    }
}
