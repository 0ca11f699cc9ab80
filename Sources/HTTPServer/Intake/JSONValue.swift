/// A JSON value as it was sent: members in their order, numbers as their digits.
///
/// Intake reads bodies that other tools' templates made: fields of an unexpected type, nested
/// details, broken surrogates. A value that can be asked loses none of that, where decoding into a
/// struct would refuse the whole event. *Source:* contracts, "never 4xx an event you could page
/// on".
enum JSONValue: Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as it was written.
    case number(String)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Names and values, in their order.
    case object([Member])

    /// A name and its value.
    struct Member: Equatable, Sendable {
        var name: String
        var value: JSONValue
        init(_ name: String, _ value: JSONValue) { (self.name, self.value) = (name, value) }
    }

    /// The member of a name; of several the last, as most readers do it.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The members of an object; none of anything else.
    var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// The elements of an array; none of anything else.
    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The value as one text: scalars as they are, lists and objects as JSON; `nil` for null.
    var text: String? {
        switch self {
        case .null: nil
        case .bool(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let value): value
        case .array, .object: rendered
        }
    }

    /// The text of a scalar that says something: neither null, a list or object, nor only white
    /// space.
    var scalarText: String? {
        switch self {
        case .null, .array, .object: nil
        case .bool, .number, .string: text.flatMap { $0.isBlank ? nil : $0 }
        }
    }

    /// The kind of value, as an error names it.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The value as JSON without white space.
    var rendered: String {
        var out = ""
        render(into: &out)
        return out
    }

    private func render(into out: inout String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let digits): out += digits
        case .string(let value): Self.quote(value, into: &out)
        case .array(let elements):
            out += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { out += "," }
                element.render(into: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { out += "," }
                Self.quote(member.name, into: &out)
                out += ":"
                member.value.render(into: &out)
            }
            out += "}"
        }
    }

    private static func quote(_ text: String, into out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}

extension String {
    /// Whether there is nothing in it but white space.
    var isBlank: Bool { unicodeScalars.allSatisfy { $0.properties.isWhitespace } }

    /// Without white space at both ends.
    var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
