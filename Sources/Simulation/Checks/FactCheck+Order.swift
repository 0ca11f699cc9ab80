import Basics
import IncidentModel
import Reconciliation

/// S9: in whatever order facts become known, the same comes out.
extension FactCheck {
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
            grown.view(with: [fact])
        }
        if grown != expected {
            failures.fail("S9", "\(group.short): facts learned one by one give another incident")
        }
        let present = all.filter(\.isWithinGeneration)
        settle(group, present.filter(\.isWithinRun), &random, into: &failures) {
            Settled($0, defects)
        }
        guard present.contains(where: { !$0.isWithinRun }) else { return }
        settle(group, present, &random, into: &failures) { SettledFields($0) }
    }

    /// What owners decide in the end must not depend on which facts were merged when, and on how often
    /// they stopped to decide: within one run all of it, over runs the fields. Ends of generations and
    /// runs themselves count by the log (decision 0010).
    private func settle<Outcome: Equatable>(
        _ group: GroupID, _ facts: [Fact], _ random: inout RandomStream,
        into failures: inout Failures, outcome: (Incident) -> Outcome
    ) {
        var expected: Outcome?
        for _ in 0..<4 {
            failures.checkCount += 1
            let settled = outcome(Self.merged(group, facts, portions: &random))
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

/// What was settled about an incident's fields, whatever run of the policy came of it.
private struct SettledFields: Equatable {
    var severity: Severity
    var commander: PersonID?
    var deputies: [PersonID]
    var phase: IncidentPhase?
    var crossed: DecisionOutcome?
    var work: [WorkItem]
    var escalations: [FactID]

    init(_ incident: Incident) {
        (severity, commander) = (incident.severity, incident.commander)
        deputies = incident.deputies
        (phase, work) = (incident.phase?.phase, incident.presentWork)
        crossed = decisions(for: incident).first { $0.rule == .crossed }?.outcome
        escalations = incident.escalations.map(\.fact)
    }
}

extension Fact {
    /// Whether it neither ends a generation, nor is about another one than the first.
    fileprivate var isWithinGeneration: Bool {
        switch body {
        case .alertSeen(let report): report.alerts.allSatisfy(\.isFiring)
        case .resolveSeen: false
        case .escalationAsked(let request): request.previousEnd == .zero
        case .edited(let edit):
            // To part what was merged begins a run, at the time of the decision.
            edit.previousEnd == .zero && !edit.value.isSameField(as: .separate)
        case .ackSeen(let given): given.previousEnd == .zero
        case .pageIntent(let intent): intent.position.previousEnd == .zero
        case .pageResult(let result): result.position.previousEnd == .zero
        case .noteAdded, .roster: true
        case .handoff(let word): word.previousEnd == .zero
        case .work(let word): word.previousEnd == .zero
        }
    }

    /// Whether it neither begins a run of the policy, nor is about another one than the first.
    fileprivate var isWithinRun: Bool {
        switch body {
        case .escalationAsked: false
        case .edited(let edit): edit.handoff?.run ?? 1 == 1
        case .ackSeen(let given): given.run == 1
        case .pageIntent(let intent): intent.position.run == 1
        case .pageResult(let result): result.position.run == 1
        case .alertSeen, .resolveSeen, .noteAdded, .roster, .handoff, .work: true
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
