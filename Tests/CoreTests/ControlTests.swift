import Basics
import Escalation
import IncidentModel
import OnCall
import RegionCore
import Testing

/// What the control group says: which roster is in force, and who is on call otherwise than it says.
struct ControlTests {
    private var writer = FactWriter()
    private let control = RegionCore.controlGroup(cluster: "test", foundingEpoch: 1)

    @discardableResult
    private mutating func word(
        _ saying: RosterSaying, by person: PersonID = "mei", member: UInt64 = 1, at seconds: Int64
    ) -> Fact {
        writer.fact(
            .roster(RosterWord(by: person, reason: "because", saying: saying)), by: member,
            at: seconds, about: control)
    }

    private func merged(_ facts: [Fact]) -> Incident {
        var incident = Incident(group: control)
        for (index, fact) in facts.enumerated() {
            incident.applyMerge([fact], index: LogIndex(index + 1))
        }
        return incident
    }

    private func document(_ version: String, on base: String) -> RosterSaying {
        .applied(RosterDocument(version: version, base: base, text: "text of \(version)"))
    }

    private func override(_ person: PersonID, from: Int64 = 0, to: Int64 = 100) -> OverrideWord {
        OverrideWord(schedule: "s", person: person, replaces: nil, from: at(from), to: at(to))
    }

    @Test mutating func `a roster against the one in force follows it, another is a proposal`() {
        let facts = [
            word(document("a", on: "file"), at: 1), word(document("b", on: "a"), at: 2),
            word(document("c", on: "a"), by: "joe", member: 2, at: 2),
        ]
        let state = merged(facts).control
        #expect(state?.current?.document.version == "b")
        #expect(state?.current?.document.text == "text of b")
        #expect(state?.versions.map(\.document.version) == ["a", "b"])
        #expect(state?.proposals.map(\.document.version) == ["c"])
        #expect(merged(facts).timeline.last?.text.contains("kept as a proposal") == true)
        #expect(merged(facts).status == .unopened)
    }

    @Test
    mutating func `a roster that is not in the log is in force nowhere, an override is at once`() {
        let roster = word(document("a", on: "file"), at: 1)
        let change = word(.overridden(override("joe")), at: 2)
        let view = Incident(group: control).viewed(with: [roster, change])
        #expect(view.control?.current == nil)
        #expect(view.control?.changes.count == 1)
    }

    @Test mutating func `words about a change may come before it`() {
        let swap = word(.swapAsked(override("mei")), at: 1)
        let taken = word(.swapTaken(swap.id), by: "joe", member: 2, at: 3)
        let leave = word(.left(LeaveWord(person: "ana", from: at(0), to: at(9))), at: 2)
        let back = word(.cancelled(leave.id), member: 2, at: 4)
        let expected = merged([swap, leave, taken, back]).control
        #expect(expected?.changes.map(\.kind) == [.swap(override("mei"), takenBy: "joe")])
        #expect(merged([taken, back, swap, leave]).control == expected)
        #expect(merged([taken, swap, back, leave]).control == expected)
    }

    @Test mutating func `a swap that two take belongs to the first`() {
        let swap = word(.swapAsked(override("mei")), at: 1)
        let one = word(.swapTaken(swap.id), by: "joe", at: 2)
        let other = word(.swapTaken(swap.id), by: "ana", member: 2, at: 3)
        #expect(
            merged([swap, one, other]).control?.changes.map(\.kind)
                == [.swap(override("mei"), takenBy: "joe")])
    }

    @Test mutating func `the on-call engine gets overrides, taken swaps and leave`() {
        let facts = [
            word(.overridden(override("joe")), at: 1), word(.swapAsked(override("mei")), at: 2),
            word(.swapAsked(override("ana")), at: 3),
            word(.left(LeaveWord(person: "raj", from: at(0), to: at(9))), at: 4),
        ]
        let taken = word(.swapTaken(facts[1].id), by: "zoe", at: 5)
        let changes = OnCallChanges(merged(facts + [taken]).control ?? ControlState())
        #expect(changes.overrides.map(\.person) == ["joe", "zoe"])
        #expect(changes.overrides.map(\.replaces) == [nil, "mei"])
        #expect(changes.overrides.map(\.kind) == [.override, .swap])
        #expect(changes.overrides.map(\.order) == [1, 2])
        #expect(changes.leaves.map(\.person) == ["raj"])
    }

    @Test mutating func `what is long over is forgotten, and only so many versions are kept`() {
        var facts = [word(.overridden(override("joe")), at: 1)]
        for number in 0..<14 {
            facts.append(
                word(document("v\(number)", on: number == 0 ? "" : "v\(number - 1)"), at: 10))
        }
        facts.append(word(.overridden(override("ana", from: 0, to: 4_000_000)), at: 3_500_000))
        let state = merged(facts).control
        #expect(state?.versions.count == ControlState.versionsMax)
        #expect(state?.current?.document.version == "v13")
        #expect(state?.changes.map(\.kind) == [.override(override("ana", from: 0, to: 4_000_000))])
    }

    @Test mutating func `a snapshot keeps everything`() throws {
        let incident = merged([
            word(document("a", on: ""), at: 1), word(document("b", on: "x"), at: 2),
            word(.overridden(override("joe")), at: 3), word(.swapAsked(override("mei")), at: 4),
            word(.cancelled(FactID(origin: MemberID(9), sequence: 9)), at: 5),
        ])
        #expect(try Incident(decoding: incident.encoded) == incident)
    }

    @Test(arguments: ["m1.42", "m2a7257a2a0ce4cae.3"])
    func `the id of a change reads back`(text: String) {
        #expect(FactID(text: text)?.description == text)
    }

    @Test(arguments: ["", "m1", "m1.", "m.1", "1.1", "m1.0", "m1.x", "mzz.1", "m1.1.1"])
    func `what is no id is refused`(text: String) {
        #expect(FactID(text: text) == nil)
    }
}
