/// Declares an incident by hand. *Source:* requirement D1.
package struct DeclareRequest: Codable, Equatable, Sendable {
    /// The id of the service that is affected.
    package var service: String
    /// What is wrong, one line.
    package var title: String
    /// `SEV1` to `SEV5`; the service's default if it is absent.
    package var severity: String?
    /// What else is known.
    package var details: [String: String]?
    /// Where to look, a URL.
    package var link: String?
    /// Who declares it.
    package var by: String?
    /// Whether it is a drill: marked as one in every page.
    package var isDrill: Bool?

    /// A request with all its parts.
    package init(
        service: String, title: String, severity: String? = nil, details: [String: String]? = nil,
        link: String? = nil, by: String? = nil, isDrill: Bool? = nil
    ) {
        (self.service, self.title, self.severity) = (service, title, severity)
        (self.details, self.link, self.by, self.isDrill) = (details, link, by, isDrill)
    }
}

/// Takes an incident on.
package struct AcknowledgeRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// The generation that is meant; the current one if it is absent.
    package var generation: UInt64?
    /// The run of the policy that is meant; the current one if it is absent.
    package var run: UInt64?

    /// A request with all its parts.
    package init(by: String, generation: UInt64? = nil, run: UInt64? = nil) {
        (self.by, self.generation, self.run) = (by, generation, run)
    }
}

/// Takes an incident on for a while: then it pages again.
package struct SnoozeRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// For how many minutes, 1 to 1440.
    package var minutes: UInt64

    /// A request with all its parts.
    package init(by: String, minutes: UInt64) { (self.by, self.minutes) = (by, minutes) }
}

/// Closes the alerts that are seen firing, and no others.
package struct ResolveRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String

    /// A request.
    package init(by: String) { self.by = by }
}

/// Goes on to the next level of the policy now.
package struct EscalateRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// Why.
    package var reason: String?

    /// A request with all its parts.
    package init(by: String, reason: String? = nil) { (self.by, self.reason) = (by, reason) }
}

/// Writes something into the timeline. Whom it mentions, as `@` and the id of a person of the roster, is told
/// of it.
package struct NoteRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// What.
    package var text: String
    /// The note that it answers: its `fact` in the timeline, like `m1.42`.
    package var replyTo: String?

    /// A request with all its parts.
    package init(by: String, text: String, replyTo: String? = nil) {
        (self.by, self.text, self.replyTo) = (by, text, replyTo)
    }
}

/// Sends one test page, on the real path and marked as a test. *Source:* requirement P12.
package struct TestPageRequest: Codable, Equatable, Sendable {
    /// Whom: the id of a person of the roster.
    package var person: String
    /// How: `email`, `sms`, `voice`, `chat`, `webhook` or `file`; the person's first contact if it
    /// is absent.
    package var channel: String?

    /// A request with all its parts.
    package init(person: String, channel: String? = nil) {
        (self.person, self.channel) = (person, channel)
    }
}

/// What was accepted, and how safe it is. *Source:* design 3.
package struct AcceptanceAnswer: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// Its generation as known where it was accepted.
    package var generation: UInt64
    /// Its status as known where it was accepted.
    package var status: String
    /// `quorum`: committed on a majority of regions. `local`: on this region's disk, to be merged
    /// when a majority can be reached.
    package var durability: String
    /// Whether it said nothing new and was only counted.
    package var isRepeat: Bool
    /// The region that accepted it.
    package var region: String
    /// The key by which further events and the resolve are known; absent where the sender has none.
    package var dedupKey: String?
    /// What was odd about the request and was taken in all the same; absent if nothing was.
    package var warnings: [String]?

    /// An answer with all its parts.
    package init(
        incident: String, generation: UInt64, status: String, durability: String, isRepeat: Bool,
        region: String, dedupKey: String? = nil, warnings: [String]? = nil
    ) {
        (self.incident, self.generation, self.status) = (incident, generation, status)
        (self.durability, self.isRepeat) = (durability, isRepeat)
        (self.region, self.dedupKey, self.warnings) = (region, dedupKey, warnings)
    }
}

/// How a test page ended.
package struct TestPageAnswer: Codable, Equatable, Sendable {
    /// Who was paged.
    package var person: String
    /// The provider that was used.
    package var provider: String
    /// `delivered`, `failed`, `undeliverable` or `dropped`.
    package var outcome: String
    /// The provider's receipt, or why it did not leave.
    package var detail: String
    /// The region that sent it.
    package var region: String

    /// An answer with all its parts.
    package init(
        person: String, provider: String, outcome: String, detail: String, region: String
    ) {
        (self.person, self.provider, self.outcome) = (person, provider, outcome)
        (self.detail, self.region) = (detail, region)
    }
}
