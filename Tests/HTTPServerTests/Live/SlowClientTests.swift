import APIModel
import Basics
import Foundation
@testable import HTTPServer
import IncidentModel
import Testing

/// Clients that do not read, do not send, or send for ever, over real sockets.
@Suite(.timeLimit(.minutes(2))) struct SlowClientTests {
    private let path = "/v1/alerts/\(MockNode.key)"

    private func post(_ path: String, _ length: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(length)\r\n\r\n"
    }

    @Test func `a stream of events that is not read ends`() async throws {
        var server = TestServer()
        server.stallTime = .milliseconds(600)
        let fixed = server
        try await LiveServerTests.live(fixed) { port in
            let client = try await RawClient.connect(port: port, isReading: false)
            try await client.send(
                "GET \(APIPath.events) HTTP/1.1\r\nHost: x\r\n"
                    + "Authorization: Bearer \(TestServer.token)\r\n\r\n")
            // More than what both sockets' buffers hold.
            for round in 0..<60 {
                fixed.node.change { state in
                    for group in state.incidents.keys { state.changes.append(group) }
                    for listener in state.listeners { listener.yield() }
                }
                if round == 0 { try await open(900, at: fixed.node) }
                try await Task.sleep(for: .milliseconds(60))
            }
            try await Task.sleep(for: .seconds(2))
            try await client.startReading()
            let text = try await client.receiveUntilClosed()
            #expect(text.contains("event: incident"))
        }
    }

    private func open(_ count: Int, at node: MockNode) async throws {
        for number in 0..<count {
            let alert = AlertInstance(
                fingerprint: 1, isFiring: true, startedAt: node.now(), summary: "x",
                severity: .sev2, labels: [], link: "")
            _ = await node.intake(
                AlertReport(
                    service: "checkout", correlationKey: "\(number)", title: "x", source: "test",
                    alerts: [alert], isDrill: false))
        }
    }

    @Test func `a body that drips is ended, however steadily`() async throws {
        var server = TestServer()
        server.bodyTime = .milliseconds(500)
        let fixed = server
        try await LiveServerTests.live(fixed) { port in
            let client = try await RawClient.connect(port: port)
            try await client.send(post(path, "Content-Length: 1000") + "{")
            for _ in 0..<60 where client.isOpen {
                do { try await client.send(" ") } catch { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            let text = try await client.receiveUntilClosed()
            #expect(text.hasPrefix("HTTP/1.1 503"), "\(text.prefix(80))")
            #expect(text.contains("took longer than"))
        }
        #expect(fixed.node.ask(\.intakes).isEmpty)
    }

    @Test func `of a group that comes too slowly what has come is paged`() async throws {
        var server = TestServer()
        server.bodyTime = .milliseconds(500)
        let fixed = server
        try await LiveServerTests.live(fixed) { port in
            let client = try await RawClient.connect(port: port)
            try await client.send(
                post("/v1/alertmanager/\(MockNode.key)", "Content-Length: 1000")
                    + #"{"status":"firing","alerts":[{"labels":{"alertname":"A"}},{"labels":{"#)
            let text = try await client.receiveUntilClosed()
            #expect(text.hasPrefix("HTTP/1.1 200"), "\(text.prefix(80))")
        }
        let alerts = fixed.node.ask(\.intakes).flatMap(\.alerts)
        #expect(
            alerts.map(\.summary) == [
                "A", "Only 1 alerts of a body that came too slowly could be read, the rest was not",
            ])
    }

    @Test func `whoever has no key in the path is not read, or with few others`() async throws {
        var server = TestServer()
        server.bodyTime = .seconds(3)
        try await LiveServerTests.live(server) { port in
            let stranger = try await RawClient.connect(port: port)
            try await stranger.send(post("/v2/enqueue/nobodys", "Content-Length: 1000"))
            let refused = try await stranger.receive { $0.contains("\r\n\r\n") }
            #expect(refused.hasPrefix("HTTP/1.1 400"), "\(refused.prefix(80))")

            var waiting: [RawClient] = []
            for _ in 0..<Limits.keylessBodiesMax {
                let client = try await RawClient.connect(port: port)
                try await client.send(post("/v2/enqueue", "Content-Length: 1000") + "{")
                waiting.append(client)
            }
            try await Task.sleep(for: .milliseconds(300))
            let late = try await RawClient.connect(port: port)
            try await late.send(post("/v2/enqueue", "Content-Length: 1000") + "{")
            let full = try await late.receive { $0.contains("\r\n\r\n") }
            #expect(full.hasPrefix("HTTP/1.1 503"), "\(full.prefix(80))")
            // Whoever names its key goes by.
            let event = #"{"event_action":"trigger","payload":{"summary":"s","source":"h"}}"#
            let known = try await RawClient.connect(port: port)
            try await known.send(
                post("/v2/enqueue/\(MockNode.key)", "Content-Length: \(event.utf8.count)") + event)
            let taken = try await known.receive { $0.contains("\r\n\r\n") }
            #expect(taken.hasPrefix("HTTP/1.1 202"), "\(taken.prefix(80))")
            for client in waiting + [late, known, stranger] { try? await client.close() }
        }
    }
}
