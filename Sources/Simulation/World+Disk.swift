import Basics
import RegionCore
import Replication

/// Disks: batches are written in order, all that wait at once, and take their time.
extension World {
    /// From a refused write to the next try.
    private static let retryPause = Span.milliseconds(500)

    mutating func persist(_ batch: WriteBatch, at node: Int) {
        trace.note(.persist, at: now, UInt64(node), batch.token, UInt64(batch.facts.count))
        checks.majority.observe(
            batch.facts, at: node, of: nodes[node].member.id, into: &checks.failures)
        judgeClock(batch.facts, at: node)
        for write in batch.groups {
            note(write, at: node)
            judgeEarly(write, at: node)
        }
        nodes[node].disk.enqueue(batch)
        beginSync(node)
    }

    private mutating func beginSync(_ node: Int, after pause: Span = .zero) {
        guard nodes[node].disk.inFlight == 0, !nodes[node].disk.queue.isEmpty else { return }
        nodes[node].disk.begin()
        var latency = diskRandoms[node].span(
            .microseconds(200)...max(.milliseconds(1), options.syncMax))
        if now < nodes[node].disk.slowUntil {
            latency = diskRandoms[node].span(
                .milliseconds(200)...max(.milliseconds(200), options.slowDiskMax))
        }
        queue.add(
            .synced(node: node, incarnation: nodes[node].incarnation.number),
            at: now + pause + latency)
    }

    mutating func synced(_ node: Int, _ incarnation: UInt64) {
        guard nodes[node].isUp, nodes[node].incarnation.number == incarnation else { return }
        if now < nodes[node].disk.failsUntil {
            sometimes.mark(.writeFailed)
            let token = nodes[node].disk.fail()
            if trace.isKept { tell("\(name(node)) cannot write batch \(token)") }
            step(node, .writeFailed(token: token, reason: "simulated"))
            return beginSync(node, after: Self.retryPause)
        }
        let done = nodes[node].disk.finish()
        apply(done, at: node)
        guard let token = done.last?.token else { return }
        trace.note(.durable, at: now, UInt64(node), token)
        step(node, .durable(token: token))
        beginSync(node)
    }

    mutating func apply(_ batches: [WriteBatch], at node: Int) {
        for batch in batches {
            checks.delivery.observe(recorded: batch.facts, by: node, at: now)
            checks.acceptance.observe(recorded: batch.facts, by: node)
            checks.facts.observe(batch.facts, of: nodes[node].member.id)
            checks.acknowledgement.observe(durable: batch.facts, of: nodes[node].member.id)
            onBatch?(node, batch)
            checks.restart.observe(durable: batch, at: node, nodes[node].member.id)
            for write in batch.groups {
                if nodes[node].wasTorn, write.hardState?.votedFor != nil {
                    sometimes.mark(.votedAfterTornWrite)
                    nodes[node].wasTorn = false
                }
                checks.vote.observe(
                    stored: write, by: nodes[node].member.id, into: &checks.failures)
                guard let term = write.hardState?.term else { continue }
                // Where every third frame is lost, all votes of a try may be (seed 353373): that is a fault more.
                let lossy: UInt64 = options.lossPerMillion > 200_000 ? 2 : 0
                checks.terms.observe(
                    term, of: write.group, at: now,
                    faultChanges: lossy
                        + faults.termCauseCount(
                            since: now - TermCheck.window - TermCheck.settling),
                    into: &checks.failures)
            }
            let isSkipped =
                plant.host.contains(.syncSkipped) && diskRandoms[node].chance(perMillion: 1_000)
            if let refusal = nodes[node].disk.apply(batch, isSyncSkipped: isSkipped) {
                checks.fail("store", "\(name(node)) batch \(batch.token): \(refusal)")
            }
        }
    }

    /// A group's write as it is given out: what the member's log is from now on.
    private mutating func note(_ write: GroupWrite, at node: Int) {
        let member = nodes[node].member.id
        // Taken out meanwhile: it would be copied to be changed.
        var mirror = LogMirror()
        nodes[node].mirrors.updateIfPresent(write.group) { swap(&mirror, &$0) }
        defer { nodes[node].mirrors[write.group] = mirror }
        if let from = write.truncateFrom { mirror.truncate(from: from) }
        if let snapshot = write.snapshot {
            mirror.install(snapshot)
            // A leader's snapshot moves the commit index with it, one's own does not.
            if write.commit == snapshot.index {
                sometimes.mark(.snapshotRestored)
                if nodes[node].incarnation.number > 1, now - nodes[node].bootedAt < .seconds(3) {
                    sometimes.mark(.snapshotAtRestart)
                }
            }
        }
        for entry in write.entries where entry.index >= mirror.first {
            guard entry.index == mirror.last + 1 else {
                checks.fail(
                    "S3",
                    "\(member) \(write.group.short): entry \(entry.index) behind \(mirror.last)")
                return
            }
            checks.log.observe(
                entry, of: write.group, behind: mirror.term(at: mirror.last) ?? 0, by: member,
                into: &checks.failures)
            checks.handOver.observe(entry, of: write.group, by: member, into: &checks.failures)
            mirror.terms.append(entry.term)
            mirror.entries[entry.index] = MirroredEntry(term: entry.term, hash: entry.hash)
            if entry.kind == .establish {
                checks.election.observe(
                    established: entry, in: write.group, by: member, into: &checks.failures)
                tempt(leader: node, of: write.group)
            }
        }
    }
}
