import Basics
import IncidentModel
import RegionCore

/// The tools that send alerts and the people who work on incidents.
struct SimClient {
    /// One alert of one problem, as its source knows it.
    struct Source {
        var problem: UInt64
        var fingerprint: UInt64
        var startedAt: Instant
        var isFiring: Bool
    }
    var random: RandomStream
    var sources: [Source] = []
    var lastRequest: UInt64 = 0
    var acts: UInt64 = 0
    /// Until when many alerts come at once.
    var stormUntil: Instant = .epoch

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
    /// A client does one thing and plans the next.
    mutating func clientActs() {
        guard !isHealed else { return }
        let isStorm = now < client.stormUntil
        let pauseMax = isStorm ? Span.milliseconds(20) : options.clientPauseMax
        queue.add(.client, at: now + client.random.span(.milliseconds(1)...pauseMax))
        let dice = client.random.below(100)
        if isStorm || dice < 70 {
            report()
        } else {
            commandSomething(dice)
        }
    }

    /// A source reports: something new, a repeat, or that it is over; now and then to several
    /// regions.
    private mutating func report() {
        let index = Int(client.random.below(UInt64(client.sources.count)))
        let dice = client.random.below(100)
        if client.sources[index].isFiring {
            if dice < 30 { client.sources[index].isFiring = false }
        } else {
            client.sources[index].isFiring = true
            client.sources[index].startedAt = now
            // An alert of its own: were it always the same, a later episode would hide a lost one.
            if client.random.below(100) < 30 { client.sources[index].fingerprint += 1_000 }
        }
        let source = client.sources[index]
        let copies = client.random.below(100) < 20 ? options.regions : 1
        let first = Int(client.random.below(UInt64(options.regions)))
        for copy in 0..<copies { take(source, in: (first + copy) % options.regions) }
    }

    mutating func take(_ source: SimClient.Source, in node: Int) {
        let service = SimRoster.service(source.problem)
        let key = "\(service.text)/sim/\(source.problem)"
        let severity = Severity(rawValue: UInt8(source.fingerprint % 3 + 1)) ?? .sev3
        let report = AlertReport(
            service: service, correlationKey: key, title: "problem \(source.problem)",
            source: "sim",
            alerts: [
                AlertInstance(
                    fingerprint: source.fingerprint, isFiring: source.isFiring,
                    startedAt: source.startedAt, summary: "alert \(source.fingerprint)",
                    severity: severity, labels: [], link: "")
            ])
        let evidence = Evidence.alert(
            fingerprint: source.fingerprint, startedAt: source.startedAt,
            isFiring: source.isFiring)
        guard let request = begin(evidence, about: World.group(of: key), at: node) else { return }
        trace.note(.intake, at: now, UInt64(node), request.number, source.fingerprint)
        if trace.isKept {
            tell(
                "\(name(node)) intake \(request.number): \(World.group(of: key).short) alert "
                    + "\(source.fingerprint)\(source.isFiring ? "+" : "-")")
        }
        step(node, .intake(request, report))
    }

    /// A person does something to an incident that was reported some time.
    private mutating func commandSomething(_ dice: UInt64) {
        let problem = client.random.below(options.problems)
        let key = "\(SimRoster.service(problem).text)/sim/\(problem)"
        let group = World.group(of: key)
        let node = Int(client.random.below(UInt64(options.regions)))
        client.acts += 1
        let act = "act\(client.acts)"
        let person = SimRoster.person(node, 1)
        switch dice {
        case 70..<78: ask(.note(group: group, by: person, text: act), of: node)
        case 78..<84: ask(.escalate(group: group, by: person, reason: act), of: node)
        case 84..<93:
            ask(
                .acknowledge(
                    group: group, generation: nil, previousEnd: nil, run: nil, by: person, via: act),
                of: node)
        case _: ask(.resolve(group: group, by: person, via: act), of: node)
        }
    }

    mutating func ask(_ command: Command, of node: Int) {
        guard let request = begin(Evidence(command), about: command.group, at: node) else { return }
        trace.note(.command, at: now, UInt64(node), request.number, command.group.low)
        if trace.isKept { tell("\(name(node)) command \(request.number): \(command)") }
        step(node, .command(request, command))
    }

    /// Puts a request down in the books; `nil` if nobody listens there.
    private mutating func begin(_ evidence: Evidence, about group: GroupID, at node: Int)
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
        guard let asked, case .accepted(let acceptance) = reply else { return }
        if acceptance.durability == .local { sometimes.mark(.answeredLocal) }
        checks.acceptance.observe(asked, acceptance.durability, at: now)
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
        }
    }
}
