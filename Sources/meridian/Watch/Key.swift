/// One key, as a terminal sends it.
enum Key: Equatable, Sendable {
    /// A character.
    case character(Character)
    case up, down, left, right, home, end, pageUp, pageDown
    case enter, escape, backspace
    /// Ctrl and this letter.
    case control(Character)
}

/// Makes keys of the bytes of a terminal. *Source:* ECMA-48 5.4; xterm's "PC-Style Function Keys".
struct KeyReader: Sendable {
    /// The beginning of a character or sequence that has not come whole.
    private var rest: [UInt8] = []

    /// The keys that are whole with these bytes. An escape that nothing follows in the same bytes is
    /// the key itself: terminals send sequences in one piece.
    mutating func take(_ bytes: [UInt8]) -> [Key] {
        var input = (rest + bytes)[...]
        rest = []
        var keys: [Key] = []
        while let byte = input.first {
            if byte == 0x1B {
                keys += Self.sequence(&input)
            } else if byte < 0x20 || byte == 0x7F {
                input.removeFirst()
                keys += Self.control(byte)
            } else {
                let count = Self.length(of: byte)
                guard input.count >= count else {
                    rest = Array(input)
                    break
                }
                let text = String(decoding: input.prefix(count), as: UTF8.self)
                keys += text.map { .character($0) }
                input.removeFirst(count)
            }
        }
        return keys
    }

    /// How many bytes the character has that begins so. *Source:* RFC 3629.
    private static func length(of byte: UInt8) -> Int {
        switch byte {
        case 0xC0...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF7: 4
        case _: 1
        }
    }

    private static func control(_ byte: UInt8) -> [Key] {
        switch byte {
        case 0x0D, 0x0A: [.enter]
        case 0x08, 0x7F: [.backspace]
        case 0x01...0x1A: [.control(Character(Unicode.Scalar(byte + 0x60)))]
        case _: []
        }
    }

    /// Takes an escape sequence off the bytes; one that is not known is no key.
    private static func sequence(_ input: inout ArraySlice<UInt8>) -> [Key] {
        input.removeFirst()
        guard let kind = input.first, kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else {
            return [.escape]
        }
        input.removeFirst()
        var parameters: [UInt8] = []
        while let byte = input.first {
            input.removeFirst()
            if (0x40...0x7E).contains(byte) { return named(byte, parameters) }
            parameters.append(byte)
        }
        return []
    }

    private static func named(_ last: UInt8, _ parameters: [UInt8]) -> [Key] {
        switch Character(Unicode.Scalar(last)) {
        case "A": return [.up]
        case "B": return [.down]
        case "C": return [.right]
        case "D": return [.left]
        case "H": return [.home]
        case "F": return [.end]
        case "M": return [.enter]
        case "~":
            switch String(decoding: parameters, as: UTF8.self) {
            case "1", "7": return [.home]
            case "4", "8": return [.end]
            case "5": return [.pageUp]
            case "6": return [.pageDown]
            case _: return []
            }
        case _: return []
        }
    }
}
