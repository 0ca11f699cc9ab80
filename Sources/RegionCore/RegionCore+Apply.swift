import Basics
import IncidentModel
import Replication
import Wire

/// What replication hands up: snapshots, committed entries, events.
extension RegionCore {
    /// Takes over everything replication collected so far in this turn, except what leaves the
    /// region.
    mutating func settleReplication(at now: Instant) {
        while turn.replication.hasHandedUp {
            let (committed, events) = turn.replication.takeHandedUp()
            for event in events {
                if case .restoredSnapshot(let group, let snapshot) = event {
                    load(snapshot, of: group, at: now)
                }
            }
            for batch in committed {
                for entry in batch.entries { apply(entry, of: batch.group, at: now) }
                finishApplying(batch.group, at: now)
            }
            for event in events { handle(event, at: now) }
        }
    }

    private mutating func load(_ snapshot: Snapshot, of group: GroupID, at now: Instant) {
        do throws(WireError) {
            var restored = try Incident(decoding: snapshot.payload)
            restored.lastIndex = snapshot.index
            for entry in restored.timeline { clock.observe(entry.time, at: now) }
            for alert in restored.alerts { clock.observe(alert.firingSeen, at: now) }
            for page in restored.pages where !page.position.isNotice {
                guard let last = page.attempts.map(\.intentAt).max() else { continue }
                duty.notePage(
                    of: page.person, page.channel, about: group, at: min(now, last.instant))
            }
            withSlot(group) { slot in
                slot.committed = restored
                slot.isLikenessOld = true
            }
        } catch {
            quarantine(group, error)
        }
    }

    private mutating func apply(_ entry: LogEntry, of group: GroupID, at now: Instant) {
        do throws(WireError) {
            switch entry.kind {
            case .establish:
                let record = try EstablishRecord(decoding: entry.payload)
                clock.observe(record.time, at: now)
                withSlot(group) {
                    $0.committed.applyEstablish(
                        owner: record.owner, region: record.region, term: entry.term,
                        index: entry.index, at: record.time)
                }
            case .data:
                let payload = try LogPayload(decoding: entry.payload)
                switch payload {
                case .merge(let facts):
                    for fact in facts {
                        clock.observe(fact.time, at: now)
                        noteWhoIsPaged(fact, at: now)
                    }
                    let isVacant = config.defects.contains(.vacantWhenOffered)
                    withSlot(group) { slot in
                        slot.committed.applyMerge(facts, index: entry.index)
                        if isVacant, facts.contains(where: \.isOffer) {
                            slot.committed.commander = nil
                        }
                        if facts.contains(where: \.changesLikeness) { slot.isLikenessOld = true }
                    }
                    for fact in facts { answer(fact.id, .quorum) }
                case .reconcile(let decisions, let region, let time):
                    clock.observe(time, at: now)
                    let applied = withSlot(group) { slot in
                        slot.isLikenessOld = true
                        return slot.committed.applyDecisions(
                            decisions, in: region, at: time, index: entry.index)
                    }
                    for decision in applied where replica.leads(group) {
                        turn.effects.append(.log(.decided(group, decision)))
                    }
                case .merging(let steps, let region, let time):
                    clock.observe(time, at: now)
                    withSlot(group) { slot in
                        slot.isLikenessOld = true
                        slot.committed.applyMerge(
                            steps: steps, in: region, at: time, index: entry.index)
                    }
                    for step in steps where replica.leads(group) {
                        turn.effects.append(.log(.merging(group, step)))
                    }
                }
            }
        } catch {
            withSlot(group) { $0.committed.lastIndex = entry.index }
            quarantine(group, error)
        }
    }

    /// An entry that cannot be applied takes its incident out of service, never the node: every
    /// region would stop at the same entry. *Source:* design 4.
    private mutating func quarantine(_ group: GroupID, _ error: WireError) {
        withSlot(group) { $0.isQuarantined = true }
        turn.effects.append(.log(.quarantined(group, error)))
    }

    private mutating func finishApplying(_ group: GroupID, at now: Instant) {
        let merged = withSlot(group) { slot in
            if let index = slot.mergeIndex, slot.committed.lastIndex >= index {
                slot.mergeIndex = nil
            }
            return slot.settlePending()
        }
        ledger.remove(merged)
        turn.mergedFacts.append(contentsOf: merged)
        for id in merged { answer(id, .quorum) }
        noteChange(group)
        markDirty(group)
        noteSeal(group)
    }

