import ClusterSetup
import ConfigFiles
import Foundation
import Testing

@Suite struct ClusterPlanTests {
    /// A change of the demonstration's plan, and what the refusal says.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var says: String
        var change: @Sendable (inout ClusterPlan) -> Void
        var testDescription: String { says }
    }

    static let refusals = [
        Refusal(says: "no region") { $0.regions = [] },
        Refusal(says: "add a witness") { $0.regions.removeLast() },
        Refusal(says: "leave the witness out") { $0.witness = PlannedPlace() },
        Refusal(says: "plan three to seven") { plan in
            plan.regions = (1...8).map { PlannedRegion(name: "r\($0)", zone: "Etc/UTC") }
        },
        Refusal(says: "two regions are named `ap`") { $0.regions[1].name = "ap" },
        Refusal(says: "`EU` is not a name") { $0.regions[1].name = "EU" },
        Refusal(says: "`../x` is not a name") { $0.regions[1].name = "../x" },
        Refusal(says: "cannot be named `authority`") { $0.regions[1].name = "authority" },
        Refusal(says: "is not a host") { $0.regions[1].place.host = "a b" },
        Refusal(says: "other machines cannot reach it") {
            $0.regions[1].place.host = "eu.example.com"
        },
        Refusal(says: "would both use 127.0.0.1:8101") { plan in
            for index in 0...1 { plan.regions[index].place.httpPort = 8_101 }
        },
        Refusal(says: "would both use 127.0.0.1:8201") { plan in
            plan.regions[0].place.httpPort = 8_101
            plan.regions[1].place.httpPort = 8_201
        },
        Refusal(says: "leaves no room") { $0.basePort = 65_400 },
        Refusal(says: "which is not planned") { $0.people[0].region = "mars" },
        Refusal(says: "is not a name") { $0.name = "my cluster" },
    ]

    @Test(arguments: refusals)
    func `a plan that cannot work is refused with the remedy, and nothing is written`(
        refusal: Refusal
    ) throws {
        let folder = try TempFolder()
        var plan = ClusterPlan.demo(directory: "\(folder.path)/demo")
        refusal.change(&plan)
        let error = #expect(throws: SetupError.self) { try ClusterSetup.write(plan) }
        #expect(error?.code == .badPlan)
        #expect(error?.description.contains(refusal.says) == true, "\(String(describing: error))")
        #expect(error?.remedy.isEmpty == false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test(arguments: [1, 3, 5, 7])
    func `an odd number of regions needs no witness`(count: Int) throws {
        let folder = try TempFolder()
        let regions = (1...count).map { PlannedRegion(name: "r\($0)", zone: "Etc/UTC") }
        let plan = ClusterPlan(
            name: "many", directory: "\(folder.path)/many", regions: regions, pace: .real)
        _ = try ClusterSetup.write(plan)
        let config = try NodeFile.load(path: "\(folder.path)/many/r\(count)/node.yaml")
        #expect(config.members.count == count)
        #expect(config.warnings.isEmpty)
    }

    @Test func `ports that are not named go around those that are`() throws {
        let folder = try TempFolder()
        var plan = ClusterPlan.demo(directory: "\(folder.path)/demo")
        plan.regions[1].place.httpPort = 8_101
        // Its links would be at 8203 and 8303, which are free, and itself at 8103.
        plan.regions[2].place.httpPort = 8_103
        _ = try ClusterSetup.write(plan)
        let config = try NodeFile.load(path: "\(folder.path)/demo/coordinator/node.yaml")
        #expect(config.members.map { $0.http?.port } == [8_102, 8_101, 8_103, 8_104])
    }

    @Test func `a coordinator without a place stands beside the first region`() throws {
        let folder = try TempFolder()
        var plan = ClusterPlan.demo(directory: "\(folder.path)/demo")
        for (index, host) in ["10.1.0.5", "10.2.0.5", "10.3.0.5"].enumerated() {
            plan.regions[index].place = PlannedPlace(host: host, httpPort: 8_101)
        }
        _ = try ClusterSetup.write(plan)
        let config = try NodeFile.load(path: "\(folder.path)/demo/coordinator/node.yaml")
        #expect(config.me.http == Endpoint(host: "10.1.0.5", port: 8_102))
    }
}
