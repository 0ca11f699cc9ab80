import Basics

/// The encodings of mail: what may stand in a header and how a body travels over seven bits.
enum MailEncoding {
    /// The longest line of an encoded body, its end not counted. *Source:* RFC 2045, section 6.7.
    static let bodyLineLengthMax = 76
    /// The most bytes in one encoded word: with its frame (64 characters) and a header's name in
    /// front of it the line stays within 76. *Source:* RFC 2047, section 2.
    static let encodedWordBytesMax = 39
    private static let headerLineLengthMax = 78
    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    /// A text as quoted-printable in UTF-8, with CRLF at every line's end, and only there.
    /// A line that starts with `From ` has its F encoded, since some mailboxes would change it.
    /// *Source:* RFC 2045, section 6.7.
    static func quotedPrintable(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        for line in logicalLines(text) {
            appendQuoted(line, to: &output)
            output += [0x0D, 0x0A]
        }
        return output
    }

    /// A header field, folded, with its CRLF. Text that is not plain ASCII becomes encoded words;
    /// control characters cannot get through. *Source:* RFC 2047; RFC 5322, section 2.2.3.
    static func header(_ name: String, _ text: String) -> String {
        let clean = CleanText.oneLine(text, lengthMax: 400)
        let isPlain = clean.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        let longest = clean.split(separator: " ").map(\.utf8.count).max() ?? 0
        if isPlain, !clean.utf8.contains("=?".utf8), longest < 200 {
            return folded(name: name, words: clean.split(separator: " ").map { String($0) })
        }
        return folded(name: name, words: encodedWords(clean))
    }

    /// A header field whose value is made of safe tokens by us: not folded, only checked.
    static func plainHeader(_ name: String, _ value: String) -> String {
        require(
            value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "header \(name) is not plain ASCII")
        return "\(name): \(value)\r\n"
    }

    /// A header field with one mailbox: a name for people, quoted or encoded, and an address that
    /// `isUsable`.
    static func mailbox(_ name: String, person: String, address: String) -> String {
        require(isUsable(address: address), "header \(name) was given an unchecked address")
        let clean = CleanText.oneLine(person, lengthMax: 60)
        let isSafe = clean.utf8.allSatisfy {
            $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C
        }
        let words: [String] =
            clean.isEmpty
            ? []
            : isSafe && !clean.utf8.contains("=?".utf8) ? ["\"\(clean)\""] : encodedWords(clean)
        return folded(name: name, words: words + ["<\(address)>"])
    }

    /// Encoded words (`=?UTF-8?B?...?=`), each a whole number of characters.
    static func encodedWords(_ text: String) -> [String] {
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > encodedWordBytesMax {
                words.append("=?UTF-8?B?\(base64(chunk))?=")
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append("=?UTF-8?B?\(base64(chunk))?=") }
        return words
    }

    /// The message as it goes over SMTP after DATA: a dot in front of every line that starts with
    /// one, and the final dot. The message must end with CRLF. *Source:* RFC 5321, section 4.5.2.
    static func dotStuffed(_ message: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(message.count + 64)
        var isAtLineStart = true
        for byte in message {
            if isAtLineStart, byte == 0x2E { output.append(0x2E) }
            output.append(byte)
            isAtLineStart = byte == 0x0A
        }
        return output + Array(".\r\n".utf8)
    }

    /// Whether an address can stand in an SMTP command and a header as it is: plain ASCII, one
    /// mailbox, nothing that could end a command. Quoted local parts are not used by people.
    static func isUsable(address: String) -> Bool {
        let parts = address.utf8.split(
            separator: 0x40, omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let domain = parts.last,
            (1...64).contains(local.count), (1...253).contains(domain.count)
        else { return false }
        let forbidden = Array("()<>[]:;,\\\"".utf8)
        let isLocalSafe = local.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && !forbidden.contains($0)
        }
        let isDomainSafe = domain.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A)
                || $0 == 0x2D || $0 == 0x2E
        }
        return isLocalSafe && isDomainSafe && domain.first != 0x2D && domain.first != 0x2E
    }

    /// The lines of a text, whatever ends them.
    private static func logicalLines(_ text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var isAfterReturn = false
        for byte in text.utf8 {
            if byte == 0x0A || byte == 0x0D {
                if byte == 0x0A, isAfterReturn {
                    isAfterReturn = false
                    continue
                }
                lines.append(line)
                line = []
                isAfterReturn = byte == 0x0D
            } else {
                line.append(byte)
                isAfterReturn = false
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    private static func appendQuoted(_ line: [UInt8], to output: inout [UInt8]) {
        var length = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let isBlank = byte == 0x20 || byte == 0x09
            let isPlain = (byte > 0x20 && byte < 0x7F && byte != 0x3D) || (isBlank && !isLast)
            let startsFrom = index == 0 && line.starts(with: Array("From ".utf8))
            let token: [UInt8] =
                isPlain && !startsFrom
                ? [byte] : [0x3D, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            // One place is kept for the `=` of a soft line break.
            if length + token.count > bodyLineLengthMax - 1 {
                output += [0x3D, 0x0D, 0x0A]
                length = 0
            }
            output += token
            length += token.count
        }
    }

    private static func folded(name: String, words: [String]) -> String {
        var text = "\(name):"
        var length = text.utf8.count
        for word in words {
            if length + 1 + word.utf8.count > headerLineLengthMax, length > name.utf8.count + 1 {
                text += "\r\n"
                length = 0
            }
            text += " " + word
            length += 1 + word.utf8.count
        }
        return text + "\r\n"
    }
}