    private mutating func handle(_ event: ReplicationEvent, at now: Instant) {
        switch event {
        case .becameOwner(let group, let term):
            ownedCount += 1
            turn.effects.append(.log(.owns(group, term)))
            withSlot(group) { slot in
                slot.mergeIndex = nil
                slot.ownedSince = now
            }
            changed(group)
        case .lostOwnership(let group, let term):
            ownedCount -= 1
            turn.effects.append(.log(.lostOwnership(group, term)))
            withSlot(group) { slot in
                slot.mergeIndex = nil
                slot.ownedSince = nil
            }
            changed(group)
        case .leaderChanged(let group, _, _): changed(group)
        case .transferDone(let group, let member):
            turn.effects.append(.log(.handedOver(group, to: member)))
            changed(group)
        case .transferAborted(let group, _, let reason):
            turn.effects.append(.log(.handOverFailed(group, reason: "\(reason)")))
            changed(group)
        case .restoredSnapshot(let group, _):
            finishApplying(group, at: now)
        case .wantsSnapshot(let group, _):
            compact(group)
        case .peerFresh(let member, let incarnation):
            turn.effects.append(.log(.memberFresh(member, incarnation)))
            lostSince.removeAll { $0.member == member }
            settleAfter = now + Self.settlePause
            reviewUndelivered()
        case .peerLost(let member):
            turn.effects.append(.log(.memberLost(member)))
            lostSince.removeAll { $0.member == member }
            lostSince.append((member, now))
            reviewUndelivered()
        case .majorityLost:
            turn.effects.append(.log(.majorityLost))
        case .majorityRegained:
            turn.effects.append(.log(.majorityRegained))
            reviewUndelivered()
        case .refusedMessage(let refusal):
            turn.effects.append(.log(.note("refused: \(refusal)")))
        case .damagedGroup(let group, let reason):
            withSlot(group) { $0.isQuarantined = true }
            turn.effects.append(.log(.note("group \(group) is damaged on disk: \(reason)")))
        }
    }

    /// Ownership leaves only a region whose successor is there and has everything; until that one asks
    /// for this region's vote the duty of paging stays here. *Source:* design 6, decision 0028.
    @discardableResult
    mutating func handOver(
        _ group: GroupID, to member: MemberID, at now: Instant
    ) -> TransferResult {
        let result = replica.transfer(group, to: member, at: now, into: &turn.replication)
        switch result {
        case .started: turn.effects.append(.log(.handingOver(group, to: member)))
        case .targetIsBehind: break  // It catches up, or is lost.
        case .notOwner, .alreadyTransferring, .targetIsMe, .targetIsNoVoter, .targetIsWitness,
            .targetNotFresh, .noMajority:
            turn.effects.append(.log(.handOverFailed(group, reason: "\(result)")))
        }
        markDirty(group)
        return result
    }

    private mutating func changed(_ group: GroupID) {
        withSlot(group) { _ in }
        noteChange(group)
        markDirty(group)
    }

    private mutating func compact(_ group: GroupID) {
        let known = incidents.read(group) { $0.isQuarantined ? nil : $0.sharedCommitted } ?? nil
        guard let committed = known?.value, committed.lastIndex > 0 else { return }
        replica.compact(
            group, upTo: committed.lastIndex, payload: committed.encoded(reserving: 4_096),
            into: &turn.replication)
    }

    /// Who is reachable changed, and with it whose turn it is to page.
    mutating func reviewUndelivered() {
        for group in incidents.keys {
            let known = incidents.read(group) { slot in
                (slot.sharedView, slot.sharedCommitted, !slot.pending.isEmpty, slot.settledThrough)
            }
            guard let (view, committed, hasPending, settledThrough) = known else { continue }
            let isUndelivered =
                view.value.status == .triggered || hasPending || committed.value.sealing != nil
                || !committed.value.absorbed.isEmpty
            if isUndelivered
                || settledThrough != committed.value.lastIndex && replica.leads(group)
            {
                markDirty(group)
            }
        }
    }

    /// Changes an incident's slot in place; it is made if it is missing.
    @discardableResult
    mutating func withSlot<Result>(
        _ group: GroupID, _ change: (inout IncidentSlot) -> Result
    ) -> Result {
        incidents.update(group, default: { IncidentSlot(group: group) }, change)
    }

    /// Counts a change, for coordinators.
    mutating func noteChange(_ group: GroupID) { changes.note(group) }
}
