import Foundation

/// The text of a YAML file of a cluster, edited by lines: comments and all else stay as people left them.
///
/// Only what `meridian cluster init` writes is understood, and whatever was changed in it by hand as long as
/// sections begin at the left margin: who edits reads the result back before it is used.
struct NodeFileText: Equatable {
    private(set) var lines: [String]

    init(_ text: String) { lines = text.components(separatedBy: "\n") }

    var text: String { lines.joined(separator: "\n") }

    /// The lines of a section, without its head; `nil` if there is none, or it stands on one line.
    private func section(_ key: String) -> Range<Int>? {
        guard let head = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return nil }
        let rest = lines[head].dropFirst(key.count + 1).drop { $0 == " " }
        guard rest.isEmpty || rest.hasPrefix("#") else { return nil }
        let end = lines[(head + 1)...].firstIndex { line in
            line.first.map { !" -#".contains($0) } ?? false
        }
        var range = (head + 1)..<(end ?? lines.count)
        // Comments and empty lines at the end belong to what follows.
        while let last = range.last, Self.isEmpty(lines[last]) || lines[last].hasPrefix("#") {
            range = range.lowerBound..<last
        }
        return range.isEmpty ? nil : range
    }

    private static func isEmpty(_ line: String) -> Bool { line.allSatisfy { $0 == " " } }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }

    /// The items of a list, each with its lines.
    private func items(of key: String) -> [Range<Int>] {
        guard let section = section(key),
            let first = section.first(where: { lines[$0].drop { $0 == " " }.hasPrefix("- ") })
        else { return [] }
        let indent = Self.indent(lines[first])
        let starts = section.filter {
            lines[$0].drop { $0 == " " }.hasPrefix("- ") && Self.indent(lines[$0]) == indent
        }
        return starts.indices.map { place in
            starts[place]..<(place + 1 < starts.count ? starts[place + 1] : section.upperBound)
        }
    }

    /// Adds an item behind the last one of a list; `false` if there is no such list. The item's lines are
    /// without the list's indent, the first begins with `- `.
    mutating func add(_ item: [String], to key: String) -> Bool {
        guard let last = items(of: key).last else { return false }
        let margin = String(repeating: " ", count: Self.indent(lines[last.lowerBound]))
        lines.insert(contentsOf: item.map { margin + $0 }, at: last.upperBound)
        return true
    }

    /// Takes out the one item of a list that has this word in it, between characters that cannot belong to
    /// the word; `false` if there is not exactly one.
    mutating func remove(itemWith word: String, from key: String) -> Bool {
        let found = items(of: key).filter { item in
            lines[item].contains { line in
                line.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" }
                    .contains { $0 == word }
            }
        }
        guard found.count == 1, let only = found.first else { return false }
        lines.removeSubrange(only)
        return true
    }

    /// Sets a value within a section, and leaves the remark behind it; `false` if it does not stand there on
    /// a line of its own.
    mutating func set(_ key: String, in head: String, to value: String) -> Bool {
        guard let section = section(head),
            let place = section.first(where: {
                lines[$0].drop { $0 == " " }.hasPrefix("\(key): ")
            })
        else { return false }
        let line = lines[place]
        let margin = String(line.prefix { $0 == " " })
        let remark = line.range(of: "  #").map { String(line[$0.lowerBound...]) } ?? ""
        lines[place] = "\(margin)\(key): \(value)\(remark)"
        return true
    }

    /// Adds a section with a list at the end.
    mutating func append(section key: String, _ items: [String]) {
        if lines.last == "" { lines.removeLast() }
        lines += ["\(key):"] + items.map { "  " + $0 } + [""]
    }

    /// Takes a section out, if it is there: with its head, and the remarks above it.
    mutating func remove(section key: String) {
        guard let head = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return }
        let end = section(key)?.upperBound ?? head + 1
        let first = lines[..<head].lastIndex { !$0.hasPrefix("#") } ?? -1
        lines.removeSubrange((first + 1)..<end)
    }

    /// Replaces a word everywhere but in a section.
    mutating func replace(_ word: String, with other: String, outside key: String) {
        let kept = section(key) ?? 0..<0
        for place in lines.indices where !kept.contains(place) {
            lines[place] = lines[place].replacingOccurrences(of: word, with: other)
        }
    }
}
