public import Basics

/// Whether the hash chain of a timeline holds: each entry's digest is worked out anew from the entry and the digest
/// before it. *Source:* requirement D6, design S7.
public struct TimelineChain: Equatable, Sendable {
    /// How many entries follow from the one before them, from the first on.
    public var verified: Int
    /// How many entries are in the replicated log: those that are known at one region only have no digest.
    public var committed: Int
    /// The log position of the first entry that does not follow from the one before it, if one does not.
    public var brokenAt: LogIndex?
    /// Whether the timeline begins with the first entry ever; of a very long one the oldest are forgotten, and
    /// the first that is left is taken for what it says.
    public var isWhole: Bool
    /// The digest of the last entry that was verified.
    public var head: Digest256

    /// Checks a timeline.
    public init(of timeline: TimelineList) {
        (verified, committed, isWhole, head) = (0, 0, true, .zero)
        for entry in timeline where entry.index > 0 {
            committed += 1
            guard brokenAt == nil else { continue }
            let follows = entry.sealed(after: head).digest == entry.digest
            // A log begins at 1: what begins later has lost its beginning.
            let isCut = committed == 1 && entry.index > 1
            if isCut, !follows { isWhole = false }
            guard follows || isCut else {
                brokenAt = entry.index
                continue
            }
            verified += 1
            head = entry.digest
        }
    }
}
