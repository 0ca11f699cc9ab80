public import Basics

/// Where a member's log of a group ends.
public struct LogEnd: Equatable, Sendable {
    /// The group.
    public var group: GroupID
    /// The last index, committed or not.
    public var index: LogIndex

    /// An end.
    public init(group: GroupID, index: LogIndex) { (self.group, self.index) = (group, index) }
}

/// Where logs end: what a read has to reach. An entry that is committed is in the logs of a majority, so
/// among any majority there is a log that ends at or behind it. *Source:* docs/decisions/0023.
extension ReplicaNode {
    /// In how many parts groups are compared, by the bits of their ids.
    public static let logEndParts = 512

    /// Where my log of a group ends, 0 if I have none; `nil` if it cannot be trusted, so that I must not
    /// be counted.
    public func logEnd(of group: GroupID) -> LogIndex? {
        requireStarted()
        guard damaged[group] == nil else { return nil }
        return groups.read(group, \.log.lastIndex) ?? 0
    }

    /// For each part a sum over where its logs end: two members with the same sum have the same ends.
    public var logEndSums: [UInt64] {
        var sums = [UInt64](repeating: 0, count: Self.logEndParts)
        groups.forEach { id, group in
            guard group.log.lastIndex > 0 else { return }
            sums[Self.part(of: id)] &+= Self.endHash(id, group.log.lastIndex)
        }
        return sums
    }

    /// What a log's end adds to the sum of its part.
    static func endHash(_ group: GroupID, _ index: LogIndex) -> UInt64 {
        var fold = Fold64()
        fold.fold(group.high)
        fold.fold(group.low)
        fold.fold(index)
        return fold.mixed
    }

    /// Where my logs end in the parts whose sums differ from these; `nil` if I must not be counted because
    /// a log of mine cannot be trusted.
    public func logEnds(unlike sums: [UInt64]) -> [LogEnd]? {
        requireStarted()
        guard damaged.isEmpty, sums.count == Self.logEndParts else { return nil }
        let differs = zip(sums, logEndSums).map { $0 != $1 }
        var ends: [LogEnd] = []
        groups.forEach { id, group in
            guard differs[Self.part(of: id)], group.log.lastIndex > 0 else { return }
            ends.append(LogEnd(group: id, index: group.log.lastIndex))
        }
        return ends
    }

    /// Where my logs end that end behind what I know to be committed; `nil` as above.
    public var uncommittedLogEnds: [LogEnd]? {
        guard damaged.isEmpty else { return nil }
        var ends: [LogEnd] = []
        groups.forEach { id, group in
            guard group.log.lastIndex > group.commit else { return }
            ends.append(LogEnd(group: id, index: group.log.lastIndex))
        }
        return ends
    }

    private static func part(of group: GroupID) -> Int { Int(group.low % UInt64(logEndParts)) }
}
