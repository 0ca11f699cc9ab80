import Basics
import IncidentModel
import Paging
import Replication
import Wire

/// Closing a turn: one durable batch, what may leave at once, and what has to wait.
extension RegionCore {
    /// How long commit hints and deletions wait for a batch to go with.
    private static let lazyWriteDelay = Span.milliseconds(200)
    /// A write that takes longer counts as a disk that refuses it.
    private static let writeTimeout = Span.milliseconds(1_500)
    /// How long a disk may refuse writes before others decide.
    private static let handOnAfter = Span.seconds(3)

    mutating func closeTurn(at now: Instant) {
        replica.flush(into: &turn.replication)
        settleReplication(at: now)
        for outgoing in turn.replication.messages {
            emit(frame(.replication(outgoing.message), to: outgoing.to))
        }
        // With a failing disk nothing is kept that will be asked for again.
        for outgoing in turn.replication.afterWrites where outbox.diskError.isEmpty {
            turn.framesAfterWrites.append(frame(.replication(outgoing.message), to: outgoing.to))
        }
        for heartbeat in turn.replication.heartbeats {
            var heartbeat = heartbeat
            heartbeat.attachment = beacon.encoded
            turn.effects.append(.publish(bytes: heartbeat.encoded(reserving: 192)))
        }
        pushOwnFacts()
        persist(at: now)
        turn.replication.removeAll()
        askToBeWoken(at: now)
    }

    private mutating func pushOwnFacts() {
        guard !turn.facts.isEmpty else { return }
        let own = turn.facts.filter { $0.id.origin == me.id }
        guard let first = own.first, let last = own.last else { return }
        let batch = FactBatch(
            origin: me.id, after: first.id.sequence - 1, through: last.id.sequence, facts: own)
        let fresh = peers.filter { replica.isFresh($0.id) }
        guard let one = fresh.first else { return }
        // The same bytes for all.
        var frame = frame(.facts(batch), to: one.id)
        for peer in fresh {
            frame.to = peer.id
            turn.framesAfterWrites.append(frame)
        }
    }

    private mutating func persist(at now: Instant) {
        // Most turns bring nothing to write, and what waits for company may wait on.
        guard turn.hasWrites || outbox.lazySince.map({ now - $0 >= Self.lazyWriteDelay }) == true
        else { return }
        var urgent: [GroupWrite] = []
        let earlier = outbox.lazyWrites.count
        for write in turn.replication.writes {
            if write.isLazy { outbox.lazyWrites.append(write) } else { urgent.append(write) }
        }
        outbox.lazyMerged.append(contentsOf: turn.mergedFacts)
        let hasLazy = !outbox.lazyWrites.isEmpty || !outbox.lazyMerged.isEmpty
        if hasLazy, outbox.lazySince == nil { outbox.lazySince = now }
        let isLazyDue = outbox.lazySince.map { now - $0 >= Self.lazyWriteDelay } ?? false
        let isUrgent = !urgent.isEmpty || !turn.facts.isEmpty || !turn.factsThrough.isEmpty
        if isUrgent || isLazyDue {
            writeBatch(urgent: urgent, behind: earlier, at: now)
        } else if !outbox.addToNewest(frames: turn.framesAfterWrites, orders: turn.orders) {
            for frame in turn.framesAfterWrites { emit(frame) }
            for order in turn.orders { turn.effects.append(.page(order)) }
        }
        turn.removeWrites()
    }

    /// `earlier`: how many of the writes that may wait are of turns before this one.
    private mutating func writeBatch(
        urgent: [GroupWrite], behind earlier: Int, at now: Instant
    ) {
        var batch = WriteBatch(token: outbox.nextToken())
        // Commit hints of turns before speak of entries that are written; those of this turn may speak
        // of what it writes, in the place of something else (seed 850).
        batch.groups =
            outbox.lazyWrites.prefix(earlier) + urgent + outbox.lazyWrites.dropFirst(earlier)
        batch.facts = turn.facts
        batch.mergedFacts = outbox.lazyMerged
        batch.factsThrough = turn.factsThrough
        outbox.lazyWrites = []
        outbox.lazyMerged = []
        outbox.lazySince = nil
        let ownThrough = turn.facts.last { $0.id.origin == me.id }?.id.sequence
        outbox.hold(
            TurnOutbox.Held(
                token: batch.token, since: now, writes: urgent, ownThrough: ownThrough,
                frames: turn.framesAfterWrites, orders: turn.orders))
        turn.effects.append(.persist(batch))
    }

