public import Basics

/// By what a request of a client is known, so that it acts once however often, and through however
/// many regions, it is sent: a hash of the client's key and of what it asked for.
///
/// The first fact with a key that comes into an incident's log acts; later ones are merged and say
/// nothing. *Source:* docs/decisions/0021; RFC draft-ietf-httpapi-idempotency-key-header.
public struct ActKey: Hashable, Sendable, WireCodable {
    /// 64 bits of the hash; zero is no key.
    public var bits: UInt64

    /// The key of these bits.
    public init(bits: UInt64) { self.bits = bits }

    /// No key: whoever sends the request again asks again.
    public static let none = ActKey(bits: 0)

    public func encode(into writer: inout ByteWriter) { writer.write(bits) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(bits: try reader.readUInt64())
    }
}

/// What was acted on already.
extension Incident {
    /// The most keys an incident remembers, the newest: a request is sent again within minutes.
    public static let actedMax = 256

    /// Whether a request of this key has acted.
    public func hasActed(_ key: ActKey) -> Bool { key != .none && acted.contains(key) }

    /// Remembers that a fact acts; says whether it is the first of its key.
    mutating func mayAct(_ fact: Fact) -> Bool {
        guard fact.key != .none else { return true }
        guard !acted.contains(fact.key) else { return false }
        acted.append(fact.key)
        if acted.count > Self.actedMax { acted.removeFirst() }
        return true
    }
}
