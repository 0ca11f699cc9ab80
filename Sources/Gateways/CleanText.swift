/// Makes texts from outside safe to put into headers, markup, logs and timelines.
enum CleanText {
    /// One line of at most `lengthMax` characters: control characters and line breaks of every kind
    /// become spaces, marks that turn the direction of writing are dropped, runs of spaces
    /// collapse. This is what makes header injection impossible.
    static func oneLine(_ text: String, lengthMax: Int) -> String {
        var clean = String.UnicodeScalarView()
        var isAfterSpace = true
        for scalar in text.unicodeScalars.prefix(lengthMax * 8) {
            switch kind(of: scalar) {
            case .dropped: continue
            case .space:
                if !isAfterSpace { clean.append(" ") }
                isAfterSpace = true
            case .kept:
                clean.append(scalar)
                isAfterSpace = false
            }
        }
        if clean.last == " " { clean.removeLast() }
        return shortened(String(clean), lengthMax: lengthMax)
    }

    /// At most so many characters, the last being `…` if something was cut off.
    static func shortened(_ text: String, lengthMax: Int) -> String {
        guard text.count > lengthMax else { return text }
        return text.prefix(max(0, lengthMax - 1)) + "…"
    }

    /// At most so many UTF-16 units, `...` at the end if something was cut off: the measure of text
    /// messages, where one `…` would halve what fits into a part.
    static func shortened(_ text: String, unitsMax: Int) -> String {
        guard text.utf16.count > unitsMax else { return text }
        guard unitsMax >= 3 else { return "" }
        var kept = ""
        var units = 3
        for character in text {
            units += character.utf16.count
            guard units <= unitsMax else { break }
            kept.append(character)
        }
        return kept + "..."
    }

    /// What a provider said, for a reason or a receipt: one short line without links (ours might be
    /// quoted back at us) and without the given secrets.
    static func providerText(_ text: String, secrets: [Secret] = [], lengthMax: Int = 160) -> String
    {
        var words: [Substring] = []
        for word in oneLine(text, lengthMax: 1_000).split(separator: " ") {
            let isSecret = secrets.contains { secret in
                !secret.bytes.isEmpty && word.utf8.contains(secret.bytes)
            }
            let isLink = word.utf8.contains("://".utf8) || word.utf8.contains("/a/".utf8)
            words.append(isSecret ? "(secret)" : isLink ? "(link)" : word)
        }
        return shortened(words.joined(separator: " "), lengthMax: lengthMax)
    }

    /// The text with the five characters escaped that mean something in HTML and XML. It goes by
    /// scalars: a quote with a combining mark is another `Character`, and still ends an attribute.
    static func escapedForMarkup(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The link, if it is one a person may be offered to press: plain `http` or `https`, and
    /// nothing that could end an attribute or a line. Alerts come from outside; `javascript:` is a
    /// link, too.
    static func webLink(_ text: String) -> String? {
        let lowered = text.prefix(8).lowercased()
        guard lowered.hasPrefix("https://") || lowered.hasPrefix("http://"),
            text.utf8.count <= 2_000,
            text.utf8.allSatisfy({
                $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E
            })
        else { return nil }
        return text
    }

    private enum ScalarKind { case kept, space, dropped }

    private static func kind(of scalar: Unicode.Scalar) -> ScalarKind {
        switch scalar.value {
        case 0...0x20, 0x7F...0xA0, 0x2028, 0x2029: .space
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: .dropped
        case 0xFFFE, 0xFFFF: .dropped
        case _: scalar.properties.generalCategory == .control ? .space : .kept
        }
    }
}
