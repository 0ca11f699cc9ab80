import Basics
import IncidentModel
import Replication

/// Requests of clients: alerts and commands. All become facts; all are answered only when the fact
/// is safe.
extension RegionCore {
    mutating func takeIn(_ report: AlertReport, for request: RequestID, at now: Instant) {
        guard mayTakeMore(request) else { return }
        guard me.role == .region else {
            // Cut off, it could neither page nor hand the alert on.
            let reason = "\(me.name) is a witness and takes no alerts: send them to a region"
            turn.effects.append(.reply(request, .overloaded(reason: reason)))
            return
        }
        let group = GroupID.derive(
            tenant: config.cluster, correlationKey: report.correlationKey,
            foundingEpoch: config.foundingEpoch)
        var report = report
        let known = incidents.read(group) { $0.sharedView }
        if let known { resume(&report, in: known.value, at: now) }
        if let known, saysNothingNew(report, to: known.value) {
            // What is pending of others may be merged before what says this: it is waited for itself.
            let said = incidents.read(group) { $0.pending.filter { $0.tells(anyOf: report) } } ?? []
            if said.isEmpty {
                return reply(request, group: group, durability: .quorum, isRepeat: true)
            }
            if said.count == 1 {
                return wait(request, for: said[0].id, group: group, isRepeat: true, at: now)
            }
        }
        let fact = write(.alertSeen(report), about: group, at: now)
        if config.defects.contains(.answerBeforeDurable) {
            return reply(request, group: group, durability: .local, isRepeat: false)
        }
        wait(request, for: fact.id, group: group, isRepeat: false, at: now)
    }

    /// Episodes that go on although they were said to be over count from now.
    private func resume(_ report: inout AlertReport, in view: Incident, at now: Instant) {
        guard !config.defects.contains(.neverResumes) else { return }
        for index in report.alerts.indices {
            let alert = report.alerts[index]
            report.alerts[index].resumedAt = view.alert(alert.fingerprint)?.resumption(
                of: alert, at: now, after: config.timings.resumeAfter)
        }
    }

    mutating func obey(
        _ command: Command, key: ActKey, for request: RequestID, at now: Instant
    ) {
        guard mayTakeMore(request), !answerRepeat(of: command, key, for: request, at: now) else {
            return
        }
        if case .roster = command { return obeyRoster(command, key: key, for: request, at: now) }
        guard let slot = incidents[command.group], slot.view.generation > 0 else {
            turn.effects.append(.reply(request, .unknownIncident))
            return
        }
        switch redirected(command) {
        case .failure(let refusal):
            turn.effects.append(.reply(request, .rejected(reason: refusal.reason)))
        case .success(let command):
            if command.isWish, replica.hasMajority, !config.defects.contains(.majorityIsBelieved) {
                return askedEdits.append((request, command, key, now))
            }
            let view = incidents.read(command.group) { $0.view } ?? slot.view
            obey(command, key: key, for: request, on: view, isApart: !replica.hasMajority, at: now)
        }
    }

    /// A roster is put in force by a majority only; what else is said of it needs none.
    private mutating func obeyRoster(
        _ command: Command, key: ActKey, for request: RequestID, at now: Instant
    ) {
        if command.isWish, replica.hasMajority {
            return askedEdits.append((request, command, key, now))
        }
        obey(
            command, key: key, for: request, on: Incident(group: controlGroup),
            isApart: !replica.hasMajority, at: now)
    }

    /// Answers a request that has acted before, through this region or another; says whether it has.
    private mutating func answerRepeat(
        of command: Command, _ key: ActKey, for request: RequestID, at now: Instant
    ) -> Bool {
        guard key != .none else { return false }
        var groups = [command.group]
        if let carrier = carrier(of: command.group) { groups.append(carrier) }
        // Which of two takes the other over, and so has the fact, may be either.
        if case .merge(_, let other, _, _, _) = command {
            groups += [other, root(of: other) ?? other]
        }
        for group in groups {
            guard let slot = incidents[group], slot.view.hasActed(key) else { continue }
            if let fact = slot.pending.last(where: { $0.key == key }) {
                wait(request, for: fact.id, group: group, isRepeat: true, at: now)
            } else {
                reply(request, group: group, durability: .quorum, isRepeat: true)
            }
            return true
        }
        return false
    }

