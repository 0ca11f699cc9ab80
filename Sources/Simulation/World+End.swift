import Basics
import IncidentModel
import Reconciliation
import RegionCore
import Replication

/// What is asked of a region that is left alone.
enum LoneRegion {
    /// For how long it is watched.
    static let watched = Span.seconds(60)
}

/// The liveness phase: the core must come to rest in agreement, or, if it is one region, page.
extension World {
    private static let pollPause = Span.milliseconds(100)

    /// Runs both phases.
    mutating func runToEnd() {
        start()
        run(until: World.begin + options.safetyPhase)
        let witness = options.core == .lone ? awaitPageOnItsWay() : nil
        guard checks.failure == nil else { return }
        heal(around: witness)
        // A disk that refused is tried again every half second, one that hangs ends what it began, and
        // the client is not answered before.
        if options.faults.contains(.slowDisk) {
            run(until: now + .seconds(2))
        } else if !options.faults.isDisjoint(with: [.diskError, .diskFull]) {
            run(until: now + .seconds(1))
        }
        if options.core == .lone {
            watchLoneRegion()
        } else {
            probeCommit()
            settle()
        }
        guard checks.failure == nil else { return }
        finish()
    }

    private static let probeProblem: UInt64 = 99_999
    private var probeGroup: GroupID {
        World.group(of: "\(SimRoster.service(Self.probeProblem).text)/sim/\(Self.probeProblem)")
    }

    /// A client founds an incident at the first region of the core.
    private mutating func probeCommit() {
        let first = nodes.indices.first {
            nodes[$0].isCore && nodes[$0].isRunning && nodes[$0].isRegion
        }
        guard let node = first else { return }
        let source = SimClient.Source(
            problem: Self.probeProblem, fingerprint: 10_001, startedAt: now, isFiring: true)
        checks.convergence.observe(probe: probeGroup, at: now)
        take(source, in: node)
    }

    /// A region that is alone takes an alert in, answers, and pages: what is new and what was open.
    private mutating func watchLoneRegion() {
        probeCommit()
        run(until: now + LoneRegion.watched)
        guard checks.failure == nil else { return }
        checks.failures.checkCount += 1
        guard let node = nodes.indices.first(where: { nodes[$0].isCore }),
            let view = nodes[node].core?.look({ $0.probeView(probeGroup) })
        else { return checks.fail("L1", "the lone region does not know what it was told") }
        // Its gateways are not the only ones: somebody may have been paged by another one, and answered here.
        if !view.pages.contains(where: \.isDelivered), view.status == .triggered {
            checks.fail("L1", "\(name(node)) is alone, took an alert in, and paged nobody")
        }
        let all = nodes
        checks.acceptance.finish(
            alone: node, { group in all[node].core?.look({ $0.probeView(group) }) },
            into: &checks.failures)
    }

    private mutating func settle() {
        while checks.failure == nil {
            run(until: now + Self.pollPause)
            checks.convergence.observe(
                isProbeCommitted: checks.commit.end(of: probeGroup) > 1, at: now,
                into: &checks.failures)
            let isAtRest = checks.convergence.observe(
                pending(), after: now - healedAt, into: &checks.failures)
            if isAtRest { break }
        }
        if options.core == .majority, checks.failure == nil { sometimes.mark(.coreCommitted) }
    }

    /// Why the run cannot end yet.
    func pending() -> Pending {
        let live = nodes.indices.filter { nodes[$0].isCore && !nodes[$0].isDestroyed }
        for node in live where !nodes[node].isRunning {
            return .everything("\(name(node)) does not run")
        }
        if now - healedAt < .seconds(4) { return .everything("too early to tell") }
        var groups: [GroupID] = []
        var known: Set<GroupID> = []
        for node in live {
            for group in nodes[node].core?.look({ $0.probeGroups }) ?? []
            where known.insert(group).inserted {
                groups.append(group)
            }
        }
        return .incidents(
            groups.compactMap { group in pending(group, live).map { (group, $0) } })
    }

