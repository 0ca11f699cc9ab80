import Basics

/// Markdown as markup: headings, paragraphs, lists, tables, code, quotes, emphasis and links. What stands in
/// it is text: no markup of its own gets through, links lead to web addresses and to other runbooks only.
/// What it does not know stays as it is written. *Source:* CommonMark 0.31; GitHub's tables.
struct Markdown {
    /// How deep quotes and lists are read; what lies deeper is text.
    private static let depthMax = 8
    private var lines: ArraySlice<Substring>
    private let depth: Int
    private var out: [HTML] = []

    /// The markup of a text.
    static func html(of text: String) -> HTML {
        let lines = text.replacing("\r\n", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        return html(of: lines, depth: 0)
    }

    private init(lines: ArraySlice<Substring>, depth: Int) {
        (self.lines, self.depth) = (lines, depth)
    }

    private static func html(of lines: [Substring], depth: Int) -> HTML {
        guard depth < depthMax else {
            return HTML(text: lines.joined(separator: "\n"), keepsLines: true)
        }
        var reader = Markdown(lines: lines[...], depth: depth)
        reader.readBlocks()
        return HTML.joined(reader.out)
    }

    // MARK: Blocks

    private mutating func readBlocks() {
        while let line = lines.first {
            if line.isBlankLine {
                lines.removeFirst()
            } else if line.trimmedStart.hasPrefix("```") {
                readCode()
            } else if let level = line.headingLevel {
                lines.removeFirst()
                add(heading: String(line.drop { $0 == "#" }), level: level)
            } else if line.trimmedStart.hasPrefix(">") {
                readQuote()
            } else if Self.isRule(line) {
                lines.removeFirst()
                out.append("<hr>")
            } else if line.listMark != nil {
                readList()
            } else if isTableAhead {
                readTable()
            } else {
                readParagraph()
            }
        }
    }

    private mutating func add(heading text: String, level: Int) {
        let inline = Self.inline(text)
        // A page has one first heading of its own.
        switch max(2, min(level, 4)) {
        case 2: out.append(.element("h2", inline))
        case 3: out.append(.element("h3", inline))
        case _: out.append(.element("h4", inline))
        }
    }

    private mutating func readCode() {
        lines.removeFirst()
        var code: [String] = []
        while let line = lines.popFirst(), !line.trimmedStart.hasPrefix("```") {
            code.append(String(line))
        }
        let text = HTML(text: code.joined(separator: "\n"), keepsLines: true)
        out.append(.element("pre", class: "code", .element("code", text)))
    }

    private mutating func readQuote() {
        var inner: [Substring] = []
        while let line = lines.first, line.trimmedStart.hasPrefix(">") {
            lines.removeFirst()
            inner.append(line.trimmedStart.dropFirst().trimmedStart)
        }
        out.append(.element("blockquote", Self.html(of: inner, depth: depth + 1)))
    }

    private static func isRule(_ line: Substring) -> Bool {
        let marks = line.filter { $0 != " " }
        return marks.count >= 3
            && (marks.allSatisfy { $0 == "-" } || marks.allSatisfy { $0 == "*" })
    }

    /// Items of one kind; what is indented behind one belongs to it.
    private mutating func readList() {
        guard let first = lines.first?.listMark else { return }
        var items: [HTML] = []
        while let line = lines.first, let mark = line.listMark, mark.isOrdered == first.isOrdered,
            mark.indent == first.indent
        {
            lines.removeFirst()
            var inner = [line.dropFirst(mark.width)]
            while let next = lines.first {
                let isInner = next.indent > first.indent
                let isAfterGap =
                    next.isBlankLine && (lines.dropFirst().first?.indent ?? 0) > first.indent
                let isLazy =
                    !next.isBlankLine && next.listMark == nil && next.headingLevel == nil
                    && !(inner.last?.isBlankLine ?? true)
                guard isInner && !next.isBlankLine || isAfterGap || isLazy else { break }
                lines.removeFirst()
                inner.append(next.dropFirst(min(next.indent, mark.width)))
            }
            let isPlain = inner.dropFirst().allSatisfy {
                !$0.isBlankLine && $0.listMark == nil && !$0.hasPrefix("```")
            }
            let text = inner.map(String.init).joined(separator: " ")
            items.append(
                .element("li", isPlain ? Self.inline(text) : Self.html(of: inner, depth: depth + 1))
            )
            while let gap = lines.first, gap.isBlankLine,
                lines.dropFirst().first?.listMark?.indent == first.indent
            {
                lines.removeFirst()
            }
        }
        let list = HTML.joined(items)
        out.append(first.isOrdered ? .element("ol", list) : .element("ul", list))
    }

    private var isTableAhead: Bool {
        guard let head = lines.first, head.contains("|"), let rule = lines.dropFirst().first else {
            return false
        }
        return rule.contains("-") && rule.contains("|")
            && rule.allSatisfy { "|-: ".contains($0) }
    }

    private mutating func readTable() {
        let head = Self.cells(lines.removeFirst())
        lines.removeFirst()
        var rows: [HTML] = []
        while let line = lines.first, line.contains("|") {
            lines.removeFirst()
            let cells = Self.cells(line).map { HTML.element("td", class: "wrap", Self.inline($0)) }
            rows.append(.element("tr", HTML.joined(cells)))
        }
        let top = HTML.joined(head.map { HTML.element("th", Self.inline($0)) })
        out.append(
            .element(
                "div", class: "scroll",
                .element(
                    "table",
                    .element("thead", .element("tr", top)) + .element("tbody", HTML.joined(rows)))))
    }

    private static func cells(_ line: Substring) -> [String] {
        var text = line.trimmingSpaces
        if text.hasPrefix("|") { text.removeFirst() }
        if text.hasSuffix("|") { text.removeLast() }
        return text.split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingSpaces }
    }

