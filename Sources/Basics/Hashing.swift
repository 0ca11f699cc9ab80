import struct Crypto.SHA256

/// A running 64-bit FNV-1a hash: for checksums and trace hashes, not against an adversary.
/// *Source:* draft-eastlake-fnv; the vectors of Alertmanager's fingerprints.
public struct Fold64: Equatable, Sendable {
    /// The hash of what was folded in so far.
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    public init() {}

    /// The hash, mixed so that each bit of it depends on all of what was folded in: for hashes that are added
    /// up, where the plain one's small differences may cancel (seed 237230). *Source:* the finalizer of
    /// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    public var mixed: UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Folds in one byte.
    public mutating func fold(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// Folds in a number as one 64-bit word: faster than its bytes, and not the same.
    public mutating func fold(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }

    /// Folds in the bytes of a text.
    public mutating func fold(_ text: String) {
        for byte in text.utf8 { fold(byte) }
    }

    /// Folds in bytes.
    public mutating func fold(_ bytes: [UInt8]) {
        for byte in bytes { fold(byte) }
    }

    /// Folds in bytes.
    public mutating func fold(_ bytes: UnsafeRawBufferPointer) {
        for index in bytes.indices { unsafe fold(bytes[index]) }
    }
}

/// A SHA-256 digest: 32 bytes.
public struct Digest256: Hashable, Sendable, CustomStringConvertible {
    // Four words, big-endian: an array would be an allocation for every link of a chain.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    private init() {}

    /// The digest of some bytes.
    public init(of content: [UInt8]) {
        let digest = SHA256.hash(data: content)
        // A digest has 32 bytes.
        unsafe digest.withUnsafeBytes { bytes in
            first = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian
            second = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
            third = unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self).bigEndian
            fourth = unsafe bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self).bigEndian
        }
    }

    /// A digest that was stored; `nil` unless there are 32 bytes.
    public init?(stored: [UInt8]) {
        guard stored.count == 32 else { return nil }
        self.init(words: stored)
    }

    private init(words bytes: some Sequence<UInt8>) {
        for byte in bytes {
            first = first << 8 | second >> 56
            second = second << 8 | third >> 56
            third = third << 8 | fourth >> 56
            fourth = fourth << 8 | UInt64(byte)
        }
    }

    /// 32 zero bytes: what stands before the first link of a chain.
    public static let zero = Digest256()

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [first, second, third, fourth].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    /// The first half, as a group id.
    public var group: GroupID { GroupID(high: first, low: second) }

    /// Appends the 32 bytes.
    func write(into writer: inout ByteWriter) {
        writer.writeFixed(first, second, third, fourth)
    }

    /// Reads 32 bytes.
    init(reading reader: inout ByteReader) throws(WireError) {
        first = try reader.readFixed()
        second = try reader.readFixed()
        third = try reader.readFixed()
        fourth = try reader.readFixed()
    }

    /// 64 hexadecimal digits, lower case.
    public var description: String { hexadecimal(bytes) }
}

/// Bytes as hexadecimal digits, lower case.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
