import Basics
import Foundation
@testable import Gateways
import IncidentModel
import Logging
import Paging
import Testing

/// Against a real HTTP server that records what it gets; the rack is the one that nodes use.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTPGatewayTests {
    private static let secret = "shared-secret-of-the-webhook"

    private func server() throws -> ChildServer {
        try ChildServer("http_server.py") { [ChildServer.record($0), Self.secret] }
    }

    private func deliver(
        _ order: PageOrder, through server: ChildServer, token: String = "token-of-the-account",
        baseURL: String? = nil
    ) async throws -> PageOutcome {
        let twilio = TwilioConfig(
            name: "twilio", baseURL: baseURL ?? "http://127.0.0.1:\(server.port)/",
            accountSID: "AC0123", authToken: token, from: "+15005550006")
        let rack = try GatewayRack(
            configs: [
                .sms(twilio), .voice(twilio), .chat(ChatConfig(name: "slack")),
                .webhook(WebhookConfig(name: "hook", secret: Array(Self.secret.utf8))),
            ],
            composer: Sample.composer,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let report = await rack.deliver(order, at: Sample.now)
        await rack.shutdown()
        #expect(report.number == order.number)
        return report.outcome
    }

    private func url(_ server: ChildServer, _ path: String) -> String {
        "http://127.0.0.1:\(server.port)\(path)"
    }

    @Test func `a webhook is signed, carries its key and holds the page`() async throws {
        let server = try server()
        let order = Sample.order(.webhook, to: url(server, "/status/204")) { $0.title = "größer" }
        #expect(try await deliver(order, through: server) == .delivered(receipt: "HTTP 204"))
        let request = try #require(try server.records(RequestRecord.self).first)
        #expect(request.method == "POST")
        #expect(request.signatureIsRight == true)
        #expect(request.headers["idempotency-key"] == Sample.key.description)
        #expect(request.headers["content-type"] == "application/json")
        let document = try JSONDecoder().decode(DocumentShape.self, from: Data(request.body.utf8))
        #expect(document.incident.title == "größer")
        #expect(document.person.address == nil)
    }

    @Test func `the signature is the one that openssl computes`() {
        // printf '1795376640.{}' | openssl dgst -sha256 -hmac shared-secret-of-the-webhook
        let header = WebhookSignature.header(
            secret: Secret(Self.secret), body: Array("{}".utf8), at: Sample.now)
        let digits = "ab8822a2ba6a06b0b7b76162e11681a61a8b8ea1a3dc8c0221d51d4596b9886c"
        #expect(header == "t=1795376640,v1=\(digits)")
    }

    // path -> start of the reason, and whether it is for ever
    @Test(
        arguments: [
            ("/status/404", "addressHopeless:", true), ("/status/410", "addressHopeless:", true),
            ("/status/400", "refused:", false), ("/status/500", "refused:", false),
            ("/status/403", "loginRefused:", false),
            ("/wait", "throttled: the provider asks to wait 30", false),
            ("/redirect", "refused: the provider redirects", false),
            ("/drop", "unconfirmed:", false),
            ("/slow", "timedOut:", false),
        ], [PageChannel.webhook, .chat])
    func `an answer is judged by its status`(
        expected: (path: String, start: String, isForEver: Bool), channel: PageChannel
    ) async throws {
        let server = try server()
        let order = Sample.order(
            channel, to: url(server, expected.path), timeout: .seconds(2))
        let outcome = try await deliver(order, through: server)
        let reason = expected.isForEver ? outcome.hopelessness : outcome.failure
        #expect(reason?.hasPrefix(expected.start) == true, "\(outcome)")
        // One try, whatever came of it, and no redirect followed.
        #expect(try server.records(RequestRecord.self).count == 1)
    }

    @Test func `an answer whose body never ends counts by its head`() async throws {
        let server = try server()
        let order = Sample.order(.webhook, to: url(server, "/trickle"), timeout: .seconds(10))
        #expect(try await deliver(order, through: server) == .delivered(receipt: "HTTP 200"))
    }

    @Test func `a page quoted back by the provider gets no link into the reason`() async throws {
        let server = try server()
        let order = Sample.order(.chat, to: url(server, "/echo"))
        let outcome = try await deliver(order, through: server)
        let reason = try #require(outcome.failure)
        #expect(!reason.contains("/a/") && !reason.contains("://"))
    }

    @Test(arguments: ["", "ftp://example.com/", "http://", "not a url", "https://exa mple.com"])
    func `an address that is no URL is never posted to`(address: String) async throws {
        let server = try server()
        let outcome = try await deliver(
            Sample.order(.webhook, to: address), through: server)
        #expect(outcome.receipt == nil)
        #expect(try server.records(RequestRecord.self).isEmpty)
    }

    @Test func `a refused connection fails at once and says so`() async throws {
        let port = try server().port
        let live = try server()
        let outcome = try await deliver(
            Sample.order(.webhook, to: "http://127.0.0.1:\(port)/hook-secret"), through: live)
        let reason = try #require(outcome.failure)
        #expect(reason.hasPrefix("unreachable:"), "\(reason)")
        #expect(!reason.contains("hook-secret"))
    }

    @Test func `a chat message arrives as JSON`() async throws {
        let server = try server()
        let order = Sample.order(.chat, to: url(server, "/status/200"))
        #expect(try await deliver(order, through: server) == .delivered(receipt: "HTTP 200 ok"))
        let request = try #require(try server.records(RequestRecord.self).first)
        #expect(request.body.contains("\"blocks\""))
    }

    @Test func `a text message is created at the provider`() async throws {
        let server = try server()
        let order = Sample.order(.sms, to: "+4915112345678") { $0.title = "100 % & größer + 故障" }
        let outcome = try await deliver(order, through: server)
        #expect(outcome == .delivered(receipt: "SM\(String(repeating: "0", count: 32)) queued"))
        let request = try #require(try server.records(RequestRecord.self).first)
        #expect(request.path == "/2010-04-01/Accounts/AC0123/Messages.json")
        #expect(request.headers["i-twilio-idempotency-token"] == Sample.key.description)
        let fields = URLComponents(string: "?\(request.body)")?.queryItems ?? []
        #expect(fields.first { $0.name == "To" }?.value == "+4915112345678")
        #expect(fields.first { $0.name == "From" }?.value == "+15005550006")
        let text = fields.first { $0.name == "Body" }?.value
        #expect(text == Sample.composer.shortText(for: order, at: Sample.now))
    }

    @Test func `a call is created with its words`() async throws {
        let server = try server()
        let outcome = try await deliver(Sample.order(.voice, to: "+4915112345678"), through: server)
        #expect(outcome.receipt?.hasPrefix("CA0") == true)
        let request = try #require(try server.records(RequestRecord.self).first)
        #expect(request.path == "/2010-04-01/Accounts/AC0123/Calls.json")
        let fields = URLComponents(string: "?\(request.body)")?.queryItems ?? []
        #expect(fields.first { $0.name == "Twiml" }?.value?.contains("<Say ") == true)
    }

    // number -> start of the reason, and whether it is for ever
    @Test(arguments: [
        ("+49151121211", "addressHopeless:", true), ("+49151121610", "addressHopeless:", true),
        ("+49151130001", "refused:", false), ("+49151199999", "badAnswer:", false),
        ("0151", "addressHopeless:", true), ("+0151123", "addressHopeless:", true),
        ("+4915112345678901", "addressHopeless:", true),
    ])
    func `a telephone provider's refusal is judged by its code`(
        number: String, start: String, isForEver: Bool
    ) async throws {
        let server = try server()
        let outcome = try await deliver(Sample.order(.sms, to: number), through: server)
        let reason = isForEver ? outcome.hopelessness : outcome.failure
        #expect(reason?.hasPrefix(start) == true, "\(outcome)")
    }

    @Test func `a wrong token is named as such and never shown`() async throws {
        let server = try server()
        let outcome = try await deliver(
            Sample.order(.sms, to: "+4915112345678"), through: server, token: "wrong-secret")
        let reason = try #require(outcome.failure)
        #expect(reason.hasPrefix("loginRefused:"), "\(reason)")
        #expect(!reason.contains("wrong-secret"))
    }

    @Test func `a provider's 404 says nothing about the number`() async throws {
        let server = try server()
        let outcome = try await deliver(
            Sample.order(.sms, to: "+4915112345678"), through: server,
            baseURL: url(server, "/elsewhere"))
        #expect(outcome.failure?.hasPrefix("refused:") == true, "\(outcome)")
    }
}

/// What the HTTP server writes down.
private struct RequestRecord: Decodable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: String
    var signatureIsRight: Bool?
}
