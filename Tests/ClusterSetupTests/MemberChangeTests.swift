import ClusterSetup
import ConfigFiles
import Foundation
import RegionCore
import Testing

/// `cluster add` and `cluster remove`. *Source:* decision 0026.
@Suite struct MemberChangeTests {
    private static let names = ["ap", "eu", "us", "coordinator"]
    private let folder: TempFolder
    private let demo: String

    init() throws {
        folder = try TempFolder()
        demo = "\(folder.path)/demo"
        _ = try ClusterSetup.write(.demo(directory: demo))
    }

    private func config(_ name: String) throws -> NodeConfig {
        try NodeFile.load(path: "\(demo)/\(name)/node.yaml")
    }

    private func add(
        _ name: String, _ role: MemberRole = .region, at place: PlannedPlace = PlannedPlace()
    ) throws -> MemberChange {
        try ClusterSetup.addMember(directory: demo, name: name, role: role, place: place)
    }

    @Test func `a region that is added is a member everywhere, and all else stays`() throws {
        let before = try Self.names.map { try config($0) }
        let note = "\n# our own note about eu\n"
        try folder.write("demo/us/node.yaml", try folder.text("demo/us/node.yaml") + note)
        let change = try add("sa")
        let own = try config("sa")
        #expect(own.me == change.member)
        #expect(own.members == before[0].members + [change.member])
        for (name, old) in zip(Self.names, before) {
            let new = try config(name)
            #expect(new.members == old.members + [change.member])
            #expect(new.me == old.me)
            #expect(new.dataDirectory == old.dataDirectory)
        }
        #expect(own.linkKey == before[0].linkKey)
        #expect(own.gateways.map(\.channel) == before[0].gateways.map(\.channel))
        #expect(!own.dataDirectory.contains(NodeConfig.text(of: before[0].me.member.id)))
        #expect(ClusterSetup.certificateFindings(own).isEmpty)
        let taken = before[0].members.flatMap { [$0.requestPort, $0.publishPort] }
        #expect(!taken.contains(own.link.requestPort) && !taken.contains(own.link.publishPort))
        #expect(own.publicURL.hasSuffix(":\(own.httpListen.port)"))
        #expect(change.warnings.contains { $0.contains("4 votes") })
        #expect(try folder.text("demo/us/node.yaml").contains("our own note about eu"))
        #expect(
            try folder.text("demo/client.yaml").contains("{name: sa, url: \"\(own.publicURL)\"}"))
        #expect(try folder.text("demo/sa/node.yaml").contains("region `sa`"))
        #expect(try folder.modes(below: "demo").filter { $0.value & 0o077 != 0 }.isEmpty)
        #expect(try leftOvers().isEmpty)
    }

    @Test func `a run that was interrupted is brought to its end`() throws {
        let us = try folder.text("demo/us/node.yaml")
        let first = try add("sa", at: PlannedPlace(host: "127.0.0.1", httpPort: 9_000))
        #expect(first.member.http?.port == 9_000)
        try FileManager.default.removeItem(atPath: "\(demo)/sa")
        try folder.write("demo/us/node.yaml", us)
        let second = try add("sa")
        #expect(second.member == first.member)
        #expect(try config("us").members == config("sa").members)
        #expect(throws: SetupError.self) { try add("sa") }
    }

    @Test func `members change one at a time`() throws {
        _ = try add("sa")
        let us = try folder.text("demo/us/node.yaml")
        _ = try add("af")
        try folder.write("demo/us/node.yaml", us)
        let error = #expect(throws: SetupError.self) { try add("me") }
        #expect(error?.message.contains("does not list the same members") == true)
    }

    @Test func `a coordinator more, and a witness where there was none`() throws {
        let change = try add("second", .coordinator)
        #expect(change.member.member.role == .coordinator)
        #expect(try folder.text("demo/client.yaml").contains("{name: second, url:"))
        let tie = try add("tie", .witness)
        let own = try config("tie")
        #expect(own.me == tie.member && own.me.member.role == .witness)
        #expect(own.gateways.isEmpty && own.runbooksPaths.isEmpty)
        #expect(own.linkKey == (try config("ap").linkKey))
        #expect(try !folder.text("demo/tie/node.yaml").contains("Providers by channel"))
        #expect(try !folder.text("demo/client.yaml").contains("tie"))
        #expect(!tie.warnings.contains { $0.contains("witness") })
    }

    @Test func `a member that is taken out is forgotten, its directory kept aside`() throws {
        let before = try Self.names.map { try config($0) }
        let added = try add("sa")
        let change = try ClusterSetup.removeMember(directory: demo, name: "sa")
        #expect(change.member == added.member)
        #expect(change.folder.contains("/removed/sa-"))
        #expect(FileManager.default.fileExists(atPath: "\(change.folder)/node.yaml"))
        #expect(try Self.names.map { try config($0).members } == before.map(\.members))
        #expect(try !folder.text("demo/client.yaml").contains("sa,"))
        #expect(try leftOvers().isEmpty)
        _ = try ClusterSetup.removeMember(directory: demo, name: "eu")
        let error = #expect(throws: SetupError.self) {
            try ClusterSetup.removeMember(directory: demo, name: "us")
        }
        #expect(error?.message.contains("one vote is left") == true)
    }

    @Test func `a file that was laid out anew by hand is refused, and nothing is written`() throws {
        let eu = try folder.text("demo/eu/node.yaml")
        try folder.write(
            "demo/eu/node.yaml",
            eu.replacingOccurrences(of: "members:\n", with: "members:  # ours\n"))
        _ = try add("sa")
        var ap = try folder.text("demo/ap/node.yaml")
        let key = try #require(ap.range(of: "publicURL:"))
        ap.replaceSubrange(key, with: "\"publicURL\":")
        try folder.write("demo/ap/node.yaml", ap)
        let error = #expect(throws: SetupError.self) { try add("me") }
        #expect(error?.code == .brokenFile)
        #expect(try leftOvers().isEmpty)
        #expect(try config("us").members.count == 5)
    }

    /// What a run should not leave behind.
    private func leftOvers() throws -> [String] {
        let all = FileManager.default.subpaths(atPath: demo) ?? []
        return all.filter { $0.contains(".new-") }
    }
}
