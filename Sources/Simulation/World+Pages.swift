import Basics
import IncidentModel
import Paging
import RegionCore

/// One try of a gateway to send a page.
struct PageAttempt {
    var node: Int
    var incarnation: UInt64
    var order: PageOrder
    /// Whether the page arrives.
    var arrives: Bool
    /// What the region is told.
    var outcome: PageOutcome
    /// Whether what the region is told may be wrong.
    var isAmbiguous: Bool
    /// Whether it may have to wait, and the region take along what waits: else each page is a message.
    var mayBundle: Bool
}

/// People who are paged.
struct SimPeople {
    var random: RandomStream
    /// Numbers what people do, so that it can be found again.
    var acts: UInt64 = 0
    /// Incidents' steps that somebody has answered already.
    var answered: Set<StepKey> = []

    init(random: RandomStream) { self.random = random }
}

extension World {
    /// Whether regions may have different ideas of who is on call for a while.
    private var mayRostersDiffer: Bool {
        options.faults.contains(.rosterChange) || options.rosterWordsPerMillion > 0
    }

    /// What was tried in vain waits for nothing; nor does what a clock that is off says is long due.
    private static let excusesOfBundling = FaultKinds.ofGateways.union([.clockJump, .drift])

    /// From a change of owners on some incidents have none for a moment, and are not taken along (seed 215139).
    private static let ownersSettle = Span.seconds(5)

    private func isTried(by node: Int) -> Bool {
        now - nodes[node].ownerChangedAt < Self.ownersSettle
            || !options.faults.isDisjoint(with: Self.excusesOfBundling)
            || options.core == .lone && isHealed
    }

    mutating func beginPage(_ order: PageOrder, from node: Int) {
        trace.note(.order, at: now, UInt64(node), order.key.high, order.number)
        if trace.isKept {
            tell(
                "\(name(node)) ! page \(order.key.high & 0xFFFF) \(order.content.group.short) "
                    + "\(order.person) \(order.contact.channel.name) provider \(order.provider) "
                    + order.content.step
                    + (order.also.isEmpty ? "" : ", and \(order.also.count) more"))
        }
        for one in order.all {
            checks.acknowledgement.observe(
                one, from: nodes[node].member.id,
                view: nodes[node].core?.look({ $0.probeView(one.content.group) }),
                into: &checks.failures)
            checks.delivery.observe(
                one, from: node,
                roster: mayRostersDiffer ? -1 : nodes[node].rosterNumber,
                bootedAt: nodes[node].bootedAt,
                at: now, excuses: excuses(for: node, in: one.content.group), into: &checks.failures)
        }
        if !order.also.isEmpty { sometimes.mark(.bundled) }
        checks.failures.checkCount += 1
        if now - nodes[node].resumedAt < Self.strangerTime {
            checks.fail(
                "S10",
                "\(name(node)) pages \(now - nodes[node].resumedAt) after having stood still, before "
                    + "it can know what happened meanwhile")
        }
        if order.content.offersCommand, order.content.notice.contains("has not taken command") {
            sometimes.mark(.offerEscalated)
        }
        if nodes[node].core?.look({ $0.probeIsOverride(order.person) }) == true {
            sometimes.mark(.overridePaged)
        }
        notePage(order, from: node)
        pagesOnTheirWay.insert(order.key)
        let (attempt, latency) = tryGateway(order, of: node)
        tempt(pager: node, latency)
        queue.add(.pageEnds(attempt), at: now + latency)
    }

    /// G0, but for what a clock may make of it that runs too fast and is slewed as well.
    private static let strangerTime = Span.milliseconds(1_800)

    private mutating func notePage(_ order: PageOrder, from node: Int) {
        if order.content.step == "catch-all" { sometimes.mark(.catchAll) }
        if nodes.contains(where: { $0.isUp && $0.rosterNumber != nodes[node].rosterNumber }) {
            sometimes.mark(.pagedWithOldRoster)
        }
        if options.core == .lone, isHealed, nodes[node].isCore { sometimes.mark(.loneRegionPaged) }
        if calendar.isCloseToChange(now) { sometimes.mark(.pagedAtClockChange) }
    }

    /// Whether a page may be held for a while or taken along: where nobody was reached by the step before it
    /// has waited enough.
    private func mayBundle(_ order: PageOrder, at node: Int) -> Bool {
        let pause = nodes[node].config.timings.bundlePause
        let local = nodes[node].machine.peek(at: now)
        return nodes[node].core?.look { core in
            let since = core.probeOverdueSince(order.content.group)
            return core.probeMayBundle(order.content.group)
                && since.map { local - $0 < pause } ?? true
        } == true
    }

