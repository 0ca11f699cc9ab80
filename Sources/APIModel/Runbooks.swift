/// A runbook in a list.
package struct RunbookSummary: Codable, Equatable, Sendable {
    /// The name of its file, without the ending.
    package var name: String
    /// What it is called.
    package var title: String
    /// The services it is for, by id.
    package var services: [String]
    /// Texts in a title or an alert for which it is the right one.
    package var triggers: [String]
    /// Its steps, if it says them one by one.
    package var steps: [String]

    /// A summary with all its parts.
    package init(
        name: String, title: String, services: [String], triggers: [String], steps: [String]
    ) {
        (self.name, self.title, self.services) = (name, title, services)
        (self.triggers, self.steps) = (triggers, steps)
    }
}

/// The runbooks that a region has, by name.
package struct RunbookList: Codable, Equatable, Sendable {
    /// The region that answers: each has those of its own folder.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The runbooks.
    package var runbooks: [RunbookSummary]
    /// Where the list goes on, for `?cursor=`; absent at its end.
    package var next: String?

    /// A list.
    package init(
        region: String, readAt: Timestamp, runbooks: [RunbookSummary], next: String? = nil
    ) {
        (self.region, self.readAt) = (region, readAt)
        (self.runbooks, self.next) = (runbooks, next)
    }
}

/// One runbook.
package struct RunbookAnswer: Codable, Equatable, Sendable {
    /// What stands in a list.
    package var summary: RunbookSummary
    /// The text, Markdown, without the front matter.
    package var text: String

    /// An answer.
    package init(summary: RunbookSummary, text: String) {
        (self.summary, self.text) = (summary, text)
    }
}

/// Something that is known at one region and not in its incident's replicated log yet.
package struct PendingFact: Codable, Equatable, Sendable {
    /// The fact, like `m1.42`.
    package var fact: String
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The incident in one line.
    package var title: String
    /// When it happened.
    package var at: Timestamp
    /// Where.
    package var region: String
    /// What kind of thing, like `page-delivered`.
    package var kind: String
    /// What happened, for people.
    package var text: String

    /// A fact with all its parts.
    package init(
        fact: String, incident: String, title: String, at: Timestamp, region: String,
        kind: String, text: String
    ) {
        (self.fact, self.incident, self.title) = (fact, incident, title)
        (self.at, self.region, self.kind, self.text) = (at, region, kind, text)
    }
}

/// What is known at a region and not in the logs yet, oldest first.
package struct FactList: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The facts.
    package var facts: [PendingFact]
    /// Where the list goes on, for `?cursor=`; absent at its end.
    package var next: String?

    /// A list.
    package init(region: String, readAt: Timestamp, facts: [PendingFact], next: String? = nil) {
        (self.region, self.readAt, self.facts, self.next) = (region, readAt, facts, next)
    }
}
