import Basics

/// The incidents that may be merged, by service: so many of each at most are compared, for a storm of
/// incidents is no reason to compare each with each.
struct Suspects: Sendable {
    private static let comparedMax = 200
    private var groups: [ServiceID: [GroupID]] = [:]

    /// Takes note of whether an incident is a candidate.
    mutating func note(_ group: GroupID, of service: ServiceID, isSuspect: Bool) {
        let isKnown = groups[service]?.contains(group) ?? false
        if isSuspect, !isKnown {
            groups[service, default: []].append(group)
        } else if !isSuspect, isKnown {
            groups[service]?.removeAll { $0 == group }
        }
    }

    /// How many there are.
    var count: Int { groups.values.reduce(0) { $0 + $1.count } }

    /// The candidates of a service.
    func of(_ service: ServiceID) -> ArraySlice<GroupID> {
        groups[service]?.prefix(Self.comparedMax) ?? []
    }
}
