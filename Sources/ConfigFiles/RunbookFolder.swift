import Foundation
import Synchronization
import Yams

/// A runbook: Markdown, with front matter that says what it is for.
package struct Runbook: Equatable, Sendable {
    /// The name of its file, without the ending.
    package var name: String
    /// What it is called: `title` of the front matter, else the first heading, else the name.
    package var title: String
    /// The services it is for: `services` of the front matter.
    package var services: [String]
    /// Texts for which it is the right one: `triggers` of the front matter.
    package var triggers: [String]
    /// Its steps: `steps` of the front matter.
    package var steps: [String]
    /// The text behind the front matter.
    package var text: String

    /// A runbook of a text. What the front matter says wrongly is passed over: at 2 AM the text is
    /// worth more than an error.
    package init(name: String, source: String) {
        let (front, text) = Self.parts(of: source)
        let fields = front.flatMap { AliasBound($0).isTooMuch ? nil : try? Yams.compose(yaml: $0) }
        func list(_ key: String) -> [String] {
            guard let node = fields?[key] else { return [] }
            return node.sequence.map { $0.compactMap(\.string) } ?? node.string.map { [$0] } ?? []
        }
        let heading = text.split(separator: "\n").first { $0.hasPrefix("# ") }
            .map { $0.dropFirst(2).trimmingCharacters(in: .whitespaces) }
        self.name = name
        title = fields?["title"]?.string ?? heading ?? name
        (services, triggers, steps) = (list("services"), list("triggers"), list("steps"))
        self.text = text
    }

    /// The front matter between the first two lines of `---`, and what comes after it.
    private static func parts(of source: String) -> (front: String?, text: String) {
        let lines = source.replacing("\r\n", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
            return (nil, source)
        }
        return (
            lines[1..<end].joined(separator: "\n"),
            lines[(end + 1)...].joined(separator: "\n")
        )
    }
}

/// The runbooks of some folders, read anew when one of their files was changed, added or taken away: a
/// page of an incident asks for them each time.
package final class RunbookShelf: Sendable {
    private let paths: [String]
    private let held = Mutex<(marks: [RunbookFolder.Mark], runbooks: [Runbook])>(([], []))

    /// The shelf of these folders.
    package init(paths: [String]) { self.paths = paths }

    /// The runbooks as they are now, by name: of several with one name that of the first folder.
    package var runbooks: [Runbook] {
        let marks = RunbookFolder.marks(paths: paths)
        return held.withLock { held in
            if held.marks != marks { held = (marks, RunbookFolder.load(marks)) }
            return held.runbooks
        }
    }
}

/// The folders of a team's runbooks: their files `*.md`, and none below them.
package enum RunbookFolder {
    /// The largest file that is read, in bytes.
    static let bytesMax = 256 * 1_024
    /// The most files that are read of one folder.
    static let filesMax = 500

    /// A file of a folder as it is now.
    struct Mark: Equatable, Sendable {
        var path: String
        var name: String
        var size: Int
        var changedAt: Date
    }

    /// The runbooks of some folders, by name: of several with one name that of the first folder.
    /// A folder that cannot be read has none.
    package static func load(paths: [String]) -> [Runbook] { load(marks(paths: paths)) }

    /// The files of some folders that are read, by name.
    static func marks(paths: [String]) -> [Mark] {
        var names: Set<String> = []
        return paths.flatMap { marks(path: $0) }.filter { names.insert($0.name).inserted }
            .sorted { $0.name < $1.name }
    }

    private static func marks(path: String) -> [Mark] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.sorted().filter { isRunbook($0) }.prefix(filesMax).compactMap { file in
            let whole = path + "/" + file
            let known = try? FileManager.default.attributesOfItem(atPath: whole)
            guard let size = known?[.size] as? Int, size <= bytesMax,
                let changedAt = known?[.modificationDate] as? Date
            else { return nil }
            return Mark(
                path: whole, name: String(file.dropLast(3)), size: size, changedAt: changedAt)
        }
    }

    static func load(_ marks: [Mark]) -> [Runbook] {
        marks.compactMap { mark in
            FileManager.default.contents(atPath: mark.path).map { data in
                Runbook(name: mark.name, source: String(decoding: data, as: UTF8.self))
            }
        }
    }

    /// Whether a file's name can stand in an address, and it is no table of contents.
    private static func isRunbook(_ file: String) -> Bool {
        file.hasSuffix(".md") && file != "README.md" && !file.hasPrefix(".")
            && file.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber)
                    || "._-".contains(character)
            }
    }
}
