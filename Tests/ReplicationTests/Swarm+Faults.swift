import Basics
import Replication

// What clients and fate do in a run.

extension Swarm {
    /// One step: a client's wish, and perhaps a fault.
    mutating func step() {
        schedule(.step, after: random.span(.milliseconds(1)...options.stepMax))
        let group = GroupID.test(1 + random.below(options.groups))
        if random.chance(perMillion: 60_000) { campaign(group) }
        for host in hosts.indices where status(group, at: host)?.isLeader == true {
            propose(group, at: host)
            guard random.chance(perMillion: options.transfersPerMillion) else { continue }
            transfer(group, from: host)
        }
        let host = Int(random.below(UInt64(hosts.count)))
        if random.chance(perMillion: options.crashesPerMillion) { crash(host) }
        if random.chance(perMillion: options.pausesPerMillion) { pause(host) }
        if random.chance(perMillion: options.cutsPerMillion) { partition() }
        if random.chance(perMillion: 20_000) { refuse(host) }
    }

    private mutating func campaign(_ group: GroupID) {
        let host = Int(random.below(UInt64(hosts.count)))
        turn(host) { replica, now, output in replica.campaign(group, at: now, into: &output) }
    }

    private mutating func propose(_ group: GroupID, at host: Int) {
        let count = random.below(4)
        let wasTransferring = hosts[host].transferring[group] != nil
        var taken = 0
        let salt = eventCount
        turn(host) { replica, now, output in
            for number in 0..<count {
                let payload = [UInt8(truncatingIfNeeded: salt), UInt8(number), UInt8(host)]
                let result = replica.propose(payload, in: group, at: now, into: &output)
                if case .accepted = result { taken += 1 }
            }
        }
        // The first call may have noticed that the target is gone; then it is no transfer any more.
        if taken > 0, wasTransferring, hosts[host].transferring[group] != nil {
            checker.fail("transfer: \(host + 1) takes proposals while it hands over \(group.name)")
        }
    }

    private mutating func transfer(_ group: GroupID, from host: Int) {
        let target = hosts[Int(random.below(UInt64(hosts.count)))].config.me
        var result: TransferResult?
        turn(host) { replica, now, output in
            result = replica.transfer(group, to: target, at: now, into: &output)
        }
        guard result == .started, let term = status(group, at: host)?.term else { return }
        hosts[host].transferring[group] = term
    }

    private mutating func crash(_ host: Int) {
        guard hosts[host].replica != nil else { return }
        let unsynced = hosts[host].unsynced.reduce(0) { $0 + $1.writes.count }
        hosts[host].crash(keeping: Int(random.below(UInt64(unsynced + 1))))
        schedule(.restart(host: host), after: random.span(.milliseconds(20)...(.seconds(4))))
    }

    private mutating func pause(_ host: Int) {
        guard hosts[host].replica != nil else { return }
        hosts[host].isPaused = true
        schedule(.resume(host: host), after: random.span(.milliseconds(200)...(.seconds(4))))
    }

    /// Cuts some links for a while: both ways or one way.
    private mutating func partition() {
        let side = random.next()
        let isOneWay = random.chance(perMillion: 400_000)
        let span = random.span(.milliseconds(100)...(.seconds(4)))
        for from in hosts.indices {
            for to in hosts.indices where from != to {
                let (a, b) = (side >> UInt64(from) & 1, side >> UInt64(to) & 1)
                guard isOneWay ? a > b : a != b else { continue }
                cut[from * hosts.count + to] = true
                schedule(.healed(from: from, to: to), after: span)
            }
        }
    }

    /// The transport says that a connection was refused, right or wrong.
    private mutating func refuse(_ host: Int) {
        let peer = hosts[Int(random.below(UInt64(hosts.count)))].config.me
        turn(host) { replica, now, _ in replica.linkRefused(peer, at: now) }
    }

    /// From here on nothing fails any more.
    mutating func heal() {
        isHealed = true
        for link in cut.indices { cut[link] = false }
        for host in hosts.indices {
            hosts[host].isPaused = false
            if hosts[host].replica == nil { boot(host) }
        }
    }
}
