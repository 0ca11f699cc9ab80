/// How many columns of a terminal text takes, and text that is safe to show on one.
///
/// Titles come from whoever may send an alert: a control sequence in one must not reach the
/// terminal of the person who is on call.
enum DisplayWidth {
    /// The columns a text takes: 2 for wide East Asian characters and emoji, 0 for combining marks.
    static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// The columns one character takes.
    static func of(_ character: Character) -> Int {
        if character.isASCII { return 1 }
        if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        return character.unicodeScalars.reduce(0) { max($0, of($1)) }
    }

    /// The text cut to so many columns, with `…` in place of what was cut.
    static func truncate(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 1 else { return columns == 1 ? "…" : "" }
        var used = 0
        var kept = ""
        for character in text {
            let width = of(character)
            guard used + width <= columns - 1 else { break }
            used += width
            kept.append(character)
        }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }

    /// The text folded at spaces to lines of so many columns; a longer word has a line of its own.
    static func wrap(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, of(line) + 1 + of(word) > columns {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }

    /// The text without anything that moves the cursor, changes colours or turns the direction of
    /// writing: such characters become a space or `�`.
    static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t", "\r", "\u{2028}", "\u{2029}": clean.append(" ")
            case _ where scalar.properties.isBidiControl: continue
            case _ where scalar.properties.generalCategory == .control: clean.append("\u{FFFD}")
            case _: clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// Like `printable`, but line ends stay: for whole answers, already laid out.
    static func printableLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { printable(String($0)) }.joined(separator: "\n")
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        case _: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// The blocks of wide and full-width characters. *Source:* Unicode Standard Annex #11.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
