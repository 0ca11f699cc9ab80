import Foundation
import Testing

/// The scripts in `Scripts`: what a cluster does, word by word.
///
/// `REWRITE=1 swift test` writes what really happened into the files; it is then read as a diff. A
/// run that rewrote something fails, so that it is never taken for a check.
@Suite struct ScriptTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Scripts")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted()
    }

    @Test func `there are scripts`() {
        #expect(Self.names.count >= 14)
    }

    @Test(arguments: names)
    func `a script says what it said before`(_ name: String) throws {
        let file = Self.folder.appending(path: name)
        let text = try String(contentsOf: file, encoding: .utf8)
        var world = ScriptWorld()
        let actual = Script(parsing: text).rendered { world.run($0) }
        guard actual != text else { return }
        if ProcessInfo.processInfo.environment["REWRITE"] == "1" {
            try actual.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("rewrote \(name): read the difference, then run again")
            return
        }
        let (old, new) = (text.split(separator: "\n"), actual.split(separator: "\n"))
        let line = zip(old, new).prefix { $0 == $1 }.count
        Issue.record(
            """
            \(name) differs at line \(line + 1) (not counting empty lines)
            expected: \(line < old.count ? old[line] : "the end")
            actual:   \(line < new.count ? new[line] : "the end")
            """)
    }
}
