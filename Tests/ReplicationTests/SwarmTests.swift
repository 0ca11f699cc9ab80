import Basics
import Replication
import Testing

/// Random runs with loss, duplicates, reordering, one-way and two-way cuts, pauses, refused
/// connections and crashes that lose what was not synced. A failure names the seed and its options.
@Suite struct SwarmTests {
    @Test(arguments: 0..<20)
    func `a cluster keeps its promises under random faults`(_ batch: UInt64) {
        var commits = 0
        for seed in (batch * 10)..<(batch * 10 + 10) {
            var swarm = Swarm(seed: seed)
            if let violation = swarm.run() {
                Issue.record("seed \(seed): \(violation)\n\(swarm.options)")
            }
            commits += swarm.checker.commits
        }
        #expect(commits > 0)
    }

    @Test(arguments: Defects.all.indices)
    func `a planted bug is seen`(_ index: Int) {
        let (name, defect) = Defects.all[index]
        for seed in 0..<(400 as UInt64) {
            var swarm = Swarm(seed: seed, defects: defect)
            if swarm.run() != nil { return }
        }
        Issue.record("no seed of 400 sees \(name)")
    }
}
