/// One thing by which somebody takes part in an incident.
package struct ParticipationSummary: Codable, Equatable, Sendable {
    /// `commander`, `deputy`, `holder` (has taken it on), `helper` (has taken it on as well), `role`,
    /// `action` or `writer`.
    package var kind: String
    /// The name of a role, or what an action is; absent in all others.
    package var what: String?
    /// Since when.
    package var since: Timestamp
    /// Until when; absent while it lasts.
    package var until: Timestamp?
    /// When they last wrote something; absent in all others.
    package var lastAt: Timestamp?

    /// One with all its parts.
    package init(
        kind: String, what: String?, since: Timestamp, until: Timestamp?, lastAt: Timestamp?
    ) {
        (self.kind, self.what) = (kind, what)
        (self.since, self.until, self.lastAt) = (since, until, lastAt)
    }
}

/// Somebody who takes part in an incident.
package struct ParticipantSummary: Codable, Equatable, Sendable {
    /// The person's id.
    package var person: String
    /// Since when they are here.
    package var since: Timestamp
    /// Until when they were; absent if they still are.
    package var until: Timestamp?
    /// By what, what lasts and is strongest first.
    package var parts: [ParticipationSummary]

    /// A participant with all parts.
    package init(
        person: String, since: Timestamp, until: Timestamp?, parts: [ParticipationSummary]
    ) {
        (self.person, self.since, self.until) = (person, since, until)
        self.parts = parts
    }
}

/// Who is here, those who still are first; and who was, in the present generation.
package struct ParticipantList: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// Where this comes from.
    package var label: ReadLabel
    /// The people.
    package var participants: [ParticipantSummary]

    /// A list.
    package init(incident: String, label: ReadLabel, participants: [ParticipantSummary]) {
        (self.incident, self.label, self.participants) = (incident, label, participants)
    }
}

/// A time that somebody had a role.
package struct RoleHolding: Codable, Equatable, Sendable {
    /// The person's id.
    package var person: String
    /// Since when.
    package var since: Timestamp
    /// Until when; absent while it lasts.
    package var until: Timestamp?
    /// Who said so; absent where it was decided by a rule.
    package var by: String?

    /// A time with all its parts.
    package init(person: String, since: Timestamp, until: Timestamp?, by: String?) {
        (self.person, self.since, self.until, self.by) = (person, since, until, by)
    }
}

/// A role in an incident: who has it, and who had it before.
package struct RoleSummary: Codable, Equatable, Sendable {
    /// `commander`, `deputy`, or the name that people gave it.
    package var role: String
    /// Who has it now; empty if nobody does.
    package var holders: [RoleHolding]
    /// Who had it before, the latest first.
    package var history: [RoleHolding]

    /// A role with all its parts.
    package init(role: String, holders: [RoleHolding], history: [RoleHolding]) {
        (self.role, self.holders, self.history) = (role, holders, history)
    }
}

/// The roles of an incident in its present generation: command, deputies, then others by name.
package struct RoleList: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// Where this comes from.
    package var label: ReadLabel
    /// The roles.
    package var roles: [RoleSummary]

    /// A list.
    package init(incident: String, label: ReadLabel, roles: [RoleSummary]) {
        (self.incident, self.label, self.roles) = (incident, label, roles)
    }
}
