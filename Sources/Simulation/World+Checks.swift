import Basics
import Escalation
import IncidentModel
import RegionCore
import Replication

/// What the checkers are told.
extension World {
    /// What may keep regions from knowing of each other.
    var excuses: DeliveryExcuses {
        DeliveryExcuses(
            isLossy: !isHealed
                && (options.lossPerMillion > Self.harmlessLoss
                    || options.skewMax > Self.harmlessSkew),
            isUnsettled: faults.changeCount(since: now - .seconds(12)) > 0,
            isCut: network.cutCount > 0,
            outside: nodes.indices.filter {
                isHealed && !nodes[$0].isCore || isClockOff(nodes[$0].machine.ahead)
            },
            disturbances: faults.disturbances)
    }

    /// The same, and what one region cannot know from members that are gone.
    func excuses(for node: Int, in group: GroupID) -> DeliveryExcuses {
        var excuses = excuses
        // Others leave to the owner for this long what people are told about their shifts (seed 327744).
        if group == nodes[node].core?.look({ $0.probeControlGroup }) {
            excuses.isUnsettled = faults.changeCount(since: now - .seconds(12 + 15)) > 0
        }
        excuses.isBehind =
            nodes[node].core?.look { core in
                !core.probeReplica.hasMajority
                    && checks.commit.isBehind(core.probeCommit(of: group), in: group)
            } == true
        // Who has just come back has not told yet what it wrote down before it died.
        excuses.down = nodes.indices.filter {
            !nodes[$0].isUp
                || now - nodes[$0].bootedAt < Self.untoldFor && nodes[$0].bootedAt > began
        }
        excuses.unheard = unheard(by: node)
        if !excuses.down.isEmpty {
            excuses.marks = nodes[node].core?.look({ $0.probeMarks }) ?? []
        }
        return excuses
    }

    /// The members whose words cannot come to a node now, by whatever way.
    private func unheard(by node: Int) -> [Int] {
        guard network.cutCount > 0 else { return [] }
        var heard = [node]
        var next = 0
        while next < heard.count {
            let here = heard[next]
            next += 1
            for other in nodes.indices
            where !heard.contains(other) && nodes[other].isUp && !network.isCut(other, here) {
                heard.append(other)
            }
        }
        return nodes.indices.filter { !heard.contains($0) }
    }

    /// How long a region that has come back may not have told what it knew.
    private static let untoldFor = Span.seconds(2)

    /// A clock that a process took as it found it stays wrong for long (seed 266421).
    private func isClockOff(_ ahead: Span) -> Bool {
        ahead > Self.harmlessSkew || ahead < .zero - Self.harmlessSkew
    }

    /// Clocks that are off by less than half of G0 must cost nothing. *Source:* decision 0002.
    private static let harmlessSkew = Span.seconds(1)

    /// Where one frame in a hundred is lost what it said comes with the next: turns are seconds apart.
    private static let harmlessLoss: UInt64 = 20_000

    /// Whether frames are lost or overtaken by a second's worth of others.
    var isLossy: Bool {
        !isHealed && (options.lossPerMillion > 0 || options.reorderPerMillion > 0)
    }

    /// Kinds of faults under which those who live go on leading, or take over, as if there were none.
    private static let harmlessToLeading = FaultKinds.ofGateways.union([
        .crash, .tornWrite, .destruction, .corruption, .rosterChange,
    ])

    /// Whether nothing has kept a majority from leading since a moment.
    private func isCalm(since: Instant) -> Bool {
        if isLossy { return false }
        if isHealed, options.core == .lone || since < healedAt + .seconds(12) { return false }
        let start = since - .seconds(4)
        let living = nodes.filter { $0.isRunning && $0.bootedAt <= max(began, start) }
        return living.count * 2 > nodes.count && living.contains(where: \.isRegion)
            && !excuses.isDisturbed(from: start, until: now)
            // Three in a row leave nobody for eleven seconds (seed 393945).
            && faults.leaderDeaths.last.map { $0 < start } ?? true
            && !faults.isAny(
                but: Self.harmlessToLeading, from: start, until: now,
                fullDiskTimes: options.fullDiskTimes)
    }

