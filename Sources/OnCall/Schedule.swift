public import Basics

/// The part of a schedule that one region carries: one layer.
public struct RegionShift: Hashable, Sendable {
    /// The region.
    public var region: RegionName
    /// When the region is on call, by the clocks of the rotation's zone: whenever one of them is
    /// open; none means always.
    public var windows: [DayWindow]
    /// Who takes turns.
    public var rotation: Rotation
    /// Turns that are written out; with any, the rotation gives its zone and fold policy only,
    /// windows are not looked at, and others show through between the turns.
    public var listed: [ListedTurn]
    /// What becomes of the windows on a holiday of the region.
    public var holidays: HolidayRule

    /// A region's shift with one window or none.
    public init(region: RegionName, window: DayWindow? = nil, rotation: Rotation) {
        self.init(region: region, windows: window.map { [$0] } ?? [], rotation: rotation)
    }

    /// A region's shift with any number of windows.
    public init(
        region: RegionName, windows: [DayWindow], rotation: Rotation, holidays: HolidayRule = .off
    ) {
        (self.region, self.windows, self.rotation) = (region, windows, rotation)
        (listed, self.holidays) = ([], holidays)
    }

    /// A region's shift of turns that are written out, in local times of a zone.
    public init(
        region: RegionName, zone: String, listed: [ListedTurn], fold: FoldPolicy = .first
    ) {
        (self.region, windows, self.listed, holidays) = (region, [], listed, .off)
        rotation = Rotation(
            groups: [], zone: zone, handoff: .daily(at: 0),
            anchor: CivilDate(year: 1970, month: 1, day: 1), foldPolicy: fold)
    }

    /// The first window; `nil` means always. Setting it removes the others.
    public var window: DayWindow? {
        get { windows.first }
        set { windows = newValue.map { [$0] } ?? [] }
    }

    /// Everybody who may be on call in it, each once, in order.
    public var people: [PersonID] {
        let all = listed.isEmpty ? rotation.participants : listed.flatMap(\.people)
        var people: [PersonID] = []
        for person in all where !people.contains(person) { people.append(person) }
        return people
    }

    /// What keeps the shift from being used; `nil` if nothing does.
    public func problem(zones: TimeZones) -> ShiftProblem? {
        if listed.isEmpty, let problem = rotation.problem { return problem }
        for turn in listed {
            if let problem = turn.problem { return problem }
        }
        for window in windows {
            if let problem = window.problem { return problem }
            if rotation.advance == .active, window.days != nil { return .cannotSkipTurns }
        }
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

/// Other shifts for a while, as over the holidays: they replace all shifts of the schedule.
public struct TemporarySchedule: Hashable, Sendable {
    /// From when, included, by the clocks of the zone; where they show it twice, the first time.
    public var from: LocalTime
    /// Up to when, not included, by the same clocks; where they show it twice, the last time.
    public var to: LocalTime
    /// The IANA name of the zone.
    public var zone: String
    /// The shifts, the most important first.
    public var shifts: [RegionShift]
    /// Whether overrides and swaps count meanwhile. By design 8 they do not, and those that are
    /// without effect are findings.
    public var allowsOverrides: Bool

    /// Other shifts between two local times of a zone.
    public init(
        from: LocalTime, to: LocalTime, zone: String, shifts: [RegionShift],
        allowsOverrides: Bool = false
    ) {
        (self.from, self.to, self.zone) = (from, to, zone)
        (self.shifts, self.allowsOverrides) = (shifts, allowsOverrides)
    }

    /// What keeps it from being used, apart from its shifts; `nil` if nothing does.
    public func problem(zones: TimeZones) -> ShiftProblem? {
        for end in [from, to] {
            guard end.date.isInCalendar else { return .noSuchDate(end.date) }
            guard (0...secondsPerDay).contains(end.secondOfDay) else {
                return .outsideDay(end.secondOfDay)
            }
        }
        guard from.wallSecond < to.wallSecond else { return .endsBeforeItBegins(from) }
        return zones[zone] == nil ? .unknownZone(zone) : nil
    }
}

/// Who is on call, for all time.
///
/// Of several shifts that are open at once the first in order counts; the others show through only
/// where it is not open, has not begun or cannot be used. Follow-the-sun is several shifts with
/// windows. *Source:* design 8; requirements P5, P6, C3.
public struct Schedule: Hashable, Sendable {
    /// The longest overlap.
    public static let overlapMax = Span.hours(12)

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
    /// How long whoever is relieved stays on call with whoever comes: whole seconds, from zero to
    /// `overlapMax`. Nobody stays where nobody comes.
    public var overlap: Span
    /// Other shifts for a while; of several at once the first in order counts.
    public var temporary: [TemporarySchedule]

    /// A schedule.
    public init(
        id: ScheduleID, name: String, version: String = "", shifts: [RegionShift],
        fallback: Fallback = .nextShift, overlap: Span = .zero,
        temporary: [TemporarySchedule] = []
    ) {
        (self.id, self.name, self.version) = (id, name, version)
        (self.shifts, self.fallback) = (shifts, fallback)
        (self.overlap, self.temporary) = (overlap, temporary)
    }

    /// The shifts that cannot be used, and why: for refusing a roster before it is published.
    public func findings(zones: TimeZones) -> [OnCallFinding] {
        func finding(_ shift: RegionShift) -> OnCallFinding? {
            shift.problem(zones: zones).map { OnCallFinding(region: shift.region, problem: $0) }
        }
        return shifts.compactMap(finding)
            + temporary.flatMap { temporary -> [OnCallFinding] in
                guard let problem = temporary.problem(zones: zones) else {
                    return temporary.shifts.compactMap(finding)
                }
                let region = temporary.shifts.first?.region ?? shifts.first?.region
                return [OnCallFinding(region: region ?? RegionName(""), problem: problem)]
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
    /// A number of hours, weeks or months that no recurrence may have.
    case interval(Int)
    /// Turns of hours, or windows that do not open in every week, with `Advance.active`.
    case cannotSkipTurns
    /// Something that ends when it begins or before, at a local time.
    case endsBeforeItBegins(LocalTime)
    /// Somebody who should be on call now is away.
    case away(PersonID)
    /// A temporary schedule keeps the override or swap of this id from having an effect.
    case withoutEffect(change: String)
}

/// A shift, or a person's place in it, that counts as empty, and why.
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
