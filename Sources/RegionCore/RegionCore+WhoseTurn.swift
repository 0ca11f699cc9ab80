import Basics
import Escalation
import IncidentModel
import Paging
import Replication
import Wire

/// Whose turn it is to send a page. *Source:* design 5.
extension RegionCore {
    /// Begins a try to send a page if it is due, nobody has sent it, and it is this region's turn;
    /// gives back when to look again. The plan is asked for only then; `end` is that of its step,
    /// `due` is when the page is due, `seenAt` when that was first known here, if it was late; `heldGrace`
    /// is how long others leave the incident's pages to this region, once it was worked out.
    mutating func consider(
        _ page: PlannedPage, due: Instant, of plan: @autoclosure () -> EscalationPlan,
        _ view: Shared<Incident>, _ incident: Incident, _ isReached: Bool, isNotice: Bool,
        until end: Instant?, seenAt: Instant = .epoch, grace heldGrace: inout Span?,
        at now: Instant
    ) -> Instant {
        let group = incident.group
        let record = incident.page(page.key)
        if record?.isSettled == true { return .distantFuture }
        guard duty.providerCount(of: page.contact.channel) > 0 else { return .distantFuture }
        let mine = withSlot(group) { slot in slot.attempts.first { $0.key == page.key } }
        if mine?.inFlight != nil { return .distantFuture }
        // While nobody at all was reached it is tried on, slowly, for as long as the step lasts.
        if mine?.isExhausted == true, isReached { return .distantFuture }
        let grace = heldGrace ?? grace(in: group)
        heldGrace = grace
        // What was tried already is urgent, whatever it is about.
        let isNew = mine == nil && record?.attempts.isEmpty ?? true && !isNotice
        var wait =
            isNew ? bundledAt(page, due: due, group, incident.severity, at: now) : nil
        // It must not wait until its step is over: all regions' turns come before that, and none ceases to wait
        // because the others' are late (seed 212509), or because it would have to wait on (seed 214358).
        if let end, let until = wait?.until {
            wait?.until = min(until, end - graceMax)
            if end - graceMax <= due { wait = nil }
        }
        noteBundled(page.key, wait, in: group, at: now)
        let bundledAt = wait?.until ?? .epoch
        let turnAt = turnAt(
            of: page.key, due: due, leaves: max(due, bundledAt, seenAt), record, mine, group,
            grace: grace, at: now)
        // Then it waits for others, and may be taken along by one of them (seed 121359).
        guard turnAt <= now else { return turnAt }
        guard bundledAt + grace <= now else {
            duty.hold(
                DutyBook.Held(group: group, key: page.key),
                for: DutyBook.Mailbox(page.person.id, page.contact))
            return bundledAt + grace
        }
        if turn.dueKeys.insert(page.key).inserted {
            var page = page
            page.due = due
            turn.duePages.append(
                DuePage(
                    page: page, plan: plan(), group: group, view: view,
                    attempt: (mine?.count ?? lastAttempt(in: record)) + 1))
        }
        return .distantFuture
    }

