import Basics
import HeapModule
import IncidentModel
import Paging
import RegionCore

/// Something that happens at a time.
enum SimEvent {
    /// A frame arrives.
    case frame(from: Int, to: Int, sent: Instant, bytes: [UInt8])
    /// A publication arrives.
    case publication(from: Int, to: Int, sent: Instant, bytes: [UInt8])
    /// A dialler finds the process gone.
    case refused(at: Int, by: Int)
    /// A write ends.
    case synced(node: Int, incarnation: UInt64)
    /// A gateway has done what it did.
    indirect case pageEnds(PageAttempt)
    /// A person answers a page.
    indirect case answer(Command, tries: Int)
    /// Somebody reads what must show all that was answered.
    indirect case read(node: Int, group: GroupID, ReadScope)
    /// A coordinator starts again, or dies.
    case coordinator(Int, starts: Bool)
    /// A client does something, of this number.
    case client(UInt64)
    /// A source reports one alert of a storm.
    case stormAlert(UInt64)
    /// A fault of the plan begins.
    case fault(Int)
    /// A process is replaced by one of another version.
    case upgrade(node: Int)
    /// The next member is started again with one more in its list; behind the last one that one starts.
    case grow(Int)
    /// All processes end at once.
    case allEnd
    /// One of them starts again.
    case startsAgain(node: Int)
    /// A new roster reaches a region.
    case roster(node: Int)
    /// A region has read a roster that was applied.
    case rosterRead(node: Int, incarnation: Incarnation, number: Int)
    /// A slow process gets a little time.
    case slice(node: Int)
    /// A process dies right after it gave a vote, and is back soon.
    case voterDies(node: Int)
    /// A process dies right after it began to lead.
    case leaderDies(node: Int)
    /// The nagging source repeats its alert.
    case nag(UInt64)
    /// A process dies while it sends a page.
    case pagerDies(node: Int)
    /// Something that a rehearsal is about.
    case rehearsed(RehearsalAct)
    /// A fault ends.
    case faultEnds(ActiveFault)
    /// Links of a region are cut, for so long.
    case cutBegins(links: [Int], length: Span)
    /// The checkers look around.
    case look
}

/// A priority queue of events: by time, then in the order in which they were put in. The heap holds
/// only numbers, so that moving its elements costs nothing; the events wait in slots.
struct EventQueue {
    private struct Key: Comparable {
        var at: Instant
        var number: UInt64
        var slot: Int
        static func < (a: Key, b: Key) -> Bool { (a.at, a.number) < (b.at, b.number) }
    }
    private var heap = Heap<Key>()
    private var slots: [SimEvent?] = []
    private var free: [Int] = []
    private var number: UInt64 = 0

    /// When the next event happens.
    var next: Instant { heap.min?.at ?? .distantFuture }

    mutating func add(_ event: SimEvent, at instant: Instant) {
        number += 1
        let slot: Int
        if let last = free.popLast() {
            slot = last
            slots[slot] = event
        } else {
            slot = slots.count
            slots.append(event)
        }
        heap.insert(Key(at: instant, number: number, slot: slot))
    }

    mutating func pop() -> (at: Instant, event: SimEvent)? {
        guard let key = heap.popMin() else { return nil }
        var event: SimEvent?
        swap(&event, &slots[key.slot])
        free.append(key.slot)
        return event.map { (key.at, $0) }
    }
}
