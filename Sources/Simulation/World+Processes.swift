import Basics
import RegionCore
import Replication

/// Processes die, stand still, are slow, are replaced.
extension World {
    /// A process dies, and comes back; of a write that is under way so many parts are on the disk.
    mutating func crash(_ node: Int, for length: Span, cut: Int) {
        guard nodes[node].isUp else { return }
        die(node, cut: cut)
        // Where something is cut, word may have gone round through it.
        if network.cutCount > 0 { disturb(until: now + length) }
        queue.add(.faultEnds(.down(node: node)), at: now + length)
        for peer in nodes.indices where peer != node {
            queue.add(.refused(at: node, by: peer), at: now + .milliseconds(100))
        }
    }

    /// A process dies within a write. *Source:* design 11, "torn write at any byte".
    mutating func tear(_ node: Int, for length: Span, _ random: inout RandomStream) {
        let parts = nodes[node].disk.partsInFlight
        guard nodes[node].isUp, parts > 0 else { return crash(node, for: length, cut: 0) }
        sometimes.mark(.tornWrite)
        let hasVote = nodes[node].disk.queue.prefix(nodes[node].disk.inFlight)
            .contains { $0.groups.contains { $0.hardState?.votedFor != nil } }
        if hasVote { sometimes.mark(.tornVote) }
        nodes[node].wasTorn = true
        crash(node, for: length, cut: Int(random.below(UInt64(parts))))
    }

    /// A record is damaged, and the process dies: the store refuses it at the next start, and the
    /// member is lost, as the runbook says.
    mutating func damage(_ node: Int, for length: Span, _ random: inout RandomStream) {
        guard mayLose(node) else { return }
        let damage: SimDisk.Damage = random.below(2) == 0 ? .middle : .tail
        if trace.isKept { tell("\(name(node)): a record is damaged, \(damage.rawValue)") }
        if plant.host.contains(.damageTakenForTornTail) {
            crash(node, for: length, cut: 0)
            checks.restart.forget(node)
            return nodes[node].disk.forgetAfterDamage()
        }
        sometimes.mark(.damageRefused)
        destroy(node)
    }

    /// A member is gone with its disk.
    mutating func lose(_ node: Int, for length: Span) {
        guard mayLose(node) else { return }
        if plant.host.contains(.sameIDAfterDiskLoss) {
            crash(node, for: length, cut: 0)
            checks.restart.forget(node)
            return nodes[node].disk.replace()
        }
        sometimes.mark(.destroyed)
        destroy(node)
    }

    /// Never so many that no majority is left, and never the last region.
    private func mayLose(_ node: Int) -> Bool {
        guard nodes[node].isUp, (faults.destroyed + 1) * 2 < nodes.count else { return false }
        let regionsLeft = nodes.count { $0.isRegion && !$0.isDestroyed }
        return !nodes[node].isRegion || regionsLeft > 1
    }

    mutating func destroy(_ node: Int) {
        faults.destroyed += 1
        die(node, cut: 0)
        if network.cutCount > 0 { disturb(until: now + options.faultLengthMax * 2) }
        nodes[node].isDestroyed = true
        checks.acceptance.observe(lossOf: node)
        checks.mentions.observe(lossOf: node)
        checks.delivery.observe(lossOf: node)
        checks.acknowledgement.observe(lossOf: nodes[node].member.id)
    }

    mutating func die(_ node: Int, cut: Int) {
        let kept = nodes[node].disk.crash(cut: cut)
        if !kept.isEmpty { sometimes.mark(.unackedWriteKept) }
        apply(kept, at: node)
        trace.note(.crash, at: now, UInt64(node), UInt64(kept.count))
        nodes[node].core = nil
        nodes[node].isPaused = false
        nodes[node].slowUntil = .epoch
        nodes[node].backlog = []
        nodes[node].wakeAt = .distantFuture
        nodes[node].goodSince = .distantFuture
        checks.answer.observe(crashOf: node)
        checks.read.observe(crashOf: node)
        checks.handOver.forget(node)
        checks.command.forget(node)
        checks.duty.observe(crashOf: node, at: now)
        if checks.delivery.observe(crashOf: node) > 0 { sometimes.mark(.diedBeforeRecord) }
    }

    /// Votes are where a crash hurts most: now and then one follows at once.
    mutating func tempt(voter node: Int) {
        guard options.faults.contains(.crash), !isHealed,
            faults.temptations.chance(perMillion: options.voterDeathsPerMillion)
        else { return }
        queue.add(
            .voterDies(node: node),
            at: now + faults.temptations.span(.microseconds(10)...(.milliseconds(40))))
    }

    /// A new leader that dies before others have its `Establish` leaves a log that diverges: several
    /// in a row are what the rules on commits and votes are for. *Source:* Raft, figure 8.
    mutating func tempt(leader node: Int, of group: GroupID) {
        guard options.faults.contains(.crash), !isHealed, options.leaderDeathsPerMillion > 0,
            nodes[node].core?.look({ $0.probeReplica.status(of: group) })?.isLeader == true,
            faults.leaderTemptations.chance(perMillion: options.leaderDeathsPerMillion)
        else { return }
        let longest = options.syncMax + options.delays.upperBound
        queue.add(
            .leaderDies(node: node), at: now + faults.leaderTemptations.span(.zero...longest))
    }

    /// The entry that a leader has just committed nobody else knows to be committed.
    mutating func tempt(committer node: Int) {
        guard options.faults.contains(.crash), !isHealed, options.leaderDeathsPerMillion > 0,
            faults.leaderTemptations.chance(perMillion: options.leaderDeathsPerMillion / 8)
        else { return }
        queue.add(
            .leaderDies(node: node),
            at: now + faults.leaderTemptations.span(.zero...(.milliseconds(1))))
    }