    /// After a step: what became committed, and how the timelines look.
    mutating func lookAtChanges(of node: Int) {
        guard let core = nodes[node].core else { return }
        let after = nodes[node].lookedThrough
        let (count, changed) = core.look { core in
            let count = core.changeCount
            return (count, count == after ? [] : core.probeChanged(after: after))
        }
        guard count != after else { return }
        nodes[node].lookedThrough = count
        for group in checks.handOver.groups(at: node) {
            checks.handOver.observe(
                group, at: node,
                owns: core.look({ $0.probeStatus(of: group) })?.isEstablished == true,
                hasDuty: core.look({ $0.probeHasDuty(of: group) }), into: &checks.failures)
        }
        for group in changed {
            let isNew = checks.commit.observe(
                group, at: node, commit: core.look({ $0.probeCommit(of: group) }),
                nodes[node].mirrors[group], into: &checks.failures)
            if isNew { observe(commitOf: group, core, at: node) }
            if let committed = core.look({ $0.probeSharedCommitted(group) }) {
                observe(committed: committed.value, at: node)
            }
        }
    }

    /// Looks at what a log says, where it has moved on. Most changes are facts that are not in it yet: what
    /// it says follows from its entries, which were looked at, so that nothing new can be wrong with it.
    /// That it is so is tried at one index in eight, which is looked at with every change.
    private mutating func observe(committed: Incident, at node: Int) {
        // These two look at what is known elsewhere as well.
        checks.facts.judgeAnswers(into: &checks.failures)
        checks.silence.observe(committed, at: node, into: &checks.failures)
        let before = nodes[node].lookedAt.updateValue(
            committed.lastIndex, forKey: committed.group)
        guard before != committed.lastIndex || committed.lastIndex % 8 == 0 else { return }
        checks.timeline.observe(
            committed, at: node, facts: &checks.facts, into: &checks.failures)
        checks.facts.observe(committed, at: node, into: &checks.failures)
        if options.workPerMillion > 0, committed.presentWork.contains(where: { $0.end != nil }) {
            sometimes.mark(.workEnded)
        }
        if let last = committed.timeline.last { note(last) }
        checks.command.observe(committed, at: node, into: &checks.failures)
        if options.handoffsPerMillion > 0 { note(handoffsOf: committed) }
    }

    private mutating func note(_ last: TimelineEntry) {
        switch last.kind {
        case .pageIntent where last.text.holds("(put off "): sometimes.mark(.putOff)
        case .escalated where last.text.hasSuffix(": paging anew"): sometimes.mark(.pagedWorse)
        case _: break
        }
    }

    private mutating func observe(commitOf group: GroupID, _ core: SimCore, at node: Int) {
        guard core.look({ $0.probeLeads(group) }),
            let status = core.look({ $0.probeStatus(of: group) })
        else { return }
        tempt(committer: node)
        // What is read at once after a pause may have made it a leader meanwhile.
        guard now != nodes[node].wentOnAt else { return }
        checks.commit.observe(
            leader: node, of: group, status, nodes[node].mirrors[group], into: &checks.failures)
    }

