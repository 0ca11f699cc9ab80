import Basics

/// What the roster alone says about a stretch of time, as seen from a second inside it.
struct RosterSegment: Sendable {
    /// Who should be on call, each once.
    var seats: [Seat]
    /// Why nobody should; `nil` exactly where somebody should.
    var vacancy: Vacancy?
    /// The second since the epoch at which any of this changes; `Int64.max` if never.
    var end: Int64
    /// Whether overrides and swaps count.
    var allowsOverrides = true
    /// Who comes after whom, if the turn is that of a rotation with an offset.
    var queue: TurnQueue?
}

/// Those who may stand in at a second, in the order in which they are asked.
struct StandIns: Sendable {
    /// A group of a shift.
    struct Group: Sendable {
        var people: [PersonID]
        var region: RegionName
    }

    var groups: [Group] = []
    /// The second since the epoch at which this may change.
    var end: Int64 = .max
}

/// Shifts in their zones, in order of priority.
struct LayersClock: Sendable {
    private let shifts: [ShiftClock]
    private let fallback: Fallback
    /// What to say if no shift can be used.
    private let emptiness: Vacancy

    /// Whether no shift can be used.
    var isEmpty: Bool { shifts.isEmpty }
    /// Whether every shift can be used.
    let isWhole: Bool

    init(_ all: [RegionShift], fallback: Fallback, holidays: [RegionHolidays], zones: TimeZones) {
        shifts = all.compactMap { ShiftClock($0, holidays: holidays, zones: zones) }
        self.fallback = fallback
        isWhole = shifts.count == all.count
        emptiness = all.isEmpty ? .noShifts : .noUsableShift
    }

    /// Who should be on call at a second, and how long that holds.
    func segment(at second: Int64) -> RosterSegment {
        var next: (start: Int64, position: Int)?
        // By position: a shift is dear to copy.
        for position in shifts.indices {
            switch shifts[position].cover(at: second) {
            case .open(let seats, let end):
                // Shifts before this one are closed: the next of them to open takes over.
                return segment(
                    seats, end: end, limit: next?.start ?? .max,
                    queue: shifts[position].queue(at: second))
            case .closed(let start):
                if let start, start < next?.start ?? .max { next = (start, position) }
            }
        }
        return fallbackSegment(at: second, next: next.map { ($0.start, shifts[$0.position]) })
    }

    /// Who may stand in at a second: of each open shift the groups in turn, then of each closed
    /// one, those first that open first, or in order if no shift begins early.
    func standIns(at second: Int64) -> StandIns {
        var result = StandIns()
        var closed: [(next: Int64, position: Int, shift: ShiftClock)] = []
        for (position, shift) in shifts.enumerated() {
            switch shift.cover(at: second) {
            case .open(_, let end):
                result.add(shift, from: second, until: end)
            case .closed(let next):
                closed.append((next ?? .max, position, shift))
                result.end = min(result.end, next ?? .max)
            }
        }
        if fallback == .nextShift {
            closed.sort { ($0.next, $0.position) < ($1.next, $1.position) }
        }
        for (next, _, shift) in closed {
            let begin = fallback == .nextShift && next < .max ? next : second
            let turn = shift.turn(at: begin, .standIn)
            result.add(shift, from: begin, until: begin == second ? turn.end : next)
        }
        return result
    }

    /// The answer where every shift is closed.
    private func fallbackSegment(
        at second: Int64, next: (start: Int64, shift: ShiftClock)?
    ) -> RosterSegment {
        guard let first = shifts.first else {
            return RosterSegment(seats: [], vacancy: emptiness, end: .max)
        }
        switch fallback {
        case .nobody:
            return RosterSegment(
                seats: [], vacancy: .outsideWindows, end: next?.start ?? .max)
        case .firstShift:
            let turn = first.turn(at: second, .fallbackFirstShift)
            guard turn.seats.isEmpty else {
                return segment(
                    turn.seats, end: turn.end, limit: next?.start ?? .max,
                    queue: first.queue(at: second))
            }
            return nextShiftSegment(next)
        case .nextShift:
            return nextShiftSegment(next)
        }
    }

    /// The answer where the shift that begins next begins early.
    private func nextShiftSegment(_ next: (start: Int64, shift: ShiftClock)?) -> RosterSegment {
        guard let next else {
            return RosterSegment(seats: [], vacancy: .noNextShift, end: .max)
        }
        // Whoever will be on call at the begin is so now: nothing changes hands at that moment.
        let seats = next.shift.turn(at: next.start, .fallbackNextShift).seats.filter {
            $0.reason == .fallbackNextShift
        }
        return RosterSegment(
            seats: seats.map { seat in
                var seat = seat
                seat.until = next.start
                return seat
            }, vacancy: nil, end: next.start, queue: next.shift.queue(at: next.start))
    }

