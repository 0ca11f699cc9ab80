package import APIModel
import Basics

/// The runbooks that belong to an incident, in its room: their steps can be ticked, and what came of each is
/// work on the incident, so that every region shows it. *Source:* issue 6 point 3; decision 0019.
package struct RunbookPart {
    /// The room.
    var room: RoomPage

    /// What a step is called in the work of an incident.
    package static func name(of step: Int, _ runbook: RunbookSummary) -> String? {
        guard runbook.steps.indices.contains(step - 1) else { return nil }
        return "\(runbook.name) \(step): \(Markdown.plain(runbook.steps[step - 1]))"
    }

    /// The section; nothing if there is no runbook.
    var html: HTML {
        Templates.render(
            "steps",
            Fields {
                $0.set("hasAny", !room.runbooks.isEmpty)
                $0.set("runbooks", room.runbooks.map(runbook))
            })
    }

    private func runbook(_ one: RunbookSummary) -> Fields {
        let steps = one.steps.indices.map { index in step(index + 1, of: one) }
        let told = one.steps.indices.count { item(of: $0 + 1, one) != nil }
        return Fields {
            $0.set("title", one.title)
            $0.set("path", "/runbooks/\(Query.encoded(one.name))")
            $0.set("hasSteps", !steps.isEmpty)
            $0.set("count", steps.isEmpty ? nil : "\(told) of \(steps.count)")
            $0.set("steps", steps)
        }
    }

    /// The last that was said of a step.
    private func item(of step: Int, _ runbook: RunbookSummary) -> WorkSummary? {
        let name = Self.name(of: step, runbook)
        return room.detail.work.filter {
            $0.kind == "step" && $0.text == name && $0.state != "open"
        }
        .max { ($0.endedAt ?? $0.at, $0.id) < ($1.endedAt ?? $1.at, $1.id) }
    }

    private func step(_ number: Int, of runbook: RunbookSummary) -> Fields {
        let item = item(of: number, runbook)
        return Fields {
            $0.set("frame", room.frame.fields)
            $0.set("number", "\(number)")
            $0.set("id", "\(runbook.name)-\(number)")
            $0.set("runbook", runbook.name)
            $0.set("path", "/incidents/\(room.summary.id)/steps")
            $0.set("text", Markdown.inline(runbook.steps[number - 1]))
            $0.set("isOpen", room.isOpen)
            $0.set("isTold", item != nil)
            $0.set("state", item.map { Self.words[$0.state] ?? $0.state })
            $0.set("style", item?.state)
            $0.set("by", item.map { room.frame.names.of($0.endedBy ?? $0.by) })
            $0.set("at", item.map { Words.clock($0.endedAt ?? $0.at, now: room.now) })
            $0.set("outcome", item?.outcome)
        }
    }

    private static let words = [
        "done": "done", "skipped": "skipped", "failed": "did not work",
    ]
}
