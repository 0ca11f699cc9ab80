import Basics
import IncidentModel
import RegionCore
import Replication

/// One member's disk: what survives a crash, as the store would give it back, and what is on its
/// way.
///
/// Batches are written in order, all that wait in one transaction, as the runtime's disk thread
/// does. A transaction ends with a checksum: one that was cut off within is as if it had never
/// been, and a damaged one is refused at the next start.
struct SimDisk {
    private var state = DiskState()
    /// Batches that are not durable, oldest first.
    private(set) var queue: [WriteBatch] = []
    /// How many of them the write that is under way takes; 0 if none is.
    private(set) var inFlight = 0
    /// The highest incarnation ever given out.
    private(set) var incarnation: UInt64 = 0
    /// Until when writes fail, and until when they take long.
    var failsUntil: Instant = .epoch
    var slowUntil: Instant = .epoch
    /// Planted bugs.
    private let defects: HostDefects
    /// What a defective store reported as durable and did not sync.
    private var unsynced: [WriteBatch] = []
    /// The state some batches ago, for a store that cuts its log at damage.
    private var checkpoint = DiskState()
    private var sinceCheckpoint: [WriteBatch] = []

    /// Which record was damaged.
    enum Damage: String {
        case middle
        case tail
    }

    init(defects: HostDefects = []) { self.defects = defects }

    /// A start: one more than at any start before, durable at once.
    mutating func nextIncarnation() -> Incarnation {
        incarnation += 1
        return Incarnation(incarnation)
    }

    mutating func enqueue(_ batch: WriteBatch) { queue.append(batch) }

    /// Begins to write everything that waits.
    mutating func begin() { inFlight = queue.count }

    /// The write that is under way could not be done; it stays the next to do.
    mutating func fail() -> UInt64 {
        let token = queue[max(0, inFlight - 1)].token
        inFlight = 0
        return token
    }

    /// The write that is under way is done; gives back its batches.
    mutating func finish() -> [WriteBatch] {
        defer { inFlight = 0 }
        guard inFlight < queue.count else {
            defer { queue = [] }
            return queue
        }
        let done = Array(queue.prefix(inFlight))
        queue.removeFirst(inFlight)
        return done
    }

    /// How many parts the write that is under way has: a byte string would be cut between or in them.
    var partsInFlight: Int {
        queue.prefix(inFlight).reduce(0) { $0 + $1.groups.count + $1.facts.count + 1 }
    }

    /// The process died. The write that was under way took place as a whole or not at all, the rest
    /// is gone; `cut` says after how many of its parts it ended, with all of them it is whole. Gives
    /// back what took place.
    mutating func crash(cut: Int) -> [WriteBatch] {
        let torn = Array(queue.prefix(inFlight))
        let isWhole = cut >= partsInFlight
        let isKept = isWhole || defects.contains(.tornTransactionKept)
        queue.removeAll()
        inFlight = 0
        unsynced.removeAll()
        return isWhole ? torn : isKept ? Self.lastParts(of: torn, without: cut) : []
    }

    /// A transaction without its first parts: a disk writes its blocks in any order.
    private static func lastParts(of batches: [WriteBatch], without count: Int) -> [WriteBatch] {
        var rest = count
        return batches.map { batch in
            var part = batch
            part.groups = Array(batch.groups.dropFirst(rest))
            rest = max(0, rest - batch.groups.count)
            part.facts = Array(batch.facts.dropFirst(rest))
            rest = max(0, rest - batch.facts.count - 1)
            return part
        }
    }

    /// A new disk in the place of one that is lost.
    mutating func replace() {
        state = DiskState()
        unsynced.removeAll()
        (checkpoint, sinceCheckpoint) = (DiskState(), [])
    }

    /// What a store does that takes damage in its middle for a torn tail: the rest is forgotten.
    mutating func forgetAfterDamage() {
        state = checkpoint
        for batch in sinceCheckpoint.dropLast(max(1, sinceCheckpoint.count / 2)) {
            _ = state.apply(batch)
        }
        sinceCheckpoint = []
        checkpoint = state
    }

    /// What the store gives back at a start.
    func restored(_ incarnation: Incarnation) -> RestoredState { state.restored(incarnation) }

    /// Applies a batch as the store would; says what the store would have refused.
    mutating func apply(_ batch: WriteBatch, isSyncSkipped: Bool = false) -> String? {
        if isSyncSkipped {
            unsynced.append(batch)
            return nil
        }
        for early in unsynced { _ = state.apply(early) }
        unsynced.removeAll()
        if defects.contains(.damageTakenForTornTail) {
            if sinceCheckpoint.count >= 24 {
                checkpoint = state
                sinceCheckpoint = []
            }
            sinceCheckpoint.append(batch)
        }
        return state.apply(batch)
    }
}
