import Basics
import IncidentModel

/// What people wrote down while they worked, as lines of a brief: what is open first, then what is known by
/// now. *Source:* design 6; requirement D10.
struct WorkBrief {
    /// The incident.
    let incident: Incident
    /// When it is read.
    let now: Instant
    /// A person as people read it.
    let name: (PersonID) -> String

    /// What users feel, and how far people are.
    var situation: [String] {
        let phase = incident.phase.map {
            ["Phase: \($0.phase.name) since \($0.since.instant.minuteUTC)"]
        }
        return (phase ?? []) + incident.openWork(.impact).map { "Impact: \(text($0))" }
    }

    /// Who is what.
    var roles: [String] {
        let all = incident.openWork(.role).map { "\(text($0)): \(owner($0) ?? "nobody")" }
        return all.isEmpty ? [] : ["Roles: " + all.joined(separator: "; ")]
    }

    /// What may be the cause, what is known to be, what is not.
    var hypotheses: [String] {
        let all = incident.presentWork.filter { $0.draft?.kind == .hypothesis }
        let open = all.filter { $0.end == nil }.map { "- open: \(text($0))" }
        let confirmed = all.filter { $0.end == .confirmed }.map { "- confirmed: \(ended($0))" }
        let ruledOut = all.filter { $0.end == .ruledOut }.map { "- ruled out: \(ended($0))" }
        let lines = confirmed + open + ruledOut
        return lines.isEmpty ? [] : ["Hypotheses:"] + lines
    }

    /// What is being done, and what came of the last things.
    var actions: [String] {
        let all = incident.presentWork.filter { $0.draft?.kind == .action }
        let open = all.filter { $0.end == nil }.map { item in
            "- \(text(item)) (\(owner(item) ?? "nobody owns it")\(box(item)))"
        }
        let done = all.filter { $0.end == .done }.suffix(Self.doneMax).map {
            "- done: \(ended($0))"
        }
        let lines = open + done
        return lines.isEmpty ? [] : ["Actions:"] + lines
    }

    /// What was decided by people.
    var decisions: [String] {
        let all = incident.presentWork.filter { $0.draft?.kind == .decision }
        return all.suffix(Self.doneMax).map { "Decided: \(text($0))" }
    }

    /// The last word to each audience, and when the next is due.
    var updates: [String] {
        var last: [String: WorkItem] = [:]
        var audiences: [String] = []
        for item in incident.presentWork where item.draft?.kind == .update {
            let audience = item.draft?.audience ?? ""
            if last[audience] == nil { audiences.append(audience) }
            last[audience] = item
        }
        return audiences.compactMap { audience in
            guard let item = last[audience] else { return nil }
            let due = item.draft?.due.map { due in
                due < now
                    ? "; the next was due at \(due.minuteUTC), OVERDUE"
                    : "; the next is due at \(due.minuteUTC)"
            }
            return "Last update to \(audience), at \(item.time.instant.minuteUTC): "
                + text(item) + (due ?? "")
        }
    }

    /// What is to be watched.
    var watch: [String] { incident.openWork(.watch).map { "Watch: \(text($0))" } }

    /// How many of what is over are told.
    private static let doneMax = 3

    private func text(_ item: WorkItem) -> String { item.draft?.text ?? "" }
    private func owner(_ item: WorkItem) -> String? { item.draft?.owner.map(name) }

    private func ended(_ item: WorkItem) -> String {
        let outcome = item.ending?.outcome ?? ""
        return text(item) + (outcome.isEmpty ? "" : " (\(outcome))")
    }

    private func box(_ item: WorkItem) -> String {
        guard let due = item.draft?.due else { return "" }
        return due < now ? ", was due at \(due.minuteUTC), OVERDUE" : ", by \(due.minuteUTC)"
    }
}
