import Basics
import ClusterSetup
import ConfigFiles
import Foundation
import RegionCore
import Testing

@Suite struct ReplaceMemberTests {
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

    @Test func `a replaced region has a new id everywhere, and all else stays`() throws {
        let before = try Self.names.map { try config($0) }
        let note = "\n# our own note about eu\n"
        try folder.write("demo/us/node.yaml", try folder.text("demo/us/node.yaml") + note)
        let result = try ClusterSetup.replaceMember(directory: demo, name: "eu")
        let after = try Self.names.map { try config($0) }
        #expect(result.old == before[1].me.member.id && result.new == after[1].me.member.id)
        #expect(result.old != result.new && result.new.number != 0)
        for (old, new) in zip(before, after) {
            var expected = old.members
            expected[1].member.id = result.new
            #expect(new.members == expected)
            #expect(new.warnings.isEmpty)
        }
        for index in [0, 2, 3] {
            #expect(after[index].me == before[index].me)
            #expect(after[index].tls == before[index].tls)
            #expect(after[index].dataDirectory == before[index].dataDirectory)
        }
        #expect(after[1].linkKey == before[1].linkKey)
        #expect(after[1].dataDirectory == result.dataDirectory)
        #expect(after[1].dataDirectory != before[1].dataDirectory)
        #expect(try folder.text("demo/us/node.yaml").hasSuffix(note))
        #expect(try folder.modes(below: "demo").filter { $0.value & 0o077 != 0 }.isEmpty)
        let id = NodeConfig.text(of: result.old)
        for name in Self.names {
            #expect(try !folder.text("demo/\(name)/node.yaml").contains(id))
        }
    }

    @Test func `the new certificate is signed by the same authority, and the old one is left`()
        throws
    {
        let old = try config("ap")
        try FileManager.default.createDirectory(
            atPath: old.dataDirectory, withIntermediateDirectories: true)
        let name = URL(fileURLWithPath: old.dataDirectory).lastPathComponent
        try folder.write("demo/ap/\(name)/meridian.sqlite", "old data")
        let result = try ClusterSetup.replaceMember(directory: demo, name: "ap")
        let id = NodeConfig.text(of: result.new)
        let path = "\(demo)/ap/member-\(id).pem"
        #expect(try openssl("verify", "-CAfile", "\(demo)/eu/authority.pem", path).isContent)
        let subject = try openssl("x509", "-in", path, "-noout", "-subject", "-nameopt", "RFC2253")
        #expect(subject.output == "subject=CN=member-\(id),O=Meridian\n")
        #expect(try config("ap").tls?.certificatePEM != old.tls?.certificatePEM)
        let oldID = NodeConfig.text(of: result.old)
        for file in ["member-\(oldID).pem", "member-\(oldID).key"] {
            #expect(FileManager.default.fileExists(atPath: "\(demo)/ap/\(file)"))
        }
        #expect(try folder.text("demo/ap/\(name)/meridian.sqlite") == "old data")
    }

    @Test func `a member may be replaced again, each time with an id of its own`() throws {
        var ids: [MemberID] = [try config("us").me.member.id]
        for _ in 0..<3 {
            let result = try ClusterSetup.replaceMember(directory: demo, name: "us")
            #expect(result.old == ids.last)
            ids.append(result.new)
        }
        #expect(Set(ids).count == 4)
        #expect(try config("eu").members.contains { $0.member.id == ids[3] })
    }

    @Test func `a replacement that was interrupted is mended by the next one`() throws {
        let id = NodeConfig.text(of: try config("eu").me.member.id)
        // As if the files of ap and the coordinator had been written, and those of us and eu not.
        for name in ["ap", "coordinator"] {
            let text = try folder.text("demo/\(name)/node.yaml")
            try folder.write(
                "demo/\(name)/node.yaml", text.replacing(id, with: "00000000deadbeef"))
        }
        let result = try ClusterSetup.replaceMember(directory: demo, name: "eu")
        let configs = try Self.names.map { try config($0) }
        #expect(configs.allSatisfy { $0.members == configs[0].members })
        #expect(configs[0].members[1].member.id == result.new)
    }

    @Test func `what cannot be replaced is refused before anything is written`() throws {
        let before = try folder.contents(below: "demo")
        let unknown = #expect(throws: SetupError.self) {
            try ClusterSetup.replaceMember(directory: demo, name: "mars")
        }
        #expect(unknown?.code == .unknownMember)
        #expect(unknown?.remedy.contains("ap, coordinator, eu, us") == true)
        let nowhere = #expect(throws: SetupError.self) {
            try ClusterSetup.replaceMember(directory: "\(folder.path)/none", name: "eu")
        }
        #expect(nowhere?.code == .notACluster)
        #expect(try folder.contents(below: "demo") == before)
        let files = FileManager.default
        try files.moveItem(
            atPath: "\(demo)/authority/key.pem", toPath: "\(demo)/authority/safe.pem")
        let keyless = #expect(throws: SetupError.self) {
            try ClusterSetup.replaceMember(directory: demo, name: "eu")
        }
        #expect(keyless?.code == .notACluster)
        try files.copyItem(
            atPath: "\(demo)/ap/member-\(NodeConfig.text(of: try config("ap").me.member.id)).key",
            toPath: "\(demo)/authority/key.pem")
        let foreign = #expect(throws: SetupError.self) {
            try ClusterSetup.replaceMember(directory: demo, name: "eu")
        }
        #expect(foreign?.code == .brokenFile)
        #expect(
            try config("us").members.contains { $0.member.id == (try config("eu").me.member.id) })
    }

    @Test func `a data directory of its own name must be empty`() throws {
        let id = NodeConfig.text(of: try config("eu").me.member.id)
        let text = try folder.text("demo/eu/node.yaml")
        try folder.write(
            "demo/eu/node.yaml", text.replacing("data: data-\(id)", with: "data: disk"))
        try FileManager.default.createDirectory(
            atPath: "\(demo)/eu/disk", withIntermediateDirectories: true)
        try folder.write("demo/eu/disk/meridian.sqlite", "old data")
        let error = #expect(throws: SetupError.self) {
            try ClusterSetup.replaceMember(directory: demo, name: "eu")
        }
        #expect(error?.code == .exists)
        try FileManager.default.removeItem(atPath: "\(demo)/eu/disk/meridian.sqlite")
        let result = try ClusterSetup.replaceMember(directory: demo, name: "eu")
        #expect(result.dataDirectory == "\(demo)/eu/disk")
    }

    @Test func `a broken file of any member stops the replacement with its line`() throws {
        let text = try folder.text("demo/us/node.yaml")
        try folder.write(
            "demo/us/node.yaml",
            text.replacing("role: witness", with: "role: judge")
                .replacing("foundingEpoch: 1", with: "foundingEpoch: one"))
        let before = try folder.contents(below: "demo")
        let error = #expect(throws: SetupError.self) {
            try ClusterSetup.replaceMember(directory: demo, name: "eu")
        }
        #expect(error?.code == .brokenFile)
        #expect(
            error?.description.contains("us/node.yaml:8:") == true, "\(String(describing: error))")
        #expect(try folder.contents(below: "demo") == before)
    }
}
