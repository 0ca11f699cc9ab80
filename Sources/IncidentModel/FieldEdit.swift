public import Basics

/// What somebody wants a field to be that only one value can stand in: it changes by a decision in the
/// incident's log, never by the wish alone. *Source:* design 3 and 7.
public enum FieldValue: Equatable, Sendable {
    /// How bad it is.
    case severity(Severity)
    /// Who is in command.
    case commander(PersonID)
    /// Into which incident it is merged: they are one problem.
    case mergedInto(MergeTarget)
    /// It is an incident of its own.
    case separate
    /// How far people are with it.
    case phase(IncidentPhase)

    /// Whether both are about one field.
    public func isSameField(as other: FieldValue) -> Bool {
        switch (self, other) {
        case (.severity, .severity), (.commander, .commander), (.phase, .phase): true
        case (.mergedInto, .mergedInto), (.mergedInto, .separate): true
        case (.separate, .mergedInto), (.separate, .separate): true
        case (.severity, _), (.commander, _), (.mergedInto, _), (.separate, _), (.phase, _): false
        }
    }

    /// The value in words.
    public var words: String {
        switch self {
        case .severity(let severity): severity.name
        case .commander(let person): "\(person.text) in command"
        case .mergedInto(let target): "merged into \(target.group.short)"
        case .separate: "an incident of its own"
        case .phase(let phase): phase.name
        }
    }
}

/// Somebody wants a field to have a value.
public struct FieldEdit: Equatable, Sendable {
    /// What identifies the generation it is about: when the one before it ended.
    public var previousEnd: HybridTime
    /// The value.
    public var value: FieldValue
    /// Who wants it.
    public var by: PersonID
    /// Why, or empty.
    public var reason: String
    /// Whether the region that wrote this could not reach a majority.
    public var isApart: Bool
    /// How far each member's facts were known where this was written: what it takes into account.
    public var seen: [FactID]
    /// The decision that it overturns, if it was made for that.
    public var overturns: DecisionID?
    /// Whether it waits for a person to say yes; until then it changes nothing.
    public var isProposal: Bool
    /// The offer of command that is taken with it, if one is; `reason` is what was read back.
    public var handoff: OfferTaken?

    /// An edit with all its parts.
    public init(
        previousEnd: HybridTime, value: FieldValue, by: PersonID, reason: String, isApart: Bool,
        seen: [FactID], overturns: DecisionID? = nil, isProposal: Bool = false,
        handoff: OfferTaken? = nil
    ) {
        (self.previousEnd, self.value, self.by) = (previousEnd, value, by)
        (self.reason, self.isApart, self.seen) = (reason, isApart, seen)
        (self.overturns, self.isProposal) = (overturns, isProposal)
        self.handoff = handoff
    }
}

/// An edit as it stands in an incident.
public struct EditRecord: Equatable, Sendable {
    /// The fact it came from.
    public var fact: FactID
    /// When.
    public var time: HybridTime
    /// Through which region.
    public var region: RegionName
    /// What was wanted.
    public var edit: FieldEdit

    /// A record with all its parts.
    public init(fact: FactID, time: HybridTime, region: RegionName, edit: FieldEdit) {
        (self.fact, self.time, self.region, self.edit) = (fact, time, region, edit)
    }
}

extension [FactID] {
    /// Whether these marks, one per member, cover a fact.
    @inlinable
    public func cover(_ fact: FactID) -> Bool {
        contains { $0.origin == fact.origin && $0.sequence >= fact.sequence }
    }
}

extension FieldValue: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .severity(let severity):
            writer.write(UInt8(1))
            writer.write(severity)
        case .commander(let person):
            writer.write(UInt8(2))
            writer.write(person)
        case .mergedInto(let target):
            writer.write(UInt8(3))
            writer.write(target)
        case .separate: writer.write(UInt8(4))
        case .phase(let phase):
            writer.write(UInt8(5))
            writer.write(phase)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .severity(try reader.read())
        case 2: self = .commander(try reader.read())
        case 3: self = .mergedInto(try reader.read())
        case 4: self = .separate
        case 5: self = .phase(try reader.read())
        case _: throw reader.failure(expected: "a field 1 to 5", found: "\(tag)")
        }
    }
}

extension FieldEdit: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(previousEnd)
        writer.write(value)
        writer.write(by)
        writer.write(reason)
        writer.write(isApart)
        writer.write(seen)
        writer.write(overturns)
        writer.write(isProposal)
        writer.write(handoff)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            previousEnd: try reader.read(), value: try reader.read(), by: try reader.read(),
            reason: try reader.readString(), isApart: try reader.readBool(),
            seen: try reader.readList(), overturns: try reader.readOptional(),
            isProposal: try reader.readBool(), handoff: try reader.readOptional())
    }
}

extension EditRecord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(fact)
        writer.write(time)
        writer.write(region)
        writer.write(edit)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            fact: try reader.read(), time: try reader.read(), region: try reader.read(),
            edit: try reader.read())
    }
}
