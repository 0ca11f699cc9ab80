import Basics
import Foundation
@testable import Gateways
import IncidentModel
import Paging
import Testing

/// Against a real SMTP server (Debian's aiosmtpd) and one that misbehaves.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SMTPGatewayTests {
    private static let password = "pass-w0rd-\"ü"

    private func server(
        _ more: [String] = [],
        certificate: Result<TestCertificate, any Error> = TestCertificate.shared
    ) throws -> ChildServer {
        let certificate = try certificate.get()
        return try ChildServer("mail_server.py") { folder in
            [
                "--record", ChildServer.record(folder), "--user", "meridian", "--password",
                Self.password, "--identity", try certificate.write(into: folder),
            ] + more
        }
    }

    private func config(
        _ port: Int, encryption: MailEncryption = .required, host: String = "localhost",
        password: String? = SMTPGatewayTests.password, trusted: Bool = true
    ) throws -> SMTPConfig {
        SMTPConfig(
            name: "mail-eu", host: host, port: port, encryption: encryption,
            authorityPEM: trusted ? try TestCertificate.shared.get().pem : nil,
            user: password == nil ? nil : "meridian", password: password,
            from: "pager@example.com", helo: "node.example.com")
    }

    private func deliver(_ order: PageOrder, over config: SMTPConfig) async throws -> PageOutcome {
        try await SMTPGateway(config, composer: Sample.composer).deliver(order, at: Sample.now)
    }

    @Test(arguments: [[], ["--without", "PLAIN"]], ["localhost", "127.0.0.1"])
    func `a page arrives through STARTTLS and a login`(more: [String], host: String) async throws {
        let server = try server(more)
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com"), over: config(server.port, host: host))
        #expect(outcome == .delivered(receipt: "250 2.0.0 Ok: queued as 4F1A2B"))
        let mail = try #require(try server.records(MailRecord.self).first)
        #expect(mail.secure)
        #expect(mail.user == "meridian")
        #expect(mail.from == "pager@example.com")
        #expect(mail.to == ["mei@example.com"])
    }

    @Test func `a page arrives through implicit TLS`() async throws {
        let server = try server(["--implicit"])
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com"),
            over: config(server.port, encryption: .implicit))
        #expect(outcome.receipt != nil, "\(outcome)")
        #expect(try server.records(MailRecord.self).first?.secure == true)
    }

    @Test func `the mail is correct MIME and carries the headers that tools look for`() async throws
    {
        let server = try server()
        let order = Sample.order(.email, to: "mei@example.com") {
            $0.title = "Fehlerquote größer 14 % 故障"
            $0.alerts = [
                // Soft line breaks make lines of this one that start with dots.
                String(repeating: ".", count: 200), "From the top", "trailing = sign ü",
            ]
        }
        _ = try await deliver(order, over: config(server.port))
        let mail = try #require(try server.records(MailRecord.self).first)
        #expect(mail.defects == [])
        #expect(mail.lineBytesMax <= 78)
        #expect(mail.bareLineBreaks == 0)
        #expect(mail.isSevenBit)
        #expect(mail.raw.contains("\r\n..."))
        let id = "000000000000aabb000000000000ccdd"
        let expected = [
            "subject": "[SEV1] checkout: Fehlerquote größer 14 % 故障 (#1a2b3c4d)",
            "from": "Meridian eu <pager@example.com>", "to": "Mei Tanaka <mei@example.com>",
            "date": "Sun, 22 Nov 2026 19:44:00 +0000",
            "message-id": "<\(id)@meridian.example.com>",
            "references": "<\(Sample.group).2@meridian.example.com>",
            "in-reply-to": "<\(Sample.group).2@meridian.example.com>",
            "auto-submitted": "auto-generated", "importance": "high",
            "x-meridian-incident": Sample.group.description, "x-meridian-page": id,
            "x-meridian-step": "level 2, cycle 1", "x-meridian-region": "eu",
            "x-meridian-severity": "SEV1", "x-meridian-drill": "false",
            "x-meridian-generation": "2", "mime-version": "1.0",
        ]
        for (name, value) in expected { #expect(mail.headers[name] == value, "\(name)") }
        // Dots and every script survive the transport: the parts are what was composed.
        let composer = Sample.composer
        let text = mail.text?.replacingOccurrences(of: "\r\n", with: "\n")
        #expect(text == composer.plainText(for: order, at: Sample.now))
        let html = mail.html?.replacingOccurrences(of: "\r\n", with: "\n")
        #expect(html == composer.html(for: order, at: Sample.now))
    }

    @Test func `texts from outside add no header and no recipient`() async throws {
        let server = try server()
        let order = Sample.order(.email, to: "mei@example.com") {
            $0.title = "x\r\nBcc: all@example.com\r\n\r\n.\r\nMAIL FROM:<evil@example.com>"
            $0.step = "y\r\nX-Evil: 1"
            $0.region = .init("eu\r\nX-Evil: 2")
            $0.service = .init("s\r\nX-Evil: 3")
        }
        var named = order
        named.personName = "Mei\"\r\nX-Evil: 4"
        let outcome = try await deliver(named, over: config(server.port))
        #expect(outcome.receipt != nil, "\(outcome)")
        let mails = try server.records(MailRecord.self)
        #expect(mails.count == 1)
        let names = mails.flatMap(\.headerNames).map { $0.lowercased() }
        #expect(!names.contains("bcc") && !names.contains("x-evil"))
        #expect(mails.first?.to == ["mei@example.com"])
    }

    @Test func `a server without STARTTLS gets neither mail nor password`() async throws {
        let server = try ChildServer("rogue_mail_server.py") { _ in ["plain"] }
        let order = Sample.order(.email, to: "mei@example.com")
        let required = try await deliver(order, over: config(server.port))
        let reason = try #require(required.failure)
        #expect(reason.hasPrefix("encryptionUnavailable:"))
        #expect(reason.contains("Remedy: switch TLS on"))
        // Where TLS is optional the mail may go in the clear, the password may not, even to a
        // server that would take it.
        let greedy = try ChildServer("rogue_mail_server.py") { _ in ["echoes"] }
        let optional = try await deliver(
            order, over: config(greedy.port, encryption: .optional))
        let refusal = try #require(optional.failure)
        #expect(refusal.hasPrefix("loginUnavailable:"), "\(refusal)")
        #expect(refusal.contains("not encrypted"), "\(refusal)")
        let open = try await deliver(
            order, over: config(server.port, encryption: .optional, password: nil))
        #expect(open.receipt == "250 ok")
    }

    @Test func `encryption off sends in the clear because the operator said so`() async throws {
        let server = try server(["--auth-in-clear"])
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com"),
            over: config(server.port, encryption: .off))
        #expect(outcome.receipt != nil, "\(outcome)")
        #expect(try server.records(MailRecord.self).first?.secure == false)
    }

    @Test func `a certificate of an unknown authority or of another name is refused`() async throws
    {
        let server = try server()
        let order = Sample.order(.email, to: "mei@example.com")
        let unknown = try await deliver(order, over: config(server.port, trusted: false))
        #expect(unknown.failure?.hasPrefix("encryptionFailed:") == true, "\(unknown)")
        #expect(try server.records(MailRecord.self).isEmpty)

        let other = try self.server(certificate: TestCertificate.misnamed)
        for host in ["localhost", "127.0.0.1"] {
            var config = try config(other.port, host: host)
            config.authorityPEM = try TestCertificate.misnamed.get().pem
            let misnamed = try await deliver(order, over: config)
            #expect(misnamed.failure?.hasPrefix("encryptionFailed:") == true, "\(misnamed)")
        }
        #expect(try other.records(MailRecord.self).isEmpty)
    }

    @Test func `a wrong password is named as such and never shown`() async throws {
        let server = try server()
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com"),
            over: config(server.port, password: "wrong-secret"))
        let reason = try #require(outcome.failure)
        #expect(reason.hasPrefix("loginRefused:"))
        #expect(reason.contains("(535"))
        #expect(reason.contains("check user and password"))
        #expect(!reason.contains("wrong-secret"))
    }

    @Test func `a server that quotes credentials back gets them into no reason`() async throws {
        let server = try ChildServer("rogue_mail_server.py") { _ in ["echoes"] }
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com"),
            over: config(server.port, encryption: .off, password: "wrong-secret"))
        let reason = try #require(outcome.failure)
        #expect(reason.contains("(500 5.5.2)"))
        #expect(!reason.contains("AUTH PLAIN A"))
    }

    // local part -> start of the reason, and whether it is for ever
    @Test(arguments: [
        ("nobody", "addressHopeless:", true), ("gone", "addressHopeless:", true),
        ("policy", "refused:", false), ("full", "refused:", false), ("later", "refused:", false),
        ("content", "refused:", false),
    ])
    func `a refusal is judged by what it is about`(
        local: String, start: String, isForEver: Bool
    ) async throws {
        let server = try server()
        let outcome = try await deliver(
            Sample.order(.email, to: "\(local)@example.com"), over: config(server.port))
        let reason = try #require(isForEver ? outcome.hopelessness : outcome.failure)
        #expect(reason.hasPrefix(start))
        #expect(!reason.contains("://"))
    }

    @Test func `an address that is none is undeliverable without a connection`() async throws {
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com\r\nDATA"), over: config(1))
        #expect(outcome.hopelessness?.hasPrefix("addressHopeless:") == true)
    }

    @Test func `a server that does not answer in time is named with the stage`() async throws {
        let server = try server()
        let slow = try await deliver(
            Sample.order(.email, to: "slow@example.com", timeout: .seconds(4)),
            over: config(server.port))
        #expect(slow.failure?.hasPrefix("timedOut:") == true, "\(slow)")
        #expect(slow.failure?.contains("the recipient") == true, "\(slow)")
    }

    // way -> encryption, start of the reason, part of it
    @Test(arguments: [
        ("silent", MailEncryption.off, "timedOut:", "the greeting"),
        ("chatter", .off, "badAnswer:", "reply code"),
        ("busy", .off, "refused:", "421 4.3.2"),
        ("endless", .off, "badAnswer:", "lines"),
        ("injects", .required, "badAnswer:", "in the clear"),
        ("agrees", .required, "encryptionFailed:", "certificate"),
        ("drops", .off, "unconfirmed:", "never confirmed"),
        ("mute", .off, "unconfirmed:", "same Message-ID"),
    ])
    func `a server that misbehaves gives a failure that says how`(
        way: String, encryption: MailEncryption, start: String, part: String
    ) async throws {
        let server = try ChildServer("rogue_mail_server.py") { _ in [way] }
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com", timeout: .seconds(4)),
            over: config(server.port, encryption: encryption, password: nil))
        let reason = try #require(outcome.failure, "\(outcome)")
        #expect(reason.hasPrefix(start), "\(reason)")
        #expect(reason.contains(part), "\(reason)")
    }

    @Test func `a server that never says goodbye takes nothing from the receipt`() async throws {
        let server = try ChildServer("rogue_mail_server.py") { _ in ["clings"] }
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com", timeout: .seconds(30)),
            over: config(server.port, encryption: .off, password: nil))
        #expect(outcome == .delivered(receipt: "250 ok"))
    }

    @Test func `a port without a server is unreachable`() async throws {
        let port = try ChildServer("rogue_mail_server.py") { _ in ["plain"] }.port
        let outcome = try await deliver(
            Sample.order(.email, to: "mei@example.com"),
            over: config(port, encryption: .off, password: nil))
        #expect(outcome.failure?.hasPrefix("unreachable:") == true, "\(outcome)")
    }

    @Test func `a configuration that cannot work is refused at the start`() throws {
        let base = try config(25)
        for change: (inout SMTPConfig) -> Void in [
            { $0.from = "nobody" }, { $0.port = 0 }, { $0.helo = "a b" }, { $0.password = nil },
            { $0.authorityPEM = "no certificate" }, { $0.host = "" },
        ] {
            var broken = base
            change(&broken)
            #expect(throws: GatewayError.self) {
                try SMTPGateway(broken, composer: Sample.composer)
            }
        }
    }
}

/// What the mail server writes down.
private struct MailRecord: Decodable {
    var from: String
    var to: [String]
    var user: String?
    var secure: Bool
    var headers: [String: String]
    var headerNames: [String]
    var text: String?
    var html: String?
    var defects: [String]
    var lineBytesMax: Int
    var bareLineBreaks: Int
    var isSevenBit: Bool
    var raw: String
}
