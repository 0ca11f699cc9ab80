import Basics
import ClusterSetup
import ConfigFiles
import Coverage
import Foundation
import IncidentModel
import Testing

@testable import meridian

struct CoverageCommandTests {
    @Test func `a node's file tells what its region can page through`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "coverage-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try ClusterSetup.write(.demo(directory: folder.path))
        let config = try NodeFile.load(path: folder.path + "/eu/node.yaml")
        let region = RegionProviders(of: config)
        #expect(region.region == "eu")
        #expect(region.providers == [PageProvider(channel: .email, name: "127.0.0.1:1025")])
    }

    @Test func `providers are told apart by where they are reached`() {
        #expect(GatewaySettings.file(name: "a", path: "/tmp/pages").place == "/tmp/pages")
        #expect(
            GatewaySettings.slack(name: "a").place
                == GatewaySettings.webhook(name: "b", secret: SecretBytes([])).place)
    }
}
