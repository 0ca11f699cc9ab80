import Basics
import Escalation
import IncidentModel
import OnCall
import Paging
import Replication
import Wire

/// The duty of paging: what is due, what leaves, and what came of it.
extension RegionCore {
    /// Looks at one incident: its owner merges facts, an incident without owner gets one, what is
    /// due is paged, and the next time to look is put down.
    mutating func review(_ group: GroupID, at now: Instant) {
        let (shared, learned, hasPending) = withSlot(group) { slot in
            slot.isDirty = false
            return (slot.sharedView, slot.learnedCount, !slot.pending.isEmpty)
        }
        if group == controlGroup { takeOverControl(at: now) }
        announce(shared, in: group)
        merge(group, at: now)
        var next = min(
            settle(group, at: now), found(group, hasPending: hasPending, at: now))
        next = min(next, tendMerge(group, at: now), findDuplicate(group, at: now))
        next = min(next, followCommand(group, at: now), offerAtChange(group, at: now))
        if me.role == .region { next = min(next, page(group, shared, asOf: learned, at: now)) }
        if group == controlGroup, roster.shiftNotices != nil {
            next = min(next, now + Self.shiftPause)
        }
        replica.setPriority(group, takeoverPriority(of: shared, next: next))
        guard next < .distantFuture else { return }
        let at = max(next, now + .milliseconds(1))
        let isSooner = withSlot(group) { slot in
            if let planned = slot.reviewAt, planned <= at { return false }
            slot.reviewAt = at
            return true
        }
        if isSooner { agenda.add(group, at: at) }
    }

    /// How urgently somebody else has to take the incident over if its owner dies: open before
    /// closed, severe before mild, soonest due first. *Source:* design 4, "Takeover".
    private func takeoverPriority(of view: Shared<Incident>, next: Instant) -> UInt64 {
        guard view.value.status.isOpen else { return .max }
        let dueMax = UInt64(1) << 56 - 1
        return UInt64(view.value.severity.rawValue) << 56
            | min(UInt64(clamping: next.microseconds), dueMax)
    }

    private mutating func announce(_ view: Shared<Incident>, in group: GroupID) {
        let (generation, end) = (view.value.generation, view.value.previousEnd)
        let isNew = withSlot(group) { slot in
            guard generation > 0, slot.announcedEnd != end else { return false }
            slot.announcedEnd = end
            return true
        }
        if isNew { turn.effects.append(.log(.opened(group, generation, view.value.severity))) }
    }

    /// Founds or takes over a group that has facts to merge and no owner. The region that should
    /// lead goes first; the others give it time, by rank. Gives back when to look again.
    private mutating func found(
        _ group: GroupID, hasPending: Bool, at now: Instant
    ) -> Instant {
        guard hasPending, replica.ownerHint(of: group) == nil, replica.hasMajority else {
            withSlot(group) { $0.foundingAt = nil }
            return .distantFuture
        }
        let planned = withSlot(group) { $0.foundingAt }
        let order = replica.preference.filter { $0 == me.id || replica.isFresh($0) }
        let rank = Int64(order.firstIndex(of: me.id) ?? order.count)
        let stagger = max(config.replication.staggerMin, replica.roundTripEstimate * 2)
        let at = planned ?? now + stagger * rank
        if at <= now {
            replica.campaign(group, at: now, into: &turn.replication)
            // Replication goes on by itself; asked in a fixed rhythm, two regions would share the
            // votes again and again.
            let again = now + random.span(.seconds(2)...(.seconds(4)))
            withSlot(group) { $0.foundingAt = again }
            return again
        }
        withSlot(group) { $0.foundingAt = at }
        return at
    }

