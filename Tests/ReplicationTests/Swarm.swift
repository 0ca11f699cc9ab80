import Basics
import HeapModule
import Replication

/// One random run of a cluster: a phase with faults, then a phase in which everything is healed and
/// must come to rest in agreement. All of it follows from the seed.
struct Swarm {
    let seed: UInt64
    let options: SwarmOptions
    var random: RandomStream
    var now = Instant(seconds: 1_000)
    var hosts: [SwarmHost] = []
    var cut: [Bool] = []
    var queue = Heap<SwarmEvent>()
    var eventCount: UInt64 = 0
    var checker = SwarmChecker()
    var isHealed = false

    init(seed: UInt64, defects: Defects = []) {
        self.seed = seed
        random = RandomStream(seed: seed)
        var drawing = random.split("options")
        options = SwarmOptions(&drawing)
        let voters = (0..<options.members).map { member in
            let isWitness = options.hasWitness && member == options.members - 1
            return Voter(id: MemberID(UInt64(member + 1)), isWitness: isWitness)
        }
        hosts = voters.map { voter in
            var config = ReplicationConfig(me: voter.id, voters: voters)
            config.defects = defects
            config.logEntriesMax = options.logEntriesMax
            config.messageBytesMax = options.messageBytesMax
            return SwarmHost(config: config)
        }
        cut = Array(repeating: false, count: hosts.count * hosts.count)
    }

    /// Runs both phases; returns what went wrong, if anything did.
    mutating func run(faults: Span = .seconds(14), rest: Span = .seconds(9)) -> String? {
        for host in hosts.indices { boot(host) }
        schedule(.step, after: .milliseconds(10))
        run(until: now + faults)
        heal()
        run(until: now + rest)
        checkRest()
        return checker.violation
    }

    private mutating func run(until end: Instant) {
        while checker.violation == nil {
            let wake = hosts.indices.compactMap { host -> (Instant, Int)? in
                guard !hosts[host].isPaused, let replica = hosts[host].replica else { return nil }
                return (max(now, replica.nextWake), host)
            }.min { $0 < $1 }
            let event = queue.min
            let next = min(wake?.0 ?? .distantFuture, event?.at ?? .distantFuture)
            guard next <= end else { break }
            now = next
            if let event, event.at <= next {
                queue.removeMin()
                perform(event.kind)
            } else if let host = wake?.1 {
                turn(host) { replica, now, output in replica.tick(at: now, into: &output) }
            }
        }
        now = max(now, end)
    }

    mutating func schedule(_ kind: SwarmEvent.Kind, after span: Span) {
        eventCount += 1
        queue.insert(SwarmEvent(at: now + span, number: eventCount, kind: kind))
    }

    private mutating func perform(_ kind: SwarmEvent.Kind) {
        switch kind {
        case .message(let message, let from, let to):
            deliver(message, from: from, to: to)
        case .heartbeat(let heartbeat, let from, let to, let sentAt):
            // What reaches a stopped process waits, and is read when it goes on.
            if hosts[to].isPaused { return schedule(kind, after: .milliseconds(100)) }
            guard hosts[to].replica != nil else { return }
            checker.reached(from, to, sentAt: sentAt)
            turn(to) { replica, now, output in replica.receive(heartbeat, at: now, into: &output) }
        case .synced(let host, let incarnation): synced(host, incarnation)
        case .resume(let host): hosts[host].isPaused = false
        case .restart(let host): if hosts[host].replica == nil { boot(host) }
        case .healed(let from, let to): cut[from * hosts.count + to] = false
        case .step: if !isHealed { step() }
        }
    }

    mutating func boot(_ host: Int) {
        hosts[host].incarnation += 1
        let incarnation = hosts[host].incarnation
        hosts[host].replica = ReplicaNode(
            config: hosts[host].config, incarnation: Incarnation(incarnation),
            restored: hosts[host].disk.restored,
            random: RandomStream(seed: seed).split("node", UInt64(host), incarnation), at: now)
        turn(host) { replica, now, output in replica.start(at: now, into: &output) }
    }

