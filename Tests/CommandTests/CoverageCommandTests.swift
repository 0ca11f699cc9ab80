import APIModel
import Basics
import ClusterSetup
import ConfigFiles
import Coverage
import Foundation
import IncidentModel
import OnCall
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

    @Test func `changes of the API are those that the on-call engine knows`() {
        func change(
            _ id: String, _ kind: String, _ person: String, replaces: String? = nil,
            takenBy: String? = nil, at: Span
        ) -> OnCallChange {
            OnCallChange(
                id: id, kind: kind, schedule: kind == "leave" ? nil : "first", person: person,
                replaces: replaces, takenBy: takenBy, from: Samples.earlier(.hours(1)),
                to: Samples.later(.hours(1)), by: "ana", at: Samples.later(at), reason: nil)
        }
        let changes = OnCallChanges([
            change("m1.4", "override", "joe", replaces: "mei", at: .minutes(4)),
            change("m1.2", "swap", "mei", takenBy: "raj", at: .minutes(2)),
            change("m1.3", "swap", "mei", at: .minutes(3)),
            change("m1.1", "leave", "zoe", at: .minutes(1)),
        ])
        #expect(changes.leaves.map(\.id) == ["m1.1"] && changes.leaves.map(\.person) == ["zoe"])
        #expect(changes.overrides.map(\.id) == ["m1.2", "m1.4"])
        #expect(changes.overrides.map(\.kind) == [.swap, .override])
        #expect(changes.overrides.map(\.person) == ["raj", "joe"])
        #expect(changes.overrides.map(\.replaces) == ["mei", "mei"])
        #expect(changes.overrides[0].order < changes.overrides[1].order)
    }
}
