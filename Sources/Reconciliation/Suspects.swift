public import Basics
public import IncidentModel

/// The open incidents that may be merged, by service: so many of each at most are compared, for a storm
/// of incidents is no reason to compare each with each.
public struct Suspects: Sendable {
    private static let comparedMax = 200
    private var known: [ServiceID: [Suspect]] = [:]
    private var suspects: [GroupID: Suspect] = [:]

    /// Nobody.
    public init() {}

    /// How many there are.
    public var count: Int { suspects.count }

    /// Takes note of what an incident is compared by now; `nil` if it is no candidate. Says whether that
    /// is news.
    @discardableResult
    public mutating func note(_ group: GroupID, _ suspect: Suspect?) -> Bool {
        guard isNews(group, suspect) else { return false }
        if let before = suspects.removeValue(forKey: group), let position = position(of: before) {
            known[before.service]?.remove(at: position)
        }
        if let suspect {
            suspects[group] = suspect
            let target = suspect.target
            let position =
                known[suspect.service]?.partitioningIndex { $0.target >= target } ?? 0
            known[suspect.service, default: []].insert(suspect, at: position)
        }
        return true
    }

    /// Whether an incident is compared by something else now.
    public func isNews(_ group: GroupID, _ suspect: Suspect?) -> Bool {
        suspects[group] != suspect
    }

    /// Where a suspect stands among those of its service.
    private func position(of suspect: Suspect) -> Int? {
        guard let all = known[suspect.service] else { return nil }
        let target = suspect.target
        let position = all.partitioningIndex { $0.target >= target }
        return position < all.count && all[position].group == suspect.group ? position : nil
    }

    /// The first incident that is one problem with a later one, and why.
    public func original(of group: GroupID) -> (target: MergeTarget, reason: String)? {
        guard let suspect = suspects[group], let all = known[suspect.service] else { return nil }
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
        guard let suspect = suspects[group], let all = known[suspect.service],
            let position = position(of: suspect)
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
