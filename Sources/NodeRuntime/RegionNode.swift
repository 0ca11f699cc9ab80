package import Basics
package import Escalation
import Foundation
package import Gateways
package import IncidentModel
package import Logging
package import NNGTransport
package import OnCall
package import Paging
package import RegionCore
import Replication
package import SQLiteStore

/// What a region node is put together from.
package struct RegionNodeParts: Sendable {
    /// What the core is told.
    package var config: RegionConfig
    /// Who responds to what.
    package var roster: Roster
    /// The zones the roster needs.
    package var zones: TimeZones
    /// The directory of the store.
    package var dataDirectory: String
    /// Who this is towards the others; the incarnation is filled in by the store.
    package var identity: TransportIdentity
    /// Where the transport listens.
    package var listen: (host: String, requestPort: Int, publishPort: Int)
    /// The other members.
    package var peers: [PeerAddress]
    /// The gateways.
    package var rack: GatewayRack
    /// Reads a roster that was applied. *Errors:* what is wrong with it here.
    package var readRoster: @Sendable (RosterDocument) throws -> Roster
    /// Where log lines go.
    package var logger: Logger

    /// All parts.
    package init(
        config: RegionConfig, roster: Roster, zones: TimeZones, dataDirectory: String,
        identity: TransportIdentity,
        listen: (host: String, requestPort: Int, publishPort: Int), peers: [PeerAddress],
        rack: GatewayRack, readRoster: @escaping @Sendable (RosterDocument) throws -> Roster,
        logger: Logger
    ) {
        self.config = config
        self.roster = roster
        self.zones = zones
        self.dataDirectory = dataDirectory
        self.identity = identity
        self.listen = listen
        self.peers = peers
        self.rack = rack
        self.readRoster = readRoster
        self.logger = logger
    }
}