    mutating func becomeDurable(_ token: UInt64, at now: Instant) {
        if !outbox.diskError.isEmpty { (outbox.diskError, outbox.handOnAt) = ("", nil) }
        for held in outbox.release(through: token) {
            replica.durable(held.writes, at: now, into: &turn.replication)
            if let through = held.ownThrough { becomeDurable(ownFactsThrough: through) }
            for frame in held.frames { emit(frame) }
            turn.ripeOrders.append(contentsOf: held.orders)
        }
    }

    /// Own facts may be merged now: were they merged before they are durable here, a crash could
    /// give their numbers to other facts.
    private mutating func becomeDurable(ownFactsThrough through: UInt64) {
        let before = ledger.durableThrough
        ledger.becomeDurable(through: through)
        guard let batch = ledger.batch(of: me.id, after: before, max: .max) else { return }
        for fact in batch.facts { markDirty(fact.group) }
    }

    /// The disk refuses writes: nothing that depends on them leaves, but pages do. The interpreter
    /// goes on trying to write the same batch. *Source:* docs/decisions/0005.
    mutating func diskFailed(_ reason: String, at now: Instant) {
        if outbox.diskError.isEmpty { turn.effects.append(.log(.writeFailed(reason: reason))) }
        outbox.diskError = reason
        if outbox.handOnAt == nil { outbox.handOnAt = now + Self.handOnAfter }
        turn.ripeOrders.append(contentsOf: outbox.takeOrders())
    }

    /// A disk that hangs says nothing: after a while that counts as a refusal.
    mutating func noteHangingDisk(at now: Instant) {
        guard let since = outbox.heldSince, now - since >= Self.writeTimeout else { return }
        diskFailed("a write has taken \(now - since)", at: now)
    }

    /// Who cannot write can page, but decide nothing: after a while it hands on what it owns, if the others
    /// are a majority without it; what could not be handed on is tried again as long as that lasts.
    /// *Source:* docs/decisions/0027.
    mutating func handOnUnwritten(at now: Instant) {
        guard let at = outbox.handOnAt, at <= now else { return }
        outbox.handOnAt = now + Self.handOnAfter
        guard !config.defects.contains(.keepsUnwritten) else { return }
        for (group, member) in replica.handOnAll(at: now, into: &turn.replication) {
            turn.effects.append(.log(.handingOver(group, to: member)))
            markDirty(group)
        }
    }

    func frame(_ message: PeerMessage, to member: MemberID) -> Frame {
        let lane: Lane
        switch message {
        case .replication(let inner): lane = inner.lane
        case .facts(let batch): lane = batch.facts.contains(where: \.isUrgent) ? .urgent : .bulk
        case .logEndsQuestion: lane = .urgent
        case .factPull, .viewPull, .view, .mergeProposal, .logEndsAnswer: lane = .bulk
        }
        return Frame(to: member, lane: lane, bytes: message.encoded(reserving: 512))
    }

    mutating func emit(_ frame: Frame) {
        turn.effects.append(.send(to: frame.to, lane: frame.lane, bytes: frame.bytes))
    }

    private mutating func askToBeWoken(at now: Instant) {
        var next = replica.nextWakeInPlace()
        if let due = agenda.next { next = min(next, due) }
        if let due = waiting.next { next = min(next, due) }
        if let since = outbox.lazySince { next = min(next, since + Self.lazyWriteDelay) }
        if let since = outbox.heldSince, outbox.diskError.isEmpty {
            next = min(next, since + Self.writeTimeout)
        }
        if let at = outbox.handOnAt { next = min(next, at) }
        if !askedEdits.isEmpty { next = min(next, askedEdits[0].at + Self.editPatience) }
        if !reads.waiting.isEmpty { next = min(next, nextRead) }
        if !dirty.isEmpty { next = now }
        next = max(next, now)
        guard next != wakeAskedFor else { return }
        wakeAskedFor = next
        turn.effects.append(.wake(at: next))
    }
}

extension Fact {
    /// Whether it must not queue behind megabytes: it opens, acknowledges or ends something.
    var isUrgent: Bool {
        switch body {
        case .alertSeen, .ackSeen, .resolveSeen, .escalationAsked, .edited, .handoff, .roster: true
        case .pageIntent, .pageResult: true
        case .noteAdded, .work: false
        }
    }
}
