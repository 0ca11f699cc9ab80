import Basics

/// Counts what one member takes over within two seconds: for a mark, not a property.
struct TakeoverCount {
    static let many = 100
    private var recent: [(node: Int, at: Instant)] = []

    /// A member owns a group that another one led before; says whether that is the hundredth within the time.
    mutating func observe(_ node: Int, at now: Instant) -> Bool {
        recent.removeAll { now - $0.at > .seconds(2) }
        recent.append((node, now))
        return recent.count { $0.node == node } == Self.many
    }
}
