import Basics

/// Reads a rule as zone files write it: `CET-1CEST,M3.5.0,M10.5.0/3`.
/// *Source:* POSIX `TZ`, with the extensions of RFC 9636, 3.3.1.
struct PosixRuleParser {
    private let text: [UInt8]
    private let fileOffset: Int
    private var index = 0

    /// A parser of a text that starts at this offset of its file.
    init(_ text: [UInt8], startingAt fileOffset: Int) {
        (self.text, self.fileOffset) = (text, fileOffset)
    }

    /// The rule. *Errors:* `WireError` unless the whole text is one.
    mutating func parse() throws(WireError) -> PosixRule {
        try skipName()
        // The text says how far local time is behind UTC; an offset is how far it is ahead.
        let standardOffset = -(try readTime(hoursMax: 24))
        guard next != nil else { return PosixRule(standardOffset: standardOffset) }
        try skipName()
        var daylightOffset = standardOffset + 3_600
        if next != UInt8(ascii: ",") { daylightOffset = -(try readTime(hoursMax: 24)) }
        let start = try readEdge()
        let end = try readEdge()
        guard next == nil else { throw failure(expected: "the end of the rule") }
        return PosixRule(
            standardOffset: standardOffset,
            daylight: .init(offset: daylightOffset, start: start, end: end))
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private func failure(expected: String) -> WireError {
        let found = next.map { "byte \($0)" } ?? "the end"
        return WireError(offset: fileOffset + index, expected: expected, found: found)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// Three letters or more, or anything of letters, digits and signs between angle brackets.
    private mutating func skipName() throws(WireError) {
        let quoted = take("<")
        let start = index
        while let byte = next, isLetter(byte) || (quoted && isDigitOrSign(byte)) { index += 1 }
        guard index - start >= 3 else { throw failure(expected: "a name of three letters") }
        if quoted, !take(">") { throw failure(expected: "'>'") }
    }

    /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
    private mutating func readTime(hoursMax: Int64) throws(WireError) -> Int64 {
        let negative = take("-")
        if !negative { _ = take("+") }
        var seconds = try readNumber(0...hoursMax) * 3_600
        if take(":") {
            seconds += try readNumber(0...59) * 60
            if take(":") { seconds += try readNumber(0...59) }
        }
        return negative ? -seconds : seconds
    }

    private mutating func readEdge() throws(WireError) -> PosixRule.Edge {
        guard take(",") else { throw failure(expected: "','") }
        let day = try readDay()
        // Without a time of its own an edge is at two o'clock.
        let second = take("/") ? try readTime(hoursMax: 167) : 7_200
        return PosixRule.Edge(day: day, second: second)
    }

    private mutating func readDay() throws(WireError) -> PosixRule.Day {
        if take("J") { return .julian(try readNumber(1...365)) }
        guard take("M") else { return .zeroBased(try readNumber(0...365)) }
        let month = try readNumber(1...12)
        guard take(".") else { throw failure(expected: "'.'") }
        let week = try readNumber(1...5)
        guard take(".") else { throw failure(expected: "'.'") }
        return .monthly(month: month, week: week, weekday: try readNumber(0...6))
    }

    private mutating func readNumber(_ range: ClosedRange<Int64>) throws(WireError) -> Int64 {
        var value: Int64 = 0
        var digits = 0
        while let byte = next, isDigit(byte), digits < 4 {
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            digits += 1
            index += 1
        }
        guard digits > 0, range.contains(value) else {
            throw failure(expected: "a number in \(range)")
        }
        return value
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private func isDigitOrSign(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
