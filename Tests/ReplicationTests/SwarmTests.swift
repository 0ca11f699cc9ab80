import Basics
import Replication
import Testing

/// Random runs with loss, duplicates, reordering, one-way and two-way cuts, pauses, refused
/// connections and crashes that lose what was not synced. A failure names the seed and its options.
@Suite struct SwarmTests {
    /// How long a run may take to agree once nothing fails any more. The runs are harsher than the
    /// bound of L2 allows for: disks of 400 ms, one entry in a message, and messages that overtake
    /// each other by 300 ms.
    static let rest = Span.seconds(20)

    @Test(arguments: 0..<6)
    func `a cluster keeps its promises under random faults`(_ batch: UInt64) {
        var commits = 0
        for seed in (batch * 5)..<(batch * 5 + 5) {
            var swarm = Swarm(seed: seed)
            if let violation = swarm.run(rest: Self.rest) {
                Issue.record("seed \(seed): \(violation)\n\(swarm.options)")
            }
            commits += swarm.checker.commits
        }
        #expect(commits > 0)
    }

    /// A planted bug, the rule that has to see it, and the seed from which to look.
    struct Planted: Sendable, CustomTestStringConvertible {
        var defect: Defects
        var rule: String
        var firstSeed: UInt64
        var testDescription: String {
            Defects.all.first { $0.defect == defect }?.name ?? "unnamed"
        }
    }

    static let planted: [Planted] = [
        Planted(defect: .quorumOneTooFew, rule: "S", firstSeed: 0),
        Planted(defect: .voteNotPersisted, rule: "S2", firstSeed: 4),
        Planted(defect: .noPrevTermCheck, rule: "S", firstSeed: 1),
        Planted(defect: .serveBeforeEstablish, rule: "S12", firstSeed: 0),
        Planted(defect: .staleTimeoutNow, rule: "transfer", firstSeed: 5),
        Planted(defect: .freshnessByArrivalTime, rule: "freshness", firstSeed: 0),
        Planted(defect: .proposalsDuringTransfer, rule: "transfer", firstSeed: 1),
        Planted(defect: .transferToLaggard, rule: "transfer", firstSeed: 1),
    ]

    /// Bugs that random runs find too seldom; `PlantedScriptTests` steers towards them.
    static let scripted: [Defects] = [.oldTermCommitByCount, .upToDateByIndexOnly]
    /// Bugs that whole clusters show best: see `PlantedBugTests`.
    static let simulated: [Defects] = [
        .hardStateNotPersisted, .quiesceWithLaggard, .standsWithoutAsking, .keepsTransferring,
        .takesOverLate,
    ]

    @Test func `every defect is planted`() {
        let planted = Set(Self.planted.map(\.defect)).union(Self.scripted + Self.simulated)
        #expect(planted == Set(Defects.all.map(\.defect)))
    }

    /// Only the rule that the bug breaks counts: that a run is merely slow proves nothing.
    @Test(arguments: planted)
    func `a planted bug is seen by the rule it breaks`(_ planted: Planted) {
        var others: [String] = []
        for seed in planted.firstSeed..<(planted.firstSeed + 8) {
            var swarm = Swarm(seed: seed, defects: planted.defect)
            guard let violation = swarm.run() else { continue }
            if violation.hasPrefix(planted.rule) { return }
            others.append("seed \(seed): \(violation)")
        }
        Issue.record("\(planted.testDescription) was not seen; instead: \(others)")
    }
}