    mutating func note(_ event: OperatorEvent, of node: Int) {
        if trace.isKept { tell("\(name(node)) log: \(event)") }
        note(rehearsed: event, of: node)
        switch event {
        case .owns(let group, let term):
            checks.duty.observe(
                node, owns: group, at: now, isCalm: { [self] in isCalm(since: $0) },
                into: &checks.failures)
            if term > 1 { nodes[node].ownerChangedAt = now }
            checks.election.observe(
                owner: nodes[node].member.id, of: group, term: term, into: &checks.failures)
            guard let replica = nodes[node].core?.look({ $0.probeReplica }) else { return }
            checks.commit.observe(
                owner: node, of: group, term: term, replica, into: &checks.failures)
            if term > 1, checks.takeovers.observe(node, at: now) { sometimes.mark(.bulkTakeover) }
            let isShared = nodes.indices.contains {
                $0 != node
                    && nodes[$0].core?.look({ $0.probeReplica.status(of: group) })?.isLeader == true
            }
            if isShared { sometimes.mark(.twoOwners) }
        case .handingOver(let group, _):
            checks.handOver.begins(group, at: node, now: now)
            faults.changes.append(now)
        case .handedOver(let group, _):
            checks.handOver.ends(group, at: node)
            sometimes.mark(.handedOver)
            if network.cutCount > 0 { sometimes.mark(.handOverWhileCut) }
        case .handOverFailed(let group, _):
            checks.handOver.ends(group, at: node)
            sometimes.mark(.handOverFailed)
        case .lostOwnership(let group, _):
            // Whoever was told to stand may have died of it meanwhile (seed 260389).
            let haveLived = nodes.allSatisfy {
                $0.isUp && $0.bootedAt <= max(began, now - .seconds(2)) || $0.isDestroyed
            }
            checks.duty.observe(
                node, loses: group,
                isHandOver: haveLived && checks.handOver.groups(at: node).contains(group), at: now)
            nodes[node].ownerChangedAt = now
            sometimes.mark(.ownerLost)
        case .majorityLost: sometimes.mark(.majorityLost)
        case .majorityRegained: sometimes.mark(.ownerRegained)
        case .decided(let group, let decision):
            note(decision)
            if decision.rule == .duplicates { judge(decision, of: group) }
        case .merging(_, let step): note(step)
        case .opened(let group, let generation, _):
            if generation > 1 { sometimes.mark(.reopened) }
            checks.duty.observe(opened: group, at: now)
        case .paged(_, _, _, _, let outcome):
            if case .dropped = outcome { sometimes.mark(.pageDropped) }
        case .refusedFrame(let from, let error):
            checks.fail("codec", "\(name(node)) refuses a frame of \(from): \(error)")
        case .quarantined(let group, let error):
            checks.fail("apply", "\(name(node)) quarantines \(group.short): \(error)")
        case .clockOff(let ahead): judge(toldOff: ahead, at: node)
        case .clockAgrees: break
        case .paused:
            sometimes.mark(.paused)
            checks.handOver.forget(node)
        case .note(let text): judge(note: text, of: node)
        case .memberFresh(let member, _): nodes[node].freshAt[Int(member.number) - 1] = now
        case .memberLost, .writeFailed: break
        }
    }

    private mutating func note(_ decision: Decision) {
        switch decision.rule {
        case .severities: sometimes.mark(.severitiesSettled)
        case .commanders: sometimes.mark(.commandersSettled)
        case .acknowledgements: sometimes.mark(.acknowledgementsSettled)
        case .standDown: sometimes.mark(.stoodDown)
        case .merges: sometimes.mark(.mergesSettled)
        case .duplicates: sometimes.mark(.duplicateMerged)
        case .phases: sometimes.mark(.phasesSettled)
        case .crossed: sometimes.mark(.escalationCrossed)
        case .edit, .overturned: break
        }
    }

    /// S9: what nobody asked for is done only to incidents that are alike, whoever proposed it.
    private mutating func judge(_ decision: Decision, of group: GroupID) {
        // What people merged, whatever it is, is one problem from then on, and others are like any part of it.
        guard case .sealed(let target) = decision.outcome, options.mergesPerMillion == 0 else {
            return
        }
        // Whoever decides need not know the other one yet, or no alert of it: another region has compared them
        // (seeds 2135, 70199).
        let services = [group, target.group].map { group in
            nodes.lazy.compactMap { $0.core?.look({ $0.probeView(group) })?.service }
                .first { !$0.text.isEmpty }
        }
        checks.failures.checkCount += 1
        guard services[0] != services[1] else { return }
        checks.fail(
            "S9",
            "\(group.short) of \(services[0]?.text ?? "nobody") is merged into \(target.group.short) of "
                + "\(services[1]?.text ?? "nobody"), which is not alike")
    }

