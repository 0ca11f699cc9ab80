import Basics
import Replication
import Simulation
import Testing

/// Planted bugs prove that the checkers see. *Source:* design 11.
struct PlantedBugTests {
    /// Each bug, and within how many seeds it is to be seen.
    @Test(arguments: [
        ("quorumOneTooFew", 40), ("voteNotPersisted", 200), ("noPrevTermCheck", 200),
        ("upToDateByIndexOnly", 200), ("serveBeforeEstablish", 40),
    ])
    func `a planted bug is caught`(name: String, seedsMax: UInt64) throws {
        let defect = try #require(Defects.all.first { $0.name == name }?.defect)
        let caught = (1...seedsMax).first { seed in
            simulate(SimRequest(seed: seed, safetyPhase: .minutes(2), defects: defect)).violation
                != nil
        }
        #expect(caught != nil, "\(name) was not seen in \(seedsMax) seeds")
    }
}
