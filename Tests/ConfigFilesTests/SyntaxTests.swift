import Basics
import ConfigFiles
import Escalation
import Foundation
import Testing

@Suite struct SyntaxTests {
    private func problem(_ text: String) throws -> ConfigProblem {
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(text: text, file: "r.yaml", zones: nil) { _ in }
        }
        let errors = error?.errors ?? []
        try #require(errors.count == 1, "\(errors)")
        return errors[0]
    }

    @Test func `a bracket that is not closed is a syntax error with its line`() throws {
        let found = try problem("regions: [\npeople: {\n")
        #expect(found.code == .syntax)
        #expect(found.line >= 2)
    }

    @Test func `a key that occurs twice is found, wherever it is`() throws {
        let found = try problem(rosterText.replacing("repeat: 1", with: "id: other"))
        #expect(found.code == .duplicate)
        #expect(found.message.contains("`id`"))
        #expect(!found.description.contains("Mei Tanaka"), "the file itself is not in the message")
    }

    @Test func `a second document, an unknown alias and a control character are syntax errors`()
        throws
    {
        #expect(try problem(rosterText + "---\nmore: 1\n").code == .syntax)
        #expect(try problem("regions: *elsewhere\n").line == 1)
        let found = try problem("regions:\n  - name: a\u{7}p\n")
        #expect(found.code == .syntax)
        #expect(found.line == 2)
    }

    @Test func `a file with nothing in it says so`() throws {
        #expect(try problem("").code == .missing)
        #expect(try problem("# only a comment\n").message == "is empty")
        #expect(try problem("just a text").code == .wrongKind)
    }

    @Test func `bytes that are not UTF-8 are refused`() throws {
        let folder = try TempFolder()
        let path = try folder.write("roster.yaml", [0x61, 0x3A, 0xFF, 0xFE] as [UInt8])
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(path: path, zones: nil) { _ in }
        }
        #expect(error?.problems.map(\.code) == [.syntax])
    }

    @Test func `aliases that stand for too many values are refused before they are read`() throws {
        var text = "a: &a [x, x]\n"
        for (one, next) in zip("abcdefghijk", "bcdefghijkl") {
            text += "\(next): &\(next) [*\(one), *\(one), *\(one), *\(one)]\n"
        }
        let found = try problem(text + "? *l\n: 1\n")
        #expect(found.code == .syntax)
        #expect(found.message.contains("aliases"))
        let many = rosterText.replacing(
            "timeouts: {sev1: 20s, sev2: manual, sev5: 2h}", with: "timeouts: &quick {sev1: 20s}")
        let used = (0..<300).map { "# 2 * 3, *not \($0)\n" }.joined()
        #expect(throws: Never.self) {
            try RosterFile.load(text: many + used, file: "r.yaml", zones: nil) { _ in }
        }
    }

    @Test func `an anchor may be used again`() throws {
        let text = rosterText.replacing(
            "timeouts: {sev1: 20s, sev2: manual, sev5: 2h}", with: "timeouts: &quick {sev1: 20s}"
        ).replacing("timeouts: 45s", with: "timeouts: *quick")
        let roster = try RosterFile.load(text: text, file: "r.yaml", zones: nil) { _ in }
        let levels = try #require(roster.policies.first?.levels)
        #expect(levels[0].timeouts == levels[1].timeouts)
    }

    @Test func `a file with random damage is read or refused in words, and never crashes`() throws {
        var random = RandomStream(seed: 20_261_122)
        let good = Array(rosterText.utf8)
        let folder = try TempFolder()
        var refused = 0
        for _ in 0..<500 {
            var bytes = good
            for _ in 0...random.below(3) {
                let index = Int(random.below(UInt64(bytes.count)))
                switch random.below(4) {
                case 0: bytes[index] = UInt8(random.below(256))
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(random.pick(Array("\n :-[]{}\"'&*#|>%@!,".utf8)), at: index)
                case _: bytes.removeSubrange(index..<min(bytes.count, index + 20))
                }
            }
            let path = try folder.write("roster.yaml", bytes)
            do throws(ConfigError) {
                _ = try RosterFile.load(path: path, zones: nil) { _ in }
            } catch {
                refused += 1
                #expect(!error.errors.isEmpty)
                let lines = bytes.filter { $0 == 0x0A }.count + 2
                for problem in error.problems {
                    #expect((0...lines).contains(problem.line), "\(problem)")
                    #expect(!problem.message.isEmpty && !problem.remedy.isEmpty)
                }
            }
        }
        #expect(refused > 100, "most damage is noticed")
    }
}
