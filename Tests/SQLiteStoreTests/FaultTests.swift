import Basics
import GRDBSQLite
import RegionCore
@testable import SQLiteStore
import Testing

/// How an operation of the disk fails.
enum FaultKind: CaseIterable, CustomTestStringConvertible {
    case ioOnce, ioForEver, fullOnce, fullForEver

    var code: Int32 {
        switch self {
        case .ioOnce, .ioForEver: SQLITE_IOERR | (3 << 8)
        case .fullOnce, .fullForEver: SQLITE_FULL
        }
    }

    var isSticky: Bool {
        switch self {
        case .ioOnce, .fullOnce: false
        case .ioForEver, .fullForEver: true
        }
    }

    var testDescription: String { "code \(code)\(isSticky ? ", and all behind" : "")" }
}

@Suite struct FaultTests {
    /// *Source:* sqlite.org/testing.html, 3.2: fail the Nth operation, N = 1 until nothing fails.
    @Test(arguments: FaultKind.allCases)
    func `whichever operation fails, nothing answered is lost and nothing failed is answered`(
        kind: FaultKind
    ) throws {
        var number = 1
        var failures = 0
        while try run(failing: number, kind) {
            failures += 1
            number += 1
            try #require(number < 5_000, "the run never gets through")
        }
        #expect(failures > 60)
    }

    /// One life of a store with a failing operation; false if it ended before that operation came.
    private func run(failing number: Int, _ kind: FaultKind) throws -> Bool {
        let disk = try SimulatedDisk(of: try StoreFolder(), seed: UInt64(number))
        defer { disk.detach() }
        disk.set(.operation(number, code: kind.code, isSticky: kind.isSticky))
        var options = StoreOptions()
        options.checkpointPages = 30
        var model = StoreModel()
        var maker = BatchMaker(seed: 7, groups: 2, payloadBytesMax: 2_000)
        if let store = try open(disk, options) {
            for _ in 0..<8 {
                let batch = maker.next()
                try write(batch, to: store, disk)
                model.apply(batch)
            }
            store.close()
        }
        disk.set(.none)
        let held = try disk.folder.held()
        #expect(held == model.held, "operation \(number)")
        return disk.failures > 0
    }

    /// Opens; after a failure the disk recovers, and it must open.
    private func open(_ disk: SimulatedDisk, _ options: StoreOptions) throws -> SQLiteStore? {
        do throws(StoreError) {
            return try disk.folder.open(options).store
        } catch {
            expectHonest(error)
            return nil
        }
    }

    /// Writes; after a failure the same batch again, and once more when the disk has recovered.
    private func write(_ batch: WriteBatch, to store: SQLiteStore, _ disk: SimulatedDisk) throws {
        for isLast in [false, true] {
            do throws(StoreError) {
                return try store.write(batch)
            } catch {
                expectHonest(error)
                let later = try #require(throws: StoreError.self) {
                    try store.write(WriteBatch(token: batch.token + 1))
                }
                #expect(later.code == .outOfOrder)
            }
            if isLast { break }
        }
        disk.set(.none)
        try store.write(batch)
    }

    /// A disk that fails is not a file that is damaged: the remedies differ by a whole region.
    private func expectHonest(_ error: StoreError) {
        #expect([.io, .full, .denied].contains(error.code), "\(error)")
    }

    @Test func `a full disk is told, and the batch is written when there is room`() throws {
        let disk = try SimulatedDisk(of: try StoreFolder(), seed: 1)
        defer { disk.detach() }
        let (store, _, _) = try disk.folder.open()
        var maker = BatchMaker(seed: 8)
        var model = StoreModel()
        for round in 0..<60 {
            let batch = maker.next()
            guard !batch.isEmpty else { continue }
            if round % 3 == 0 {
                disk.set(.files(suffix: "", code: SQLITE_FULL))
                for _ in 0..<3 {
                    let refusal = try #require(throws: StoreError.self) { try store.write(batch) }
                    #expect(refusal.code == .full && refusal.message.contains("Free space"))
                }
                disk.set(.none)
            }
            try store.write(batch)
            model.apply(batch)
        }
        store.close()
        #expect(try disk.folder.held() == model.held)
    }

    @Test func `the limit of the file is kept, and can be raised`() throws {
        let folder = try StoreFolder()
        var options = StoreOptions()
        options.databasePagesMax = 40
        var maker = BatchMaker(seed: 9)
        var model = StoreModel()
        let (small, _, _) = try folder.open(options)
        var refused: WriteBatch?
        for _ in 0..<1_000 where refused == nil {
            let batch = maker.next()
            do throws(StoreError) {
                try small.write(batch)
                model.apply(batch)
            } catch {
                #expect(error.code == .full)
                refused = batch
            }
        }
        let batch = try #require(refused)
        #expect(try #require(throws: StoreError.self) { try small.write(batch) }.code == .full)
        small.close()
        options.databasePagesMax = 4_000
        let (large, held, _) = try folder.open(options)
        #expect(held == model.held)
        try large.write(batch)
        model.apply(batch)
        large.close()
        #expect(try folder.held() == model.held)
    }

    @Test func `checkpoints that fail are told, though batches are still written`() throws {
        let disk = try SimulatedDisk(of: try StoreFolder(), seed: 2)
        defer { disk.detach() }
        var options = StoreOptions()
        options.checkpointPages = 10
        let (store, _, _) = try disk.folder.open(options)
        var maker = BatchMaker(seed: 10)
        var model = StoreModel()
        func writeSome() throws {
            for _ in 0..<60 {
                let batch = maker.next()
                try store.write(batch)
                model.apply(batch)
            }
        }
        disk.set(.files(suffix: ".sqlite", code: SQLITE_FULL))
        try writeSome()
        #expect(store.sizes().trouble?.code == .full)
        #expect(store.sizes().writeAheadLogBytes > 100 * 4_120)
        disk.set(.none)
        try writeSome()
        #expect(store.sizes().trouble == nil)
        #expect(store.sizes().writeAheadLogBytes < 100 * 4_120)
        store.close()
        #expect(try disk.folder.held() == model.held)
    }
}
