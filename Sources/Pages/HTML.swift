import Basics

/// Text that is safe to stand in an HTML document: made by escaping, or of fixed pieces.
package struct HTML: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The markup.
    package private(set) var description: String

    /// A fixed piece of markup.
    package init(stringLiteral value: StaticString) { description = "\(value)" }

    /// A text from anywhere, escaped. Control characters become spaces and marks that turn the
    /// direction of writing are dropped, so that no alert can dress up as something else. It goes
    /// by scalars: a quote with a combining mark is another `Character` and ends an attribute all
    /// the same. Where `keepsLines`, ends of lines stay: for texts of several lines.
    package init(text: String, keepsLines: Bool = false) {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: out += "&amp;"
            case 0x3C: out += "&lt;"
            case 0x3E: out += "&gt;"
            case 0x22: out += "&quot;"
            case 0x27: out += "&#39;"
            case 0x0A where keepsLines: out += "\n"
            case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029: out += " "
            case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: continue
            case _: out.unicodeScalars.append(scalar)
            }
        }
        description = out
    }

    /// A style sheet of ours, which is not escaped: it holds no `<`.
    package init(sheetOf sheet: String) {
        require(!sheet.contains("<"), "a style sheet must not hold markup")
        description = sheet
    }

    /// Markup that we made of fixed and escaped pieces.
    init(trusted markup: String) { description = markup }

    /// Pieces, one after the other.
    package static func joined(_ pieces: [HTML]) -> HTML {
        HTML(trusted: pieces.map(\.description).joined())
    }

    /// A list of pieces with nothing between them.
    package static func + (a: HTML, b: HTML) -> HTML {
        HTML(trusted: a.description + b.description)
    }

    /// An element with a class and content. Names and classes are fixed texts of ours.
    package static func element(
        _ name: StaticString, class style: StaticString = "", _ content: HTML
    )
        -> HTML
    {
        let attribute = style.utf8CodeUnitCount == 0 ? "" : " class=\"\(style)\""
        return HTML(trusted: "<\(name)\(attribute)>\(content)</\(name)>")
    }

    /// A form that is sent to the address of its page.
    package static func form(_ content: HTML) -> HTML {
        HTML(trusted: "<form method=\"post\">\(content)</form>")
    }

    /// A button that sends its form.
    package static func submit(_ label: HTML, class style: StaticString = "") -> HTML {
        let attribute = style.utf8CodeUnitCount == 0 ? "" : " class=\"\(style)\""
        return HTML(trusted: "<button\(attribute) type=\"submit\">\(label)</button>")
    }

    /// A field of a form that nobody sees. The name is a fixed text of ours.
    package static func hidden(_ name: StaticString, _ value: String) -> HTML {
        HTML(trusted: "<input type=\"hidden\" name=\"\(name)\" value=\"\(HTML(text: value))\">")
    }

    /// A field of a form for some sentences, which may not stay empty. The name is a fixed text of
    /// ours.
    package static func textArea(
        _ name: StaticString, label: HTML, rows: Int, lengthMax: Int, value: String
    ) -> HTML {
        HTML(
            trusted: "<label>\(label)<textarea name=\"\(name)\" rows=\"\(rows)\" "
                + "maxlength=\"\(lengthMax)\" required>\(HTML(text: value))</textarea></label>")
    }

    /// A link with words of its own, to an address that was looked at already.
    static func link(_ address: String, _ words: HTML, isOurs: Bool) -> HTML {
        let mind = isOurs ? "" : " rel=\"noreferrer noopener\""
        return HTML(trusted: "<a href=\"\(HTML(text: address))\"\(mind)>\(words)</a>")
    }

    /// A link to the room of an incident, by its id, at the region that answers.
    package static func link(toRoomOf incident: String) -> HTML {
        HTML(
            trusted: "<a href=\"/incidents/\(HTML(text: incident))\">what else is known, "
                + "with a login</a>")
    }

    /// A link to a web address; plain text if it is none.
    package static func link(_ address: String) -> HTML {
        let text = HTML(text: address)
        guard isWebAddress(address) else { return text }
        return HTML(trusted: "<a href=\"\(text)\" rel=\"noreferrer noopener\">\(text)</a>")
    }
}
