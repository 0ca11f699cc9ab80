import APIModel
import Basics
import Foundation
import NIOConcurrencyHelpers
import Testing

@testable import meridian

struct EventStreamTests {
    private let stream = """
        retry: 2000

        id: eu.3.7
        event: hello
        data: {"region":"eu",
        data: "at":"2026-11-22T19:32:44.000Z","isResumed":true}

        : still here

        id: eu.3.9
        event: incident
        data: {}


        """

    @Test(arguments: [1, 3, 7, 4_096])
    func `events are the same in whatever pieces they come`(size: Int) {
        var parser = EventStreamParser()
        let bytes = Array(stream.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map {
            bytes[$0..<min($0 + size, bytes.count)]
        }
        let events = pieces.flatMap { parser.take($0) }
        #expect(events.map(\.kind) == ["hello", "incident"])
        #expect(events.map(\.id) == ["eu.3.7", "eu.3.9"])
        #expect(events[0].data.contains("\n\"at\""))
    }

    @Test func `lines may end in CR LF, and a kind may be left out`() {
        var parser = EventStreamParser()
        let events = parser.take("data: a\r\n\r\nevent: x\r\n\r\n".utf8)
        #expect(events == [ServerEvent(id: nil, kind: "message", data: "a")])
    }

    @Test func `news say what has to be read`() throws {
        let eu = try RegionEndpoint(name: "eu", url: "http://127.0.0.1:1")
        func news(_ kind: String, _ data: String = "{}") -> [FeedNews] {
            WatchFeed.news(of: ServerEvent(id: nil, kind: kind, data: data), from: eu)
        }
        #expect(news("incident") == [.changed(.incidents)])
        #expect(news("oncall") == [.changed(.onCall)])
        #expect(news("reset").count == WatchPart.allCases.count)
        #expect(news("something new") == [.heard])
        let hello = #"{"region":"eu","at":"2026-11-22T19:32:44.000Z","isResumed":true}"#
        #expect(news("hello", hello) == [.connected(eu, isResumed: true)])
    }
}

struct KeyTests {
    @Test(arguments: [
        ("\u{1B}[A", [Key.up]), ("\u{1B}OB", [.down]), ("\u{1B}[5~", [.pageUp]),
        ("\u{1B}[1;5C", [.right]), ("\u{1B}", [.escape]), ("\r", [.enter]),
        ("\u{7F}", [.backspace]),
        ("\u{03}", [.control("c")]), ("jé界", [.character("j"), .character("é"), .character("界")]),
        ("\u{1B}[99~", []), ("q\u{1B}[Hx", [.character("q"), .home, .character("x")]),
    ])
    func `bytes are keys`(text: String, keys: [Key]) {
        var reader = KeyReader()
        #expect(reader.take(Array(text.utf8)) == keys)
    }

    @Test func `a character may come in two pieces`() {
        var reader = KeyReader()
        let bytes = Array("界".utf8)
        #expect(reader.take([bytes[0]]).isEmpty)
        #expect(reader.take(Array(bytes[1...])) == [.character("界")])
    }

    @Test func `bytes that are no text are no end`() {
        var reader = KeyReader()
        #expect(reader.take([0x80, 0xFF, 0x71]).last == .character("q"))
    }
}

struct WatchFeedTests {
    private final class News: Sendable {
        private let all = NIOLockedValueBox<[FeedNews]>([])
        var told: [FeedNews] { all.withLockedValue { $0 } }
        @Sendable func add(_ news: FeedNews) { all.withLockedValue { $0.append(news) } }
    }

    /// Runs a feed over these until a test has seen what it waits for.
    private func run(
        _ urls: [String], until isDone: @escaping @Sendable ([FeedNews]) -> Bool
    ) async throws -> [FeedNews] {
        var configuration = ClientConfiguration(regions: [], token: "secret", origin: "a test")
        for (name, url) in zip(["ap", "eu", "us"], urls) {
            configuration.regions.append(try RegionEndpoint(name: name, url: url))
        }
        let news = News()
        try await APIClient.withClient(
            configuration, timeoutSeconds: 1, remark: { _ in }
        ) { client in
            await withTaskGroup { group in
                group.addTask { await WatchFeed(client: client, tell: news.add).run() }
                let deadline = ContinuousClock.now + .seconds(20)
                while !isDone(news.told), ContinuousClock.now < deadline {
                    try? await Task.sleep(for: .milliseconds(20))
                }
                group.cancelAll()
            }
        }
        return news.told
    }

    private let hello =
        "id: eu.1.5\nevent: hello\ndata: {\"region\":\"eu\","
        + "\"at\":\"2026-11-22T19:32:44.000Z\",\"isResumed\":false}\n\n"

    @Test func `a dead region and one that is full are passed over`() async throws {
        let dead = try DeadAddress()
        try await ScriptedNode.with(.problem(.overloaded, detail: "full")) { full in
            try await ScriptedNode.with(.answer(status: 200, body: hello)) { us in
                let told = try await run([dead.url, full.url, us.url]) { news in
                    news.contains { if case .connected = $0 { true } else { false } }
                }
                let names = told.map { news in
                    switch news {
                    case .lost(let endpoint, let reason): "\(endpoint.name): \(reason)"
                    case .connected(let endpoint, _): "\(endpoint.name) connected"
                    case .heard, .changed: "other"
                    }
                }
                #expect(
                    names.prefix(3) == ["ap: connection refused", "eu: full", "us connected"])
            }
        }
    }

    @Test func `a stream that is taken up again names the last point it came to`() async throws {
        try await ScriptedNode.with(.answer(status: 200, body: hello)) { node in
            _ = try await run([node.url]) { news in
                news.count { if case .connected = $0 { true } else { false } } >= 2
            }
            let asked = node.requests.filter { $0.uri == APIPath.events }
            #expect(asked.map(\.lastEventID).prefix(2) == [nil, "eu.1.5"])
            #expect(asked.allSatisfy { $0.authorization == "Bearer secret" })
        }
    }

    @Test func `a region that is stopped is left, though its connections stand`() async throws {
        try await ScriptedNode.with(.silent) { stopped in
            try await ScriptedNode.with(.answer(status: 200, body: hello)) { eu in
                let told = try await run([stopped.url, eu.url]) { news in
                    news.contains { if case .connected = $0 { true } else { false } }
                }
                let first = try RegionEndpoint(name: "ap", url: stopped.url)
                #expect(told.first == .lost(first, reason: "no answer in time"))
            }
        }
    }
}
