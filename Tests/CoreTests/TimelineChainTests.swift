import Basics
import IncidentModel
import Testing

/// The hash chain of a timeline, worked out anew.
struct TimelineChainTests {
    private func entries(_ count: Int) -> [TimelineEntry] {
        var writer = FactWriter()
        let facts = (0..<count).map { number in
            number == 0
                ? writer.fact(report(alert()), by: 1, at: 0)
                : writer.fact(
                    .noteAdded(Note(by: "mei", text: "\(number)")), by: 1, at: Int64(number))
        }
        return Array(incident(facts).timeline)
    }

    @Test func `an untouched timeline holds, what is known here only has no digest`() {
        var all = entries(12)
        let chain = TimelineChain(of: TimelineList(all))
        #expect(chain.verified == all.count)
        #expect(chain.committed == all.count)
        #expect(chain.brokenAt == nil)
        #expect(chain.isWhole)
        #expect(chain.head == all.last?.digest)
        var local = all[3]
        (local.index, local.digest) = (0, .zero)
        all.append(local)
        let withLocal = TimelineChain(of: TimelineList(all))
        #expect(withLocal == chain)
    }

    @Test(arguments: [0, 1, 5, 11])
    func `a word that was changed breaks it there`(at place: Int) {
        var all = entries(12)
        all[place].text += "!"
        let chain = TimelineChain(of: TimelineList(all))
        #expect(chain.brokenAt == all[place].index)
        #expect(chain.verified == place)
    }

    @Test func `a chain that was sealed anew from some entry on has another head`() {
        let all = entries(12)
        var forged = TimelineList()
        var head = Digest256.zero
        for (place, entry) in all.enumerated() {
            var copy = entry
            if place == 4 { copy.text = "nothing happened" }
            copy = copy.sealed(after: head)
            head = copy.digest
            forged.append(copy)
        }
        let chain = TimelineChain(of: forged)
        #expect(chain.brokenAt == nil)
        #expect(chain.head != all.last?.digest)
    }

    @Test func `without its oldest entries the rest is checked, and it is said`() {
        let chain = TimelineChain(of: TimelineList(entries(12).dropFirst(3)))
        #expect(!chain.isWhole)
        #expect(chain.brokenAt == nil)
        #expect(chain.verified == chain.committed)
    }
}