    private mutating func note(handoffsOf incident: Incident) {
        let last = incident.timeline.last
        if last?.kind == .escalated, last?.text.hasPrefix("the shift of") == true {
            sometimes.mark(.shiftLapsed)
        }
        for handoff in incident.handoffs {
            switch incident.state(of: handoff) {
            case .open: break
            case .taken: sometimes.mark(.commandHandedOver)
            case .declined: sometimes.mark(.commandDeclined)
            case .withdrawn, .superseded: sometimes.mark(.offerOver)
            }
        }
    }

    private mutating func note(_ step: MergeStep) {
        switch step {
        case .absorb: sometimes.mark(.absorbed)
        case .disown: sometimes.mark(.disowned)
        case .release: sometimes.mark(.released)
        }
    }

    /// Refusals of replication that can only come from a bug.
    private mutating func judge(note text: String, of node: Int) {
        for word in ["contradictsCommitted", "secondLeader", "malformed", "damaged", "notAVoter"]
        where text.contains(word) {
            checks.fail("S4", "\(name(node)) \(text)")
        }
    }

    /// Looks around, a part of it each time.
    mutating func look() {
        queue.add(.look, at: now + Checks.lookPause)
        for node in nodes.indices where nodes[node].isRunning {
            checks.answer.look(
                node: node, at: now, pausedTotal: nodes[node].pausedTotal,
                isExcused: isDiskExcused(node), into: &checks.failures)
            checks.handOver.look(at: node, now: now, into: &checks.failures)
        }
        // Asked first: what is asked of the world in a closure copies it.
        if checks.duty.hasVacancies { lookAtVacancies() }
        let turn = Int((now - began).microseconds / Checks.lookPause.microseconds)
        lookAtDuty(of: turn % nodes.count)
    }

    /// L3: what has had no owner for long.
    private mutating func lookAtVacancies() {
        checks.duty.look(
            at: now, isCalm: { [self] in isCalm(since: $0) },
            pages: { [self] group in
                nodes.contains {
                    $0.isRegion && $0.isRunning
                        && $0.core?.look({ $0.probeSharedView(group) })?.value.status == .triggered
                }
            }, into: &checks.failures)
    }

    /// L1 at one region.
    private mutating func lookAtDuty(of node: Int) {
        guard nodes[node].isRunning, nodes[node].isRegion, let core = nodes[node].core else {
            return
        }
        if let violation = core.look({ $0.probeReplica.invariantViolation }) {
            checks.fail("invariant", "\(name(node)): \(violation)")
        }
        let local = nodes[node].machine.peek(at: now)
        if abs((local - now).seconds) > 1_800 { sometimes.mark(.clockFarOff) }
        if cast == nil {
            checks.onCall.observe(
                core.look({ $0.probePeople(of: SimRoster.sun, at: local) }),
                rosterNumber: nodes[node].rosterNumber,
                isChanged: core.look({ $0.probeHasChanges }), at: local, node: node,
                into: &checks.failures)
        }
        lookAtMentions(of: node, core)
        for group in core.look({ $0.probeGroups }) {
            lookAtHeld(group, core, at: local)
            let (lapse, known) = core.look {
                ($0.probeLapse(group), $0.probeSharedView(group))
            }
            if let until = lapse { lapsesSeen[group] = until }
            if let until = lapse, !mayLeaveLapse(at: until, node, core) {
                checks.paging.observe(
                    snoozeOf: group, until: until, at: node, now: now, local: local,
                    goodSince: max(nodes[node].goodSince, nodes[node].leftLapsesAt),
                    limit: pagingLimit, into: &checks.failures)
            }
            guard let view = known, view.value.status == .triggered else {
                checks.paging.forget(group, at: node)
                continue
            }
            if view.value.sealing != nil {
                let isTakenOver = isTakenOver(view.value, core)
                let isSilent = core.look { $0.probeIsCarried(group) }
                checks.carried.observe(
                    group, at: node, isSilent: isSilent, isTakenOver: isTakenOver, now: now,
                    into: &checks.failures)
                if isSilent, isTakenOver {
                    checks.paging.forget(group, at: node)
                    continue
                }
            }
            let decision = decision(of: group, core, at: local)
            let isMild = view.value.severity > .sev2
            checks.paging.observe(
                decision, of: group, at: node, now: now, goodSince: nodes[node].goodSince,
                limit: pagingLimit + heldFor(decision, view)
                    + (isMild ? nodes[node].config.timings.bundlePause : .zero),
                isMild: isMild,
                run: PagingCheck.RunSeen(
                    generation: view.value.generation, run: view.value.run.number,
                    acknowledgements: view.value.acknowledgements.count),
                into: &checks.failures)
        }
    }

