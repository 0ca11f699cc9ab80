/// One page: one message to one person over one channel. *Source:* design 1 and 5.
package struct PageSummary: Codable, Equatable, Sendable {
    /// Its idempotency key, 32 hexadecimal digits.
    package var key: String
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The incident's title.
    package var title: String
    /// Of which step, for people: `level 2, cycle 1`.
    package var step: String
    /// The incident's generation.
    package var generation: UInt64
    /// The run of the policy, from 1.
    package var run: UInt64
    /// To whom.
    package var person: String
    /// How: `email`, `sms`, `voice`, `chat`, `webhook` or `file`.
    package var channel: String
    /// `delivered`, `undeliverable`, `failed`, `dropped`, or `trying` while no attempt has ended.
    package var state: String
    /// The attempts of all regions, in the order they became known.
    package var attempts: [PageAttemptSummary]

    /// A page with all its parts.
    package init(
        key: String, incident: String, title: String, step: String, generation: UInt64,
        run: UInt64, person: String, channel: String, state: String, attempts: [PageAttemptSummary]
    ) {
        (self.key, self.incident, self.title, self.step) = (key, incident, title, step)
        (self.generation, self.run) = (generation, run)
        (self.person, self.channel) = (person, channel)
        (self.state, self.attempts) = (state, attempts)
    }
}

/// One attempt to send a page.
package struct PageAttemptSummary: Codable, Equatable, Sendable {
    /// The member that tried, like `m1`.
    package var member: String
    /// That member's count of attempts, from 1.
    package var attempt: UInt64
    /// When it was about to leave.
    package var startedAt: Timestamp
    /// When it ended, if it has.
    package var endedAt: Timestamp?
    /// The provider, once it ended.
    package var provider: String?
    /// `delivered`, `failed`, `undeliverable` or `dropped`, once it ended.
    package var outcome: String?
    /// The provider's receipt, or why it did not leave, once it ended.
    package var detail: String?

    /// An attempt with all its parts.
    package init(
        member: String, attempt: UInt64, startedAt: Timestamp, endedAt: Timestamp?,
        provider: String?, outcome: String?, detail: String?
    ) {
        (self.member, self.attempt) = (member, attempt)
        (self.startedAt, self.endedAt) = (startedAt, endedAt)
        (self.provider, self.outcome, self.detail) = (provider, outcome, detail)
    }
}

/// The pages of open incidents, or of all or one, newest first.
package struct PageList: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The pages.
    package var pages: [PageSummary]
    /// Where the list goes on, for `?cursor=`; absent at its end.
    package var next: String?

    /// A list.
    package init(region: String, readAt: Timestamp, pages: [PageSummary], next: String? = nil) {
        (self.region, self.readAt, self.pages, self.next) = (region, readAt, pages, next)
    }
}
