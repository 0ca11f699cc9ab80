import Yams

/// One value in a file, with its place and its path; knows where to report what is wrong with it.
struct Field {
    /// The file, as it is shown to people.
    let file: String
    /// The value.
    let node: Node
    /// The path from the root of the file: `people[mei].contacts[0]`.
    let path: String
    /// Where problems go.
    let findings: Findings

    /// Its line, from 1; 0 if it has none.
    var line: Int { node.mark?.line ?? 0 }

    /// A value inside this one.
    func child(_ node: Node, path: String) -> Field {
        Field(file: file, node: node, path: path, findings: findings)
    }

    /// Reports a problem with this value.
    func report(
        _ code: ConfigProblem.Code, _ message: String, remedy: String,
        gravity: ConfigProblem.Gravity = .error
    ) {
        findings.report(
            ConfigProblem(
                gravity: gravity, code: code, file: file, line: line,
                column: node.mark?.column ?? 0, field: path, message: message, remedy: remedy))
    }

    /// Reports something that works and should not stay.
    func warn(_ code: ConfigProblem.Code, _ message: String, remedy: String) {
        report(code, message, remedy: remedy, gravity: .warning)
    }

    /// Whether nothing stands behind the key.
    var isEmpty: Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// The text as it is written, whatever YAML would make of it: `no` is a name, `010` is not 8.
    var raw: String? { isEmpty ? nil : node.scalar?.string }

    /// What is there, in one word, for messages.
    var kind: String {
        switch node {
        case .scalar: isEmpty ? "empty" : "a single value"
        case .sequence: "a list"
        case .mapping: "a set of keys"
        case .alias: "an alias"
        }
    }

    /// Whether it is one value, and no list or set of keys.
    var isSingle: Bool { node.scalar != nil }

    /// Whether it is a list.
    var isList: Bool { node.sequence != nil }

    /// The keys and values of a mapping, whatever the keys are; `nil` if it is none.
    var entries: [(key: Field, value: Field)]? {
        node.mapping?.map { key, value in
            let word = key.scalar?.string ?? ""
            return (child(key, path: word), child(value, path: word))
        }
    }

    /// The value of a key of a mapping, if both are there, without a word about anything else.
    func peek(_ key: String) -> Field? {
        node.mapping?[key].map { child($0, path: "\(path).\(key)") }
    }

    /// The values of a list; reports anything else.
    func list(of what: String) -> [Field]? {
        guard let sequence = node.sequence else {
            report(
                .wrongKind, "is \(kind), not a list of \(what)",
                remedy: "write `[...]`, or one line beginning with `- ` for each")
            return nil
        }
        return sequence.enumerated().map { child($1, path: "\(path)[\($0)]") }
    }
}

/// The keys of a mapping, all of them known.
struct Section {
    /// The mapping; its path bears the name of the thing it is about, once that is read.
    let field: Field
    private let values: [String: Field]
    /// The keys that were probably meant by keys that are not known.
    private let misspelt: [String]
    /// Whether a key was reported that is not known.
    let hasUnknownKeys: Bool

    /// The keys of a mapping; reports anything else, and every key that is not known.
    ///
    /// With `label`, the value of that key stands for the number in a list's paths: `people[mei]`.
    /// `hints` are remedies for keys that are wrong in a way worth a word of its own.
    init?(
        _ field: Field, keys: [String], label: String? = nil, hints: [String: String] = [:]
    ) {
        guard let mapping = field.node.mapping else {
            field.report(
                .wrongKind, "is \(field.kind), not a set of keys",
                remedy: "write `key: value` lines; the keys are \(listed(keys))")
            return nil
        }
        let name = label.flatMap { field.peek($0)?.raw } ?? ""
        let path = name.isEmpty ? field.path : Self.relabelled(field.path, name)
        let section = field.child(field.node, path: path)
        var values: [String: Field] = [:]
        var unknown: [String] = []
        for (key, value) in mapping {
            let word = key.scalar?.string ?? ""
            let keyPath = path.isEmpty ? word : "\(path).\(word)"
            if keys.contains(word) {
                // An empty value has no place worth showing: the key has.
                let isBlank = section.child(value, path: "").isEmpty
                values[word] = section.child(isBlank ? key.asBlank : value, path: keyPath)
            } else {
                unknown.append(word)
                section.child(key, path: keyPath).report(
                    .unknownKey, "is not a key that is known here",
                    remedy: hints[word]
                        ?? remedy(forUnknown: word, among: keys, ifNone: "remove it"))
            }
        }
        (self.field, self.values) = (section, values)
        hasUnknownKeys = !unknown.isEmpty
        misspelt = unknown.compactMap { nearest(to: $0, among: keys) }
    }

    /// The value of a key, if it is there; reports a key without a value.
    func optional(_ key: String) -> Field? {
        guard let value = values[key] else { return nil }
        guard !value.isEmpty else {
            value.report(
                .missing, "has no value", remedy: "write one behind the colon, or remove the key")
            return nil
        }
        return value
    }

    /// The value of a key; reports its absence, unless it was only misspelt. `what` says what
    /// belongs there.
    func required(_ key: String, _ what: String) -> Field? {
        if values[key] != nil { return optional(key) }
        if misspelt.contains(key) { return nil }
        let path = field.path.isEmpty ? key : "\(field.path).\(key)"
        field.child(field.node, path: path).report(
            .missing, "is missing", remedy: "add `\(key):` with \(what)")
        return nil
    }

    /// Whether a key is there, with or without a value.
    func has(_ key: String) -> Bool { values[key] != nil }

    private static func relabelled(_ path: String, _ name: String) -> String {
        guard path.hasSuffix("]"), let bracket = path.lastIndex(of: "[") else { return path }
        return path[..<bracket] + "[\(name)]"
    }
}

extension Node {
    /// Nothing at all, at the place of this node.
    fileprivate var asBlank: Node {
        .scalar(Scalar("", .implicit, .plain, mark))
    }
}
