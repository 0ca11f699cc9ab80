package import Basics
package import CoordinatorCore
package import Logging
package import NNGTransport
import Reconciliation

/// A coordinator process: the interpreter of `CoordinatorCore` on nng. It has no disk: what it
/// knows it can ask for again. *Source:* design 7.
package final class CoordinatorNode: Sendable {
    private enum Work: Sendable {
        case input(CoordinatorInput)
        case read(@Sendable (CoordinatorCore, Instant) -> Void)
    }

    /// The one clock.
    package let clock = NodeClock()
    private let loop: SerialLoop<Work>
    private let transport: NNGTransport
    private let driver: CoordinatorDriver
    private let metrics = NodeMetrics()
    private let watch: TransportWatch
    private let names: [MemberID: String]

    /// A coordinator that follows these peers; nothing runs yet. *Errors:* `TransportError`.
    package init(
        regions: [MemberID], overdueAfter: Span, identity: TransportIdentity,
        listen: (host: String, requestPort: Int, publishPort: Int), peers: [PeerAddress],
        logger: Logger
    ) throws(TransportError) {
        let loop = SerialLoop<Work>(clock: clock)
        self.loop = loop
        let transport = try NNGTransport(
            identity: identity, listen: listen, peers: peers, logger: logger
        ) { events in
            loop.post(contentsOf: events.compactMap { Self.input(for: $0).map(Work.input) })
        }
        self.transport = transport
        watch = TransportWatch(logger: logger)
        names = Dictionary(peers.map { ($0.member, $0.name) }, uniquingKeysWith: { a, _ in a })
        driver = CoordinatorDriver(
            core: CoordinatorCore(
                me: identity.member, incarnation: identity.incarnation, regions: regions,
                overdueAfter: overdueAfter, at: clock.now()),
            clock: clock, transport: transport, names: names, logger: logger)
    }

    /// Starts the threads. *Errors:* `TransportError` if a port cannot be listened on.
    package func start() throws(TransportError) {
        let (driver, clock) = (driver, clock)
        loop.start(name: "meridian-coordinator") { items in
            if items.isEmpty { driver.step(.wake) }
            for item in items {
                switch item {
                case .input(let input): driver.step(input)
                case .read(let body): body(driver.core, clock.now())
                }
            }
            return driver.wakeAt
        }
        loop.post(.input(.wake))
        try transport.start()
    }

    /// Ends everything in order.
    package func stop() {
        transport.stop()
        loop.stop(within: .seconds(5))
    }

    /// Reads the core between two inputs.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (CoordinatorCore, Instant) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            loop.post(.read { core, now in continuation.resume(returning: body(core, now)) })
        }
    }

    /// Brings the metrics up to date, and looks whether the transport is sound; to be called about
    /// once a second.
    package func recordMetrics() async {
        let health = transport.health()
        watch.look(health, at: clock.now())
        metrics.record(transport.status(), health)
        metrics.record(queueDepth: loop.depth)
        let (open, known, found, heard) = await read { core, now in
            (
                core.openCount, core.knownCount, core.openFindings,
                core.regions.map {
                    ($0.member, $0.isHeard(at: now))
                }
            )
        }
        metrics.record(openCount: open, knownCount: known, findings: found)
        for (member, isHeard) in heard {
            metrics.record(region: names[member] ?? "\(member)", isHeard: isHeard)
        }
    }

    private static func input(for event: TransportEvent) -> CoordinatorInput? {
        switch event {
        case .received(let member, _, let bytes): .received(from: member, bytes: bytes)
        case .published(let member, let bytes): .published(from: member, bytes: bytes)
        case .refused, .linkUp, .linkDown, .strangerRefused: nil
        }
    }
}

/// Owns the coordinator's core on its thread. Sendable by hand: only that thread calls it.
private final class CoordinatorDriver: @unchecked Sendable {
    private(set) var core: CoordinatorCore
    private(set) var wakeAt: Instant = .epoch
    private let clock: NodeClock
    private let transport: NNGTransport
    private let names: [MemberID: String]
    private let logger: Logger

    init(
        core: CoordinatorCore, clock: NodeClock, transport: NNGTransport,
        names: [MemberID: String], logger: Logger
    ) {
        (self.core, self.clock, self.transport) = (core, clock, transport)
        (self.names, self.logger) = (names, logger)
    }

    private func name(of member: MemberID) -> String { names[member] ?? "\(member)" }

    func step(_ input: CoordinatorInput) {
        for effect in core.step(input, at: clock.now()) {
            switch effect {
            case .send(let member, let bytes): transport.send(bytes, to: member, lane: .bulk)
            case .publish(let bytes): transport.publish(bytes)
            case .wake(let instant): wakeAt = instant
            case .found(let group, let finding):
                logger.warning(
                    "finding",
                    metadata: [
                        "incident": "\(group)", "what": "\(finding.words(naming: name))",
                    ])
            case .cleared(let group, let finding):
                logger.notice(
                    "finding is over",
                    metadata: [
                        "incident": "\(group)", "what": "\(finding.words(naming: name))",
                    ])
            case .refusedFrame(let member, let error):
                logger.warning(
                    "frame refused",
                    metadata: ["member": "\(name(of: member))", "error": "\(error)"])
            }
        }
    }
}