    private mutating func obey(
        _ command: Command, key: ActKey, for request: RequestID?, on view: Incident,
        isApart: Bool, answerWithin: Span? = nil, at now: Instant
    ) {
        switch body(of: command, on: view, isApart: isApart, at: now) {
        case .success(let (group, body)):
            let fact = write(body, about: group, key: key, at: now)
            guard let request else { return }
            wait(
                request, for: fact.id, group: group, isRepeat: false,
                within: answerWithin, at: now)
        case .failure(let refusal):
            guard let request else { return }
            turn.effects.append(.reply(request, .rejected(reason: refusal.reason)))
        }
    }

    /// How long a wish for a field waits for word that a majority hears this region.
    static let editPatience = Span.milliseconds(900)
    /// When a wish is answered `local`, counted from when it was asked.
    private static let editAnswer = Span.milliseconds(1_700)

    /// Writes down the wishes for fields of which it is known by now whether they were made on the side
    /// of a majority. That a majority was heard a moment ago says nothing: a cut is noticed late.
    mutating func takeAskedEdits(at now: Instant) {
        guard !askedEdits.isEmpty else { return }
        let asked = askedEdits
        askedEdits = []
        for one in asked {
            let isHeard = replica.isHeardByMajority(since: one.at)
            let isRoster = one.command.group == controlGroup
            // Of those that wait, there may be thousands, no incident is copied.
            guard isHeard || !replica.hasMajority || now - one.at >= Self.editPatience,
                let view = isRoster
                    ? Incident(group: controlGroup)
                    : incidents.read(one.command.group, { $0.view })
            else {
                askedEdits.append(one)
                continue
            }
            // What a coordinator found can wait for a majority: it finds it again.
            if one.request == nil, !isHeard { continue }
            // It may have come twice while it waited.
            if let request = one.request,
                answerRepeat(of: one.command, one.key, for: request, at: now)
            {
                continue
            }
            obey(
                one.command, key: one.key, for: one.request, on: view, isApart: !isHeard,
                answerWithin: max(.milliseconds(300), one.at + Self.editAnswer - now), at: now)
        }
    }

    /// Whether an acknowledgement counts for whatever generation there is: never.
    private var isAnyGeneration: Bool { config.defects.contains(.oldAcknowledgementSilences) }
    /// Whether a resolve closes what nobody has seen: never.
    private var closesUnseen: Bool { config.defects.contains(.resolveClosesUnseen) }

    private mutating func body(
        of command: Command, on view: Incident, isApart: Bool, at now: Instant
    ) -> Result<(GroupID, FactBody), Refusal> {
        if case .merge(let group, let other, let by, let reason, let isProposal) = command {
            return wishToMerge(
                group, other, by: by, reason: reason, isProposal: isProposal, isApart: isApart)
        }
        return ownBody(of: command, on: view, isApart: isApart, at: now).map { (command.group, $0) }
    }

