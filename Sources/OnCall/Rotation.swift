public import Basics

/// When one turn of a rotation ends and the next begins, by the clock on the wall.
public enum HandoffRule: Hashable, Sendable {
    /// Every day.
    case daily(at: SecondOfDay)
    /// Every week on one day.
    case weekly(Weekday, at: SecondOfDay)
    /// Every so many days, 1 to `Rotation.daysPerTurnMax`.
    case every(days: Int, at: SecondOfDay)
    /// Every so many hours, 1 to `Rotation.hoursPerTurnMax`, that pass in fact: only the first
    /// handoff is by the clock on the wall, and after a change of clocks the others take place an
    /// hour earlier or later on it. Turns all last equally long.
    case everyHours(Int, at: SecondOfDay)
    /// On days that come again and again, counted from the anchor.
    case recurring(Recurrence, at: SecondOfDay)

    /// The time of day of the handoff; of hours, of the first.
    public var secondOfDay: SecondOfDay {
        switch self {
        case .daily(let second), .weekly(_, let second), .every(_, let second),
            .everyHours(_, let second), .recurring(_, let second):
            second
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

/// Which turns count.
public enum Advance: Hashable, Sendable {
    /// All of them, whether the shift is on call in them or not: the default.
    case calendar
    /// Only turns in which a window of the shift begins; in others nothing changes hands, so that
    /// nobody's turn falls on a weekend or a holiday without duty. Not for turns of hours, nor
    /// with windows that do not open in every week.
    case active
}

/// People who take turns.
///
/// Whose turn it is follows from the anchor and the instant alone; nothing is stored between calls,
/// and two regions never disagree. *Source:* design 8.
public struct Rotation: Hashable, Sendable {
    /// The longest turn.
    public static let daysPerTurnMax = 366
    /// The longest turn of hours.
    public static let hoursPerTurnMax = 24 * 366

    /// Who takes turns, in order; then from the start again. The people of one group have their
    /// turn together.
    public var groups: [[PersonID]]
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
    /// How many turns ahead: with 1 it is the turn of whoever comes next, so that a copy of a
    /// rotation gives the secondary on call.
    public var offset: Int
    /// Which turns count.
    public var advance: Advance

    /// A rotation of groups; the defaults are those of design 8.
    public init(
        groups: [[PersonID]], zone: String, handoff: HandoffRule, anchor: CivilDate,
        gapPolicy: GapPolicy = .shiftForward, foldPolicy: FoldPolicy = .first, offset: Int = 0,
        advance: Advance = .calendar
    ) {
        (self.groups, self.zone, self.handoff) = (groups, zone, handoff)
        (self.anchor, self.gapPolicy, self.foldPolicy) = (anchor, gapPolicy, foldPolicy)
        (self.offset, self.advance) = (offset, advance)
    }

    /// A rotation of people one at a time.
    public init(
        participants: [PersonID], zone: String, handoff: HandoffRule, anchor: CivilDate,
        gapPolicy: GapPolicy = .shiftForward, foldPolicy: FoldPolicy = .first, offset: Int = 0,
        advance: Advance = .calendar
    ) {
        self.init(
            groups: participants.map { [$0] }, zone: zone, handoff: handoff, anchor: anchor,
            gapPolicy: gapPolicy, foldPolicy: foldPolicy, offset: offset, advance: advance)
    }

    /// Everybody who takes turns, in order. Setting it makes each of them a group.
    public var participants: [PersonID] {
        get { groups.flatMap(\.self) }
        set { groups = newValue.map { [$0] } }
    }

    /// What is wrong with it, apart from its zone; `nil` if nothing is.
    public var problem: ShiftProblem? {
        if groups.isEmpty || groups.contains(where: { $0.isEmpty }) { return .noParticipants }
        guard (0..<secondsPerDay).contains(handoff.secondOfDay) else {
            return .outsideDay(handoff.secondOfDay)
        }
        switch handoff {
        case .daily, .weekly: break
        case .every(let days, _):
            guard (1...Self.daysPerTurnMax).contains(days) else { return .turnLength(days: days) }
        case .everyHours(let hours, _):
            guard (1...Self.hoursPerTurnMax).contains(hours) else { return .interval(hours) }
            if advance == .active { return .cannotSkipTurns }
        case .recurring(let recurrence, _):
            if let problem = recurrence.problem { return problem }
        }
        guard anchor.isInCalendar else { return .noSuchDate(anchor) }
        return nil
    }
}
