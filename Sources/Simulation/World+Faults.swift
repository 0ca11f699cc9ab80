import Basics
import RegionCore

/// A fault that goes on until its end.
enum ActiveFault {
    case cut(links: [Int])
    case down(node: Int)
    case paused(node: Int)
}

/// Which faults come when.
struct FaultPlan {
    var random: RandomStream
    /// How many faults began, and which kinds did.
    var begun: UInt64 = 0
    /// From when until when something kept regions from knowing of each other, or may.
    var disturbances: [(from: Instant, until: Instant)] = []
    /// When the last fault began or ended.
    var lastAt: Instant = .epoch
    var destroyed = 0
    private var skews: RandomStream
    /// How much of what came during a pause is read at once.
    var bunches: RandomStream
    /// For crashes right after votes.
    var temptations: RandomStream

    init(random: RandomStream) {
        self.random = random
        skews = random.split("skews")
        temptations = random.split("temptations")
        bunches = random.split("bunches")
    }

    /// How far a process's clock is off, drawn at each start.
    mutating func skew(_ largest: Span) -> Span {
        largest == .zero ? .zero : skews.span(.microseconds(-largest.microseconds)...largest)
    }
}

extension World {
    mutating func beginFault() {
        guard !isHealed else { return }
        queue.add(
            .fault, at: now + faults.random.span(.milliseconds(100)...options.faultPauseMax))
        let kinds = FaultKinds.all.filter { options.faults.contains($0.kind) }
        let (name, kind) = faults.random.pick(kinds)
        let length = faults.random.span(.milliseconds(200)...options.faultLengthMax)
        let node = Int(faults.random.below(UInt64(nodes.count)))
        faults.begun += 1
        faults.lastAt = now
        trace.note(.fault, at: now, UInt64(kind.rawValue), UInt64(node))
        if trace.isKept { tell("* \(name) at \(self.name(node)) for \(length)") }
        sometimes.mark(fault: kind)
        begin(kind, at: node, for: length)
    }

    private mutating func begin(_ kind: FaultKinds, at node: Int, for length: Span) {
        switch kind {
        case .crash: crash(node, for: length)
        case .partition: partition(for: length)
        case .oneWayCut: cut([network.link(node, other(than: node))], for: length)
        case .swizzle: swizzle(for: length)
        case .clog:
            network.clog(network.link(node, other(than: node)), until: now + length)
            disturb(until: now + length)
        case .pause: pause(node, for: length)
        case .diskError:
            nodes[node].disk.failsUntil = now + length
            disturb(until: now + length)
            nodes[node].goodSince = now + length
        case .slowDisk:
            nodes[node].disk.slowUntil = now + length
            disturb(until: now + length)
            nodes[node].goodSince = max(nodes[node].goodSince, now + length)
        case .gatewayOutage:
            setGateway(node, .outage(onlyFirst: faults.random.chance(perMillion: 500_000)), length)
        case .slowGateway: setGateway(node, .slow, length)
        case .ambiguousGateway: setGateway(node, .ambiguous, length)
        case .storm: client.stormUntil = now + min(length, .seconds(1))
        case .destruction: destroy(node)
        case _: preconditionFailure("no fault \(kind.rawValue)")
        }
    }

    private mutating func disturb(until instant: Instant) {
        faults.disturbances.append((now, instant))
    }

    private mutating func other(than node: Int) -> Int {
        (node + 1 + Int(faults.random.below(UInt64(nodes.count - 1)))) % nodes.count
    }

    private mutating func setGateway(_ node: Int, _ mode: GatewayMode, _ length: Span) {
        nodes[node].gateway = mode
        nodes[node].gatewayUntil = now + length
        nodes[node].goodSince = max(nodes[node].goodSince, now + length)
        switch mode {
        case .slow: disturb(until: now + length)
        case .working, .outage, .ambiguous: break
        }
    }

    // MARK: - Links

    private mutating func cut(_ links: [Int], for length: Span) {
        for link in links { network.cut(link, at: now) }
        disturb(until: now + length)
        queue.add(.faultEnds(.cut(links: links)), at: now + length)
    }

    private mutating func partition(for length: Span) {
        let count = network.linkCount
        let sides = (0..<count).map { _ in faults.random.chance(perMillion: 500_000) }
        var links: [Int] = []
        for from in 0..<count {
            for to in 0..<count where sides[from] != sides[to] {
                links.append(network.link(from, to))
            }
        }
        cut(links, for: length)
    }

    /// Cuts regions off one by one, and lets them back in another order.
    private mutating func swizzle(for length: Span) {
        for node in nodes.indices {
            let others = (0..<network.linkCount).filter { $0 != node }
            let links = others.flatMap { [network.link(node, $0), network.link($0, node)] }
            cut(links, for: length + faults.random.span(.zero...length))
        }
    }

