import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging
import RegionCore
import Replication

/// The members, the roster, the zones and the beginning of a run that has not the simulator's own.
struct SimCast {
    /// When it begins.
    var begin: Instant
    /// The regions, by position.
    var regions: [RehearsedRegion]
    /// The only roster there is.
    var roster: Roster
    /// Its zones.
    var zones: TimeZones
    /// The spans of the duty layer.
    var timings: DutyTimings
}

/// Something that happens in a rehearsal at its time.
enum RehearsalAct {
    /// The regions die that have to.
    case deaths
    /// People say how they changed who is on call.
    case changes
    /// A source sends its alert; once more if nobody heard it.
    case alert(Int)
}

/// A rehearsal at work: what is asked, and what happened.
struct Rehearsal {
    let request: RehearsalRequest
    /// The incident of each alert.
    let groups: [GroupID]
    var events: [RehearsalEvent] = []
    /// Alerts that somebody has answered.
    var answered: Set<Int> = []

    init(_ request: RehearsalRequest) {
        self.request = request
        groups = request.alerts.map { World.group(of: Self.key(of: $0)) }
    }

    static func key(of alert: RehearsedAlert) -> String { "\(alert.service.text)/rehearsal" }
}

extension World {
    /// The world of a rehearsal: nothing goes wrong in it but what is asked for.
    init(_ request: RehearsalRequest) {
        var options = SimOptions(seed: request.seed)
        options.rehearse(request)
        let cast = SimCast(
            begin: request.begin, regions: request.regions, roster: request.roster,
            zones: request.zones, timings: request.timings)
        self.init(SimRequest(seed: request.seed), options: options, cast: cast)
        rehearsal = Rehearsal(request)
    }

    /// From an alert that nobody heard to the next try of its source.
    private static let sourcePause = Span.seconds(5)
    /// How long a cluster runs before people change who is on call.
    private static let changesAfter = Span.seconds(3)

    /// Plays it to its end, or until a property is broken.
    mutating func rehearse() {
        guard let request = rehearsal?.request else { return }
        for node in nodes.indices { boot(node) }
        queue.add(.look, at: now + Checks.lookPause)
        if request.changes != .none {
            queue.add(.rehearsed(.changes), at: now + Self.changesAfter)
        }
        for (index, alert) in request.alerts.enumerated() {
            queue.add(.rehearsed(.alert(index)), at: alert.at)
        }
        if !request.killed.isEmpty { queue.add(.rehearsed(.deaths), at: request.at) }
        run(until: request.end)
    }

    mutating func perform(_ act: RehearsalAct) {
        guard let request = rehearsal?.request else { return }
        switch act {
        case .deaths: die(request)
        case .changes: sayChanges(request)
        case .alert(let index): send(alert: index, request)
        }
    }

    /// Regions are gone with their disks at once; what was on its way arrives.
    private mutating func die(_ request: RehearsalRequest) {
        faults.begin(at: now)
        disturb(until: now + .seconds(5))
        for node in nodes.indices where request.killed.contains(nodes[node].member.name) {
            rehearsed(.died(nodes[node].member.name))
            destroy(node)
        }
    }

    private mutating func send(alert index: Int, _ request: RehearsalRequest) {
        guard let group = rehearsal?.groups[index] else { return }
        let isKnown = nodes.contains { node in
            node.isRegion && node.core?.look({ $0.probeView(group) }) != nil
        }
        guard !isKnown else { return }
        let alert = request.alerts[index]
        // A source that hears nothing from the region it sent an alert to tries the next one.
        queue.add(.rehearsed(.alert(index)), at: now + Self.sourcePause)
        let living = alert.regions.lazy.compactMap { [nodes] name in
            nodes.firstIndex { $0.member.name == name && $0.isRunning }
        }.first
        guard let node = living else {
            if !(rehearsal?.events.contains { $0.alert == index } ?? true) {
                rehearsed(.notTaken, about: index)
            }
            return
        }
        rehearsed(.taken(nodes[node].member.name), about: index)
        let instance = AlertInstance(
            fingerprint: fingerprint(ofKey: alert.service.text), isFiring: true,
            startedAt: alert.at, summary: "a rehearsal", severity: request.severity, labels: [],
            link: "")
        hand(
            AlertReport(
                service: alert.service, correlationKey: Rehearsal.key(of: alert),
                title: "a rehearsal", source: "rehearsal", alerts: [instance]), to: node)
    }

