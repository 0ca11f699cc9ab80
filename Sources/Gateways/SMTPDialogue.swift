import NIOSSL

/// What a mail is sent with.
struct SMTPEnvelope: Sendable {
    /// The sender's address, checked.
    var from: String
    /// The recipient's address, checked.
    var to: String
    /// The whole message, CRLF at every line's end.
    var message: [UInt8]
}

/// The dialogue that sends one mail: EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA.
/// *Source:* RFC 5321, RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 4616 (PLAIN).
struct SMTPDialogue: Sendable {
    let config: SMTPConfig
    let endpoint: SMTPEndpoint

    /// Sends one mail and gives the server's confirmation.
    func send(
        _ envelope: SMTPEnvelope, over connection: inout SMTPConnection
    ) async throws(GatewayError) -> String {
        let greeting = try await connection.reply()
        guard greeting.code == 220 else { throw refusal("the connection", greeting) }
        var abilities = try await hello(&connection)
        if try await secured(&connection, abilities) {
            // What was said before TLS may have been said by anybody. RFC 3207, section 4.2.
            abilities = try await hello(&connection)
        }
        try await logIn(&connection, abilities)
        try await expectPositive(
            connection.command("MAIL FROM:<\(envelope.from)>", stage: "the sender"), "the sender")
        let recipient = try await connection.command(
            "RCPT TO:<\(envelope.to)>", stage: "the recipient")
        guard recipient.isPositive else { throw recipientRefusal(recipient) }
        let data = try await connection.command("DATA", stage: "DATA")
        guard data.code == 354 else { throw refusal("DATA", data) }
        let confirmation = try await connection.mail(envelope.message)
        guard confirmation.isPositive else { throw mailRefusal(confirmation) }
        await connection.quit()
        return CleanText.providerText(confirmation.text, secrets: secrets)
    }

    private var secrets: [Secret] { config.password.map { [$0] } ?? [] }

    /// Says EHLO and gives the server's abilities in upper case, one per line.
    private func hello(
        _ connection: inout SMTPConnection
    ) async throws(GatewayError) -> [String] {
        let reply = try await connection.command("EHLO \(config.helo)", stage: "EHLO")
        guard reply.isPositive else { throw refusal("EHLO", reply) }
        return reply.lines.dropFirst().map { $0.uppercased() }
    }

    /// Starts TLS where it is wanted; whether it did.
    private func secured(
        _ connection: inout SMTPConnection, _ abilities: [String]
    ) async throws(GatewayError) -> Bool {
        switch config.encryption {
        case .off, .implicit: return false
        case .required, .optional: break
        }
        let isOffered = abilities.contains { $0.split(separator: " ").first == "STARTTLS" }
        if isOffered {
            let reply = try await connection.command("STARTTLS", stage: "STARTTLS")
            if reply.code == 220 {
                try await connection.startTLS(endpoint)
                return true
            }
        }
        guard config.encryption == .optional else {
            throw GatewayError(
                .encryptionUnavailable,
                isOffered
                    ? "the mail server refused STARTTLS"
                    : "the mail server does not offer STARTTLS",
                remedy: "switch TLS on at the server, or set encryption: implicit for a TLS port; "
                    + "only for a server on this machine set encryption: off")
        }
        return false
    }

    private func logIn(
        _ connection: inout SMTPConnection, _ abilities: [String]
    ) async throws(GatewayError) {
        guard let user = config.user, let password = config.password else { return }
        guard connection.isSecure || config.encryption == .off else {
            throw GatewayError(
                .loginUnavailable, "a password is configured and the connection is not encrypted",
                remedy: "set encryption: required")
        }
        let methods = loginMethods(abilities)
        if methods.contains("PLAIN") {
            let token = base64([0] + Array(user.utf8) + [0] + password.bytes)
            let reply = try await connection.command("AUTH PLAIN \(token)", stage: "AUTH PLAIN")
            guard reply.code == 235 else { throw loginRefusal(reply) }
        } else if methods.contains("LOGIN") {
            try await logInStepwise(&connection, user: user, password: password)
        } else {
            throw GatewayError(
                .loginUnavailable, "the mail server offers neither AUTH PLAIN nor AUTH LOGIN",
                remedy:
                    "use the submission port (587, or 465 with encryption: implicit), or remove "
                    + "the user if the server needs none")
        }
    }

    /// AUTH LOGIN: user and password, each after a 334.
    private func logInStepwise(
        _ connection: inout SMTPConnection, user: String, password: Secret
    ) async throws(GatewayError) {
        let first = try await connection.command("AUTH LOGIN", stage: "AUTH LOGIN")
        guard first.code == 334 else { throw loginRefusal(first) }
        let second = try await connection.command(
            base64(Array(user.utf8)), stage: "AUTH LOGIN's user")
        guard second.code == 334 else { throw loginRefusal(second) }
        let last = try await connection.command(
            base64(password.bytes), stage: "AUTH LOGIN's password")
        guard last.code == 235 else { throw loginRefusal(last) }
    }

    /// The login methods of `AUTH PLAIN LOGIN`, and of `AUTH=PLAIN LOGIN` as old servers write it.
    private func loginMethods(_ abilities: [String]) -> [String] {
        abilities.flatMap { line -> [String] in
            let words = line.split { $0 == " " || $0 == "=" }.map { String($0) }
            return words.first == "AUTH" ? Array(words.dropFirst()) : []
        }
    }

    private func expectPositive(_ reply: SMTPReply, _ what: String) throws(GatewayError) {
        guard reply.isPositive else { throw refusal(what, reply) }
    }

    private func refusal(_ what: String, _ reply: SMTPReply) -> GatewayError {
        let isForNow = (400...499).contains(reply.code)
        return GatewayError(
            .refused, "the mail server refused \(what)\(isForNow ? " for now" : "")",
            remedy: isForNow
                ? "none if it passes; else see the server's log"
                : "see the cause and the server's log; check from, helo and what this host may send",
            cause: CleanText.providerText(reply.text, secrets: secrets))
    }

    /// The answers to a login are not quoted: a server may quote the credentials.
    private func loginRefusal(_ reply: SMTPReply) -> GatewayError {
        let isForNow = (400...499).contains(reply.code)
        return GatewayError(
            isForNow ? .refused : .loginRefused, "the mail server refused the login",
            remedy: isForNow
                ? "none if it passes; else see the server's log"
                : "check user and password in the node's configuration",
            cause: CleanText.providerText(reply.codes, secrets: secrets))
    }

    private func recipientRefusal(_ reply: SMTPReply) -> GatewayError {
        guard reply.refusesRecipientForEver else { return refusal("the recipient", reply) }
        return GatewayError(
            .addressHopeless, "the mail server says that this address does not exist",
            remedy: "correct the person's e-mail address in the roster",
            cause: CleanText.providerText(reply.text, secrets: secrets))
    }

    /// A refusal after the mail itself is about its content or the server, unless it names the
    /// mailbox.
    private func mailRefusal(_ reply: SMTPReply) -> GatewayError {
        reply.status != nil && reply.refusesRecipientForEver
            ? recipientRefusal(reply) : refusal("the mail", reply)
    }
}
