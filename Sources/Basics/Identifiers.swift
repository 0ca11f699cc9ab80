/// One member of the cluster: a node or a coordinator with one data directory.
///
/// A member id is used once for ever: a lost disk means a new id (design 4).
public struct MemberID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number; drawn at random by `cluster init`, small in simulations.
    public var number: UInt64
    /// The member of this number.
    public init(_ number: UInt64) { self.number = number }
    public static func < (a: MemberID, b: MemberID) -> Bool { a.number < b.number }
    /// `m` and the number in hexadecimal.
    public var description: String { "m" + String(number, radix: 16) }
}

/// Which start of a process this is: persisted, and one more at every start (design 4).
public struct Incarnation: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The count of starts, from 1.
    public var number: UInt64
    /// The incarnation of this number.
    public init(_ number: UInt64) { self.number = number }
    public static func < (a: Incarnation, b: Incarnation) -> Bool { a.number < b.number }
    /// The number.
    public var description: String { "\(number)" }
}

/// A Raft term; an owner's *epoch* is its term.
public typealias Term = UInt64

/// A position in a group's log; the first entry has index 1, 0 means "nothing".
public typealias LogIndex = UInt64

/// One replicated group, that is one incident: 128 bits, see `GroupID.derive` for where they come
/// from.
public struct GroupID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The upper 64 bits.
    public var high: UInt64
    /// The lower 64 bits.
    public var low: UInt64

    /// The bits come from a cryptographic hash: half of them tell groups apart.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    /// What tables ask for. A group is looked up dozens of times per input; its bits are random
    /// already, and need only be mixed with the table's secret.
    public func _rawHashValue(seed: Int) -> Int {
        let mixed = (low ^ UInt64(bitPattern: Int64(seed))) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed ^ (mixed >> 32))
    }

    /// The group of these 128 bits.
    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// The group of these first 16 bytes; `nil` if there are fewer.
    public init?(bytes: [UInt8]) {
        guard bytes.count >= 16 else { return nil }
        self.init(
            high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The group written as 32 hexadecimal digits; `nil` if it is anything else.
    public init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count == 32,
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The group of an incident: the first half of SHA-256 over the tenant, the correlation key and
    /// the configuration epoch the cluster was founded with, so that two regions, or the two sides
    /// of a partition, that see the same alert meet in the same group. *Source:* design 4.
    public static func derive(tenant: String, correlationKey: String, foundingEpoch: UInt64)
        -> GroupID
    {
        var writer = ByteWriter()
        writer.write(tenant)
        writer.write(correlationKey)
        writer.write(foundingEpoch)
        let digest = Digest256(of: writer.bytes)
        return digest.group
    }

    public static func < (a: GroupID, b: GroupID) -> Bool { (a.high, a.low) < (b.high, b.low) }

    /// 32 hexadecimal digits.
    public var description: String { digits(32) }

    /// The first eight digits, as people say it.
    public var short: String { digits(8) }

    private func digits(_ count: Int) -> String {
        let all = (0..<count).map { place -> UInt8 in
            let word = place < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - place % 16 * 4)) & 15
            return digit < 10 ? 0x30 + digit : 0x57 + digit
        }
        return String(decoding: all, as: UTF8.self)
    }
}

/// One fact, for ever: the member that saw it and the member's running number.
public struct FactID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The member that wrote the fact.
    public var origin: MemberID
    /// The member's running number, from 1, without gaps.
    public var sequence: UInt64
    /// The fact of this member and number.
    public init(origin: MemberID, sequence: UInt64) {
        (self.origin, self.sequence) = (origin, sequence)
    }
    public static func < (a: FactID, b: FactID) -> Bool {
        (a.origin, a.sequence) < (b.origin, b.sequence)
    }
    /// The fact of a text like `m1f.42`, as `description` writes it; `nil` if it is none.
    public init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].first == "m",
            let member = UInt64(parts[0].dropFirst(), radix: 16),
            let sequence = UInt64(parts[1]), sequence > 0
        else { return nil }
        self.init(origin: MemberID(member), sequence: sequence)
    }
    /// `m1.42`.
    public var description: String { "\(origin).\(sequence)" }
}