    /// Pages what is due and this region's turn; gives back when to look again.
    private mutating func page(
        _ group: GroupID, _ known: Shared<Incident>, asOf learned: UInt64, at now: Instant
    ) -> Instant {
        if let until = leaveToCarrier(group, at: now) {
            return min(until, tellOfMentions(known, at: now))
        }
        let view = startedNoLaterThanSeen(known, in: group, at: now)
        // Once: what is behind a reference is copied whenever it is looked at.
        let incident = view.value
        // Where nothing was learned since, its basis is what it was.
        if !withSlot(group, { $0.stands(asOf: learned) }) {
            withSlot(group) { $0.stand(on: EscalationBasis(incident), asOf: learned) }
        }
        let told = told(of: incident, at: now)
        var grace: Span?
        var next = tell(told, view, incident, grace: &grace, at: now)
        switch currentPlan(incident, at: now) {
        case .quiet(let reason):
            noteOverdue(nil, of: group)
            closeAttempts(
                of: group, keeping: told.map(\.page.key),
                reason: Self.words(of: reason, incident), at: now)
            if reason == .acknowledged, let lapse = lapse(of: incident) {
                next = min(next, lapseAcknowledgement(lapse, group, incident, at: now))
            }
        case .page(let plan):
            closeAttempts(
                of: group, keeping: plan.pages.map(\.key) + told.map(\.page.key),
                reason: "a later step is due", at: now)
            let isReached = plan.pages.contains { incident.isDelivered($0.key) }
            noteOverdue(isReached || plan.stepDue > now ? nil : plan.stepDue, of: group)
            noteWorse(incident, plan, at: now)
            next = min(next, plan.nextStepDue ?? .distantFuture, plan.shiftEnds)
            // By position: a page is dear to copy.
            for index in plan.pages.indices
            where incident.page(plan.pages[index].key)?.isSettled != true {
                let turn = consider(
                    plan.pages[index], due: plan.pages[index].due, of: plan, view, incident,
                    isReached, isNotice: !plan.notice.isEmpty, until: plan.nextStepDue,
                    grace: &grace, at: now)
                next = min(next, turn)
            }
        }
        return next
    }

    /// What was decided before, if it still holds: most looks at an incident learn nothing about it.
    private mutating func currentPlan(_ view: Incident, at now: Instant) -> EscalationDecision {
        if let held = incidents.read(view.group, { $0.derived.decision?.value(at: now) }) ?? nil {
            return held
        }
        let decision = decide(view, at: now)
        withSlot(view.group) {
            $0.derived.decision = Derived.Held(
                value: decision, from: now, until: decision.holdsUntil)
        }
        return decision
    }

    func decide(_ view: Incident, at now: Instant) -> EscalationDecision {
        let decision = decideEscalation(
            of: view, roster: roster, book: book, at: now,
            emptyLevelsWait: config.defects.contains(.emptyLevelsWait))
        guard config.defects.contains(.regionInStepKey), case .page(var plan) = decision else {
            return decision
        }
        for index in plan.pages.indices {
            let key = plan.pages[index].key
            plan.pages[index].key = StepKey(high: key.high, low: key.low ^ me.id.number)
        }
        return .page(plan)
    }

    /// A run cannot have begun much later than it was first seen here: the clock of the region that saw
    /// it first may be ahead, and a page must not wait for that (decision 0036). Where two regions began one apart, what its log
    /// says of the beginning is seen when that is known: all count from there (seed 256017).
    private mutating func startedNoLaterThanSeen(
        _ known: Shared<Incident>, in group: GroupID, at now: Instant
    ) -> Shared<Incident> {
        let seen = withSlot(group) { slot in
            var run = IncidentSlot.SeenRun(
                previousEnd: known.value.previousEnd, run: known.value.run.number,
                startedAt: known.value.run.startedAt, at: now)
            if let before = slot.runSeen {
                if before.isSame(as: run) { return before.at }
                if before.previousEnd == run.previousEnd, before.run == run.run {
                    if run.startedAt > now {
                        run.at = before.at
                    } else if let since = slot.overdueSince,
                        since >= min(before.startedAt, before.at)
                    {
                        // Since when nobody was reached counts from there as well, if it counted from this run.
                        slot.overdueSince = max(since, run.startedAt)
                    }
                }
            }
            slot.runSeen = run
            return run.at
        }
        guard seen + ClockLimits.unnoticed < known.value.run.startedAt else { return known }
        var view = known
        view.value.run.startedAt = seen
        return view
    }

