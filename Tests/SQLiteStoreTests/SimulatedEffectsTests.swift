import Basics
import RegionCore
@testable import SQLiteStore
import Simulation
import Synchronization
import Testing

/// What a simulated cluster writes, written into SQLite as well: the same effects give equal reads.
@Suite struct SimulatedEffectsTests {
    /// Batches by member, in the order in which they became durable.
    private final class Recorder: Sendable {
        let batches = Mutex<[Int: [WriteBatch]]>([:])
        func note(_ node: Int, _ batch: WriteBatch) {
            batches.withLock { $0[node, default: []].append(batch) }
        }
    }

    @Test(arguments: [2, 5, 8, 11] as [UInt64])
    func `the same effects give equal reads from SQLite and the simulated disk`(
        seed: UInt64
    ) throws {
        let recorder = Recorder()
        var request = SimRequest(seed: seed, safetyPhase: .seconds(25))
        request.onBatch = { recorder.note($0, $1) }
        #expect(simulate(request).violation == nil)
        let recorded = recorder.batches.withLock { $0 }
        let members = recorded.keys.sorted().prefix(2)
        #expect(!members.isEmpty)
        for member in members {
            try replay(recorded[member] ?? [], RandomStream(seed: seed))
        }
    }

    private func replay(_ batches: [WriteBatch], _ stream: RandomStream) throws {
        var random = stream
        let folder = try StoreFolder()
        var model = DiskState()
        var store = try folder.open().store
        var rest = batches[...]
        while !rest.isEmpty {
            // Several in one transaction, as the disk thread takes them; a process that was started again
            // counts from the beginning.
            var part: [WriteBatch] = []
            let most = 1 + Int(random.below(4))
            while part.count < most, let next = rest.first, next.token > part.last?.token ?? 0 {
                part.append(rest.removeFirst())
            }
            try store.write(part)
            for batch in part { #expect(model.apply(batch) == nil) }
            let isNewProcess = rest.first.map { $0.token <= part.last?.token ?? 0 } ?? true
            guard isNewProcess || random.chance(perMillion: 30_000) else { continue }
            store.close()
            let (reopened, held, incarnation) = try folder.open()
            #expect(held == Held(model.restored(incarnation)))
            store = reopened
        }
        store.close()
    }
}
