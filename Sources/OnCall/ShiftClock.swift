import Basics

/// Somebody's place in the roster at one moment, before leaves and overrides.
struct Seat: Equatable, Sendable {
    var person: PersonID
    var region: RegionName
    /// The second since the epoch at which they go off call.
    var until: Int64
    var reason: OnCallReason
    /// In whose place, and because of which leave; `nil` where it is their own.
    var insteadOf: PersonID?
    var leave: String?
}

/// The groups of a rotation with an offset: who comes after whom, from the group that it would be
/// without the offset.
struct TurnQueue: Sendable {
    var groups: [[PersonID]]
    /// The position of the group whose turn it is.
    var position: Int
}

/// A shift that can be used, in its zone.
struct ShiftClock: Sendable {
    /// Whether a shift carries the schedule at a moment.
    enum Cover: Sendable {
        /// It does, with these people, and nothing about that changes up to a second.
        case open([Seat], end: Int64)
        /// It does not, and next will at a second, if ever.
        case closed(next: Int64?)
    }

    private enum Source: Sendable {
        case rotation(RotationClock)
        case list(ListClock)
    }

    let region: RegionName
    private let source: Source
    private let windows: WindowsClock?

    /// `nil` if the shift has a problem.
    init?(_ shift: RegionShift, holidays: [RegionHolidays], zones: TimeZones) {
        guard shift.problem(zones: zones) == nil, let rules = zones[shift.rotation.zone] else {
            return nil
        }
        region = shift.region
        let closed = shift.holidays == .off ? holidays.days(of: shift.region) : []
        let clocks = shift.windows.map { WindowClock(window: $0, rules: rules, closed: closed) }
        windows = clocks.isEmpty ? nil : WindowsClock(windows: clocks)
        source =
            shift.listed.isEmpty
            ? .rotation(
                RotationClock(shift.rotation, rules: rules, windows: clocks, holidays: closed))
            : .list(ListClock(shift.listed, fold: shift.rotation.foldPolicy, rules: rules))
    }

    /// Whether it carries the schedule at a second.
    func cover(at second: Int64) -> Cover {
        switch source {
        case .rotation(let rotation): cover(rotation, at: second)
        case .list(let list): cover(list, at: second)
        }
    }

    /// The people whose turn it would be at a second if the shift were open, and up to when.
    func turn(at second: Int64, _ reason: OnCallReason) -> (seats: [Seat], end: Int64) {
        switch source {
        case .rotation(let rotation):
            return seats(rotation, rotation.turns(at: second), limit: .max, reason)
        case .list(let list):
            let people = list.people(at: second)
            let end = list.boundary(after: second)
            return (people.map { seat($0.person, until: $0.until, reason) }, end)
        }
    }

    /// Those who may stand in at a second, each group before the next, from the group whose turn it
    /// is on.
    func groups(at second: Int64) -> [[PersonID]] {
        switch source {
        case .rotation(let rotation):
            let groups = rotation.rotation.groups
            let first = rotation.turns(at: second).current.group
            return Array(groups[first...] + groups[..<first])
        case .list(let list):
            return [list.people(at: second).map(\.person)] + list.everybody.map { [$0] }
        }
    }

    /// Who comes after whom at a second; `nil` for a shift without an offset.
    func queue(at second: Int64) -> TurnQueue? {
        guard case .rotation(let clock) = source else { return nil }
        if clock.rotation.offset == 0 { return nil }
        let groups = clock.rotation.groups
        let position = (clock.rotation.offset % groups.count + groups.count) % groups.count
        guard position > 0 else { return nil }
        let current = clock.turns(at: second).current.group
        let first = (current - position + groups.count) % groups.count
        return TurnQueue(
            groups: Array(groups[first...] + groups[..<first]), position: position)
    }

    private func cover(_ rotation: RotationClock, at second: Int64) -> Cover {
        guard second >= rotation.start else { return .closed(next: firstStart(rotation)) }
        guard let windows else {
            let turn = seats(rotation, rotation.turns(at: second), limit: .max, .rotation)
            return .open(turn.seats, end: turn.end)
        }
        guard windows.isOpen(at: second) else {
            return .closed(next: windows.start(after: second))
        }
        let turns = rotation.turns(at: second)
        let limit = windows.end(from: second, limit: turns.current.end)
        let turn = seats(rotation, turns, limit: limit, .window)
        return .open(turn.seats, end: turn.end)
    }

    private func cover(_ list: ListClock, at second: Int64) -> Cover {
        let turn = turn(at: second, .rotation)
        return turn.seats.isEmpty
            ? .closed(next: list.start(after: second)) : .open(turn.seats, end: turn.end)
    }

    /// The first second of the rotation at which a window is open.
    private func firstStart(_ rotation: RotationClock) -> Int64? {
        guard let windows, !windows.isOpen(at: rotation.start) else { return rotation.start }
        return windows.start(after: rotation.start)
    }

    private func seats(
        _ rotation: RotationClock, _ turns: Turns, limit: Int64, _ reason: OnCallReason
    ) -> (seats: [Seat], end: Int64) {
        var seats: [Seat] = []
        for person in rotation.rotation.groups[turns.current.group]
        where !seats.contains(where: { $0.person == person }) {
            seats.append(seat(person, until: min(turns.current.end, limit), reason))
        }
        if let outgoing = turns.outgoing {
            for person in rotation.rotation.groups[outgoing.group]
            where !seats.contains(where: { $0.person == person }) {
                seats.append(seat(person, until: min(outgoing.end, limit), .handoffOverlap))
            }
        }
        return (seats, min(turns.end, limit))
    }

    private func seat(_ person: PersonID, until: Int64, _ reason: OnCallReason) -> Seat {
        Seat(person: person, region: region, until: until, reason: reason)
    }
}

extension Seat {
    /// The same place, up to a second or before.
    func ending(at second: Int64) -> Seat {
        var seat = self
        seat.until = min(until, second)
        return seat
    }
}
