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
    /// Why, at its begin.
    public var reason: OnCallReason

    /// Whether the person stands in where no window is open.
    public var isStandIn: Bool {
        reason == .fallbackFirstShift || reason == .fallbackNextShift
    }
}

/// A time without anybody on call by a schedule.
public struct CoverageGap: Hashable, Sendable {
    /// The first instant.
    public var from: Instant
    /// The first instant after it.
    public var to: Instant
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

    /// The schedule in intervals that follow one another, as `shifts` gives them.
    ///
    /// The intervals of a person that meet and have the same end in view are one duty. The last
    /// ones go on to that end, even if the intervals stop before it; the first ones begin where the
    /// intervals do: whoever needs their true begin asks for intervals from earlier on.
    public init(id: ScheduleID, name: String, intervals: [ShiftInterval]) {
        (self.id, self.name) = (id, name)
        var duties: [Duty] = []
        var gaps: [CoverageGap] = []
        // Where in `duties` those are that went on up to the interval in hand, with their ends.
        var open: [(index: Int, until: Instant)] = []
        for interval in intervals {
            if interval.people.isEmpty {
                if let last = gaps.last, last.to == interval.from {
                    gaps[gaps.count - 1].to = interval.to
                } else {
                    gaps.append(CoverageGap(from: interval.from, to: interval.to))
                }
            }
            var still: [(index: Int, until: Instant)] = []
            for person in interval.people {
                let known = open.first { index, until in
                    duties[index].person == person.person && duties[index].region == person.region
                        && until == person.until
                }
                if let known {
                    duties[known.index].to = interval.to
                    still.append(known)
                    continue
                }
                still.append((duties.count, person.until))
                duties.append(
                    Duty(
                        schedule: id, person: person.person, region: person.region,
                        from: interval.from, to: interval.to, reason: person.reason))
            }
            open = still
        }
        for (index, until) in open where until < .distantFuture {
            duties[index].to = max(duties[index].to, until)
        }
        (self.duties, self.gaps) = (duties, gaps)
    }

    /// How far back `init(_:zones:from:to:)` looks for the begin of the first duties: longer than
    /// any turn.
    public static let lookBack = Span.hours(24 * (Int64(Rotation.daysPerTurnMax) + 1))

    /// A schedule between two instants, with duties and gaps that reach into that time whole: they
    /// begin and end where they do, not where the time does. Nothing that never ends has an end
    /// later than `to`.
    public init(_ schedule: Schedule, zones: TimeZones, from: Instant, to: Instant) {
        let intervals = shifts(schedule, zones: zones, from: from - Self.lookBack, to: to)
        self = ScheduleView(id: schedule.id, name: schedule.name, intervals: intervals)
            .reaching(after: from)
    }

    /// The same without what ended at an instant or before.
    private func reaching(after from: Instant) -> ScheduleView {
        ScheduleView(
            id: id, name: name, duties: duties.filter { $0.to > from },
            gaps: gaps.filter { $0.to > from })
    }

    private init(id: ScheduleID, name: String, duties: [Duty], gaps: [CoverageGap]) {
        (self.id, self.name, self.duties, self.gaps) = (id, name, duties, gaps)
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
