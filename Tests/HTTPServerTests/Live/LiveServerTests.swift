import APIModel
import Basics
import Foundation
@testable import HTTPServer
import Hummingbird
import HummingbirdTesting
import RegionCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct LiveServerTests {
    /// Runs a real server on a port of the system's choice for the length of a test.
    static func live(
        _ server: TestServer, _ body: @Sendable @escaping (Int) async throws -> Void
    ) async throws {
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let (ends, end) = AsyncStream.makeStream(of: Void.self)
            tasks.addTask {
                try await server.server.run { port in
                    told.yield(port)
                } until: {
                    for await _ in ends {}
                }
            }
            tasks.addTask {
                defer { end.finish() }
                var iterator = ports.makeAsyncIterator()
                try await body(try #require(await iterator.next()))
            }
            try await tasks.waitForAll()
        }
    }

    private func request(_ length: String, path: String = "/v1/alerts/\(MockNode.key)") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(length)\r\n\r\n"
    }

    @Test func `requests are served over a socket, several on one connection`() async throws {
        let server = TestServer()
        try await Self.live(server) { port in
            let body = #"{"title":"t"}"#
            let one = request("Content-Length: \(body.utf8.count)") + body
            let client = try await RawClient.connect(port: port)
            try await client.send(one + one)
            let text = try await client.receive {
                $0.components(separatedBy: "HTTP/1.1 200").count == 3
            }
            #expect(text.contains("\"durability\":\"quorum\""))
            try await client.close()
        }
        #expect(server.node.ask(\.intakes).count == 2)
    }

    @Test func `a declared length over the limit is refused before the body is sent`() async throws
    {
        let server = TestServer()
        try await Self.live(server) { port in
            let client = try await RawClient.connect(port: port)
            let token = "Authorization: Bearer \(TestServer.token)\r\n"
            try await client.send(
                request(token + "Content-Length: 100000000", path: APIPath.incidents))
            let text = try await client.receiveUntilClosed()
            #expect(text.hasPrefix("HTTP/1.1 413"))
            #expect(text.contains("urn:meridian:problem:too-large"))
        }
        #expect(server.node.ask(\.intakes).isEmpty)
    }

    @Test func `a body without an end is not read on, and pages`() async throws {
        let server = TestServer()
        try await Self.live(server) { port in
            let client = try await RawClient.connect(port: port)
            try await client.send(request("Transfer-Encoding: chunked"))
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            var sent = 0
            // 64 MiB would be far more than what is read, the rest that is dropped, and the buffers
            // of both sockets can hold.
            while sent < 1_024, client.isOpen {
                do { try await client.send(chunk) } catch { break }
                sent += 1
            }
            let text = try await client.receiveUntilClosed()
            #expect(text.hasPrefix("HTTP/1.1 200"))
            #expect(sent < 1_024)
        }
        #expect(server.node.ask(\.intakes).count == 1)
    }

    @Test func `after a refused body the connection is not taken for a new request`() async throws {
        var server = TestServer()
        server.bodyTime = .milliseconds(300)
        let fixed = server
        try await Self.live(fixed) { port in
            let body = #"{"title":"smuggled"}"#
            let hidden = request("Content-Length: \(body.utf8.count)") + body
            let client = try await RawClient.connect(port: port)
            try await client.send(request("Content-Length: 600000") + hidden)
            let text = try await client.receiveUntilClosed()
            #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
            #expect(text.hasPrefix("HTTP/1.1 503"))
        }
        #expect(fixed.node.ask(\.intakes).isEmpty)
    }

    @Test func `a connection that falls silent in the middle of a body is closed`() async throws {
        var server = TestServer()
        server.idleTimeout = .milliseconds(300)
        let fixed = server
        try await Self.live(fixed) { port in
            let client = try await RawClient.connect(port: port)
            try await client.send(request("Content-Length: 1000") + "{\"title\"")
            _ = try await client.receiveUntilClosed()
        }
        #expect(fixed.node.ask(\.intakes).isEmpty)
    }

    @Test func `what is no HTTP is refused and the server goes on`() async throws {
        let server = TestServer()
        try await Self.live(server) { port in
            for rubbish in ["\u{16}\u{3}\u{1}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
                let client = try await RawClient.connect(port: port)
                try await client.send(rubbish)
                let text = try await client.receiveUntilClosed()
                #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4"), "\(text.prefix(40))")
            }
            let client = try await RawClient.connect(port: port)
            try await client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await client.receiveUntilClosed().hasPrefix("HTTP/1.1 200"))
        }
    }

    /// At once: whoever cannot listen does not wait to be told to stop.
    @Test(.timeLimit(.minutes(1)))
    func `a port in use is an error with the remedy`() async throws {
        let server = TestServer()
        try await Self.live(server) { port in
            let second = NodeHTTPServer(
                config: HTTPServerConfig(
                    host: "127.0.0.1", port: port, cluster: "t", foundingEpoch: 0, apiTokens: [],
                    linkSigner: server.signer), node: server.node, logger: server.log.logger)
            let error = await #expect(throws: HTTPServerError.self) {
                try await second.run(until: { try? await Task.sleep(for: .seconds(3_600)) })
            }
            #expect(error?.code == .portInUse)
            #expect(error?.message.contains("127.0.0.1:\(port)") == true)
            #expect(error?.message.contains("http.listen") == true)
        }
    }

    @Test func `Hummingbird's own client is served too`() async throws {
        let server = TestServer()
        try await server.server.application().test(.live) { client in
            let got = try await client.send(
                .post, "/v1/alertmanager/\(MockNode.key)", body: AlertmanagerParserTests.full)
            #expect(got.status == 200)
            let large = String(repeating: "x", count: Limits.intakeBodyBytesMax + 1)
            let cut = try await client.send(.post, "/v1/alerts/\(MockNode.key)", body: large)
            #expect(cut.status == 200)
        }
    }
}
