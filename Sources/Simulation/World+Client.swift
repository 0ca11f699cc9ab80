import Basics
import IncidentModel
import RegionCore
import Replication
import Wire

/// The tools that send alerts and the people who work on incidents.
struct SimClient {
    /// One alert of one problem, as its source knows it.
    struct Source {
        var problem: UInt64
        var fingerprint: UInt64
        var startedAt: Instant
        var isFiring: Bool
    }
    /// How soon what is said to be over may go on: runs are short.
    static let resumeAfter = Span.seconds(10)
    let random: RandomStream
    var sources: [Source] = []
    var lastRequest: UInt64 = 0
    /// How many times clients acted.
    var lastAct: UInt64 = 0
    /// How many alerts of storms there have been.
    var stormNumber: UInt64 = 0

    init(_ options: SimOptions, random: RandomStream) {
        self.random = random
        for problem in 0..<options.problems {
            for alert in 0..<3 {
                sources.append(
                    Source(
                        problem: problem, fingerprint: problem * 10 + UInt64(alert) + 1,
                        startedAt: .epoch, isFiring: false))
            }
        }
    }

    mutating func nextRequest() -> RequestID {
        lastRequest += 1
        return RequestID(lastRequest)
    }
}

extension World {
    /// A client does one thing, drawn from a stream of its own, and plans the next.
    mutating func clientActs(_ number: UInt64) {
        guard !isHealed else { return }
        client.lastAct = number + 1
        var own = client.random.split("act", number)
        let pause = own.span(.milliseconds(1)...max(.milliseconds(1), options.clientPauseMax))
        queue.add(.client(number + 1), at: now + pause)
        guard !withoutActs.contains(number) else { return }
        proposeMadly(own.split("mad"))
        let dice = own.below(100)
        if dice < 70 { report(&own) } else { commandSomething(dice, number, &own) }
    }

    /// A source whose alert was said to be over says that it has fired all the time, to a region that
    /// takes it for more than a late word; says whether there is one.
    private mutating func goOn(_ index: Int, _ own: inout RandomStream) -> Bool {
        var source = client.sources[index]
        guard !source.isFiring, own.chance(perMillion: options.resumedPerMillion) else {
            return false
        }
        let group = World.group(of: Self.correlationKey(of: source.problem))
        source.isFiring = true
        let report = Self.report(of: source)
        for node in nodes.indices where nodes[node].isRegion && !nodes[node].isPaused {
            let local = nodes[node].machine.read(at: now)
            guard
                let known = nodes[node].core?.look({ $0.probeView(group) })?
                    .alert(source.fingerprint),
                report.alerts.first.flatMap({
                    known.resumption(of: $0, at: local, after: SimClient.resumeAfter)
                }) != nil
            else { continue }
            client.sources[index] = source
            sometimes.mark(.resumed)
            hand(report, to: node, countingFrom: known.resolvedThrough + .microseconds(1))
            return true
        }
        return false
    }

    /// A source reports: something new, a repeat, or that it is over; now and then to several
    /// regions, and now and then that it is over before that it fires.
    private mutating func report(_ own: inout RandomStream) {
        let index = Int(own.below(UInt64(client.sources.count)))
        var going = own.split("goes on")
        if goOn(index, &going) { return }
        let dice = own.below(100)
        var isResolvedFirst = false
        if client.sources[index].isFiring {
            if dice < 30 { client.sources[index].isFiring = false }
        } else {
            client.sources[index].isFiring = true
            client.sources[index].startedAt = now
            // An alert of its own: were it always the same, a later episode would hide a lost one.
            if own.below(100) < 30 { client.sources[index].fingerprint += 1_000 }
            isResolvedFirst = own.chance(perMillion: options.resolvedFirstPerMillion)
        }
        let source = client.sources[index]
        let copies = own.chance(perMillion: options.copiesPerMillion) ? options.regions : 1
        let first = Int(own.below(UInt64(options.regions)))
        if isResolvedFirst {
            sometimes.mark(.resolvedFirst)
            var over = source
            over.isFiring = false
            client.sources[index].isFiring = false
            take(over, in: (first + 1) % options.regions)
        }
        for copy in 0..<copies { take(source, in: (first + copy) % options.regions) }
    }

