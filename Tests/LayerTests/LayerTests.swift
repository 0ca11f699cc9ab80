import Foundation
import Testing

/// SwiftPM does not refuse an import of a target that was not declared; these tests hold the house
/// together.
struct LayerTests {
    @Test func `every target has a row, and every row's target has sources`() throws {
        let targets = Set(try SourceFile.all().map(\.target))
        let named = Set(LayerTable.rows.flatMap(\.targets)).subtracting(["CNNG"])
        #expect(targets == named)
    }

    @Test func `a target imports only lower rows`() throws {
        for file in try SourceFile.all() {
            let row = try #require(LayerTable.row(of: file.target))
            for module in file.imports {
                guard let other = LayerTable.row(of: module) else { continue }
                let isAllowed = LayerTable.sameRowAllowed.contains { $0 == (file.target, module) }
                #expect(other < row || isAllowed, "\(file.path) imports \(module)")
            }
        }
    }

    @Test func `Package.swift declares the imports that are made`() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(
                path: "Package.swift")
        let text = try String(contentsOf: package, encoding: .utf8)
        let files = try SourceFile.all()
        for target in Set(files.map(\.target)) {
            let start = try #require(
                text.range(
                    of: #"(library\(|executableTarget\(\s*name:)\s*"\#(target)""#,
                    options: .regularExpression))
            let rest = text[start.upperBound...]
            let end = rest.range(
                of: #"\n        (//|library|\.|tests)"#, options: .regularExpression)
            let declared = rest[..<(end?.lowerBound ?? rest.endIndex)]
            let made = Set(files.filter { $0.target == target }.flatMap(\.imports))
            for module in made where LayerTable.row(of: module) != nil {
                #expect(
                    declared.contains("\"\(module)\""), "\(target) imports \(module) undeclared")
            }
        }
    }

    @Test func `nothing below the seam reaches for time, chance, threads or the outside`() throws {
        let banned = [
            "Date(", "UUID(", ".random(", "Task ", "Task.", "Task{", "actor ", "await ", "async ",
            "NSLock", "Mutex(", "DispatchQueue", "Double", "Float", "clock_gettime", "print(",
        ]
        for file in try SourceFile.all() where LayerTable.pure.contains(file.target) {
            for module in file.imports where LayerTable.row(of: module) == nil {
                #expect(
                    LayerTable.outsideBelowSeam.contains(module), "\(file.path) imports \(module)")
            }
            for (number, text) in file.code {
                for word in banned where text.mentions(word) {
                    Issue.record("\(file.path):\(number) uses \(word)")
                }
            }
        }
    }

    /// `precondition` has no words in an optimized build: `require` and `halt` of Basics have.
    @Test func `who ends the process says why`() throws {
        for file in try SourceFile.all() where !file.path.hasSuffix("Basics/Halt.swift") {
            for (number, text) in file.code {
                for word in ["precondition(", "preconditionFailure(", "fatalError(", "assert("]
                where text.mentions(word) {
                    Issue.record("\(file.path):\(number) uses \(word)")
                }
            }
        }
    }

    /// Files past 500 lines, and functions past 70, are two things in one room. The ratchet only
    /// turns one way: what is listed here may shrink, nothing may be added.
    @Test func `files and functions stay short`() throws {
        for file in try SourceFile.all() {
            #expect(file.lines.count <= 500, "\(file.path) has \(file.lines.count) lines")
            for (name, length) in functions(of: file) {
                #expect(length <= 70, "\(file.path): \(name) has \(length) lines")
            }
        }
    }

    @Test func `every package or public declaration says what it is`() throws {
        let kinds = [
            "func", "struct", "enum", "class", "protocol", "var", "let", "init", "static",
            "typealias",
        ]
        /// What a protocol of the language asks for needs no words of its own.
        let understood = [
            "func encode(into", "init(from", "static func <", "static func ==", "var description",
            "func hash(into", "_rawHashValue", "func encode(to", "convenience", "func write(into",
            "let text: String",
            "init(_ text: String)", "init(stringLiteral",
        ]
        var missing: [String] = []
        for file in try SourceFile.all() {
            for (index, line) in file.lines.enumerated() {
                let text = line.trimmingCharacters(in: .whitespaces)
                guard text.hasPrefix("package ") || text.hasPrefix("public "),
                    !text.contains(" import "),
                    kinds.contains(where: { text.contains(" \($0) ") || text.contains(" \($0)(") }),
                    !understood.contains(where: { text.contains($0) })
                else { continue }
                var above = index - 1
                while above > 0,
                    file.lines[above].trimmingCharacters(in: .whitespaces).hasPrefix("@")
                {
                    above -= 1
                }
                let before =
                    above >= 0 ? file.lines[above].trimmingCharacters(in: .whitespaces) : ""
                if !before.hasPrefix("///") { missing.append("\(file.path):\(index + 1) \(text)") }
            }
        }
        #expect(missing.isEmpty, "\(missing.prefix(20).joined(separator: "\n"))")
    }

    /// Names and lengths of functions: from a line that begins one to the brace at its own
    /// indentation.
    private func functions(of file: SourceFile) -> [(name: String, length: Int)] {
        var result: [(String, Int)] = []
        var open: (name: String, indent: Int, start: Int)?
        for (index, line) in file.lines.enumerated() {
            let indent = line.prefix { $0 == " " }.count
            let text = line.trimmingCharacters(in: .whitespaces)
            if let current = open, indent == current.indent, text.hasPrefix("}") {
                result.append((current.name, index - current.start + 1))
                open = nil
            }
            if open == nil, text.contains("func "), !text.hasPrefix("//"), !text.hasSuffix("}") {
                open = (text, indent, index)
            }
        }
        return result
    }
}

extension String {
    /// Whether a word stands here, and not as the end of a longer one: `CivilDate(` is no `Date(`.
    fileprivate func mentions(_ word: String) -> Bool {
        // An expression for each word and line would take half a minute.
        guard contains(word) else { return false }
        let start = word.first?.isLetter == true ? "(?<![A-Za-z0-9_])" : ""
        let pattern = start + NSRegularExpression.escapedPattern(for: word)
        return range(of: pattern, options: .regularExpression) != nil
    }
}
