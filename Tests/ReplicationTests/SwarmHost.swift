import Basics
import Replication

/// One member of a random run: its node while it lives, its disk for ever.
struct SwarmHost {
    struct Applied {
        var index: LogIndex = 0
        var state: UInt64 = 0
    }

    var config: ReplicationConfig
    var replica: ReplicaNode?
    var incarnation: UInt64 = 0
    var disk = TestDisk()
    var unsynced: [UnsyncedTurn] = []
    var isSyncing = false
    var isPaused = false
    var applied: [GroupID: Applied] = [:]
    /// Snapshots to take when the turn's own writes are on their way.
    var wanted: [(group: GroupID, index: LogIndex)] = []
    /// Transfers that began and of which no end was seen.
    var transferring: [GroupID: Term] = [:]

    /// What a crash leaves: some of what was not synced is there all the same, from the oldest on.
    mutating func crash(keeping count: Int) {
        let writes = unsynced.flatMap(\.writes)
        for write in writes.prefix(count) { disk.apply(write) }
        replica = nil
        unsynced = []
        isSyncing = false
        isPaused = false
        applied = [:]
        transferring = [:]
        wanted = []
    }
}

/// Something that happens at a time.
struct SwarmEvent: Comparable {
    enum Kind {
        case message(Message, from: Int, to: Int)
        case heartbeat(Heartbeat, from: Int, to: Int, sentAt: Instant)
        case synced(host: Int, incarnation: UInt64)
        case resume(host: Int)
        case restart(host: Int)
        case healed(from: Int, to: Int)
        case step
    }
    var at: Instant
    var number: UInt64
    var kind: Kind

    static func < (a: SwarmEvent, b: SwarmEvent) -> Bool { (a.at, a.number) < (b.at, b.number) }
    static func == (a: SwarmEvent, b: SwarmEvent) -> Bool { a.number == b.number }
}
