public import Basics

/// The UTC offsets of one zone for all time: a table of transitions and, behind its end, a rule.
///
/// *Source:* RFC 9636 (TZif); the idea of offset periods as the one primitive is Noda Time's.
public struct TimeZoneRules: Equatable, Sendable {
    /// A stretch of time with one offset: from `start` up to, not including, `end`, in seconds
    /// since the epoch; `Int64.min` and `Int64.max` mean that there is no such end.
    struct Period: Equatable, Sendable {
        var start: Int64
        var end: Int64
        var offset: Int64
    }

    /// `LocalResolution` in seconds since the epoch.
    enum Resolution: Equatable, Sendable {
        case one(Int64)
        case gap(at: Int64, before: Int64, after: Int64)
        case fold(first: Int64, last: Int64)
    }

    /// The smallest and largest UTC offset in seconds. *Source:* RFC 9636, section 3.2.
    static let offsetRange: ClosedRange<Int64> = -89_999...93_599

    /// Seconds since the epoch, strictly ascending.
    private let transitions: [Int64]
    /// Offsets in seconds: at index i what holds after i transitions, so one more than transitions.
    private let offsets: [Int64]
    /// What holds from the last transition on; `nil` if that is just the last offset.
    private let rule: PosixRule?

    /// Rules from checked parts.
    init(transitions: [Int64], offsets: [Int64], rule: PosixRule?) {
        require(
            offsets.count == transitions.count + 1,
            "\(transitions.count) transitions need one more offset, not \(offsets.count)")
        (self.transitions, self.offsets, self.rule) = (transitions, offsets, rule)
    }

    /// What to add to UTC at an instant to get local time; whole seconds.
    public func offset(at instant: Instant) -> Span {
        .seconds(period(at: instant.seconds).offset)
    }

    /// What clocks and calendars show at an instant; fractions of a second are dropped.
    public func local(_ instant: Instant) -> LocalTime {
        let wall = wallSecond(at: instant.seconds)
        return LocalTime(
            date: CivilDate(daysSinceEpoch: wall.flooredDivision(by: secondsPerDay)),
            secondOfDay: wall.flooredModulo(by: secondsPerDay))
    }

    /// When clocks show a local time. The year must be within a million of year 0.
    public func instants(of local: LocalTime) -> LocalResolution {
        require(
            (-1_000_000...1_000_000).contains(local.date.year)
                && (-1_000_000_000...1_000_000_000).contains(local.secondOfDay),
            "no local time: year \(local.date.year), second of day \(local.secondOfDay)")
        switch resolve(wall: local.date.daysSinceEpoch * secondsPerDay + local.secondOfDay) {
        case .one(let second):
            return .one(.saturating(seconds: second))
        case .gap(let second, let before, let after):
            return .gap(
                at: .saturating(seconds: second), before: .seconds(before), after: .seconds(after))
        case .fold(let first, let last):
            return .fold(first: .saturating(seconds: first), last: .saturating(seconds: last))
        }
    }

    /// What clocks show, as seconds since 1970-01-01 00:00 on the same clocks.
    func wallSecond(at second: Int64) -> Int64 { second + period(at: second).offset }

    /// The local date, in days since 1970-01-01.
    func localDay(at second: Int64) -> Int64 {
        wallSecond(at: second).flooredDivision(by: secondsPerDay)
    }

    /// The stretch of one offset that a second lies in. Neighbours may have the same offset.
    func period(at second: Int64) -> Period {
        let passed = transitionsPassed(at: second)
        if passed == transitions.count, let rule {
            var period = rule.period(at: second)
            period.start = max(period.start, transitions.last ?? .min)
            return period
        }
        return Period(
            start: passed == 0 ? .min : transitions[passed - 1],
            end: passed == transitions.count ? .max : transitions[passed],
            offset: offsets[passed])
    }

    /// When clocks show a wall second (see `wallSecond`).
    ///
    /// Visits every period near enough to matter, so several transitions within a day, or a whole
    /// day left out at the date line, need no special case.
    func resolve(wall: Int64) -> Resolution {
        var found: (first: Int64, last: Int64)?
        var jump: Resolution?
        var period = period(at: wall - Self.offsetRange.upperBound - 1)
        while true {
            let second = wall - period.offset
            if period.start <= second, second < period.end {
                found = (found?.first ?? second, second)
            }
            guard period.end <= wall - Self.offsetRange.lowerBound else { break }
            let next = self.period(at: period.end)
            if period.end + period.offset <= wall, wall < period.end + next.offset {
                jump = jump ?? .gap(at: period.end, before: period.offset, after: next.offset)
            }
            period = next
        }
        if let found {
            return found.first == found.last
                ? .one(found.first) : .fold(first: found.first, last: found.last)
        }
        guard let jump else {
            halt("wall second \(wall) is neither shown nor jumped over")
        }
        return jump
    }

    /// `resolve(wall:)`, faster where clocks do not change for two days around.
    ///
    /// Two offsets differ by less than `reach`: with one offset so far either way, the moment is
    /// the only one.
    func resolve(wall: Int64, near period: Period) -> Resolution {
        let reach = Self.offsetRange.upperBound - Self.offsetRange.lowerBound + 1
        let second = wall - period.offset
        let isFarFromChanges =
            (period.start == .min || period.start <= second - reach)
            && (period.end == .max || second + reach < period.end)
        return isFarFromChanges ? .one(second) : resolve(wall: wall)
    }

    /// How many transitions are at or before a second: binary search.
    private func transitionsPassed(at second: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
