/// Something that two sides saw differently, or that was set apart from the majority: what each wanted,
/// and what was decided. *Source:* design 7.
package struct ConflictSummary: Codable, Equatable, Sendable {
    /// The decision's id, 16 hexadecimal digits.
    package var id: String
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The incident in one line.
    package var title: String
    /// By which rule: `severities`, `commanders`, `acknowledgements`, `stand-down`, `merges` or
    /// `duplicates`.
    package var rule: String
    /// What stands now because of it, in a few words.
    package var outcome: String
    /// Why, for people.
    package var reason: String
    /// When it was decided.
    package var decidedAt: Timestamp
    /// What each side said.
    package var sides: [ConflictSide]
    /// Whether it still stands: it was not overturned, and no later decision replaced it.
    package var isStanding: Bool
    /// The decision that overturned it; absent if none did.
    package var overturnedBy: String?

    /// A conflict with all its parts.
    package init(
        id: String, incident: String, title: String, rule: String, outcome: String, reason: String,
        decidedAt: Timestamp, sides: [ConflictSide], isStanding: Bool, overturnedBy: String?
    ) {
        (self.id, self.incident, self.title, self.rule) = (id, incident, title, rule)
        (self.outcome, self.reason, self.decidedAt) = (outcome, reason, decidedAt)
        (self.sides, self.isStanding, self.overturnedBy) = (sides, isStanding, overturnedBy)
    }
}

/// What one side said.
package struct ConflictSide: Codable, Equatable, Sendable {
    /// The fact, like `m1.42`.
    package var fact: String
    /// The region through which it was said.
    package var region: String
    /// Who said it.
    package var by: String
    /// When.
    package var at: Timestamp
    /// What: `SEV1`, `mei in command`, `took it on`.
    package var what: String
    /// Why, if it was said.
    package var reason: String?
    /// Whether that region could not reach a majority.
    package var isApart: Bool

    /// A side with all its parts.
    package init(
        fact: String, region: String, by: String, at: Timestamp, what: String, reason: String?,
        isApart: Bool
    ) {
        (self.fact, self.region, self.by, self.at) = (fact, region, by, at)
        (self.what, self.reason, self.isApart) = (what, reason, isApart)
    }
}

/// Conflicts, newest first.
package struct ConflictList: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The conflicts.
    package var conflicts: [ConflictSummary]
    /// Where the list goes on, for `?cursor=`; absent at its end.
    package var next: String?

    /// A list.
    package init(
        region: String, readAt: Timestamp, conflicts: [ConflictSummary], next: String? = nil
    ) {
        (self.region, self.readAt) = (region, readAt)
        (self.conflicts, self.next) = (conflicts, next)
    }
}

/// A wish for a field that is not decided yet, or a proposal that waits for a person.
package struct ProposalSummary: Codable, Equatable, Sendable {
    /// Who.
    package var by: String
    /// Through which region.
    package var region: String
    /// When.
    package var at: Timestamp
    /// What: `SEV1`, `mei in command`.
    package var what: String
    /// Why, if it was said.
    package var reason: String?
    /// Whether that region could not reach a majority.
    package var isApart: Bool
    /// The incident that it is proposed to be merged into, 32 hexadecimal digits, where a person has to
    /// say yes: `POST merge` with it, or `POST separate` to say no. Absent otherwise.
    package var mergeWith: String?

    /// A proposal with all its parts.
    package init(
        by: String, region: String, at: Timestamp, what: String, reason: String?, isApart: Bool,
        mergeWith: String? = nil
    ) {
        (self.by, self.region, self.at) = (by, region, at)
        (self.what, self.reason, self.isApart) = (what, reason, isApart)
        self.mergeWith = mergeWith
    }
}

/// Makes two incidents one: the one that opened first takes the other over.
package struct MergeRequest: Codable, Equatable, Sendable {
    /// The other incident: 32 hexadecimal digits or a beginning that no other has.
    package var with: String
    /// Who: the id of a person of the roster.
    package var by: String
    /// Why.
    package var reason: String?

    /// A request with all its parts.
    package init(with: String, by: String, reason: String?) {
        (self.with, self.by, self.reason) = (with, by, reason)
    }
}

/// Makes an incident one of its own again.
package struct SeparateRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// Why.
    package var reason: String

    /// A request with all its parts.
    package init(by: String, reason: String) { (self.by, self.reason) = (by, reason) }
}

/// Sets an incident's severity.
package struct SeverityRequest: Codable, Equatable, Sendable {
    /// `SEV1` to `SEV5`.
    package var severity: String
    /// Who: the id of a person of the roster.
    package var by: String
    /// Why.
    package var reason: String

    /// A request with all its parts.
    package init(severity: String, by: String, reason: String) {
        (self.severity, self.by, self.reason) = (severity, by, reason)
    }
}

/// Puts somebody in command.
package struct CommanderRequest: Codable, Equatable, Sendable {
    /// Who is to command: the id of a person of the roster; whoever asks if it is absent.
    package var person: String?
    /// Who asks: the id of a person of the roster.
    package var by: String
    /// Why.
    package var reason: String?

    /// A request with all its parts.
    package init(person: String?, by: String, reason: String?) {
        (self.person, self.by, self.reason) = (person, by, reason)
    }
}

/// Overturns a decision: one of the two values is given, or none to part what was merged.
package struct OverturnRequest: Codable, Equatable, Sendable {
    /// The severity that is to stand instead.
    package var severity: String?
    /// Who is to command instead.
    package var commander: String?
    /// The phase that is to stand instead.
    package var phase: String?
    /// Who overturns: the id of a person of the roster.
    package var by: String
    /// Why.
    package var reason: String

    /// A request with all its parts.
    package init(
        severity: String?, commander: String?, phase: String? = nil, by: String, reason: String
    ) {
        (self.severity, self.commander, self.phase) = (severity, commander, phase)
        (self.by, self.reason) = (by, reason)
    }
}
