/// How many values the aliases of a YAML text could stand for at most.
///
/// An anchor may hold aliases of earlier anchors, so that a few lines can stand for billions of
/// values; the parser compares the keys of a mapping in full before anybody can look at them.
struct AliasBound {
    /// More than this is refused.
    static let valuesMax = 1_000_000

    /// How many anchors there may be.
    private(set) var anchors = 0
    /// How many aliases there may be.
    private(set) var aliases = 0

    /// Counts what could be an anchor or an alias; what stands in quotes and comments counts as well.
    init(_ text: String) {
        var before = UInt8(ascii: " ")
        var mark: UInt8?
        for byte in text.utf8 {
            if let sign = mark, Self.isWord(byte) {
                if sign == UInt8(ascii: "&") { anchors += 1 } else { aliases += 1 }
            }
            let isSign = byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*")
            mark = isSign && !Self.isWord(before) ? byte : nil
            before = byte
        }
    }

    /// Whether the aliases, spread over the anchors as badly as can be, stand for too many values:
    /// a value inside `l` anchors, of which each holds `aliases / l` of the one before, is there
    /// `(aliases / l)^l` times.
    var isTooMuch: Bool {
        let levels = min(anchors, aliases)
        guard levels > 0 else { return false }
        return (1...levels).contains { level in
            let each = (aliases + level - 1) / level
            var values = 1
            for _ in 0..<level where each > 1 && values <= Self.valuesMax { values *= each }
            return values > Self.valuesMax
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        case _: false
        }
    }
}
