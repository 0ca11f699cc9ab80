public import Basics
public import IncidentModel

/// The open incidents that may be merged, by service: so many of each at most are compared, for a storm
/// of incidents is no reason to compare each with each.
public struct Suspects: Sendable {
    private static let comparedMax = 200
    private var known: [ServiceID: [Suspect]] = [:]
    private var services: [GroupID: ServiceID] = [:]

    /// Nobody.
    public init() {}

    /// How many there are.
    public var count: Int { services.count }

    /// Takes note of what an incident is compared by now; `nil` if it is no candidate. Says whether that
    /// is news.
    @discardableResult
    public mutating func note(_ group: GroupID, _ suspect: Suspect?) -> Bool {
        guard suspect != nil || services[group] != nil else { return false }
        let before = services[group].flatMap { known[$0]?.first { $0.group == group } }
        guard before != suspect else { return false }
        if let service = services.removeValue(forKey: group) {
            known[service]?.removeAll { $0.group == group }
        }
        if let suspect {
            services[group] = suspect.service
            let target = suspect.target
            let position =
                known[suspect.service]?.partitioningIndex { $0.target >= target } ?? 0
            known[suspect.service, default: []].insert(suspect, at: position)
        }
        return true
    }

    /// The first incident that is one problem with a later one, and why.
    public func original(of group: GroupID) -> (target: MergeTarget, reason: String)? {
        guard let service = services[group], let all = known[service],
            let suspect = all.first(where: { $0.group == group })
        else { return nil }
        // Those that opened too early are no candidates.
        let first = all.partitioningIndex {
            suspect.openedAt.instant - $0.openedAt.instant <= openedWithin
        }
        for other in all[first...].prefix(Self.comparedMax) where other.target < suspect.target {
            if let reason = reasonToMerge(suspect, other) { return (other.target, reason) }
        }
        return nil
    }

    /// Those of its service that opened later.
    public func later(than group: GroupID) -> [GroupID] {
        guard let service = services[group], let all = known[service],
            let position = all.firstIndex(where: { $0.group == group })
        else { return [] }
        return all[(position + 1)...].prefix(Self.comparedMax).map(\.group)
    }
}

extension Suspect {
    /// As what others would be merged into it.
    var target: MergeTarget {
        MergeTarget(group: group, previousEnd: previousEnd, openedAt: openedAt)
    }
}
