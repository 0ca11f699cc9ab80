import APIModel
import Basics
import Foundation
@testable import HTTPServer
import IncidentModel
import RegionCore
import Testing

/// The stream of events over real sockets.
@Suite(.timeLimit(.minutes(2))) struct EventTests {
    private func follow(_ port: Int, after id: String? = nil) async throws -> RawClient {
        let client = try await RawClient.connect(port: port)
        let last = id.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        try await client.send(
            "GET \(APIPath.events) HTTP/1.1\r\nHost: x\r\n\(last)"
                + "Authorization: Bearer \(TestServer.token)\r\n\r\n")
        return client
    }

    private func fire(_ server: TestServer, _ title: String) async -> String {
        let alert = AlertInstance(
            fingerprint: 1, isFiring: true, startedAt: server.node.now(), summary: title,
            severity: .sev2, labels: [], link: "")
        let report = AlertReport(
            service: "checkout", correlationKey: title, title: title, source: "test",
            alerts: [alert], isDrill: false)
        _ = await server.node.intake(report)
        return MockNode.group(title).description
    }

    /// The data of all events of a kind in what came.
    private func events(_ kind: String, in text: String) -> [JSONValue] {
        text.components(separatedBy: "event: \(kind)\ndata: ").dropFirst().compactMap { part in
            try? JSONParser.parse(Array((part.split(separator: "\n").first ?? "").utf8))
        }
    }

    @Test func `a change is told at once, by events that are described`() async throws {
        let server = TestServer()
        let check = SchemaCheck(document: APIDescription.document)
        try await LiveServerTests.live(server) { port in
            let client = try await follow(port)
            let hello = try await client.receive { $0.contains("event: hello") }
            #expect(hello.contains("Content-Type: text/event-stream"))
            #expect(hello.contains("id: eu.3.0\n"))
            let id = await fire(server, "first")
            let one = try await client.receive { $0.contains("event: incident") }
            server.node.change { $0.hasMajority = true }
            let both = try await client.receive { $0.contains("event: cluster") }
            for (kind, type) in [
                ("hello", "HelloEvent"), ("incident", "IncidentEvent"), ("cluster", "ClusterEvent"),
            ] {
                let schema = try #require(check.resolve("#/components/schemas/\(type)"))
                let found = try #require(events(kind, in: both).first)
                #expect(check.faults(of: found, by: schema) == [])
            }
            #expect(events("incident", in: one).map { $0["id"] } == [.string(id)])
            try await client.close()
        }
    }

    @Test func `a page of a browser follows the same, by its cookie`() async throws {
        let server = TestServer()
        try await LiveServerTests.live(server) { port in
            let cookie = Session(token: TestServer.token, person: "").cookie(isSecure: false)
            let client = try await RawClient.connect(port: port)
            let pair = cookie.split(separator: ";").first ?? ""
            try await client.send("GET /events HTTP/1.1\r\nHost: x\r\nCookie: \(pair)\r\n\r\n")
            _ = try await client.receive { $0.contains("event: hello") }
            let id = await fire(server, "first")
            let one = try await client.receive { $0.contains("event: incident") }
            #expect(events("incident", in: one).map { $0["id"] } == [.string(id)])
            try await client.close()
        }
    }

    @Test func `a client goes on where it was, and is told of each incident once`() async throws {
        let server = TestServer()
        try await LiveServerTests.live(server) { port in
            let first = await fire(server, "first")
            _ = await fire(server, "second")
            let third = await fire(server, "third")
            _ = await server.node.command(
                .acknowledge(
                    group: MockNode.group("first"), generation: nil, previousEnd: nil, run: nil,
                    by: "mei", via: "test"))
            // Of four changes the client has seen two: the first and the third incident are left.
            let client = try await follow(port, after: "eu.3.2")
            let text = try await client.receive {
                $0.components(separatedBy: "event: incident").count == 3
                    && $0.contains("event: oncall")
            }
            #expect(text.contains("\"isResumed\":true"))
            #expect(
                events("incident", in: text).map { $0["id"] } == [.string(third), .string(first)])
            #expect(text.contains("id: eu.3.4\n"))
            #expect(!text.contains("event: reset"))
            try await client.close()
        }
    }

    @Test(arguments: ["eu.2.0", "us.3.0", "eu.3.99", "rubbish", "eu.3.-1"])
    func `a point of another stream is answered with a reset`(id: String) async throws {
        let server = TestServer()
        try await LiveServerTests.live(server) { port in
            let client = try await follow(port, after: id)
            let text = try await client.receive { $0.contains("event: reset") }
            #expect(text.contains("\"isResumed\":false"))
            try await client.close()
        }
    }

    @Test func `too many clients are refused, and a place is free again when one leaves`()
        async throws
    {
        let hub = EventHub(node: MockNode(), clientsMax: 1)
        let (number, _) = try hub.follow()
        #expect(throws: Refusal.self) { try hub.follow() }
        hub.leave(number)
        let (again, _) = try hub.follow()
        #expect(hub.clientCount == 1)
        hub.leave(again)
        #expect(hub.clientCount == 0)
    }

    @Test func `a client that falls far behind reads anew`() {
        let stands = ChangeBatch(
            incarnation: Incarnation(3), after: 0, through: 0, incidents: [],
            isControlChanged: false, hasMajority: true, clusterHash: 0, rosterVersion: "r1")
        var cursor = EventCursor(region: "eu", batch: stands, lastID: nil)
        var later = stands
        (later.after, later.through, later.incidents) = (9_000, 9_001, [])
        #expect(cursor.gap(before: EventNews(batch: later)) == 0)
        (later.after, later.incidents) = (0, nil)
        let events = cursor.events(for: EventNews(batch: later), at: .epoch)
        #expect(events.map { $0.text.contains("event: reset") } == [true])
        #expect(events.first?.text.contains("id: eu.3.9001\n") == true)
    }

    @Test func `a stream ends when the server does`() async throws {
        let server = TestServer()
        let begun = ContinuousClock.now
        try await LiveServerTests.live(server) { port in
            let client = try await follow(port)
            _ = try await client.receive { $0.contains("event: hello") }
        }
        #expect(ContinuousClock.now - begun < .seconds(20))
    }
}
