/// Hides the integration keys in a roster's text: whoever may only read could send alerts with them.
///
/// It goes by the text alone, for a version that is not in force is not read here: whatever stands behind a
/// key called `keys`. Each key is replaced by another word, so that the text can still be read as a roster.
enum IntegrationKeyMask {
    /// What a hidden key begins with; a roster with one in it is not put in force.
    static let prefix = "hidden-integration-key-"

    private static let note =
        "# Integration keys are hidden: read it with a token that may administer.\n"

    /// The text with its keys hidden, and a note at its head; the text as it is if it has none.
    static func mask(_ text: String) -> String {
        var masked = ""
        var rest = Substring(text)
        var count = 0
        while let found = nextList(in: rest) {
            masked += rest[..<found.lowerBound]
            masked += hide(rest[found], &count)
            rest = rest[found.upperBound...]
        }
        return count == 0 ? text : note + masked + rest
    }

    /// Where the next list of keys stands: up to its bracket, or all lines that begin with a dash.
    private static func nextList(in text: Substring) -> Range<Substring.Index>? {
        var from = text.startIndex
        while let name = text[from...].firstRange(of: "keys") {
            from = name.upperBound
            var begin = name.upperBound
            if begin < text.endIndex, text[begin] == "\"" || text[begin] == "'" {
                begin = text.index(after: begin)
            }
            while begin < text.endIndex, text[begin] == " " { begin = text.index(after: begin) }
            guard begin < text.endIndex, text[begin] == ":", isName(name, in: text) else {
                continue
            }
            begin = text.index(after: begin)
            return begin..<end(of: text, from: begin)
        }
        return nil
    }

    /// Whether it is a whole name, and not the end of another.
    private static func isName(_ name: Range<Substring.Index>, in text: Substring) -> Bool {
        guard name.lowerBound > text.startIndex else { return true }
        let before = text[text.index(before: name.lowerBound)]
        return before.isWhitespace || "{,\"'-".contains(before)
    }

    private static func end(of text: Substring, from begin: Substring.Index) -> Substring.Index {
        let first = text[begin...].firstIndex { !$0.isWhitespace } ?? text.endIndex
        if first < text.endIndex, text[first] == "[" {
            return text[first...].firstIndex(of: "]") ?? text.endIndex
        }
        var end = text[begin...].firstIndex(where: \.isNewline) ?? text.endIndex
        while end < text.endIndex {
            let line = text[text.index(after: end)...].prefix { !$0.isNewline }
            let words = line.drop { $0 == " " }
            guard words.isEmpty || words.hasPrefix("#") || isItem(words) else { break }
            end = line.endIndex
        }
        return end
    }

    /// Whether a line is one key of a list: what has a colon is the next service.
    private static func isItem(_ words: Substring) -> Bool {
        words.hasPrefix("- ") && !words.contains(":")
    }

    private static func hide(_ list: Substring, _ count: inout Int) -> String {
        var hidden = ""
        var rest = list
        while let first = rest.firstIndex(where: isOfKey) {
            hidden += rest[..<first]
            let end = rest[first...].firstIndex { !isOfKey($0) } ?? rest.endIndex
            if rest[first] == "#" {
                // A comment may have a key that was taken out.
                let line = rest[first...].firstIndex(where: \.isNewline) ?? rest.endIndex
                rest = rest[line...]
                continue
            }
            if rest[first..<end] == "-" {
                hidden += "-"
            } else {
                count += 1
                hidden += prefix + "\(count)"
            }
            rest = rest[end...]
        }
        return hidden + rest
    }

    private static func isOfKey(_ character: Character) -> Bool {
        !character.isWhitespace && !"[],\"'".contains(character)
    }
}
