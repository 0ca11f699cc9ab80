import Basics
import IncidentModel
import Reconciliation

/// What is known of facts, from the moment they are written down.
///
/// S8: parents before children: in an incident's log the facts of one member stand in the order in
/// which it wrote them. S6: a resolve closes what somebody had seen, nothing later. S9: what facts
/// make of an incident does not depend on the order in which they came; what rules find in regions'
/// views does not either, nor on how often one was said.
struct FactCheck {
    private struct Lane: Hashable {
        var group: GroupID
        var origin: MemberID
    }
    /// The last fact of each member in the log of each incident.
    private var lastInLog: [Lane: UInt64] = [:]
    /// When an alert was written down to be firing.
    private var firingTimes: [UInt64: Set<HybridTime>] = [:]
    /// The reports of alerts that fire, by incident, and how bad they say it is.
    private var reports: [GroupID: [(fact: FactID, severity: Severity)]] = [:]
    /// Which generation somebody saw who answered through a link.
    private var answers: [String: (group: GroupID, end: HybridTime)] = [:]
    private var wrongAnswer: String?
    /// All facts of an incident, as far as they were kept.
    private var facts: [GroupID: [Fact]] = [:]
    private static let factsMax = 60

    /// Somebody answers through a link that names a generation.
    mutating func observe(answer via: String, of group: GroupID, _ previousEnd: HybridTime) {
        answers[via] = (group, previousEnd)
    }

    /// A member writes facts down; those of its own are new in the world.
    mutating func observe(_ batch: [Fact], of member: MemberID) {
        for fact in batch where fact.id.origin == member {
            if case .alertSeen(let report) = fact.body {
                if let worst = report.alerts.filter(\.isFiring).map(\.severity).min() {
                    reports[fact.group, default: []].append((fact.id, worst))
                }
                for alert in report.alerts where alert.isFiring {
                    firingTimes[alert.fingerprint, default: []].insert(fact.time)
                }
            }
            // An answer about an incident that is merged goes to the one that took it over.
            if case .ackSeen(let given) = fact.body, let seen = answers[given.via],
                seen.group == fact.group, seen.end != given.previousEnd
            {
                wrongAnswer =
                    "\(given.by) answered \(given.via) of another generation of \(fact.group.short)"
            }
            if facts[fact.group, default: []].count < Self.factsMax {
                facts[fact.group, default: []].append(fact)
            }
        }
    }

    /// An entry is new in an incident's log; the first member that has it counts.
    mutating func observe(
        _ entry: TimelineEntry, of group: GroupID, into failures: inout Failures
    ) {
        guard let fact = entry.fact else { return }
        failures.checkCount += 1
        let lane = Lane(group: group, origin: fact.origin)
        if let last = lastInLog[lane], last > fact.sequence {
            failures.fail("S8", "\(group.short) has \(fact) behind number \(last): \(entry.text)")
        }
        lastInLog[lane] = fact.sequence
    }

    /// Whoever has taken on what fires has known how bad it is. An incident that has taken others over
    /// knows of alerts by what these said.
    private func checkKnowledge(
        of incident: Incident, at node: Int, into failures: inout Failures
    ) {
        guard incident.status == .acknowledged, incident.absorbed.isEmpty,
            let covering = incident.coveringAcknowledgement,
            covering.acknowledgement.previousEnd == incident.previousEnd,
            let worst = incident.firingAlerts.map(\.instance.severity).min()
        else { return }
        failures.checkCount += 1
        let bad = (reports[incident.group] ?? []).filter { $0.severity <= worst }
        guard !bad.contains(where: { covering.acknowledgement.seen.cover($0.fact) }) else { return }
        // What a log tells is known before the facts that it was made of are told.
        let taken = incident.timeline.first { $0.fact == covering.fact }
        let before = incident.timeline.prefix { $0.index < taken?.index ?? 0 }
        guard !before.contains(where: { entry in bad.contains { $0.fact == entry.fact } }) else {
            return
        }
        failures.fail(
            "S10",
            "m\(node + 1) is silent about \(incident.group.short), \(worst.name), which "
                + "\(covering.acknowledgement.by) did not know when they took it on")
    }

