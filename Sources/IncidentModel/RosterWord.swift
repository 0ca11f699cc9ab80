public import Basics

/// A roster as somebody wrote it, to be in force everywhere. *Source:* design 4, "roster versions" in the
/// control group; decision 0018.
public struct RosterDocument: Equatable, Sendable {
    /// A hash of the text.
    public var version: String
    /// The version it was written against; empty for the first.
    public var base: String
    /// The text, exactly as it was written.
    public var text: String

    /// A document.
    public init(version: String, base: String, text: String) {
        (self.version, self.base, self.text) = (version, base, text)
    }
}

/// Somebody else is on call for a while than the roster says.
public struct OverrideWord: Equatable, Sendable {
    /// The schedule, by its id.
    public var schedule: String
    /// Who is on call.
    public var person: PersonID
    /// Whom they replace; `nil` for everybody of the schedule.
    public var replaces: PersonID?
    /// From when on.
    public var from: Instant
    /// Until when, not included.
    public var to: Instant

    /// An override.
    public init(
        schedule: String, person: PersonID, replaces: PersonID?, from: Instant, to: Instant
    ) {
        (self.schedule, self.person, self.replaces) = (schedule, person, replaces)
        (self.from, self.to) = (from, to)
    }
}

/// Somebody cannot be on call for a while.
public struct LeaveWord: Equatable, Sendable {
    /// Who.
    public var person: PersonID
    /// From when on.
    public var from: Instant
    /// Until when, not included.
    public var to: Instant

    /// A leave.
    public init(person: PersonID, from: Instant, to: Instant) {
        (self.person, self.from, self.to) = (person, from, to)
    }
}

/// What somebody says about the roster, or about who is on call.
public enum RosterSaying: Equatable, Sendable {
    /// This roster is to be in force.
    case applied(RosterDocument)
    /// Somebody else is on call for a while.
    case overridden(OverrideWord)
    /// Somebody cannot be on call for a while.
    case left(LeaveWord)
    /// Somebody asks others to take a stretch of theirs: nothing changes until somebody does.
    case swapAsked(OverrideWord)
    /// Somebody takes the stretch that was asked for.
    case swapTaken(FactID)
    /// An override, a leave or a question for a swap is taken back.
    case cancelled(FactID)
}

/// A word about the roster: a fact of the control group. Overrides, swaps and leaves count at once where they
/// are known; a roster counts when it is in the group's log.
public struct RosterWord: Equatable, Sendable {
    /// Who.
    public var by: PersonID
    /// Why, or empty.
    public var reason: String
    /// What.
    public var saying: RosterSaying

    /// A word.
    public init(by: PersonID, reason: String, saying: RosterSaying) {
        (self.by, self.reason, self.saying) = (by, reason, saying)
    }
}

extension RosterDocument: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(version)
        writer.write(base)
        writer.write(text)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            version: try reader.readString(), base: try reader.readString(),
            text: try reader.readString())
    }
}

extension OverrideWord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(schedule)
        writer.write(person)
        writer.write(replaces)
        writer.write(from)
        writer.write(to)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            schedule: try reader.readString(), person: try reader.read(),
            replaces: try reader.readOptional(), from: try reader.read(), to: try reader.read())
    }
}

extension LeaveWord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(person)
        writer.write(from)
        writer.write(to)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            person: try reader.read(), from: try reader.read(), to: try reader.read())
    }
}

extension RosterSaying: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .applied(let document):
            writer.write(UInt8(1))
            writer.write(document)
        case .overridden(let word):
            writer.write(UInt8(2))
            writer.write(word)
        case .left(let word):
            writer.write(UInt8(3))
            writer.write(word)
        case .swapAsked(let word):
            writer.write(UInt8(4))
            writer.write(word)
        case .swapTaken(let fact):
            writer.write(UInt8(5))
            writer.write(fact)
        case .cancelled(let fact):
            writer.write(UInt8(6))
            writer.write(fact)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .applied(try reader.read())
        case 2: self = .overridden(try reader.read())
        case 3: self = .left(try reader.read())
        case 4: self = .swapAsked(try reader.read())
        case 5: self = .swapTaken(try reader.read())
        case 6: self = .cancelled(try reader.read())
        case _: throw reader.failure(expected: "a word about the roster 1 to 6", found: "\(tag)")
        }
    }
}

extension RosterWord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(by)
        writer.write(reason)
        writer.write(saying)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            by: try reader.read(), reason: try reader.readString(), saying: try reader.read())
    }
}
