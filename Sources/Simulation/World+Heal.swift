import Basics
import Escalation
import IncidentModel
import RegionCore
import Replication

/// The end of the faults: a core is chosen and healed, and all else stays broken for ever.
/// *Source:* design 11, "Safety, then liveness".
extension World {
    /// What stays wrong with a member that is not healed.
    private enum Outside: CaseIterable {
        /// Its process is gone.
        case dead
        /// It stands still.
        case stopped
        /// Nothing comes through in either direction.
        case cutOff
        /// It hears and is not heard.
        case mute
        /// It is heard and does not hear.
        case deaf
        /// Its disk takes nothing any more; it hears and is heard.
        case unwritable
    }

    /// The moment at which a region that will be alone is hurt most: it has been told that another one is
    /// about to page, and not yet what came of it. In every other run faults end there; gives back that
    /// region, if one was found in time.
    mutating func awaitPageOnItsWay() -> Int? {
        var random = self.random.split("moment of the cut")
        guard random.below(2) == 0 else { return nil }
        let end = now + .seconds(20)
        while now < end, checks.failure == nil {
            if let node = nodes.indices.first(where: knowsOfPageOnItsWay) {
                sometimes.mark(.cutWhilePaging)
                return node
            }
            run(until: now + .milliseconds(50))
        }
        return nil
    }

    private func knowsOfPageOnItsWay(_ node: Int) -> Bool {
        guard nodes[node].isRegion, nodes[node].isRunning, !nodes[node].isDestroyed,
            let core = nodes[node].core
        else { return false }
        let (local, own) = (nodes[node].machine.peek(at: now), nodes[node].member.id)
        return core.look { core in
            core.probeGroups.contains { group in
                guard core.probeIsTriggered(group),
                    case .page(let plan)? = core.probePlan(group, at: local)
                        ?? core.probeDecision(group, at: local),
                    let view = core.probeSharedView(group)
                else { return false }
                return plan.pages.contains { page in
                    pagesOnTheirWay.contains(page.key)
                        && view.value.pages.contains {
                            $0.key == page.key && !$0.isDelivered
                                && $0.attempts.contains { attempt in
                                    attempt.outcome == nil && attempt.member != own
                                        && abs((local - attempt.intentAt.instant).seconds) < 3
                                }
                        }
                }
            }
        }
    }

    /// Ends the faults around a core; of one region, around this one if it is given.
    mutating func heal(around witness: Int?) {
        endGrowth()
        trace.note(.heal, at: now, 2)
        isHealed = true
        healedAt = now
        disturb(until: now)
        chooseCore(around: witness)
        for node in nodes.indices where nodes[node].isCore { heal(node) }
        var random = self.random.split("outside")
        for node in nodes.indices where !nodes[node].isCore && !nodes[node].isDestroyed {
            var way = random.pick(Outside.allCases)
            // Of a sender that lives the page would arrive.
            if witness != nil { way = .dead }
            breakForGood(node, way)
        }
        loseFirstGateways()
        for one in nodes.indices where nodes[one].isCore {
            for other in nodes.indices where nodes[other].isCore {
                network.heal(network.link(one, other), at: now)
            }
        }
        for number in coordinators.indices {
            heal(coordinator: number)
            for node in nodes.indices where nodes[node].isCore {
                network.heal(network.link(node, nodes.count + number), at: now)
                network.heal(network.link(nodes.count + number, node), at: now)
            }
        }
    }

    /// A lone region has one way out that works: the first provider of every channel stays down for good.
    private mutating func loseFirstGateways() {
        guard options.core == .lone else { return }
        for node in nodes.indices where nodes[node].isCore {
            nodes[node].gateway = .outage(onlyFirst: true)
            nodes[node].gatewayUntil = .distantFuture
        }
    }

    private mutating func chooseCore(around witness: Int?) {
        var random = self.random.split("core of regions")
        let living = nodes.indices.filter { !nodes[$0].isDestroyed }
        var chosen = living
        switch options.core {
        case .everyone: break
        case .majority:
            random.shuffle(&chosen)
            chosen = Array(chosen.prefix(nodes.count / 2 + 1))
            if !chosen.contains(where: { nodes[$0].isRegion }) { chosen = living }
        case .lone:
            let regions = living.filter { nodes[$0].isRegion }
            let region = random.pick(regions)
            chosen = [witness ?? region]
        }
        for node in nodes.indices {
            nodes[node].isCore = chosen.contains(node)
            if !nodes[node].isCore {
                checks.acceptance.observe(lossOf: node)
                checks.mentions.observe(lossOf: node)
            }
        }
        if trace.isKept {
            tell("* heal \(options.core.name): " + chosen.map(name).joined(separator: " "))
        }
    }

    private mutating func heal(_ node: Int) {
        nodes[node].disk.failsUntil = min(nodes[node].disk.failsUntil, now)
        nodes[node].disk.slowUntil = min(nodes[node].disk.slowUntil, now)
        nodes[node].gatewayUntil = min(nodes[node].gatewayUntil, now)
        nodes[node].slowUntil = min(nodes[node].slowUntil, now)
        nodes[node].version = wireVersion
        setClockRight(node)
        if nodes[node].rosterNumber != rosterCount { takeRoster(node) }
        resume(node)
        boot(node)
        nodes[node].goodSince = min(nodes[node].goodSince, now)
    }

    /// How long turns may move after healing: until who is gone is taken for lost, and others own.
    private static let coreSettles = Span.seconds(12)

    private mutating func breakForGood(_ node: Int, _ way: Outside) {
        if trace.isKept { tell("* \(name(node)) is \(way) for good") }
        nodes[node].version = wireVersion
        // The core has found itself by then; what those outside do is excused by itself.
        disturb(until: now + Self.coreSettles)
        let others = (0..<network.linkCount).filter { $0 != node }
        switch way {
        case .dead:
            if nodes[node].isUp { die(node, cut: 0) }
            for peer in nodes.indices where nodes[peer].isCore {
                queue.add(.refused(at: node, by: peer), at: now + .milliseconds(100))
            }
        case .stopped:
            nodes[node].isPaused = nodes[node].isUp
        case .cutOff, .mute, .deaf:
            for other in others {
                if way != .deaf { network.sever(network.link(node, other)) }
                if way != .mute { network.sever(network.link(other, node)) }
            }
            nodes[node].slowUntil = .epoch
            resume(node)
            boot(node)
        case .unwritable:
            nodes[node].slowUntil = .epoch
            resume(node)
            nodes[node].disk.failsUntil = .distantFuture
            // What it took in just now it can neither keep nor pass on: nobody must wait for it.
            guard nodes[node].isUp, nodes[node].isRegion else { return }
            take(
                SimClient.Source(
                    problem: 0, fingerprint: 900_000, startedAt: now, isFiring: true), in: node)
        }
    }
}