    /// When it is this region's turn to send a page: at once if it has the duty, but for what others are known
    /// to be about to send.
    mutating func turnAt(
        of key: StepKey, due: Instant, leaves: Instant, _ record: PageRecord?,
        _ mine: LocalAttempt?, _ group: GroupID, grace: Span, at now: Instant
    ) -> Instant {
        let asked = askedSince(key, in: group, at: now)
        let from = waitsFrom(group)
        var turnAt = max(due, from) + grace
        let ownedSince = incidents.read(group) { $0.ownedSince } ?? nil
        if let since = ownedSince, due < since, hasDuty(of: group) {
            // What the owner before me began is on its way, however long ago it was due (seed 221034); the others'
            // turns come at G0. Where mine comes as late, so may what one of them began (decision 0036).
            let start = max(leaves, from, asked ?? .epoch)
            let limit = start + .microseconds(config.timings.firstGrace.microseconds / 2)
            let heard = since + replica.roundTripEstimate
            let isLate = since >= start + config.timings.firstGrace
            turnAt = max(turnAt, isLate ? heard : min(heard, limit))
        }
        if let nextAt = mine?.nextAt { turnAt = max(turnAt, nextAt) }
        // When somebody's intent came to nothing the others take turns anew: all at once, each would
        // page.
        if let held = holdUntil(record, group, at: now) { turnAt = max(turnAt, held + grace) }
        // So they do when a try failed: all have heard of it at the same moment.
        let rankGrace = grace - min(grace, config.timings.firstGrace)
        if let failed = othersLastFailure(record, group, at: now) {
            turnAt = max(turnAt, failed + rankGrace)
        }
        if due < strangerUntil { turnAt = max(turnAt, startsAt(group, rankGrace)) }
        if let asked { turnAt = max(turnAt, asked + grace) }
        // What is missing may say that it was sent, and is on its way.
        if let since = missingSince, !hasDuty(of: group) {
            turnAt = max(turnAt, since + Self.missingPatience)
        }
        // So may what others say they hold: it comes round where the way from who sent it is cut (seed 319576). There is
        // always something new where much happens, so that nobody's turn comes later by more than this.
        if let since = untoldSince, !hasDuty(of: group) {
            turnAt = max(turnAt, min(since, turnAt) + Self.missingPatience)
        }
        // So may the part of the log that is known to be missing, and nothing else where facts are merged (seed
        // 121206). While others can page, who lacks it comes after all of them (seed 230036).
        if !hasDuty(of: group), let behind = replica.behind(group) {
            let until = min(behind.progressAt + Self.missingPatience, behind.since + Self.repairMax)
            let last = graceMax + config.timings.rankGrace
            turnAt = max(turnAt, canOthersPage ? max(until, due, from) + last : until)
        }
        return turnAt
    }

    /// When a region that has started, or goes on, begins with what was due before: by turns, for all may have at
    /// once, and the owner first. *Source:* decision 0037.
    private mutating func startsAt(_ group: GroupID, _ rankGrace: Span) -> Instant {
        guard !config.defects.contains(.startsOutOfTurn) else { return strangerUntil }
        let isFirst = hasDuty(of: group) || !canOthersPage
        return strangerUntil + rankGrace + (isFirst ? .zero : config.timings.rankGrace)
    }

    /// How long a page that is not this region's duty waits for facts, or a part of the log, that are known
    /// to be missing.
    private static let missingPatience = Span.seconds(1)
    /// The longest that it waits for a log that comes bit by bit.
    private static let repairMax = Span.seconds(3)

    /// This member's last attempt as it is known from before a restart.
    mutating func lastAttempt(in record: PageRecord?) -> UInt64 {
        min(record?.attempts.filter { $0.member == me.id }.map(\.attempt).max() ?? 0, 1 << 32)
    }

    /// What its turn is counted from besides the due time: nothing, unless another incident paged for
    /// it until then. Timers are state, never reset.
    private mutating func waitsFrom(_ group: GroupID) -> Instant {
        guard config.defects.contains(.rankTimersReset) else {
            return incidents.read(group) { $0.resumedAt } ?? .epoch
        }
        return incidents.read(group) { $0.pending.last?.time.instant ?? .epoch } ?? .epoch
    }

    /// Whether this region pages for an incident without waiting for others: its owner does, until
    /// another one has established itself.
    @inline(__always)
    func hasDuty(of group: GroupID) -> Bool {
        // A leader that has not established itself does not know yet all that was committed.
        guard incidents.read(group, { $0.ownedSince != nil }) == true else { return false }
        guard config.defects.contains(.dutyDroppedAtTransfer) else { return true }
        return replica.status(of: group)?.isTransferring != true
    }

    /// How long this region leaves a due page to others: nothing for the owner; for the others G0,
    /// and G1 more for each better-ranked region that is fresh and whose gateways work. The owner has its
    /// rank like any other: nobody's turn comes sooner because it becomes known who owns (seed 204448).
    /// *Source:* design 5.
    mutating func grace(in group: GroupID) -> Span {
        if hasDuty(of: group) { return .zero }
        var rank: Int64 = 0
        for member in replica.preference {
            if member == me.id { break }
            let isRegion = config.members.contains { $0.id == member && $0.role == .region }
            guard isRegion, replica.isFresh(member) else { continue }
            let works = beacons.first { $0.member == member }?.beacon.gatewaysWork ?? true
            if works { rank += 1 }
        }
        return config.timings.firstGrace + config.timings.rankGrace * rank
    }