    private func segment(
        _ seats: [Seat], end: Int64, limit: Int64, queue: TurnQueue?
    ) -> RosterSegment {
        RosterSegment(
            seats: seats.map { $0.ending(at: limit) }, vacancy: nil, end: min(end, limit),
            queue: queue)
    }
}

extension StandIns {
    /// Asks the groups of a shift too, in the order that holds at `second`.
    fileprivate mutating func add(_ shift: ShiftClock, from second: Int64, until end: Int64) {
        groups += shift.groups(at: second).map { Group(people: $0, region: shift.region) }
        self.end = min(self.end, end)
    }
}

/// The layers of a schedule, its temporary schedules and its overlap.
struct RosterClock: Sendable {
    private struct Temporary: Sendable {
        var start: Int64
        var end: Int64
        var layers: LayersClock
        var allowsOverrides: Bool
    }

    private let layers: LayersClock
    /// The usable ones, the most important first.
    private let temporary: [Temporary]
    /// In seconds.
    private let overlap: Int64
    /// Whether every shift and temporary schedule can be used.
    let isWhole: Bool

    init(_ schedule: Schedule, holidays: [RegionHolidays], zones: TimeZones) {
        func layers(_ shifts: [RegionShift]) -> LayersClock {
            LayersClock(shifts, fallback: schedule.fallback, holidays: holidays, zones: zones)
        }
        self.layers = layers(schedule.shifts)
        temporary = schedule.temporary.compactMap { one -> Temporary? in
            guard one.problem(zones: zones) == nil, let rules = zones[one.zone] else { return nil }
            let clock = layers(one.shifts)
            let start = rules.resolve(wall: one.from.wallSecond).earliest
            let end = rules.resolve(wall: one.to.wallSecond).latest
            // One without a usable shift shows through to the layers.
            guard !clock.isEmpty, start < end else { return nil }
            return Temporary(
                start: start, end: end, layers: clock, allowsOverrides: one.allowsOverrides)
        }
        overlap = min(max(schedule.overlap, .zero), Schedule.overlapMax).seconds
        isWhole =
            self.layers.isWhole && temporary.count == schedule.temporary.count
            && temporary.allSatisfy(\.layers.isWhole)
    }

    /// Who should be on call at a second, and how long that holds.
    func segment(at second: Int64) -> RosterSegment {
        var segment = plainSegment(at: second)
        guard overlap > 0, !segment.seats.isEmpty else { return segment }
        for seat in relieved(before: second)
        where !segment.seats.contains(where: { $0.person == seat.person }) {
            segment.seats.append(seat)
            segment.end = min(segment.end, seat.until)
        }
        return segment
    }

    /// Who may stand in at a second.
    func standIns(at second: Int64) -> StandIns {
        var result = current(at: second)?.layers.standIns(at: second) ?? StandIns()
        let others = layers.standIns(at: second)
        result.groups += others.groups
        result.end = min(result.end, others.end)
        return result
    }

    private func current(at second: Int64) -> Temporary? {
        temporary.first { $0.start <= second && second < $0.end }
    }

    /// The answer without an overlap.
    private func plainSegment(at second: Int64) -> RosterSegment {
        guard !temporary.isEmpty else { return layers.segment(at: second) }
        let current = current(at: second)
        var segment = (current?.layers ?? layers).segment(at: second)
        segment.allowsOverrides = current?.allowsOverrides ?? true
        let limit =
            temporary.flatMap { [$0.start, $0.end] }.filter { $0 > second }.min() ?? .max
        segment.seats = segment.seats.map { $0.ending(at: limit) }
        segment.end = min(segment.end, limit)
        return segment
    }

    /// Those who went off call so recently that they stay on, the latest first.
    private func relieved(before second: Int64) -> [Seat] {
        var seats: [Seat] = []
        var cursor = second - overlap
        while true {
            let past = plainSegment(at: cursor)
            if past.end > second { return seats }
            cursor = past.end
            // Whoever went before nobody came is off.
            if past.seats.isEmpty { seats = [] }
            let leaving = past.seats.map { seat in
                var seat = seat
                (seat.until, seat.reason) = (past.end + overlap, .handoffOverlap)
                return seat
            }
            seats =
                leaving
                + seats.filter { old in
                    !leaving.contains { $0.person == old.person }
                }
        }
    }
}
