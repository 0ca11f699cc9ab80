import Mustache

/// What a template is filled with. Only escaped text gets in, so templates write every value as
/// `{{{name}}}`: the library's own escaping goes by characters, and a quote that carries a combining
/// mark would end an attribute. A name that was not set is false: only `frame` is looked for in the
/// fields around.
struct Fields: MustacheParent {
    private var values: [String: Any] = [:]

    init() {}

    init(_ fill: (inout Fields) -> Void) { fill(&self) }

    /// A text from anywhere; an absent or empty one is false.
    mutating func set(_ name: String, _ text: String?) {
        guard let text, !text.isEmpty else { return values[name] = false }
        values[name] = HTML(text: text).description
    }

    /// A text of several lines.
    mutating func set(_ name: String, lines text: String?) {
        guard let text, !text.isEmpty else { return values[name] = false }
        values[name] = HTML(text: text, keepsLines: true).description
    }

    /// Markup; an absent one is false.
    mutating func set(_ name: String, _ markup: HTML?) {
        values[name] = markup.map(\.description) ?? false
    }

    mutating func set(_ name: String, _ flag: Bool) { values[name] = flag }

    mutating func set(_ name: String, _ number: Int) { values[name] = String(number) }

    mutating func set(_ name: String, _ rows: [Fields]) { values[name] = rows }

    mutating func set(_ name: String, _ fields: Fields?) { values[name] = fields ?? false }

    func child(named name: String) -> Any? {
        values[name] ?? (name == "frame" ? nil : false)
    }
}