    private mutating func readParagraph() {
        var text: [String] = []
        while let line = lines.first, !line.isBlankLine,
            text.isEmpty
                || line.listMark == nil && line.headingLevel == nil
                    && !line.trimmedStart.hasPrefix("```") && !isTableAhead
        {
            lines.removeFirst()
            text.append(line.trimmingSpaces)
        }
        out.append(.element("p", Self.inline(text.joined(separator: " "))))
    }

    // MARK: Inline

    /// Code first, for nothing in it means anything else; then links; then emphasis.
    static func inline(_ text: String) -> HTML {
        var (pieces, rest) = ([HTML](), text.trimmingSpaces[...])
        while let open = rest.firstIndex(of: "`") {
            let behind = rest.index(after: open)
            guard let close = rest[behind...].firstIndex(of: "`") else { break }
            pieces.append(linked(rest[..<open]))
            pieces.append(
                .element("code", HTML(text: String(rest[behind..<close]))))
            rest = rest[rest.index(after: close)...]
        }
        return HTML.joined(pieces + [linked(rest)])
    }

    /// The words alone, for where no markup can stand.
    static func plain(_ text: String) -> String {
        var (words, rest) = ("", text[...])
        while let open = rest.firstIndex(of: "["),
            let close = rest[open...].firstRange(of: "]("),
            let end = rest[close.upperBound...].firstIndex(of: ")")
        {
            words += String(rest[..<open])
            words += String(rest[rest.index(after: open)..<close.lowerBound])
            rest = rest[rest.index(after: end)...]
        }
        return (words + String(rest)).replacing("**", with: "").replacing("`", with: "")
    }

    private static func linked(_ text: Substring) -> HTML {
        var (pieces, rest) = ([HTML](), text)
        while let open = rest.firstIndex(of: "["),
            let close = rest[open...].firstRange(of: "]("),
            let end = rest[close.upperBound...].firstIndex(of: ")")
        {
            pieces.append(emphasised(rest[..<open]))
            let words = emphasised(rest[rest.index(after: open)..<close.lowerBound])
            pieces.append(link(words, to: String(rest[close.upperBound..<end])))
            rest = rest[rest.index(after: end)...]
        }
        return HTML.joined(pieces + [emphasised(rest)])
    }

    /// A link to a web address, or to another runbook of the folder; words where it leads elsewhere.
    private static func link(_ words: HTML, to target: String) -> HTML {
        let name = target.prefix { $0 != "#" }
        let isRunbook =
            name.hasSuffix(".md")
            && name.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
            }
        if isRunbook { return .link("/runbooks/\(name.dropLast(3))", words, isOurs: true) }
        return isWebAddress(target) ? .link(target, words, isOurs: false) : words
    }

    private static func emphasised(_ text: Substring) -> HTML {
        marked(text, by: "**", inside: { .element("strong", slanted($0)) }, outside: slanted)
    }

    private static func slanted(_ text: Substring) -> HTML {
        marked(
            text, by: "*", inside: { .element("em", HTML(text: String($0))) },
            outside: { HTML(text: String($0)) })
    }

    /// A text whose stretches between two marks are something else.
    private static func marked(
        _ text: Substring, by mark: String, inside: (Substring) -> HTML,
        outside: (Substring) -> HTML
    ) -> HTML {
        var (pieces, rest) = ([HTML](), text)
        while let open = rest.firstRange(of: mark),
            let close = rest[open.upperBound...].firstRange(of: mark),
            open.upperBound < close.lowerBound, rest[open.upperBound] != " "
        {
            pieces.append(outside(rest[..<open.lowerBound]))
            pieces.append(inside(rest[open.upperBound..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return HTML.joined(pieces + [outside(rest)])
    }
}

extension Substring {
    fileprivate var indent: Int { prefix { $0 == " " }.count }
    fileprivate var isBlankLine: Bool { allSatisfy(\.isWhitespace) }
    fileprivate var trimmedStart: Substring { drop { $0 == " " } }

    /// `#` to `######` and a space.
    fileprivate var headingLevel: Int? {
        let level = prefix { $0 == "#" }.count
        return (1...6).contains(level) && dropFirst(level).first == " " ? level : nil
    }

    /// What an item of a list begins with: `- `, `* ` or `1. `.
    fileprivate var listMark: (isOrdered: Bool, indent: Int, width: Int)? {
        let text = trimmedStart
        if text.hasPrefix("- ") || text.hasPrefix("* ") { return (false, indent, indent + 2) }
        let digits = text.prefix { $0.isASCII && $0.isNumber }.count
        guard (1...9).contains(digits), text.dropFirst(digits).hasPrefix(". ") else { return nil }
        return (true, indent, indent + digits + 2)
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
