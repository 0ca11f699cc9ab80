import Basics
import Replication

/// A cluster whose messages move, and whose clocks run, only when a script says so.
///
/// The network takes no time: `deliver` passes on messages until nobody has anything to say,
/// `advance` lets time pass from event to event. Heartbeats are passed on but not shown.
struct ScriptWorld {
    struct Host {
        var config: ReplicationConfig
        var replica: ReplicaNode?
        var incarnation: UInt64 = 0
        var disk = TestDisk()
        var unsynced: [UnsyncedTurn] = []
        var isDiskHeld = false
        /// Since when it does not run; its messages wait.
        var isPaused = false
    }

    struct Packet {
        enum Content {
            case message(Message)
            case heartbeat(Heartbeat)
        }
        var from: Int
        var to: Int
        var content: Content
    }

    var hosts: [Host] = []
    /// Planted bugs, if any.
    var defects: Defects = []
    /// The most payload bytes in one message, if not the default.
    var messageBytesMax: Int?
    var now = Instant(seconds: 1_000)
    var packets: [Packet] = []
    /// Packets caught by `hold`, in order.
    var held: [Packet] = []
    var cut: [Bool] = []
    var holding: [Bool] = []
    var trace: [String] = []
    /// Whether only counts are shown.
    var isBrief = false
    var counts = TraceCounts()

    mutating func create(_ count: Int, witnesses: [Int]) {
        let voters = (1...count).map { number in
            Voter(id: MemberID(UInt64(number)), isWitness: witnesses.contains(number))
        }
        hosts = voters.map { voter in
            var config = ReplicationConfig(me: voter.id, voters: voters)
            config.defects = defects
            config.messageBytesMax = messageBytesMax ?? config.messageBytesMax
            return Host(config: config)
        }
        cut = Array(repeating: false, count: count * count)
        holding = cut
        for host in hosts.indices { boot(host) }
    }

    mutating func boot(_ host: Int) {
        hosts[host].incarnation += 1
        let incarnation = hosts[host].incarnation
        hosts[host].replica = ReplicaNode(
            config: hosts[host].config, incarnation: Incarnation(incarnation),
            restored: hosts[host].disk.restored,
            random: RandomStream(seed: 7).split("node", UInt64(host), incarnation), at: now)
        turn(host) { replica, now, output in replica.start(at: now, into: &output) }
    }

    /// One turn of one member: some calls, a flush, and what the output asks for.
    mutating func turn(
        _ host: Int, _ body: (inout ReplicaNode, Instant, inout Output) -> Void
    ) {
        guard !hosts[host].isPaused, hosts[host].replica != nil else { return }
        var output = Output()
        if var replica = hosts[host].replica.take() {
            body(&replica, now, &output)
            replica.flush(into: &output)
            replica.checkInvariants()
            hosts[host].replica = replica
        }
        perform(output, of: host)
    }

    private mutating func perform(_ output: Output, of host: Int) {
        for write in output.writes { note(write, host) }
        if !output.writes.isEmpty || !output.afterWrites.isEmpty {
            hosts[host].unsynced.append(
                UnsyncedTurn(writes: output.writes, afterWrites: output.afterWrites))
        }
        for heartbeat in output.heartbeats {
            for other in hosts.indices where other != host {
                post(Packet(from: host, to: other, content: .heartbeat(heartbeat)))
            }
        }
        for outgoing in output.messages { post(outgoing, from: host) }
        for event in output.events where event.isBeforeCommitted { note(event, host) }
        for batch in output.committed { note(batch, host) }
        for event in output.events where !event.isBeforeCommitted { note(event, host) }
        if !hosts[host].isDiskHeld { sync(host) }
    }

    /// Makes everything durable that a member has written, and sends what waited for it.
    mutating func sync(_ host: Int) {
        while !hosts[host].unsynced.isEmpty {
            let unsynced = hosts[host].unsynced.removeFirst()
            for write in unsynced.writes { hosts[host].disk.apply(write) }
            for outgoing in unsynced.afterWrites { post(outgoing, from: host) }
            let writes = unsynced.writes.filter { !$0.isLazy }
            guard !writes.isEmpty else { continue }
            turn(host) { replica, now, output in
                replica.durable(writes, at: now, into: &output)
            }
        }
    }

    private mutating func post(_ outgoing: Outgoing, from host: Int) {
        let to = Int(outgoing.to.number) - 1
        note(outgoing.message, from: host, to: to)
        post(Packet(from: host, to: to, content: .message(outgoing.message)))
    }

    private mutating func post(_ packet: Packet) {
        let link = packet.from * hosts.count + packet.to
        if cut[link] { return }
        switch packet.content {
        case .message where holding[link]: held.append(packet)
        case .message, .heartbeat: packets.append(packet)
        }
    }

    /// Passes on messages until there are none left.
    mutating func deliver() {
        var waiting: [Packet] = []
        while !packets.isEmpty {
            let packet = packets.removeFirst()
            if hosts[packet.to].isPaused { waiting.append(packet) } else { deliver(packet) }
        }
        packets = waiting
    }

    private mutating func deliver(_ packet: Packet) {
        let from = hosts[packet.from].config.me
        turn(packet.to) { replica, now, output in
            switch packet.content {
            case .message(let message):
                replica.receive(message, from: from, at: now, into: &output)
            case .heartbeat(let heartbeat):
                replica.receive(heartbeat, at: now, into: &output)
            }
        }
    }

    /// Lets time pass, from one event to the next.
    mutating func advance(_ span: Span) {
        let end = now + span
        deliver()
        while let next = nextWake, next <= end {
            now = max(now, next)
            for host in hosts.indices where isDue(host) {
                turn(host) { replica, now, output in replica.tick(at: now, into: &output) }
            }
            deliver()
        }
        now = end
    }

    private func isDue(_ host: Int) -> Bool {
        guard !hosts[host].isPaused, let replica = hosts[host].replica else { return false }
        return replica.nextWake <= now
    }

    private var nextWake: Instant? {
        hosts.filter { !$0.isPaused }.compactMap { $0.replica?.nextWake }.min()
    }
}

extension Optional {
    /// Takes the value out, so that it can be changed without a copy.
    fileprivate mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}

extension ReplicationEvent {
    /// Whether the caller must follow it before it applies the committed entries of the turn.
    var isBeforeCommitted: Bool {
        if case .restoredSnapshot = self { return true }
        return false
    }
}
