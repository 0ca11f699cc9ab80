public import Basics

/// What identifies a decision: a hash of the incident's generation, the rule and what went into it, so
/// that whoever decides the same thing decides it once.
public struct DecisionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The bits.
    public var raw: UInt64
    /// The decision of these bits.
    public init(raw: UInt64) { self.raw = raw }
    public static func < (a: DecisionID, b: DecisionID) -> Bool { a.raw < b.raw }
    /// 16 hexadecimal digits.
    public var description: String {
        let digits = String(raw, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The rules by which it is decided what stands. *Source:* design 7; docs/reconciliation.md.
public enum DecisionRule: UInt8, CaseIterable, Sendable {
    /// One edit, of which everybody concerned knew: it stands.
    case edit = 1
    /// Severities that were set without knowledge of one another: the worst stands.
    case severities = 2
    /// Two in command: the one on the side of the majority stands, or the first.
    case commanders = 3
    /// Two took it on: the first stands.
    case acknowledgements = 4
    /// People were paged after somebody had taken it on elsewhere: they may stand down.
    case standDown = 5
    /// A person overturned a decision.
    case overturned = 6
    /// It was to be merged into several, or to stand by itself: the one that opened first survives, and
    /// whoever says that it is an incident of its own wins.
    case merges = 7
    /// A coordinator found that two incidents are one problem.
    case duplicates = 8
    /// How far people are was said without knowledge of one another: the least far stands.
    case phases = 9
    /// Somebody asked for the next level while command passed on, neither knowing of the other: whoever
    /// held command then answers for it.
    case crossed = 10

    /// The name in the API.
    public var name: String {
        switch self {
        case .edit: "edit"
        case .severities: "severities"
        case .commanders: "commanders"
        case .acknowledgements: "acknowledgements"
        case .standDown: "stand-down"
        case .overturned: "overturned"
        case .merges: "merges"
        case .duplicates: "duplicates"
        case .phases: "phases"
        case .crossed: "crossed"
        }
    }

    /// Whether it settled something that two sides saw differently, or that no person had asked for.
    public var isConflict: Bool {
        switch self {
        case .severities, .commanders, .acknowledgements, .standDown, .merges, .duplicates,
            .phases, .crossed:
            true
        case .edit, .overturned: false
        }
    }
}

/// What a decision does.
public enum DecisionOutcome: Equatable, Sendable {
    /// This severity stands. What alerts say after `through` can still make it worse; if it is not
    /// `isExact`, also what they said before.
    case severity(Severity, isExact: Bool, through: HybridTime)
    /// This person is in command, with these deputies.
    case commander(PersonID, deputies: [PersonID])
    /// This person has taken it on; the others help.
    case acknowledged(by: PersonID, others: [PersonID])
    /// These people were paged in vain.
    case standDown([PersonID])
    /// It is sealed into another one, which takes it over.
    case sealed(into: MergeTarget)
    /// It is an incident of its own.
    case separate
    /// People are so far with it.
    case phase(IncidentPhase)
    /// This person answers for what was asked for by this request; the others had, or got, command
    /// about then.
    case answers(PersonID, others: [PersonID], request: FactID)
}

/// Something the owner decided, by which rule, from what, and why: an entry of the incident's log.
/// *Source:* design 7, `Reconciled(rule, inputs, outcome, reason)`.
public struct Decision: Equatable, Sendable {
    /// What identifies it.
    public var id: DecisionID
    /// What identifies the generation it is about: when the one before it ended.
    public var previousEnd: HybridTime
    /// By which rule.
    public var rule: DecisionRule
    /// The facts it was made from, sorted.
    public var inputs: [FactID]
    /// What it does.
    public var outcome: DecisionOutcome
    /// Why, for people.
    public var reason: String
    /// The decision that it overturns, if it does.
    public var overturns: DecisionID?
    /// When it was written into the log, by its owner's clock; zero until then.
    public var decidedAt: HybridTime = .zero
    /// The decision that overturned it, if one did.
    public var overturnedBy: DecisionID?

    /// A decision that is not in the log yet. Its id follows from what goes in.
    public init(
        group: GroupID, previousEnd: HybridTime, rule: DecisionRule, inputs: [FactID],
        keys: [StepKey] = [], outcome: DecisionOutcome, reason: String,
        overturns: DecisionID? = nil
    ) {
        self.previousEnd = previousEnd
        self.rule = rule
        self.inputs = inputs.sorted()
        self.outcome = outcome
        self.reason = reason
        self.overturns = overturns
        var writer = ByteWriter()
        writer.write(group)
        writer.write(previousEnd)
        writer.write(rule.rawValue)
        writer.write(self.inputs)
        writer.write(keys.sorted())
        id = DecisionID(raw: Digest256(of: writer.bytes).group.high)
    }

    /// Whether it settled something that two sides saw differently, and still stands.
    public var isConflict: Bool { rule.isConflict }
}

extension DecisionOutcome {
    /// What stands, in a few words.
    public var words: String {
        switch self {
        case .severity(let severity, let isExact, _):
            isExact ? severity.name : "\(severity.name) if alerts are milder"
        case .commander(let person, let deputies):
            "\(person.text) in command" + Self.list(" with deputies ", deputies)
        case .acknowledged(let person, let others):
            "\(person.text) was first" + Self.list(", then ", others)
        case .standDown(let people): Self.list("stand down: ", people)
        case .sealed(let target): "merged into \(target.group.short)"
        case .separate: "an incident of its own"
        case .phase(let phase): phase.name
        case .answers(let person, let others, _):
            "\(person.text) answers" + Self.list(", also told: ", others)
        }
    }

    private static func list(_ head: String, _ people: [PersonID]) -> String {
        people.isEmpty ? "" : head + people.map(\.text).joined(separator: ", ")
    }
}

extension Incident {
    /// Whether a decision still says what stands: it was not overturned, nor replaced by a later one
    /// of its kind, and its generation is not over.
    public func isStanding(_ decision: Decision) -> Bool {
        guard decision.overturnedBy == nil, decision.previousEnd == previousEnd, status.isOpen
        else {
            return false
        }
        let last = decisions.last { $0.outcome.field == decision.outcome.field }
        return last?.id == decision.id
    }
}

extension DecisionOutcome {
    /// What it is about: a later decision about the same replaces it.
    fileprivate var field: UInt8 {
        switch self {
        case .severity: 1
        case .commander: 2
        case .acknowledged: 3
        case .standDown: 4
        case .sealed, .separate: 5
        case .phase: 6
        case .answers: 7
        }
    }
}

extension DecisionID: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.writeFixed(raw) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(raw: try reader.readFixed())
    }
}

