import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

@Suite struct IntakeRoutesTests {
    private let key = MockNode.key

    @Test func `an Alertmanager webhook is answered with incident and durability`() async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.send(
                .post, "/v1/alertmanager/\(MockNode.key)", body: AlertmanagerParserTests.full)
            #expect(got.status == 200)
            let answer: AcceptanceAnswer = try got.decoded()
            let report = try #require(server.node.ask(\.intakes).first)
            #expect(answer.incident == MockNode.group(report.correlationKey).description)
            #expect(answer.durability == "quorum")
            #expect(answer.status == "triggered")
            #expect(answer.generation == 1)
            #expect(!answer.isRepeat)
            #expect(answer.region == "eu")
            #expect(got.headers[.meridianIncident] == answer.incident)
            #expect(got.headers[.meridianDurability] == "quorum")
            let again: AcceptanceAnswer = try await client.send(
                .post, "/v1/alertmanager/\(MockNode.key)", body: AlertmanagerParserTests.full
            ).decoded()
            #expect(again.isRepeat)
        }
        #expect(
            server.counters.value(
                "meridian_intake_requests_total", ["source": "alertmanager", "outcome": "quorum"])
                == 1)
        #expect(
            server.counters.value(
                "meridian_intake_requests_total", ["source": "alertmanager", "outcome": "repeat"])
                == 1)
        #expect(
            server.counters.value("meridian_intake_alerts_total", ["source": "alertmanager"]) == 4)
    }

    @Test func `what is only on this region's disk is answered local`() async throws {
        let server = TestServer()
        server.node.change { $0.durability = .local }
        try await server.test { client in
            let got: AcceptanceAnswer = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t"}"#
            ).decoded()
            #expect(got.durability == "local")
        }
    }

    @Test func `the key may come as a bearer token instead of in the address`() async throws {
        let server = TestServer()
        try await server.test { client in
            for path in ["/v1/alerts", "/v1/alertmanager"] {
                let got = try await client.send(
                    .post, path, body: #"{"title":"t"}"#,
                    headers: [.authorization: "Bearer \(MockNode.otherKey)"])
                #expect(got.status == 200)
            }
            let none = try await client.send(.post, "/v1/alerts", body: #"{"title":"t"}"#)
            #expect(none.status == 400)
            #expect(try none.decoded(Problem.self).field == "key")
        }
        #expect(server.node.ask(\.intakes).map(\.service) == ["search", "search"])
    }

    @Test func `an unknown key is refused with the remedy, counted, and never logged`() async throws
    {
        let server = TestServer()
        let wrong = "ffffffffffffffffffffffffffffffff"
        try await server.test { client in
            for path in ["/v1/alertmanager/", "/v1/alerts/"] {
                let got = try await client.send(.post, path + wrong, body: #"{"title":"t"}"#)
                #expect(got.status == 404)
                #expect(got.headers[.contentType] == "application/problem+json")
                let problem: Problem = try got.decoded()
                #expect(problem.kind == .unknownKey)
                #expect(problem.field == "key")
                #expect(problem.remedy.contains("roster.yaml"))
            }
        }
        #expect(
            server.counters.value("meridian_intake_requests_total", ["outcome": "unknown-key"]) == 2
        )
        #expect(server.node.ask(\.intakes).isEmpty)
        #expect(!server.log.lines.contains { $0.contains(wrong) })
        #expect(server.log.lines.contains { $0.contains("path=/v1/alerts/{key}") })
    }

    @Test(arguments: [
        (#"{"a":"#, "body"), ("", "body"), ("null", "body"), ("{}", "title"), ("\u{0}", "body"),
        (#"{"title":7.5e}"#, "body"), (#"{"status":"resolved"}"#, "dedupKey"),
    ])
    func `bad input is a 400 that names the field, and is counted`(
        body: String, field: String
    ) async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.send(.post, "/v1/alerts/\(MockNode.key)", body: body)
            #expect(got.status == 400)
            let problem: Problem = try got.decoded()
            // An empty body is read as an empty form, whose title is missing.
            #expect(problem.field == (body.isEmpty ? "title" : field))
            #expect(!problem.remedy.isEmpty)
            #expect(problem.region == "eu")
        }
        #expect(
            server.counters.value(
                "meridian_intake_requests_total", ["source": "json", "outcome": "invalid-request"])
                == 1)
    }

    @Test func `a form and the query are understood as well`() async throws {
        let server = TestServer()
        try await server.test { client in
            let form = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)?dedup=k1", body: "title=disk+full&severity=sev2",
                headers: [.contentType: "application/x-www-form-urlencoded"])
            #expect(try form.decoded(AcceptanceAnswer.self).dedupKey == "k1")
            let bare = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)?summary=from%20query&dedup=k2")
            #expect(bare.status == 200)
            let curl = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)?title=q", body: #"{"title":"json wins"}"#,
                headers: [.contentType: "application/x-www-form-urlencoded"])
            #expect(curl.status == 200)
        }
        let alerts = server.node.ask(\.intakes).flatMap(\.alerts)
        #expect(alerts.map(\.summary) == ["disk full", "from query", "json wins"])
        #expect(alerts[0].severity == .sev2)
    }

    @Test func `overload is a 503 with Retry-After for every sender, never a 429`() async throws {
        let server = TestServer()
        server.node.change { $0.forced = .overloaded(reason: "the disk is full") }
        try await server.test { client in
            for (path, body) in [
                ("/v1/alertmanager/\(MockNode.key)", AlertmanagerParserTests.full),
                ("/v1/alerts/\(MockNode.key)", #"{"title":"t"}"#),
                (
                    "/v2/enqueue",
                    #"{"routing_key":"\#(MockNode.key)","event_action":"trigger","payload":{"summary":"s","source":"h","severity":"info"}}"#
                ),
            ] {
                let got = try await client.send(.post, path, body: body)
                #expect(got.status == 503)
                #expect(got.headers[.retryAfter] == "2")
                #expect(got.text.contains("the disk is full"))
            }
        }
        #expect(
            server.counters.value("meridian_intake_requests_total", ["outcome": "overloaded"]) == 3)
    }

    @Test func `a firing event that the node rejects is a 503, so that the sender keeps it`()
        async throws
    {
        let server = TestServer()
        server.node.change { $0.forced = .rejected(reason: "quarantined") }
        try await server.test { client in
            let firing = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t"}"#)
            #expect(firing.status == 503)
            let over = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t","status":"ok"}"#)
            #expect(over.status == 200)
            #expect(over.text.contains("nothing to do"))
        }
    }

    @Test func `more requests than the bound are refused before their body is read`() async throws {
        var server = TestServer()
        server.intakeWaitingMax = 2
        server.node.change { $0.isHeld = true }
        let fixed = server
        try await fixed.test { client in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks -> [Int] in
                for index in 0..<3 {
                    tasks.addTask {
                        try await client.send(
                            .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t\#(index)"}"#
                        ).status
                    }
                }
                var statuses: [Int] = []
                while let status = try await tasks.next() {
                    statuses.append(status)
                    fixed.node.change { $0.isHeld = false }
                }
                return statuses
            }
            #expect(statuses == [503, 200, 200])
            let after = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t"}"#)
            #expect(after.status == 200)
        }
    }

    @Test func `a group of two thousand alerts is taken in, in facts of bounded size`() async throws
    {
        let server = TestServer()
        let text = String(repeating: "disk almost full ", count: 40)
        let alerts = (0..<2_000).map {
            #"{"status":"firing","labels":{"alertname":"Disk","instance":"web-\#($0)"},"#
                + #""annotations":{"summary":"\#(text)"},"startsAt":"2026-11-22T19:32:44Z"}"#
        }
        let body =
            #"{"version":"4","groupKey":"{}:{}","status":"firing","alerts":["#
            + alerts.joined(separator: ",") + "]}"
        #expect(body.utf8.count > Limits.intakeBodyBytesMax * 2)
        try await server.test { client in
            let got = try await client.send(
                .post, "/v1/alertmanager/\(MockNode.key)", body: body)
            #expect(got.status == 200)
        }
        let intakes = server.node.ask(\.intakes)
        #expect(intakes.reduce(0) { $0 + $1.alerts.count } == 2_000)
        #expect(intakes.allSatisfy { $0.encoded.count <= Limits.alertBytesPerFactMax + 4_096 })
    }

    @Test func `a repeat without a start of its own is only counted, and a new episode opens`()
        async throws
    {
        let server = TestServer()
        let body = #"{"title":"t","dedupKey":"d"}"#
        try await server.test { client in
            let path = "/v1/alerts/\(MockNode.key)"
            var repeats: [Bool] = []
            for _ in 0..<3 {
                server.node.advance(.seconds(60))
                let answer: AcceptanceAnswer = try await client.send(.post, path, body: body)
                    .decoded()
                repeats.append(answer.isRepeat)
            }
            #expect(repeats == [false, true, true])
            server.node.advance(.seconds(60))
            let over: AcceptanceAnswer = try await client.send(
                .post, path, body: #"{"status":"resolved","dedupKey":"d"}"#
            ).decoded()
            #expect(over.status == "resolved")
            // The clock of the region that takes it in again is behind that of the resolve.
            server.node.advance(.seconds(-4))
            let again: AcceptanceAnswer = try await client.send(.post, path, body: body).decoded()
            #expect(again.generation == 2)
            #expect(again.status == "triggered")
        }
    }

    @Test func `a group too large for one fact arrives whole and opens once`() async throws {
        let server = TestServer()
        let alerts = (0..<700).map {
            #"{"status":"\#($0 % 2 == 0 ? "firing" : "resolved")","labels":{"i":"\#($0)"},"startsAt":"2026-11-22T19:30:00Z"}"#
        }
        try await server.test { client in
            let got = try await client.send(
                .post, "/v1/alertmanager/\(MockNode.key)",
                body: #"{"groupKey":"k","alerts":[\#(alerts.joined(separator: ","))]}"#)
            #expect(got.status == 200)
            #expect(try got.decoded(AcceptanceAnswer.self).generation == 1)
        }
        #expect(server.node.ask(\.intakes).map(\.alerts.count).reduce(0, +) == 700)
        let last = try #require(server.node.ask(\.intakes).last)
        #expect(last.alerts.allSatisfy { !$0.isFiring })
    }

    @Test func `Grafana may PUT, and other methods are told what is allowed`() async throws {
        let server = TestServer()
        try await server.test { client in
            let put = try await client.send(
                .put, "/v1/alertmanager/\(MockNode.key)", body: AlertmanagerParserTests.full)
            #expect(put.status == 200)
            let get = try await client.send(.get, "/v1/alertmanager/\(MockNode.key)")
            #expect(get.status == 405)
            #expect(get.headers[.allow] == "POST, PUT")
            #expect(try get.decoded(Problem.self).kind == .methodNotAllowed)
        }
    }
}
