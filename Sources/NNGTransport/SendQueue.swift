import Basics

/// The messages that wait for a free context of one lane: bounded in number and bytes, oldest
/// first.
///
/// A full queue drops its oldest messages, since in a dead peer's queue the newest supersede them;
/// and a message that has waited longer than an answer is worth is dropped when its turn comes. The
/// core repeats whatever matters.
struct SendQueue: Sendable {
    /// A message and when it came.
    struct Item: Equatable, Sendable {
        var bytes: [UInt8]
        var since: Span
    }

    private let messagesMax: Int
    private let bytesMax: Int
    private let patience: Span
    private var items: [Item?] = []
    private var head = 0
    private var byteCount = 0
    /// Messages dropped for want of room.
    private(set) var dropped = 0
    /// Messages dropped for their age.
    private(set) var expired = 0

    /// An empty queue with these bounds.
    init(messagesMax: Int, bytesMax: Int, patience: Span) {
        require(messagesMax > 0 && bytesMax > 0, "bounds \(messagesMax), \(bytesMax)")
        (self.messagesMax, self.bytesMax, self.patience) = (messagesMax, bytesMax, patience)
    }

    /// How many messages wait.
    var count: Int { items.count - head }

    /// Adds a message and drops the oldest ones if there is no room for it.
    mutating func append(_ bytes: [UInt8], at now: Span) {
        guard bytes.count <= bytesMax else {
            dropped += 1
            return
        }
        while count >= messagesMax || byteCount + bytes.count > bytesMax {
            guard removeFirst() != nil else { break }
            dropped += 1
        }
        items.append(Item(bytes: bytes, since: now))
        byteCount += bytes.count
    }

    /// The oldest message that is still worth sending; older ones are dropped.
    mutating func next(at now: Span) -> Item? {
        while let item = removeFirst() {
            if now - item.since <= patience { return item }
            expired += 1
        }
        return nil
    }

    /// Drops everything, counted as dropped.
    mutating func removeAll() {
        dropped += count
        (items, head, byteCount) = ([], 0, 0)
    }

    private mutating func removeFirst() -> Item? {
        guard head < items.count, let item = items[head] else { return nil }
        items[head] = nil
        head += 1
        byteCount -= item.bytes.count
        if head == items.count {
            items.removeAll(keepingCapacity: items.capacity <= 1_024)
            head = 0
        } else if head >= 1_024, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return item
    }
}
