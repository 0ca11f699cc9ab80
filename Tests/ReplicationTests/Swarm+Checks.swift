import Basics
import Replication

// What a run compares with what should be.

extension Swarm {
    mutating func note(_ event: ReplicationEvent, _ host: Int, _ replica: ReplicaNode) {
        switch event {
        case .leaderChanged(let group, let term, let leader) where leader == hosts[host].config.me:
            checker.leads(host, group, term, replica)
        case .becameOwner(let group, let term):
            let applied = hosts[host].applied[group]?.index ?? 0
            checker.owns(host, group, term, applied: applied)
        case .restoredSnapshot(let group, let snapshot):
            let state = snapshot.payload.reduce(0) { $0 << 8 | UInt64($1) }
            checker.loads(host, group, snapshot, state: state)
            hosts[host].applied[group] = .init(index: snapshot.index, state: state)
        case .wantsSnapshot(let group, let index):
            // Not always at once: an application may be busy.
            if random.chance(perMillion: 700_000) { hosts[host].wanted.append((group, index)) }
        case .transferDone(let group, to: _), .transferAborted(let group, to: _, reason: _),
            .lostOwnership(let group, term: _):
            hosts[host].transferring[group] = nil
        case .refusedMessage(.contradictsCommitted(let group, let index, let from)):
            checker.fail("S4: \(from) contradicts \(group.name) \(index) at \(host + 1)")
        case .refusedMessage(.secondLeader(let group, let term, let from)):
            checker.fail("S1: \(from) leads \(group.name) term \(term), as does \(host + 1)")
        case .refusedMessage(.malformed), .damagedGroup:
            checker.fail("\(host + 1) \(event.text)")
        case .leaderChanged, .peerFresh, .peerLost, .majorityLost, .majorityRegained,
            .refusedMessage:
            break
        }
    }

    mutating func apply(_ batch: CommittedBatch, at host: Int) {
        var applied = hosts[host].applied[batch.group] ?? .init()
        for entry in batch.entries {
            if entry.index != applied.index + 1 {
                checker.fail("\(host + 1) applies \(entry.index) after \(applied.index)")
            }
            applied.state = checker.applies(host, batch.group, entry, after: applied.state)
            applied.index = entry.index
        }
        hosts[host].applied[batch.group] = applied
    }

    mutating func takeSnapshots(at host: Int) {
        let wanted = hosts[host].wanted
        hosts[host].wanted = []
        for snapshot in wanted { compact(snapshot.group, upTo: snapshot.index, at: host) }
    }

    /// The state is known only at the last applied index, so a snapshot can only be taken there.
    private mutating func compact(_ group: GroupID, upTo index: LogIndex, at host: Int) {
        guard let applied = hosts[host].applied[group], applied.index == index else { return }
        var output = Output()
        var payload: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) {
            payload.append(UInt8(truncatingIfNeeded: applied.state >> UInt64(shift)))
        }
        hosts[host].replica?.compact(group, upTo: index, payload: payload, into: &output)
        hosts[host].unsynced.append(UnsyncedTurn(writes: output.writes, afterWrites: []))
    }

    /// What is said when it is said: a vote counts once it left.
    mutating func checkSaid(_ message: Message, by host: Int, to: Int) {
        switch message {
        case .vote(let requests):
            for request in requests where request.kind != .pre {
                checker.votes(host, request.group, request.term, for: hosts[host].config.me)
            }
        case .voteReply(let replies):
            for reply in replies where reply.kind != .pre && reply.verdict == .granted {
                checker.votes(host, reply.group, reply.candidateTerm, for: hosts[to].config.me)
            }
        case .timeoutNow(let requests):
            for request in requests { checkHandOver(request, to: to) }
        case .append, .appendReply, .digest, .digestReply: break
        }
    }

    /// A TimeoutNow goes only to a member that has everything durably.
    private mutating func checkHandOver(_ request: TimeoutNow, to: Int) {
        let end = hosts[to].disk.end(of: request.group)
        let isThere = end.index >= request.lastIndex || end.term > request.term
        if !isThere {
            checker.fail("transfer: \(to + 1) has \(end.index) of \(request.lastIndex)")
        }
    }

    mutating func deliver(_ message: Message, from: Int, to: Int) {
        if hosts[to].isPaused {
            return schedule(.message(message, from: from, to: to), after: .milliseconds(100))
        }
        var before: [Term?] = []
        if case .timeoutNow(let requests) = message {
            before = requests.map { status($0.group, at: to)?.term }
        }
        let member = hosts[from].config.me
        turn(to) { replica, now, output in
            replica.receive(message, from: member, at: now, into: &output)
        }
        guard case .timeoutNow(let requests) = message else { return }
        for (request, old) in zip(requests, before) {
            // Obeyed in its own term, or not at all.
            guard let old, let new = status(request.group, at: to)?.term else { continue }
            guard new > old, old != request.term else { continue }
            checker.fail("transfer: \(to + 1) obeys term \(request.term) in term \(old)")
        }
    }

    func status(_ group: GroupID, at host: Int) -> GroupStatus? {
        hosts[host].replica?.status(of: group)
    }

    /// After the faults: everybody agrees, and every group that has entries is owned.
    mutating func checkRest() {
        guard checker.violation == nil else { return }
        for number in 1...options.groups {
            let group = GroupID.test(number)
            let statuses = hosts.indices.compactMap { status(group, at: $0) }
            guard statuses.contains(where: { $0.lastIndex > 0 }) else { continue }
            let owners = statuses.filter { $0.isLeader && $0.isEstablished }
            let commits = statuses.map(\.commit)
            let texts = statuses.map(\.text).joined(separator: " | ")
            if owners.count != 1 {
                checker.fail("L3: \(group.name) has \(owners.count) owners: \(texts)")
            }
            if statuses.count < hosts.count || commits.min() != commits.max() {
                checker.fail("L2: \(group.name) differs: \(texts)")
            }
            if statuses.contains(where: { $0.commit != $0.lastIndex }) {
                checker.fail("L2: \(group.name) has uncommitted entries: \(texts)")
            }
        }
    }
}
