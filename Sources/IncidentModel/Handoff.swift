public import Basics

/// What somebody says about handing command over. Taking it is no such word: whoever takes an offer says
/// so by an edit of the field (`FieldEdit.handoff`), so that the rules by which command is decided hold
/// for it as for any other wish. *Source:* design 6; decision 0017.
public enum HandoffSaying: Equatable, Sendable {
    /// Command is offered to somebody, by or for whoever is in command, with what they have to know.
    case offered(to: PersonID, from: PersonID?, brief: String, plan: HandoffPlan? = nil)
    /// What the next one has to know, written anew.
    case briefed(String)
    /// The offer is not taken, for this reason.
    case declined(reason: String)
    /// The offer is taken back, for this reason.
    case withdrawn(reason: String)
}

/// Why command is offered without anybody having asked for it: a change of shift, and where the incident
/// stands among those that change hands then. *Source:* design 7, the planner records its plan.
public struct HandoffPlan: Equatable, Sendable {
    /// The schedule whose shift ends.
    public var schedule: String
    /// When it ends.
    public var changeAt: Instant
    /// The incident's place among those that whoever goes off shift hands over, from 1: the worst first.
    public var place: UInt64
    /// How many those are, as far as the owner knew.
    public var count: UInt64

    /// A plan.
    public init(schedule: String, changeAt: Instant, place: UInt64, count: UInt64) {
        (self.schedule, self.changeAt) = (schedule, changeAt)
        (self.place, self.count) = (place, count)
    }
}

extension HandoffPlan: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(schedule)
        writer.write(changeAt)
        writer.write(place)
        writer.write(count)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            schedule: try reader.readString(), changeAt: try reader.read(),
            place: try reader.readUInt64(), count: try reader.readUInt64())
    }
}

/// One word of a handoff.
public struct HandoffWord: Equatable, Sendable {
    /// What identifies the generation it is about: when the one before it ended.
    public var previousEnd: HybridTime
    /// The offer it answers; `nil` in an offer.
    public var offer: FactID?
    /// What is said.
    public var saying: HandoffSaying
    /// Who says it.
    public var by: PersonID

    /// A word.
    public init(
        previousEnd: HybridTime, offer: FactID?, saying: HandoffSaying, by: PersonID
    ) {
        (self.previousEnd, self.offer) = (previousEnd, offer)
        (self.saying, self.by) = (saying, by)
    }
}

/// One version of what the next commander has to know.
public struct Brief: Equatable, Sendable {
    /// The fact it came from.
    public var fact: FactID
    /// When it was written.
    public var time: HybridTime
    /// Who wrote it, or offered with it.
    public var by: PersonID
    /// The text: lines, as people read them.
    public var text: String

    /// A version.
    public init(fact: FactID, time: HybridTime, by: PersonID, text: String) {
        (self.fact, self.time, self.by, self.text) = (fact, time, by, text)
    }
}

/// An offer that is taken, and what of the incident was seen when it was: whoever takes command takes the
/// incident on.
public struct OfferTaken: Equatable, Sendable {
    /// The offer.
    public var offer: FactID
    /// The generation, as the region counts it that wrote this.
    public var generation: UInt64
    /// The run of the policy.
    public var run: UInt64
    /// How bad its alerts were, as with an acknowledgement.
    public var severity: Severity

    /// An offer that is taken.
    public init(offer: FactID, generation: UInt64, run: UInt64, severity: Severity = .sev1) {
        (self.offer, self.generation, self.run) = (offer, generation, run)
        self.severity = severity
    }
}

extension OfferTaken: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(offer)
        writer.write(generation)
        writer.write(run)
        writer.write(severity)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            offer: try reader.read(), generation: try reader.readUInt64(),
            run: try reader.readUInt64(), severity: try reader.read())
    }
}

/// How an offer came to its end, by a word.
public struct HandoffAnswer: Equatable, Sendable {
    /// The fact it came from.
    public var fact: FactID
    /// When.
    public var time: HybridTime
    /// Who.
    public var by: PersonID
    /// Whether the offer was taken back, and not declined.
    public var isWithdrawal: Bool
    /// Why, or empty.
    public var reason: String

    /// An answer.
    public init(
        fact: FactID, time: HybridTime, by: PersonID, isWithdrawal: Bool, reason: String
    ) {
        (self.fact, self.time, self.by) = (fact, time, by)
        (self.isWithdrawal, self.reason) = (isWithdrawal, reason)
    }
}

/// Who took an offer, and when that was decided.
public struct HandoffTaking: Equatable, Sendable {
    /// Who is in command by it.
    public var by: PersonID
    /// When the owner wrote it into the log, by its clock.
    public var at: HybridTime
    /// What they read back.
    public var readBack: String

