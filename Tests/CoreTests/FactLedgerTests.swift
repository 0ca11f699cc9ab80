import Basics
import IncidentModel
import Testing
import Wire

@testable import RegionCore

/// What one member holds of the others' facts.
struct FactLedgerTests {
    private let origin = MemberID(2)

    private func batches(_ lengths: [UInt64]) -> [FactBatch] {
        var writer = FactWriter()
        var after: UInt64 = 0
        return lengths.map { length in
            let facts = (0..<length).map { number in
                writer.fact(.noteAdded(Note(by: "mei", text: "\(number)")), by: 2, at: 1)
            }
            defer { after += length }
            return FactBatch(origin: origin, after: after, through: after + length, facts: facts)
        }
    }

    @Test func `batches that overtake each other are all taken in, in whatever order they come`() {
        let sent = batches([1, 2, 1, 3])
        for order in [[0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0], [2, 2, 3, 0, 1, 1]] {
            var ledger = FactLedger(me: MemberID(1), facts: [], through: [])
            let taken = order.flatMap { ledger.accept(sent[$0]) ?? [] }
            #expect(taken.map(\.id.sequence) == [1, 2, 3, 4, 5, 6, 7], "\(order)")
            #expect(ledger.through(origin) == 7)
            #expect(ledger.unmergedCount == 7)
        }
    }

    @Test func `a gap is told, so that somebody asks for what is missing`() {
        let sent = batches([1, 1, 1])
        var ledger = FactLedger(me: MemberID(1), facts: [], through: [])
        #expect(ledger.accept(sent[2]) == nil)
        #expect(ledger.through(origin) == 0)
        #expect(ledger.accept(sent[0])?.count == 1)
        #expect(ledger.accept(sent[0])?.isEmpty == true)
        // A pull brings everything from where the gap began; what was kept is not taken in twice.
        let pulled = FactBatch(
            origin: origin, after: 1, through: 3, facts: sent[1].facts + sent[2].facts)
        #expect(ledger.accept(pulled)?.map(\.id.sequence) == [2, 3])
        #expect(ledger.unmergedCount == 3)
    }

    @Test func `only so much is kept for later`() {
        let sent = batches(Array(repeating: 1, count: 100))
        var ledger = FactLedger(me: MemberID(1), facts: [], through: [])
        for batch in sent.dropFirst().reversed() { #expect(ledger.accept(batch) == nil) }
        let taken = ledger.accept(sent[0])
        #expect(taken?.count == 1 + FactLedger.earlyBatchesMax)
    }
}