    mutating func leaderDies(_ node: Int) {
        guard !isHealed, nodes[node].isUp else { return }
        faults.begin(at: now)
        faults.leaderDeaths.append(now)
        if faults.leaderTemptations.below(2) == 0 {
            nodes[node].powerLostAt = now
            disturb(until: now + .seconds(1))
        }
        if trace.isKept { tell("* \(name(node)) dies as a new leader") }
        let longest = max(Span.seconds(4), options.faultLengthMax)
        crash(node, for: faults.leaderTemptations.span(.milliseconds(5)...longest), cut: .max)
    }

    /// So are pages: now and then a region dies between its intent and its result, sometimes for good.
    mutating func tempt(pager node: Int, _ latency: Span) {
        guard options.faults.contains(.crash), !isHealed,
            faults.temptations.chance(perMillion: options.pagerDeathsPerMillion)
        else { return }
        queue.add(
            .pagerDies(node: node),
            at: now + faults.temptations.span(.zero...(latency + .milliseconds(20))))
    }

    mutating func pagerDies(_ node: Int) {
        guard !isHealed, nodes[node].isUp else { return }
        faults.begin(at: now)
        if trace.isKept { tell("* \(name(node)) dies while it pages") }
        var length = faults.temptations.span(.milliseconds(200)...options.faultLengthMax)
        if faults.leaderTemptations.below(3) == 0 { length = options.safetyPhase }
        if faults.temptations.below(4) == 0, options.faults.contains(.destruction) {
            lose(node, for: length)
        } else {
            crash(node, for: length, cut: 0)
        }
    }

    mutating func voterDies(_ node: Int) {
        guard !isHealed, nodes[node].isUp else { return }
        faults.begin(at: now)
        if trace.isKept { tell("* \(name(node)) dies after a vote") }
        let length = faults.temptations.span(.milliseconds(5)...(.milliseconds(300)))
        if options.faults.contains(.tornWrite) {
            var own = faults.temptations.split("torn", faults.begun)
            tear(node, for: length, &own)
        } else {
            crash(node, for: length, cut: 0)
        }
    }

    // MARK: - All at once

    /// Every process ends, and is started again within half a second: a hasty deploy, or power that returns. Nobody
    /// is lost by it: turns are as they were, and nothing of it excuses two regions that page in one.
    mutating func endAll() {
        guard !isHealed else { return }
        if trace.isKept { tell("* all processes end, and start again") }
        sometimes.mark(.allRestarted)
        faults.restarts.append(now)
        let count = nodes.map(\.incarnation.number).max() ?? 0
        var random = random.split("restart of all", count)
        for node in nodes.indices where nodes[node].isUp {
            die(node, cut: 0)
            queue.add(
                .startsAgain(node: node),
                at: now + random.span(.milliseconds(200)...(.milliseconds(500))))
        }
        queue.add(.allEnd, at: now + options.restartPause)
    }

    // MARK: - Standing still

    mutating func pause(_ node: Int, for length: Span) {
        guard nodes[node].isRunning else { return }
        stop(node)
        disturb(until: now + length)
        queue.add(.faultEnds(.paused(node: node)), at: now + length)
    }

    private mutating func stop(_ node: Int) {
        nodes[node].isPaused = true
        nodes[node].pausedSince = now
        nodes[node].goodSince = .distantFuture
    }

    mutating func resume(_ node: Int) {
        guard nodes[node].isPaused else { return }
        nodes[node].isPaused = false
        nodes[node].wentOnAt = now
        nodes[node].pausedTotal += now - nodes[node].pausedSince
        if now - nodes[node].pausedSince > .milliseconds(1_700) { nodes[node].resumedAt = now }
        nodes[node].goodSince = max(
            now, nodes[node].gatewayUntil, nodes[node].disk.failsUntil, nodes[node].disk.slowUntil,
            nodes[node].slowUntil)
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

    /// A process gets a slice of time now and then: it stands still in between.
    mutating func slow(_ node: Int, for length: Span) {
        guard nodes[node].isRunning else { return }
        nodes[node].slowUntil = now + length
        nodes[node].goodSince = max(nodes[node].goodSince, now + length)
        disturb(until: now + length + .seconds(2))
        slice(node)
    }

    mutating func slice(_ node: Int) {
        guard nodes[node].isUp, now < nodes[node].slowUntil || nodes[node].isPaused, !isHealed
        else {
            return
        }
        if nodes[node].isPaused { resume(node) }
        guard now < nodes[node].slowUntil else { return }
        stop(node)
        queue.add(
            .slice(node: node),
            at: now
                + faults.bunches.span(
                    .milliseconds(50)...max(.milliseconds(50), options.slowNodeMax)))
    }

    // MARK: - Upgrades

    /// All processes are replaced in turn. Where old and new refuse each other the cluster is split
    /// while it goes on: `runbooks/upgrade.md` says so.
    mutating func upgradeAll(_ random: inout RandomStream) {
        let isRefusing = random.below(2) == 0
        wireVersion += isRefusing ? 1 : 0
        var at = now
        for node in nodes.indices {
            queue.add(.upgrade(node: node), at: at)
            at = at + random.span(.seconds(1)...(.seconds(6)))
        }
        disturb(until: at + .seconds(3))
    }

    mutating func upgrade(_ node: Int) {
        guard !isHealed else { return }
        faults.changes.append(now)
        nodes[node].version = wireVersion
        guard nodes[node].isUp else { return }
        crash(node, for: .milliseconds(700), cut: 0)
    }
}
