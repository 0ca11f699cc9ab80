public import Basics
public import OnCall

/// A time that somebody is on call by one schedule without a break.
public struct Duty: Hashable, Sendable {
    /// By which schedule.
    public var schedule: ScheduleID
    /// Who.
    public var person: PersonID
    /// For which region.
    public var region: RegionName
    /// The first instant.
    public var from: Instant
    /// The first instant after it.
    public var to: Instant
    /// Whether the person stands in where no window is open.
    public var isStandIn: Bool

    /// A duty.
    public init(
        schedule: ScheduleID, person: PersonID, region: RegionName, from: Instant, to: Instant,
        isStandIn: Bool = false
    ) {
        (self.schedule, self.person, self.region) = (schedule, person, region)
        (self.from, self.to, self.isStandIn) = (from, to, isStandIn)
    }
}

/// A time without anybody on call by a schedule.
public struct CoverageGap: Hashable, Sendable {
    /// The first instant.
    public var from: Instant
    /// The first instant after it.
    public var to: Instant

    /// A gap.
    public init(from: Instant, to: Instant) { (self.from, self.to) = (from, to) }
}

/// One schedule as pictures and calendars show it: who is on call from when to when, and the gaps.
///
/// Made of the engine's answers alone, so it never says anything that pages do not do.
/// *Source:* design 8.
public struct ScheduleView: Equatable, Sendable {
    /// The schedule.
    public var id: ScheduleID
    /// The name people read.
    public var name: String
    /// The duties by begin; those of two people overlap where both are on call.
    public let duties: [Duty]
    /// The gaps, in order.
    public let gaps: [CoverageGap]
    /// What the duties are made of, the highest first, for pictures that show it.
    public var layers: [ScheduleLayer] = []

    /// A schedule of duties by begin, and of gaps in order.
    public init(id: ScheduleID, name: String, duties: [Duty], gaps: [CoverageGap]) {
        (self.id, self.name, self.duties, self.gaps) = (id, name, duties, gaps)
    }

    /// The schedule in intervals that follow one another, as `shifts` gives them.
    ///
    /// The intervals of a person that meet and have the same end in view are one duty. The last
    /// ones go on to that end, even if the intervals stop before it; the first ones begin where the
    /// intervals do: whoever needs their true begin asks for intervals from earlier on.
    public init(id: ScheduleID, name: String, intervals: [ShiftInterval]) {
        var collector = DutyCollector(schedule: id)
        for interval in intervals { collector.take(interval) }
        self.init(id: id, name: name, duties: collector.finished(), gaps: collector.gaps)
    }

    /// How far back `init(_:in:from:to:)` looks for the begin of the first duties, by turns: in
    /// the end further than any turn lasts.
    private static let lookBacks = [
        Span.hours(24 * 9), .hours(24 * 40), .hours(24 * (Int64(Rotation.daysPerTurnMax) + 1)),
    ]

    /// A schedule of a book between two instants, with duties and gaps that reach into that time whole: they
    /// begin and end where they do, not where the time does. What never ends, or began more than a
    /// year before, is cut.
    public init(_ schedule: Schedule, in book: OnCallBook, from: Instant, to: Instant) {
        self.init(id: schedule.id, name: schedule.name, duties: [], gaps: [])
        for lookBack in Self.lookBacks {
            let start = from - lookBack
            self = ScheduleView(
                id: schedule.id, name: schedule.name,
                intervals: book.shifts(of: schedule.id, from: start, to: to)
            ).reaching(after: from)
            let firsts = duties.map(\.from) + gaps.map(\.from)
            if firsts.allSatisfy({ $0 > start }) { return }
        }
    }

    /// The same of a schedule that is in no book.
    public init(_ schedule: Schedule, zones: TimeZones, from: Instant, to: Instant) {
        self.init(schedule, in: OnCallBook([schedule], zones: zones), from: from, to: to)
    }

    /// The same without what ended at an instant or before.
    private func reaching(after from: Instant) -> ScheduleView {
        ScheduleView(
            id: id, name: name, duties: duties.filter { $0.to > from },
            gaps: gaps.filter { $0.to > from })
    }

    /// The duties in as few rows as hold them without any two of one row overlapping. At least one
    /// row; in each, the duties are in order.
    var lanes: [[Duty]] {
        var lanes: [[Duty]] = [[]]
        for duty in duties {
            let free = lanes.firstIndex { ($0.last?.to ?? duty.from) <= duty.from }
            if let free { lanes[free].append(duty) } else { lanes.append([duty]) }
        }
        return lanes
    }
}

/// One layer of a schedule: who would be on call if there were nothing above it.
public struct ScheduleLayer: Equatable, Sendable {
    /// What it is called.
    public var name: String
    /// Its duties by begin.
    public var duties: [Duty]

    /// A layer.
    public init(name: String, duties: [Duty]) { (self.name, self.duties) = (name, duties) }
}

/// Makes duties and gaps of intervals that follow one another.
private struct DutyCollector {
    let schedule: ScheduleID
    private(set) var gaps: [CoverageGap] = []
    private var duties: [Duty] = []
    /// Where in `duties` those are that went on up to the interval in hand, with their ends.
    private var open: [(index: Int, until: Instant)] = []

    init(schedule: ScheduleID) { self.schedule = schedule }

    mutating func take(_ interval: ShiftInterval) {
        if interval.people.isEmpty { addGap(interval) }
        open = interval.people.map { person in
            let known = open.first { index, until in
                duties[index].person == person.person && duties[index].region == person.region
                    && until == person.until
            }
            if let known {
                duties[known.index].to = interval.to
                return known
            }
            let isStandIn =
                [.fallbackFirstShift, .fallbackNextShift, .standIn].contains(person.reason)
            duties.append(
                Duty(
                    schedule: schedule, person: person.person, region: person.region,
                    from: interval.from, to: interval.to, isStandIn: isStandIn))
            return (duties.count - 1, person.until)
        }
    }

    private mutating func addGap(_ interval: ShiftInterval) {
        if let last = gaps.last, last.to == interval.from {
            gaps[gaps.count - 1].to = interval.to
        } else {
            gaps.append(CoverageGap(from: interval.from, to: interval.to))
        }
    }

    /// The duties; those of the last interval go on to their ends.
    func finished() -> [Duty] {
        var duties = duties
        for (index, until) in open where until < .distantFuture {
            duties[index].to = max(duties[index].to, until)
        }
        return duties
    }
}
