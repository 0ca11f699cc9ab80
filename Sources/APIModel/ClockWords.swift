import Basics

/// A member's clock that does not agree with the others', in words. *Source:* decision 0032.
package struct ClockWords {
    /// Whether who is on call may be judged wrongly by it.
    package let isFarOff: Bool
    /// `1 h 0 min ahead of the others'`.
    package let words: String
    /// What to do about it.
    package let remedy: String

    /// `nil` if the clock agrees, or is not known.
    package init?(_ member: MemberStatus) {
        guard let ahead = member.clockAheadMicroseconds,
            ahead.magnitude > ClockLimits.tolerated.microseconds.magnitude
        else { return nil }
        isFarOff = ahead.magnitude > ClockLimits.trusted.microseconds.magnitude
        let seconds = (ahead.magnitude + 500_000) / 1_000_000
        let length =
            seconds < 60
            ? "\(seconds) s"
            : seconds < 3_600
                ? "\(seconds / 60) min \(seconds % 60) s"
                : "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        words = "\(length) \(ahead > 0 ? "ahead of" : "behind") the others'"
        let isWitness = member.role == "witness"
        if isFarOff {
            remedy =
                "set the clock of \(member.name) right, then restart it (runbooks/clocks.md)"
                + (isWitness ? "" : ": until then it may page whoever is on call at another time")
        } else {
            remedy =
                "see to it that \(member.name) follows a time server (runbooks/clocks.md)"
                + (isWitness ? "" : ": until then pages may come twice")
        }
    }
}
