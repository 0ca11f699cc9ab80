import Basics
import Foundation
import CoreMetrics
import Logging
import RegionCore
import SQLiteStore

/// The thread that owns the store: writes batches in order, all that wait in one transaction, which
/// is the group commit. A batch that cannot be written is tried again until it can: order is kept,
/// nothing is skipped, and the core is told each time.
final class DiskWriter: Sendable {
    /// The pauses between two tries to write: the first, and the longest.
    private static let retryPauses = (first: Span.milliseconds(50), longest: Span.seconds(2))

    private let loop: SerialLoop<WriteBatch>
    private let store: SQLiteStore
    private let isStopping = Locked(false)

    init(
        store: SQLiteStore, clock: NodeClock, metrics: NodeMetrics,
        report: @escaping @Sendable (Input) -> Void,
        giveUp: @escaping @Sendable (StoreError) -> Void
    ) {
        self.store = store
        loop = SerialLoop(clock: clock)
        loop.start(name: "meridian-disk") { [store, isStopping] batches in
            guard let token = batches.last?.token else { return nil }
            var pause = Self.retryPauses.first
            while true {
                let started = clock.now()
                do throws(StoreError) {
                    try store.write(batches)
                    metrics.diskWrite.recordMicroseconds((clock.now() - started).microseconds)
                    report(.durable(token: token))
                    return nil
                } catch {
                    metrics.diskFailures.increment()
                    report(.writeFailed(token: token, reason: error.message))
                    if isStopping.withLock({ $0 }) { return nil }
                    if !Self.mayRecover(error) {
                        giveUp(error)
                        return nil
                    }
                    Thread.sleep(forTimeInterval: Double(pause.microseconds) / 1e6)
                    pause = min(pause * 2, Self.retryPauses.longest)
                }
            }
        }
    }

    /// Hands over a batch; never waits.
    func write(_ batch: WriteBatch) { loop.post(batch) }

    /// Writes what waits, then ends.
    func stop() {
        isStopping.withLock { $0 = true }
        loop.stop(within: .seconds(5))
        store.close()
    }

    /// Whether a failed write may succeed later: a full or refusing disk may, lost or damaged bytes
    /// not.
    private static func mayRecover(_ error: StoreError) -> Bool {
        switch error.code {
        case .full, .io, .denied, .locked: true
        case .corrupt, .rolledBack, .wrongMember, .wrongCluster, .foreignFile, .newerSchema,
            .otherFormat,
            .oldLibrary, .outOfOrder, .closed:
            false
        }
    }
}
