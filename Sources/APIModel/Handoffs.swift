/// A step of a handoff of command: what is needed depends on the step. *Source:* design 6.
package struct HandoffRequest: Codable, Equatable, Sendable {
    /// Who: the id of a person of the roster.
    package var by: String
    /// `offer`: to whom, the id of a person of the roster.
    package var to: String?
    /// `offer` without `to`: the region whose person on call is asked.
    package var toRegion: String?
    /// `offer`: the brief, written by the system if it is absent. `brief`: the new version.
    package var brief: String?
    /// `accept`: what is taken over, in the words of whoever takes it.
    package var readBack: String?
    /// `decline` and `withdraw`: why.
    package var reason: String?

    /// A request with all its parts.
    package init(
        by: String, to: String? = nil, toRegion: String? = nil, brief: String? = nil,
        readBack: String? = nil, reason: String? = nil
    ) {
        (self.by, self.to, self.toRegion, self.brief) = (by, to, toRegion, brief)
        (self.readBack, self.reason) = (readBack, reason)
    }
}

/// One version of what the next commander has to know.
package struct BriefVersion: Codable, Equatable, Sendable {
    /// Who wrote it.
    package var by: String
    /// When.
    package var at: Timestamp
    /// The text, lines.
    package var text: String

    /// A version.
    package init(by: String, at: Timestamp, text: String) {
        (self.by, self.at, self.text) = (by, at, text)
    }
}

/// Why command was offered without anybody having asked for it.
package struct HandoffPlanSummary: Codable, Equatable, Sendable {
    /// The schedule whose shift ends.
    package var schedule: String
    /// When it ends.
    package var changeAt: Timestamp
    /// The incident's place among those handed over then, from 1: the worst first.
    package var place: UInt64
    /// How many those are.
    package var count: UInt64

    /// A plan.
    package init(schedule: String, changeAt: Timestamp, place: UInt64, count: UInt64) {
        (self.schedule, self.changeAt) = (schedule, changeAt)
        (self.place, self.count) = (place, count)
    }
}

/// A change of command that lies ahead.
package struct PlannedHandoffSummary: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The incident in one line.
    package var title: String
    /// How bad it is.
    package var severity: String
    /// Who is in command.
    package var from: String
    /// Who comes on call next.
    package var to: String
    /// When it will be offered, at the earliest.
    package var offerAt: Timestamp
    /// The schedule whose shift ends.
    package var schedule: String
    /// When it ends.
    package var changeAt: Timestamp
    /// Why it would not be offered now; absent if it would.
    package var heldBack: String?

    /// A change with all its parts.
    package init(
        incident: String, title: String, severity: String, from: String, to: String,
        offerAt: Timestamp, schedule: String, changeAt: Timestamp, heldBack: String?
    ) {
        (self.incident, self.title, self.severity) = (incident, title, severity)
        (self.from, self.to, self.offerAt) = (from, to, offerAt)
        (self.schedule, self.changeAt, self.heldBack) = (schedule, changeAt, heldBack)
    }
}

/// The changes of command that lie ahead, the earliest first.
package struct HandoffPlanAnswer: Codable, Equatable, Sendable {
    /// The region that answers: it tells what it would do if it owned all of them.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The changes.
    package var planned: [PlannedHandoffSummary]

    /// An answer.
    package init(region: String, readAt: Timestamp, planned: [PlannedHandoffSummary]) {
        (self.region, self.readAt, self.planned) = (region, readAt, planned)
    }
}

/// One offer of command and what became of it.
package struct HandoffSummary: Codable, Equatable, Sendable {
    /// The offer's fact, like `m1.42`.
    package var offer: String
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The incident in one line.
    package var title: String
    /// How bad the incident is.
    package var severity: String
    /// `open`, `accepted`, `declined`, `withdrawn` or `superseded`.
    package var state: String
    /// Who offered: a person, or `the coordinator`.
    package var by: String
    /// To whom.
    package var to: String
    /// Through which region.
    package var region: String
    /// When it was offered.
    package var at: Timestamp
    /// The change of shift it was made for; absent if somebody asked for it.
    package var plan: HandoffPlanSummary?
    /// The versions of the brief, the latest last.
    package var briefs: [BriefVersion]
    /// Who ended it; absent while it is open, and where command went another way.
    package var endedBy: String?
    /// When; absent likewise.
    package var endedAt: Timestamp?
    /// What was read back, or why it was declined or taken back; absent if nothing was said.
    package var words: String?

    /// A summary with all its parts.
    package init(
        offer: String, incident: String, title: String, severity: String, state: String,
        by: String, to: String, region: String, at: Timestamp, briefs: [BriefVersion],
        endedBy: String?, endedAt: Timestamp?, words: String?, plan: HandoffPlanSummary? = nil
    ) {
        self.plan = plan
        (self.offer, self.incident, self.title, self.severity) = (offer, incident, title, severity)
        (self.state, self.by, self.to, self.region) = (state, by, to, region)
        (self.at, self.briefs, self.endedBy) = (at, briefs, endedBy)
        (self.endedAt, self.words) = (endedAt, words)
    }
}

/// Who is in command of an incident, and since when.
package struct CommandSummary: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The incident in one line.
    package var title: String
    /// How bad it is.
    package var severity: String
    /// Who is in command; absent if nobody is.
    package var commander: String?
    /// Since when; absent if nobody is.
    package var since: Timestamp?
    /// Who stands by.
    package var deputies: [String]
    /// The region that owns the incident, as far as is known.
    package var owner: String?

    /// A summary with all its parts.
    package init(
        incident: String, title: String, severity: String, commander: String?, since: Timestamp?,
        deputies: [String], owner: String?
    ) {
        (self.incident, self.title, self.severity) = (incident, title, severity)
        (self.commander, self.since) = (commander, since)
        (self.deputies, self.owner) = (deputies, owner)
    }
}

/// Who commands what, and the offers of command.
package struct HandoffList: Codable, Equatable, Sendable {
    /// The region that answers.
    package var region: String
    /// When this was read.
    package var readAt: Timestamp
    /// The open incidents, the worst first; empty where the offers go on behind a cursor.
    package var commands: [CommandSummary]
    /// The offers, the latest first.
    package var handoffs: [HandoffSummary]
    /// Where the offers go on, for `?cursor=`; absent at their end.
    package var next: String?

    /// A list.
    package init(
        region: String, readAt: Timestamp, commands: [CommandSummary],
        handoffs: [HandoffSummary], next: String? = nil
    ) {
        (self.region, self.readAt) = (region, readAt)
        (self.commands, self.handoffs, self.next) = (commands, handoffs, next)
    }
}

/// The brief that an offer would carry, as of now.
package struct BriefAnswer: Codable, Equatable, Sendable {
    /// The incident, 32 hexadecimal digits.
    package var incident: String
    /// The region that wrote it.
    package var region: String
    /// For whom it tells what else changed since their last shift: whoever was asked for, or the open
    /// offer is made to; absent if that is nobody.
    package var to: String?
    /// The text, lines.
    package var text: String

    /// An answer.
    package init(incident: String, region: String, to: String? = nil, text: String) {
        (self.incident, self.region, self.to, self.text) = (incident, region, to, text)
    }
}
