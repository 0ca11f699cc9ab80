import Basics
import Foundation

/// A thread that takes items from a queue, all that are there at once, and can be woken at an
/// instant.
///
/// The core of a process lives on one of these, its disk on another: nothing else touches them.
/// Sendable by hand: the queue is reached under the condition only.
final class SerialLoop<Item: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var queue: [Item] = []
    private var wakeAt: Instant = .distantFuture
    private var isStopping = false
    private var hasEnded = false
    private let clock: NodeClock

    /// A loop that is not yet running.
    init(clock: NodeClock) { self.clock = clock }

    /// How many items wait.
    var depth: Int {
        condition.lock()
        defer { condition.unlock() }
        return queue.count
    }

    /// Adds an item; never waits.
    func post(_ item: Item) { post(contentsOf: [item]) }

    /// Adds items, in order; never waits.
    func post(contentsOf items: [Item]) {
        condition.lock()
        queue.append(contentsOf: items)
        condition.signal()
        condition.unlock()
    }

    /// Starts the thread. `body` is given all items that wait, or none when the wake instant has
    /// come, and gives back the instant at which it wants to be woken next; `nil` leaves that as it
    /// was.
    func start(name: String, _ body: @escaping @Sendable ([Item]) -> Instant?) {
        let thread = Thread { [self] in
            while let items = next() {
                guard let wake = body(items) else { continue }
                condition.lock()
                wakeAt = wake
                condition.unlock()
            }
            condition.lock()
            hasEnded = true
            condition.broadcast()
            condition.unlock()
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Ends the thread after what is queued was handled; waits for that, at most so long.
    func stop(within limit: Span) {
        condition.lock()
        isStopping = true
        condition.broadcast()
        let deadline = Date(timeIntervalSinceNow: Double(limit.microseconds) / 1e6)
        while !hasEnded, condition.wait(until: deadline) {}
        condition.unlock()
    }

    private func next() -> [Item]? {
        condition.lock()
        defer { condition.unlock() }
        while queue.isEmpty {
            if isStopping { return nil }
            let left = wakeAt - clock.now()
            if left <= .zero {
                wakeAt = .distantFuture
                return []
            }
            let seconds = Double(min(left.microseconds, 3_600_000_000)) / 1e6
            _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
        }
        defer { queue.removeAll(keepingCapacity: true) }
        return queue
    }
}
