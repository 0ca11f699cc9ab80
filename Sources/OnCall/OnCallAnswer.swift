public import Basics

/// Why somebody is on call.
public enum OnCallReason: Hashable, Sendable {
    /// Their turn, in a shift without a window.
    case rotation
    /// Their turn, in a shift whose window is open.
    case window
    /// The turn before theirs has begun anew with the hour that clocks show twice: both are on
    /// call.
    case handoffOverlap
    /// No window is open, and the first shift stands in.
    case fallbackFirstShift
    /// No window is open, and the shift that begins next begins early.
    case fallbackNextShift
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

    /// Somebody who is on call.
    public init(person: PersonID, region: RegionName, until: Instant, reason: OnCallReason) {
        (self.person, self.region, self.until, self.reason) = (person, region, until, reason)
    }
}

/// Who is on call at one instant. *Source:* design 8.
public struct OnCallAnswer: Hashable, Sendable {
    /// Who: one person; where turns overlap two, the incoming first; or nobody.
    public var people: [OnCallPerson]
    /// Why nobody is; `nil` exactly where somebody is.
    public var vacancy: Vacancy?
    /// Until when, not included, the answer stays what it is; `distantFuture` if it never changes.
    public var until: Instant
    /// The shifts that were left out.
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
