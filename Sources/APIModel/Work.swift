/// Something that people work on, as it stands. *Source:* requirements D6, D7, P4.
package struct WorkSummary: Codable, Equatable, Sendable {
    /// Its id, like `m1.42`.
    package var id: String
    /// `impact`, `hypothesis`, `action`, `decision`, `update`, `watch`, `role` or `step`.
    package var kind: String
    /// What it is; the name of a role; of a runbook's step the runbook, its number and what it says, like
    /// `disk-full 3: Delete old logs`.
    package var text: String
    /// Who does it, or has the role; absent if nobody in particular does.
    package var owner: String?
    /// The end of an action's time-box, or when the next update is due.
    package var due: Timestamp?
    /// To whom an update went; absent in all others.
    package var audience: String?
    /// `open`, `confirmed`, `ruled-out`, `done`, `dropped`; of a runbook's step also `skipped` or `failed`.
    package var state: String
    /// What came of it; absent while it is open.
    package var outcome: String?
    /// Who wrote it down.
    package var by: String
    /// When.
    package var at: Timestamp
    /// Through which region.
    package var region: String
    /// Who said how it ended.
    package var endedBy: String?
    /// When.
    package var endedAt: Timestamp?

    /// A summary with all its parts.
    package init(
        id: String, kind: String, text: String, owner: String?, due: Timestamp?, audience: String?,
        state: String, outcome: String?, by: String, at: Timestamp, region: String,
        endedBy: String?, endedAt: Timestamp?
    ) {
        (self.id, self.kind, self.text, self.owner) = (id, kind, text, owner)
        (self.due, self.audience, self.state, self.outcome) = (due, audience, state, outcome)
        (self.by, self.at, self.region) = (by, at, region)
        (self.endedBy, self.endedAt) = (endedBy, endedAt)
    }
}

/// Writes down what is worked on.
package struct WorkRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// `impact`, `hypothesis`, `action`, `decision`, `update`, `watch`, `role` or `step`.
    package var kind: String
    /// What it is; the name of a role; of a runbook's step the runbook, its number and what it says, like
    /// `disk-full 3: Delete old logs`.
    package var text: String
    /// Who does it, or has the role: the id of a person of the roster.
    package var owner: String?
    /// The end of an action's time-box, or when the next update is due.
    package var due: Timestamp?
    /// The same as minutes from when it is taken in, 1 to 1440; instead of `due`.
    package var minutes: UInt64?
    /// To whom an update went: `customers`, `stakeholders` or `internal`.
    package var audience: String?
    /// How it has ended, if it has already: as at its end.
    package var state: String?
    /// What came of it, if it has ended already.
    package var outcome: String?

    /// A request with all its parts.
    package init(
        by: String, kind: String, text: String, owner: String? = nil, due: Timestamp? = nil,
        minutes: UInt64? = nil, audience: String? = nil, state: String? = nil,
        outcome: String? = nil
    ) {
        (self.by, self.kind, self.text) = (by, kind, text)
        (self.owner, self.due, self.minutes, self.audience) = (owner, due, minutes, audience)
        (self.state, self.outcome) = (state, outcome)
    }
}

/// Puts something that is worked on otherwise; what is absent stays.
package struct WorkChangeRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// What it is now.
    package var text: String?
    /// Who does it now.
    package var owner: String?
    /// Until when now.
    package var due: Timestamp?

    /// A request with all its parts.
    package init(by: String, text: String? = nil, owner: String? = nil, due: Timestamp? = nil) {
        (self.by, self.text, self.owner, self.due) = (by, text, owner, due)
    }
}

/// Says how something that was worked on ended, or that it goes on.
package struct WorkEndRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// `confirmed`, `ruled-out`, `done`, `dropped`; of a runbook's step `done`, `skipped` or `failed`; `open` if
    /// it goes on after all.
    package var state: String
    /// What came of it.
    package var outcome: String?

    /// A request with all its parts.
    package init(by: String, state: String, outcome: String? = nil) {
        (self.by, self.state, self.outcome) = (by, state, outcome)
    }
}

/// Says how far people are with an incident.
package struct PhaseRequest: Codable, Equatable, Sendable {
    /// `investigating` or `mitigated`.
    package var phase: String
    /// Who: the id of a person of the roster.
    package var by: String
    /// Why one may say so.
    package var reason: String

    /// A request with all its parts.
    package init(phase: String, by: String, reason: String) {
        (self.phase, self.by, self.reason) = (phase, by, reason)
    }
}
