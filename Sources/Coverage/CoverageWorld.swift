import Basics
import Escalation
import OnCall
import Paging

/// Everything an escalation looks up, worked out once: who is on call and who has night, as lists of
/// stretches with one answer.
struct CoverageWorld: Sendable {
    /// A stretch with one answer; answers that are equal have equal numbers.
    struct Lookup: Sendable {
        var state: Int
        var end: Instant
    }

    /// A list of answers over time.
    private struct Timeline: Sendable {
        /// The first instants of the stretches, in order.
        var starts: [Instant] = []
        var states: [Int] = []
        /// The first instant behind the last stretch.
        var end = Instant.epoch

        /// The stretch that an instant lies in; `nil` outside the list.
        func lookup(_ instant: Instant) -> Lookup? {
            let after = starts.partitioningIndexAfter(instant)
            guard after > 0, instant < end else { return nil }
            return Lookup(
                state: states[after - 1], end: after < starts.count ? starts[after] : end)
        }
    }

    let roster: Roster
    let zones: TimeZones
    /// What was changed about who is on call since the roster was written.
    let changes: OnCallChanges
    let book: OnCallBook
    let range: Stretch
    /// The zones that people live in, sorted.
    let homeZones: [String]
    private var schedules: [Timeline] = []
    /// Who is ever on call in each schedule, or takes turns in it.
    private var crews: [[PersonID]] = []
    private var nights: [Timeline] = []

    /// How far behind the range answers are worked out at once; later ones one by one.
    private static let horizon = Span.hours(168)
    /// How often it is looked whether night begins or ends: nights and days last longer.
    private static let nightLook = Span.minutes(15)

    init(
        roster: Roster, changes: OnCallChanges = .none, zones: TimeZones, range: Stretch
    ) {
        (self.roster, self.changes, self.zones) = (roster, changes, zones)
        // Whole seconds: nothing in schedules and zones is finer.
        self.range = Stretch(
            from: Instant(seconds: range.from.seconds), to: Instant(seconds: range.to.seconds))
        book = roster.book(changes: changes, zones: zones)
        homeZones = uniqued(roster.people.map(\.zone)).sorted()
        for schedule in roster.schedules {
            let stretches = book.shifts(
                of: schedule.id, from: self.range.from, to: self.range.to + Self.horizon)
            schedules.append(timeline(of: stretches))
            let turns = schedule.shifts.flatMap(\.rotation.participants)
            crews.append(uniqued(turns + uniqued(stretches.flatMap { $0.people.map(\.person) })))
        }
        nights = homeZones.map { nightTimeline(in: $0) }
    }

    /// Who is on call in the schedule of an index in the roster, as a number, and until when.
    func people(of schedule: Int, at instant: Instant) -> Lookup {
        if let known = schedules[schedule].lookup(instant) { return known }
        let id = roster.schedules[schedule].id
        guard let answer = book.people(of: id, at: instant) else {
            return Lookup(state: 0, end: .distantFuture)
        }
        return Lookup(state: Self.state(of: answer.people.map(\.person)), end: answer.until)
    }

    /// Whether it is night (1) or day (0) in a home zone, by index, within the range.
    func night(in zone: Int, at instant: Instant) -> Lookup {
        nights[zone].lookup(instant) ?? Lookup(state: 0, end: .distantFuture)
    }

    /// A number for a list of people: equal lists have equal numbers, in every process.
    private static func state(of people: [PersonID]) -> Int {
        var fold = Fold64()
        for person in people {
            fold.fold(person.text)
            fold.fold(UInt8(0xFF))
        }
        return Int(truncatingIfNeeded: fold.value)
    }

    /// The home zones, by index, of everybody whom a policy may page in the end.
    func zones(of levels: [EscalationLevel]) -> [Int] {
        let people = levels.flatMap(\.targets).flatMap { target -> [PersonID] in
            switch target {
            case .person(let person): [person]
            case .schedule(let id):
                roster.schedules.firstIndex { $0.id == id }.map { crews[$0] } ?? []
            }
        }
        let names = (people + roster.catchAll).compactMap { roster.person($0)?.zone }
        return homeZones.indices.filter { names.contains(homeZones[$0]) }
    }

    private func timeline(of stretches: [ShiftInterval]) -> Timeline {
        var timeline = Timeline()
        timeline.end = range.to + Self.horizon
        for stretch in stretches {
            let state = Self.state(of: stretch.people.map(\.person))
            if timeline.states.last == state { continue }
            timeline.starts.append(stretch.from)
            timeline.states.append(state)
        }
        return timeline
    }

    private func nightTimeline(in zone: String) -> Timeline {
        var timeline = Timeline()
        timeline.end = range.to
        var last = range.from
        timeline.starts.append(last)
        timeline.states.append(isNight(zone, last))
        while last < range.to {
            let next = min(last + Self.nightLook, range.to)
            if isNight(zone, next) != isNight(zone, last) {
                timeline.starts.append(flip(in: zone, after: last, by: next))
                timeline.states.append(isNight(zone, next))
            }
            last = next
        }
        return timeline
    }

    private func isNight(_ zone: String, _ instant: Instant) -> Int {
        book.isNight(in: zone, at: instant) ? 1 : 0
    }

    /// The second at which night becomes day, or day night: by halving.
    private func flip(in zone: String, after last: Instant, by next: Instant) -> Instant {
        var (low, high) = (last.seconds, next.seconds)
        let before = isNight(zone, last)
        while high - low > 1 {
            let middle = (low + high) / 2
            if isNight(zone, Instant(seconds: middle)) == before {
                low = middle
            } else {
                high = middle
            }
        }
        return Instant(seconds: high)
    }
}

extension [Instant] {
    /// How many instants of an ascending list are at or before one.
    func partitioningIndexAfter(_ instant: Instant) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
