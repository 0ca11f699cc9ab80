import Basics
import ConfigFiles
import Crypto
import Foundation
import SwiftASN1
import X509

/// The cluster's own certificate authority: it signs the certificates with which members prove to
/// one another who they are.
///
/// *Source:* facts, "TLS": common name last in the subject, the same name as DNS name, no
/// addresses.
struct Authority {
    /// A certificate and its key, in PEM.
    struct Credentials {
        var certificatePEM: String
        var keyPEM: String
    }

    private static let secondsPerDay = 86_400.0
    private static let authorityDays = 3_652.0
    private static let memberDays = 730.0
    /// Certificates hold from a little before they are made: the clocks of regions differ.
    private static let clockSkewSeconds = 3_600.0

    private let key: P256.Signing.PrivateKey
    private let certificate: Certificate

    /// A new authority for a cluster, valid for ten years. *Errors:* `SetupError`.
    init(cluster: String, now: Date) throws(SetupError) {
        key = P256.Signing.PrivateKey()
        do {
            let signer = Certificate.PrivateKey(key)
            let name = try Self.name("Meridian authority of \(cluster)")
            certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: signer.publicKey,
                notValidBefore: now - Self.clockSkewSeconds,
                notValidAfter: now + Self.authorityDays * Self.secondsPerDay, issuer: name,
                subject: name, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(hash: signer.publicKey)
                },
                issuerPrivateKey: signer)
        } catch {
            throw Self.failure(error)
        }
    }

    /// The authority that an earlier run made. *Errors:* `SetupError` if the two are not PEM, or do
    /// not belong together.
    init(_ stored: Credentials, path: String) throws(SetupError) {
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: stored.keyPEM)
            certificate = try Certificate(pemEncoded: stored.certificatePEM)
        } catch {
            throw SetupError(
                code: .brokenFile, path: path, message: "is no authority: \(error)",
                remedy: "bring back the files that `meridian cluster init` made")
        }
        guard certificate.publicKey == Certificate.PrivateKey(key).publicKey else {
            throw SetupError(
                code: .brokenFile, path: path, message: "the key is not that of the certificate",
                remedy: "bring back the two files that `meridian cluster init` made together")
        }
    }

    /// The authority's own certificate and key.
    func credentials() throws(SetupError) -> Credentials {
        Credentials(certificatePEM: try Self.pem(certificate), keyPEM: key.pemRepresentation + "\n")
    }

    /// A new key and certificate for a member, valid for two years. *Errors:* `SetupError`.
    func issue(to member: MemberID, now: Date) throws(SetupError) -> Credentials {
        let memberKey = P256.Signing.PrivateKey()
        let name = NodeConfig.certificateName(of: member)
        do {
            let holder = Certificate.PrivateKey(memberKey).publicKey
            let signer = Certificate.PrivateKey(key)
            let issued = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: holder,
                notValidBefore: now - Self.clockSkewSeconds,
                notValidAfter: now + Self.memberDays * Self.secondsPerDay,
                issuer: certificate.subject, subject: try Self.name(name),
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth, .clientAuth])
                    SubjectAlternativeNames([.dnsName(name)])
                    SubjectKeyIdentifier(hash: holder)
                    AuthorityKeyIdentifier(
                        keyIdentifier: SubjectKeyIdentifier(hash: signer.publicKey).keyIdentifier)
                },
                issuerPrivateKey: signer)
            return Credentials(
                certificatePEM: try Self.pem(issued), keyPEM: memberKey.pemRepresentation + "\n")
        } catch {
            throw Self.failure(error)
        }
    }

    private static func name(_ commonName: String) throws -> DistinguishedName {
        try DistinguishedName {
            OrganizationName("Meridian")
            CommonName(commonName)
        }
    }

    private static func pem(_ certificate: Certificate) throws(SetupError) -> String {
        do {
            return try certificate.serializeAsPEM().pemString + "\n"
        } catch {
            throw failure(error)
        }
    }

    private static func failure(_ error: any Error) -> SetupError {
        if let error = error as? SetupError { return error }
        return SetupError(
            code: .certificate, message: "a certificate could not be made: \(error)",
            remedy: "report this message")
    }
}
