import Basics
import RegionCore

/// Faults begin and end.
extension World {
    mutating func beginFault(_ position: Int) {
        guard !isHealed else { return }
        var fault = faults.planned[position]
        faults.begin(at: now)
        trace.note(.fault, at: now, UInt64(fault.kind.rawValue), UInt64(fault.node))
        if trace.isKept {
            tell(
                "* fault \(fault.number): \(fault.kind.names.joined()) at \(name(fault.node)) "
                    + "for \(fault.length)")
        }
        sometimes.mark(fault: fault.kind)
        begin(&fault)
    }

    private mutating func begin(_ fault: inout PlannedFault) {
        let (node, length) = (fault.node, fault.length)
        switch fault.kind {
        case .crash: crash(node, for: length, cut: fault.random.below(2) == 0 ? 0 : .max)
        case .tornWrite: tear(node, for: length, &fault.random)
        case .corruption: damage(node, for: length, &fault.random)
        case .destruction: lose(node, for: length)
        case .partition: partition(for: length, &fault.random)
        case .oneWayCut:
            // Where there is a third member, word goes round, unless more is cut.
            let link = network.link(node, other(than: node, &fault.random))
            let isAlone = network.cutCount == 0
            let left = nodes.count { $0.isRunning }
            // Facts go round, logs do not: a member that has just joined has none (seed 215987).
            cut(
                [link], for: length,
                disturbs: left < 3 || !isAlone || isGrowing)
        case .swizzle: swizzle(for: length, &fault.random)
        case .clog:
            network.clog(network.link(node, other(than: node, &fault.random)), until: now + length)
            disturb(until: now + length)
        case .pause: pause(node, for: length)
        case .slowNode: slow(node, for: length)
        case .diskError: failDisk(node, for: length)
        case .diskFull: failDisk(node, for: length * Int64(options.fullDiskTimes))
        case .slowDisk:
            nodes[node].disk.slowUntil = now + length
            disturb(until: now + length)
            nodes[node].goodSince = max(nodes[node].goodSince, now + length)
        case .gatewayOutage:
            setGateway(node, .outage(onlyFirst: fault.random.below(2) == 0), length)
        case .slowGateway: setGateway(node, .slow, length)
        case .ambiguousGateway: setGateway(node, .ambiguous, length)
        case .rateLimit: setGateway(node, .rateLimited, length)
        case .storm: storm(&fault.random)
        case .clockJump: jump(node, for: length, &fault.random)
        case .drift: drift(node, for: length, &fault.random)
        case .upgrade: upgradeAll(&fault.random)
        case .rosterChange: changeRoster(for: length, &fault.random)
        case _: halt("no fault \(fault.kind.rawValue)")
        }
    }

    /// Whether a member is about to join, or has just joined.
    private var isGrowing: Bool {
        options.growsAfter > .zero
            && abs((now - began - options.growsAfter).microseconds) < Span.seconds(40).microseconds
    }

    mutating func disturb(until instant: Instant) {
        faults.disturbances.append((now, instant))
    }

    private func other(than node: Int, _ random: inout RandomStream) -> Int {
        (node + 1 + Int(random.below(UInt64(nodes.count - 1)))) % nodes.count
    }

    private mutating func failDisk(_ node: Int, for length: Span) {
        nodes[node].disk.failsUntil = max(nodes[node].disk.failsUntil, now + length)
        disturb(until: now + length)
        nodes[node].goodSince = max(nodes[node].goodSince, now + length)
    }

    private mutating func setGateway(_ node: Int, _ mode: GatewayMode, _ length: Span) {
        nodes[node].gateway = mode
        nodes[node].gatewayUntil = now + length
        nodes[node].goodSince = max(nodes[node].goodSince, now + length)
        switch mode {
        case .slow: disturb(until: now + length)
        case .working, .outage, .ambiguous, .rateLimited: break
        }
    }

    /// Many alerts, over at most two seconds; twice in a run at most, for they stay.
    private mutating func storm(_ random: inout RandomStream) {
        guard client.stormNumber < options.stormAlerts * 2 else { return }
        if options.stormProblems > 100, options.stormAlerts > 300 { sometimes.mark(.bigStorm) }
        for number in 0..<options.stormAlerts {
            let pause = random.span(.zero...(.seconds(2)))
            queue.add(.stormAlert(client.stormNumber + number), at: now + pause)
        }
        client.stormNumber += options.stormAlerts
    }

