import Testing
import Foundation
@Suite struct DebugTests {
    @Test func `debug one seed`() {
        guard let text = ProcessInfo.processInfo.environment["SEED"], let seed = UInt64(text) else { return }
        var swarm = Swarm(seed: seed)
        swarm.isVerbose = true
        print(swarm.options, swarm.run() ?? "fine")
    }
}
