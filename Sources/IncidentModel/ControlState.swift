public import Basics

/// A roster that was applied, and by whom.
public struct RosterVersion: Equatable, Sendable {
    /// The fact it came from.
    public var fact: FactID
    /// When it was written.
    public var time: HybridTime
    /// Through which region.
    public var region: RegionName
    /// Who.
    public var by: PersonID
    /// Why, or empty.
    public var reason: String
    /// The document.
    public var document: RosterDocument
    /// The log's index at which it came into force, or was kept as a proposal.
    public var index: LogIndex

    /// A version.
    public init(
        fact: FactID, time: HybridTime, region: RegionName, by: PersonID, reason: String,
        document: RosterDocument, index: LogIndex
    ) {
        (self.fact, self.time, self.region, self.by) = (fact, time, region, by)
        (self.reason, self.document, self.index) = (reason, document, index)
    }
}

/// A change of who is on call, as it stands.
public struct OnCallEditRecord: Equatable, Sendable {
    /// What it says.
    public enum Kind: Equatable, Sendable {
        /// Somebody else is on call.
        case override(OverrideWord)
        /// Somebody cannot be.
        case leave(LeaveWord)
        /// A stretch is offered to others; taken by somebody, or by nobody yet.
        case swap(OverrideWord, takenBy: PersonID?)
    }
    /// The fact it came from.
    public var fact: FactID
    /// When it was said.
    public var time: HybridTime
    /// Through which region.
    public var region: RegionName
    /// Who said it.
    public var by: PersonID
    /// Why, or empty.
    public var reason: String
    /// What.
    public var kind: Kind

    /// A record.
    public init(
        fact: FactID, time: HybridTime, region: RegionName, by: PersonID, reason: String,
        kind: Kind
    ) {
        (self.fact, self.time, self.region) = (fact, time, region)
        (self.by, self.reason, self.kind) = (by, reason, kind)
    }

    /// Whether it asks others to take a stretch, and nobody has.
    public var isOpenSwap: Bool {
        if case .swap(_, nil) = kind { true } else { false }
    }

    /// When it is over.
    public var end: Instant {
        switch kind {
        case .override(let word), .swap(let word, _): word.to
        case .leave(let word): word.to
        }
    }
}

/// What the control group's log says: which roster is in force, and what was changed about who is on call.
/// It is kept in a group like an incident's, so that it is replicated, chained and told in a timeline by
/// the same means. *Source:* design 4; decision 0018.
public struct ControlState: Equatable, Sendable {
    /// Rosters that were in force, the latest last; at most `versionsMax`.
    public var versions: [RosterVersion] = []
    /// Rosters that were written against one that was no longer in force: kept for people to look at.
    public var proposals: [RosterVersion] = []
    /// Overrides, leaves and swaps, in the order (time, fact); those long over are forgotten.
    public var changes: [OnCallEditRecord] = []
    /// What was taken back, and which swaps were taken, before they were known here.
    public var early: [Early] = []

    /// A word about a change that is not known here yet.
    public struct Early: Equatable, Sendable {
        /// The change.
        public var change: FactID
        /// Who took it; `nil` if it was taken back.
        public var takenBy: PersonID?
        /// When that was said.
        public var time: HybridTime

        /// A word.
        public init(change: FactID, takenBy: PersonID?, time: HybridTime) {
            (self.change, self.takenBy, self.time) = (change, takenBy, time)
        }
    }

    /// How many rosters are kept, and how many proposals.
    public static let versionsMax = 10
    /// How many changes are kept.
    public static let changesMax = 2_000
    /// How long a change is kept when it is over.
    public static let keptFor = Span.hours(24 * 40)

    /// Nothing said yet.
    public init() {}

    /// The roster in force, if one was ever applied.
    public var current: RosterVersion? { versions.last }
}

extension Incident {
    mutating func apply(_ word: RosterWord, of fact: Fact, index: LogIndex) {
        var state = control ?? ControlState()
        let outcome = state.apply(word, of: fact, index: index)
        control = state
        let tail = word.reason.isEmpty ? "" : ": \(word.reason)"
        note(.roster, of: fact, "\(word.by.text) \(outcome)\(tail)", index: index)
    }
}

extension ControlState {
    /// Applies a word; gives back what came of it, for the timeline.
    mutating func apply(_ word: RosterWord, of fact: Fact, index: LogIndex) -> String {
        forgetOld(at: fact.time.instant)
        switch word.saying {
        case .applied(let document): return apply(document, word, fact, index)
        case .overridden(let one):
            add(word, fact, .override(one))
            return "puts \(one.person.text) on call for \(one.schedule)" + one.stretch
        case .left(let one):
            add(word, fact, .leave(one))
            return "says that \(one.person.text) cannot be on call" + one.stretch
        case .swapAsked(let one):
            add(word, fact, .swap(one, takenBy: nil))
            return "asks others to take \(one.schedule)" + one.stretch
        case .swapTaken(let change):
            return settle(change, takenBy: word.by, at: fact.time)
                ? "takes what was asked for by \(change)"
                : "takes \(change), which is not known yet"
        case .cancelled(let change):
            return settle(change, takenBy: nil, at: fact.time)
                ? "takes \(change) back" : "takes \(change) back, which is not known yet"
        }
    }

