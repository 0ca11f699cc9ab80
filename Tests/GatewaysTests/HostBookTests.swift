import Basics
import Foundation
@testable import Gateways
import IncidentModel
import Logging
import Paging
import Synchronization
import Testing

/// A resolver of a test's own: some names are silent until the test lets go of them.
private final class Resolver: Sendable {
    private let state = Mutex<(answers: [String: [String]], asked: [String], isFree: Bool)>(
        ([:], [], false))

    init(_ answers: [String: [String]]) { state.withLock { $0.answers = answers } }

    var asked: [String] { state.withLock { $0.asked } }
    func answer(_ host: String, _ addresses: [String]?) {
        state.withLock { $0.answers[host] = addresses }
    }
    func free() { state.withLock { $0.isFree = true } }

    /// `silent.*` waits until it is let go, 20 s at most; a name without addresses is refused.
    var book: HostBook {
        HostBook { [self] host in
            state.withLock { $0.asked.append(host) }
            for _ in 0..<2_000 where host.hasPrefix("silent") && !state.withLock({ $0.isFree }) {
                usleep(10_000)
            }
            return state.withLock { $0.answers[host] }.map { .success($0) }
                ?? .failure(HostBook.Failure(reason: "Name or service not known"))
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct HostBookTests {
    @Test func `an address is asked for by nobody`() async throws {
        let resolver = Resolver([:])
        for address in ["127.0.0.1", "::1"] {
            #expect(
                try await resolver.book.addresses(of: address, within: .seconds(1)) == [address])
        }
        #expect(resolver.asked.isEmpty)
    }

    @Test func `many pages ask once, and the answer is kept`() async throws {
        let resolver = Resolver(["silent.test": ["192.0.2.7", "192.0.2.8"]])
        let book = resolver.book
        let answers = try await withThrowingTaskGroup(of: [String].self) { tasks in
            for _ in 0..<20 {
                tasks.addTask {
                    try await book.addresses(of: "silent.test", within: .seconds(3))
                }
            }
            try await Task.sleep(for: .milliseconds(100))
            resolver.free()
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 20 && answers.allSatisfy { $0 == ["192.0.2.7", "192.0.2.8"] })
        _ = try await book.addresses(of: "silent.test", within: .seconds(1))
        #expect(resolver.asked == ["silent.test"])
    }

    @Test func `a name without an address is refused in the resolver's words`() async {
        let error = await #expect(throws: GatewayError.self) {
            try await Resolver([:]).book.addresses(of: "none.test", within: .seconds(1))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.cause.contains("Name or service not known") == true)
    }

    @Test func `a resolver that is silent is waited for once`() async {
        let resolver = Resolver([:])
        let book = resolver.book
        for limit in [Span.milliseconds(200), HostBook.waitMax, .seconds(9)] {
            let begun = ContinuousClock.now
            let error = await #expect(throws: GatewayError.self) {
                try await book.addresses(of: "silent.test", within: limit)
            }
            #expect(error?.code == .timedOut)
            // The last one finds that it has been silent for longer than anybody waits. The bounds tell one wait
            // from another, also where a machine stands still for two seconds.
            let most = limit == HostBook.waitMax ? .seconds(9) : HostBook.waitMax
            #expect(ContinuousClock.now - begun < .microseconds(most.microseconds))
        }
        #expect(resolver.asked == ["silent.test"])
        resolver.free()
    }

    @Test func `an address that fails is tried last, and what was known outlives the resolver`()
        async throws
    {
        let resolver = Resolver(["mail.test": ["192.0.2.7", "192.0.2.8"]])
        let book = resolver.book
        #expect(
            try await book.addresses(of: "mail.test", within: .seconds(1)).first == "192.0.2.7")
        resolver.answer("mail.test", nil)
        book.failed("192.0.2.7", of: "mail.test")
        #expect(
            try await book.addresses(of: "mail.test", within: .seconds(1))
                == ["192.0.2.8", "192.0.2.7"])
        // It asked anew, and was refused.
        #expect(resolver.asked.count == 2)
    }
}

/// Counts what ends.
private final class Counter: Sendable {
    private let state = Mutex(0)
    var count: Int { state.withLock { $0 } }
    func add() { state.withLock { $0 += 1 } }
}

/// Pages while the resolver is silent about somebody else's host, over real connections.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SilentResolverTests {
    private static let secret = "shared-secret-of-the-webhook"
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func server() throws -> ChildServer {
        try ChildServer("http_server.py") { [ChildServer.record($0), Self.secret] }
    }

    @Test func `a host whose name nobody resolves holds up no page to another`() async throws {
        let server = try server()
        // The second address is the one where somebody listens.
        let resolver = Resolver(["live.test": ["127.0.0.2", "127.0.0.1"]])
        let rack = try GatewayRack(
            configs: [
                .webhook(WebhookConfig(name: "hook", secret: Array(Self.secret.utf8))),
                .chat(ChatConfig(name: "slack")),
            ], composer: Sample.composer, hosts: resolver.book, logger: quiet)
        let port = server.port
        let ended = Counter()
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<12 {
                tasks.addTask {
                    let order = Sample.order(
                        .webhook, to: "http://silent\(number % 3).test:\(port)/status/204",
                        timeout: .seconds(5))
                    let report = await rack.deliver(order, at: Sample.now)
                    ended.add()
                    #expect(report.outcome.failure?.hasPrefix("timedOut:") == true)
                }
            }
            try? await Task.sleep(for: .milliseconds(100))
            for channel in [PageChannel.webhook, .chat] {
                let order = Sample.order(
                    channel, to: "http://live.test:\(port)/status/204")
                let report = await rack.deliver(order, at: Sample.now)
                #expect(report.outcome.receipt != nil, "\(report.outcome)")
            }
            // None of the others had to end for that.
            #expect(ended.count == 0)
        }
        resolver.free()
        await rack.shutdown()
        // A server that nobody holds any more ends.
        withExtendedLifetime(server) {}
    }

    @Test func `mail goes to the address that takes it`() async throws {
        let certificate = try TestCertificate.shared.get()
        let server = try ChildServer("mail_server.py") { folder in
            [
                "--record", ChildServer.record(folder), "--user", "meridian", "--password", "p",
                "--identity", try certificate.write(into: folder),
            ]
        }
        let config = SMTPConfig(
            name: "mail", host: "localhost", port: server.port, authorityPEM: certificate.pem,
            user: "meridian", password: "p", from: "pager@example.com", helo: "node.example.com")
        let resolver = Resolver(["localhost": ["127.0.0.2", "127.0.0.1"]])
        let gateway = try SMTPGateway(config, hosts: resolver.book, composer: Sample.composer)
        let outcome = await gateway.deliver(
            Sample.order(.email, to: "mei@example.com"), at: Sample.now)
        #expect(outcome.receipt != nil, "\(outcome)")
        var silent = config
        silent.host = "silent.test"
        let held = try SMTPGateway(silent, hosts: resolver.book, composer: Sample.composer)
        let late = await held.deliver(
            Sample.order(.email, to: "mei@example.com", timeout: .seconds(1)), at: Sample.now)
        #expect(late.failure?.hasPrefix("timedOut: nobody said") == true, "\(late)")
        resolver.free()
    }
}
