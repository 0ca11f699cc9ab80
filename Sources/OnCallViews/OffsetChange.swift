import Basics
import OnCall

/// A moment at which the clocks of a zone are changed.
struct OffsetChange: Equatable, Sendable {
    /// The first instant with the new offset.
    var at: Instant
    /// What was added to UTC before.
    var before: Span
    /// What is added to UTC from then on.
    var after: Span
}

/// The clocks of a zone, or UTC's where the zone is not known.
struct WallClock: Sendable {
    /// The zone's rules.
    let rules: TimeZoneRules?

    init(_ rules: TimeZoneRules?) { self.rules = rules }

    /// What is added to UTC at an instant.
    func offset(at instant: Instant) -> Span { rules?.offset(at: instant) ?? .zero }

    /// What clocks and calendars show.
    func local(_ instant: Instant) -> LocalTime {
        rules?.local(instant)
            ?? LocalTime(
                date: CivilDate(daysSinceEpoch: instant.seconds.flooredDivision(by: 86_400)),
                secondOfDay: instant.seconds.flooredModulo(by: 86_400))
    }

    /// How far apart offsets are looked at. A zone that changes its clocks and changes them back
    /// within that time would go unnoticed; none has since 1970.
    private static let stride = Span.hours(6)

    /// The changes of offset later than `from` and before `to`, in order. `from` and `to` are years
    /// apart at most.
    func offsetChanges(from: Instant, to: Instant) -> [OffsetChange] {
        var changes: [OffsetChange] = []
        var (low, before) = (from, offset(at: from))
        while low < to {
            let high = min(low + Self.stride, to)
            let after = offset(at: high)
            if after != before, high > low {
                let change = OffsetChange(
                    at: firstInstant(after: low, to: high, not: before), before: before,
                    after: after)
                if change.at < to { changes.append(change) }
            }
            (low, before) = (high, after)
        }
        return changes
    }

    /// The first whole second of another offset, by halving.
    private func firstInstant(after low: Instant, to high: Instant, not offset: Span) -> Instant {
        var (low, high) = (low.seconds, high.seconds)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if self.offset(at: Instant(seconds: middle)) == offset {
                low = middle
            } else {
                high = middle
            }
        }
        return Instant(seconds: high)
    }

    /// When clocks show a time of day on a date: the first time if they do so twice, the jump if
    /// they jump over it.
    func instant(of date: CivilDate, secondOfDay: SecondOfDay = 0) -> Instant {
        switch rules?.instants(of: LocalTime(date: date, secondOfDay: secondOfDay)) {
        case .one(let instant), .gap(let instant, _, _), .fold(let instant, _): instant
        case nil: Instant(seconds: date.daysSinceEpoch * 86_400 + secondOfDay)
        }
    }
}

/// A zone's offset as people write it: `UTC`, `UTC+8`, `UTC+5:30`.
func offsetWords(_ offset: Span) -> String {
    guard offset != .zero else { return "UTC" }
    let seconds = abs(offset.seconds)
    let minutes = seconds / 60 % 60
    let sign = offset < .zero ? "−" : "+"
    return "UTC\(sign)\(seconds / 3_600)" + (minutes == 0 ? "" : ":\(padded(minutes))")
}

/// What happens to clocks, as people say it: `+1 h`, `−30 min`.
func shiftWords(_ shift: Span) -> String {
    let minutes = abs(shift.seconds) / 60
    let sign = shift < .zero ? "−" : "+"
    return minutes % 60 == 0 ? "\(sign)\(minutes / 60) h" : "\(sign)\(minutes) min"
}
