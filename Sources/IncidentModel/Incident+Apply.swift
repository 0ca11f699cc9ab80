public import Basics

extension Incident {
    /// Applies an `Establish` entry: a region took ownership.
    public mutating func applyEstablish(
        owner newOwner: MemberID, region: RegionName, term: Term, index: LogIndex,
        at time: HybridTime
    ) {
        owner = newOwner
        epoch = term
        lastIndex = index
        note(
            .ownerEstablished, at: time, in: region,
            "\(region.text) owns the incident (epoch \(term))", index: index)
    }

    /// Applies facts merged at one log index. A fact that is in the log already is passed over, so
    /// that two owners may merge the same fact.
    public mutating func applyMerge(_ facts: [Fact], index: LogIndex) {
        lastIndex = index
        for fact in facts where !hasMerged(fact.id) {
            markMerged(fact.id)
            if mayAct(fact) { apply(fact, index: index) }
        }
    }

    /// A copy in which facts are applied that are not in the log yet, in the order (time, id).
    /// Their timeline entries have index 0 and no digest.
    public func viewed(with facts: [Fact]) -> Incident {
        var copy = self
        copy.view(with: facts.sorted { ($0.time, $0.id) < ($1.time, $1.id) })
        return copy
    }

    /// The same in place, for facts in the order (time, id).
    public mutating func view(with facts: [Fact]) {
        for fact in facts where !hasMerged(fact.id) && mayAct(fact) { apply(fact, index: 0) }
    }

    private mutating func markMerged(_ id: FactID) {
        let position = merged.partitioningIndex { $0.origin >= id.origin }
        if position < merged.count, merged[position].origin == id.origin {
            merged[position].sequence = max(merged[position].sequence, id.sequence)
        } else {
            merged.insert(id, at: position)
        }
    }

    private mutating func apply(_ fact: Fact, index: LogIndex) {
        switch fact.body {
        case .alertSeen(let report): apply(report, of: fact, index: index)
        case .pageIntent(let intent): apply(intent, of: fact, index: index)
        case .pageResult(let result): apply(result, of: fact, index: index)
        case .ackSeen(let acknowledgement): apply(acknowledgement, of: fact, index: index)
        case .resolveSeen(let resolution): apply(resolution, of: fact, index: index)
        case .escalationAsked(let request): apply(request, of: fact, index: index)
        case .edited(let edit): apply(edit, of: fact, index: index)
        case .handoff(let word): apply(word, of: fact, index: index)
        case .roster(let word): apply(word, of: fact, index: index)
        case .work(let word): apply(word, of: fact, index: index)
        case .noteAdded(let note): apply(note, of: fact, index: index)
        }
        if !status.isOpen { openIfSpokenOf(by: fact, index: index) }
    }

    /// Where an alert was over for this log, and a region that had not heard so saw it fire and paged somebody, or
    /// somebody took it on, there is an incident to look at: else what belongs to it would be taken for a
    /// part of the next. *Source:* decision 0036.
    private mutating func openIfSpokenOf(by fact: Fact, index: LogIndex) {
        let last = resolvedAt ?? .zero
        let fired = alerts.filter { $0.firingSeen > last }
        guard let worst = fired.map(\.instance.severity).min(),
            let since = fired.map(\.firingSeen).min(), let until = fired.map(\.resolveSeen).max()
        else { return }
        // Before there was any, whatever somebody says is about this one.
        if case .alertSeen = fact.body, generation == 0, pages.isEmpty { return }
        guard generation == 0 || isNextSpokenOf else { return }
        open(
            severity: worst,
            by: Cause(time: since, region: fact.region, fact: fact.id, index: index))
        settle(
            by: Cause(
                time: max(since, until), region: fact.region, fact: fact.id, index: index))
    }

    /// What the generation that would open next is known by. Two regions may end two of them at one timestamp, and
    /// whatever belonged to the later one would be taken for the earlier one's (seed 218073).
    private var nextEnd: HybridTime {
        let end = resolvedAt ?? .zero
        return generation == 0 ? end : max(end, previousEnd.next)
    }

