import Basics
import ClusterSetup
import ConfigFiles
import Foundation
import RegionCore
import Testing

@Suite struct CertificateCheckTests {
    private static let day = 86_400.0
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

    @Test func `fresh certificates have nothing wrong with them`() throws {
        for name in ["ap", "eu", "us", "coordinator"] {
            #expect(ClusterSetup.certificateFindings(try config(name)).isEmpty)
        }
        var open = try config("ap")
        open.tls = nil
        #expect(ClusterSetup.certificateFindings(open).isEmpty)
    }

    @Test func `files that do not belong together are told apart`() throws {
        let (ap, eu) = (try config("ap"), try config("eu"))
        _ = try ClusterSetup.write(.demo(directory: "\(folder.path)/other"))
        let stranger = try NodeFile.load(path: "\(folder.path)/other/ap/node.yaml")
        func fields(_ change: (inout TLSSettings) throws -> Void) throws -> [String] {
            var config = ap
            var tls = try #require(config.tls)
            try change(&tls)
            config.tls = tls
            let findings = ClusterSetup.certificateFindings(config)
            #expect(findings.allSatisfy { $0.gravity == .error })
            return findings.map(\.field)
        }
        let other = try #require(eu.tls)
        let foreign = try #require(stranger.tls)
        #expect(try fields { $0.keyPEM = other.keyPEM } == ["tls.key"])
        #expect(try fields { $0.authorityPEM = foreign.authorityPEM } == ["tls.authority"])
        let swapped = try fields {
            ($0.certificatePEM, $0.keyPEM) = (other.certificatePEM, other.keyPEM)
        }
        #expect(swapped == ["tls.certificate"])
        #expect(try fields { $0.certificatePEM = "" } == ["tls.certificate"])
    }

    @Test(
        arguments: [
            (699.5, [], ""), (701.5, ["tls.certificate"], "expires in 28 days"),
            (731.5, ["tls.certificate"], "has expired"),
            (4_000.0, ["tls.certificate", "tls.authority"], "has expired"),
            (-1.0, ["tls.certificate", "tls.authority"], "not valid yet"),
        ] as [(Double, [String], String)])
    func `the end of a certificate is announced thirty days ahead`(
        days: Double, fields: [String], says: String
    ) throws {
        let findings = ClusterSetup.certificateFindings(
            try config("ap"), now: Date() + days * Self.day)
        #expect(findings.map(\.field) == fields)
        #expect(findings.allSatisfy { $0.gravity == .warning && $0.message.contains(says) })
    }

    @Test func `renewed certificates go with the same ids and the same authority`() throws {
        let before = try config("eu")
        let later = Date() + 600 * Self.day
        let written = try ClusterSetup.renewCertificates(directory: demo, now: later)
        #expect(written.count == 8)
        let after = try config("eu")
        #expect(after.me == before.me && after.dataDirectory == before.dataDirectory)
        #expect(after.tls?.certificatePEM != before.tls?.certificatePEM)
        #expect(after.tls?.authorityPEM == before.tls?.authorityPEM)
        let future = later + 690 * Self.day
        #expect(ClusterSetup.certificateFindings(after, now: future).isEmpty)
        #expect(!ClusterSetup.certificateFindings(before, now: future).isEmpty)
        #expect(try folder.modes(below: "demo").filter { $0.value & 0o077 != 0 }.isEmpty)
    }

    @Test func `one member's certificate can be renewed alone`() throws {
        let before = (try config("eu"), try config("us"))
        let written = try ClusterSetup.renewCertificates(directory: demo, name: "us")
        #expect(written.count == 2 && written.allSatisfy { $0.contains("/us/member-") })
        #expect(try config("eu").tls == before.0.tls)
        #expect(try config("us").tls != before.1.tls)
        #expect(throws: SetupError.self) {
            try ClusterSetup.renewCertificates(directory: demo, name: "mars")
        }
    }
}
