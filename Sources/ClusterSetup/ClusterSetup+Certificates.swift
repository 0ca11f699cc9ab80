import Basics
package import ConfigFiles
package import Foundation
import RegionCore
import SwiftASN1
import X509

extension ClusterSetup {
    /// How long before its end a certificate is pointed out.
    private static let noticeDays = 30.0
    private static let secondsPerDay = 86_400.0

    /// What is wrong with a node's certificates, or will be soon; nothing without TLS.
    ///
    /// Errors are files that do not belong together. Certificates at their end are warnings: a node
    /// whose peers refuse it can still page. *Source:* facts, "TLS".
    package static func certificateFindings(
        _ config: NodeConfig, now: Date = Date()
    ) -> [ConfigProblem] {
        guard let tls = config.tls else { return [] }
        func error(_ field: String, _ message: String, _ remedy: String) -> ConfigProblem {
            ConfigProblem(
                code: .contradiction, file: config.path, field: "tls.\(field)", message: message,
                remedy: remedy)
        }
        let remedy = "bring the files that `meridian cluster init` made for this member"
        guard let certificate = try? Certificate(pemEncoded: tls.certificatePEM) else {
            return [error("certificate", "is damaged", remedy)]
        }
        guard let authority = try? Certificate(pemEncoded: tls.authorityPEM) else {
            return [error("authority", "is damaged", remedy)]
        }
        var problems: [ConfigProblem] = []
        let key = try? Certificate.PrivateKey(pemEncoded: tls.keyPEM.text)
        if key?.publicKey != certificate.publicKey {
            problems.append(error("key", "is not the key of the certificate", remedy))
        }
        let name = NodeConfig.certificateName(of: config.me.member.id)
        let names = (try? certificate.extensions.subjectAlternativeNames) ?? nil
        if names?.contains(.dnsName(name)) != true {
            problems.append(error("certificate", "is not that of `\(name)`", remedy))
        }
        if !authority.publicKey.isValidSignature(certificate.signature, for: certificate) {
            problems.append(error("authority", "did not sign the certificate", remedy))
        }
        return problems
            + [("certificate", certificate), ("authority", authority)].compactMap {
                ending($1, field: $0, file: config.path, now: now)
            }
    }

    private static func ending(
        _ certificate: Certificate, field: String, file: String, now: Date
    ) -> ConfigProblem? {
        let days = (certificate.notValidAfter.timeIntervalSince(now) / secondsPerDay)
            .rounded(.down)
        let message: String
        if certificate.notValidBefore > now {
            message = "is not valid yet: is this machine's clock right?"
        } else if days < 0 {
            message = "has expired: other members refuse this one"
        } else if days < noticeDays {
            message = "expires in \(Int(days)) days; then other members refuse this one"
        } else {
            return nil
        }
        return ConfigProblem(
            gravity: .warning, code: .advice, file: file, field: "tls.\(field)", message: message,
            remedy:
                "make new ones with `meridian cluster renew`, then start the members again in turn"
        )
    }

    /// Makes a new key and certificate, valid for two years, for every member, or for one by name.
    /// Ids and data stay. Returns the files that were written.
    ///
    /// Members may be given their new files, and be started again, in any order: the authority
    /// stays the same. Safe to run again if it was interrupted. *Errors:* `SetupError`.
    package static func renewCertificates(
        directory: String, name: String? = nil, now: Date = Date()
    ) throws(SetupError) -> [String] {
        let nodes = try nodeFiles(directory)
        let chosen = nodes.filter { name == nil || $0.config.me.member.name.text == name }
        guard !chosen.isEmpty else {
            throw unknownMember(name ?? "", among: nodes, directory: directory)
        }
        let authority = try storedAuthority(directory)
        var written: [String] = []
        for node in chosen {
            let id = node.config.me.member.id
            let base = "\(directory)/\(node.folder)/member-\(NodeConfig.text(of: id))"
            for path in ["\(base).key", "\(base).pem"] {
                guard FileManager.default.fileExists(atPath: path) else {
                    throw SetupError(
                        code: .brokenFile, path: path, message: "is not there to be replaced",
                        remedy: "keep the names that `meridian cluster init` gave")
                }
            }
            let issued = try authority.issue(to: id, now: now)
            try SecureFiles.replace("\(base).key", Array(issued.keyPEM.utf8))
            try SecureFiles.replace("\(base).pem", Array(issued.certificatePEM.utf8))
            written += ["\(base).key", "\(base).pem"]
        }
        return written
    }
}
