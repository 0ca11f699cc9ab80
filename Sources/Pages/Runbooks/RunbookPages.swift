package import APIModel
import Basics

/// The runbooks that the answering region has, with a search.
package struct RunbooksPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// The runbooks that were found.
    package var list: RunbookList
    /// What was searched for; or empty.
    package var text: String

    /// A page with all its parts.
    package init(frame: Frame, list: RunbookList, text: String) {
        (self.frame, self.list, self.text) = (frame, list, text)
    }

    /// The document.
    package var html: HTML {
        let body = Templates.render(
            "runbooks",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("text", text)
                $0.set("count", Words.count(list.runbooks.count, "runbook"))
                $0.set("isEmpty", list.runbooks.isEmpty)
                $0.set("rows", list.runbooks.map(row))
            })
        return frame.document(.runbooks, title: "Runbooks", body)
    }

    private func row(_ one: RunbookSummary) -> Fields {
        Fields {
            $0.set("path", "/runbooks/\(Query.encoded(one.name))")
            $0.set("title", one.title)
            $0.set("name", one.name)
            $0.set("services", one.services.joined(separator: ", "))
            $0.set("triggers", one.triggers.map { "“\($0)”" }.joined(separator: ", "))
            $0.set("steps", one.steps.isEmpty ? nil : Words.count(one.steps.count, "step"))
        }
    }
}

/// One runbook: its text as it was meant, and its steps.
package struct RunbookPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// The runbook.
    package var runbook: RunbookAnswer

    /// A page with all its parts.
    package init(frame: Frame, runbook: RunbookAnswer) {
        (self.frame, self.runbook) = (frame, runbook)
    }

    /// The document.
    package var html: HTML {
        let summary = runbook.summary
        let body = Templates.render(
            "runbook",
            Fields {
                $0.set("title", summary.title)
                $0.set("name", summary.name)
                $0.set("services", summary.services.joined(separator: ", "))
                $0.set("hasSteps", !summary.steps.isEmpty)
                $0.set(
                    "steps",
                    summary.steps.map { step in Fields { $0.set("text", Markdown.inline(step)) } })
                $0.set("text", Markdown.html(of: text))
            })
        return frame.document(.runbooks, title: summary.title, body)
    }

    /// The text without a heading that says the title once more.
    private var text: String {
        let lines = runbook.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }),
            lines[first].hasPrefix("# ")
        else { return runbook.text }
        return lines[(first + 1)...].joined(separator: "\n")
    }
}
