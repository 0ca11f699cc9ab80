package import IncidentModel

/// Why one try to send one page failed: a code for metrics, a message and a remedy for people.
///
/// Neither holds a secret, a link or an address: both go into timelines and logs of every region.
package struct GatewayError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: String, CaseIterable, Sendable {
        /// No connection: refused, no route, no such host.
        case unreachable
        /// No answer within the order's timeout, before the page was handed over.
        case timedOut
        /// The page was handed over and the confirmation never came: it may have arrived.
        case unconfirmed
        /// Encryption is required and the server does not offer it.
        case encryptionUnavailable
        /// The TLS handshake failed: unknown authority, wrong name, old version.
        case encryptionFailed
        /// Credentials are configured and there is no safe way to use them here.
        case loginUnavailable
        /// The provider refused the credentials.
        case loginRefused
        /// The provider refused this page, for now or for a reason of its own.
        case refused
        /// The provider asks for fewer pages.
        case throttled
        /// This address can never be reached this way.
        case addressHopeless
        /// The provider's answer makes no sense.
        case badAnswer
        /// The gateway's own configuration cannot work.
        case badConfiguration
        /// The file system refused.
        case disk
        /// Too many pages wait for this provider.
        case crowded
        /// The node is being stopped, or the try was called off.
        case stopped
        /// There is no such provider.
        case noProvider
    }

    /// What kind of failure.
    package var code: Code
    /// What happened, at which stage.
    package var message: String
    /// What an operator can do about it.
    package var remedy: String
    /// What the library or the provider said, cleaned; empty if nothing.
    package var cause: String

    /// An error; `cause` must be clean (`CleanText.providerText`).
    package init(_ code: Code, _ message: String, remedy: String, cause: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }

    /// One line: code, message, cause, remedy.
    package var description: String {
        let said = cause.isEmpty ? "" : " (\(cause))"
        return "\(code.rawValue): \(message)\(said). Remedy: \(remedy)"
    }

    /// What the core is told: only an address that can never work is `undeliverable`, all else may
    /// be tried again or over the next provider.
    package var outcome: PageOutcome {
        code == .addressHopeless
            ? .undeliverable(reason: description) : .failed(reason: description)
    }
}
