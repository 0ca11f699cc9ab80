import Basics
import RegionCore
@testable import SQLiteStore
import Testing

@Suite struct PowerFailureTests {
    /// What one life of a store had answered, and how the power failed in it.
    private struct Life {
        /// What was held after so many answers; the first is what was there at the start.
        var models: [StoreModel]
        /// What a batch in flight would have made of the last.
        var crashes: [SimulatedDisk.Crash]
    }

    @Test(arguments: 0..<25 as Range<UInt64>)
    func `after a power failure at any moment all that was answered is there, and no half batch`(
        seed: UInt64
    ) throws {
        var random = RandomStream(seed: seed)
        var folder = try StoreFolder()
        var maker = BatchMaker(seed: seed, payloadBytesMax: 1_500)
        var start = StoreModel()
        // Power fails, and fails again while the next process recovers and goes on.
        for generation in 0..<3 as Range<UInt64> {
            let before = maker
            let life = try live(
                in: folder, from: start, &maker, seed: seed * 10 + generation,
                fault: seed % 3 == 0 ? .syncs(perMillion: 30_000) : .none)
            var next: (StoreFolder, StoreModel, answered: Int)?
            for crash in life.crashes {
                let after = try StoreFolder(crash.files)
                let possible = life.models[crash.answered...].prefix(2)
                do throws(StoreError) {
                    let held = try after.held()
                    let model = try #require(possible.first { $0.held == held })
                    if next == nil || random.chance(perMillion: 300_000) {
                        let count = life.models.firstIndex { $0.held == model.held } ?? 0
                        next = (try StoreFolder(crash.files), model, count)
                    }
                } catch let error as StoreError {
                    Issue.record("operation \(crash.operation): \(error)")
                }
            }
            guard let next else { break }
            (folder, start) = (next.0, next.1)
            maker = before
            for _ in 0..<next.answered { _ = maker.next() }
        }
    }

    /// Opens a folder and writes, while the power fails now and then.
    private func live(
        in folder: StoreFolder, from start: StoreModel, _ maker: inout BatchMaker, seed: UInt64,
        fault: SimulatedDisk.Fault
    ) throws -> Life {
        let disk = try SimulatedDisk(of: folder, seed: seed)
        defer { disk.detach() }
        var models = [start]
        disk.set(fault)
        disk.crash(perMillion: 40_000)
        try disk.answered(0)
        var options = StoreOptions()
        options.checkpointPages = 25
        let store = try insist { () throws(StoreError) in try folder.open(options).store }
        for _ in 0..<25 {
            let batch = maker.next()
            var model = models[models.count - 1]
            model.apply(batch)
            models.append(model)
            try insist { () throws(StoreError) in try store.write(batch) }
            try disk.answered(models.count - 1)
        }
        var crashes = disk.takeCrashes()
        crashes.append(disk.crashNow())
        store.close()
        return Life(models: models, crashes: crashes + disk.takeCrashes())
    }

    /// Tries until the disk does it.
    private func insist<Result>(_ body: () throws(StoreError) -> Result) throws -> Result {
        for _ in 0..<50 {
            do throws(StoreError) { return try body() } catch {
                try #require(error.code == .io, "\(error)")
            }
        }
        return try body()
    }

    /// The test of the tests: without syncs, answers are lost, and the mark tells most of it.
    @Test func `a disk that lies about syncs is noticed`() throws {
        var (lost, told) = (0, 0)
        for seed in 0..<20 as Range<UInt64> {
            var maker = BatchMaker(seed: seed, payloadBytesMax: 1_500)
            let folder = try StoreFolder()
            // The first start is sound.
            try folder.open().store.close()
            let life = try live(
                in: folder, from: StoreModel(), &maker, seed: seed, fault: .lyingSyncs)
            for crash in life.crashes where crash.answered > 0 {
                let after = try StoreFolder(crash.files)
                do throws(StoreError) {
                    let held = try after.held()
                    let possible = life.models[crash.answered...].prefix(2)
                    if !possible.contains(where: { $0.held == held }) { lost += 1 }
                } catch {
                    told += 1
                }
            }
        }
        #expect(lost > 0)
        #expect(told > 0)
    }
}
