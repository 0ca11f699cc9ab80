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
        let shelf = RunbookShelf(path: folder.path)
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
        #expect(RunbookFolder.load(path: folder.path).map(\.name) == ["a", "b"])
        #expect(RunbookFolder.load(path: folder.path + "/nothing").isEmpty)
        #expect(RunbookFolder.load(path: "").isEmpty)
    }
}
