import Basics

/// L1, for incidents that are merged: one that is silent because another pages for it has been taken over by
/// one that is open, or the other knows of everything that fires in it. *Source:* decision 0015, "seal first,
/// then absorb".
struct CarriedCheck {
    private struct Place: Hashable {
        var node: Int
        var group: GroupID
    }
    /// Since when a region has been silent about an incident that nobody took over.
    private var since: [Place: Instant] = [:]
    /// How long what one log says may be ahead of what another one does.
    private static let limit = Span.seconds(4)

    /// Looks at an incident that is sealed into another one.
    mutating func observe(
        _ group: GroupID, at node: Int, isSilent: Bool, isTakenOver: Bool, now: Instant,
        into failures: inout Failures
    ) {
        failures.checkCount += 1
        let place = Place(node: node, group: group)
        guard isSilent, !isTakenOver else {
            since[place] = nil
            return
        }
        let begin = since[place] ?? now
        since[place] = begin
        guard now - begin > Self.limit else { return }
        failures.fail(
            "L1",
            "m\(node + 1) has been silent about \(group.short) for \(now - begin), and no incident "
                + "that it was sealed into took it over")
    }
}
