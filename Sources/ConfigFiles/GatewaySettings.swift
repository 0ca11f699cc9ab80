package import IncidentModel

/// The providers of one channel, the first is preferred.
package struct ChannelGateways: Equatable, Sendable {
    /// The channel.
    package var channel: PageChannel
    /// The providers; never empty, and their names differ.
    package var providers: [GatewaySettings]
}

/// One provider, with its secrets read.
package enum GatewaySettings: Equatable, Sendable {
    /// A mail server.
    case smtp(SMTPSettings)
    /// A provider of messages and calls with Twilio's API.
    case twilio(TwilioSettings)
    /// Slack-compatible incoming webhooks; the URL is the contact's.
    case slack(name: String)
    /// Signed webhooks; the URL is the contact's, the secret signs.
    case webhook(name: String, secret: SecretBytes)
    /// Lines in a file, from the root.
    case file(name: String, path: String)

    /// The provider's name in receipts, logs and metrics.
    package var name: String {
        switch self {
        case .smtp(let settings): settings.name
        case .twilio(let settings): settings.name
        case .slack(let name), .webhook(let name, _), .file(let name, _): name
        }
    }
}

/// How a mail server is spoken to.
package struct SMTPSettings: Equatable, Sendable {
    /// How the connection is kept secret.
    package enum Encryption: String, Sendable, CaseIterable {
        /// STARTTLS, and no mail without it.
        case required
        /// STARTTLS if the server offers it.
        case optional
        /// None.
        case off
        /// TLS from the first byte on.
        case implicit

        /// The usual port. *Source:* RFC 6409, RFC 8314, RFC 5321.
        package var usualPort: Int {
            switch self {
            case .required, .optional: 587
            case .implicit: 465
            case .off: 25
            }
        }
    }

    /// The name in receipts, logs and metrics.
    package var name: String
    /// The server.
    package var host: String
    /// Its port.
    package var port: Int
    /// The sender's address.
    package var from: String
    /// How the connection is kept secret.
    package var encryption: Encryption
    /// The authority the server's certificate is checked against, in PEM; `nil` for the system's.
    package var authorityPEM: String?
    /// Who logs in, if anybody must.
    package var login: Login?
    /// What this side calls itself (EHLO); `nil` for the host's own name.
    package var helo: String?

    /// A user and a password.
    package struct Login: Equatable, Sendable {
        /// The user.
        package var user: String
        /// The password.
        package var password: SecretBytes
    }
}

/// How a provider with Twilio's API is spoken to.
package struct TwilioSettings: Equatable, Sendable {
    /// The name in receipts, logs and metrics.
    package var name: String
    /// What its URLs begin with, without a slash at the end.
    package var baseURL: String
    /// The account.
    package var accountSID: String
    /// The account's token.
    package var authToken: SecretBytes
    /// The sender's number in E.164 form; for messages also a messaging service, `MG` and 32
    /// digits.
    package var from: String
}