    /// Takes note, for coordinators, since when nobody was reached: since the first step that
    /// reached nobody, whatever steps have come due meanwhile. Not since before the generation began, or
    /// somebody acknowledged: a region that heard of both at once would count from another moment than who
    /// saw the quiet in between (seed 234657).
    mutating func noteOverdue(_ stepDue: Instant?, of group: GroupID) {
        let (known, view) = withSlot(group) { ($0.overdueSince, $0.sharedView) }
        let acknowledged = view.value.acknowledgements.map(\.time).max() ?? .zero
        let quiet = max(view.value.openedAt, acknowledged).instant
        let since = stepDue.map { max(min($0, known ?? $0), min($0, quiet)) }
        guard known != since else { return }
        withSlot(group) { $0.overdueSince = since }
        noteChange(group)
    }

    /// Lets go the orders whose intent is durable, each after a last look. All that the turn's input
    /// tells is known by now: it may say that somebody has acknowledged. *Source:* design 5, S10.
    mutating func releaseRipeOrders(at now: Instant) {
        guard !turn.ripeOrders.isEmpty else { return }
        let orders = turn.ripeOrders
        turn.ripeOrders = []
        for order in orders { release(order, at: now) }
    }

    private mutating func release(_ order: PageOrder, at now: Instant) {
        guard let entry = duty.order(order.number) else { return }
        let view = incidents.read(entry.group, \.sharedView) ?? Shared(Incident(group: entry.group))
        if let reason = reasonToDrop(order, entry, view.value) {
            // Those that were to go with it are looked at anew, each by itself.
            for one in order.also {
                finishAttempt(
                    PageReport(
                        number: one.number, provider: "",
                        outcome: .dropped(
                            reason: "the page it was to go with was not sent; it is tried again")),
                    at: now)
            }
            finishAttempt(
                PageReport(number: order.number, provider: "", outcome: .dropped(reason: reason)),
                at: now)
            return
        }
        var order = order
        order.also = order.also.filter { one in
            guard let entry = duty.order(one.number),
                let view = incidents.read(entry.group, \.sharedView)
            else { return false }
            guard let reason = reasonToDrop(one, entry, view.value) else { return true }
            finishAttempt(
                PageReport(number: one.number, provider: "", outcome: .dropped(reason: reason)),
                at: now)
            return false
        }
        turn.effects.append(.page(order))
    }

    private func reasonToDrop(
        _ order: PageOrder, _ entry: DutyBook.InFlight, _ view: Incident
    ) -> String? {
        if config.defects.contains(.noLastLook) { return nil }
        // Others have long taken their turns; this one comes again when it knows what they did.
        if entry.begunAt + config.timings.firstGrace < strangerUntil {
            return "this process stood still meanwhile"
        }
        let position = entry.intent.position
        if position == .shiftNotice {
            return view.page(order.key)?.isDelivered == true ? "another region sent it" : nil
        }
        guard view.status.isOpen || position.isMention else { return "resolved meanwhile" }
        if isCarried(entry.group), !position.isMention {
            return "merged with another incident meanwhile"
        }
        if view.coveringAcknowledgement != nil, !position.isNotice {
            return "acknowledged meanwhile"
        }
        // What is told of command has no run of the policy.
        let isOfRun = position.run == view.run.number || position.isNotice && position.run == 0
        if !position.isMention, position.previousEnd != view.previousEnd || !isOfRun {
            return "the incident has moved on"
        }
        if view.page(order.key)?.isDelivered == true { return "another region sent it" }
        return nil
    }

