import Basics
import ClusterSetup
import ConfigFiles
import Foundation
import RegionCore
import Testing

@Suite struct CertificateTests {
    private let folder: TempFolder
    private let demo: String

    init() throws {
        folder = try TempFolder()
        demo = "\(folder.path)/demo"
        _ = try ClusterSetup.write(.demo(directory: demo))
    }

    private func paths(_ name: String) throws -> (certificate: String, key: String, id: String) {
        let config = try NodeFile.load(path: "\(demo)/\(name)/node.yaml")
        let id = NodeConfig.text(of: config.me.member.id)
        return ("\(demo)/\(name)/member-\(id).pem", "\(demo)/\(name)/member-\(id).key", id)
    }

    @Test(arguments: ["ap", "eu", "us", "coordinator"])
    func `a member's certificate is good for both ends of a link`(name: String) throws {
        let certificate = try paths(name).certificate
        for purpose in ["sslserver", "sslclient"] {
            let result = try openssl(
                "verify", "-x509_strict", "-purpose", purpose, "-CAfile",
                "\(demo)/\(name)/authority.pem", certificate)
            #expect(result.isContent, "\(result.output)")
        }
        let alone = try openssl("verify", "-CAfile", certificate, certificate)
        #expect(!alone.isContent, "it must not be its own authority")
    }

    @Test func `the common name comes last, is the DNS name, and there is no address`() throws {
        let (certificate, _, id) = try paths("eu")
        let subject = try openssl(
            "x509", "-in", certificate, "-noout", "-subject", "-nameopt", "RFC2253")
        // RFC 2253 writes the last part first.
        #expect(subject.output == "subject=CN=member-\(id),O=Meridian\n")
        let names = try openssl("x509", "-in", certificate, "-noout", "-ext", "subjectAltName")
        #expect(names.output.contains("DNS:member-\(id)\n"))
        #expect(!names.output.contains("IP Address") && !names.output.contains(","))
        let usage = try openssl(
            "x509", "-in", certificate, "-noout", "-ext",
            "keyUsage,extendedKeyUsage,basicConstraints")
        #expect(
            usage.output.contains("TLS Web Server Authentication, TLS Web Client Authentication"))
        #expect(usage.output.contains("Digital Signature\n"))
        #expect(usage.output.contains("CA:FALSE"))
    }

    @Test func `the key is an ECDSA key on P-256 and belongs to the certificate`() throws {
        let (certificate, key, _) = try paths("ap")
        let text = try openssl("x509", "-in", certificate, "-noout", "-text")
        #expect(text.output.contains("NIST CURVE: P-256"))
        #expect(text.output.contains("ecdsa-with-SHA256"))
        let own = try openssl("pkey", "-in", key, "-pubout")
        let certified = try openssl("x509", "-in", certificate, "-noout", "-pubkey")
        #expect(own.isContent && own.output == certified.output)
        let other = try openssl("pkey", "-in", try paths("eu").key, "-pubout")
        #expect(other.isContent && other.output != own.output)
    }

    @Test func `members' certificates hold two years, the authority's ten`() throws {
        let day = 86_400
        let certificate = try paths("us").certificate
        let authority = "\(demo)/authority/certificate.pem"
        for (path, days) in [(certificate, 730), (authority, 3_652)] {
            #expect(
                try openssl("x509", "-in", path, "-noout", "-checkend", "\((days - 2) * day)")
                    .isContent)
            #expect(
                !(try openssl("x509", "-in", path, "-noout", "-checkend", "\((days + 2) * day)"))
                    .isContent)
        }
        let text = try openssl("x509", "-in", authority, "-noout", "-text").output
        #expect(text.contains("CA:TRUE, pathlen:0"))
        #expect(text.contains("Certificate Sign, CRL Sign"))
        let issued = try openssl("x509", "-in", certificate, "-noout", "-serial").output
        #expect(
            issued
                != (try openssl("x509", "-in", try paths("ap").certificate, "-noout", "-serial"))
                .output)
    }

    @Test func `two members shake hands over TLS 1.3, each knowing the other`() throws {
        let (serverCertificate, serverKey, id) = try paths("eu")
        let client = try paths("ap")
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-tls1_3", "-Verify",
            "1",
            "-verify_return_error", "-CAfile", "\(demo)/eu/authority.pem", "-cert",
            serverCertificate,
            "-key", serverKey,
        ]
        let output = Pipe()
        server.standardOutput = output
        server.standardError = output
        server.standardInput = Pipe()
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        let port = try #require(acceptedPort(output.fileHandleForReading))
        let result = try openssl(
            "s_client", "-connect", "127.0.0.1:\(port)", "-tls1_3", "-verify_return_error",
            "-verify_hostname", "member-\(id)", "-servername", "member-\(id)", "-CAfile",
            "\(demo)/ap/authority.pem", "-cert", client.certificate, "-key", client.key, "-brief")
        #expect(result.output.contains("Verification: OK"), "\(result.output)")
        #expect(result.output.contains("TLSv1.3"))
    }

    /// The port after `ACCEPT 127.0.0.1:`, as `openssl s_server` says it when it listens.
    private func acceptedPort(_ handle: FileHandle) -> Int? {
        var text = ""
        for _ in 0..<50 {
            let data = handle.availableData
            if data.isEmpty { return nil }
            text += String(decoding: data, as: UTF8.self)
            if let match = text.firstMatch(of: /ACCEPT [^\n]*:(\d+)\n/) {
                return Int(match.output.1)
            }
        }
        return nil
    }
}
