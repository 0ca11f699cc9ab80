package import Basics
import Foundation
package import IncidentModel
package import Paging

/// Sends text messages, or makes calls, through a Twilio-compatible API.
/// *Source:* Twilio's reference of the Message and Call resources, API version 2010-04-01.
package struct TwilioGateway: PageGateway {
    /// What a page becomes.
    package enum Kind: Sendable {
        /// A text message.
        case sms
        /// A call that speaks the page.
        case voice

        /// The name of the resource that is created.
        var resource: String {
            switch self {
            case .sms: "Messages.json"
            case .voice: "Calls.json"
            }
        }
    }

    /// Codes that say that the number itself can never be reached: not a number (21211, 21217), no
    /// route to it (21214), its owner has opted out (21610), no mobile number (21614).
    static let hopelessCodes: Set<Int> = [21_211, 21_214, 21_217, 21_610, 21_614]

    /// The provider's name.
    package let name: String
    private let config: TwilioConfig
    private let kind: Kind
    private let http: HTTPTry
    private let composer: PageComposer

    /// A gateway for an account. *Errors:* `badConfiguration` for a URL or an account that cannot
    /// work.
    package init(
        _ config: TwilioConfig, kind: Kind, clients: HTTPClients, composer: PageComposer
    ) throws(GatewayError) {
        let isNameSafe = config.accountSID.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A)
        }
        guard CleanText.webLink(config.baseURL) != nil, isNameSafe, !config.accountSID.isEmpty
        else {
            throw GatewayError(
                .badConfiguration, "gateway \(config.name): baseURL or accountSID cannot work",
                remedy: "write the API's https:// URL and the account's SID")
        }
        name = config.name
        self.config = config
        self.kind = kind
        http = HTTPTry(clients: clients)
        self.composer = composer
    }

    @concurrent package func deliver(_ order: PageOrder, at now: Instant) async -> PageOutcome {
        do throws(GatewayError) {
            let receipt = try await send(order, at: now)
            return .delivered(receipt: receipt)
        } catch {
            return error.outcome
        }
    }

    private func send(_ order: PageOrder, at now: Instant) async throws(GatewayError) -> String {
        let number = order.contact.address
        guard Self.isE164(number) else {
            throw GatewayError(
                .addressHopeless, "the telephone number is not in E.164 form",
                remedy: "write it as + and up to 15 digits, country first, in the roster")
        }
        let credentials = base64(Array("\(config.accountSID):".utf8) + config.authToken.bytes)
        let headers = [
            ("Authorization", "Basic \(credentials)"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
            ("I-Twilio-Idempotency-Token", order.key.description),
        ]
        var base = config.baseURL[...]
        while base.hasSuffix("/") { base.removeLast() }
        let answer = try await http.post(
            "\(base)/2010-04-01/Accounts/\(config.accountSID)/\(kind.resource)", headers: headers,
            body: form(fields(order, at: now)), within: order.timeout)
        return try judge(answer)
    }

    private func fields(_ order: PageOrder, at now: Instant) -> [(String, String)] {
        let to = ("To", order.contact.address)
        switch kind {
        case .sms:
            let isService = config.from.hasPrefix("MG") && config.from.utf8.count == 34
            return [
                to, (isService ? "MessagingServiceSid" : "From", config.from),
                ("Body", composer.shortText(for: order, at: now)),
            ]
        case .voice:
            return [
                to, ("From", config.from),
                ("Twiml", composer.spokenMarkup(for: order, at: now)),
            ]
        }
    }

    /// The receipt is the SID. A 2xx without one is no receipt: a proxy's greeting must not pass
    /// for a page that was sent.
    private func judge(_ answer: HTTPAnswer) throws(GatewayError) -> String {
        let resource = try? JSONDecoder().decode(Resource.self, from: Data(answer.body))
        let secrets = [config.authToken]
        if answer.isPositive {
            guard let sid = resource?.sid, !sid.isEmpty else {
                throw GatewayError(
                    .badAnswer, "the provider's answer names no message or call",
                    remedy: "check baseURL", cause: "HTTP \(answer.status)")
            }
            let status = resource?.status ?? "accepted"
            guard !["failed", "undelivered", "canceled"].contains(status) else {
                throw failure(code: resource?.error_code, said: status, answer: answer)
            }
            return CleanText.providerText("\(sid) \(status)", secrets: secrets, lengthMax: 80)
        }
        let said = CleanText.providerText(resource?.message ?? "", secrets: secrets)
        throw failure(code: resource?.code, said: said, answer: answer)
    }

    private func failure(code: Int?, said: String, answer: HTTPAnswer) -> GatewayError {
        let shown = code.map { "code \($0) \(said)" } ?? said
        if let code, Self.hopelessCodes.contains(code) {
            return GatewayError(
                .addressHopeless, "the provider can never reach this number",
                remedy: "correct the person's number in the roster", cause: shown)
        }
        return answer.failure(cause: shown, urlIsAddress: false)
    }

    private static func isE164(_ number: String) -> Bool {
        let digits = number.utf8.dropFirst()
        return number.utf8.first == 0x2B && (3...15).contains(digits.count)
            && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && digits.first != 0x30
    }

    /// Fields as `application/x-www-form-urlencoded`.
    private func form(_ fields: [(String, String)]) -> [UInt8] {
        Array(fields.map { "\($0)=\(Self.percentEncoded($1))" }.joined(separator: "&").utf8)
    }

    private static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case _:
                encoded += "%" + hexadecimal([byte]).uppercased()
            }
        }
        return encoded
    }

    /// What is read of an answer: a message or call, or an error.
    private struct Resource: Decodable {
        var sid: String?
        var status: String?
        var error_code: Int?
        var code: Int?
        var message: String?

        private enum Keys: String, CodingKey { case sid, status, error_code, code, message }

        /// Fields of other types than expected are taken as missing: `status` is a number in
        /// errors.
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            sid = try? fields.decode(String.self, forKey: .sid)
            status = try? fields.decode(String.self, forKey: .status)
            error_code = try? fields.decode(Int.self, forKey: .error_code)
            code = try? fields.decode(Int.self, forKey: .code)
            message = try? fields.decode(String.self, forKey: .message)
        }
    }
}