    private mutating func tryGateway(_ order: PageOrder, of node: Int) -> (PageAttempt, Span) {
        var attempt = PageAttempt(
            node: node, incarnation: nodes[node].incarnation.number, order: order, arrives: true,
            outcome: .delivered(receipt: "r\(order.number)"), isAmbiguous: false,
            mayBundle: mayBundle(order, at: node))
        switch nodes[node].gatewayMode(at: now) {
        case .rateLimited
        where order.provider == 0 && gatewayRandom.chance(perMillion: options.refusedPerMillion):
            sometimes.mark(.rateLimited)
            attempt.arrives = false
            attempt.outcome = .failed(reason: "429: too many requests")
            return (attempt, .milliseconds(40))
        case .outage(let onlyFirst) where !onlyFirst || order.provider == 0:
            attempt.arrives = false
            attempt.outcome = .failed(reason: "outage")
            return (attempt, .milliseconds(20))
        case .slow:
            attempt.arrives = gatewayRandom.chance(perMillion: options.slowArrivalsPerMillion)
            attempt.outcome = .failed(reason: "no answer within \(order.timeout)")
            attempt.isAmbiguous = true
            return (attempt, order.timeout)
        case .ambiguous:
            attempt.outcome = .failed(reason: "the connection broke")
            attempt.isAmbiguous = true
            return (attempt, .milliseconds(300))
        case .working, .outage, .rateLimited:
            return (attempt, gatewayRandom.span(.milliseconds(50)...(.milliseconds(400))))
        }
    }

    mutating func pageEnds(_ attempt: PageAttempt) {
        let order = attempt.order
        pagesOnTheirWay.remove(order.key)
        if isCutShort(attempt) {
            sometimes.mark(.pageDiedWithSender)
            if trace.isKept {
                tell("page \(order.key.high & 0xFFFF) died with \(name(attempt.node))")
            }
            return
        }
        trace.note(
            .delivery, at: now, UInt64(attempt.node), order.key.high, attempt.arrives ? 1 : 0)
        if attempt.arrives {
            if trace.isKept {
                tell(
                    "page \(order.key.high & 0xFFFF) of \(name(attempt.node)) delivered")
            }
            note(rehearsed: order, from: attempt.node)
            for one in order.all {
                var part = attempt
                part.order = one
                checks.delivery.observe(
                    delivery: part, at: now, excuses: excuses, into: &checks.failures)
                let isMention = checks.mentions.observe(
                    delivery: one, mayRostersDiffer: mayRostersDiffer, into: &checks.failures)
                if isMention { sometimes.mark(.mentionTold) }
                let isStep = one.content.notice.isEmpty && !isMention
                checks.paging.observe(
                    delivery: one.key, ofStepOf: isStep ? one.content.group : nil, at: now)
                isPaged(one)
            }
            checks.bundling.observe(
                order, isTried: isTried(by: attempt.node) || !attempt.mayBundle, at: now,
                into: &checks.failures)
        }
        if attempt.isAmbiguous, attempt.arrives { sometimes.mark(.ambiguousDelivery) }
        guard nodes[attempt.node].incarnation.number == attempt.incarnation else { return }
        let inventory = nodes[attempt.node].config.gateways.first {
            $0.channel == order.contact.channel
        }
        let provider = inventory?.providers.dropFirst(order.provider).first ?? ""
        step(
            attempt.node,
            .paged(PageReport(number: order.number, provider: provider, outcome: attempt.outcome)))
    }

    /// A process that dies while it sends has sent, or has not: nobody can tell.
    private func isCutShort(_ attempt: PageAttempt) -> Bool {
        let sender = nodes[attempt.node]
        guard !sender.isUp || sender.incarnation.number != attempt.incarnation else { return false }
        var own = random.split("sender", attempt.incarnation, attempt.order.number)
        return own.below(2) == 0
    }

    /// A person reads a page, and takes the incident on, or does not.
    private mutating func isPaged(_ order: PageOrder) {
        guard order.content.notice.isEmpty, !people.answered.contains(order.key) else { return }
        people.answered.insert(order.key)
        var random = people.random.split("page", order.key.high, order.key.low)
        guard random.chance(perMillion: options.answersPerMillion) else { return }
        people.acts += 1
        let content = order.content
        let command = Command.acknowledge(
            group: content.group, generation: content.generation,
            previousEnd: content.previousEnd, run: content.run, by: order.person,
            via: "link\(people.acts)")
        let drawn = random.span(.seconds(2)...max(.seconds(2), options.answerMax))
        let pause = rehearsal?.request.answeredAfter ?? drawn
        guard rehearsal?.request.isHeard(order.person, at: now + pause) ?? true else { return }
        if pause > options.levelTimeout { sometimes.mark(.lateAnswer) }
        checks.facts.observe(answer: "link\(people.acts)", of: content.group, content.previousEnd)
        queue.add(.answer(command, tries: 0), at: now + pause)
        guard random.chance(perMillion: options.doubleAnswersPerMillion) else { return }
        // Somebody else, who was told of it, follows the same link at the same moment.
        sometimes.mark(.doubleAnswer)
        people.acts += 1
        let second = Command.acknowledge(
            group: content.group, generation: content.generation,
            previousEnd: content.previousEnd, run: content.run,
            by: SimRoster.person(0, 2), via: "link\(people.acts)")
        checks.facts.observe(answer: "link\(people.acts)", of: content.group, content.previousEnd)
        queue.add(.answer(second, tries: 0), at: now + pause)
    }

    /// Follows a page's link: any region will do, so the next is tried when one does not answer.
    mutating func answer(_ command: Command, tries: Int) {
        let node = Int(people.random.below(UInt64(options.regions)))
        guard nodes[node].isRunning else {
            guard tries < 10 else { return }
            return queue.add(.answer(command, tries: tries + 1), at: now + .seconds(2))
        }
        note(rehearsed: command, at: node)
        ask(command, of: node)
    }
}