    /// People say at one region what is in force: swaps first, for overrides come before them.
    private mutating func sayChanges(_ request: RehearsalRequest) {
        guard let control = nodes.first?.core?.look({ $0.probeControlGroup }) else { return }
        let overrides = request.changes.overrides.sorted { $1.outranks($0) }
        for one in overrides where one.from < request.end && one.to > now {
            let word = OverrideWord(
                schedule: one.schedule.text, person: one.person, replaces: one.replaces,
                from: one.from, to: one.to)
            ask(
                .roster(control: control, .overridden(word), by: one.by, reason: one.reason),
                of: 0)
        }
        for one in request.changes.leaves where one.from < request.end && one.to > now {
            let word = LeaveWord(person: one.person, from: one.from, to: one.to)
            ask(.roster(control: control, .left(word), by: one.by, reason: one.reason), of: 0)
        }
    }

    // MARK: - What happened

    private mutating func rehearsed(_ what: RehearsalEvent.What, about alert: Int? = nil) {
        rehearsal?.events.append(RehearsalEvent(at: now, alert: alert, what: what))
    }

    private func rehearsedAlert(of group: GroupID) -> Int? {
        rehearsal?.groups.firstIndex(of: group)
    }

    /// Takes note of what a region tells its operator.
    mutating func note(rehearsed event: OperatorEvent, of node: Int) {
        guard let request = rehearsal?.request else { return }
        let name = nodes[node].member.name
        switch event {
        case .owns(let group, let term):
            guard let alert = rehearsedAlert(of: group) else { return }
            rehearsed(.owned(name, term), about: alert)
        case .memberLost(let member):
            let lost = nodes[position(of: member)].member.name
            if request.killed.contains(lost), now >= request.at {
                rehearsed(.missed(lost, by: name))
            }
        case .majorityLost: if now >= request.at { rehearsed(.majorityLost(name)) }
        case _: return
        }
    }

    /// Takes note of a page that arrived, and of those it brings along.
    mutating func note(rehearsed order: PageOrder, from node: Int) {
        guard let request = rehearsal?.request else { return }
        for one in order.all {
            guard let alert = rehearsedAlert(of: one.content.group) else { continue }
            let page = RehearsedPage(
                person: one.person, channel: one.contact.channel, region: nodes[node].member.name,
                step: one.content.step, isNotice: !one.content.notice.isEmpty,
                isHeard: request.isHeard(one.person, at: now))
            rehearsed(.paged(page), about: alert)
        }
    }

    /// Takes note of the first answer to each alert.
    mutating func note(rehearsed command: Command, at node: Int) {
        guard rehearsal != nil, case .acknowledge(let group, _, _, _, let person, _) = command,
            let alert = rehearsedAlert(of: group),
            rehearsal?.answered.insert(alert).inserted == true
        else { return }
        rehearsed(.answered(person, at: nodes[node].member.name), about: alert)
    }

    /// Who would be paged next for an alert if it went on: as the incident's owner sees it, or else any
    /// region that knows of it.
    func nextPage(of alert: Int) -> RehearsedNext? {
        guard let group = rehearsal?.groups[alert] else { return nil }
        let knowing = nodes.filter { node in
            node.isRegion && node.core?.look({ $0.probeView(group) }) != nil
        }
        let owner = knowing.first { $0.core?.look({ $0.probeReplica.leads(group) }) == true }
        guard let core = (owner ?? knowing.first)?.core,
            case .page(let plan) = core.look({ $0.probeDecision(group, at: now) })
        else { return nil }
        let waiting = plan.pages.filter { $0.due > now }
        let next = waiting.map(\.due).min() ?? .distantFuture
        if next < plan.nextStepDue ?? .distantFuture {
            let people = waiting.filter { $0.due == next }.map(\.person.id)
            return RehearsedNext(at: next, people: people, step: plan.position.words)
        }
        guard let due = plan.nextStepDue,
            case .page(let then) = core.look({ $0.probeDecision(group, at: due) })
        else { return nil }
        return RehearsedNext(at: due, people: then.people, step: then.position.words)
    }
}

extension SimOptions {
    /// Nothing goes wrong and nobody does anything of their own accord.
    fileprivate mutating func rehearse(_ request: RehearsalRequest) {
        regions = request.regions.count
        (hasWitness, coordinators) = (request.hasWitness, 0)
        delays = .milliseconds(25)...(.milliseconds(120))
        (jitterMax, syncMax, skewMax) = (.milliseconds(10), .milliseconds(10), .zero)
        (lossPerMillion, duplicatesPerMillion, reorderPerMillion) = (0, 0, 0)
        (faults, core, beginning) = ([], .everyone, .plain)
        (nagPause, hasEmptyLevel) = (.zero, false)
        answersPerMillion = request.answeredAfter == nil ? 0 : 1_000_000
        (doubleAnswersPerMillion, handoffsPerMillion, rosterWordsPerMillion) = (0, 0, 0)
        (mergesPerMillion, madProposalsPerMillion) = (0, 0)
        (logEntriesMax, messageBytesMax) = (64, Limits.bulkMessageBytesMax)
    }
}