    /// One alert of a storm: each fires once, about one of so many problems.
    mutating func stormReports(_ number: UInt64) {
        guard !isHealed else { return }
        var own = client.random.split("storm", number)
        let problem = 100 + own.below(max(1, options.stormProblems))
        let source = SimClient.Source(
            problem: problem, fingerprint: 1_000_000 + number, startedAt: now, isFiring: true)
        take(source, in: Int(own.below(UInt64(options.regions))))
    }

    /// A source that says the same again and again, to the region it is near to, also when that is
    /// the last one that lives: what is repeated is known, and must hold nothing up.
    mutating func nag(_ number: UInt64) {
        if isHealed, options.core != .lone { return }
        queue.add(.nag(number + 1), at: now + options.nagPause)
        let living = nodes.indices.filter { nodes[$0].isRegion && nodes[$0].isUp }
        let core = living.first { isHealed && nodes[$0].isCore }
        guard let node = core ?? living.first(where: { $0 == Int(seed) % options.regions })
        else { return }
        take(
            SimClient.Source(
                problem: Self.naggingProblem, fingerprint: 20_000, startedAt: World.begin,
                isFiring: true), in: node)
    }

    private static let naggingProblem: UInt64 = 99_998

    mutating func take(_ source: SimClient.Source, in node: Int) {
        hand(Self.report(of: source), to: node)
    }

    private static func correlationKey(of problem: UInt64) -> String {
        "\(SimRoster.service(problem).text)/sim/\(problem)"
    }

    private static func report(of source: SimClient.Source) -> AlertReport {
        var severity = Severity(rawValue: UInt8(source.fingerprint % 3 + 1)) ?? .sev3
        // Problems three apart look alike; some of them are so mild that nobody is asked.
        if source.problem % 3 == 1, severity < .sev3 { severity = .sev4 }
        let labels = [
            Label("job", "sim"), Label("kind", "\(source.problem % 3)"),
            Label("site", "\(source.problem / 6)"),
        ]
        return AlertReport(
            service: SimRoster.service(source.problem),
            correlationKey: correlationKey(of: source.problem),
            title: "problem \(source.problem)", source: "sim",
            alerts: [
                AlertInstance(
                    fingerprint: source.fingerprint, isFiring: source.isFiring,
                    startedAt: source.startedAt, summary: "alert \(source.fingerprint)",
                    severity: severity, labels: labels, link: "")
            ])
    }

    /// Hands a report of one alert to a region; in the end it has to count from then.
    mutating func hand(_ report: AlertReport, to node: Int, countingFrom counted: Instant? = nil) {
        guard let alert = report.alerts.first else { return }
        let evidence = Evidence.alert(
            fingerprint: alert.fingerprint, startedAt: counted ?? alert.startedAt,
            isFiring: alert.isFiring)
        let group = World.group(of: report.correlationKey)
        guard let request = begin(evidence, about: group, at: node) else { return }
        trace.note(.intake, at: now, UInt64(node), request.number, alert.fingerprint)
        if trace.isKept {
            tell(
                "\(name(node)) intake \(request.number): \(group.short) alert "
                    + "\(alert.fingerprint)\(alert.isFiring ? "+" : "-")")
        }
        step(node, .intake(request, report))
    }