    // MARK: - Processes

    mutating func crash(_ node: Int, for length: Span) {
        guard nodes[node].isUp else { return }
        die(node)
        queue.add(.faultEnds(.down(node: node)), at: now + length)
        for peer in nodes.indices where peer != node {
            queue.add(.refused(at: node, by: peer), at: now + .milliseconds(100))
        }
        disturb(until: now + length + .seconds(2))
    }

    /// Votes are where a crash hurts most: now and then one follows at once.
    mutating func tempt(voter node: Int) {
        guard options.faults.contains(.crash), !isHealed,
            faults.temptations.chance(perMillion: 20_000)
        else { return }
        queue.add(
            .voterDies(node: node),
            at: now + faults.temptations.span(.microseconds(10)...(.milliseconds(40))))
    }

    mutating func voterDies(_ node: Int) {
        guard !isHealed, nodes[node].isUp else { return }
        faults.begun += 1
        faults.lastAt = now
        if trace.isKept { tell("* \(name(node)) dies after a vote") }
        crash(node, for: faults.temptations.span(.milliseconds(5)...(.milliseconds(300))))
    }

    private mutating func die(_ node: Int) {
        let keeps = diskRandom.chance(perMillion: 500_000)
        let kept = nodes[node].disk.crash(keepsInFlight: keeps)
        if !kept.isEmpty { sometimes.mark(.unackedWriteKept) }
        apply(kept, at: node)
        trace.note(.crash, at: now, UInt64(node), UInt64(kept.count))
        nodes[node].core = nil
        nodes[node].isPaused = false
        nodes[node].backlog = []
        nodes[node].wakeAt = .distantFuture
        nodes[node].crashes += 1
        nodes[node].goodSince = .distantFuture
        checks.answer.observe(crashOf: node)
        checks.delivery.observe(crashOf: node)
    }

    /// A region is gone for ever: never so many that no majority is left.
    private mutating func destroy(_ node: Int) {
        guard nodes[node].isUp, (faults.destroyed + 1) * 2 < nodes.count else { return }
        // A sole region that people are at must stay.
        let regionsLeft = nodes.count { $0.isRegion && !$0.isDestroyed }
        guard !nodes[node].isRegion || regionsLeft > 1 else { return }
        faults.destroyed += 1
        sometimes.mark(.destroyed)
        die(node)
        nodes[node].isDestroyed = true
        checks.acceptance.observe(destructionOf: node)
        disturb(until: now + .seconds(3))
    }

    private mutating func pause(_ node: Int, for length: Span) {
        guard nodes[node].isRunning else { return }
        nodes[node].isPaused = true
        nodes[node].pausedSince = now
        nodes[node].goodSince = .distantFuture
        disturb(until: now + length + .seconds(2))
        queue.add(.faultEnds(.paused(node: node)), at: now + length)
    }

    mutating func resume(_ node: Int) {
        guard nodes[node].isPaused else { return }
        nodes[node].isPaused = false
        nodes[node].pausedTotal += now - nodes[node].pausedSince
        nodes[node].goodSince = max(
            now, nodes[node].gatewayUntil, nodes[node].disk.failsUntil, nodes[node].disk.slowUntil)
        trace.note(.resume, at: now, UInt64(node))
        if trace.isKept { tell("\(name(node)) goes on with \(nodes[node].backlog.count) inputs") }
        let backlog = nodes[node].backlog
        nodes[node].backlog = []
        // What came meanwhile is read in bunches, as a node's loop does.
        var rest = backlog[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(1 + Int(faults.bunches.below(64))))
            rest = rest.dropFirst(part.count)
            step(node, part)
        }
        step(node, .wake)
    }

    // MARK: - Ends

    mutating func endFault(_ fault: ActiveFault) {
        guard !isHealed else { return }
        faults.lastAt = now
        trace.note(.heal, at: now, 1)
        switch fault {
        case .cut(let links):
            if trace.isKept { tell("* heal \(links.count) links") }
            for link in links { network.mend(link, at: now) }
        case .down(let node): boot(node)
        case .paused(let node): resume(node)
        }
    }

    /// Ends all faults: what is destroyed stays so.
    mutating func heal() {
        trace.note(.heal, at: now, 2)
        if trace.isKept { tell("* heal everything") }
        isHealed = true
        healedAt = now
        disturb(until: now)
        network.heal(at: now)
        for node in nodes.indices {
            nodes[node].disk.failsUntil = min(nodes[node].disk.failsUntil, now)
            nodes[node].disk.slowUntil = min(nodes[node].disk.slowUntil, now)
            nodes[node].gatewayUntil = min(nodes[node].gatewayUntil, now)
            resume(node)
            boot(node)
            nodes[node].goodSince = min(nodes[node].goodSince, now)
        }
    }
}
