public import Basics

// Whether clocks agree. No safety property depends on it: it is for operators, and for what a region says
// of times that it cannot know. *Source:* docs/decisions/0032.

extension ReplicaNode {
    /// How far the time that a quorum of voters agrees on is ahead of my clock; `nil` where none agrees to
    /// within the tolerance, or is heard.
    public var commonTimeAhead: Span? {
        var readings = [Span.zero]
        for peer in node.peers.indices where peer != node.me && node.peers[peer].isFresh {
            if let ahead = node.peers[peer].clockAhead { readings.append(ahead) }
        }
        readings.sort()
        let quorum = node.config.quorum
        guard readings.count >= quorum else { return nil }
        // The clocks that are nearest to one another.
        let first = (0...(readings.count - quorum)).min { one, other in
            readings[one + quorum - 1] - readings[one]
                < readings[other + quorum - 1] - readings[other]
        }
        guard let first, readings[first + quorum - 1] - readings[first] <= ClockLimits.tolerated
        else { return nil }
        return readings[first + (quorum - 1) / 2]
    }

    /// How far a voter's clock is ahead of the time that a quorum agrees on; where none does, of mine.
    /// `nil` while it is not heard, and of myself where no quorum agrees.
    public func clockAhead(of member: MemberID) -> Span? {
        guard let position = node.config.position(of: member) else { return nil }
        let common = commonTimeAhead
        if position == node.me { return common.map { .zero - $0 } }
        guard node.peers[position].isFresh, let ahead = node.peers[position].clockAhead else {
            return nil
        }
        return ahead - (common ?? .zero)
    }
}
