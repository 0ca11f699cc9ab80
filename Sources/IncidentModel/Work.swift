public import Basics

/// What kind of thing people write down while they work on an incident. *Source:* requirements D6, D7, P4.
public enum WorkKind: UInt8, CaseIterable, Sendable {
    /// What users of the service feel.
    case impact = 1
    /// What may be the cause; confirmed or ruled out in the end.
    case hypothesis = 2
    /// What somebody does, with an owner and a time by which to look again.
    case action = 3
    /// What was decided by people, and why.
    case decision = 4
    /// What was told to people outside, and when the next word is due.
    case update = 5
    /// What is to be watched after it is over.
    case watch = 6
    /// What somebody is in this incident: scribe, communications lead, ...
    case role = 7
    /// A step of a runbook.
    case step = 8

    /// The name in the API.
    public var name: String {
        switch self {
        case .impact: "impact"
        case .hypothesis: "hypothesis"
        case .action: "action"
        case .decision: "decision"
        case .update: "update"
        case .watch: "watch"
        case .role: "role"
        case .step: "step"
        }
    }

    /// The kind of a name in the API; `nil` if there is none.
    public init?(named text: String) {
        guard let match = Self.allCases.first(where: { $0.name == text }) else { return nil }
        self = match
    }

    /// Whether it comes to an end of its own: others only give way to later ones.
    public var isEndable: Bool {
        switch self {
        case .hypothesis, .action, .watch, .role, .step: true
        case .impact, .decision, .update: false
        }
    }
}

/// How something that people work on came to its end.
public enum WorkEnd: UInt8, CaseIterable, Sendable {
    /// A hypothesis turned out to be true.
    case confirmed = 1
    /// A hypothesis turned out to be wrong.
    case ruledOut = 2
    /// It is done; a role was given up.
    case done = 3
    /// It is not done any more, or was a mistake.
    case dropped = 4
    /// A step was left out.
    case skipped = 5
    /// A step was tried and did not work.
    case failed = 6

    /// The name in the API.
    public var name: String {
        switch self {
        case .confirmed: "confirmed"
        case .ruledOut: "ruled-out"
        case .done: "done"
        case .dropped: "dropped"
        case .skipped: "skipped"
        case .failed: "failed"
        }
    }

    /// The end of a name in the API; `nil` if there is none.
    public init?(named text: String) {
        guard let match = Self.allCases.first(where: { $0.name == text }) else { return nil }
        self = match
    }

    /// Whether it can be the end of such a thing.
    public func ends(_ kind: WorkKind) -> Bool {
        switch self {
        case .confirmed, .ruledOut: kind == .hypothesis
        case .done: kind == .action || kind == .watch || kind == .role || kind == .step
        case .dropped: kind.isEndable && kind != .step
        case .skipped, .failed: kind == .step
        }
    }
}

/// What somebody writes down, or how they put it later.
public struct WorkDraft: Equatable, Sendable {
    /// What kind of thing.
    public var kind: WorkKind
    /// What, one or a few sentences; for a role its name.
    public var text: String
    /// Who does it, or has the role; `nil` where nobody in particular does.
    public var owner: PersonID?
    /// The end of the time-box of an action; when the next update is due.
    public var due: Instant?
    /// To whom an update went: `customers`, `stakeholders`, `internal`; empty in all others.
    public var audience: String

    /// A draft.
    public init(
        kind: WorkKind, text: String, owner: PersonID? = nil, due: Instant? = nil,
        audience: String = ""
    ) {
        (self.kind, self.text, self.owner) = (kind, text, owner)
        (self.due, self.audience) = (due, audience)
    }
}

/// What somebody says about work on an incident.
public enum WorkSaying: Equatable, Sendable {
    /// Something new.
    case began(WorkDraft)
    /// Something new that has come to its end already, with what came of it.
    case finished(WorkDraft, WorkEnd, outcome: String)
    /// It is put otherwise now: another owner, another time, other words.
    case changed(WorkDraft)
    /// It came to its end, with what came of it.
    case ended(WorkEnd, outcome: String)
    /// It goes on after all, for this reason.
    case reopened(reason: String)
}

/// One word about work on an incident.
public struct WorkWord: Equatable, Sendable {
    /// What identifies the generation it is about: when the one before it ended.
    public var previousEnd: HybridTime
    /// The word that began what it is about; `nil` where this one begins it.
    public var item: FactID?
    /// What is said.
    public var saying: WorkSaying
    /// Who says it.
    public var by: PersonID

    /// A word.
    public init(previousEnd: HybridTime, item: FactID?, saying: WorkSaying, by: PersonID) {
        (self.previousEnd, self.item) = (previousEnd, item)
        (self.saying, self.by) = (saying, by)
    }
}

