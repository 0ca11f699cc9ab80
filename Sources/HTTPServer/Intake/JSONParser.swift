/// Bytes that are not JSON: where, and what is wrong there.
struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// The offset in bytes.
    var offset: Int
    /// What is wrong there.
    var reason: String
    /// One line.
    var description: String { "\(reason) at byte \(offset)" }
}

/// Reads JSON as RFC 8259 has it, but for broken text: invalid UTF-8 and lone surrogates become
/// U+FFFD, for a half-cut character in some label must not lose an alert. Depth is bounded; nothing
/// else is allocated than what the body holds.
struct JSONParser {
    /// How deep lists and objects may be nested.
    static let depthMax = 64

    /// How deep a list or object may stand that is kept although its end is missing.
    private static let keptDepthMax = 1

    private let bytes: [UInt8]
    /// Whether the end is missing, and what is whole is wanted.
    private let isCut: Bool
    private var position = 0

    private init(_ bytes: [UInt8], isCut: Bool = false) {
        (self.bytes, self.isCut) = (bytes, isCut)
    }

    /// The value of a whole body. *Errors:* `JSONSyntaxError`.
    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes)
        // A byte order mark is what some scripting shells put before their JSON.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else {
            throw parser.failure("something follows the end of the value")
        }
        return value
    }

    /// What is whole in the beginning of a body whose end is missing: of the outermost list or
    /// object, and of those directly in it, what comes before the cut; of deeper ones nothing that
    /// the cut goes through. *Errors:* `JSONSyntaxError` if it does not begin with a value.
    static func parse(beginning bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes, isCut: true)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        return try parser.value(depth: 0)
    }

    private func failure(_ reason: String) -> JSONSyntaxError {
        JSONSyntaxError(offset: position, reason: reason)
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
            position += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth <= Self.depthMax else { throw failure("nested deeper than \(Self.depthMax)") }
        skipSpace()
        guard position < bytes.count else {
            throw failure("the body ends where a value is expected")
        }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case _: throw failure("a value is expected")
        }
    }

    private mutating func word(
        _ text: StaticString, _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        let expected = Array("\(text)".utf8)
        guard bytes[position...].starts(with: expected) else {
            throw failure("a value is expected")
        }
        position += expected.count
        return value
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        var members: [JSONValue.Member] = []
        do throws(JSONSyntaxError) {
            try readMembers(into: &members, depth: depth)
        } catch {
            try keep(at: depth, or: error)
        }
        return .object(members)
    }

    private mutating func readMembers(
        into members: inout [JSONValue.Member], depth: Int
    ) throws(JSONSyntaxError) {
        position += 1
        skipSpace()
        if take("}") { return }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw failure("a name in quotes is expected")
            }
            let name = try string()
            skipSpace()
            guard take(":") else { throw failure("':' is expected") }
            members.append(JSONValue.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return }
            guard take(",") else { throw failure("',' or '}' is expected") }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        var elements: [JSONValue] = []
        do throws(JSONSyntaxError) {
            try readElements(into: &elements, depth: depth)
        } catch {
            try keep(at: depth, or: error)
        }
        return .array(elements)
    }

    private mutating func readElements(
        into elements: inout [JSONValue], depth: Int
    ) throws(JSONSyntaxError) {
        position += 1
        skipSpace()
        if take("]") { return }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return }
            guard take(",") else { throw failure("',' or ']' is expected") }
        }
    }

    /// Leaves a list or object with what it has, if it is to be kept; nothing is read behind it.
    private mutating func keep(
        at depth: Int, or error: JSONSyntaxError
    ) throws(JSONSyntaxError) {
        guard isCut, depth <= Self.keptDepthMax else { throw error }
        position = bytes.count
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = position
        _ = take("-")
        let whole = digits()
        guard whole > 0 else { throw failure("a digit is expected") }
        if whole > 1, bytes[position - whole] == UInt8(ascii: "0") {
            position -= whole - 1
            throw failure("a number does not begin with 0")
        }
        if take("."), digits() == 0 { throw failure("a digit is expected") }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard digits() > 0 else { throw failure("a digit is expected") }
        }
        // The digits that were cut off may have said something else.
        if isCut, position == bytes.count { throw failure("the body ends inside a number") }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case _: text.append(byte)
            }
        }
        throw failure("the body ends inside a text")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard position < bytes.count else { throw failure("the body ends inside a text") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicode()).utf8))
        case _:
            position -= 1
            throw failure("no such escape")
        }
    }

    /// The scalar behind `\u`, with its second half if it has one.
    private mutating func unicode() throws(JSONSyntaxError) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first), bytes[position...].starts(with: [0x5C, 0x75])
        else {
            return replacement
        }
        let mark = position
        position += 2
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second) else {
            position = mark
            return replacement
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
            else { throw failure("four hexadecimal digits are expected") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }
}