    /// Nobody answers about another generation than the one they saw.
    func judgeAnswers(into failures: inout Failures) {
        if let wrongAnswer { failures.fail("S10", wrongAnswer) }
    }

    /// An incident's log says something new.
    func observe(_ incident: Incident, at node: Int, into failures: inout Failures) {
        checkKnowledge(of: incident, at: node, into: &failures)
        if let unfounded = incident.unfoundedField {
            failures.fail("S9", "m\(node + 1) \(incident.group.short): \(unfounded)")
        }
        // By position: an alert is dear to copy, and few are closed.
        for position in incident.alerts.indices
        where incident.alerts[position].closedThrough > .zero {
            let alert = incident.alerts[position]
            failures.checkCount += 1
            let times = firingTimes[alert.instance.fingerprint]
            guard times?.contains(alert.closedThrough) != true else { continue }
            failures.fail(
                "S6",
                "m\(node + 1) \(incident.group.short): alert \(alert.instance.fingerprint) is closed "
                    + "through \(alert.closedThrough), when nobody saw it fire")
        }
    }

    // MARK: - S9

    /// At the end of a run: the facts of an incident in other orders, and one by one.
    func permute(
        _ group: GroupID, defects: RuleDefects = RuleDefects(), _ random: inout RandomStream,
        into failures: inout Failures
    ) {
        guard let all = facts[group], all.count > 1 else { return }
        let expected = Incident(group: group).viewed(with: all)
        var shuffled = all
        for _ in 0..<2 {
            failures.checkCount += 1
            random.shuffle(&shuffled)
            if Incident(group: group).viewed(with: shuffled) != expected {
                failures.fail("S9", "\(group.short): facts in another order give another incident")
            }
        }
        // As a region does whose facts come in order: each is applied to what was there.
        var grown = Incident(group: group)
        for fact in all.sorted(by: { ($0.time, $0.id) < ($1.time, $1.id) }) {
            grown = grown.viewed(with: [fact])
        }
        if grown != expected {
            failures.fail("S9", "\(group.short): facts learned one by one give another incident")
        }
        settle(group, all.filter(\.isWithinGeneration), defects, &random, into: &failures)
    }

    /// What owners decide in the end must not depend on which facts were merged when, and on how often
    /// they stopped to decide. Only within one generation and run: ends and runs count by the log.
    private func settle(
        _ group: GroupID, _ facts: [Fact], _ defects: RuleDefects,
        _ random: inout RandomStream, into failures: inout Failures
    ) {
        var expected: Settled?
        for _ in 0..<4 {
            failures.checkCount += 1
            let settled = Settled(
                Self.merged(group, facts, portions: &random), defects)
            if let expected, settled != expected {
                failures.fail(
                    "S9",
                    "\(group.short): merged in another order it is settled as \(settled), not as "
                        + "\(expected)")
            }
            expected = expected ?? settled
        }
    }

    /// An incident into whose log facts were merged in some order that keeps each member's own, in
    /// portions, with decisions in between.
    private static func merged(
        _ group: GroupID, _ facts: [Fact], portions random: inout RandomStream
    ) -> Incident {
        var incident = Incident(group: group)
        var index: LogIndex = 0
        func settle() {
            while true {
                let missing = missingDecisions(for: incident)
                guard !missing.isEmpty else { return }
                index += 1
                incident.applyDecisions(missing, in: "any", at: .zero, index: index)
            }
        }
        var lanes: [[Fact]] = []
        for fact in facts.sorted(by: { $0.id < $1.id }) {
            if lanes.last?.last?.id.origin == fact.id.origin {
                lanes[lanes.count - 1].append(fact)
            } else {
                lanes.append([fact])
            }
        }
        while !lanes.isEmpty {
            let lane = Int(random.below(UInt64(lanes.count)))
            let count = 1 + Int(random.below(UInt64(lanes[lane].count)))
            index += 1
            incident.applyMerge(Array(lanes[lane].prefix(count)), index: index)
            lanes[lane].removeFirst(count)
            if lanes[lane].isEmpty { lanes.remove(at: lane) }
            if random.below(2) == 0 { settle() }
        }
        settle()
        return incident
    }

