public import Basics

/// The part of a schedule that one region carries.
public struct RegionShift: Hashable, Sendable {
    /// The region.
    public var region: RegionName
    /// When the region is on call, by the clocks of the rotation's zone; `nil` means always.
    public var window: DayWindow?
    /// Who takes turns.
    public var rotation: Rotation

    /// A region's shift.
    public init(region: RegionName, window: DayWindow? = nil, rotation: Rotation) {
        (self.region, self.window, self.rotation) = (region, window, rotation)
    }

    /// What keeps the shift from being used; `nil` if nothing does.
    public func problem(zones: TimeZones) -> ShiftProblem? {
        if let problem = rotation.problem ?? window?.problem { return problem }
        return zones[rotation.zone] == nil ? .unknownZone(rotation.zone) : nil
    }
}

/// Who is on call where no window is open.
public enum Fallback: Hashable, Sendable {
    /// Nobody: the gap is wanted, as in a service with business hours only.
    case nobody
    /// The first shift in order that can be used, windows or not.
    case firstShift
    /// The shift that begins next, early: the default, for it leaves no gap.
    case nextShift
}

/// Who is on call, for all time.
///
/// Of several shifts that are open at once the first in order counts; the others show through only
/// where it is not open, has not begun or cannot be used. Follow-the-sun is several shifts with
/// windows. *Source:* design 8; requirements P5, P6, C3.
public struct Schedule: Hashable, Sendable {
    /// The name others use for it.
    public var id: ScheduleID
    /// The name people read.
    public var name: String
    /// The version of the roster it comes from: any text, handed on in answers.
    public var version: String
    /// The shifts, the most important first.
    public var shifts: [RegionShift]
    /// Who is on call where no window is open.
    public var fallback: Fallback

    /// A schedule.
    public init(
        id: ScheduleID, name: String, version: String = "", shifts: [RegionShift],
        fallback: Fallback = .nextShift
    ) {
        (self.id, self.name, self.version) = (id, name, version)
        (self.shifts, self.fallback) = (shifts, fallback)
    }

    /// The shifts that cannot be used, and why: for refusing a roster before it is published.
    public func findings(zones: TimeZones) -> [OnCallFinding] {
        shifts.compactMap { shift in
            shift.problem(zones: zones).map { OnCallFinding(region: shift.region, problem: $0) }
        }
    }
}

/// What can be wrong with a shift.
public enum ShiftProblem: Hashable, Sendable {
    /// The zone data do not have the zone of this name.
    case unknownZone(String)
    /// Nobody takes part.
    case noParticipants
    /// A time of day that no day has, in seconds.
    case outsideDay(SecondOfDay)
    /// A turn of no days, or of too many.
    case turnLength(days: Int)
    /// The anchor is not a date.
    case noSuchDate(CivilDate)
    /// The window opens on no day of the week.
    case noWeekdays
}

/// A shift that counts as empty, and why.
public struct OnCallFinding: Hashable, Sendable {
    /// The region of the shift.
    public var region: RegionName
    /// What is wrong.
    public var problem: ShiftProblem

    /// A finding about a region's shift.
    public init(region: RegionName, problem: ShiftProblem) {
        (self.region, self.problem) = (region, problem)
    }
}
