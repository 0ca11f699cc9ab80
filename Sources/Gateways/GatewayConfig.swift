/// One provider of one channel, as the node's configuration names it.
package enum GatewayConfig: Equatable, Sendable {
    /// E-mail through an SMTP server.
    case email(SMTPConfig)
    /// Text messages through a Twilio-compatible API.
    case sms(TwilioConfig)
    /// Telephone calls through a Twilio-compatible API.
    case voice(TwilioConfig)
    /// Chat through Slack-compatible incoming webhooks.
    case chat(ChatConfig)
    /// Signed webhooks.
    case webhook(WebhookConfig)
    /// Lines in a file.
    case file(FileConfig)
}

/// How a connection to a mail server is protected.
package enum MailEncryption: String, CaseIterable, Sendable {
    /// STARTTLS, and no mail without it.
    case required
    /// STARTTLS if the server offers it. A password is never sent without it.
    case optional
    /// None: for a server on this machine. A configured password is sent in the clear.
    case off
    /// TLS from the first byte. *Source:* RFC 8314, section 3.
    case implicit
}

/// A mail server that takes pages.
package struct SMTPConfig: Equatable, Sendable {
    /// The provider's name in reports, logs and metrics.
    package var name: String
    /// The server's host name, which its certificate must name, or an address.
    package var host: String
    /// The server's port; 587 for submission, 465 for implicit TLS.
    package var port: Int
    /// How the connection is protected.
    package var encryption: MailEncryption
    /// Certificates, in PEM, that alone are trusted to sign the server's; `nil` for the system's.
    package var authorityPEM: String?
    /// The user to log in as; `nil` for none.
    package var user: String?
    /// The user's password.
    package var password: Secret?
    /// The sender's address, which also gets bounces.
    package var from: String
    /// The name this host gives itself in EHLO.
    package var helo: String

    /// A mail server.
    package init(
        name: String, host: String, port: Int, encryption: MailEncryption = .required,
        authorityPEM: String? = nil, user: String? = nil, password: String? = nil, from: String,
        helo: String = "localhost"
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.encryption = encryption
        self.authorityPEM = authorityPEM
        self.user = user
        self.password = password.map { Secret($0) }
        self.from = from
        self.helo = helo
    }
}

/// An account with a Twilio-compatible provider.
package struct TwilioConfig: Equatable, Sendable {
    /// The provider's name in reports, logs and metrics.
    package var name: String
    /// Where the API is, without `/2010-04-01`.
    package var baseURL: String
    /// The account, which is also the user name.
    package var accountSID: String
    /// The account's token.
    package var authToken: Secret
    /// The number that pages come from, in E.164 form; for text messages also a messaging service
    /// (`MG` and 32 digits).
    package var from: String

    /// An account.
    package init(
        name: String, baseURL: String, accountSID: String, authToken: String, from: String
    ) {
        self.name = name
        self.baseURL = baseURL
        self.accountSID = accountSID
        self.authToken = Secret(authToken)
        self.from = from
    }
}

/// Slack-compatible incoming webhooks; the URL is each person's contact address.
package struct ChatConfig: Equatable, Sendable {
    /// The provider's name in reports, logs and metrics.
    package var name: String

    /// A chat provider.
    package init(name: String) { self.name = name }
}

/// Signed webhooks; the URL is each person's contact address.
package struct WebhookConfig: Equatable, Sendable {
    /// The provider's name in reports, logs and metrics.
    package var name: String
    /// What the receiver checks signatures with.
    package var secret: Secret

    /// A signing sender of webhooks.
    package init(name: String, secret: [UInt8]) {
        self.name = name
        self.secret = Secret(secret)
    }
}

/// A file that pages are appended to, for demonstrations and tests.
package struct FileConfig: Equatable, Sendable {
    /// The provider's name in reports, logs and metrics.
    package var name: String
    /// The file; made with mode 0600 if it is missing, since it holds links that act.
    package var path: String

    /// A file sink.
    package init(name: String, path: String) { (self.name, self.path) = (name, path) }
}