    /// Whether somebody was paged about the generation that would open next.
    public var isNextPaged: Bool {
        let end = nextEnd
        return pages.contains { !$0.position.isNotice && $0.position.previousEnd == end }
    }

    private var isNextSpokenOf: Bool {
        let end = nextEnd
        return isNextPaged || acknowledgements.contains { $0.acknowledgement.previousEnd == end }
    }

    private mutating func apply(_ report: AlertReport, of fact: Fact, index: LogIndex) {
        if service.text.isEmpty {
            service = report.service
            correlationKey = report.correlationKey
        }
        let wasOpen = status.isOpen
        if generation == 0, report.alerts.contains(where: \.isFiring) {
            (title, source, isDrill) = (report.title, report.source, report.isDrill)
        }
        // What fired and was over before it came here: from when on, and until when.
        var over: (severity: Severity, until: HybridTime)?
        for alert in report.alerts {
            guard let until = join(alert, of: fact, index: index) else { continue }
            over = (
                min(over?.severity ?? alert.severity, alert.severity),
                max(over?.until ?? until, until)
            )
        }
        let opens =
            over != nil && !wasOpen && (generation == 0 || fact.time > resolvedAt ?? .zero)
        if !status.isOpen, opens || alerts.contains(where: \.isFiring) {
            title = report.title
            source = report.source
            isDrill = report.isDrill
        }
        settle(by: Cause(fact, index: index))
        if let over, opens, !status.isOpen {
            open(severity: over.severity, by: Cause(fact, index: index))
            settle(
                by: Cause(time: over.until, region: fact.region, fact: fact.id, index: index))
        }
    }

    /// Takes in what was said of one alert. Gives back when it was over, if it fired before that without this log
    /// having heard of it: a region that was cut off saw it fire, and paged, and the end came through another
    /// one first. People can look at what they were paged about (decision 0036).
    private mutating func join(
        _ report: AlertInstance, of fact: Fact, index: LogIndex
    ) -> HybridTime? {
        var position = alerts.partitioningIndex { $0.instance.fingerprint >= report.fingerprint }
        var wasFiring = false
        var over: HybridTime?
        if position < alerts.count, alerts[position].instance.fingerprint == report.fingerprint {
            wasFiring = alerts[position].isFiring
            let isNews =
                report.isFiring
                && (generation == 0 || report.countsFrom > alerts[position].firingSince)
            alerts[position].join(report, at: fact.time)
            if isNews, !alerts[position].isFiring, fact.time <= alerts[position].resolveSeen {
                over = alerts[position].resolveSeen
            }
        } else {
            if alerts.count >= Self.alertsMany, alerts.count % 100 == 0 {
                forgetAlerts(olderThan: fact.time.instant - Self.alertsKeptOfMany)
                position = alerts.partitioningIndex {
                    $0.instance.fingerprint >= report.fingerprint
                }
            }
            alerts.insert(AlertState(report, at: fact.time), at: position)
        }
        let isFiring = alerts[position].isFiring
        if over != nil || isFiring && !wasFiring {
            note(.alertFiring, of: fact, "\(report.severity.name) \(report.summary)", index: index)
        }
        if over != nil || wasFiring && !isFiring {
            note(
                .alertResolved,
                by: Cause(
                    time: over ?? fact.time, region: fact.region, fact: fact.id, index: index),
                report.summary)
        }
        return over
    }

    /// What an entry of the log came from: a fact, or its owner.
    struct Cause {
        var time: HybridTime
        var region: RegionName
        var fact: FactID?
        var index: LogIndex

        init(_ fact: Fact, index: LogIndex) {
            self.init(time: fact.time, region: fact.region, fact: fact.id, index: index)
        }
        init(time: HybridTime, region: RegionName, fact: FactID?, index: LogIndex) {
            (self.time, self.region, self.fact, self.index) = (time, region, fact, index)
        }
    }

