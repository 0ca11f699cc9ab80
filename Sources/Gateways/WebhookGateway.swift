package import Basics
import Crypto
package import IncidentModel
package import Paging

/// Signs the bodies of generic webhooks: `t=<Unix seconds>,v1=<hex>`, the digits being HMAC-SHA256
/// with the shared secret over the seconds, a full stop and the body. A receiver recomputes it over
/// the bytes it got and refuses old seconds. *Source:* contracts 1 (PagerDuty's V3 signature), with
/// a time in it.
package enum WebhookSignature {
    /// The header's name.
    package static let headerName = "Meridian-Signature"

    /// The header's value.
    package static func header(secret: Secret, body: [UInt8], at now: Instant) -> String {
        let signed = Array("\(now.seconds).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(
            for: signed, using: SymmetricKey(data: secret.bytes))
        return "t=\(now.seconds),v1=\(hexadecimal(code))"
    }
}

/// Sends pages as signed JSON (see `PageDocument`) to the URL that is the person's contact address.
/// Any 2xx is a receipt; 404 and 410 mean that the address is gone.
package struct WebhookGateway: PageGateway {
    /// The provider's name.
    package let name: String
    private let secret: Secret
    private let http: HTTPTry
    private let composer: PageComposer

    /// A gateway that signs with the configured secret. *Errors:* `badConfiguration` without a
    /// secret.
    package init(
        _ config: WebhookConfig, clients: HTTPClients, composer: PageComposer
    ) throws(GatewayError) {
        guard config.secret.bytes.count >= 16 else {
            throw GatewayError(
                .badConfiguration, "gateway \(config.name): the secret is shorter than 16 bytes",
                remedy: "give a random secret of 32 bytes, which the receiver knows as well")
        }
        name = config.name
        secret = config.secret
        http = HTTPTry(clients: clients)
        self.composer = composer
    }

    @concurrent package func deliver(_ order: PageOrder, at now: Instant) async -> PageOutcome {
        guard let url = CleanText.webLink(order.contact.address) else { return notAURL.outcome }
        let body = composer.document(for: order, at: now, withAddress: false)
        let headers = [
            ("Content-Type", "application/json"),
            ("Idempotency-Key", order.key.description),
            (
                WebhookSignature.headerName,
                WebhookSignature.header(secret: secret, body: body, at: now)
            ),
        ]
        do throws(GatewayError) {
            let answer = try await http.post(
                url, headers: headers, body: body, within: order.timeout)
            guard answer.isPositive else { throw answer.failure(cause: "", urlIsAddress: true) }
            return .delivered(receipt: "HTTP \(answer.status)")
        } catch {
            return error.outcome
        }
    }
}

/// Sends pages to Slack-compatible incoming webhooks; the URL is the person's contact address, and
/// a secret. *Source:* Slack's reference of incoming webhooks.
package struct ChatGateway: PageGateway {
    /// The provider's name.
    package let name: String
    private let http: HTTPTry
    private let composer: PageComposer

    /// A chat gateway.
    package init(_ config: ChatConfig, clients: HTTPClients, composer: PageComposer) {
        name = config.name
        http = HTTPTry(clients: clients)
        self.composer = composer
    }

    @concurrent package func deliver(_ order: PageOrder, at now: Instant) async -> PageOutcome {
        guard let url = CleanText.webLink(order.contact.address) else { return notAURL.outcome }
        let headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Idempotency-Key", order.key.description),
        ]
        do throws(GatewayError) {
            let answer = try await http.post(
                url, headers: headers, body: composer.chatMessage(for: order, at: now),
                within: order.timeout)
            let said = CleanText.providerText(
                String(decoding: answer.body, as: UTF8.self), lengthMax: 60)
            guard answer.isPositive else { throw answer.failure(cause: said, urlIsAddress: true) }
            return .delivered(receipt: "HTTP \(answer.status) \(said)")
        } catch {
            return error.outcome
        }
    }
}

/// The contact's address cannot be posted to.
private var notAURL: GatewayError {
    GatewayError(
        .addressHopeless, "the contact's address is not an http or https URL",
        remedy: "correct the person's URL in the roster")
}
