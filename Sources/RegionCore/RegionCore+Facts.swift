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
    mutating func write(
        _ body: FactBody, about group: GroupID, key: ActKey = .none, at now: Instant
    ) -> Fact {
        let fact = Fact(
            id: FactID(origin: me.id, sequence: ledger.nextSequence), group: group,
            time: clock.tick(at: now), region: me.name, key: key, body: body)
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
            noteWhoIsPaged(fact, at: now)
            noteChange(fact.group)
            markDirty(fact.group)
        } else {
            ledger.remove([fact.id])
            turn.mergedFacts.append(fact.id)
            if fact.id.origin == me.id, turn.facts.last?.id == fact.id {
                let reason = "fact \(fact.id) is in the log already: this disk has forgotten facts"
                turn.effects.append(.halt(reason: reason))
            }
        }
    }

    /// Takes note of whom a try is about to reach, so that others wait to go with the next page to them. It may
    /// be in a log here before it comes by itself (seed 257593).
    mutating func noteWhoIsPaged(_ fact: Fact, at now: Instant) {
        guard case .pageIntent(let intent) = fact.body, !intent.position.isNotice else { return }
        duty.notePage(
            of: intent.person, intent.channel, about: fact.group, at: min(now, fact.time.instant))
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
            case .mergeProposal(let proposal): consider(proposal, at: now)
            case .logEndsQuestion(let question): answer(question, of: member)
            case .logEndsAnswer(let answer): take(answer, from: member)
            }
        } catch {
            turn.effects.append(.log(.refusedFrame(from: member, error)))
        }
    }

    mutating func receivePublication(_ bytes: [UInt8], from member: MemberID, at now: Instant) {
        do throws(WireError) {
            let known = beacons.firstIndex { $0.member == member }
            try heartbeat.become(
                decoding: bytes, likely: known.map { beacons[$0].bytes } ?? [])
            guard heartbeat.member == member else {
                throw WireError(offset: 0, expected: "\(member)", found: "\(heartbeat.member)")
            }
            if config.members.contains(where: { $0.id == member && $0.role == .coordinator }) {
                return hear(coordinator: member, heartbeat.incarnation, at: now)
            }
            replica.receive(heartbeat, at: now, into: &turn.replication)
            if let known, beacons[known].bytes == heartbeat.attachment,
                ledger.holds(beacons[known].beacon.factsThrough)
            {
                return
            }
            let beacon = try Beacon(decoding: heartbeat.attachment)
            note(beacon, heartbeat.attachment, of: member)
            if !ledger.holds(beacon.factsThrough) {
                untoldSince = untoldSince ?? now
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

    private mutating func note(_ beacon: Beacon, _ bytes: [UInt8], of member: MemberID) {
        let position = beacons.firstIndex { $0.member == member }
        guard let position else {
            beacons.append((member, beacon, bytes))
            return
        }
        let didWork = beacons[position].beacon.gatewaysWork
        beacons[position].beacon = beacon
        beacons[position].bytes = bytes
        if didWork != beacon.gatewaysWork { reviewUndelivered() }
    }

    private mutating func receive(_ batch: FactBatch, from member: MemberID, at now: Instant) {
        guard batch.origin != me.id else { return }
        if let error = batch.disorder {
            turn.effects.append(.log(.refusedFrame(from: member, error)))
            return
        }
        let before = ledger.through(batch.origin)
        let accepted = ledger.accept(batch)
        missingSince = ledger.isMissingSome ? missingSince ?? now : nil
        defer { noteTold() }
        guard let new = accepted else {
            pullFacts(from: member, at: now)
            return
        }
        let through = ledger.through(batch.origin)
        guard through > before else { return }
        turn.facts.append(contentsOf: new)
        turn.factsThrough.removeAll { $0.origin == batch.origin }
        turn.factsThrough.append(FactID(origin: batch.origin, sequence: through))
        for fact in new { add(fact, at: now) }
        // There is more where that came from: a pull brings a bounded number.
        let known = beacons.first { $0.member == member }?.beacon.factsThrough ?? []
        if known.contains(where: { $0.origin == batch.origin && $0.sequence > through }) {
            let pull = FactPull(origin: batch.origin, after: through)
            emit(frame(.factPull([pull]), to: member))
        }
    }

    /// Whether all is here by now that those who are heard say they hold.
    private mutating func noteTold() {
        guard untoldSince != nil else { return }
        let isTold = beacons.allSatisfy {
            !replica.isFresh($0.member) || ledger.holds($0.beacon.factsThrough)
        }
        if isTold { untoldSince = nil }
    }

    /// Asks a member for everything it may hold that is missing here.
    mutating func pullFacts(from member: MemberID, at now: Instant) {
        if let position = lastPullAt.firstIndex(where: { $0.member == member }) {
            guard now - lastPullAt[position].at >= Self.pullPause else { return }
            lastPullAt[position].at = now
        } else {
            lastPullAt.append((member, now))
        }
        var origins = config.members.filter { $0.role != .coordinator && $0.id != me.id }.map(\.id)
        // A member that was replaced may have left facts with others.
        for mark in beacons.first(where: { $0.member == member })?.beacon.factsThrough ?? []
        where mark.origin != me.id && mark.sequence > ledger.through(mark.origin)
            && !origins.contains(mark.origin)
        {
            origins.append(mark.origin)
        }
        let pulls = origins.map { FactPull(origin: $0, after: ledger.through($0)) }
        emit(frame(.factPull(pulls), to: member))
    }

    /// At once: own facts are given out only if they are durable here, others' are durable at their
    /// origins. Behind the writes of a disk that takes nothing they would never leave (seed 79).
    private mutating func answer(_ pull: FactPull, of member: MemberID) {
        let batch = ledger.batch(
            of: pull.origin, after: pull.after, max: Limits.factsPerMessageMax,
            bytesMax: Limits.bulkMessageBytesMax)
        guard let batch else { return }
        emit(frame(.facts(batch), to: member))
    }

    /// The owner merges what is pending into the incident's log, one merge at a time; what comes
    /// meanwhile goes with the next.
    mutating func merge(_ group: GroupID, at now: Instant) {
        let pending = withSlot(group) { slot in
            slot.isQuarantined || slot.mergeIndex != nil ? [] : slot.pending
        }
        guard !pending.isEmpty, replica.leads(group) else { return }
        let ready = mergeable(pending)
        guard !ready.isEmpty else { return }
        let payload = LogPayload.merge(ready).encoded
        let result = replica.propose(payload, in: group, at: now, into: &turn.replication)
        switch result {
        case .accepted(let index, _): withSlot(group) { $0.mergeIndex = index }
        case .logFull: replicaWantsRoom(group)
        case .notOwner, .notEstablished, .transferring, .noMajority: break
        }
    }

    mutating func replicaWantsRoom(_ group: GroupID) {
        guard let slot = incidents[group], !slot.isQuarantined, slot.committed.lastIndex > 0 else {
            return
        }
        replica.compact(
            group, upTo: slot.committed.lastIndex, payload: slot.committed.encoded,
            into: &turn.replication)
    }

    /// Facts that may be merged: this member's own only once they are durable here; so many bytes
    /// at most.
    private func mergeable(_ pending: [Fact]) -> [Fact] {
        var chosen: [Fact] = []
        for fact in pending {
            if fact.id.origin == me.id, fact.id.sequence > ledger.durableThrough { continue }
            chosen.append(fact)
            if chosen.count == Limits.factsPerMessageMax { break }
        }
        return chosen.fitting(Limits.bulkMessageBytesMax)
    }

    /// What goes with every heartbeat: how far facts are held here, and whether pages can leave from
    /// here.
    var beacon: Beacon {
        Beacon(
            factsThrough: config.defects.contains(.announcesUnwritten)
                ? ledger.marks : ledger.durableMarks,
            gatewaysWork: canPage, changeCount: changes.count)
    }

    /// Whether this region can be counted on for pages.
    var canPage: Bool { me.role == .region && duty.works && outbox.diskError.isEmpty }
}

extension FactBatch {
    /// What is wrong with its order; `nil` if nothing is. A number past 2^62 would leave none for
    /// later facts.
    fileprivate var disorder: WireError? {
        func error(_ expected: String, _ found: String) -> WireError {
            WireError(offset: 0, expected: expected, found: found)
        }
        guard through < 1 << 62 else { return error("a fact number below 2^62", "\(through)") }
        var last = after
        for fact in facts {
            guard fact.id.origin == origin, fact.id.sequence > last, fact.id.sequence <= through
            else { return error("facts of \(origin) in order up to \(through)", "\(fact.id)") }
            last = fact.id.sequence
        }
        return nil
    }
}