    /// Who is mentioned is told later than who is paged: others leave it to the owner for longer.
    private mutating func lookAtMentions(of node: Int, _ core: SimCore) {
        let timings = nodes[0].config.timings
        let turn = timings.firstGrace + timings.rankGrace * Int64(options.regions - 1)
        for group in checks.mentions.groups(at: node) {
            guard let view = core.look({ $0.probeSharedView(group) }) else { continue }
            checks.mentions.look(
                at: node, view.value, now: now, goodSince: nodes[node].goodSince,
                limit: pagingLimit + .seconds(20), hold: timings.intentHold + turn,
                into: &checks.failures)
        }
    }

    /// Whether there is another incident at a region that is open and took one over, or that knew of everything that fires in it: what nobody pages for
    /// must be seen here.
    private func isTakenOver(_ view: Incident, _ core: SimCore) -> Bool {
        core.look { core in
            let isAbsorbed = core.probeOthers(than: view.group) {
                $0.value.status.isOpen && $0.value.absorbed(view.group) != nil
            }
            return isAbsorbed
                || view.alerts.allSatisfy { alert in
                    !alert.isFiring
                        || core.probeOthers(than: view.group) {
                            let known = $0.value.alert(alert.instance.fingerprint)
                            return (known?.firingSeen ?? .zero) >= alert.firingSeen
                        }
                }
        }
    }

    /// What a region holds is now and then worked out anew, for it must be what would come of that.
    private mutating func lookAtHeld(_ group: GroupID, _ core: SimCore, at local: Instant) {
        guard lookRandom.chance(perMillion: 60_000),
            let outdated = core.look({ $0.probeOutdated(group, at: local) })
        else { return }
        checks.fail("plan", "\(group.short): held although it would be another one: \(outdated)")
    }

    /// What a region has decided.
    private func decision(
        of group: GroupID, _ core: SimCore, at local: Instant
    ) -> EscalationDecision {
        core.look({ $0.probePlan(group, at: local) ?? $0.probeDecision(group, at: local) })
            ?? .quiet(.notOpen)
    }

    /// What intents without a result hold a region back for, one after the other: `f · 8 s`.
    private func heldFor(_ decision: EscalationDecision, _ view: Shared<Incident>) -> Span {
        guard case .page(let plan) = decision else { return .zero }
        let timings = nodes[0].config.timings
        var open = 0
        // By position: a page is dear to copy.
        for index in plan.pages.indices {
            open = max(open, view.value.openAttemptCount(of: plan.pages[index].key))
        }
        let turn = timings.firstGrace + timings.rankGrace * Int64(options.regions - 1)
        return (timings.intentHold + turn) * Int64(open)
    }

    /// The bound of design 5 behind the due time, but for intents, as loose as the options demand:
    /// other regions' tries that hang in a slow gateway hold this one back one after the other.
    private var pagingLimit: Span {
        let timings = nodes[0].config.timings
        let rest = Int64(options.regions - 1)
        var limit = timings.firstGrace + timings.rankGrace * rest + timings.attemptTimeout
        limit += options.skewMax * 2 + Checks.lookPause * 2 + .seconds(2)
        // A region that is believed to page may fail a few times before another's turn comes.
        if !options.faults.isDisjoint(with: [.gatewayOutage, .rateLimit]) { limit += .seconds(10) }
        if isHealed, options.core == .lone { return limit + .seconds(4) }
        if options.faults.contains(.slowGateway) { limit += .seconds(40) }
        if options.faults.contains(.slowDisk) { limit += .seconds(3) }
        return limit
    }
}
