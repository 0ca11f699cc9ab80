public import Basics
import Escalation
import OnCall
import Paging

/// A change of clocks in one zone.
public struct ClockChange: Equatable, Sendable {
    /// The zone, an IANA name.
    public var zone: String
    /// The first second of the new time.
    public var at: Instant
    /// By how much clocks go forward; negative if they go back.
    public var by: Span
}

/// The changes of clocks within a range, in the zones that people and schedules live by.
struct ClockChanges {
    private let range: Stretch
    /// The changes, by zone in order of appearance, then time.
    let all: [ClockChange]

    /// How often offsets are compared: no zone changes its clocks there and back within.
    private static let look = Span.hours(3)
    private static let week = Span.hours(168)

    init(_ world: CoverageWorld) {
        let range = world.range
        self.range = range
        let named = world.roster.schedules.flatMap(\.shifts).map(\.rotation.zone)
        all = uniqued(named + world.homes.map(\.zone)).flatMap { zone in
            world.zones[zone].map { Self.changes(of: $0, zone, in: range) } ?? []
        }
    }

    private static func changes(
        of rules: TimeZoneRules, _ zone: String, in range: Stretch
    ) -> [ClockChange] {
        var found: [ClockChange] = []
        var last = range.from
        while last < range.to {
            let next = min(last + look, range.to)
            let (before, after) = (rules.offset(at: last), rules.offset(at: next))
            if before != after {
                var (low, high) = (last.seconds, next.seconds)
                while high - low > 1 {
                    let middle = (low + high) / 2
                    let isBefore = rules.offset(at: Instant(seconds: middle)) == before
                    (low, high) = isBefore ? (middle, high) : (low, middle)
                }
                found.append(
                    ClockChange(zone: zone, at: Instant(seconds: high), by: after - before))
            }
            last = next
        }
        return found
    }

    /// Says so where openings begin within a week after clocks in one of some zones changed, and
    /// there were none in the week before.
    func remark(on openings: [Stretch], in zones: [String]) -> String {
        guard let first = openings.first else { return "" }
        let cause = all.last { change in
            zones.contains(change.zone) && change.at <= first.from
                && first.from < change.at + Self.week && change.at - Self.week >= range.from
        }
        guard let cause else { return "" }
        let date = CivilDate(daysSinceEpoch: cause.at.seconds.flooredDivision(by: 86_400))
        return "since the clocks of \(cause.zone) change on \(date)"
    }
}