    // MARK: - Links

    private mutating func cut(_ links: [Int], for length: Span, disturbs: Bool = true) {
        for link in links { network.cut(link, at: now) }
        if disturbs { disturb(until: now + length) }
        queue.add(.faultEnds(.cut(links: links)), at: now + length)
    }

    private mutating func partition(for length: Span, _ random: inout RandomStream) {
        let count = network.linkCount
        let sides = (0..<count).map { _ in random.below(2) == 0 }
        var links: [Int] = []
        for from in 0..<count {
            for to in 0..<count where sides[from] != sides[to] {
                links.append(network.link(from, to))
            }
        }
        cut(links, for: length)
    }

    /// Cuts regions off one by one, and lets them back in another order.
    private mutating func swizzle(for length: Span, _ random: inout RandomStream) {
        for node in nodes.indices {
            let others = (0..<network.linkCount).filter { $0 != node }
            let links = others.flatMap { [network.link(node, $0), network.link($0, node)] }
            let event = SimEvent.cutBegins(
                links: links, length: length + random.span(.zero...length))
            queue.add(event, at: now + random.span(.zero...length))
        }
    }

    /// A cut that was planned some time ago.
    mutating func beginCut(of links: [Int], for length: Span) {
        guard !isHealed else { return }
        faults.changes.append(now)
        cut(links, for: length)
    }

    // MARK: - Clocks

    private mutating func jump(_ node: Int, for length: Span, _ random: inout RandomStream) {
        let most = options.clockJumpMax.microseconds
        let jump = random.span(.microseconds(-most)...(.microseconds(most)))
        nodes[node].machine.set(offset: nodes[node].machine.offset + jump)
        disturb(until: now + length + .seconds(10))
        queue.add(.faultEnds(.clock(node: node)), at: now + length)
        // Only a process that starts takes a wrong clock as it is; and keeps it when it is put right.
        guard nodes[node].isUp, random.below(2) == 0 else { return }
        crash(node, for: random.span(.milliseconds(50)...(.milliseconds(800))), cut: 0)
    }

    private mutating func drift(_ node: Int, for length: Span, _ random: inout RandomStream) {
        let drift = Int64(clamping: options.driftPerMillion)
        nodes[node].machine.drift(perMillion: random.below(2) == 0 ? drift : -drift, at: now)
        disturb(until: now + length + .seconds(10))
        queue.add(.faultEnds(.clock(node: node)), at: now + length)
    }

    // MARK: - Rosters

    private mutating func changeRoster(for length: Span, _ random: inout RandomStream) {
        rosterCount += 1
        disturb(until: now + length + .seconds(2))
        for node in nodes.indices {
            queue.add(.roster(node: node), at: now + random.span(.zero...length))
        }
    }

    mutating func takeRoster(_ node: Int) {
        if network.cutCount > 0, !isHealed { sometimes.mark(.rosterWhileCut) }
        nodes[node].rosterNumber = rosterCount
        // Turns are counted from it, and at each region it is another moment.
        faults.changes.append(now)
        step(node, .roster(rosters(rosterCount)))
    }

    mutating func rosterIsRead(_ node: Int, _ incarnation: Incarnation, _ number: Int) {
        guard nodes[node].incarnation == incarnation, nodes[node].isUp else { return }
        nodes[node].rosterNumber = number
        sometimes.mark(.rosterApplied)
        if network.cutCount > 0, !isHealed { sometimes.mark(.rosterWhileCut) }
        step(node, .roster(rosters(number)))
    }

    // MARK: - Ends

    mutating func endFault(_ fault: ActiveFault) {
        guard !isHealed else { return }
        faults.changes.append(now)
        trace.note(.heal, at: now, 1)
        switch fault {
        case .cut(let links):
            if trace.isKept { tell("* heal \(links.count) links") }
            for link in links { network.mend(link, at: now) }
        case .down(let node): boot(node)
        case .paused(let node): resume(node)
        case .clock(let node): setClockRight(node)
        }
    }

    mutating func setClockRight(_ node: Int) {
        nodes[node].machine.drift(perMillion: 0, at: now)
        nodes[node].machine.set(offset: nodes[node].skew)
        disturb(until: now + .seconds(10))
    }
}