    /// What a command says about its own incident.
    private mutating func ownBody(
        of command: Command, on view: Incident, isApart: Bool, at now: Instant
    ) -> Result<FactBody, Refusal> {
        switch command {
        case .acknowledge(_, let generation, let previousEnd, let run, let by, let via):
            if generation == nil, !view.status.isOpen {
                return .failure(
                    Refusal(reason: "it is \(view.status.name): nothing to acknowledge"))
            }
            if let generation, previousEnd == nil, generation != view.generation {
                return .failure(
                    Refusal(
                        reason: "it is in generation \(view.generation) here, not \(generation): "
                            + "look at it again"))
            }
            return .success(
                .ackSeen(
                    Acknowledgement(
                        generation: isAnyGeneration
                            ? view.generation : generation ?? view.generation,
                        previousEnd: isAnyGeneration
                            ? view.previousEnd : previousEnd ?? view.previousEnd,
                        run: isAnyGeneration ? view.run.number : run ?? view.run.number, by: by,
                        via: via, seen: ledger.marks, severity: severitySeen(of: view))))
        case .snooze(_, let until, let by, let via):
            guard view.status.isOpen else {
                return .failure(Refusal(reason: "it is \(view.status.name): nothing to snooze"))
            }
            guard until > now else {
                return .failure(Refusal(reason: "that is over already: say until when"))
            }
            return .success(
                .ackSeen(
                    Acknowledgement(
                        generation: view.generation, previousEnd: view.previousEnd,
                        run: view.run.number, by: by, via: via, seen: ledger.marks, until: until,
                        severity: severitySeen(of: view))))
        case .resolve(_, let by, let via):
            let firing = view.firingAlerts.map {
                SeenAlert(
                    fingerprint: $0.instance.fingerprint,
                    through: closesUnseen ? HybridTime(now + .hours(1)) : $0.firingSeen)
            }
            guard !firing.isEmpty else {
                return .failure(Refusal(reason: "it is \(view.status.name): nothing fires"))
            }
            return .success(.resolveSeen(Resolution(seen: firing, by: by, via: via)))
        case .escalate(_, let by, let reason):
            guard view.status.isOpen else {
                return .failure(Refusal(reason: "it is \(view.status.name): nothing to escalate"))
            }
            return .success(
                .escalationAsked(
                    EscalationRequest(
                        generation: view.generation, previousEnd: view.previousEnd,
                        run: view.run.number, level: levelLeft(of: view, at: now), by: by,
                        reason: reason, seen: ledger.marks)))
        case .note(_, let by, let text, let replyTo):
            return note(text, by: by, replyTo: replyTo, on: view)
        case .edit(_, let value, let by, let reason, let overturns):
            return edit(
                view, value, by: by, reason: reason, overturns: overturns, isApart: isApart)
        case .handoff(_, let step, let by):
            return handoff(step, by: by, on: view, isApart: isApart, at: now)
        case .work(_, let step, let by): return work(step, by: by, on: view, at: now)
        case .roster(_, let saying, let by, let reason):
            return rosterWord(saying, by: by, reason: reason, isApart: isApart, at: now)
        case .merge: return .failure(Refusal(reason: "a merge concerns two incidents"))
        }
    }

    /// A wish for a field. It says what was known here, so that whoever decides can tell an answer to
    /// another wish from one that knew nothing of it.
    private func edit(
        _ view: Incident, _ value: FieldValue, by: PersonID, reason: String,
        overturns: DecisionID?, isApart: Bool
    ) -> Result<FactBody, Refusal> {
        guard view.status.isOpen else {
            return .failure(Refusal(reason: "it is \(view.status.name): nothing to change"))
        }
        if value == .separate, view.sealing == nil,
            !view.edits.contains(where: { $0.edit.value.isSameField(as: .separate) })
        {
            return .failure(Refusal(reason: "it is an incident of its own"))
        }
        if let overturns, !view.hasDecided(overturns) {
            return .failure(
                Refusal(reason: "there is no decision \(overturns) about it: see its conflicts"))
        }
        return .success(
            .edited(
                FieldEdit(
                    previousEnd: view.previousEnd, value: value, by: by, reason: reason,
                    isApart: isApart, seen: ledger.marks, overturns: overturns)))
    }

    /// How bad an incident is to whoever takes it on here.
    func severitySeen(of view: Incident) -> Severity {
        config.defects.contains(.claimsToKnowWorse) ? .sev1 : view.alertSeverity
    }

