/// A version of the roster: who put it in force, when and why.
package struct RosterVersionSummary: Codable, Equatable, Sendable {
    /// The version: the first 12 digits of the SHA-256 of the text.
    package var version: String
    /// The version it was written against; absent for the first.
    package var base: String?
    /// Who.
    package var by: String
    /// Through which region.
    package var region: String
    /// When.
    package var at: Timestamp
    /// Why; absent if nothing was said.
    package var reason: String?

    /// A summary with all its parts.
    package init(
        version: String, base: String?, by: String, region: String, at: Timestamp, reason: String?
    ) {
        (self.version, self.base, self.by) = (version, base, by)
        (self.region, self.at, self.reason) = (region, at, reason)
    }
}

/// An override, a leave or a swap.
package struct OnCallChange: Codable, Equatable, Sendable {
    /// Its id, like `m1.42`.
    package var id: String
    /// `override`, `leave` or `swap`.
    package var kind: String
    /// The schedule; absent in a leave.
    package var schedule: String?
    /// Who is on call, who is away, or whose stretch others are asked to take.
    package var person: String
    /// An override: whom it replaces; absent for everybody.
    package var replaces: String?
    /// A swap: who has taken it; absent while nobody has.
    package var takenBy: String?
    /// From when on.
    package var from: Timestamp
    /// Until when, not included.
    package var to: Timestamp
    /// Who said so.
    package var by: String
    /// When.
    package var at: Timestamp
    /// Why; absent if nothing was said.
    package var reason: String?

    /// A change with all its parts.
    package init(
        id: String, kind: String, schedule: String?, person: String, replaces: String?,
        takenBy: String?, from: Timestamp, to: Timestamp, by: String, at: Timestamp,
        reason: String?
    ) {
        (self.id, self.kind, self.schedule, self.person) = (id, kind, schedule, person)
        (self.replaces, self.takenBy, self.from, self.to) = (replaces, takenBy, from, to)
        (self.by, self.at, self.reason) = (by, at, reason)
    }
}

/// The roster in force, exactly as it was written, and what was changed since.
package struct RosterAnswer: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The version in force at this region.
    package var version: String
    /// `cluster`: it was applied. `file`: this region read it from its own file.
    package var source: String
    /// The text; absent if the file has changed since it was read. Integration keys are hidden from tokens
    /// that may not administer.
    package var text: String?
    /// The version that is in force in the cluster and cannot be used at this region; absent if it is used.
    package var unread: UnreadRoster?
    /// The versions that were applied, the latest first.
    package var versions: [RosterVersionSummary]
    /// Rosters that were written against a version that was no longer in force.
    package var proposals: [RosterVersionSummary]
    /// Overrides, leaves and swaps that are not over.
    package var changes: [OnCallChange]

    /// An answer with all its parts.
    package init(
        region: String, readAt: Timestamp, version: String, source: String, text: String?,
        unread: UnreadRoster? = nil, versions: [RosterVersionSummary],
        proposals: [RosterVersionSummary],
        changes: [OnCallChange]
    ) {
        (self.region, self.readAt, self.version) = (region, readAt, version)
        (self.source, self.text, self.versions) = (source, text, versions)
        (self.proposals, self.changes, self.unread) = (proposals, changes, unread)
    }
}

/// A roster that is in force in the cluster and that a region cannot use.
package struct UnreadRoster: Codable, Equatable, Sendable {
    /// Its version.
    package var version: String
    /// What keeps the region from using it.
    package var problems: [String]
    /// What to do about it.
    package var remedy: String

    /// One with all its parts.
    package init(version: String, problems: [String], remedy: String) {
        (self.version, self.problems, self.remedy) = (version, problems, remedy)
    }
}

/// Puts a roster in force everywhere.
package struct ApplyRosterRequest: Codable, Equatable, Sendable {
    /// The text.
    package var text: String
    /// The version it was written against; the one in force if it is absent.
    package var base: String?
    /// Who: the id of a person of the roster, or the name of the API token.
    package var by: String
    /// Why.
    package var reason: String
    /// Whether it may open holes in continuous services.
    package var force: Bool?

    /// A request with all its parts.
    package init(text: String, base: String?, by: String, reason: String, force: Bool?) {
        (self.text, self.base, self.by) = (text, base, by)
        (self.reason, self.force) = (reason, force)
    }
}

/// Changes who is on call.
package struct ChangeRequest: Codable, Equatable, Sendable {
    /// `override`, `leave` or `swap`.
    package var kind: String
    /// The schedule; not in a leave.
    package var schedule: String?
    /// Who is on call; in a leave who is away; in a swap whose stretch it is. Whoever asks if it is
    /// absent.
    package var person: String?
    /// An override: whom it replaces; everybody of the schedule if it is absent.
    package var replaces: String?
    /// From when on; now if it is absent.
    package var from: Timestamp?
    /// Until when, not included.
    package var to: Timestamp
    /// Who asks.
    package var by: String
    /// Why.
    package var reason: String?
    /// Whether an override counts although whoever is put on call is away.
    package var force: Bool?

    /// A request with all its parts.
    package init(
        kind: String, schedule: String?, person: String?, replaces: String?, from: Timestamp?,
        to: Timestamp, by: String, reason: String?, force: Bool? = nil
    ) {
        (self.kind, self.schedule, self.person) = (kind, schedule, person)
        (self.replaces, self.from, self.to) = (replaces, from, to)
        (self.by, self.reason, self.force) = (by, reason, force)
    }
}

/// Takes a swap, or takes a change back.
package struct ChangeWordRequest: Codable, Equatable, Sendable {
    /// Who.
    package var by: String
    /// Why.
    package var reason: String?
    /// A swap is taken although somebody has too little rest, or cover breaks.
    package var force: Bool?

    /// A request with all its parts.
    package init(by: String, reason: String?, force: Bool? = nil) {
        (self.by, self.reason, self.force) = (by, reason, force)
    }
}

/// The text of one version of the roster.
package struct RosterTextAnswer: Codable, Equatable, Sendable {
    /// The version.
    package var version: String
    /// The text, exactly as it was written.
    package var text: String

    /// An answer.
    package init(version: String, text: String) { (self.version, self.text) = (version, text) }
}
