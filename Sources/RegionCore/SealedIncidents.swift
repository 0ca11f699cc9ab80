import Basics

/// Which incidents are sealed into which, by the logs known here; most of the time none is.
struct SealedIncidents: Sendable {
    /// Sorted by child.
    private var seals: [(child: GroupID, target: GroupID)] = []

    /// Who has absorbed whom, by survivor and child.
    private var adoptions: [(survivor: GroupID, child: GroupID)] = []

    var isEmpty: Bool { seals.isEmpty && adoptions.isEmpty }

    /// Whether an incident is sealed into another one.
    func isSealed(_ child: GroupID) -> Bool { seals.contains { $0.child == child } }

    /// Takes note of what an incident has absorbed.
    mutating func note(_ survivor: GroupID, absorbed children: [GroupID]) {
        guard !adoptions.isEmpty || !children.isEmpty else { return }
        adoptions.removeAll { $0.survivor == survivor }
        adoptions.append(contentsOf: children.map { (survivor, $0) })
    }

    /// All that are concerned by a change of an incident, without itself.
    func concerned(by group: GroupID) -> [GroupID] {
        var all = survivors(of: group) + children(of: group)
        for adoption in adoptions {
            if adoption.child == group { all.append(adoption.survivor) }
            if adoption.survivor == group { all.append(adoption.child) }
        }
        return all.filter { $0 != group }
    }

    /// Takes note of what an incident's log says now.
    mutating func note(_ child: GroupID, into target: GroupID?) {
        let position = seals.firstIndex { $0.child >= child } ?? seals.count
        let isKnown = position < seals.count && seals[position].child == child
        switch (target, isKnown) {
        case (let target?, true): seals[position].target = target
        case (let target?, false): seals.insert((child, target), at: position)
        case (nil, true): seals.remove(at: position)
        case (nil, false): break
        }
    }

    /// All whose seals lead to an incident, over however many steps, sorted.
    func children(of survivor: GroupID) -> [GroupID] {
        var found: Set<GroupID> = []
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for seal in seals where seal.target == survivor || found.contains(seal.target) {
                if found.insert(seal.child).inserted { isGrowing = true }
            }
        }
        found.remove(survivor)
        return found.sorted()
    }

    /// All that an incident's seals lead to, in order.
    func survivors(of child: GroupID) -> [GroupID] {
        var path: [GroupID] = []
        var last = child
        while let seal = seals.first(where: { $0.child == last }), !path.contains(seal.target) {
            path.append(seal.target)
            last = seal.target
        }
        return path
    }
}
