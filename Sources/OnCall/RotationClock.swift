import Basics

/// One turn, as seen from a moment inside it.
struct Turn: Equatable, Sendable {
    /// Whose turn it is, as an index of `Rotation.groups`.
    var group: Int
    /// The second since the epoch at which these people go off call.
    var end: Int64
}

/// Whose turns a moment lies in, and how long that stays so.
struct Turns: Equatable, Sendable {
    /// The current turn.
    var current: Turn
    /// The turn before, where the policy lets turns overlap.
    var outgoing: Turn?
    /// The second since the epoch at which any of this changes.
    var end: Int64
}

/// A rotation without problems in the zone it names.
struct RotationClock: Sendable {
    /// When one turn begins and the turn before ends; they differ only where turns overlap.
    private struct Handoff {
        var begin: Int64
        var outgoingEnd: Int64
    }

    /// A stretch of one offset, not far from what is asked about.
    private typealias Near = TimeZoneRules.Period

    let rotation: Rotation
    let rules: TimeZoneRules
    private let days: TurnDays
    /// The turns that count; `nil` if all do.
    private let active: ActiveTurns?
    /// When the first turn begins.
    let start: Int64

    /// How many handoffs in a row may fall into gaps: real zones have one gap or two in a year.
    /// Behind that the handoff takes place all the same.
    private static let skippedHandoffsMax: Int64 = 16

    /// A rotation without problems; `windows` are those of its shift, closed on `holidays`.
    init(
        _ rotation: Rotation, rules: TimeZoneRules, windows: [WindowClock] = [],
        holidays: [Int64] = []
    ) {
        (self.rotation, self.rules) = (rotation, rules)
        let days = TurnDays(rotation)
        self.days = days
        active =
            rotation.advance == .calendar || windows.isEmpty
            ? nil
            : ActiveTurns(
                days, handoff: rotation.handoff.secondOfDay, windows: windows, holidays: holidays)
        let first = rules.resolve(
            wall: days.anchor * secondsPerDay + rotation.handoff.secondOfDay)
        start = Self.handoff(first, rotation.foldPolicy).begin
    }

    /// The turns at a second; before the first turn, the first turn.
    func turns(at second: Int64) -> Turns {
        let second = max(second, start)
        let near = rules.period(at: second)
        var number = turnNumber(notBefore: second, near)
        while number > 0, !hasBegun(number, at: second, near) { number -= 1 }
        let next = handoff(after: number, laterThan: second, near)
        var turns = Turns(
            current: Turn(group: group(of: number), end: next.outgoingEnd), outgoing: nil,
            end: next.begin)
        guard rotation.foldPolicy == .overlap else { return turns }
        if number > 0, let handoff = handoff(number, near), second < handoff.outgoingEnd {
            let outgoing = turnNumber(before: number, near)
            turns.outgoing = Turn(group: group(of: outgoing), end: handoff.outgoingEnd)
            turns.end = min(next.begin, handoff.outgoingEnd)
        }
        return turns
    }

    private func group(of number: Int64) -> Int {
        let count = Int64(rotation.groups.count)
        let turn = active?.count(upTo: number) ?? number
        return Int((turn % count + Int64(rotation.offset) % count).flooredModulo(by: count))
    }

    /// A turn that is not earlier than the one of a second.
    private func turnNumber(notBefore second: Int64, _ near: Near) -> Int64 {
        if case .everyHours(let hours, _) = rotation.handoff {
            return (second - start) / (Int64(hours) * 3_600)
        }
        // Handoffs more than a day ahead on the calendar cannot have taken place.
        return days.turn(
            on: (second + near.offset).flooredDivision(by: secondsPerDay) + 1)
    }

    private func hasBegun(_ number: Int64, at second: Int64, _ near: Near) -> Bool {
        guard let handoff = handoff(number, near) else { return false }
        return handoff.begin <= second
    }

    /// The turn that another one, not the first, took over from.
    private func turnNumber(before number: Int64, _ near: Near) -> Int64 {
        var number = number - 1
        while number > 0, handoff(number, near) == nil { number -= 1 }
        return number
    }

    private func handoff(
        after number: Int64, laterThan second: Int64, _ near: Near
    ) -> Handoff {
        let limit = Self.skippedHandoffsMax + (active?.inactiveMax ?? 0)
        for candidate in number + 1...number + limit {
            if let handoff = handoff(candidate, near), handoff.begin > second { return handoff }
        }
        let last = resolved(number + limit + 1, near)
        return Handoff(
            begin: max(last.begin, second + 1), outgoingEnd: max(last.outgoingEnd, second + 1))
    }

    /// The handoff at which a turn begins; `nil` if nothing changes hands there.
    private func handoff(_ number: Int64, _ near: Near) -> Handoff? {
        if let active, !active.contains(number) { return nil }
        if rotation.gapPolicy == .skip, number > 0, isInGap(number) { return nil }
        return resolved(number, near)
    }

    private func isInGap(_ number: Int64) -> Bool {
        if case .everyHours = rotation.handoff { return false }
        if case .gap = rules.resolve(wall: wall(ofTurn: number)) { return true }
        return false
    }

    private func resolved(_ number: Int64, _ near: Near) -> Handoff {
        if case .everyHours(let hours, _) = rotation.handoff {
            let begin = start + number * Int64(hours) * 3_600
            return Handoff(begin: begin, outgoingEnd: begin)
        }
        let resolution = rules.resolve(wall: wall(ofTurn: number), near: near)
        return Self.handoff(resolution, rotation.foldPolicy)
    }

    private func wall(ofTurn number: Int64) -> Int64 {
        days.day(ofTurn: number) * secondsPerDay + rotation.handoff.secondOfDay
    }

    private static func handoff(
        _ resolution: TimeZoneRules.Resolution, _ policy: FoldPolicy
    ) -> Handoff {
        let ends = resolution.handoff(policy)
        return Handoff(begin: ends.begin, outgoingEnd: ends.outgoingEnd)
    }
}

extension TimeZoneRules.Resolution {
    /// When a turn begins at a local time, and when the one before ends.
    func handoff(_ policy: FoldPolicy) -> (begin: Int64, outgoingEnd: Int64) {
        switch policy {
        case .first: (earliest, earliest)
        case .last: (latest, latest)
        case .overlap: (earliest, latest)
        }
    }
}
