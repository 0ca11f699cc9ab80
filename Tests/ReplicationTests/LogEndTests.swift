import Basics
@testable import Replication
import Testing

/// The sums by which members find out whose logs end elsewhere.
struct LogEndTests {
    @Test func `ends that move in two logs never leave their sum as it was`() {
        // What a sum of plain hashes did not see: small steps up and down that cancel (seed 237230).
        var random = RandomStream(seed: 7)
        var unseen = 0
        for _ in 0..<400_000 {
            let groups = (0..<2).map { _ in GroupID(high: random.next(), low: random.next()) }
            let before = groups.map { _ in random.below(100) + 1 }
            let after = before.map { $0 + random.below(7) - min($0, 3) }
            func sum(_ ends: [UInt64]) -> UInt64 {
                zip(groups, ends).reduce(0) { $0 &+ ReplicaNode.endHash($1.0, $1.1) }
            }
            if after != before, sum(after) == sum(before) { unseen += 1 }
        }
        #expect(unseen == 0)
    }
}
