import Basics

/// A stretch of time with one answer, as seen from a second inside it.
struct Segment: Equatable, Sendable {
    var people: [OnCallPerson]
    var vacancy: Vacancy?
    /// The second since the epoch at which the answer changes; `Int64.max` if never.
    var end: Int64
}

/// A shift that can be used, in its zone.
struct ShiftClock: Sendable {
    /// Whether a shift carries the schedule at a moment.
    enum Cover: Sendable {
        /// It does, with these turns, and its window stays open up to a second.
        case open(Turns, windowEnd: Int64)
        /// It does not, and next will at a second, if ever.
        case closed(next: Int64?)
    }

    let region: RegionName
    let rotation: RotationClock
    let window: WindowClock?

    /// `nil` if the shift has a problem.
    init?(_ shift: RegionShift, zones: TimeZones) {
        guard shift.problem(zones: zones) == nil, let rules = zones[shift.rotation.zone] else {
            return nil
        }
        region = shift.region
        rotation = RotationClock(shift.rotation, rules: rules)
        window = shift.window.map { WindowClock(window: $0, rules: rules) }
    }

    func cover(at second: Int64) -> Cover {
        guard second >= rotation.start else { return .closed(next: firstStart) }
        guard let window else { return .open(rotation.turns(at: second), windowEnd: .max) }
        guard window.opening(at: second) != nil else {
            return .closed(next: window.start(after: second))
        }
        let turns = rotation.turns(at: second)
        return .open(turns, windowEnd: window.end(from: second, limit: turns.current.end))
    }

    /// The first second of the rotation at which the window is open.
    private var firstStart: Int64? {
        let start = rotation.start
        guard let window, window.opening(at: start) == nil else { return start }
        return window.start(after: start)
    }
}

/// A schedule in its zones: what `onCall` and `shifts` have in common.
struct ScheduleClock: Sendable {
    private let shifts: [ShiftClock]
    private let fallback: Fallback
    /// What to say if no shift can be used.
    private let emptiness: Vacancy
    /// Whether every shift can be used.
    let isWhole: Bool

    init(_ schedule: Schedule, zones: TimeZones) {
        shifts = schedule.shifts.compactMap { ShiftClock($0, zones: zones) }
        isWhole = shifts.count == schedule.shifts.count
        fallback = schedule.fallback
        emptiness = schedule.shifts.isEmpty ? .noShifts : .noUsableShift
    }

    /// The answer at a second, and how long it holds.
    func segment(at second: Int64) -> Segment {
        var next: (start: Int64, shift: ShiftClock)?
        for shift in shifts {
            switch shift.cover(at: second) {
            case .open(let turns, let windowEnd):
                // Shifts before this one are closed: the next of them to open takes over.
                return segment(
                    turns, of: shift, reason: shift.window == nil ? .rotation : .window,
                    until: min(windowEnd, next?.start ?? .max))
            case .closed(let start):
                if let start, start < next?.start ?? .max { next = (start, shift) }
            }
        }
        return fallbackSegment(at: second, next: next)
    }

    /// The answer where every shift is closed.
    private func fallbackSegment(
        at second: Int64, next: (start: Int64, shift: ShiftClock)?
    ) -> Segment {
        guard let first = shifts.first else {
            return Segment(people: [], vacancy: emptiness, end: .max)
        }
        switch fallback {
        case .nobody:
            return Segment(people: [], vacancy: .outsideWindows, end: next?.start ?? .max)
        case .firstShift:
            return segment(
                first.rotation.turns(at: second), of: first, reason: .fallbackFirstShift,
                until: next?.start ?? .max)
        case .nextShift:
            guard let next else { return Segment(people: [], vacancy: .noNextShift, end: .max) }
            // Whoever will be on call at the begin is so now: nothing changes hands at that moment.
            let until = Instant.saturating(seconds: next.start)
            let person = OnCallPerson(
                person: next.shift.rotation.turns(at: next.start).current.person,
                region: next.shift.region, until: until, reason: .fallbackNextShift)
            return Segment(people: [person], vacancy: nil, end: next.start)
        }
    }

    private func segment(
        _ turns: Turns, of shift: ShiftClock, reason: OnCallReason, until limit: Int64
    ) -> Segment {
        func person(_ turn: Turn, _ reason: OnCallReason) -> OnCallPerson {
            OnCallPerson(
                person: turn.person, region: shift.region,
                until: .saturating(seconds: min(turn.end, limit)), reason: reason)
        }
        var people = [person(turns.current, reason)]
        if let outgoing = turns.outgoing { people.append(person(outgoing, .handoffOverlap)) }
        return Segment(people: people, vacancy: nil, end: min(turns.end, limit))
    }
}