    /// Whether some other region is heard whose gateways work.
    private var canOthersPage: Bool {
        config.members.contains { member in
            member.role == .region && member.id != me.id && replica.isFresh(member.id)
                && beacons.first { $0.member == member.id }?.beacon.gatewaysWork ?? true
        }
    }

    /// The longest that any region leaves a due page to others.
    var graceMax: Span {
        let regions = config.members.count { $0.role == .region }
        return config.timings.firstGrace + config.timings.rankGrace * Int64(max(0, regions - 1))
    }

    /// Until when another region's intent holds this one back: an intent without result suppresses
    /// for a while, only success suppresses for good. *Source:* design 5.
    private mutating func holdUntil(
        _ record: PageRecord?, _ group: GroupID, at now: Instant
    ) -> Instant? {
        newest(record) { $0.outcome == nil ? $0.intentAt : nil }.map {
            came($0.time, .init(key: $0.key, member: $0.member, isEnd: false), group, at: now)
                + intentHold
        }.max()
    }

    /// When another region's try last turned out to have failed.
    private mutating func othersLastFailure(
        _ record: PageRecord?, _ group: GroupID, at now: Instant
    ) -> Instant? {
        newest(record) { $0.outcome?.isSuccess == false ? $0.resultAt : nil }.map {
            came($0.time, .init(key: $0.key, member: $0.member, isEnd: true), group, at: now)
        }.max()
    }

    /// The newest time of each other member's tries that are asked for.
    private func newest(
        _ record: PageRecord?, _ time: (PageAttemptRecord) -> HybridTime?
    ) -> [(key: StepKey, member: MemberID, time: HybridTime)] {
        guard let record else { return [] }
        var found: [(key: StepKey, member: MemberID, time: HybridTime)] = []
        for attempt in record.attempts where attempt.member != me.id {
            guard let time = time(attempt) else { continue }
            if let known = found.firstIndex(where: { $0.member == attempt.member }) {
                found[known].time = max(found[known].time, time)
            } else {
                found.append((record.key, attempt.member, time))
            }
        }
        return found
    }

    /// When something happened: by its date, but no later than it was first seen here. What is dated ahead
    /// comes from a clock that is wrong, or was: all dates have been ahead since. *Source:*
    /// docs/decisions/0032.
    private mutating func came(
        _ time: HybridTime, _ place: IncidentSlot.SeenAhead.Place, _ group: GroupID, at now: Instant
    ) -> Instant {
        let instant = time.instant
        guard !config.defects.contains(.holdsFromDates) else { return instant }
        let isAhead = instant > now + ClockLimits.tolerated
        let hasAny = incidents.read(group) { !$0.aheadSeen.isEmpty } ?? false
        guard isAhead || hasAny else { return instant }
        return withSlot(group) { slot in
            let known = slot.aheadSeen.firstIndex { $0.place == place }
            if let known, slot.aheadSeen[known].dated == time {
                return min(instant, slot.aheadSeen[known].at)
            }
            guard isAhead else { return instant }
            let seen = IncidentSlot.SeenAhead(place: place, dated: time, at: now)
            if let known {
                slot.aheadSeen[known] = seen
            } else if slot.aheadSeen.count < Self.aheadSeenMax {
                slot.aheadSeen.append(seen)
            } else {
                // It holds nobody back: better twice than never.
                return .epoch
            }
            return now
        }
    }

    /// For how many pages and members an incident keeps when what is dated ahead was seen.
    private static let aheadSeenMax = 256

    private var intentHold: Span {
        @inline(__always) get {
            config.defects.contains(.intentSuppressesForEver)
                ? .hours(1) : config.timings.intentHold
        }
    }
}