    private func pending(_ group: GroupID, _ live: [Int]) -> String? {
        var first: Incident?
        for node in live {
            guard let core = nodes[node].core,
                let committed = core.look({ $0.probeCommitted(group) })
            else {
                let isSomething = live.contains { hasSomething(of: group, at: $0) }
                return isSomething ? "\(name(node)) does not know it" : nil
            }
            let waiting = core.look({ $0.probePending(group) })
            if let fact = waiting.first {
                return
                    "\(name(node)) has \(waiting.count) facts that are not merged, first \(fact.id), "
                    + "owner \(core.look({ $0.probeReplica.ownerHint(of: group) })?.description ?? "none")"
            }
            if let status = core.look({ $0.probeReplica.status(of: group) }),
                status.commit != status.lastIndex
            {
                return "\(name(node)) committed \(status.commit) of \(status.lastIndex)"
            }
            if let first, first.lastIndex != committed.lastIndex || first != committed {
                return "\(name(node)) is at \(committed.lastIndex) \(committed.status), "
                    + "m\(live[0] + 1) at \(first.lastIndex) \(first.status)"
            }
            if !missingDecisions(for: committed).isEmpty {
                return "\(name(node)) has something that is not decided"
            }
            if let step = core.look({ $0.probeMergeSteps(group).first }) {
                return "\(name(node)) has a merge that does not go on: \(step)"
            }
            first = first ?? committed
        }
        return nil
    }

    /// Whether a region has more of an incident than that it voted for somebody who led it: that
    /// one may be away for good, and then there is nothing that others could come to know.
    private func hasSomething(of group: GroupID, at node: Int) -> Bool {
        guard let core = nodes[node].core else { return false }
        return core.look {
            !$0.probePending(group).isEmpty
                || ($0.probeReplica.status(of: group)?.lastIndex ?? 0) > 0
                || ($0.probeSharedCommitted(group)?.value.lastIndex ?? 0) > 0
        }
    }

    private mutating func finish() {
        let live = nodes.indices.filter { nodes[$0].isCore && nodes[$0].isRunning }
        let all = nodes
        if options.core != .lone {
            checks.acceptance.finish(
                { node, group in all[node].core?.look({ $0.probeCommitted(group) }) }, nodes: live,
                into: &checks.failures)
        }
        if options.isHealthy { checks.delivery.finishHealthy(at: now, into: &checks.failures) }
        permute()
        for node in live {
            guard let core = nodes[node].core else { continue }
            for group in core.look({ $0.probeGroups }) {
                guard let committed = core.look({ $0.probeCommitted(group) }) else { continue }
                trace.note(.view, at: now, committed.lastIndex, UInt64(committed.timeline.count))
            }
        }
    }

    /// S9, over all that is known at the end: the rules see every member's view as it is.
    private mutating func permute() {
        var random = self.random.split("permutations")
        var defects = RuleDefects()
        defects.isArrivalOrder = plant.host.contains(.reconcileInArrivalOrder)
        if plant.host.contains(.reconcileInHashOrder) { defects.hashSeed = random.next() }
        let groups =
            nodes.indices.lazy.compactMap { [nodes] in nodes[$0].core?.look({ $0.probeGroups }) }
            .first ?? []
        for group in groups.prefix(40) {
            checks.facts.permute(group, defects: defects, &random, into: &checks.failures)
            let views = nodes.compactMap { $0.regionalView(of: group) }
            checks.facts.permute(
                views, of: group, at: now, defects: defects, &random, into: &checks.failures)
        }
    }
}

extension SimNode {
    /// What a coordinator would be told of an incident.
    fileprivate func regionalView(of group: GroupID) -> RegionalView? {
        guard let core, let view = core.look({ $0.probeView(group) }), view.generation > 0 else {
            return nil
        }
        let status = core.look({ $0.probeReplica.status(of: group) })
        return RegionalView(
            member: member.id, previousEnd: view.previousEnd, isOwner: status?.isLeader ?? false,
            epoch: status?.term ?? 0, pages: view.pages,
            overdueSince: core.look({ $0.probeOverdueSince(group) }))
    }
}
