import APIModel
import Basics
import Gateways
@testable import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import RegionCore
import Testing

@Suite struct HealthAndLogTests {
    @Test func `health, readiness and metrics are open and say what they should`() async throws {
        let server = TestServer()
        try await server.test { client in
            let health = try await client.send(.get, "/healthz")
            #expect(health.status == 200 && health.text == "ok\n")
            let ready = try await client.send(.get, "/readyz")
            #expect(ready.status == 200 && ready.text == "ready\n")
            server.node.change { $0.ready = .notReady(reason: "50,001 inputs wait") }
            let unready = try await client.send(.get, "/readyz")
            #expect(unready.status == 503)
            #expect(try unready.decoded(Problem.self).detail == "50,001 inputs wait")
            #expect(try await client.send(.get, "/healthz").status == 200)
            let metrics = try await client.send(.get, "/metrics")
            #expect(metrics.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.text == server.node.metricsText())
            let head = try await client.send(.head, "/healthz")
            #expect(head.status == 200 && head.text.isEmpty)
        }
    }

    @Test func `no log line and no metric holds a key, a token, a query or a link`() async throws {
        let server = TestServer()
        let secrets = [
            MockNode.key, MockNode.otherKey, TestServer.token, "query-secret", "wrong-token",
        ]
        let link = try await server.test { client in
            let answer: AcceptanceAnswer = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)?x=query-secret", body: #"{"title":"t"}"#
            ).decoded()
            _ = try await client.send(
                .post, "/v1/alertmanager/\(MockNode.otherKey)", body: AlertmanagerParserTests.full)
            _ = try await client.send(
                .post, "/v2/enqueue", body: #"{"routing_key":"\#(MockNode.key)"}"#)
            _ = try await client.api(.get, APIPath.incidents + "?all=query-secret")
            _ = try await client.api(.get, APIPath.incident(answer.incident))
            _ = try await client.send(
                .get, APIPath.cluster, headers: [.authorization: "Bearer wrong-token"])
            _ = try await client.send(.get, "/nowhere/\(MockNode.key)")
            let group = try #require(GroupID(hex: answer.incident))
            let link = server.signer.token(
                LinkClaim(
                    group: group, generation: 1, previousEnd: .zero, run: 1, person: "mei",
                    action: .acknowledge,
                    expires: server.node.now() + .hours(1)))
            _ = try await client.send(.get, "/a/\(link)")
            _ = try await client.send(.post, "/a/\(link)")
            _ = try await client.send(.post, "/a/\(link)x")
            #expect(server.log.lines.contains { $0.contains("incident=\(answer.incident)") })
            #expect(server.log.lines.contains { $0.contains("client=cli") })
            return link
        }
        #expect(server.log.lines.count >= 8)
        for secret in secrets + [link] {
            #expect(!server.log.lines.contains { $0.contains(secret) }, "\(secret)")
            #expect(!server.counters.series.contains { $0.contains(secret) }, "\(secret)")
        }
        #expect(
            server.log.lines.allSatisfy { !$0.contains("answered") || $0.contains("region=eu") })
    }

    @Test func `strange addresses and methods cannot fill the metrics`() async throws {
        let server = TestServer()
        try await server.test { client in
            for index in 0..<50 {
                _ = try await client.send(.get, "/x\(index)")
                let method = try #require(HTTPRequest.Method("ODD\(index)"))
                _ = try await client.send(method, "/healthz")
            }
        }
        #expect(server.counters.series.count <= 4)
        #expect(server.counters.value("meridian_http_requests_total", ["path": "other"]) == 100)
    }

    @Test func `refusals are logged as notices, failures as warnings`() async throws {
        let server = TestServer()
        try await server.test { client in
            _ = try await client.send(.post, "/v1/alerts/\(MockNode.key)", body: "{")
            server.node.change { $0.forced = .overloaded(reason: "full") }
            _ = try await client.send(.post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t"}"#)
        }
        #expect(server.log.lines.contains { $0.hasPrefix("notice") && $0.contains("status=400") })
        #expect(server.log.lines.contains { $0.hasPrefix("warning") && $0.contains("reason=full") })
    }

    @Test func `a coordinator shows its view to who has a token`() async throws {
        struct Coordinator: CoordinatorService {
            func isReady() async -> ReadyState { .notReady(reason: "no region is heard") }
            func metricsText() -> String { "up 1\n" }
            func status() async -> CoordinatorStatus {
                CoordinatorStatus(
                    name: "c", member: "c1", readAt: Timestamp(.epoch), regions: [], incidents: [],
                    incidentCount: 3)
            }
        }
        let server = CoordinatorHTTPServer(
            host: "127.0.0.1", port: 0, service: Coordinator(), apiTokens: [TestServer.token],
            connectionsMax: 64, logger: RecordedLog().logger)
        try await server.application().test(.router) { client in
            #expect(try await client.send(.get, APIPath.coordinator).status == 401)
            let got: CoordinatorStatus = try await client.api(.get, APIPath.coordinator).decoded()
            #expect(got.incidentCount == 3)
            #expect(try await client.send(.get, "/readyz").status == 503)
            #expect(try await client.send(.get, "/healthz").status == 200)
            #expect(try await client.send(.get, "/metrics").text == "up 1\n")
        }
    }
}