    /// Opens, resolves or raises the severity, as the alerts now say.
    mutating func settle(by cause: Cause) {
        var worstFiring: Severity?
        for alert in alerts where alert.isFiring {
            worstFiring = min(worstFiring ?? alert.instance.severity, alert.instance.severity)
        }
        guard let worst = worstFiring else {
            if status.isOpen {
                status = .resolved
                resolvedAt = cause.time
                note(.resolved, by: cause, "all alerts are over")
            }
            return
        }
        if !status.isOpen {
            open(severity: worst, by: cause)
        } else {
            let covering = coveringAcknowledgement
            alertSeverity = min(alertSeverity, worst)
            settleSeverity()
            guard let covering, coveringAcknowledgement == nil else { return }
            beginRun(at: cause.time, level: 0, acknowledgedFrom: run.acknowledgedFrom)
            note(
                .escalated, by: cause,
                "\(alertSeverity.name) is worse than what "
                    + "\(covering.acknowledgement.by.text) had taken on: paging anew")
        }
    }

    private mutating func open(severity worst: Severity, by cause: Cause) {
        if generation > 0 { closePresentGeneration(at: cause.time) }
        forgetAlerts(olderThan: cause.time.instant - Self.alertsKept)
        previousEnd = nextEnd
        generation += 1
        openedAt = cause.time
        resolvedAt = nil
        alertSeverity = worst
        settleSeverity()
        run = PolicyRun(
            number: 1, startedAt: cause.time.instant, firstLevel: 0, isMild: severity > .sev2)
        status = coveringAcknowledgement == nil ? .triggered : .acknowledged
        let again = generation == 1 ? "opened" : "opened again (generation \(generation))"
        note(.opened, by: cause, "\(again) as \(severity.name): \(title)")
    }

    /// How long an alert that is over is remembered: an incident that comes back for years, with other
    /// alerts each time, must fit into one message.
    private static let alertsKept = Span.hours(24)
    /// From how many alerts on those that are over are forgotten within a generation, and after how long.
    private static let (alertsMany, alertsKeptOfMany) = (1_000, Span.hours(1))

    /// How many entries a timeline has at most: an incident that flaps for months must fit into one message.
    /// The chain of digests goes on.
    private static let timelineMax = 16_384

    private mutating func forgetAlerts(olderThan limit: Instant) {
        alerts.removeAll { alert in
            !alert.isFiring
                && max(alert.firingSeen, alert.resolveSeen, alert.closedThrough).instant < limit
        }
    }

    /// Forgets what can concern only the generation that is over.
    private mutating func closePresentGeneration(at time: HybridTime) {
        closedGenerations.append(previousEnd)
        if closedGenerations.count > Self.closedGenerationsMax { closedGenerations.removeFirst() }
        pages = pages.filter {
            $0.position.isMention
                ? remembersMention($0, at: time) : !hasClosed(after: $0.position.previousEnd)
        }
        acknowledgements = acknowledgements.filter {
            !hasClosed(after: $0.acknowledgement.previousEnd)
        }
        edits = edits.filter { !hasClosed(after: $0.edit.previousEnd) }
        escalations = escalations.filter { !hasClosed(after: $0.request.previousEnd) }
        // Those of the generation that just ended may not have been released yet.
        absorbed = absorbed.filter { $0.survivorEnd == previousEnd }
        (severitySetting, commander, deputies) = (nil, nil, [])
        commandSince = .zero
        handoffs = handoffs.filter { !hasClosed(after: $0.previousEnd) }
        work = work.filter { !hasClosed(after: $0.previousEnd) }
        forgetMentions(at: time)
        phase = nil
    }

