package import APIModel
import Basics

/// What an override, a swap or a leave would change, with the button that does it: whoever asks sees first
/// whom it concerns, when, and what would be without anybody. *Source:* issue 6, "with a plan shown before
/// it is applied".
package struct ChangePlanPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// The plan.
    package var plan: ChangePlan
    /// What is asked for.
    package var request: ChangeRequest

    /// A page with all its parts.
    package init(frame: Frame, plan: ChangePlan, request: ChangeRequest) {
        (self.frame, self.plan, self.request) = (frame, plan, request)
    }

    /// The document.
    package var html: HTML {
        let body = Templates.render(
            "plan",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("title", title)
                $0.set("from", Words.clock(plan.from, now: frame.now))
                $0.set("to", Words.clock(plan.to, now: frame.now))
                $0.set("length", Words.span(plan.to.instant - plan.from.instant))
                $0.set("reason", request.reason)
                $0.set("refusals", plan.refusals.map(problem))
                $0.set("isRefused", !plan.refusals.isEmpty)
                $0.set("warnings", plan.warnings.map(problem))
                $0.set("hasWarnings", !plan.warnings.isEmpty)
                $0.set("isSwap", plan.kind == "swap")
                $0.set("stretches", plan.stretches.map(stretch))
                $0.set("changesNothing", plan.stretches.isEmpty)
                $0.set("opened", plan.opened.map(hole))
                $0.set("closed", plan.closed.map(hole))
                $0.set("isProofTheSame", plan.opened.isEmpty && plan.closed.isEmpty)
                $0.set("fields", HTML.joined(fields))
                $0.set(
                    "label",
                    plan.refusals.isEmpty
                        ? plan.kind == "swap" ? "Ask for it" : "Apply it" : "Apply it all the same")
            })
        return frame.document(.oncall, title: "Plan", body)
    }

    private var title: String {
        let person = frame.names.of(request.person ?? request.by)
        switch plan.kind {
        case "override":
            return "\(person) is on call"
                + (request.replaces.map { " instead of " + frame.names.of($0) } ?? "")
        case "swap": return "\(person) looks for somebody to take over"
        case _: return "\(person) is away"
        }
    }

    /// The request once more, as the form said it.
    private var fields: [HTML] {
        var all: [HTML] = [
            .hidden("kind", request.kind), .hidden("to", request.to.description),
            .hidden("apply", plan.refusals.isEmpty ? "yes" : "force"),
        ]
        if let from = request.from { all.append(.hidden("from", from.description)) }
        if let schedule = request.schedule { all.append(.hidden("schedule", schedule)) }
        if let person = request.person { all.append(.hidden("person", person)) }
        if let replaces = request.replaces { all.append(.hidden("replaces", replaces)) }
        if let reason = request.reason { all.append(.hidden("reason", reason)) }
        return all
    }

    private func problem(_ item: ProblemItem) -> Fields {
        Fields { $0.set("text", item.message.prefix(1).uppercased() + item.message.dropFirst()) }
    }

    private func stretch(_ stretch: PlannedStretch) -> Fields {
        Fields {
            $0.set("schedule", stretch.name)
            $0.set("from", Words.clock(stretch.from, now: frame.now))
            $0.set("to", Words.clock(stretch.to, now: frame.now))
            $0.set("before", frame.names.of(stretch.before))
            $0.set("after", frame.names.of(stretch.after))
            $0.set("isGap", stretch.after.isEmpty)
        }
    }

    private func hole(_ hole: PlannedHole) -> Fields {
        Fields {
            $0.set("service", hole.service)
            $0.set("from", Words.clock(hole.from, now: frame.now))
            $0.set("to", Words.clock(hole.to, now: frame.now))
        }
    }
}
