import Basics
import RegionCore
import Replication

/// A member joins while the others run: each is started again with the longer list, one at a time, and the new
/// one comes last. *Source:* decision 0026, runbooks/region-in-and-out.md.
extension World {
    /// Who is not there at the beginning: the last region; two of them are a planted bug.
    static func joiners(_ options: SimOptions, _ plant: PlantedBug) -> Range<Int> {
        guard options.growsAfter > .zero, options.regions >= 3 else { return 0..<0 }
        let count = plant.host.contains(.twoMembersAtOnce) && options.regions >= 5 ? 2 : 1
        return (options.regions - count)..<options.regions
    }

    var joiners: Range<Int> { Self.joiners(options, plant) }

    /// The members that were there, in the order in which they are started again.
    private var restartOrder: [Int] {
        var random = self.random.split("growth")
        var order = nodes.indices.filter { !joiners.contains($0) }
        random.shuffle(&order)
        return order
    }

    /// Starts the next one again with the longer list; behind the last of them the new ones start.
    mutating func grow(_ number: Int) {
        let order = restartOrder
        guard !isHealed, number <= order.count else { return }
        faults.changes.append(now)
        disturb(until: now + .seconds(3))
        guard number < order.count else { return join() }
        giveLongerList(order[number])
        if nodes[order[number]].isUp { crash(order[number], for: .milliseconds(700), cut: 0) }
        var random = self.random.split("growth pause", UInt64(number))
        queue.add(.grow(number + 1), at: now + random.span(.seconds(1)...(.seconds(6))))
    }

    private mutating func giveLongerList(_ node: Int) {
        nodes[node].config = Self.makeConfig(
            nodes[node].member, Self.makeMembers(options, cast), options, plant, cast)
    }

    private mutating func join() {
        for node in joiners where !nodes[node].isUp && !nodes[node].isDestroyed {
            nodes[node].rosterNumber = rosterCount
            boot(node)
            sometimes.mark(.memberJoined)
        }
    }

    /// What an operator had not come to when the faults end is done then.
    mutating func endGrowth() {
        guard !joiners.isEmpty else { return }
        let whole = nodes[joiners.lowerBound].config.members
        for node in nodes.indices where nodes[node].config.members != whole {
            giveLongerList(node)
            if nodes[node].isUp {
                die(node, cut: 0)
                boot(node)
            }
        }
        join()
    }
}
