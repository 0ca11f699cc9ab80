import APIModel
import Basics
import Crypto
import Foundation
import Gateways
@testable import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import IncidentModel
import Pages
import RegionCore
import Testing

@Suite struct LinkTests {
    /// An incident that fires, with a title that would be markup if it were not escaped.
    private func fire(
        _ server: TestServer, _ client: any TestClientProtocol
    ) async throws -> GroupID {
        let body =
            #"{"title":"<script>alert('x')</script> & \"down\"","severity":"sev1","dedupKey":"d","link":"https://x.example.com/?a=1&b=\"2"}"#
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)", body: body
        ).decoded()
        return try #require(GroupID(hex: answer.incident))
    }

    private func token(
        _ server: TestServer, _ group: GroupID, _ action: LinkAction, person: PersonID = "mei",
        generation: UInt64 = 1, after previousEnd: HybridTime = .zero, run: UInt64 = 1,
        lifetime: Span = .hours(24)
    ) -> String {
        server.signer.token(
            LinkClaim(
                group: group, generation: generation, previousEnd: previousEnd, run: run,
                person: person, action: action,
                expires: server.node.now() + lifetime))
    }

    @Test func `GET and HEAD show the page and never act`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            for action in LinkAction.allCases where action != .command {
                let uri = "/a/\(token(server, group, action))"
                for method in [HTTPRequest.Method.get, .head, .options, .put, .delete, .patch] {
                    let got = try await client.send(method, uri)
                    #expect(got.status == (method == .get || method == .head ? 200 : 405))
                }
            }
            #expect(server.node.ask(\.commands).isEmpty)
            #expect(server.node.ask { $0.incidents[group]?.status } == .triggered)
        }
    }

    @Test func `the page says what is acknowledged and has one button`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            server.node.recordPage(group, person: "raj")
            server.node.advance(.minutes(7))
            let got = try await client.send(.get, "/a/\(token(server, group, .acknowledge))")
            let page = got.text
            #expect(got.headers[.contentType] == "text/html; charset=utf-8")
            for part in [
                "SEV1", "triggered", "Checkout", "7 min ago", "Raj Patel", "Mei &lt;Tanaka&gt;",
                "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;down&quot;",
                "Region eu answers", "#\(group.short)",
                "<button type=\"submit\">Acknowledge</button>",
                "https://runbooks.example.com/checkout",
                "href=\"https://x.example.com/?a=1&amp;b=&quot;2\"",
            ] { #expect(page.contains(part), "\(part)") }
            #expect(page.components(separatedBy: "<button").count == 2)
            #expect(page.components(separatedBy: "<form method=\"post\">").count == 2)
            #expect(!page.contains("<script"))
        }
    }

    @Test func `the page loads nothing, runs nothing and leaks nothing`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let token = token(server, group, .acknowledge)
            for method in [HTTPRequest.Method.get, .post] {
                let got = try await client.send(method, "/a/\(token)")
                #expect(got.headers[.cacheControl] == "no-store")
                #expect(got.headers[.referrerPolicy] == "no-referrer")
                #expect(got.headers[.xContentTypeOptions] == "nosniff")
                #expect(got.headers[.frameOptions] == "DENY")
                #expect(!got.text.contains(token))
                for part in ["<script", "<img", "<link", "<iframe", "@import", "url(", "src="] {
                    #expect(!got.text.contains(part), "\(part)")
                }
                let policy = try #require(got.headers[.contentSecurityPolicy])
                #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
                #expect(policy.contains("form-action 'self'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                let pieces = got.text.components(separatedBy: "<style>")
                let sheet = try #require(pieces.last?.components(separatedBy: "</style>").first)
                let hash = Data(SHA256.hash(data: Data(sheet.utf8))).base64EncodedString()
                #expect(pieces.count == 2)
                #expect(policy.contains("'sha256-\(hash)'"))
            }
        }
        #expect(!server.log.lines.isEmpty)
    }

    @Test func `a press acknowledges in the name of who was paged, once`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let uri = "/a/\(token(server, group, .acknowledge))"
            let first = try await client.send(.post, uri)
            #expect(first.status == 200)
            #expect(first.text.contains("Acknowledged. It is yours, Mei &lt;Tanaka&gt;."))
            #expect(first.text.contains("majority of regions"))
            let again = try await client.send(.post, uri)
            #expect(again.status == 200)
            #expect(again.text.contains("You have acknowledged it"))
            let shown = try await client.send(.get, uri)
            #expect(shown.text.contains("You have acknowledged it"))
            #expect(!shown.text.contains("<button"))
            #expect(
                server.node.ask(\.commands) == [
                    .acknowledge(
                        group: group, generation: 1, previousEnd: .zero, run: 1, by: "mei",
                        via: "link")
                ])
        }
        #expect(
            server.counters.value(
                "meridian_link_presses_total", ["action": "acknowledge", "outcome": "quorum"]) == 1)
        #expect(server.log.lines.contains { $0.contains("acknowledge by mei: quorum") })
    }

    @Test func `an acknowledgement that only this region knows says so`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            server.node.change { $0.durability = .local }
            let got = try await client.send(.post, "/a/\(token(server, group, .acknowledge))")
            #expect(got.text.contains("recorded in region eu only"))
        }
    }

    @Test func `a second person learns who was first, and is recorded`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let raj = "/a/\(token(server, group, .acknowledge, person: "raj"))"
            _ = try await client.send(.post, "/a/\(token(server, group, .acknowledge))")
            let shown = try await client.send(.get, raj)
            #expect(shown.text.contains("Already acknowledged by Mei &lt;Tanaka&gt;"))
            #expect(!shown.text.contains("<button"))
            let pressed = try await client.send(.post, raj)
            #expect(pressed.status == 200)
            #expect(pressed.text.contains("Already acknowledged by Mei &lt;Tanaka&gt;"))
            #expect(server.node.ask { $0.incidents[group]?.acknowledgements.count } == 2)
        }
    }

    @Test func `an old link never acts on a newer state`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let old = LinkAction.allCases.map { token(server, group, $0) }
            _ = try await client.send(.post, "/a/\(token(server, group, .resolve))")
            server.node.advance(.seconds(5))
            #expect(try await fire(server, client) == group)
            let before = server.node.ask(\.commands).count
            for token in old {
                let got = try await client.send(.post, "/a/\(token)")
                #expect(got.status == 409)
                #expect(got.text.contains("opened again since (generation 2)"))
            }
            #expect(server.node.ask(\.commands).count == before)
            #expect(server.node.ask { $0.incidents[group]?.status } == .triggered)
        }
    }

    @Test func `a second tap does not ask for yet another level`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let uri = "/a/\(token(server, group, .escalate))"
            let first = try await client.send(.post, uri)
            #expect(first.status == 200)
            #expect(first.text.contains("The next level is being paged."))
            let second = try await client.send(.post, uri)
            #expect(second.status == 409)
            #expect(server.node.ask { $0.incidents[group]?.run.number } == 2)
            let ack = try await client.send(.post, "/a/\(token(server, group, .acknowledge))")
            #expect(ack.status == 409)
            #expect(ack.text.contains("asked for the next level"))
            let newer = try await client.send(
                .post, "/a/\(token(server, group, .acknowledge, run: 2))")
            #expect(newer.status == 200)
            #expect(server.node.ask { $0.incidents[group]?.status } == .acknowledged)
        }
    }

    @Test func `many taps at once ask for one level`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let uri = "/a/\(token(server, group, .escalate))"
            await withTaskGroup(of: Void.self) { tasks in
                for _ in 0..<20 { tasks.addTask { _ = try? await client.send(.post, uri) } }
            }
            #expect(server.node.ask { $0.incidents[group]?.run.number } == 2)
        }
    }

    @Test func `a resolve closes what fires and then says that nothing is left`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let uri = "/a/\(token(server, group, .resolve))"
            let got = try await client.send(.post, uri)
            #expect(got.status == 200 && got.text.contains("Closed"))
            #expect(server.node.ask { $0.incidents[group]?.status } == .resolved)
            let again = try await client.send(.post, uri)
            #expect(again.status == 200 && again.text.contains("It is resolved"))
            #expect(server.node.ask(\.commands).count == 1)
        }
    }

    @Test func `an acknowledgement may come before this region has heard of the newest state`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let end = HybridTime(server.node.now())
            let ahead = token(server, group, .acknowledge, generation: 2, after: end)
            let shown = try await client.send(.get, "/a/\(ahead)")
            #expect(shown.text.contains("has not heard of the newest state"))
            #expect(try await client.send(.post, "/a/\(ahead)").status == 200)
            let resolve = token(server, group, .resolve, generation: 2, after: end)
            #expect(try await client.send(.post, "/a/\(resolve)").status == 404)
            #expect(server.node.ask(\.commands).count == 1)
        }
    }

    @Test func `an incident that is unknown here points to the other region`() async throws {
        let server = TestServer()
        try await server.test { client in
            let uri = "/a/\(token(server, GroupID(high: 1, low: 2), .acknowledge))"
            for method in [HTTPRequest.Method.get, .post] {
                let got = try await client.send(method, uri)
                #expect(got.status == 404)
                #expect(got.text.contains("other region&#39;s link"))
            }
            #expect(server.node.ask(\.commands).isEmpty)
        }
    }

    @Test func `an expired link says since when and does nothing`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let uri = "/a/\(token(server, group, .acknowledge, lifetime: .hours(1)))"
            server.node.advance(.hours(3))
            for method in [HTTPRequest.Method.get, .post] {
                let got = try await client.send(method, uri)
                #expect(got.status == 410)
                #expect(got.text.contains("expired") && got.text.contains("2 h ago"))
                #expect(!got.text.contains("<button"))
            }
            #expect(server.node.ask(\.commands).isEmpty)
        }
    }

    @Test func `forged, cut and foreign links are refused and do nothing`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            let good = token(server, group, .acknowledge)
            let foreign = LinkSigner(key: [UInt8](repeating: 8, count: 32)).token(
                LinkClaim(
                    group: group, generation: 1, previousEnd: .zero, run: 1, person: "mei",
                    action: .acknowledge,
                    expires: server.node.now() + .hours(1)))
            let flipped = String(good.dropLast()) + (good.hasSuffix("A") ? "B" : "A")
            for bad in [
                foreign, flipped, String(good.dropLast(3)), good + "AAAA", "x", "%00",
                String(repeating: "A", count: 9_000), "..%2f..%2fetc",
            ] {
                for method in [HTTPRequest.Method.get, .post] {
                    let got = try await client.send(method, "/a/\(bad)")
                    #expect(got.status == 403 || got.status == 404, "\(bad.prefix(40))")
                    #expect(!got.text.contains("<button"))
                    #expect(got.headers[.contentSecurityPolicy] != nil)
                }
            }
            #expect(server.node.ask(\.commands).isEmpty)
            #expect(try await client.send(.get, "/a/\(foreign)").status == 403)
        }
    }

    @Test func `at an overloaded node the page offers the button again`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire(server, client)
            server.node.change { $0.forced = .overloaded(reason: "the disk <is> full") }
            let got = try await client.send(.post, "/a/\(token(server, group, .acknowledge))")
            #expect(got.status == 503)
            #expect(got.headers[.retryAfter] == "2")
            #expect(got.text.contains("the disk &lt;is&gt; full"))
            #expect(got.text.contains("<button"))
        }
    }

    @Test
    func `text that would turn the direction of writing or end an attribute is made harmless`() {
        let html = HTML(text: "a\u{202E}b\u{2066}c\"\u{301}d'\u{0}\u{85}e")
        #expect(html.description == "abc&quot;\u{301}d&#39;  e")
        #expect(HTML.link("javascript:alert(1)").description == "javascript:alert(1)")
        #expect(HTML.link("https://a b").description == "https://a b")
    }
}
