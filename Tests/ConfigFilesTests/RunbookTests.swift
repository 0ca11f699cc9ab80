import Foundation
import Testing

@testable import ConfigFiles

@Suite struct RunbookTests {
    @Test func `front matter says what a runbook is for`() {
        let one = Runbook(
            name: "disk-full",
            source: """
                ---
                title: "A disk is full"
                services: [checkout, search]
                triggers:
                  - no space left
                steps: ["look: df -h", "free some"]
                ---
                # Heading

                Text.
                """)
        #expect(one.title == "A disk is full")
        #expect(one.services == ["checkout", "search"])
        #expect(one.triggers == ["no space left"])
        #expect(one.steps == ["look: df -h", "free some"])
        #expect(one.text == "# Heading\n\nText.")
    }

    @Test(arguments: [
        ("# It is slow\n\nLook.", "It is slow"), ("no heading", "slow"), ("", "slow"),
        ("---\ntitle: [\n---\n# Torn front matter", "Torn front matter"),
        ("---\nnever closed\n# Here", "Here"), ("---\r\ntitle: W\r\n---\r\nx", "W"),
        ("---\nservices: checkout\ntriggers: {a: b}\n---\n# T", "T"),
    ])
    func `whatever is in the file, there is a title and a text`(source: String, title: String) {
        let one = Runbook(name: "slow", source: source)
        #expect(one.title == title)
        #expect(one.triggers.isEmpty)
        #expect(source.isEmpty || !one.text.isEmpty)
    }

    @Test func `a shelf shows what is in its folder now`() throws {
        let folder = try TempFolder()
        let shelf = RunbookShelf(paths: [folder.path])
        #expect(shelf.runbooks.isEmpty)
        try folder.write("a.md", "# One")
        #expect(shelf.runbooks.map(\.title) == ["One"])
        #expect(shelf.runbooks == shelf.runbooks)
        try folder.write("a.md", "# Another")
        try folder.write("b.md", "# Two")
        #expect(shelf.runbooks.map(\.title) == ["Another", "Two"])
    }

    @Test func `a folder is read by name, and only what can stand in an address`() throws {
        let folder = try TempFolder()
        for name in ["b.md", "a.md", "README.md", ".hidden.md", "c.txt", "d e.md", "sub/x.md"] {
            try folder.write(name, "# \(name)")
        }
        try folder.write("large.md", String(repeating: "x", count: RunbookFolder.bytesMax + 1))
        #expect(RunbookFolder.load(paths: [folder.path]).map(\.name) == ["a", "b"])
        #expect(RunbookFolder.load(paths: [folder.path + "/nothing", ""]).isEmpty)
        #expect(RunbookFolder.load(paths: []).isEmpty)
    }

    @Test func `of several folders the first has the last word`() throws {
        let folder = try TempFolder()
        for (name, text) in [("own/b.md", "# own"), ("own/c.md", "# c"), ("all/b.md", "# all")] {
            try folder.write(name, text)
        }
        try folder.write("all/a.md", "# a")
        let all = RunbookFolder.load(paths: [folder.path + "/own", folder.path + "/all"])
        #expect(all.map(\.name) == ["a", "b", "c"])
        #expect(all.map(\.title) == ["a", "own", "c"])
    }

    /// Each value in it stands for ten of the one before: 10^10 of them.
    @Test(.timeLimit(.minutes(1)))
    func `front matter that stands for billions of values is passed over`() {
        let lines = (1...10).map { level in
            let each = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            return "a\(level): &a\(level) [\(each)]"
        }
        let one = Runbook(
            name: "bomb",
            source: (["---", "a0: &a0 x"] + lines + ["? [*a10, *a10]", ": 1", "---", "# Text"])
                .joined(separator: "\n"))
        #expect(one.title == "Text" && one.steps.isEmpty)
    }

    /// The front matter of the project's own runbooks, which pages and the API show.
    @Test func `every runbook of the project says when it is right and what to do`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "runbooks")
        let all = RunbookFolder.load(paths: [folder.path])
        #expect(all.count >= 8)
        for one in all {
            #expect(!one.services.isEmpty && !one.triggers.isEmpty, "\(one.name)")
            #expect((3...9).contains(one.steps.count), "\(one.name)")
            #expect(one.steps.allSatisfy { $0.count <= 100 && !$0.hasSuffix(".") }, "\(one.name)")
            #expect(one.text.hasPrefix("# \(one.title)\n"), "\(one.name)")
        }
    }
}
