@testable import HTTPServer

/// Holds values against schemas of the description: the part of JSON Schema that the description
/// uses. Members that a schema does not name are faults here, unlike for clients.
struct SchemaCheck {
    let document: JSONValue

    /// What is wrong with a value, each fault with its place.
    func faults(of value: JSONValue, by schema: JSONValue, at place: String = "") -> [String] {
        if case .string(let reference) = schema["$ref"] {
            guard let target = resolve(reference) else { return ["\(place): no \(reference)"] }
            return faults(of: value, by: target, at: place)
        }
        var found: [String] = []
        switch (schema["type"], value) {
        case ("object", .object(let members)):
            found += self.members(members, of: schema, at: place)
        case ("array", .array(let elements)):
            for (index, element) in elements.enumerated() {
                found += faults(
                    of: element, by: schema["items"] ?? .null, at: "\(place)[\(index)]")
            }
        case ("integer", .number(let digits)):
            guard let number = Int64(digits) else { return ["\(place): \(digits) is not whole"] }
            if case .number(let least) = schema["minimum"], let least = Int64(least) {
                if number < least { found.append("\(place): \(number) is less than \(least)") }
            }
        case ("string", .string(let text)):
            found += self.text(text, of: schema, at: place)
        case ("boolean", .bool), ("number", .number): break
        case (let type, _): found.append("\(place): \(value.kind) is no \(type?.text ?? "type")")
        }
        return found
    }

    private func members(
        _ members: [JSONValue.Member], of schema: JSONValue, at place: String
    ) -> [String] {
        var found: [String] = []
        for name in schema["required"]?.elements ?? [] {
            guard case .string(let name) = name, !members.contains(where: { $0.name == name })
            else { continue }
            found.append("\(place).\(name) is missing")
        }
        for member in members {
            let path = "\(place).\(member.name)"
            if let own = schema["properties"]?[member.name] ?? schema["additionalProperties"] {
                found += faults(of: member.value, by: own, at: path)
            } else {
                found.append("\(path) is not described")
            }
        }
        return found
    }

    private func text(_ text: String, of schema: JSONValue, at place: String) -> [String] {
        if let words = schema["enum"]?.elements, !words.contains(.string(text)) {
            return ["\(place): '\(text)' is none of \(words.compactMap(\.text))"]
        }
        if case .string(let pattern) = schema["pattern"],
            (try? Regex(pattern).wholeMatch(in: text)) == nil
        {
            return ["\(place): '\(text)' is not like \(pattern)"]
        }
        if schema["format"] == "date-time", !text.hasSuffix("Z") || !text.contains("T") {
            return ["\(place): '\(text)' is no time"]
        }
        return []
    }

    /// What a reference within the document points at.
    func resolve(_ reference: String) -> JSONValue? {
        reference.split(separator: "/").dropFirst().reduce(document as JSONValue?) {
            $0?[String($1)]
        }
    }

    /// Every reference in the document.
    var references: Set<String> {
        var found: Set<String> = []
        func walk(_ value: JSONValue) {
            for member in value.members {
                if member.name == "$ref", case .string(let reference) = member.value {
                    found.insert(reference)
                }
                walk(member.value)
            }
            for element in value.elements { walk(element) }
        }
        walk(document)
        return found
    }

    /// The schema of an operation's answer; `nil` if the document does not know of such an answer.
    func answer(_ method: String, _ path: String, _ status: Int) -> JSONValue? {
        document["paths"]?[path]?[method.lowercased()]?["responses"]?["\(status)"]?["content"]?
            .members.first?.value["schema"]
    }
}
