/// Bugs that can be planted on purpose, to prove that simulator and tests see them.
///
/// Each rule that a defect bends lives in one small named function that asks for it. Production
/// never sets any. *Source:* design 11, "Planted bugs".
public struct Defects: OptionSet, Hashable, Sendable {
    /// One bit per defect.
    public let rawValue: UInt32
    /// The defects of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A quorum has one member too few.
    public static let quorumOneTooFew = Defects(rawValue: 1 << 0)
    /// The term is persisted, the vote given in it is not.
    public static let voteNotPersisted = Defects(rawValue: 1 << 1)
    /// A leader commits entries of older terms by counting their copies.
    public static let oldTermCommitByCount = Defects(rawValue: 1 << 2)
    /// A follower appends without comparing the term of the entry before.
    public static let noPrevTermCheck = Defects(rawValue: 1 << 3)
    /// A voter compares the lengths of two logs and not their last terms.
    public static let upToDateByIndexOnly = Defects(rawValue: 1 << 4)
    /// A new leader calls itself owner before its `Establish` entry commits.
    public static let serveBeforeEstablish = Defects(rawValue: 1 << 5)
    /// A TimeoutNow of another term is obeyed.
    public static let staleTimeoutNow = Defects(rawValue: 1 << 6)
    /// A peer is fresh because something of it arrived, whatever it echoes.
    public static let freshnessByArrivalTime = Defects(rawValue: 1 << 7)
    /// An owner goes on accepting proposals while it hands the group over.
    public static let proposalsDuringTransfer = Defects(rawValue: 1 << 8)
    /// A group is handed to a member that does not have all of its log.
    public static let transferToLaggard = Defects(rawValue: 1 << 9)

    /// Neither a term nor the vote given in it is persisted.
    public static let hardStateNotPersisted = Defects(rawValue: 1 << 10)
    /// A group that has been idle for long forgets a follower that has not caught up.
    public static let quiesceWithLaggard = Defects(rawValue: 1 << 11)

    /// A member that misses its leader raises the term at once, whether or not others could vote for it.
    public static let standsWithoutAsking = Defects(rawValue: 1 << 12)
    /// A hand-over that does not come to its end is never given up.
    public static let keepsTransferring = Defects(rawValue: 1 << 13)
    /// Whoever misses a leader waits twenty seconds longer than it has to before it stands.
    public static let takesOverLate = Defects(rawValue: 1 << 14)

    /// Every defect by its name, for tests that go through all of them.
    public static let all: [(name: String, defect: Defects)] = [
        ("quorumOneTooFew", .quorumOneTooFew), ("voteNotPersisted", .voteNotPersisted),
        ("oldTermCommitByCount", .oldTermCommitByCount), ("noPrevTermCheck", .noPrevTermCheck),
        ("upToDateByIndexOnly", .upToDateByIndexOnly),
        ("serveBeforeEstablish", .serveBeforeEstablish), ("staleTimeoutNow", .staleTimeoutNow),
        ("freshnessByArrivalTime", .freshnessByArrivalTime),
        ("proposalsDuringTransfer", .proposalsDuringTransfer),
        ("transferToLaggard", .transferToLaggard),
        ("hardStateNotPersisted", .hardStateNotPersisted),
        ("quiesceWithLaggard", .quiesceWithLaggard),
        ("standsWithoutAsking", .standsWithoutAsking),
        ("keepsTransferring", .keepsTransferring), ("takesOverLate", .takesOverLate),
    ]
}
