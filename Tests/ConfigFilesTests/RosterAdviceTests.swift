import Basics
import ConfigFiles
import Escalation
import Foundation
import Testing

@Suite struct RosterAdviceTests {
    private func warnings(_ find: String, _ replace: String) throws -> [ConfigProblem] {
        let range = try #require(rosterText.range(of: find))
        let text = rosterText.replacingCharacters(in: range, with: replace)
        var warnings: [ConfigProblem] = []
        _ = try RosterFile.load(text: text, file: "roster.yaml", zones: nil) { warnings.append($0) }
        #expect(warnings.allSatisfy { $0.gravity == .warning && $0.line > 0 })
        return warnings
    }

    @Test func `five levels are too many for comfort, four are not`() throws {
        let more = "      - page: [person raj]\n"
        #expect(try warnings(more, more + more).isEmpty)
        let found = try warnings(more, more + more + more)
        #expect(found.map(\.field) == ["policies[default].levels"])
        #expect(found.first?.description.contains("warning: ") == true)
        #expect(found.first?.message.contains("5 levels") == true)
    }

    @Test func `a webhook in the clear is fine on this machine only`() throws {
        #expect(try warnings("https://chat.example.com", "http://127.0.0.1:9000").isEmpty)
        let found = try warnings("https://chat.example.com", "http://chat.example.com")
        #expect(found.map(\.code) == [.insecure])
    }

    @Test func `weeks that begin on another day than turns do are pointed out`() throws {
        let found = try warnings("from: 2026-01-05", "from: 2026-01-07")
        #expect(found.first?.message.contains("wednesday") == true)
        #expect(found.first?.remedy == "write 2026-01-12 for whole weeks")
    }

    @Test func `services that need each other in a circle are pointed out once`() throws {
        let found = try warnings(
            "policy: default\n\n", "policy: default\n    dependencies: [checkout]\n\n")
        #expect(found.map(\.field) == ["services[checkout].dependencies"])
        #expect(found.first?.message == "needs itself: checkout, search, checkout")
    }

    @Test func `a shift behind one that is always on is never used`() throws {
        let found = try warnings("        window: \"09:00-17:00\"\n        days: mon-fri\n", "")
        #expect(found.map(\.field) == ["schedules[follow-the-sun].shifts[1]"])
        #expect(found.first?.message.contains("never used") == true)
    }
}