    // MARK: - A turn and what it asks for

    mutating func turn(
        _ host: Int, _ body: (inout ReplicaNode, Instant, inout Output) -> Void
    ) {
        guard !hosts[host].isPaused, var replica = hosts[host].replica else { return }
        hosts[host].replica = nil
        var output = Output()
        body(&replica, now, &output)
        replica.flush(into: &output)
        hosts[host].replica = replica
        if let broken = replica.invariantViolation { checker.fail("invariant: \(broken)") }
        follow(output, of: host, replica)
        for peer in hosts.indices where peer != host {
            guard replica.isFresh(hosts[peer].config.me) else { continue }
            checker.isFresh(peer, to: host, at: now, limit: hosts[host].config.freshness)
        }
    }

    private mutating func follow(_ output: Output, of host: Int, _ replica: ReplicaNode) {
        for event in output.events where event.isBeforeCommitted { note(event, host, replica) }
        for batch in output.committed { apply(batch, at: host) }
        for event in output.events where !event.isBeforeCommitted { note(event, host, replica) }
        for heartbeat in output.heartbeats {
            for peer in hosts.indices where peer != host {
                let kind = SwarmEvent.Kind.heartbeat(heartbeat, from: host, to: peer, sentAt: now)
                send(kind, from: host, to: peer)
            }
        }
        for outgoing in output.messages { post(outgoing, from: host) }
        if !output.writes.isEmpty || !output.afterWrites.isEmpty {
            hosts[host].unsynced.append(
                UnsyncedTurn(writes: output.writes, afterWrites: output.afterWrites))
        }
        takeSnapshots(at: host)
        sync(host)
    }

    private mutating func sync(_ host: Int) {
        guard !hosts[host].isSyncing, !hosts[host].unsynced.isEmpty else { return }
        hosts[host].isSyncing = true
        let span = random.span(.microseconds(50)...options.syncMax)
        schedule(.synced(host: host, incarnation: hosts[host].incarnation), after: span)
    }

    /// What a sync began with is durable; some of what came later may be too.
    private mutating func synced(_ host: Int, _ incarnation: UInt64) {
        guard hosts[host].incarnation == incarnation, hosts[host].replica != nil else { return }
        if hosts[host].isPaused {
            return schedule(.synced(host: host, incarnation: incarnation), after: .milliseconds(50))
        }
        hosts[host].isSyncing = false
        let count = 1 + Int(random.below(UInt64(hosts[host].unsynced.count)))
        let done = Array(hosts[host].unsynced.prefix(count))
        hosts[host].unsynced.removeFirst(count)
        for write in done.flatMap(\.writes) { hosts[host].disk.apply(write) }
        for outgoing in done.flatMap(\.afterWrites) { post(outgoing, from: host) }
        let writes = done.flatMap(\.writes).filter { !$0.isLazy }
        turn(host) { replica, now, output in
            replica.durable(writes, at: now, into: &output)
        }
        sync(host)
    }

    private mutating func post(_ outgoing: Outgoing, from host: Int) {
        let to = Int(outgoing.to.number) - 1
        checkSaid(outgoing.message, by: host, to: to)
        var message = outgoing.message
        if options.usesCodec {
            do {
                message = try Message(decoding: message.encoded)
            } catch {
                checker.fail("codec: \(error) in \(outgoing.message)")
            }
            if message != outgoing.message { checker.fail("codec: \(outgoing.message)") }
        }
        send(.message(message, from: host, to: to), from: host, to: to)
    }

    /// The network: loses, doubles, delays and so reorders.
    private mutating func send(_ kind: SwarmEvent.Kind, from: Int, to: Int) {
        if cut[from * hosts.count + to] { return }
        if !isHealed, random.chance(perMillion: options.lossPerMillion) { return }
        let range: ClosedRange<Span> = .microseconds(200)...options.delayMax
        schedule(kind, after: random.span(range))
        guard random.chance(perMillion: options.duplicatesPerMillion) else { return }
        schedule(kind, after: random.span(range) * Int64(1 + random.below(8)))
    }
}
