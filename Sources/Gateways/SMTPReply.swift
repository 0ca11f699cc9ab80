/// A mail server's answer. *Source:* RFC 5321, section 4.2; RFC 3463.
struct SMTPReply: Equatable {
    /// The three digits.
    var code: Int
    /// The texts of its lines, codes left out.
    var lines: [String]

    /// The enhanced status at its start, `5.1.1`, if there is one.
    var status: String? {
        guard let word = lines.first?.split(separator: " ").first else { return nil }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3,
            parts.allSatisfy({ (1...3).contains($0.utf8.count) && Int($0) != nil })
        else { return nil }
        return String(word)
    }

    /// Code and enhanced status alone: all that is kept of answers to secrets, since a server may
    /// quote what it was sent.
    var codes: String { status.map { "\(code) \($0)" } ?? "\(code)" }

    /// Code and text, as the server wrote them.
    var text: String { "\(code) \(lines.joined(separator: " "))" }

    /// Whether it says yes: 2xx.
    var isPositive: Bool { (200...299).contains(code) }

    /// Whether it refuses a recipient for ever: 550, 551 or 553 without an enhanced status, or with
    /// one that is about the mailbox itself. A refusal for policy (5.7.x), a full mailbox (5.2.2)
    /// or the sender's fault (5.1.7, 5.1.8) says nothing about the address, and the next provider
    /// may succeed.
    var refusesRecipientForEver: Bool {
        guard let status else { return [550, 551, 553].contains(code) }
        guard (500...599).contains(code) else { return false }
        return ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"].contains(status)
    }
}

/// Puts a mail server's bytes together into replies, within limits.
struct SMTPReplyParser {
    /// The longest line that is read, its end not counted. RFC 5321 allows 512.
    static let lineBytesMax = 2_048
    /// The most lines in one reply.
    static let linesMax = 128

    private var pending: [UInt8] = []
    private var code: Int?
    private var lines: [String] = []

    /// Whether nothing has been read beyond the last reply.
    var isEmpty: Bool { pending.isEmpty && lines.isEmpty }

    /// Takes in bytes as they came.
    mutating func append(_ bytes: some Sequence<UInt8>) { pending += bytes }

    /// The next whole reply; `nil` if more bytes are needed. *Errors:* `badAnswer`.
    mutating func next() throws(GatewayError) -> SMTPReply? {
        while let end = pending.firstIndex(of: 0x0A) {
            var line = pending[..<end]
            if line.last == 0x0D { line.removeLast() }
            let bytes = Array(line)
            pending.removeSubrange(...end)
            if let reply = try take(bytes) { return reply }
        }
        guard pending.count <= Self.lineBytesMax else {
            throw Self.malformed("a line of more than \(Self.lineBytesMax) bytes")
        }
        return nil
    }

    private mutating func take(_ line: [UInt8]) throws(GatewayError) -> SMTPReply? {
        guard line.count <= Self.lineBytesMax, lines.count < Self.linesMax else {
            throw Self.malformed("a reply of more than \(Self.linesMax) lines or too long a line")
        }
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = Int(String(decoding: digits, as: UTF8.self)), (200...599).contains(number)
        else { throw Self.malformed("a line that does not start with a reply code") }
        guard code == nil || code == number else {
            throw Self.malformed("one reply with two codes")
        }
        let mark = line.dropFirst(3).first
        guard mark == nil || mark == 0x20 || mark == 0x2D else {
            throw Self.malformed("a reply code followed by neither a space nor a hyphen")
        }
        lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        if mark == 0x2D {
            code = number
            return nil
        }
        defer { (code, lines) = (nil, []) }
        return SMTPReply(code: number, lines: lines)
    }

    private static func malformed(_ what: String) -> GatewayError {
        GatewayError(
            .badAnswer, "the mail server sent \(what)",
            remedy: "check that host and port are those of an SMTP server "
                + "(encryption: implicit is needed where TLS starts at once)")
    }
}
