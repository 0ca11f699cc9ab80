import Basics
import HeapModule
import IncidentModel
import Paging
import Replication

/// What one turn collects.
struct Turn: Sendable {
    /// What replication asks for.
    var replication = Output()
    /// New facts, this member's and others'.
    var facts: [Fact] = []
    /// Facts that are merged now.
    var mergedFacts: [FactID] = []
    /// How far members' facts are held now.
    var factsThrough: [FactID] = []
    /// Pages whose time has come: what goes to one person goes in one message.
    var duePages: [DuePage] = []
    /// Their keys.
    var dueKeys: Set<StepKey> = []
    /// Orders to page; they leave when what they depend on is durable.
    var orders: [PageOrder] = []
    /// Pages whose intent is durable, or refused by the disk: looked at once more when everything
    /// this turn brings is known.
    var ripeOrders: [PageOrder] = []
    /// Frames that leave when the turn is durable.
    var framesAfterWrites: [Frame] = []
    /// What is to be done, in order.
    var effects: [Effect] = []

    /// Whether there is anything to write, or that waits for what is written.
    var hasWrites: Bool {
        !replication.writes.isEmpty || !facts.isEmpty || !mergedFacts.isEmpty
            || !factsThrough.isEmpty || !framesAfterWrites.isEmpty || !orders.isEmpty
    }

    /// It was given out.
    mutating func removeWrites() {
        facts = []
        mergedFacts = []
        factsThrough = []
        framesAfterWrites = []
        orders = []
    }

    /// The effects; the scratch is empty again.
    mutating func takeEffects() -> [Effect] {
        let taken = effects
        effects = []
        return taken
    }
}

/// A frame for one member.
struct Frame: Sendable {
    var to: MemberID
    var lane: Lane
    var bytes: [UInt8]
}

/// What waits for a batch to be durable. Batches become durable in the order of their tokens.
struct TurnOutbox: Sendable {
    /// What one batch holds back.
    struct Held: Sendable {
        var token: UInt64
        var since: Instant
        var writes: [GroupWrite] = []
        var ownThrough: UInt64?
        var frames: [Frame] = []
        var orders: [PageOrder] = []
    }

    /// The last token given out.
    private(set) var lastToken: UInt64 = 0
    /// Batches that are not durable yet, oldest first.
    private(set) var held: [Held] = []
    /// Since when the oldest of them has been on its way.
    var heldSince: Instant? { held.isEmpty ? nil : held[0].since }
    /// Writes that may wait for the next batch, and since when they wait.
    var lazyWrites: [GroupWrite] = []
    var lazyMerged: [FactID] = []
    var lazySince: Instant?
    /// Why the disk refuses writes, or empty.
    var diskError = ""
    /// When what this region owns is next handed on, while the disk refuses writes.
    var handOnAt: Instant?

    /// The next token.
    mutating func nextToken() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    /// Holds something back until a batch is durable.
    mutating func hold(_ entry: Held) { held.append(entry) }

    /// Adds to the newest batch that is not durable yet; says whether there is one.
    mutating func addToNewest(frames: [Frame], orders: [PageOrder]) -> Bool {
        guard !held.isEmpty else { return false }
        held[held.count - 1].frames.append(contentsOf: frames)
        held[held.count - 1].orders.append(contentsOf: orders)
        return true
    }

    /// After a pause of the process the disk is given its time anew.
    mutating func restartWaiting(at now: Instant) {
        for index in held.indices { held[index].since = now }
    }

    /// Everything that a durable batch, and those before it, held back.
    mutating func release(through token: UInt64) -> [Held] {
        let count = held.partitioningIndex { $0.token > token }
        let released = Array(held[..<count])
        held.removeFirst(count)
        return released
    }

    /// The orders that wait behind a failing disk: a page must not depend on a disk.
    mutating func takeOrders() -> [PageOrder] {
        var orders: [PageOrder] = []
        for index in held.indices {
            orders.append(contentsOf: held[index].orders)
            held[index].orders = []
        }
        return orders
    }
}

/// When to look at which incident: a heap of wishes; a wish that its incident no longer has is
/// ignored when it comes up.
struct Agenda: Sendable {
    private struct Wish: Comparable, Sendable {
        var at: Instant
        var group: GroupID
        static func < (a: Wish, b: Wish) -> Bool { (a.at, a.group) < (b.at, b.group) }
    }
    private var heap = Heap<Wish>()

    /// Wishes that an incident is looked at.
    mutating func add(_ group: GroupID, at instant: Instant) {
        heap.insert(Wish(at: instant, group: group))
    }

    /// The next wish whose time has come.
    mutating func popDue(at now: Instant) -> (at: Instant, group: GroupID)? {
        guard let first = heap.min, first.at <= now else { return nil }
        _ = heap.popMin()
        return (first.at, first.group)
    }

    /// When the next one is due.
    var next: Instant? { heap.min?.at }
}
