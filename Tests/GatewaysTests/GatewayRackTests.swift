import Basics
import Foundation
@testable import Gateways
import IncidentModel
import Logging
import Paging
import Testing

@Suite(.timeLimit(.minutes(1))) struct GatewayRackTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `the inventory keeps the configured order within each channel`() async throws {
        let folder = try TemporaryFolder()
        let rack = try GatewayRack(
            configs: [
                .file(FileConfig(name: "second", path: folder.file("b"))),
                .chat(ChatConfig(name: "slack")),
                .file(FileConfig(name: "first", path: folder.file("a"))),
                .email(SMTPConfig(name: "mail", host: "localhost", port: 25, from: "a@b.example")),
            ],
            composer: Sample.composer, logger: Self.quiet)
        #expect(
            rack.inventory == [
                GatewayInventory(channel: .email, providers: ["mail"]),
                GatewayInventory(channel: .chat, providers: ["slack"]),
                GatewayInventory(channel: .file, providers: ["second", "first"]),
            ])
        await rack.shutdown()
    }

    @Test func `an order goes to the provider that it names`() async throws {
        let rack = GatewayRack(
            lines: [
                ProviderLine(
                    channel: .sms,
                    gateways: [ScriptedGateway(name: "one"), ScriptedGateway(name: "two")])
            ], logger: Self.quiet)
        let report = await rack.deliver(
            Sample.order(.sms, to: "+4911", provider: 1), at: Sample.now)
        #expect(
            report == PageReport(number: 41, provider: "two", outcome: .delivered(receipt: "two")))
        await rack.shutdown()
    }

    @Test(arguments: [(PageChannel.sms, 2), (.sms, -1), (.voice, 0)])
    func `an order for a provider that is not there fails with the remedy`(
        channel: PageChannel, provider: Int
    ) async {
        let rack = GatewayRack(
            lines: [ProviderLine(channel: .sms, gateways: [ScriptedGateway(name: "one")])],
            logger: Self.quiet)
        let report = await rack.deliver(
            Sample.order(channel, to: "+4911", provider: provider), at: Sample.now)
        #expect(report.outcome.failure?.hasPrefix("noProvider:") == true)
        #expect(report.outcome.failure?.contains("node's configuration") == true)
    }

    @Test func `a gateway that never ends is cut off`() async {
        let rack = GatewayRack(
            lines: [
                ProviderLine(channel: .sms, gateways: [ScriptedGateway(name: "deaf", way: .deaf)])
            ], logger: Self.quiet)
        let report = await rack.deliver(
            Sample.order(.sms, to: "+4911", timeout: .milliseconds(50)), at: Sample.now)
        #expect(report.provider == "deaf")
        #expect(report.outcome.failure?.hasPrefix("timedOut:") == true)
    }

    @Test func `a caller that gives up gets its report at once`() async {
        let rack = GatewayRack(
            lines: [
                ProviderLine(channel: .sms, gateways: [ScriptedGateway(name: "deaf", way: .deaf)])
            ], logger: Self.quiet)
        let task = Task {
            await rack.deliver(
                Sample.order(.sms, to: "+4911", timeout: .seconds(3_600)), at: Sample.now)
        }
        task.cancel()
        #expect(await task.value.outcome.failure?.hasPrefix("stopped:") == true)
    }

    @Test func `after shutdown nothing is sent`() async {
        let rack = GatewayRack(
            lines: [ProviderLine(channel: .sms, gateways: [ScriptedGateway(name: "one")])],
            logger: Self.quiet)
        await rack.shutdown()
        let report = await rack.deliver(Sample.order(.sms, to: "+4911"), at: Sample.now)
        #expect(report.outcome.failure?.hasPrefix("stopped:") == true)
    }

    @Test func `logs name the page and hold no address, link or secret`() async throws {
        let folder = try TemporaryFolder()
        let lines = LogLines()
        let webhook = "http://127.0.0.1:1/hook-secret-path"
        let rack = try GatewayRack(
            configs: [
                .file(FileConfig(name: "sink", path: folder.file("pages.jsonl"))),
                .webhook(WebhookConfig(name: "hook", secret: Array("shared-secret-16".utf8))),
                .sms(
                    TwilioConfig(
                        name: "twilio", baseURL: "http://127.0.0.1:1", accountSID: "AC1",
                        authToken: "account-token", from: "+1500")),
                .email(
                    SMTPConfig(
                        name: "mail", host: "127.0.0.1", port: 1, user: "u",
                        password: "mail-password",
                        from: "a@b.example")),
            ],
            composer: Sample.composer, logger: Logger(label: "test") { _ in lines })
        for order in [
            Sample.order(.file, to: "mei.txt"), Sample.order(.webhook, to: webhook),
            Sample.order(.sms, to: "+4915112345678"), Sample.order(.email, to: "mei@example.com"),
        ] { _ = await rack.deliver(order, at: Sample.now) }
        await rack.shutdown()
        let text = lines.all.joined(separator: "\n")
        #expect(lines.all.count == 4)
        #expect(text.contains("page sent") && text.contains("page failed"))
        #expect(text.contains(Sample.key.description) && text.contains(Sample.group.description))
        for part in [
            "/a/", "://", "hook-secret-path", "shared-secret-16", "account-token", "mail-password",
            "mei@example.com", "4915112345678",
        ] {
            #expect(!text.contains(part), "\(part) was logged")
        }
    }

    @Test func `printing a configuration shows no secret`() {
        var text = ""
        dump(
            [
                GatewayConfig.sms(
                    TwilioConfig(
                        name: "twilio", baseURL: "https://x.example", accountSID: "AC1",
                        authToken: "account-token", from: "+1500")),
                .email(
                    SMTPConfig(
                        name: "mail", host: "h", port: 1, user: "u", password: "mail-password",
                        from: "a@b.example")),
                .webhook(WebhookConfig(name: "hook", secret: Array("shared-secret-16".utf8))),
            ], to: &text)
        #expect(text.contains("(secret)"))
        for part in ["account-token", "mail-password", "shared-secret", "115"] {
            #expect(!text.contains(part), "\(part) was shown")
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct DeliveryGateTests {
    @Test func `the worst severity enters first, the longest waiting among equals`() async {
        let gate = DeliveryGate(runningMax: 1, waitingMax: 8)
        #expect(await gate.enter(.sev5) == .admitted)
        let order = EnteredOrder()
        var tasks: [Task<Void, Never>] = []
        for (index, severity) in [Severity.sev4, .sev1, .sev3, .sev1].enumerated() {
            tasks.append(
                Task {
                    #expect(await gate.enter(severity) == .admitted)
                    await order.append(index)
                    await gate.leave()
                })
            while await gate.waitingCount <= index { await Task.yield() }
        }
        await gate.leave()
        for task in tasks { await task.value }
        #expect(await order.indices == [1, 3, 2, 0])
        #expect(await gate.runningCount == 0)
    }

    @Test func `a full gate turns away, a closed one lets nobody in`() async {
        let gate = DeliveryGate(runningMax: 1, waitingMax: 1)
        #expect(await gate.enter(.sev1) == .admitted)
        let waiter = Task { await gate.enter(.sev1) }
        while await gate.waitingCount == 0 { await Task.yield() }
        #expect(await gate.enter(.sev1) == .crowded)
        await gate.close()
        #expect(await waiter.value == .stopped)
        await gate.leave()
        #expect(await gate.enter(.sev1) == .stopped)
    }

    @Test func `whoever gives up while waiting leaves no trace`() async {
        let gate = DeliveryGate(runningMax: 1, waitingMax: 4)
        #expect(await gate.enter(.sev1) == .admitted)
        let waiter = Task { await gate.enter(.sev1) }
        while await gate.waitingCount == 0 { await Task.yield() }
        waiter.cancel()
        #expect(await waiter.value == .stopped)
        #expect(await gate.waitingCount == 0)
        await gate.leave()
        #expect(await gate.enter(.sev1) == .admitted)
    }
}

@Suite(.timeLimit(.minutes(1))) struct FileGatewayTests {
    @Test func `pages are appended one per line, many at a time`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("pages.jsonl")
        let gateway = FileGateway(
            FileConfig(name: "sink", path: path), composer: Sample.composer)
        let outcomes = await withTaskGroup(of: PageOutcome.self) { group in
            for index in 0..<40 {
                let order = Sample.order(
                    .file, to: "mei.txt", key: StepKey(high: 0, low: UInt64(index)))
                group.addTask { await gateway.deliver(order, at: Sample.now) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0.receipt?.hasPrefix("bytes ") == true })
        let data = try #require(FileManager.default.contents(atPath: path))
        let pages = try data.split(separator: 0x0A).map {
            try JSONDecoder().decode(DocumentShape.self, from: Data($0))
        }
        #expect(Set(pages.map(\.key)).count == 40)
        #expect(pages.first?.person.address == "mei.txt")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `a folder that is missing is named with the remedy`() async throws {
        let folder = try TemporaryFolder()
        let gateway = FileGateway(
            FileConfig(name: "sink", path: folder.file("none/pages.jsonl")),
            composer: Sample.composer)
        let outcome = await gateway.deliver(Sample.order(.file, to: "x"), at: Sample.now)
        #expect(outcome.failure?.hasPrefix("disk:") == true)
        #expect(outcome.failure?.contains("No such file or directory") == true)
    }

    @Test func `a full disk is a failure`() async throws {
        let gateway = FileGateway(
            FileConfig(name: "sink", path: "/dev/full"), composer: Sample.composer)
        let outcome = await gateway.deliver(Sample.order(.file, to: "x"), at: Sample.now)
        #expect(outcome.failure?.contains("No space left") == true)
    }
}

/// A gateway that does as it is told.
private struct ScriptedGateway: PageGateway {
    enum Way { case prompt, deaf }
    var name: String
    var way = Way.prompt

    @concurrent func deliver(_ order: PageOrder, at now: Instant) async -> PageOutcome {
        switch way {
        case .prompt: return .delivered(receipt: name)
        case .deaf:
            // Hears no cancellation; ends by itself long after the test.
            await withCheckedContinuation { resume in
                DispatchQueue.global().asyncAfter(deadline: .now() + 5) { resume.resume() }
            }
            return .delivered(receipt: name)
        }
    }
}

private actor EnteredOrder {
    var indices: [Int] = []
    func append(_ index: Int) { indices.append(index) }
}

/// Keeps what is logged, whole.
private final class LogLines: LogHandler, @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    var all: [String] { lock.withLock { lines } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lock.withLock { lines.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
    }
}
