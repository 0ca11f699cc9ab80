import Basics
import RegionCore
@testable import SQLiteStore
import Testing

@Suite struct PowerFailureTests {
    /// What is answered at some moment, and what makes the batches behind it.
    private struct Moment {
        var model = StoreModel()
        var maker: BatchMaker

        var next: Moment {
            var next = self
            next.model.apply(next.maker.next())
            return next
        }
    }

    /// One life of a store: its moments, and the crashes in it.
    private struct Life {
        /// What it may have found at its start.
        var start: [Moment]
        /// What it found, and what it held after each answer.
        var moments: [Moment] = []
        var crashes: [SimulatedDisk.Crash] = []

        /// What may be found after a crash: what was answered, with or without the batch in flight.
        func possible(after crash: SimulatedDisk.Crash) -> [Moment] {
            guard crash.answered >= 0 else { return start }
            let last = moments[crash.answered]
            return [last, last.next]
        }
    }

    @Test(arguments: 0..<16 as Range<UInt64>)
    func `after a crash at any moment all that was answered is there, and no half batch`(
        seed: UInt64
    ) throws {
        var random = RandomStream(seed: seed)
        var disk = try SimulatedDisk(of: try StoreFolder(), seed: seed)
        var start = [Moment(maker: BatchMaker(seed: seed, payloadBytesMax: 600))]
        // It crashes again while the next process recovers from the first crash, and goes on.
        for generation in 1...4 as ClosedRange<UInt64> {
            let life = try live(
                on: disk, start, seed % 3 == 0 ? .syncs(perMillion: 30_000) : .none)
            for crash in life.crashes {
                let possible = life.possible(after: crash)
                do throws(StoreError) {
                    let held = try StoreFolder.holding(crash.files)
                    #expect(
                        possible.contains { $0.model.held == held },
                        "operation \(crash.operation) of life \(generation)")
                } catch {
                    Issue.record("operation \(crash.operation) of life \(generation): \(error)")
                }
            }
            let crash = random.pick(life.crashes)
            start = life.possible(after: crash)
            disk = try SimulatedDisk(after: crash, seed: seed * 10 + generation)
        }
        disk.detach()
    }

    /// Opens a folder and writes, while it crashes now and then.
    private func live(
        on disk: SimulatedDisk, _ start: [Moment], _ fault: SimulatedDisk.Fault
    ) throws -> Life {
        defer { disk.detach() }
        var life = Life(start: start)
        disk.set(fault)
        disk.crash(perMillion: 15_000)
        var options = StoreOptions()
        options.checkpointPages = 25
        let opened = try insist { () throws(StoreError) in try disk.folder.open(options) }
        let found = try #require(start.first { $0.model.held == opened.held })
        life.moments.append(found)
        try disk.answered(0)
        for _ in 0..<20 {
            var moment = life.moments[life.moments.count - 1]
            let batch = moment.maker.next()
            moment.model.apply(batch)
            try insist { () throws(StoreError) in try opened.store.write(batch) }
            life.moments.append(moment)
            try disk.answered(life.moments.count - 1)
        }
        life.crashes = disk.takeCrashes() + [disk.crashNow()]
        opened.store.close()
        life.crashes += disk.takeCrashes()
        return life
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

    /// The test of the tests: without syncs, answers are lost, and the mark tells some of it.
    @Test func `a disk that lies about syncs is noticed`() throws {
        var (lost, told) = (0, 0)
        for seed in 0..<12 as Range<UInt64> {
            let folder = try StoreFolder()
            // The first start is sound.
            try folder.open().store.close()
            let start = [Moment(maker: BatchMaker(seed: seed, payloadBytesMax: 600))]
            let life = try live(
                on: try SimulatedDisk(of: folder, seed: seed), start, .lyingSyncs)
            for crash in life.crashes where !crash.isKill && crash.answered > 0 {
                do throws(StoreError) {
                    let held = try StoreFolder.holding(crash.files)
                    if !life.possible(after: crash).contains(where: { $0.model.held == held }) {
                        lost += 1
                    }
                } catch {
                    told += 1
                }
            }
        }
        #expect(lost > 0)
        #expect(told > 0)
    }
}

extension StoreFolder {
    /// What a store with these files holds. *Errors:* why it is refused.
    static func holding(_ files: [String: [UInt8]]) throws(StoreError) -> Held {
        guard let folder = try? StoreFolder(files) else {
            preconditionFailure("no temporary folder can be made")
        }
        return try folder.held()
    }
}
