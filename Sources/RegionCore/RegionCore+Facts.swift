import Basics
import IncidentModel
import Replication
import Wire

/// The duty layer's facts: writing, receiving, pulling, and merging them into the incidents' logs.
extension RegionCore {
    /// How long a pull is waited for before it is sent again.
    private static let pullPause = Span.milliseconds(500)

    /// Writes a new fact of this member. It is durable when the turn's batch is.
    @discardableResult
    mutating func write(_ body: FactBody, about group: GroupID, at now: Instant) -> Fact {
        let fact = Fact(
            id: FactID(origin: me.id, sequence: ledger.nextSequence), group: group,
            time: clock.tick(at: now), region: me.name, body: body)
        ledger.append(fact)
        turn.facts.append(fact)
        turn.factsThrough.removeAll { $0.origin == me.id }
        turn.factsThrough.append(fact.id)
        add(fact, at: now)
        return fact
    }

    /// Adds a fact to its incident, as known here.
    mutating func add(_ fact: Fact, at now: Instant) {
        clock.observe(fact.time, at: now)
        let isNew = withSlot(fact.group) { $0.add(fact) }
        if isNew {
            noteChange(fact.group)
            markDirty(fact.group)
        } else {
            ledger.remove([fact.id])
            turn.mergedFacts.append(fact.id)
        }
    }

    mutating func receive(_ bytes: [UInt8], from member: MemberID, at now: Instant) {
        do throws(WireError) {
            let message = try PeerMessage(decoding: bytes)
            switch message {
            case .replication(let inner):
                replica.receive(inner, from: member, at: now, into: &turn.replication)
            case .facts(let batch): receive(batch, from: member, at: now)
            case .factPull(let pulls): for pull in pulls { answer(pull, of: member) }
            case .viewPull(let pull): answer(pull, of: member)
            case .view: break  // Only coordinators ask for views.
            }
        } catch {
            turn.effects.append(.log(.refusedFrame(from: member, error)))
        }
    }

    mutating func receivePublication(_ bytes: [UInt8], from member: MemberID, at now: Instant) {
        do throws(WireError) {
            let heartbeat = try Heartbeat(decoding: bytes)
            guard heartbeat.member == member else {
                throw WireError(offset: 0, expected: "\(member)", found: "\(heartbeat.member)")
            }
            if config.members.contains(where: { $0.id == member && $0.role == .coordinator }) {
                return hear(coordinator: member, heartbeat.incarnation, at: now)
            }
            replica.receive(heartbeat, at: now, into: &turn.replication)
            let beacon = try Beacon(decoding: heartbeat.attachment)
            note(beacon, of: member)
            if beacon.factsThrough.contains(where: { $0.sequence > ledger.through($0.origin) }) {
                pullFacts(from: member, at: now)
            }
        } catch {
            turn.effects.append(.log(.refusedFrame(from: member, error)))
        }
    }

    /// Nothing depends on coordinators; operators want to see whether they live.
    private mutating func hear(
        coordinator member: MemberID, _ incarnation: Incarnation, at now: Instant
    ) {
        coordinators.removeAll { $0.member == member }
        coordinators.append((member, incarnation, now))
    }

    private mutating func note(_ beacon: Beacon, of member: MemberID) {
        let position = beacons.firstIndex { $0.member == member }
        guard let position else {
            beacons.append((member, beacon))
            return
        }
        let didWork = beacons[position].beacon.gatewaysWork
        beacons[position].beacon = beacon
        if didWork != beacon.gatewaysWork {
            for group in incidents.keys { markDirty(group) }
        }
    }

    private mutating func receive(_ batch: FactBatch, from member: MemberID, at now: Instant) {
        guard batch.origin != me.id else { return }
        let before = ledger.through(batch.origin)
        guard let new = ledger.accept(batch) else {
            pullFacts(from: member, at: now)
            return
        }
        guard ledger.through(batch.origin) > before else { return }
        turn.facts.append(contentsOf: new)
        turn.factsThrough.removeAll { $0.origin == batch.origin }
        turn.factsThrough.append(FactID(origin: batch.origin, sequence: batch.through))
        for fact in new { add(fact, at: now) }
        updateBeacon()
    }

    /// Asks a member for everything it may hold that is missing here.
    mutating func pullFacts(from member: MemberID, at now: Instant) {
        if let position = lastPullAt.firstIndex(where: { $0.member == member }) {
            guard now - lastPullAt[position].at >= Self.pullPause else { return }
            lastPullAt[position].at = now
        } else {
            lastPullAt.append((member, now))
        }
        let pulls = config.members.filter { $0.role != .coordinator && $0.id != me.id }
            .map { FactPull(origin: $0.id, after: ledger.through($0.id)) }
        emit(frame(.factPull(pulls), to: member))
    }

    private mutating func answer(_ pull: FactPull, of member: MemberID) {
        let batch = ledger.batch(
            of: pull.origin, after: pull.after, max: Limits.factsPerMessageMax)
        guard let batch else { return }
        turn.framesAfterWrites.append(frame(.facts(batch), to: member))
    }

    /// The owner merges what is pending into the incident's log, one merge at a time; what comes meanwhile
    /// goes with the next.
    mutating func merge(_ group: GroupID, at now: Instant) {
        guard let slot = incidents[group], slot.mergeIndex == nil, !slot.pending.isEmpty else {
            return
        }
        let ready = mergeable(slot.pending)
        guard !ready.isEmpty else { return }
        let payload = LogPayload.merge(ready).encoded
        let result = replica.propose(payload, in: group, at: now, into: &turn.replication)
        switch result {
        case .accepted(let index, _): withSlot(group) { $0.mergeIndex = index }
        case .logFull: replicaWantsRoom(group)
        case .notOwner, .notEstablished, .transferring, .noMajority: break
        }
    }

    private mutating func replicaWantsRoom(_ group: GroupID) {
        guard let slot = incidents[group], slot.committed.lastIndex > 0 else { return }
        replica.compact(
            group, upTo: slot.committed.lastIndex, payload: slot.committed.encoded,
            into: &turn.replication)
    }

    /// Facts that may be merged: this member's own only once they are durable here; so many bytes at most.
    private func mergeable(_ pending: [Fact]) -> [Fact] {
        var chosen: [Fact] = []
        for fact in pending {
            if fact.id.origin == me.id, fact.id.sequence > ledger.durableThrough { continue }
            chosen.append(fact)
            if chosen.count == Limits.factsPerMessageMax { break }
        }
        return chosen
    }

    /// Puts into the next heartbeats how far facts are held here, and whether pages can leave from here.
    mutating func updateBeacon() {
        replica.attachment =
            Beacon(
                factsThrough: ledger.marks, gatewaysWork: canPage, changeCount: changeCount
            ).encoded
    }

    /// Whether this region can be counted on for pages.
    var canPage: Bool { me.role == .region && duty.works && outbox.diskError.isEmpty }
}
