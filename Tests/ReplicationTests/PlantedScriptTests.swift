import Foundation
import Replication
import Testing

/// Planted bugs that need a long chain of events, which a script makes happen.
@Suite struct PlantedScriptTests {
    private func output(of text: String, defects: Defects) -> String {
        var world = ScriptWorld()
        world.defects = defects
        return Script(parsing: text).rendered { world.run($0) }
    }

    @Test func `an entry of an old term committed by counting is seen by figure 8`() throws {
        let file = ScriptTests.folder.appending(path: "figure-8.txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(!output(of: text, defects: []).contains("applies g1: [2:1 old"))
        let broken = output(of: text, defects: .oldTermCommitByCount)
        #expect(broken.contains("2 applies g1: [2:1 old]"))
    }

    @Test func `a long log of an old term that wins an election contradicts what is committed`() {
        let text = """
            > nodes 3
            > advance 1s
            > campaign 1 g1
            > deliver
            > cut 1 2
            > cut 1 3
            > propose 1 g1 lost1 lost2 lost3 lost4
            > advance 4s
            > crash 3
            > heal
            > advance 4s
            > status g1
            """
        let sound = output(of: text, defects: [])
        #expect(!sound.contains("contradictsCommitted"))
        #expect(sound.contains("2 term 3 leader m2 owns"))
        let broken = output(of: text, defects: .upToDateByIndexOnly)
        #expect(broken.contains("2 refuses contradictsCommitted"))
    }
}
