import Basics
import Escalation
import IncidentModel

/// What people write down while they work on an incident: what may be said, as things stand. *Source:*
/// decision 0019.
extension RegionCore {
    /// A note, or why it answers nothing.
    func note(
        _ text: String, by: PersonID, replyTo: FactID?, on view: Incident
    ) -> Result<FactBody, Refusal> {
        if let replyTo, !hasNote(replyTo, in: view) {
            return .failure(
                Refusal(reason: "there is no note \(replyTo) in it to answer: see its timeline"))
        }
        return .success(
            .noteAdded(Note(by: by, text: text, replyTo: replyTo)))
    }

    /// Whether a note is in the timeline of an incident, or of one that it took over.
    private func hasNote(_ fact: FactID, in view: Incident) -> Bool {
        if view.timeline.contains(where: { $0.fact == fact && $0.kind == .note }) { return true }
        return view.absorbed.contains { taken in
            incidents.read(taken.child) { slot in
                slot.view.timeline.contains { $0.fact == fact && $0.kind == .note }
            } ?? false
        }
    }

    /// What a step says, or why it makes no sense as the incident stands.
    func work(
        _ step: WorkStep, by: PersonID, on view: Incident, at now: Instant
    ) -> Result<FactBody, Refusal> {
        func word(_ item: FactID?, _ saying: WorkSaying) -> Result<FactBody, Refusal> {
            .success(
                .work(
                    WorkWord(previousEnd: view.previousEnd, item: item, saying: saying, by: by)))
        }
        switch step {
        case .finish(let draft, let end, _) where !end.ends(draft.kind):
            return .failure(
                Refusal(reason: "\(draft.kind.name) is not \(end.name) in the end"))
        case .begin(let draft), .finish(let draft, _, _):
            if let refusal = refusal(of: draft, at: now) { return .failure(refusal) }
            guard view.presentWork.count(where: { $0.end == nil }) < Incident.workMax else {
                return .failure(
                    Refusal(
                        reason:
                            "\(Incident.workMax) things go on already: say what came of some of "
                            + "them, put one otherwise, or write a note"))
            }
            if case .finish(_, let end, let outcome) = step {
                return word(nil, .finished(draft, end, outcome: outcome))
            }
            return word(nil, .began(draft))
        case .change(let id, let text, let owner, let due):
            return known(id, on: view).flatMap { item, draft in
                var draft = draft
                draft.text = text ?? draft.text
                draft.owner = owner ?? draft.owner
                draft.due = due ?? draft.due
                if let refusal = refusal(of: draft, at: now) { return .failure(refusal) }
                return word(item.id, .changed(draft))
            }
        case .end(let id, let end, let outcome):
            return known(id, on: view).flatMap { item, draft in
                guard end.ends(draft.kind) else {
                    let ends = WorkEnd.allCases.filter { $0.ends(draft.kind) }.map(\.name)
                    return .failure(
                        Refusal(
                            reason: ends.isEmpty
                                ? "what is said as \(draft.kind.name) has no end: say a new one"
                                : "\(draft.kind.name) is not \(end.name): it is "
                                    + ends.joined(separator: " or ")))
                }
                return word(item.id, .ended(end, outcome: outcome))
            }
        case .reopen(let id, let reason):
            return known(id, on: view).flatMap { item, _ in
                item.end == nil
                    ? .failure(Refusal(reason: "it goes on: nothing has ended it"))
                    : word(item.id, .reopened(reason: reason))
            }
        }
    }

    private func known(
        _ id: FactID, on view: Incident
    ) -> Result<(WorkItem, WorkDraft), Refusal> {
        guard let item = view.presentWork.first(where: { $0.id == id }), let draft = item.draft
        else {
            return .failure(
                Refusal(
                    reason:
                        "nothing called \(id) is written down in this generation of it: see its "
                        + "work"))
        }
        return .success((item, draft))
    }

    private func refusal(of draft: WorkDraft, at now: Instant) -> Refusal? {
        if draft.text.isEmpty {
            return Refusal(reason: "it says nothing: say what it is in a sentence")
        }
        if let owner = draft.owner, roster.person(owner) == nil {
            return Refusal(reason: "nobody in the roster is called \(owner.text)")
        }
        if draft.kind == .role, draft.owner == nil {
            return Refusal(reason: "a role needs somebody who has it: say who")
        }
        return nil
    }
}
