import Basics

/// One turn, as seen from a moment inside it.
struct Turn: Equatable, Sendable {
    var person: PersonID
    /// The second since the epoch at which the person goes off call.
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

    let rotation: Rotation
    let rules: TimeZoneRules
    private let anchorDay: Int64

    /// How many handoffs in a row may be skipped: real zones have one gap or two in a year. Behind
    /// that the handoff takes place all the same.
    private static let skippedHandoffsMax: Int64 = 16

    init(_ rotation: Rotation, rules: TimeZoneRules) {
        (self.rotation, self.rules) = (rotation, rules)
        anchorDay = rotation.anchor.daysSinceEpoch
    }

    /// When the first turn begins.
    var start: Int64 { resolved(0).begin }

    /// The turns at a second; before the first turn, the first turn.
    func turns(at second: Int64) -> Turns {
        let second = max(second, start)
        // Handoffs more than a day ahead on the calendar cannot have taken place.
        var number = turnNumber(on: rules.localDay(at: second) + 1)
        while number > 0, !hasBegun(number, at: second) { number -= 1 }
        let next = handoff(after: number, laterThan: second)
        var turns = Turns(
            current: Turn(person: person(of: number), end: next.outgoingEnd), outgoing: nil,
            end: next.begin)
        let handoff = resolved(number)
        if number > 0, second < handoff.outgoingEnd {
            turns.outgoing = Turn(
                person: person(of: turnNumber(before: number)), end: handoff.outgoingEnd)
            turns.end = min(next.begin, handoff.outgoingEnd)
        }
        return turns
    }

    private func person(of number: Int64) -> PersonID {
        rotation.participants[Int(number % Int64(rotation.participants.count))]
    }

    private func hasBegun(_ number: Int64, at second: Int64) -> Bool {
        guard let handoff = handoff(number) else { return false }
        return handoff.begin <= second
    }

    /// The turn that another one, not the first, took over from.
    private func turnNumber(before number: Int64) -> Int64 {
        var number = number - 1
        while number > 0, handoff(number) == nil { number -= 1 }
        return number
    }

    private func handoff(after number: Int64, laterThan second: Int64) -> Handoff {
        for candidate in number + 1...number + Self.skippedHandoffsMax {
            if let handoff = handoff(candidate), handoff.begin > second { return handoff }
        }
        let last = resolved(number + Self.skippedHandoffsMax + 1)
        return Handoff(
            begin: max(last.begin, second + 1), outgoingEnd: max(last.outgoingEnd, second + 1))
    }

    /// The handoff at which a turn begins; `nil` if it is skipped.
    private func handoff(_ number: Int64) -> Handoff? {
        if rotation.gapPolicy == .skip, number > 0, case .gap = resolution(number) { return nil }
        return resolved(number)
    }

    private func resolved(_ number: Int64) -> Handoff {
        let resolution = resolution(number)
        switch rotation.foldPolicy {
        case .first:
            return Handoff(begin: resolution.earliest, outgoingEnd: resolution.earliest)
        case .last:
            return Handoff(begin: resolution.latest, outgoingEnd: resolution.latest)
        case .overlap:
            return Handoff(begin: resolution.earliest, outgoingEnd: resolution.latest)
        }
    }

    private func resolution(_ number: Int64) -> TimeZoneRules.Resolution {
        rules.resolve(
            wall: day(ofTurn: number) * secondsPerDay + rotation.handoff.secondOfDay)
    }

    /// The local day, since 1970-01-01, on which a turn begins.
    private func day(ofTurn number: Int64) -> Int64 {
        switch rotation.handoff {
        case .daily: anchorDay + number
        case .every(let days, _): anchorDay + number * Int64(days)
        case .weekly(let weekday, _):
            number == 0
                ? anchorDay : anchorDay + daysOfFirstWeek(until: weekday) + (number - 1) * 7
        }
    }

    /// The last turn that begins on a local day or before; the first if there is none.
    private func turnNumber(on day: Int64) -> Int64 {
        let days = max(0, day - anchorDay)
        switch rotation.handoff {
        case .daily: return days
        case .every(let length, _): return days / Int64(length)
        case .weekly(let weekday, _):
            let first = daysOfFirstWeek(until: weekday)
            return days < first ? 0 : (days - first) / 7 + 1
        }
    }

    /// From the anchor to the first such weekday after it: 1 to 7.
    private func daysOfFirstWeek(until weekday: Weekday) -> Int64 {
        Int64(weekday.rawValue - rotation.anchor.weekday + 6).flooredModulo(by: 7) + 1
    }
}
