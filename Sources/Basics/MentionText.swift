/// Whom a text mentions: `@` and a name of the roster, where a word begins. An address of mail mentions
/// nobody. *Source:* issue 6, "threaded comments with mentions".
public enum MentionText {
    /// A stretch of a text: a mention, or what stands between two.
    public enum Piece: Equatable, Sendable {
        /// Words as they are.
        case words(String)
        /// A mention: the name, in lower case and without `@`.
        case mention(String)
    }

    /// The most people that one text mentions; further ones are words.
    public static let peopleMax = 16

    /// The text in pieces, in order; together they are the text, but for the case of names.
    public static func pieces(of text: String) -> [Piece] {
        let scalars = Array(text.unicodeScalars)
        var (pieces, words, mentions) = ([Piece](), String.UnicodeScalarView(), 0)
        var place = 0
        while place < scalars.count {
            let name = mentions < peopleMax ? name(in: scalars, at: place) : ""
            guard !name.isEmpty else {
                words.append(scalars[place])
                place += 1
                continue
            }
            if !words.isEmpty { pieces.append(.words(String(words))) }
            pieces.append(.mention(name.lowercased()))
            (words, mentions) = (String.UnicodeScalarView(), mentions + 1)
            place += 1 + name.utf8.count
        }
        if !words.isEmpty { pieces.append(.words(String(words))) }
        return pieces
    }

    /// The names a text mentions, each once, in order.
    public static func names(in text: String) -> [String] {
        guard text.utf8.contains(0x40) else { return [] }
        return pieces(of: text).reduce(into: []) { names, piece in
            if case .mention(let name) = piece, !names.contains(name) { names.append(name) }
        }
    }

    /// The name behind an `@` at a place; empty if none is mentioned there. What ends a sentence is not
    /// part of it.
    private static func name(in scalars: [Unicode.Scalar], at place: Int) -> String {
        guard scalars[place] == "@" else { return "" }
        if place > 0, isOfName(scalars[place - 1]) || scalars[place - 1] == "@" { return "" }
        var name = Array(scalars[(place + 1)...].prefix { isOfName($0) })
        while let last = name.last, !isLetterOrDigit(last) { name.removeLast() }
        return String(String.UnicodeScalarView(name))
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case _: false
        }
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || scalar == "-" || scalar == "_" || scalar == "."
    }
}