    /// A person does something to an incident that was reported some time.
    private mutating func commandSomething(
        _ dice: UInt64, _ number: UInt64, _ own: inout RandomStream
    ) {
        let problem = own.below(options.problems)
        let key = "\(SimRoster.service(problem).text)/sim/\(problem)"
        let group = World.group(of: key)
        let node = Int(own.below(UInt64(options.regions)))
        let act = "act\(number)"
        let person = SimRoster.person(node, 1)
        if own.chance(perMillion: options.handOversPerMillion) {
            return handOver(group, to: (node + 1) % options.regions)
        }
        var editing = own.split("edit")
        if editing.chance(perMillion: options.editsPerMillion) {
            let value: FieldValue =
                switch editing.below(5) {
                case 0..<2: .severity(editing.pick(Severity.allCases))
                case 2..<4: .commander(person)
                case _: .phase(editing.pick(IncidentPhase.allCases))
                }
            return ask(
                .edit(group: group, value: value, by: person, reason: act, overturns: nil), of: node
            )
        }
        var writing = own.split("roster")
        if writing.chance(perMillion: options.rosterWordsPerMillion) {
            return sayOfRoster(by: person, act: act, at: node, &writing)
        }
        var handing = own.split("handoff")
        if handing.chance(perMillion: options.handoffsPerMillion) {
            return sayOfHandoff(group, by: person, act: act, at: node, &handing)
        }
        var working = own.split("work")
        if working.chance(perMillion: options.workPerMillion) {
            return sayOfWork(group, by: person, act: act, at: node, &working)
        }
        var merging = own.split("merge")
        if options.problems > 1, merging.chance(perMillion: options.mergesPerMillion) {
            return merge(group, by: person, act: act, at: node, &merging)
        }
        var snoozing = own.split("snooze")
        if (84..<93).contains(dice), snoozing.chance(perMillion: 300_000) {
            var span = snoozing.span(.seconds(5)...(.seconds(30)))
            // Some that only a wrong clock takes to be over.
            if snoozing.below(3) == 0 { span = snoozing.span(.minutes(5)...(.minutes(50))) }
            return ask(
                .snooze(group: group, until: now + span, by: person, via: act), of: node)
        }
        switch dice {
        case 70..<78: write(group, by: person, act: act, at: node, own.split("note"))
        case 78..<84: ask(.escalate(group: group, by: person, reason: act), of: node)
        case 84..<93:
            ask(
                .acknowledge(
                    group: group, generation: nil, previousEnd: nil, run: nil, by: person, via: act),
                of: node)
        case _: ask(.resolve(group: group, by: person, via: act), of: node)
        }
    }

    /// A coordinator that has gone mad proposes whatever comes to its mind: it must do no harm.
    private mutating func proposeMadly(_ random: RandomStream) {
        var random = random
        guard random.chance(perMillion: options.madProposalsPerMillion) else { return }
        let groups = (0..<2).map { _ in
            let problem = random.below(options.problems)
            return World.group(of: "\(SimRoster.service(problem).text)/sim/\(problem)")
        }
        let node = Int(random.below(UInt64(options.regions)))
        guard nodes[node].isRunning else { return }
        let proposal = MergeProposal(child: groups[0], survivor: groups[1])
        step(
            node,
            .received(
                from: MemberID(UInt64(nodes.count + 1)),
                bytes: PeerMessage.mergeProposal(proposal).encoded))
    }

    /// Somebody finds that two incidents are one problem, or that they are two after all.
    private mutating func merge(
        _ group: GroupID, by person: PersonID, act: String, at node: Int,
        _ own: inout RandomStream
    ) {
        if own.below(4) == 0 {
            return ask(
                .edit(group: group, value: .separate, by: person, reason: act, overturns: nil),
                of: node)
        }
        let problem = own.below(options.problems)
        let other = World.group(of: "\(SimRoster.service(problem).text)/sim/\(problem)")
        ask(
            .merge(group: group, with: other, by: person, reason: act, isProposal: false), of: node)
    }

