package import Basics

/// An instant as the API writes it: RFC 3339 in UTC with milliseconds, `2026-11-22T19:32:44.120Z`.
///
/// Reading is more tolerant than writing: any offset, `+0000` without a colon (PagerDuty), no
/// seconds, and any number of decimals. *Source:* RFC 3339 section 5.6; contracts 1 and 3.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// The instant.
    package var instant: Instant

    /// The timestamp of an instant.
    package init(_ instant: Instant) { self.instant = instant }

    /// The timestamp of a text; `nil` if it is none. A time without an offset is refused unless
    /// `assumesUTC`: a person who leaves it out may mean another zone.
    package init?(text: String, assumesUTC: Bool = false) {
        var scanner = TimestampScanner(text: text)
        guard let instant = scanner.scan(assumesUTC: assumesUTC) else { return nil }
        self.instant = instant
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.instant < b.instant }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds.
    package var description: String { instant.description }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a time like 2026-11-22T19:32:44Z, found \"\(text)\"")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Reads one timestamp from left to right.
private struct TimestampScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(text: String) { bytes = Array(text.utf8) }

    mutating func scan(assumesUTC: Bool) -> Instant? {
        guard let date = scanDate(), take(["T", "t", " "]),
            let hour = number(2), hour < 24, take([":"]), let minute = number(2), minute < 60
        else { return nil }
        var second: Int64 = 0
        var micros: Int64 = 0
        if take([":"]) {
            // A leap second is read as the first instant of the next minute.
            guard let value = number(2), value <= 60 else { return nil }
            second = value
            if take([".", ","]) {
                guard let value = fractionMicroseconds() else { return nil }
                micros = value
            }
        }
        guard let offset = scanOffset(assumesUTC: assumesUTC), position == bytes.count else {
            return nil
        }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Instant(microseconds: seconds * 1_000_000 + micros)
    }

    private mutating func scanDate() -> CivilDate? {
        guard let year = number(4), take(["-"]), let month = number(2), (1...12).contains(month),
            take(["-"]), let day = number(2), day >= 1
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        // A day that does not exist comes back from the count of days as another date.
        guard CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date else { return nil }
        return date
    }

    /// Seconds east of UTC.
    private mutating func scanOffset(assumesUTC: Bool) -> Int64? {
        if position == bytes.count { return assumesUTC ? 0 : nil }
        if take(["Z", "z"]) { return 0 }
        let isWest = take(["-"])
        guard isWest || take(["+"]), let hours = number(2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if position < bytes.count {
            _ = take([":"])
            guard let value = number(2), value < 60 else { return nil }
            minutes = value
        }
        let offset = hours * 3_600 + minutes * 60
        return isWest ? -offset : offset
    }

    private mutating func fractionMicroseconds() -> Int64? {
        var micros: Int64 = 0
        var unit: Int64 = 100_000
        let start = position
        while position < bytes.count, let digit = digit(bytes[position]) {
            micros += digit * unit
            unit /= 10
            position += 1
        }
        return position > start ? micros : nil
    }

    private mutating func number(_ count: Int) -> Int64? {
        guard position + count <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard let digit = digit(byte) else { return nil }
            value = value * 10 + digit
        }
        position += count
        return value
    }

    private func digit(_ byte: UInt8) -> Int64? {
        (0x30...0x39).contains(byte) ? Int64(byte) - 0x30 : nil
    }

    private mutating func take(_ choices: [Unicode.Scalar]) -> Bool {
        guard position < bytes.count, choices.contains(Unicode.Scalar(bytes[position])) else {
            return false
        }
        position += 1
        return true
    }
}