    /// The rules over the same views in other orders, and with repetitions.
    func permute(
        _ views: [RegionalView], of group: GroupID, at now: Instant, defects: RuleDefects,
        _ random: inout RandomStream, into failures: inout Failures
    ) {
        guard views.count > 1 else { return }
        let bound = Span.seconds(30)
        let expected = findings(in: views, at: now, overdueAfter: bound, defects: defects)
        for _ in 0..<4 {
            failures.checkCount += 1
            var others = views + views.filter { _ in random.below(2) == 0 }
            random.shuffle(&others)
            var again = defects
            if let seed = defects.hashSeed { again.hashSeed = seed &+ random.next() }
            let found = findings(in: others, at: now, overdueAfter: bound, defects: again)
            guard found != expected else { continue }
            failures.fail(
                "S9", "\(group.short): rules find \(found) instead of \(expected) in another order")
        }
    }
}

extension Incident {
    /// A field that stands without a decision in the log, if one does.
    fileprivate var unfoundedField: String? {
        guard let unfounded = undecidedField else { return nil }
        // What an incident that was taken over had may stand here.
        return timeline.contains { $0.kind == .merged } ? nil : unfounded
    }

    private var undecidedField: String? {
        guard severitySetting != nil || commander != nil || phase != nil else { return nil }
        let present = decisions.filter { $0.previousEnd == previousEnd }.map(\.outcome)
        if let severitySetting,
            !present.contains(
                .severity(
                    severitySetting.severity, isExact: severitySetting.isExact,
                    through: severitySetting.through))
        {
            return "\(severitySetting.severity) stands, and nobody decided so"
        }
        if let commander, !present.contains(.commander(commander, deputies: deputies)) {
            return "\(commander) is in command, and nobody decided so"
        }
        if let phase, !present.contains(.phase(phase.phase)) {
            return "\(phase.phase) stands, and nobody decided so"
        }
        return nil
    }
}

/// What was settled about an incident, whatever the way to it.
private struct Settled: Equatable {
    var severity: Severity
    var commander: PersonID?
    var deputies: [PersonID]
    var acknowledgement: FactID?
    var standing: [DecisionOutcome]
    var phase: IncidentPhase?
    var work: [WorkItem]
    var mentions: [Mention]

    init(_ incident: Incident, _ defects: RuleDefects) {
        (severity, commander) = (incident.severity, incident.commander)
        deputies = incident.deputies
        acknowledgement = incident.coveringAcknowledgement?.fact
        standing = decisions(for: incident, defects: defects).map(\.outcome)
        (phase, work) = (incident.phase?.phase, incident.presentWork)
        mentions = incident.mentions
    }
}

extension Fact {
    /// Whether it is something between which owners decide.
    var isAboutDecisions: Bool {
        switch body {
        case .edited(let edit): !edit.isProposal
        case .ackSeen: true
        case _: false
        }
    }

    /// Whether it can neither end a generation nor begin a run.
    fileprivate var isWithinGeneration: Bool {
        switch body {
        case .alertSeen(let report): report.alerts.allSatisfy(\.isFiring)
        case .resolveSeen, .escalationAsked: false
        case .edited(let edit):
            // To part what was merged begins a run.
            edit.previousEnd == .zero && !edit.value.isSameField(as: .separate)
                && edit.handoff?.run ?? 1 == 1
        case .ackSeen(let given): given.previousEnd == .zero && given.run == 1
        case .pageIntent(let intent):
            intent.position.previousEnd == .zero && intent.position.run == 1
        case .pageResult(let result):
            result.position.previousEnd == .zero && result.position.run == 1
        case .noteAdded, .roster: true
        case .handoff(let word): word.previousEnd == .zero
        case .work(let word): word.previousEnd == .zero
        }
    }
}

extension RandomStream {
    /// Brings elements into another order. *Source:* Fisher and Yates.
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in elements.indices.dropFirst().reversed() {
            elements.swapAt(index, Int(below(UInt64(index + 1))))
        }
    }
}
