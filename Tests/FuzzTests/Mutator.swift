import Basics

/// Makes one input of a target: a valid one with one to four changes, mostly one. The same seed,
/// target and index give the same input.
struct Mutator {
    /// No input is longer.
    static let inputBytesMax = 64 * 1_024

    private enum Change {
        case flipBit, setByte, truncate, insert, remove, duplicate, splice, hugeCount
        case letter, token, nest
    }

    private static let binaryChanges: [Change] = [
        .flipBit, .flipBit, .setByte, .setByte, .truncate, .insert, .remove, .duplicate, .splice,
        .hugeCount,
    ]
    private static let textChanges: [Change] = [
        .flipBit, .setByte, .truncate, .insert, .remove, .duplicate, .splice, .letter, .letter,
        .letter, .token, .token, .token, .nest,
    ]
    private static let bytesOfInterest: [UInt8] = [0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF]
    /// LEB128: 2^63 - 1, 2^64 - 1, 2^32, 2^31 - 1, one byte too long, without end, and a long 0.
    private static let counts: [[UInt8]] = [
        [UInt8](repeating: 0xFF, count: 8) + [0x7F], [UInt8](repeating: 0xFF, count: 9) + [0x01],
        [0x80, 0x80, 0x80, 0x80, 0x10], [0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        [UInt8](repeating: 0x80, count: 10) + [0x01], [UInt8](repeating: 0x80, count: 20),
        [0x80, 0x80, 0x00],
    ]
    private static let tokens: [[UInt8]] = [
        "{", "}", "[", "]", "\"", "'", ":", ": ", ",", "\\", "\\u0000", "\\ud800", "null", "true",
        "-1", "1e999", "\n", "\n\n", "\t", "  ", "- ", "#", "|", ">", "? ", "&a ", "*a", "!!map ",
        "---\n", "...", "&", "=", "+", "%", "%00", "%GG", "2026-02-30", "25:00", "\r\n", "\u{0}",
        "\u{FEFF}", "\u{202E}", "e\u{301}", "\u{1F600}", "250 ", "250-",
        String(repeating: "9", count: 400), String(repeating: "A", count: 5_000),
        "9223372036854775808", "18446744073709551616", "0x7fffffffffffffff", ".inf",
    ].map { Array($0.utf8) }
    private static let brackets: [(open: String, close: String)] = [
        ("[", "]"), ("{\"a\":", "}"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[[", "]]"),
    ]

    private let seeds: [[UInt8]]
    private let isText: Bool
    private var random: RandomStream

    init(_ target: FuzzTarget, seed: UInt64, index: Int) {
        var name = Fold64()
        name.fold(target.name)
        (seeds, isText) = (target.seeds, target.isText)
        random = RandomStream(seed: seed).split("input", name.value, UInt64(index))
    }

    /// The input.
    mutating func input() -> [UInt8] {
        var bytes = random.pick(seeds)
        let count = number(0, 1) == 0 ? 1 : number(2, 4)
        for _ in 0..<count { change(&bytes) }
        return Array(bytes.prefix(Self.inputBytesMax))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let start = number(0, bytes.count)
        let end = min(bytes.count, start + number(1, 24))
        switch random.pick(isText ? Self.textChanges : Self.binaryChanges) {
        case .flipBit:
            let bit = UInt8(1) << UInt8(number(0, 7))
            if start < bytes.count { bytes[start] ^= bit }
        case .setByte:
            let byte = random.pick(Self.bytesOfInterest)
            if start < bytes.count { bytes[start] = byte }
        case .truncate:
            bytes.removeSubrange(start...)
        case .insert:
            let count = number(1, 16)
            let added = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            bytes.insert(contentsOf: added, at: start)
        case .remove:
            bytes.removeSubrange(start..<end)
        case .duplicate:
            let times = number(1, 40)
            let block = Array(bytes[start..<end])
            bytes.insert(contentsOf: Array(repeating: block, count: times).joined(), at: end)
        case .splice:
            let other = random.pick(seeds)
            let from = number(0, other.count)
            bytes.replaceSubrange(start..., with: other[from...])
        case .hugeCount:
            bytes.replaceSubrange(
                start..<min(bytes.count, start + number(0, 1)), with: random.pick(Self.counts))
        case .letter:
            let byte = UInt8(number(0x20, 0x7E))
            if start < bytes.count { bytes[start] = byte }
        case .token:
            bytes.replaceSubrange(
                start..<min(bytes.count, start + number(0, 2)), with: random.pick(Self.tokens))
        case .nest:
            let pair = random.pick(Self.brackets)
            let depth = random.pick([3, 60, 64, 65, 66, 500, 999, 1_000, 1_001, 2_000])
            let closed = number(0, 1) == 1 ? depth : 0
            let nested =
                String(repeating: pair.open, count: depth) + "1"
                + String(repeating: pair.close, count: closed)
            bytes.insert(contentsOf: Array(nested.utf8), at: start)
        }
    }

    /// A number in a closed range.
    private mutating func number(_ low: Int, _ high: Int) -> Int {
        low + Int(random.below(UInt64(high - low + 1)))
    }
}
