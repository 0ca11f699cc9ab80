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
        let fields = front.flatMap { try? Yams.compose(yaml: $0) }
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

/// The runbooks of a folder, read anew when one of its files was changed, added or taken away: a page of an
/// incident asks for them each time.
package final class RunbookShelf: Sendable {
    private let path: String
    private let held = Mutex<(marks: [RunbookFolder.Mark], runbooks: [Runbook])>(([], []))

    /// The shelf of a folder.
    package init(path: String) { self.path = path }

    /// The runbooks as they are now, by name.
    package var runbooks: [Runbook] {
        let marks = RunbookFolder.marks(path: path)
        return held.withLock { held in
            if held.marks != marks { held = (marks, RunbookFolder.load(marks, path: path)) }
            return held.runbooks
        }
    }
}

/// The folder of a team's runbooks: its files `*.md`, and none below it.
package enum RunbookFolder {
    /// The largest file that is read, in bytes.
    static let bytesMax = 256 * 1_024
    /// The most files that are read.
    static let filesMax = 500

    /// A file of the folder as it is now.
    struct Mark: Equatable, Sendable {
        var file: String
        var size: Int
        var changedAt: Date
    }

    /// The runbooks in a folder, by name; none if it cannot be read.
    package static func load(path: String) -> [Runbook] { load(marks(path: path), path: path) }

    /// The files of a folder that are read, by name.
    static func marks(path: String) -> [Mark] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.sorted().filter { isRunbook($0) }.prefix(filesMax).compactMap { file in
            let known = try? FileManager.default.attributesOfItem(atPath: path + "/" + file)
            guard let size = known?[.size] as? Int, size <= bytesMax,
                let changedAt = known?[.modificationDate] as? Date
            else { return nil }
            return Mark(file: file, size: size, changedAt: changedAt)
        }
    }

    static func load(_ marks: [Mark], path: String) -> [Runbook] {
        marks.compactMap { mark in
            FileManager.default.contents(atPath: path + "/" + mark.file).map { data in
                Runbook(
                    name: String(mark.file.dropLast(3)),
                    source: String(decoding: data, as: UTF8.self))
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
