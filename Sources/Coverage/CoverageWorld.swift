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

    /// Where somebody sleeps, and when by the clocks there.
    struct Home: Hashable, Sendable {
        var zone: String
        var night: DailyHours

        init(_ person: Person) { (zone, night) = (person.zone, person.night) }
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
    /// Where and when people sleep, each once, sorted.
    let homes: [Home]
    private var schedules: [Timeline] = []
    /// Who is ever on call in each schedule, or takes turns in it.
    private var crews: [[PersonID]] = []
    private var nights: [Timeline] = []

    /// How far behind the range answers are worked out at once; later ones one by one.
    private static let horizon = Span.hours(168)

    init(
        roster: Roster, changes: OnCallChanges = .none, zones: TimeZones, range: Stretch
    ) {
        (self.roster, self.changes, self.zones) = (roster, changes, zones)
        // Whole seconds: nothing in schedules and zones is finer.
        self.range = Stretch(
            from: Instant(seconds: range.from.seconds), to: Instant(seconds: range.to.seconds))
        book = roster.book(changes: changes, zones: zones)
        homes = uniqued(roster.people.map { Home($0) }).sorted {
            ($0.zone, $0.night.from, $0.night.to) < ($1.zone, $1.night.from, $1.night.to)
        }
        for schedule in roster.schedules {
            let stretches = book.shifts(
                of: schedule.id, from: self.range.from, to: self.range.to + Self.horizon)
            schedules.append(timeline(of: stretches))
            let turns = schedule.shifts.flatMap(\.rotation.participants)
            crews.append(uniqued(turns + uniqued(stretches.flatMap { $0.people.map(\.person) })))
        }
        nights = homes.map { nightTimeline(of: $0) }
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

    /// Whether it is night (1) or day (0) in a home, by index, within the range.
    func night(in home: Int, at instant: Instant) -> Lookup {
        nights[home].lookup(instant) ?? Lookup(state: 0, end: .distantFuture)
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

    /// The homes, by index, of everybody whom a policy may page in the end.
    func homes(of levels: [EscalationLevel]) -> [Int] {
        let people = levels.flatMap(\.targets).flatMap { target -> [PersonID] in
            switch target {
            case .person(let person): [person]
            case .schedule(let id):
                roster.schedules.firstIndex { $0.id == id }.map { crews[$0] } ?? []
            }
        }
        let theirs = (people + roster.catchAll).compactMap { roster.person($0).map { Home($0) } }
        return homes.indices.filter { theirs.contains(homes[$0]) }
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

    private func nightTimeline(of home: Home) -> Timeline {
        var timeline = Timeline()
        timeline.end = range.to
        var cursor = range.from
        while cursor < range.to {
            let (isNight, until) = book.night(home.night, in: home.zone, at: cursor)
            let state = isNight ? 1 : 0
            if timeline.states.last != state {
                timeline.starts.append(cursor)
                timeline.states.append(state)
            }
            cursor = until
        }
        return timeline
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