    private mutating func mayTakeMore(_ request: RequestID) -> Bool {
        if !outbox.diskError.isEmpty {
            let reason = "this region cannot write to its disk: \(outbox.diskError)"
            turn.effects.append(.reply(request, .overloaded(reason: reason)))
            return false
        }
        let count = waiting.count + askedEdits.count
        if count >= Limits.intakeWaitingMax {
            let reason = "\(count) requests wait for durability already"
            turn.effects.append(.reply(request, .overloaded(reason: reason)))
            return false
        }
        return true
    }

    /// Whether every alert of a report is known as it is: a repeat, which is counted and not
    /// written.
    private func saysNothingNew(_ report: AlertReport, to view: Incident) -> Bool {
        report.alerts.allSatisfy { alert in
            guard let known = view.alert(alert.fingerprint) else { return false }
            if alert.isFiring {
                return known.isFiring && known.firingSince >= alert.countsFrom
                    && known.instance.severity <= alert.severity
            }
            return !known.isFiring && known.resolvedThrough >= alert.countsFrom
        }
    }

    private mutating func wait(
        _ request: RequestID, for fact: FactID, group: GroupID, isRepeat: Bool,
        within limit: Span? = nil, at now: Instant
    ) {
        let patience =
            config.defects.contains(.answersWhenDecided)
            ? .hours(1) : limit ?? config.timings.localAnswerAfter
        waiting.add(
            WaitingRequests.Waiting(
                request: request, group: group, fact: fact, answerLocalAt: now + patience,
                isRepeat: isRepeat))
    }

    /// Answers all requests that wait for a fact.
    mutating func answer(_ fact: FactID, _ durability: Durability) {
        for waiting in waiting.take(fact) {
            reply(
                waiting.request, group: waiting.group, durability: durability,
                isRepeat: waiting.isRepeat)
        }
    }

    private mutating func reply(
        _ request: RequestID, group: GroupID, durability: Durability, isRepeat: Bool
    ) {
        let (generation, status) =
            incidents.read(group) { ($0.view.generation, $0.view.status) } ?? (0, .unopened)
        let acceptance = Acceptance(
            group: group, generation: generation, status: status, durability: durability,
            isRepeat: isRepeat)
        turn.effects.append(.reply(request, .accepted(acceptance)))
    }

    /// Requests that waited long enough: what is on this disk is answered `local`; what is not,
    /// because the disk is slow or broken, is refused.
    mutating func answerOverdueRequests(at now: Instant) {
        while let fact = waiting.popOverdue(at: now) {
            if fact.origin != me.id || fact.sequence <= ledger.durableThrough {
                answer(fact, .local)
            } else {
                waiting.hold(fact)
            }
        }
        while let fact = waiting.firstHeld {
            if fact.sequence <= ledger.durableThrough {
                answer(fact, .local)
            } else if !outbox.diskError.isEmpty {
                for waiting in waiting.take(fact) {
                    let reason = "this region cannot write to its disk: \(outbox.diskError)"
                    turn.effects.append(.reply(waiting.request, .overloaded(reason: reason)))
                }
            } else {
                return
            }
            waiting.removeFirstHeld()
        }
    }
}

extension Command {
    /// Whether it is about a field in which one value can stand: it has to be known whether it was made
    /// on the side of a majority.
    fileprivate var isWish: Bool {
        switch self {
        case .edit, .merge, .handoff(_, .accept, _), .roster(_, .applied, _, _): true
        case .handoff, .work, .roster, .acknowledge, .snooze, .resolve, .escalate, .note: false
        }
    }
}

extension Fact {
    /// Whether it reports one of the alerts of a report.
    fileprivate func tells(anyOf report: AlertReport) -> Bool {
        guard case .alertSeen(let said) = body else { return false }
        return said.alerts.contains { one in
            report.alerts.contains { $0.fingerprint == one.fingerprint }
        }
    }
}