/// A region node: the interpreter of `RegionCore` on nng, SQLite and gateways.
///
/// One thread owns the core and takes inputs from one queue; a second owns the disk; nng's threads
/// and the gateways' tasks only add inputs. *Source:* design 9, docs/decisions/0002.
package final class RegionNode: Sendable {
    private enum Work: Sendable {
        case input(Input)
        case read(@Sendable (RegionCore, Instant) -> Void)
    }

    /// The one clock.
    package let clock = NodeClock()
    private let parts: RegionNodeParts
    private let loop: SerialLoop<Work>
    private let metrics = NodeMetrics()
    private let restored: RestoredState
    private let writer: DiskWriter
    private let store: SQLiteStore
    private let transport: NNGTransport
    private let requests = PendingRequests()
    private let pulse = Pulse()
    private let bell = ChangeBell()
    private let watch: TransportWatch
    private let latest = Locked<(roster: Roster, Void)?>(nil)

    /// Opens the store and the transport; nothing runs yet. *Errors:* `StoreError`,
    /// `TransportError`.
    package init(_ parts: RegionNodeParts) throws {
        self.parts = parts
        let loop = SerialLoop<Work>(clock: clock)
        self.loop = loop
        (store, restored) = try SQLiteStore.open(
            directory: parts.dataDirectory, member: parts.config.me, cluster: parts.config.cluster)
        let logger = parts.logger
        watch = TransportWatch(logger: logger)
        writer = DiskWriter(store: store, clock: clock, metrics: metrics) {
            loop.post(.input($0))
        } giveUp: { error in
            logger.critical("stopping: the store is lost", metadata: ["error": "\(error)"])
            exit(74)
        }
        var identity = parts.identity
        identity.incarnation = restored.incarnation
        transport = try NNGTransport(
            identity: identity, listen: parts.listen, peers: parts.peers, logger: logger
        ) { events in
            loop.post(contentsOf: events.compactMap { Self.input(for: $0).map(Work.input) })
        }
        latest.withLock { $0 = (parts.roster, ()) }
    }

    /// Starts the threads. *Errors:* `TransportError` if a port cannot be listened on.
    package func start() throws {
        let driver = CoreDriver(
            core: RegionCore(
                config: parts.config, roster: parts.roster, zones: parts.zones, restored: restored,
                random: RandomStream(seed: UInt64.random(in: .min ... .max)), at: clock.now()),
            clock: clock, metrics: metrics, logger: parts.logger,
            names: Dictionary(
                parts.config.members.map { ($0.id, $0.name.text) }, uniquingKeysWith: { a, _ in a }),
            pulse: pulse, bell: bell
        ) { [self] in run($0) }
        loop.post(.input(.start))
        loop.start(name: "meridian-core") { items in
            driver.take(items.count) { core, now, run in
                var inputs: [Input] = []
                for item in items {
                    switch item {
                    case .input(let input): inputs.append(input)
                    case .read(let body):
                        // Who reads sees what was asked before.
                        run(inputs)
                        inputs.removeAll(keepingCapacity: true)
                        body(core(), now)
                    }
                }
                run(inputs)
            }
        }
        try transport.start()
    }

    /// Ends everything in order; what was accepted is on disk.
    package func stop() async {
        transport.stop()
        loop.stop(within: .seconds(5))
        writer.stop()
        await parts.rack.shutdown()
    }

    /// Gives the core an input.
    package func post(_ input: Input) { loop.post(.input(input)) }

    /// Why this node should get no traffic now; `nil` if it may. Never waits for the core.
    package var notReadyReason: String? {
        let depth = loop.depth
        guard depth <= Limits.inputsWaitingMax else { return "\(depth) inputs wait for the core" }
        return pulse.notReadyReason(at: clock.now())
    }

    /// Whether a majority of voters could be reached at the core's last turn. Never waits for it.
    package var hasMajority: Bool { pulse.hasMajority }

    /// The roster in force.
    package var roster: Roster { latest.withLock { $0?.roster } ?? parts.roster }

    /// Puts another roster in force.
    package func replaceRoster(_ roster: Roster) {
        latest.withLock { $0 = (roster, ()) }
        post(.roster(roster))
    }

    /// The zones in force.
    package var zones: TimeZones { parts.zones }

    /// Reads the core between two inputs.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (RegionCore, Instant) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            loop.post(.read { core, now in continuation.resume(returning: body(core, now)) })
        }
    }

    /// Says, after the fact and at least once, that some incident may have changed.
    package func changeSignals() -> AsyncStream<Void> { bell.signals() }

    /// Makes a request of the core and waits for its answer.
    package func request(_ make: (RequestID) -> Input) async -> Reply {
        if loop.depth > Limits.inputsWaitingMax {
            let reply = Reply.overloaded(reason: "more than \(Limits.inputsWaitingMax) inputs wait")
            metrics.count(reply)
            return reply
        }
        return await withCheckedContinuation { continuation in
            let id = requests.add(continuation)
            loop.post(.input(make(id)))
        }
    }

    /// Makes one try to page outside any incident: tests of contacts.
    package func deliver(_ order: PageOrder) async -> PageReport {
        await parts.rack.deliver(order, at: clock.now())
    }

    /// The links to the other members.
    package var links: [LinkStatus] { transport.status() }

    /// The transport's own health.
    package var transportHealth: TransportHealth { transport.health() }

    /// The ports the transport listens on.
    package var boundPorts: (request: Int, publish: Int) { transport.boundPorts }

    /// The sizes of the store and the room that is left.
    package func storeSizes() -> StoreSizes { store.sizes() }

    /// Brings the metrics up to date, and looks whether the transport is sound; to be called about
    /// once a second.
    package func recordMetrics() async {
        let health = transportHealth
        watch.look(health, at: clock.now())
        metrics.record(links, health)
        metrics.record(storeSizes())
        metrics.record(queueDepth: loop.depth)
        let view = await read { core, _ in core.clusterView }
        metrics.record(view)
    }

    private func run(_ effect: Effect) {
        switch effect {
        case .persist(let batch): writer.write(batch)
        case .send(let member, let lane, let bytes):
            transport.send(bytes, to: member, lane: lane == .urgent ? .urgent : .bulk)
        case .publish(let bytes): transport.publish(bytes)
        case .reply(let id, let reply):
            metrics.count(reply)
            requests.answer(id, reply)
        case .page(let order):
            let (rack, loop, clock, metrics) = (parts.rack, loop, clock, metrics)
            Task.detached {
                let began = clock.now()
                let report = await rack.deliver(order, at: began)
                metrics.countTry(over: order.contact.channel, took: clock.now() - began)
                loop.post(.input(.paged(report)))
            }
        case .readRoster(let document): read(document)
        case .wake, .log: break  // The driver has seen to these.
        case .halt(let reason):
            parts.logger.critical("stopping", metadata: ["reason": "\(reason)"])
            exit(70)
        }
    }

    /// Reads a roster beside the core, and gives it back.
    private func read(_ document: RosterDocument) {
        Task.detached { [self] in
            do {
                let roster = try parts.readRoster(document)
                replaceRoster(roster)
                parts.logger.notice("roster in force", metadata: ["version": "\(roster.version)"])
            } catch {
                parts.logger.error(
                    "the roster that was applied cannot be read here; the one before stays",
                    metadata: ["version": "\(document.version)", "error": "\(error)"])
            }
        }
    }

    private static func input(for event: TransportEvent) -> Input? {
        switch event {
        case .received(let member, _, let bytes): .received(from: member, bytes: bytes)
        case .published(let member, let bytes): .published(from: member, bytes: bytes)
        case .refused(let member): .linkRefused(member)
        case .linkUp, .linkDown, .strangerRefused: nil
        }
    }
}

/// Requests that wait for the core's answer.
private final class PendingRequests: Sendable {
    private struct State {
        var last: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Reply, Never>] = [:]
    }
    private let state = Locked(State())

    func add(_ continuation: CheckedContinuation<Reply, Never>) -> RequestID {
        state.withLock { state in
            state.last += 1
            state.waiting[state.last] = continuation
            return RequestID(state.last)
        }
    }

    func answer(_ id: RequestID, _ reply: Reply) {
        state.withLock { $0.waiting.removeValue(forKey: id.number) }?.resume(returning: reply)
    }
}