    private mutating func apply(_ intent: PageIntent, of fact: Fact, index: LogIndex) {
        update(intent) { record in
            record.attempts.append(
                PageAttemptRecord(
                    member: fact.id.origin, attempt: intent.attempt, intentAt: fact.time,
                    resultAt: nil, provider: "", outcome: nil))
        }
        guard intent.position != .shiftNotice else {
            return forgetShiftNotices(at: fact.time)
        }
        let others = intent.with.prefix(4).map(\.short).joined(separator: ", ")
        let more = intent.with.count > 4 ? " and \(intent.with.count - 4) more" : ""
        let bundle = others.isEmpty ? "" : ", in one message with \(others)\(more)"
        note(
            .pageIntent, of: fact,
            intent.position.isNotice
                ? "telling \(intent.person.text) by \(intent.channel.name)"
                : "paging \(intent.person.text) by \(intent.channel.name), "
                    + intent.position.words + (intent.moved.isEmpty ? "" : " \(intent.moved)")
                    + bundle,
            index: index)
    }

    private mutating func apply(_ result: PageResult, of fact: Fact, index: LogIndex) {
        let intent = PageIntent(
            key: result.key, position: result.position, person: result.person,
            channel: result.channel, attempt: result.attempt)
        update(intent) { record in
            let known = record.attempts.firstIndex {
                $0.member == fact.id.origin && $0.attempt == result.attempt
            }
            if let known {
                record.attempts[known].resultAt = fact.time
                record.attempts[known].provider = result.provider
                record.attempts[known].outcome = result.outcome
            } else {
                record.attempts.append(
                    PageAttemptRecord(
                        member: fact.id.origin, attempt: result.attempt, intentAt: fact.time,
                        resultAt: fact.time, provider: result.provider, outcome: result.outcome))
            }
        }
        guard result.position != .shiftNotice else {
            return forgetShiftNotices(at: fact.time)
        }
        note(result, of: fact, index: index)
    }

    /// How many notices about shifts are remembered, and for how long at least: nobody is told twice.
    private static let (shiftNoticesMax, shiftNoticesKept) = (256, Span.hours(1))

    /// The control group lasts for ever: what was told long ago is forgotten, but nothing that may still be
    /// told.
    private mutating func forgetShiftNotices(at time: HybridTime) {
        guard pages.count > Self.shiftNoticesMax else { return }
        let limit = time.instant - Self.shiftNoticesKept
        let old = pages.filter { page in page.attempts.allSatisfy { $0.intentAt.instant < limit } }
            .sorted { ($0.firstIntent, $0.key) < ($1.firstIntent, $1.key) }
            .prefix(pages.count - Self.shiftNoticesMax).map(\.key)
        pages.removeAll { old.contains($0.key) }
    }

    private mutating func note(_ result: PageResult, of fact: Fact, index: LogIndex) {
        let who = "\(result.person.text) by \(result.channel.name)"
        switch result.outcome {
        case .delivered(let receipt):
            let tail = receipt.isEmpty ? "" : " (\(receipt))"
            let verb = result.position.isNotice ? "told" : "paged"
            note(
                .pageDelivered, of: fact, "\(verb) \(who) through \(result.provider)\(tail)",
                index: index)
        case .failed(let reason):
            note(.pageFailed, of: fact, "could not page \(who): \(reason)", index: index)
        case .undeliverable(let reason):
            note(.pageFailed, of: fact, "cannot ever page \(who): \(reason)", index: index)
        case .dropped(let reason):
            note(.pageDropped, of: fact, "did not page \(who): \(reason)", index: index)
        }
    }

    /// Changes the record of a page, unless its generation is over. *Source:* decision 0010.
    private mutating func update(_ intent: PageIntent, _ change: (inout PageRecord) -> Void) {
        guard intent.position.isMention || !hasClosed(after: intent.position.previousEnd) else {
            return
        }
        let position = pages.partitioningIndex { $0.key >= intent.key }
        if position == pages.count || pages[position].key != intent.key {
            pages.insert(
                PageRecord(
                    key: intent.key, position: intent.position, person: intent.person,
                    channel: intent.channel, attempts: []), at: position)
        }
        change(&pages[position])
    }