/// The last word of one kind about something: later ones replace it, whatever the order in which they
/// became known.
public struct WorkMark: Equatable, Sendable {
    /// When it was said.
    public var time: HybridTime
    /// The fact it came from.
    public var fact: FactID
    /// Who said it.
    public var by: PersonID

    /// A mark.
    public init(time: HybridTime, fact: FactID, by: PersonID) {
        (self.time, self.fact, self.by) = (time, fact, by)
    }

    /// Whether another word is the later one.
    func isBefore(_ other: WorkMark) -> Bool { (time, fact) < (other.time, other.fact) }
}

/// How something ended, or that it went on.
public struct WorkEnding: Equatable, Sendable {
    /// How; `nil` if it goes on after all.
    public var end: WorkEnd?
    /// What came of it, or why it goes on.
    public var outcome: String
    /// Who said so, and when.
    public var mark: WorkMark

    /// An ending.
    public init(end: WorkEnd?, outcome: String, mark: WorkMark) {
        (self.end, self.outcome, self.mark) = (end, outcome, mark)
    }
}

/// Something that people work on, as it stands.
public struct WorkItem: Equatable, Sendable {
    /// The fact that began it.
    public var id: FactID
    /// What identifies the generation it is about.
    public var previousEnd: HybridTime
    /// When it was begun; zero while only later words are known here.
    public var time: HybridTime = .zero
    /// Through which region.
    public var region: RegionName = ""
    /// Who began it.
    public var by: PersonID = ""
    /// How it is put now; `nil` while only its ending is known here.
    public var draft: WorkDraft?
    /// The word that put it so.
    public var draftMark: WorkMark?
    /// How it ended, if anybody said so.
    public var ending: WorkEnding?

    /// Something of which nothing is known yet.
    public init(id: FactID, previousEnd: HybridTime) {
        (self.id, self.previousEnd) = (id, previousEnd)
    }

    /// Whether the word that began it is known here.
    public var isKnown: Bool { time != .zero }
    /// How it ended; `nil` while it goes on.
    public var end: WorkEnd? { ending?.end }
}

extension WorkDraft: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(kind.rawValue)
        writer.write(text)
        writer.write(owner)
        writer.write(due)
        writer.write(audience)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readByte()
        guard let kind = WorkKind(rawValue: raw) else {
            throw reader.failure(expected: "a kind of work 1 to 8", found: "\(raw)")
        }
        self.init(
            kind: kind, text: try reader.readString(), owner: try reader.readOptional(),
            due: try reader.readOptional(), audience: try reader.readString())
    }
}

extension WorkEnd: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }
    public init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readByte()
        guard let end = WorkEnd(rawValue: raw) else {
            throw reader.failure(expected: "an end of work 1 to 6", found: "\(raw)")
        }
        self = end
    }
}

extension WorkSaying: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .began(let draft):
            writer.write(UInt8(1))
            writer.write(draft)
        case .changed(let draft):
            writer.write(UInt8(2))
            writer.write(draft)
        case .ended(let end, let outcome):
            writer.write(UInt8(3))
            writer.write(end)
            writer.write(outcome)
        case .reopened(let reason):
            writer.write(UInt8(4))
            writer.write(reason)
        case .finished(let draft, let end, let outcome):
            writer.write(UInt8(5))
            writer.write(draft)
            writer.write(end)
            writer.write(outcome)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .began(try reader.read())
        case 2: self = .changed(try reader.read())
        case 3: self = .ended(try reader.read(), outcome: try reader.readString())
        case 4: self = .reopened(reason: try reader.readString())
        case 5:
            self = .finished(
                try reader.read(), try reader.read(), outcome: try reader.readString())
        case _: throw reader.failure(expected: "a word about work 1 to 5", found: "\(tag)")
        }
    }
}

extension WorkWord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(previousEnd)
        writer.write(item)
        writer.write(saying)
        writer.write(by)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            previousEnd: try reader.read(), item: try reader.readOptional(),
            saying: try reader.read(), by: try reader.read())
    }
}

extension WorkMark: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(time)
        writer.write(fact)
        writer.write(by)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(time: try reader.read(), fact: try reader.read(), by: try reader.read())
    }
}

extension WorkEnding: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(end)
        writer.write(outcome)
        writer.write(mark)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            end: try reader.readOptional(), outcome: try reader.readString(),
            mark: try reader.read())
    }
}

extension WorkItem: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(id)
        writer.write(previousEnd)
        writer.write(time)
        writer.write(region)
        writer.write(by)
        writer.write(draft)
        writer.write(draftMark)
        writer.write(ending)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(id: try reader.read(), previousEnd: try reader.read())
        time = try reader.read()
        region = try reader.read()
        by = try reader.read()
        draft = try reader.readOptional()
        draftMark = try reader.readOptional()
        ending = try reader.readOptional()
    }
}
