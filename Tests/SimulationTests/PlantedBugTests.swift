import Basics
import RegionCore
import Replication
import Simulation
import Testing

/// Planted bugs prove that the checkers see. *Source:* design 11.
struct PlantedBugTests {
    /// A few of the quick set: `PlantedBug.seeds` is a window around a seed that shows the bug, so that nobody
    /// need look for it; CI runs all of them, `sim plants` looks anew.
    @Test(
        arguments: PlantedBug.all.filter(\.isQuick).enumerated()
            .filter { $0.offset % 6 == 0 }.map(\.element.name))
    func `a planted bug is caught`(name: String) throws {
        let bug = try #require(PlantedBug.named(name))
        let seen = bug.seeds.lazy.compactMap { seed in
            simulate(SimRequest(seed: seed, safetyPhase: .seconds(60), plant: bug)).violation
        }.first
        let violation = try #require(seen, "\(name) was not seen in seeds \(bug.seeds)")
        #expect(bug.properties.contains(violation.property), "\(violation)")
    }

    @Test func `every defect of the command layer is planted, and no name is there twice`() {
        let names = PlantedBug.all.map(\.name)
        #expect(Set(names).count == names.count)
        for (name, defect) in Defects.all {
            #expect(PlantedBug.named(name)?.replication == defect, "\(name)")
        }
        // One bit each, from the lowest on, and none without a bug.
        let region = PlantedBug.all.map(\.region.rawValue).filter { $0 != 0 }.sorted()
        #expect(region == region.indices.map { 1 << UInt32($0) })
        let host = PlantedBug.all.map(\.host.rawValue).filter { $0 != 0 }.sorted()
        #expect(host == host.indices.map { 1 << UInt32($0) })
    }
}