    mutating func apply(
        _ acknowledgement: Acknowledgement, of fact: Fact, index: LogIndex
    ) {
        let wasCovered = coveringAcknowledgement != nil
        acknowledgements.append(
            AcknowledgementRecord(
                acknowledgement: acknowledgement, time: fact.time, region: fact.region,
                fact: fact.id))
        let covers = !wasCovered && coveringAcknowledgement != nil
        if covers, status == .triggered { status = .acknowledged }
        let tail =
            covers
            ? ""
            : wasCovered
                ? " (it already was)"
                : acknowledgement.severity > alertSeverity
                    ? " (\(acknowledgement.severity.name) of it)" : " (an older state of it)"
        let verb =
            acknowledgement.until.map { "snoozed until \($0.minuteUTC)" } ?? "acknowledged"
        note(
            .acknowledged, of: fact,
            "\(verb) by \(acknowledgement.by.text) through \(acknowledgement.via)\(tail)",
            index: index)
    }

    /// Closes alerts, each through the last report that somebody had seen.
    mutating func close(_ all: [SeenAlert]) {
        for seen in all {
            let position = alerts.partitioningIndex { $0.instance.fingerprint >= seen.fingerprint }
            guard position < alerts.count, alerts[position].instance.fingerprint == seen.fingerprint
            else { continue }
            alerts[position].closedThrough = max(alerts[position].closedThrough, seen.through)
        }
    }

    private mutating func apply(_ resolution: Resolution, of fact: Fact, index: LogIndex) {
        close(resolution.seen)
        note(
            .closedByHand, of: fact,
            "\(resolution.by.text) closed \(resolution.seen.count) alerts through \(resolution.via)",
            index: index)
        settle(by: Cause(fact, index: index))
    }

    private mutating func apply(_ request: EscalationRequest, of fact: Fact, index: LogIndex) {
        keep(request, of: fact)
        let tail = request.reason.isEmpty ? "" : ": \(request.reason)"
        guard request.previousEnd == previousEnd, request.run == run.number, status.isOpen else {
            note(
                .escalated, of: fact,
                "\(request.by.text) asked for the next level of an older state\(tail)", index: index
            )
            return
        }
        // What has lapsed must not silence anything again, whichever generation it was for.
        acknowledgements.removeAll { request.lapsed.contains($0.fact) }
        run = PolicyRun(
            number: run.number + 1, startedAt: fact.time.instant, firstLevel: request.level &+ 1)
        status = coveringAcknowledgement == nil ? .triggered : .acknowledged
        let what =
            request.isEndOfSnooze
            ? "the snooze of \(request.by.text) is over"
            : request.isEndOfShift
                ? "the shift of \(request.by.text), who had taken it on, is over: whoever comes on call is asked"
                : "\(request.by.text) asked for the next level" + tail
        note(.escalated, of: fact, what, index: index)
    }

    mutating func note(
        _ kind: TimelineKind, of fact: Fact, _ text: String, replyTo: FactID? = nil,
        index: LogIndex
    ) {
        note(
            kind, at: fact.time, in: fact.region, text, fact: fact.id, replyTo: replyTo,
            index: index)
    }

    mutating func note(_ kind: TimelineKind, by cause: Cause, _ text: String) {
        note(
            kind, at: cause.time, in: cause.region, text, fact: cause.fact, index: cause.index)
    }

    mutating func note(
        _ kind: TimelineKind, at time: HybridTime, in region: RegionName, _ text: String,
        fact: FactID? = nil, replyTo: FactID? = nil, index: LogIndex
    ) {
        let entry = TimelineEntry(
            index: index, time: time, kind: kind, region: region, text: text, fact: fact,
            replyTo: replyTo, digest: .zero)
        if timeline.count >= Self.timelineMax { timeline.forget(allBut: Self.timelineMax / 2) }
        timeline.append(index == 0 ? entry : entry.sealed(after: chainHead))
    }
}

extension StepPosition {
    /// `level 2, cycle 1`, or `catch-all`; counted from 1, as people do.
    public var words: String {
        isNotice
            ? "notice"
            : level == Self.catchAllLevel ? "catch-all" : "level \(level &+ 1), cycle \(cycle &+ 1)"
    }
}

extension PageRecord {
    /// When it was first about to leave.
    fileprivate var firstIntent: HybridTime { attempts.map(\.intentAt).min() ?? .zero }
}
