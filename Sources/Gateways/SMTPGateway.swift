package import Basics
package import IncidentModel
import NIOCore
import NIOSSL
package import Paging

/// Sends pages as mail through one SMTP server, one connection per mail.
package struct SMTPGateway: PageGateway {
    /// The provider's name.
    package let name: String
    private let dialogue: SMTPDialogue
    private let composer: PageComposer

    /// A gateway for a mail server. *Errors:* `badConfiguration` for a sender, a host or an
    /// authority that cannot work, or a user without a password.
    package init(
        _ config: SMTPConfig, hosts: HostBook = HostBook(), composer: PageComposer
    ) throws(GatewayError) {
        try Self.check(config)
        name = config.name
        self.composer = composer
        dialogue = SMTPDialogue(
            config: config,
            endpoint: SMTPEndpoint(
                host: config.host, port: config.port, encryption: config.encryption,
                tls: try Self.tls(config), hosts: hosts))
    }

    @concurrent package func deliver(_ order: PageOrder, at now: Instant) async -> PageOutcome {
        guard MailEncoding.isUsable(address: order.contact.address) else {
            return GatewayError(
                .addressHopeless, "the e-mail address is not one plain mailbox",
                remedy: "write it as name@example.com in the roster, domains of other scripts "
                    + "in their xn-- form"
            ).outcome
        }
        let envelope = SMTPEnvelope(
            from: dialogue.config.from, to: order.contact.address,
            message: composer.mail(for: order, from: dialogue.config.from, at: now))
        do throws(GatewayError) {
            let receipt = try await SMTPConnection.send(
                envelope, by: dialogue, within: order.timeout)
            return .delivered(receipt: receipt)
        } catch {
            return error.outcome
        }
    }

    private static func check(_ config: SMTPConfig) throws(GatewayError) {
        func refuse(_ what: String, _ remedy: String) -> GatewayError {
            GatewayError(.badConfiguration, "gateway \(config.name): \(what)", remedy: remedy)
        }
        guard MailEncoding.isUsable(address: config.from) else {
            throw refuse("from is not one plain e-mail address", "write from as name@example.com")
        }
        guard !config.host.isEmpty, (1...65_535).contains(config.port) else {
            throw refuse("host or port is missing", "write the mail server's host and port")
        }
        guard !config.helo.isEmpty, config.helo.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw refuse("helo is not a host name", "write this host's name")
        }
        guard (config.user == nil) == (config.password == nil) else {
            throw refuse("a user needs a password and the other way round", "give both or neither")
        }
        guard config.user?.utf8.contains(0) != true, config.password?.bytes.contains(0) != true
        else {
            throw refuse("user or password hold a zero byte", "correct the password's file")
        }
    }

    private static func tls(_ config: SMTPConfig) throws(GatewayError) -> NIOSSLContext {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // A server that never says goodbye must not hold up the report.
        tls.shutdownTimeout = .milliseconds(100)
        do {
            if let pem = config.authorityPEM {
                let certificates = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
                guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
                tls.trustRoots = .certificates(certificates)
            }
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw GatewayError(
                .badConfiguration, "gateway \(config.name): the authority cannot be read",
                remedy: "give certificates in PEM, or none to trust the system's",
                cause: CleanText.providerText("\(error)"))
        }
    }
}
