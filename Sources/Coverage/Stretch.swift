public import Basics

/// A stretch of time: from `from` up to, not including, `to`.
public struct Stretch: Hashable, Sendable {
    /// The first instant.
    public var from: Instant
    /// The first instant after it.
    public var to: Instant

    /// A stretch; empty unless `from` is before `to`.
    public init(from: Instant, to: Instant) { (self.from, self.to) = (from, to) }

    /// How long it is; zero if it is empty.
    public var length: Span { max(.zero, to - from) }

    /// What two stretches have in common; `nil` if that is nothing.
    func intersection(_ other: Stretch) -> Stretch? {
        let common = Stretch(from: max(from, other.from), to: min(to, other.to))
        return common.from < common.to ? common : nil
    }
}

/// Sets of instants as lists of stretches: not empty, in order, none meeting the next.
extension [Stretch] {
    /// How long they are together.
    var total: Span { reduce(.zero) { $0 + $1.length } }

    /// Adds a stretch that begins no earlier than the last one; joins them where they meet.
    mutating func join(_ next: Stretch) {
        guard next.from < next.to else { return }
        guard let last, next.from <= last.to else { return append(next) }
        self[count - 1].to = Swift.max(last.to, next.to)
    }

    /// The same instants in any order and overlap, as such a list.
    func tidied() -> [Stretch] {
        var result: [Stretch] = []
        for stretch in sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) { result.join(stretch) }
        return result
    }

    /// The instants that are in neither of others.
    func subtracting(_ others: [Stretch]) -> [Stretch] {
        var result: [Stretch] = []
        var skip = 0
        for stretch in self {
            var from = stretch.from
            while skip < others.count, others[skip].to <= from { skip += 1 }
            for other in others[skip...] {
                guard other.from < stretch.to else { break }
                result.join(Stretch(from: from, to: other.from))
                from = Swift.max(from, other.to)
            }
            result.join(Stretch(from: from, to: stretch.to))
        }
        return result
    }

    /// The instants that are in both.
    func intersecting(_ others: [Stretch]) -> [Stretch] {
        var result: [Stretch] = []
        var (mine, theirs) = (0, 0)
        while mine < count, theirs < others.count {
            if let common = self[mine].intersection(others[theirs]) { result.join(common) }
            if self[mine].to < others[theirs].to { mine += 1 } else { theirs += 1 }
        }
        return result
    }
}
