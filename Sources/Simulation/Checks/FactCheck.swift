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
    private(set) var facts: [GroupID: [Fact]] = [:]
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
        // Of an incident that was taken over and let go again they knew by what that one said.
        guard !incident.timeline.contains(where: { $0.kind == .merged }) else { return }
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

extension Fact {
    /// Whether it is something between which owners decide.
    var isAboutDecisions: Bool {
        switch body {
        case .edited(let edit): !edit.isProposal
        case .ackSeen: true
        case _: false
        }
    }
}
