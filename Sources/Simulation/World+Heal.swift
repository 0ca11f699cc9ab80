import Basics
import IncidentModel
import RegionCore
import Replication

/// The liveness phase: everything is healed but what is destroyed, and must come to rest in
/// agreement.
extension World {
    private static let pollPause = Span.milliseconds(100)

    /// Runs both phases.
    mutating func runToEnd() {
        start()
        run(until: World.begin + options.safetyPhase)
        guard checks.failure == nil else { return }
        heal()
        // A disk that refused is tried again every half second, one that hangs ends what it began, and
        // the client is not answered before.
        if options.faults.contains(.slowDisk) {
            run(until: now + .seconds(2))
        } else if options.faults.contains(.diskError) {
            run(until: now + .seconds(1))
        }
        probeCommit()
        settle()
        guard checks.failure == nil else { return }
        finish()
    }

    /// A client founds an incident at the first region that lives.
    private mutating func probeCommit() {
        guard let node = nodes.indices.first(where: { nodes[$0].isRunning && nodes[$0].isRegion })
        else { return }
        let source = SimClient.Source(
            problem: 1_000, fingerprint: 10_001, startedAt: now, isFiring: true)
        let service = SimRoster.service(source.problem)
        checks.convergence.observe(
            probe: World.group(of: "\(service.text)/sim/\(source.problem)"), at: now)
        take(source, in: node)
    }

    private mutating func settle() {
        let probe = World.group(of: "\(SimRoster.service(1_000).text)/sim/1000")
        while checks.failure == nil {
            run(until: now + Self.pollPause)
            checks.convergence.observe(
                isProbeCommitted: checks.commit.end(of: probe) > 1, at: now, into: &checks.failures)
            let isAtRest = checks.convergence.observe(
                pending(), after: now - healedAt, into: &checks.failures)
            if isAtRest { return }
        }
    }

    /// Why the run cannot end yet.
    func pending() -> Pending {
        let live = nodes.indices.filter { !nodes[$0].isDestroyed }
        for node in live where !nodes[node].isRunning {
            return .everything("\(name(node)) does not run")
        }
        if now - healedAt < .seconds(4) { return .everything("too early to tell") }
        var groups: [GroupID] = []
        for node in live {
            for group in nodes[node].core?.probeGroups ?? [] where !groups.contains(group) {
                groups.append(group)
            }
        }
        return .incidents(
            groups.compactMap { group in pending(group, live).map { (group, $0) } })
    }

    private func pending(_ group: GroupID, _ live: [Int]) -> String? {
        var first: Incident?
        for node in live {
            guard let core = nodes[node].core, let committed = core.probeCommitted(group) else {
                return "\(name(node)) does not know it"
            }
            let waiting = core.probePending(group)
            if let fact = waiting.first {
                return
                    "\(name(node)) has \(waiting.count) facts that are not merged, first \(fact.id), "
                    + "owner \(core.probeReplica.ownerHint(of: group)?.description ?? "none")"
            }
            if let status = core.probeReplica.status(of: group), status.commit != status.lastIndex {
                return "\(name(node)) committed \(status.commit) of \(status.lastIndex)"
            }
            if let first, first != committed {
                return "\(name(node)) is at \(committed.lastIndex) \(committed.status), "
                    + "m\(live[0] + 1) at \(first.lastIndex) \(first.status)"
            }
            first = first ?? committed
        }
        return nil
    }

    private mutating func finish() {
        let live = nodes.indices.filter { nodes[$0].isRunning }
        let all = nodes
        checks.acceptance.finish(
            { node, group in all[node].core?.probeCommitted(group) }, nodes: live,
            into: &checks.failures)
        for node in live {
            guard let core = nodes[node].core else { continue }
            for group in core.probeGroups {
                guard let committed = core.probeCommitted(group) else { continue }
                trace.note(.view, at: now, committed.lastIndex, UInt64(committed.timeline.count))
            }
        }
    }
}