    mutating func finishAttempt(_ report: PageReport, at now: Instant) {
        guard let entry = duty.end(report.number) else { return }
        duty.note(
            report.outcome, of: entry.order.contact.channel, provider: entry.order.provider,
            at: now)
        // What went in one message is tried again in one.
        let pause = pauseAfter(entry, report.outcome)
        finish(entry, report, pause: pause, at: now)
        for one in entry.order.also {
            guard let companion = duty.end(one.number) else { continue }
            finish(companion, report, pause: pause, at: now)
            holdAgain(companion, after: report.outcome)
        }
        if !entry.order.also.isEmpty { holdAgain(entry, after: report.outcome) }
    }

    private mutating func finish(
        _ entry: DutyBook.InFlight, _ report: PageReport, pause: Span, at now: Instant
    ) {
        let channel = entry.order.contact.channel
        let attemptsMax = config.timings.attemptsMax
        withAttempt(entry.order.key, in: entry.group, at: now) { attempt in
            attempt.inFlight = nil
            attempt.isExhausted = attempt.count >= attemptsMax
            attempt.nextAt = now + pause
            if case .dropped = report.outcome { attempt.isClosed = true }
        }
        turn.effects.append(
            .log(
                .paged(
                    entry.group, entry.order.key, entry.order.person, channel, report.outcome)))
        write(
            .pageResult(
                PageResult(of: entry.intent, provider: report.provider, outcome: report.outcome)),
            about: entry.group, at: now)
    }

    /// The next provider is tried at once (seed 81828); after the last one the pause doubles from round to
    /// round, with jitter. It grows with the outage: half a minute's silence after three seconds of it came too
    /// soon (seed 227677).
    private mutating func pauseAfter(_ entry: DutyBook.InFlight, _ outcome: PageOutcome) -> Span {
        let providers = UInt64(max(1, duty.providerCount(of: entry.order.contact.channel)))
        guard case .failed = outcome, entry.intent.attempt % providers == 0 else { return .zero }
        let round = min(entry.intent.attempt / providers, 8)
        let full = min(
            config.timings.retryPause.microseconds << Int64(round - 1),
            config.timings.retryPauseMax.microseconds)
        return random.span(.microseconds(full / 2)...(.microseconds(full)))
    }

    /// Pages that were tried without success and are no longer wanted are written down as dropped:
    /// nothing ends silently. Mostly there are none: then nobody asks which are wanted.
    mutating func closeAttempts(
        of group: GroupID, keeping wanted: @autoclosure () -> [StepKey],
        reason: @autoclosure () -> String, at now: Instant
    ) {
        let attempts = withSlot(group) { $0.attempts }
        guard !attempts.isEmpty else { return }
        let keys = wanted()
        let view = withSlot(group) { $0.sharedView }
        for attempt in attempts
        where attempt.inFlight == nil && !attempt.isClosed && !keys.contains(attempt.key) {
            withAttempt(attempt.key, in: group, at: now) { $0.isClosed = true }
            guard let record = view.value.page(attempt.key), !record.isDelivered else { continue }
            let intent = PageIntent(
                key: record.key, position: record.position, person: record.person,
                channel: record.channel, attempt: attempt.count + 1)
            let result = PageResult(of: intent, provider: "", outcome: .dropped(reason: reason()))
            write(.pageResult(result), about: group, at: now)
        }
        withSlot(group) { slot in
            slot.attempts.removeAll { $0.isClosed && $0.inFlight == nil && !keys.contains($0.key) }
        }
    }

    mutating func withAttempt(
        _ key: StepKey, in group: GroupID, at now: Instant, _ change: (inout LocalAttempt) -> Void
    ) {
        withSlot(group) { slot in
            let position = slot.attempts.firstIndex { $0.key == key }
            if let position {
                change(&slot.attempts[position])
            } else {
                var attempt = LocalAttempt(key: key, nextAt: now)
                change(&attempt)
                slot.attempts.append(attempt)
            }
        }
    }

    private static func words(of reason: QuietReason, _ view: Incident) -> String {
        switch reason {
        case .notOpen: "resolved"
        case .acknowledged:
            "acknowledged by \(view.coveringAcknowledgement?.acknowledgement.by.text ?? "somebody")"
        }
    }
}
