public import Basics

/// A stretch in which somebody else is on call than the roster says.
///
/// Recorded by a person, never edited: whoever wants something else records another one.
/// *Source:* design 8; requirement P6.
public struct OnCallOverride: Hashable, Sendable {
    /// How it came about.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Somebody decided it. Comes before every swap.
        case override = 1
        /// Two people exchanged stretches: two of these, recorded by one entry.
        case swap = 2
    }

    /// A name of its own.
    public var id: String
    /// Later ones win: the index of the entry that recorded it. Both halves of a swap have the
    /// same.
    public var order: UInt64
    /// How it came about.
    public var kind: Kind
    /// The schedule it is about.
    public var schedule: ScheduleID
    /// Whom it replaces; `nil` is everybody of the schedule in that time.
    public var replaces: PersonID?
    /// Who is on call instead.
    public var person: PersonID
    /// From when, included.
    public var from: Instant
    /// Up to when, not included.
    public var to: Instant
    /// Who recorded it.
    public var by: PersonID
    /// Why, in words.
    public var reason: String

    /// An override or half of a swap.
    public init(
        id: String, order: UInt64, kind: Kind, schedule: ScheduleID, replaces: PersonID?,
        person: PersonID, from: Instant, to: Instant, by: PersonID, reason: String
    ) {
        (self.id, self.order, self.kind, self.schedule) = (id, order, kind, schedule)
        (self.replaces, self.person) = (replaces, person)
        (self.from, self.to, self.by, self.reason) = (from, to, by, reason)
    }

    /// Whether it holds at an instant.
    func holds(at instant: Instant) -> Bool { from <= instant && instant < to }

    /// Whether it comes before another one: an override before a swap, then the later order.
    public func outranks(_ other: OnCallOverride) -> Bool {
        kind == other.kind ? order > other.order : kind == .override
    }
}

/// A stretch in which somebody cannot be on call.
public struct OnCallLeave: Hashable, Sendable {
    /// A name of its own.
    public var id: String
    /// Who is away.
    public var person: PersonID
    /// From when, included.
    public var from: Instant
    /// Up to when, not included.
    public var to: Instant
    /// Who recorded it.
    public var by: PersonID
    /// Why, in words.
    public var reason: String

    /// A leave.
    public init(
        id: String, person: PersonID, from: Instant, to: Instant, by: PersonID, reason: String
    ) {
        (self.id, self.person, self.from, self.to) = (id, person, from, to)
        (self.by, self.reason) = (by, reason)
    }

    /// Whether it holds at an instant.
    func holds(at instant: Instant) -> Bool { from <= instant && instant < to }
}

/// What was changed about who is on call since the roster was written.
public struct OnCallChanges: Hashable, Sendable {
    /// Overrides and swaps, in any order.
    public var overrides: [OnCallOverride]
    /// Leaves, in any order.
    public var leaves: [OnCallLeave]

    /// These changes.
    public init(overrides: [OnCallOverride] = [], leaves: [OnCallLeave] = []) {
        (self.overrides, self.leaves) = (overrides, leaves)
    }

    /// No change at all.
    public static let none = OnCallChanges()
}
