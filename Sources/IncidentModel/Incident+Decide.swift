public import Basics

/// A severity that a decision has set.
public struct SeveritySetting: Equatable, Sendable {
    /// The severity.
    public var severity: Severity
    /// Whether it also stands against what alerts had said before.
    public var isExact: Bool
    /// What alerts say after this can make it worse.
    public var through: HybridTime

    /// A setting.
    public init(severity: Severity, isExact: Bool, through: HybridTime) {
        (self.severity, self.isExact, self.through) = (severity, isExact, through)
    }
}

/// Wishes for fields in which one value can stand, and what was decided.
extension Incident {
    /// How many decisions are remembered.
    public static let decisionsMax = 64

    /// Applies decisions of the owner. One that is in the log already, or about another generation, is
    /// passed over; gives back the others.
    @discardableResult
    public mutating func applyDecisions(
        _ new: [Decision], in region: RegionName, at time: HybridTime, index: LogIndex
    ) -> [Decision] {
        lastIndex = index
        var applied: [Decision] = []
        for decision in new
        where decision.previousEnd == previousEnd && !hasDecided(decision.id) {
            var decision = decision
            decision.decidedAt = time
            if let old = decision.overturns,
                let known = decisions.firstIndex(where: { $0.id == old })
            {
                decisions[known].overturnedBy = decision.id
            }
            decisions.append(decision)
            if decisions.count > Self.decisionsMax { decisions.removeFirst() }
            perform(decision, at: time)
            note(.reconciled, at: time, in: region, decision.reason, index: index)
            applied.append(decision)
        }
        return applied
    }

    /// Wishes for fields that no decision has taken into account, and nobody has answered.
    public var openWishes: [EditRecord] {
        guard !edits.isEmpty else { return [] }
        let decided = decisions.flatMap(\.inputs)
        return edits.filter { record in
            record.edit.previousEnd == previousEnd && !decided.contains(record.fact)
                && !edits.contains {
                    $0.edit.value.isSameField(as: record.edit.value)
                        && $0.edit.seen.cover(record.fact)
                }
        }
    }

    /// Whether a decision is in the log.
    public func hasDecided(_ id: DecisionID) -> Bool { decisions.contains { $0.id == id } }

    private mutating func perform(_ decision: Decision, at time: HybridTime) {
        switch decision.outcome {
        case .severity(let severity, let isExact, let through):
            severitySetting = SeveritySetting(
                severity: severity, isExact: isExact, through: through)
            settleSeverity()
        case .commander(let person, let deputies):
            if commander != person { commandSince = time }
            commander = person
            self.deputies = deputies
            noteTaking(by: person, decision.inputs, at: time)
        case .acknowledged, .standDown, .answers: break
        case .phase(let new):
            if phase?.phase != new { phase = PhaseSetting(phase: new, since: time) }
        case .sealed(let target): if target.group != group { sealing = target }
        case .separate:
            guard sealing != nil else { return }
            sealing = nil
            // Another one paged for it: its own run is long over.
            if status.isOpen, coveringAcknowledgement == nil { beginRun(at: time, level: 0) }
        }
    }

    /// Works out the severity from what alerts said and what was decided.
    mutating func settleSeverity() {
        guard let setting = severitySetting else { return severity = alertSeverity }
        guard setting.isExact else { return severity = min(alertSeverity, setting.severity) }
        var worst = setting.severity
        for alert in alerts where alert.isFiring && alert.firingSeen > setting.through {
            worst = min(worst, alert.instance.severity)
        }
        severity = worst
    }

    mutating func apply(_ edit: FieldEdit, of fact: Fact, index: LogIndex) {
        let record = EditRecord(
            fact: fact.id, time: fact.time, region: fact.region, edit: edit)
        if !hasClosed(after: edit.previousEnd) {
            let position = edits.partitioningIndex { ($0.time, $0.fact) >= (fact.time, fact.id) }
            edits.insert(record, at: position)
        }
        let words = record.words
        note(.proposed, of: fact, words, index: index)
        if let taken = edit.handoff { takeOn(taken, by: edit, of: fact, index: index) }
    }
}

extension EditRecord {
    /// What was wanted, for the timeline.
    public var words: String {
        let tail = edit.reason.isEmpty ? "" : ": \(edit.reason)"
        let side = edit.isApart ? " (apart from the majority)" : ""
        if edit.isProposal {
            return "\(edit.by.text) proposes: \(edit.value.words)\(side)\(tail)"
        }
        if edit.handoff != nil { return "\(edit.by.text) accepts command\(side)\(tail)" }
        if case .commander(let person) = edit.value, person == edit.by {
            return "\(edit.by.text) takes command\(side)\(tail)"
        }
        let it = edit.value.isSameField(as: .separate) ? "it " : ""
        return "\(edit.by.text) wants \(it)\(edit.value.words)\(side)\(tail)"
    }
}
