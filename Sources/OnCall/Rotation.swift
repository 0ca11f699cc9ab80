public import Basics

/// When one turn of a rotation ends and the next begins, by the clock on the wall.
public enum HandoffRule: Hashable, Sendable {
    /// Every day.
    case daily(at: SecondOfDay)
    /// Every week on one day.
    case weekly(Weekday, at: SecondOfDay)
    /// Every so many days, 1 to `Rotation.daysPerTurnMax`.
    case every(days: Int, at: SecondOfDay)

    /// The time of day of the handoff.
    public var secondOfDay: SecondOfDay {
        switch self {
        case .daily(let second), .weekly(_, let second), .every(_, let second): second
        }
    }
}

/// What becomes of a handoff at a time that clocks jump over. *Source:* design 8.
public enum GapPolicy: Hashable, Sendable {
    /// It takes place at the jump, the first moment that exists: the default.
    case shiftForward
    /// It does not take place: whoever is on call stays until the handoff after it, and the turn
    /// that would have begun is lost. The first handoff of a rotation is never skipped.
    case skip
}

/// When a handoff takes place at a time that clocks show twice. *Source:* design 8.
public enum FoldPolicy: Hashable, Sendable {
    /// The first time: the default.
    case first
    /// The last time.
    case last
    /// The next turn begins the first time, the one before ends the last time.
    case overlap
}

/// People who take turns.
///
/// Whose turn it is follows from the anchor and the instant alone; nothing is stored between calls,
/// and two regions never disagree. *Source:* design 8.
public struct Rotation: Hashable, Sendable {
    /// The longest turn.
    public static let daysPerTurnMax = 366

    /// Who takes turns, in order; then from the start again.
    public var participants: [PersonID]
    /// The IANA name of the zone whose clocks count.
    public var zone: String
    /// When turns change.
    public var handoff: HandoffRule
    /// The local date on which the first turn begins, at the time of the handoff. Before it there
    /// is no turn. With weekly handoffs the first turn lasts until the first handoff day after it.
    public var anchor: CivilDate
    /// What to do at a time that does not exist.
    public var gapPolicy: GapPolicy
    /// What to do at a time that exists twice.
    public var foldPolicy: FoldPolicy

    /// A rotation; the defaults are those of design 8.
    public init(
        participants: [PersonID], zone: String, handoff: HandoffRule, anchor: CivilDate,
        gapPolicy: GapPolicy = .shiftForward, foldPolicy: FoldPolicy = .first
    ) {
        (self.participants, self.zone, self.handoff) = (participants, zone, handoff)
        (self.anchor, self.gapPolicy, self.foldPolicy) = (anchor, gapPolicy, foldPolicy)
    }

    /// What is wrong with it, apart from its zone; `nil` if nothing is.
    public var problem: ShiftProblem? {
        if participants.isEmpty { return .noParticipants }
        guard (0..<secondsPerDay).contains(handoff.secondOfDay) else {
            return .outsideDay(handoff.secondOfDay)
        }
        if case .every(let days, _) = handoff, !(1...Self.daysPerTurnMax).contains(days) {
            return .turnLength(days: days)
        }
        // Days of any size would overflow before they could be compared.
        guard (1...9_999).contains(anchor.year), (1...12).contains(anchor.month),
            (1...31).contains(anchor.day),
            CivilDate(daysSinceEpoch: anchor.daysSinceEpoch) == anchor
        else { return .noSuchDate(anchor) }
        return nil
    }
}
