import Basics
import IncidentModel
import RegionCore
import Replication
@testable import SQLiteStore
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `random batches are given back as a model says, across restarts`(seed: UInt64) throws {
        let folder = try StoreFolder()
        var random = RandomStream(seed: seed)
        var maker = BatchMaker(seed: seed)
        var model = StoreModel()
        var (store, held, incarnation) = try folder.open()
        #expect(held == model.held && incarnation == Incarnation(1))
        for _ in 0..<(5 + random.below(25)) {
            var batches = [maker.next()]
            if random.chance(perMillion: 200_000) { batches.append(maker.next()) }
            try store.write(batches)
            for batch in batches { model.apply(batch) }
            if random.chance(perMillion: 150_000) {
                store.close()
                let last = incarnation
                (store, held, incarnation) = try folder.open()
                #expect(held == model.held)
                #expect(incarnation.number == last.number + 1)
            }
        }
        store.close()
        #expect(try folder.held() == model.held)
    }

    @Test func `a small cache of groups changes nothing but the speed`() throws {
        let folder = try StoreFolder()
        var maker = BatchMaker(seed: 1, groups: 40, payloadBytesMax: 100)
        var model = StoreModel()
        let (store, _, _) = try folder.open()
        for round in 0..<200 {
            let batch = maker.next()
            if round % 10 == 0 { store.forgetCache() }
            try store.write(batch)
            model.apply(batch)
        }
        store.close()
        #expect(try folder.held() == model.held)
    }

    @Test func `the order of snapshot and entries in one write does not matter`() throws {
        let folder = try StoreFolder()
        let group = GroupID(high: 1, low: 2)
        func entry(_ index: LogIndex) -> LogEntry {
            LogEntry(index: index, term: 1, kind: .data, payload: [UInt8(index)])
        }
        let (store, _, _) = try folder.open()
        var batch = WriteBatch(token: 1)
        batch.groups = [
            GroupWrite(
                group: group, hardState: HardState(term: 1, votedFor: nil),
                entries: [entry(1), entry(2), entry(3)],
                snapshot: Snapshot(index: 2, term: 1, payload: []), commit: 9)
        ]
        try store.write(batch)
        store.close()
        let restored = try folder.held().groups
        #expect(restored.map(\.entries) == [[entry(3)]])
        #expect(restored.map(\.snapshot) == [Snapshot(index: 2, term: 1, payload: [])])
        // The commit hint says no more than what exists.
        #expect(restored.map(\.commit) == [3])
    }

    @Test func `a fact that comes again leaves the first one as it is`() throws {
        let folder = try StoreFolder()
        func fact(_ text: String) -> Fact {
            Fact(
                id: FactID(origin: MemberID(9), sequence: 1), group: GroupID(high: 0, low: 0),
                time: .zero, region: "test", body: .noteAdded(Note(by: "ann", text: text)))
        }
        let (store, _, _) = try folder.open()
        for (token, text) in [(1, "first"), (2, "second")] as [(UInt64, String)] {
            var batch = WriteBatch(token: token)
            batch.facts = [fact(text)]
            try store.write(batch)
        }
        store.close()
        #expect(try folder.held().facts == [fact("first")])
    }

    @Test func `facts and commit hints never go back`() throws {
        let folder = try StoreFolder()
        let group = GroupID(high: 3, low: 4)
        let member = MemberID(.max)
        let (store, _, _) = try folder.open()
        for (token, number) in [(1, 5), (2, 3)] as [(UInt64, UInt64)] {
            var batch = WriteBatch(token: token)
            batch.groups = [
                GroupWrite(
                    group: group, snapshot: Snapshot(index: 7, term: 1, payload: [1]),
                    commit: number + 7)
            ]
            batch.factsThrough = [FactID(origin: member, sequence: number)]
            try store.write(batch)
        }
        store.close()
        let held = try folder.held()
        #expect(held.factsThrough == [FactID(origin: member, sequence: 5)])
        #expect(held.groups.map(\.commit) == [7])
    }

    @Test func `the number of an own fact is not given out again`() throws {
        let folder = try StoreFolder()
        let own = FactID(origin: StoreFolder.member, sequence: 4)
        let other = FactID(origin: MemberID(1), sequence: 1)
        let (store, _, _) = try folder.open()
        var batch = WriteBatch(token: 1)
        batch.facts = [
            Fact(
                id: own, group: GroupID(high: 0, low: 1), time: .zero, region: "test",
                body: .noteAdded(Note(by: "ann", text: "")))
        ]
        batch.factsThrough = [other]
        try store.write(batch)
        store.close()
        #expect(try folder.held().factsThrough == [other, own])
    }

    @Test func `nothing to write needs no transaction`() throws {
        let folder = try StoreFolder()
        let (store, _, _) = try folder.open()
        let before = store.sizes().writeAheadLogBytes
        for token in 1...100 as ClosedRange<UInt64> { try store.write(WriteBatch(token: token)) }
        #expect(store.sizes().writeAheadLogBytes == before)
        store.close()
    }

    @Test func `the write-ahead log is moved into the file and does not grow`() throws {
        let folder = try StoreFolder()
        var options = StoreOptions()
        options.checkpointPages = 20
        var maker = BatchMaker(seed: 2)
        let (store, _, _) = try folder.open(options)
        var logBytesMax: UInt64 = 0
        for _ in 0..<300 {
            try store.write(maker.next())
            logBytesMax = max(logBytesMax, store.sizes().writeAheadLogBytes)
        }
        #expect(store.sizes().trouble == nil)
        #expect(logBytesMax < 100 * 4_120)
        #expect(store.sizes().databaseBytes > 100_000)
        #expect(store.sizes().freeDiskBytes != nil)
        store.close()
    }
}
