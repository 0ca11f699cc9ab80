import Basics
import IncidentModel
import Testing

/// A request that came through two regions acts once, in whatever order its facts meet.
struct ActKeyTests {
    private let key = ActKey(bits: 7)

    private func facts() -> (opening: Fact, here: Fact, there: Fact) {
        var writer = FactWriter()
        let opening = writer.fact(report(alert()), by: 1, at: 0)
        var here = writer.fact(.noteAdded(Note(by: "mei", text: "seen")), by: 1, at: 1)
        var there = writer.fact(.noteAdded(Note(by: "mei", text: "seen")), by: 2, at: 2)
        (here.key, there.key) = (key, key)
        return (opening, here, there)
    }

    private func notes(_ incident: Incident) -> Int {
        incident.timeline.count { $0.kind == .note }
    }

    @Test(arguments: [false, true])
    func `the first fact of a key acts, and all are merged`(thereFirst: Bool) {
        let (opening, here, there) = facts()
        let merged = incident([opening] + (thereFirst ? [there, here] : [here, there]))
        #expect(notes(merged) == 1)
        #expect(merged.hasMerged(here.id) && merged.hasMerged(there.id))
        #expect(merged.hasActed(key) && !merged.hasActed(ActKey(bits: 8)))
    }

    @Test func `what is not merged yet is seen once, too`() {
        let (opening, here, there) = facts()
        #expect(notes(incident([opening]).viewed(with: [here, there])) == 1)
        #expect(notes(incident([opening, there]).viewed(with: [here])) == 1)
        #expect(incident([opening]).viewed(with: [here]).hasActed(key))
    }

    @Test func `facts without a key all act`() {
        var (opening, here, there) = facts()
        (here.key, there.key) = (.none, .none)
        let merged = incident([opening, here, there])
        #expect(notes(merged) == 2)
        #expect(!merged.hasActed(.none))
    }

    @Test func `so many keys are remembered, the newest, also through a snapshot`() throws {
        var writer = FactWriter()
        var facts = [writer.fact(report(alert()), by: 1, at: 0)]
        for number in 1...Incident.actedMax + 5 {
            var fact = writer.fact(.noteAdded(Note(by: "mei", text: "n")), by: 1, at: 1)
            fact.key = ActKey(bits: UInt64(number))
            #expect(try Fact(decoding: fact.encoded) == fact)
            facts.append(fact)
        }
        let merged = try Incident(decoding: incident(facts).encoded)
        #expect(!merged.hasActed(ActKey(bits: 5)) && merged.hasActed(ActKey(bits: 6)))
        #expect(merged.hasActed(ActKey(bits: UInt64(Incident.actedMax + 5))))
    }
}