    /// A taking.
    public init(by: PersonID, at: HybridTime, readBack: String) {
        (self.by, self.at, self.readBack) = (by, at, readBack)
    }
}

/// One offer of command and what became of it.
public struct HandoffRecord: Equatable, Sendable {
    /// The fact that offered.
    public var offer: FactID
    /// What identifies the generation it is about.
    public var previousEnd: HybridTime
    /// When it was offered; zero while only answers are known here.
    public var time: HybridTime = .zero
    /// Through which region.
    public var region: RegionName = ""
    /// Who offered: a person, or the coordinator for whoever is in command.
    public var by: PersonID = ""
    /// To whom.
    public var to: PersonID = ""
    /// Who was in command then, as far as the offer's region knew.
    public var from: PersonID?
    /// The change of shift it was made for; `nil` if somebody asked for it.
    public var plan: HandoffPlan?
    /// What the next one has to know, the latest version last.
    public var briefs: [Brief] = []
    /// How people ended it by a word, the earliest first.
    public var answers: [HandoffAnswer] = []
    /// Who took it.
    public var taken: HandoffTaking?

    /// An offer of which nothing is known yet.
    public init(offer: FactID, previousEnd: HybridTime) {
        (self.offer, self.previousEnd) = (offer, previousEnd)
    }

    /// Whether the offer itself is known here.
    public var isKnown: Bool { time != .zero }
    /// The present version of the brief.
    public var brief: String { briefs.last?.text ?? "" }
}

/// Where an offer stands.
public enum HandoffState: Equatable, Sendable {
    /// It waits to be taken.
    case open
    /// This person took it.
    case taken(by: PersonID)
    /// This person declined, for this reason.
    case declined(by: PersonID, reason: String)
    /// It was taken back.
    case withdrawn(by: PersonID)
    /// Command went another way, or another offer was made.
    case superseded

    /// The name in the API.
    public var name: String {
        switch self {
        case .open: "open"
        case .taken: "accepted"
        case .declined: "declined"
        case .withdrawn: "withdrawn"
        case .superseded: "superseded"
        }
    }
}

extension HandoffSaying: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .offered(let to, let from, let brief, let plan):
            writer.write(UInt8(1))
            writer.write(to)
            writer.write(from)
            writer.write(brief)
            writer.write(plan)
        case .briefed(let text):
            writer.write(UInt8(2))
            writer.write(text)
        case .declined(let reason):
            writer.write(UInt8(3))
            writer.write(reason)
        case .withdrawn(let reason):
            writer.write(UInt8(4))
            writer.write(reason)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1:
            self = .offered(
                to: try reader.read(), from: try reader.readOptional(),
                brief: try reader.readString(), plan: try reader.readOptional())
        case 2: self = .briefed(try reader.readString())
        case 3: self = .declined(reason: try reader.readString())
        case 4: self = .withdrawn(reason: try reader.readString())
        case _: throw reader.failure(expected: "a word of a handoff 1 to 4", found: "\(tag)")
        }
    }
}

extension HandoffWord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(previousEnd)
        writer.write(offer)
        writer.write(saying)
        writer.write(by)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            previousEnd: try reader.read(), offer: try reader.readOptional(),
            saying: try reader.read(), by: try reader.read())
    }
}

extension Brief: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(fact)
        writer.write(time)
        writer.write(by)
        writer.write(text)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            fact: try reader.read(), time: try reader.read(), by: try reader.read(),
            text: try reader.readString())
    }
}

extension HandoffAnswer: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(fact)
        writer.write(time)
        writer.write(by)
        writer.write(isWithdrawal)
        writer.write(reason)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            fact: try reader.read(), time: try reader.read(), by: try reader.read(),
            isWithdrawal: try reader.readBool(), reason: try reader.readString())
    }
}

extension HandoffTaking: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(by)
        writer.write(at)
        writer.write(readBack)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            by: try reader.read(), at: try reader.read(), readBack: try reader.readString())
    }
}

extension HandoffRecord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(offer)
        writer.write(previousEnd)
        writer.write(time)
        writer.write(region)
        writer.write(by)
        writer.write(to)
        writer.write(from)
        writer.write(plan)
        writer.write(briefs)
        writer.write(answers)
        writer.write(taken)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(offer: try reader.read(), previousEnd: try reader.read())
        time = try reader.read()
        region = try reader.read()
        by = try reader.read()
        to = try reader.read()
        from = try reader.readOptional()
        plan = try reader.readOptional()
        briefs = try reader.readList()
        answers = try reader.readList()
        taken = try reader.readOptional()
    }
}
