public import Basics

/// Why somebody is on call.
public enum OnCallReason: Hashable, Sendable {
    /// Their turn, in a shift without a window.
    case rotation
    /// Their turn, in a shift whose window is open.
    case window
    /// The turn after theirs has begun and theirs goes on for a while, because clocks show the
    /// hour of the handoff twice or because the schedule has an overlap: both are on call.
    case handoffOverlap
    /// No window is open, and the first shift stands in.
    case fallbackFirstShift
    /// No window is open, and the shift that begins next begins early.
    case fallbackNextShift
    /// An override puts them in the place of somebody else, or of everybody.
    case override
    /// They swapped with somebody.
    case swap
    /// Everybody whose turn it is is away, and they stand in.
    case standIn
}

/// Why nobody is on call.
public enum Vacancy: Hashable, Sendable {
    /// The schedule has no shift.
    case noShifts
    /// It has, but none can be used: see the findings.
    case noUsableShift
    /// No window is open, or no rotation has begun, and the schedule says that nobody stands in.
    case outsideWindows
    /// No window is open nor will be.
    case noNextShift
    /// Everybody whose turn it is is away, and so is everybody who could stand in.
    case everybodyAway
}

/// Somebody who is on call.
public struct OnCallPerson: Hashable, Sendable {
    /// Who.
    public var person: PersonID
    /// For which region.
    public var region: RegionName
    /// Until when, not included: the end of the turn or of the window, the begin of a shift that
    /// comes first, or of the shift stood in for. Somebody who is alone in a rotation has turns all
    /// the same.
    public var until: Instant
    /// Why.
    public var reason: OnCallReason
    /// In whose place, by the roster; `nil` if nobody's.
    public var insteadOf: PersonID?
    /// The id of the override, swap or leave that made it so; `nil` if the roster did.
    public var change: String?

    /// Somebody who is on call.
    public init(
        person: PersonID, region: RegionName, until: Instant, reason: OnCallReason,
        insteadOf: PersonID? = nil, change: String? = nil
    ) {
        (self.person, self.region, self.until, self.reason) = (person, region, until, reason)
        (self.insteadOf, self.change) = (insteadOf, change)
    }
}

/// Who is on call at one instant. *Source:* design 8.
public struct OnCallAnswer: Hashable, Sendable {
    /// Who, each once: the people of the turn in their order; where turns overlap the incoming
    /// first; or nobody.
    public var people: [OnCallPerson]
    /// Why nobody is; `nil` exactly where somebody is.
    public var vacancy: Vacancy?
    /// Until when, not included, the answer stays what it is; `distantFuture` if it never changes.
    public var until: Instant
    /// The shifts that were left out, and whoever should be on call and is away.
    public var findings: [OnCallFinding]
    /// `Schedule.version`.
    public var scheduleVersion: String
    /// `TimeZones.version`.
    public var tzVersion: String
}

/// A stretch of time with one answer: from `from` up to, not including, `to`.
public struct ShiftInterval: Hashable, Sendable {
    /// The first instant.
    public var from: Instant
    /// The first instant after it.
    public var to: Instant
    /// Who is on call, as in `OnCallAnswer`; their `until` may be later than `to`.
    public var people: [OnCallPerson]
    /// Why nobody is; `nil` exactly where somebody is.
    public var vacancy: Vacancy?
}