extension DecisionOutcome: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .severity(let severity, let isExact, let through):
            writer.write(UInt8(1))
            writer.write(severity)
            writer.write(isExact)
            writer.write(through)
        case .commander(let person, let deputies):
            writer.write(UInt8(2))
            writer.write(person)
            writer.write(deputies)
        case .acknowledged(let by, let others):
            writer.write(UInt8(3))
            writer.write(by)
            writer.write(others)
        case .standDown(let people):
            writer.write(UInt8(4))
            writer.write(people)
        case .sealed(let target):
            writer.write(UInt8(5))
            writer.write(target)
        case .separate: writer.write(UInt8(6))
        case .phase(let phase):
            writer.write(UInt8(7))
            writer.write(phase)
        case .answers(let person, let others, let request):
            writer.write(UInt8(8))
            writer.write(person)
            writer.write(others)
            writer.write(request)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1:
            self = .severity(
                try reader.read(), isExact: try reader.readBool(), through: try reader.read())
        case 2: self = .commander(try reader.read(), deputies: try reader.readList())
        case 3: self = .acknowledged(by: try reader.read(), others: try reader.readList())
        case 4: self = .standDown(try reader.readList())
        case 5: self = .sealed(into: try reader.read())
        case 6: self = .separate
        case 7: self = .phase(try reader.read())
        case 8:
            self = .answers(
                try reader.read(), others: try reader.readList(), request: try reader.read())
        case _: throw reader.failure(expected: "an outcome 1 to 8", found: "\(tag)")
        }
    }
}

extension Decision: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(id)
        writer.write(previousEnd)
        writer.write(rule.rawValue)
        writer.write(inputs)
        writer.write(outcome)
        writer.write(reason)
        writer.write(overturns)
        writer.write(decidedAt)
        writer.write(overturnedBy)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        id = try reader.read()
        previousEnd = try reader.read()
        let raw = try reader.readByte()
        guard let rule = DecisionRule(rawValue: raw) else {
            throw reader.failure(expected: "a rule 1 to 10", found: "\(raw)")
        }
        self.rule = rule
        inputs = try reader.readList()
        outcome = try reader.read()
        reason = try reader.readString()
        overturns = try reader.readOptional()
        decidedAt = try reader.read()
        overturnedBy = try reader.readOptional()
    }
}
