import Basics
import Replication
import Simulation
import Testing

/// Planted bugs prove that the checkers see. *Source:* design 11.
struct PlantedBugTests {
    /// Each bug, seeds among which one shows it, and the properties by which it may be seen. The seeds are a
    /// window around one that does, so that a debug build need not look for it; `sim run --plant` looks.
    @Test(
        arguments: [
            ("quorumOneTooFew", 1...10, ["S1", "S3", "S4"]),
            ("voteNotPersisted", 36...40, ["S1", "S2"]),
            ("noPrevTermCheck", 1...20, ["S3", "S4"]),
            ("upToDateByIndexOnly", 141...143, ["S4"]), ("serveBeforeEstablish", 1...3, ["S1"]),
        ] as [(String, ClosedRange<UInt64>, [String])])
    func `a planted bug is caught`(
        name: String, seeds: ClosedRange<UInt64>, properties: [String]
    ) throws {
        let defect = try #require(Defects.all.first { $0.name == name }?.defect)
        let seen = seeds.lazy.compactMap { seed in
            simulate(SimRequest(seed: seed, safetyPhase: .seconds(60), defects: defect)).violation
        }.first
        let violation = try #require(seen, "\(name) was not seen in seeds \(seeds)")
        #expect(properties.contains(violation.property), "\(violation)")
    }
}
