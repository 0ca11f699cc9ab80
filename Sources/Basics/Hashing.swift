import struct Crypto.SHA256

/// A running 64-bit FNV-1a hash: for checksums and trace hashes, not against an adversary.
/// *Source:* draft-eastlake-fnv; the vectors of Alertmanager's fingerprints.
package struct Fold64: Equatable, Sendable {
    /// The hash of what was folded in so far.
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    package init() {}

    /// Folds in one byte.
    package mutating func fold(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// Folds in a number as one 64-bit word: faster than its bytes, and not the same.
    package mutating func fold(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }

    /// Folds in the bytes of a text.
    package mutating func fold(_ text: String) {
        for byte in text.utf8 { fold(byte) }
    }

    /// Folds in bytes.
    package mutating func fold(_ bytes: [UInt8]) {
        for byte in bytes { fold(byte) }
    }

    /// Folds in bytes.
    package mutating func fold(_ bytes: UnsafeRawBufferPointer) {
        for index in bytes.indices { unsafe fold(bytes[index]) }
    }
}

/// A SHA-256 digest: 32 bytes.
package struct Digest256: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    package var bytes: [UInt8]

    /// The digest of some bytes.
    package init(of content: [UInt8]) { bytes = Array(SHA256.hash(data: content)) }

    /// A digest that was stored; `nil` unless there are 32 bytes.
    package init?(stored: [UInt8]) {
        guard stored.count == 32 else { return nil }
        bytes = stored
    }

    /// 32 zero bytes: what stands before the first link of a chain.
    package static let zero = Digest256(zeroed: ())
    private init(zeroed: Void) { bytes = [UInt8](repeating: 0, count: 32) }

    /// The first half, as a group id.
    package var group: GroupID {
        GroupID(
            high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// 64 hexadecimal digits, lower case.
    package var description: String { hexadecimal(bytes) }
}

/// Bytes as hexadecimal digits, lower case.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