    /// Somebody applies a roster, overrides it, or says who is away.
    private mutating func sayOfRoster(
        by person: PersonID, act: String, at node: Int, _ own: inout RandomStream
    ) {
        guard let core = nodes[node].core else { return }
        let control = core.look { $0.probeControlGroup }
        let known = core.look { $0.control }
        let other = SimRoster.person(
            Int(own.below(UInt64(options.regions))), Int(own.within(1...3)))
        let from = now + own.span(.zero ... .seconds(20))
        let to = from + own.span(.seconds(5) ... .seconds(90))
        let word = OverrideWord(
            schedule: SimRoster.sun.text, person: other, replaces: nil, from: from, to: to)
        let saying: RosterSaying
        switch own.below(10) {
        case 0..<2:
            rosterCount += 1
            let base = "simulated-\(nodes[node].rosterNumber)"
            let name = "simulated-\(rosterCount)"
            saying = .applied(RosterDocument(version: name, base: base, text: name))
        case 2..<5: saying = .overridden(word)
        case 5..<7: saying = .left(LeaveWord(person: other, from: from, to: to))
        case 7: saying = .swapAsked(word)
        case 8:
            guard let swap = known.changes.last(where: { $0.isOpenSwap }) else { return }
            saying = .swapTaken(swap.fact)
        case _:
            guard let change = known.changes.first else { return }
            saying = .cancelled(change.fact)
        }
        ask(.roster(control: control, saying, by: person, reason: act), of: node)
    }

    /// Somebody writes a note; now and then it mentions people, and answers another one.
    private mutating func write(
        _ group: GroupID, by person: PersonID, act: String, at node: Int, _ random: RandomStream
    ) {
        var (own, text, replyTo) = (random, act, FactID?.none)
        if own.chance(perMillion: options.mentionsPerMillion) {
            let region = Int(own.below(UInt64(options.regions)))
            let people = own.below(4) == 0 ? [1, 3] : [own.within(1...3)]
            let mentioned = people.map { SimRoster.person(region, Int($0)) }
            let names = mentioned.map { "(@\($0.text).)" }.joined(separator: " and ")
            // An address, whoever writes, and somebody whom nobody knows are mentioned to nobody.
            text += " mail a@p1-1.sim, @\(person.text), @p9-9, \(names)"
            checks.mentions.observe(
                writing: text, mentioning: mentioned.filter { $0 != person })
        }
        if own.chance(perMillion: options.mentionsPerMillion) {
            let view = nodes[node].core?.look({ $0.probeView(group) }) ?? nil
            let notes = view?.timeline.filter { $0.kind == .note }.compactMap(\.fact) ?? []
            replyTo = notes.isEmpty ? nil : own.pick(notes)
        }
        if replyTo != nil { sometimes.mark(.noteAnswered) }
        ask(.note(group: group, by: person, text: text, replyTo: replyTo), of: node)
    }

    /// Somebody writes down what they work on, or what came of it.
    private mutating func sayOfWork(
        _ group: GroupID, by person: PersonID, act: String, at node: Int,
        _ own: inout RandomStream
    ) {
        let items = nodes[node].core?.look({ $0.probeView(group)?.presentWork }) ?? nil ?? []
        let kind = own.pick(WorkKind.allCases)
        let due = own.below(2) == 0 ? nil : now + .minutes(5)
        let draft = WorkDraft(kind: kind, text: act, owner: person, due: due)
        guard own.below(3) > 0, !items.isEmpty else {
            let ends = WorkEnd.allCases.filter { $0.ends(kind) }
            var finishing = own.split("finish")
            let step: WorkStep =
                finishing.below(2) == 0 && !ends.isEmpty
                ? .finish(draft, finishing.pick(ends), outcome: "") : .begin(draft)
            return ask(.work(group: group, step, by: person), of: node)
        }
        let item = own.pick(items)
        let ends = WorkEnd.allCases.filter { $0.ends(item.draft?.kind ?? .update) }
        let step: WorkStep =
            if item.end != nil {
                .reopen(item.id, reason: act)
            } else if ends.isEmpty || own.below(3) == 0 {
                .change(item.id, text: act, owner: person, due: due)
            } else {
                .end(item.id, own.pick(ends), outcome: act)
            }
        ask(.work(group: group, step, by: person), of: node)
    }

