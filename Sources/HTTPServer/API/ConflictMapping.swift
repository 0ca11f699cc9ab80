import APIModel
import Basics
import IncidentModel
import RegionCore

/// Conflicts and proposals as the API shows them.
extension IncidentMapping {
    /// What was settled about an incident.
    func conflicts(_ view: IncidentView) -> [ConflictSummary] {
        view.incident.decisions.filter(\.isConflict).map { conflict($0, of: view.incident) }
    }

    /// One thing that was settled about an incident.
    func conflict(_ decision: Decision, of incident: Incident) -> ConflictSummary {
        ConflictSummary(
            id: decision.id.description, incident: incident.group.description,
            title: incident.title, rule: decision.rule.name, outcome: decision.outcome.words,
            reason: decision.reason, decidedAt: Timestamp(decision.decidedAt.instant),
            sides: decision.inputs.compactMap { side($0, of: incident) },
            isStanding: incident.isStanding(decision),
            overturnedBy: decision.overturnedBy?.description)
    }

    /// What one fact said, as far as it is remembered.
    private func side(_ fact: FactID, of incident: Incident) -> ConflictSide? {
        if let record = incident.edits.first(where: { $0.fact == fact }) {
            return ConflictSide(
                fact: fact.description, region: record.region.text, by: record.edit.by.text,
                at: Timestamp(record.time.instant), what: record.edit.value.words,
                reason: record.edit.reason.isEmpty ? nil : record.edit.reason,
                isApart: record.edit.isApart)
        }
        guard let record = incident.acknowledgements.first(where: { $0.fact == fact }) else {
            return nil
        }
        return ConflictSide(
            fact: fact.description, region: record.region.text, by: record.acknowledgement.by.text,
            at: Timestamp(record.time.instant), what: "took it on", reason: nil, isApart: false)
    }

    /// Into what it is proposed to be merged, if that waits for a person.
    private func mergeWith(_ edit: FieldEdit) -> String? {
        guard edit.isProposal, case .mergedInto(let target) = edit.value else { return nil }
        return target.group.description
    }

    /// Wishes for fields that no decision has taken into account yet.
    func proposals(_ view: IncidentView) -> [ProposalSummary] {
        view.incident.openWishes
            .map { record in
                ProposalSummary(
                    by: record.edit.by.text, region: record.region.text,
                    at: Timestamp(record.time.instant), what: record.edit.value.words,
                    reason: record.edit.reason.isEmpty ? nil : record.edit.reason,
                    isApart: record.edit.isApart, mergeWith: mergeWith(record.edit))
            }
    }
}