    private mutating func apply(
        _ document: RosterDocument, _ word: RosterWord, _ fact: Fact, _ index: LogIndex
    ) -> String {
        // What is not in the log yet is in force nowhere.
        guard index > 0 else { return "wants roster \(document.version) to be in force" }
        let version = RosterVersion(
            fact: fact.id, time: fact.time, region: fact.region, by: word.by, reason: word.reason,
            document: document, index: index)
        let inForce = current?.document.version ?? ""
        guard inForce.isEmpty || document.base == inForce else {
            proposals.append(version)
            if proposals.count > Self.versionsMax { proposals.removeFirst() }
            return
                "wrote roster \(document.version) against \(document.base), but \(inForce) is in "
                + "force: it is kept as a proposal"
        }
        versions.append(version)
        if versions.count > Self.versionsMax { versions.removeFirst() }
        return "puts roster \(document.version) in force"
    }

    private mutating func add(_ word: RosterWord, _ fact: Fact, _ kind: OnCallEditRecord.Kind) {
        var kind = kind
        let words = early.filter { $0.change == fact.id }
        early.removeAll { $0.change == fact.id }
        if words.contains(where: { $0.takenBy == nil }) { return }
        if case .swap(let one, _) = kind { kind = .swap(one, takenBy: words.first?.takenBy) }
        let record = OnCallEditRecord(
            fact: fact.id, time: fact.time, region: fact.region, by: word.by, reason: word.reason,
            kind: kind)
        let position = changes.partitioningIndex {
            ($0.time, $0.fact) >= (record.time, record.fact)
        }
        changes.insert(record, at: position)
        if changes.count > Self.changesMax { changes.removeFirst() }
    }

    /// Takes note that a change was taken back, or a swap taken: by the first who said so.
    private mutating func settle(
        _ change: FactID, takenBy person: PersonID?, at time: HybridTime
    ) -> Bool {
        guard let known = changes.firstIndex(where: { $0.fact == change }) else {
            let word = Early(change: change, takenBy: person, time: time)
            let position = early.partitioningIndex { $0.time >= time }
            early.insert(word, at: position)
            return false
        }
        guard let person else {
            changes.remove(at: known)
            return true
        }
        if case .swap(let one, nil) = changes[known].kind {
            changes[known].kind = .swap(one, takenBy: person)
        }
        return true
    }

    private mutating func forgetOld(at now: Instant) {
        changes.removeAll { $0.end + Self.keptFor < now }
        early.removeAll { $0.time.instant + Self.keptFor < now }
    }
}

extension OverrideWord {
    fileprivate var stretch: String { " from \(from) to \(to)" }
}

extension LeaveWord {
    fileprivate var stretch: String { " from \(from) to \(to)" }
}

extension RosterVersion: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(fact)
        writer.write(time)
        writer.write(region)
        writer.write(by)
        writer.write(reason)
        writer.write(document)
        writer.write(index)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            fact: try reader.read(), time: try reader.read(), region: try reader.read(),
            by: try reader.read(), reason: try reader.readString(),
            document: try reader.read(), index: try reader.readUInt64())
    }
}

extension OnCallEditRecord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(fact)
        writer.write(time)
        writer.write(region)
        writer.write(by)
        writer.write(reason)
        switch kind {
        case .override(let word):
            writer.write(UInt8(1))
            writer.write(word)
        case .leave(let word):
            writer.write(UInt8(2))
            writer.write(word)
        case .swap(let word, let taker):
            writer.write(UInt8(3))
            writer.write(word)
            writer.write(taker)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        fact = try reader.read()
        time = try reader.read()
        region = try reader.read()
        by = try reader.read()
        reason = try reader.readString()
        let tag = try reader.readByte()
        switch tag {
        case 1: kind = .override(try reader.read())
        case 2: kind = .leave(try reader.read())
        case 3: kind = .swap(try reader.read(), takenBy: try reader.readOptional())
        case _: throw reader.failure(expected: "a change of who is on call 1 to 3", found: "\(tag)")
        }
    }
}

extension ControlState.Early: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(change)
        writer.write(takenBy)
        writer.write(time)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            change: try reader.read(), takenBy: try reader.readOptional(),
            time: try reader.read())
    }
}

extension ControlState: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(versions)
        writer.write(proposals)
        writer.write(changes)
        writer.write(early)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init()
        versions = try reader.readList()
        proposals = try reader.readList()
        changes = try reader.readList()
        early = try reader.readList()
    }
}