    /// Somebody offers command, or answers an offer.
    private mutating func sayOfHandoff(
        _ group: GroupID, by person: PersonID, act: String, at node: Int,
        _ own: inout RandomStream
    ) {
        let other = SimRoster.person(
            Int(own.below(UInt64(options.regions))), Int(own.within(1...3)))
        let dice = own.below(20)
        let known = nodes[node].core?.look({ $0.probeView(group)?.openHandoff }) ?? nil
        let (step, by): (HandoffStep, PersonID) =
            if let offer = known {
                switch dice {
                case 0..<8: (.accept(readBack: act), offer.to)
                case 8..<11: (.accept(readBack: act), person)
                case 11..<13: (.brief(act), person)
                case 13..<15: (.decline(reason: act), offer.to)
                case 15..<17: (.withdraw(reason: act), person)
                case _: (.offer(to: other, brief: act), person)
                }
            } else {
                (.offer(to: other, brief: act), person)
            }
        ask(.handoff(group: group, step, by: by), of: node)
    }

    /// An operator asks whoever owns an incident to hand it to a region.
    private mutating func handOver(_ group: GroupID, to target: Int) {
        let owner = nodes.indices.first {
            nodes[$0].core?.look({ $0.probeReplica.ownerHint(of: group) }) == nodes[$0].member.id
        }
        guard let owner, owner != target else { return }
        step(owner, .handOver(group, to: nodes[target].member.id))
    }

    mutating func ask(_ command: Command, of node: Int) {
        guard let request = begin(Evidence(command), about: command.group, at: node) else { return }
        checks.majority.observe(asked: command, at: now)
        trace.note(.command, at: now, UInt64(node), request.number, command.group.low)
        if trace.isKept { tell("\(name(node)) command \(request.number): \(command)") }
        step(node, .command(request, command))
    }

    /// Puts a request down in the books; `nil` if nobody listens there.
    mutating func begin(_ evidence: Evidence, about group: GroupID, at node: Int)
        -> RequestID?
    {
        guard nodes[node].isUp else { return nil }
        let request = client.nextRequest()
        let asked = Asked(
            request: request.number, node: node, incarnation: nodes[node].incarnation.number,
            group: group, evidence: evidence, askedAt: now,
            pausedBefore: nodes[node].pausedTotal)
        checks.answer.observe(asked: asked)
        return request
    }

    mutating func receive(_ reply: Reply, to request: RequestID, from node: Int) {
        trace.note(.reply, at: now, UInt64(node), request.number, reply.number)
        if trace.isKept { tell("\(name(node)) reply \(request.number): \(reply)") }
        let asked = checks.answer.observe(
            reply: request.number, at: now, pausedTotal: nodes[node].pausedTotal,
            isExcused: isDiskExcused(node), into: &checks.failures)
        receive(read: reply, to: request, from: node)
        guard var asked, case .accepted(let acceptance) = reply else { return }
        // What is asked of an incident that is merged goes to the one that took it over.
        asked.group = acceptance.group
        if acceptance.durability == .local { sometimes.mark(.answeredLocal) }
        // What is told to a region that stays broken is lost with it, unless it had a majority.
        guard nodes[node].isCore || acceptance.durability == .quorum else { return }
        checks.acceptance.observe(asked, acceptance.durability, at: now)
        if acceptance.durability == .quorum { planRead(of: asked.group, after: request) }
        if case .note(let text) = asked.evidence {
            checks.mentions.observe(
                accepted: text, of: asked.group, by: node, at: now)
        }
    }

    /// A disk that is slow or broken is a reason to answer late.
    func isDiskExcused(_ node: Int) -> Bool {
        now < nodes[node].disk.slowUntil + .seconds(3)
            || now < nodes[node].disk.failsUntil + .seconds(3)
    }
}

extension Reply {
    /// A number for the trace's hash.
    fileprivate var number: UInt64 {
        switch self {
        case .accepted(let acceptance): acceptance.durability == .quorum ? 1 : 2
        case .unknownIncident: 3
        case .rejected: 4
        case .overloaded: 5
        case .upToDate: 6
        }
    }
}
