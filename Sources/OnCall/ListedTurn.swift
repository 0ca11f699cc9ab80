public import Basics

/// A turn that is written out, instead of following from a rotation.
public struct ListedTurn: Hashable, Sendable {
    /// When it begins, by the clocks of the shift's zone.
    public var from: LocalTime
    /// When it ends, by the same clocks, not included.
    public var to: LocalTime
    /// Who is on call.
    public var people: [PersonID]

    /// A turn from one local time up to another.
    public init(from: LocalTime, to: LocalTime, people: [PersonID]) {
        (self.from, self.to, self.people) = (from, to, people)
    }

    /// What is wrong with it; `nil` if nothing is.
    var problem: ShiftProblem? {
        for end in [from, to] {
            guard end.date.isInCalendar else { return .noSuchDate(end.date) }
            guard (0...secondsPerDay).contains(end.secondOfDay) else {
                return .outsideDay(end.secondOfDay)
            }
        }
        if people.isEmpty { return .noParticipants }
        return from.wallSecond < to.wallSecond ? nil : .endsBeforeItBegins(from)
    }
}

extension LocalTime {
    /// Seconds since 1970-01-01 00:00 on the same clock.
    var wallSecond: Int64 { date.daysSinceEpoch * secondsPerDay + secondOfDay }
}

/// Turns without problems in their zone.
///
/// Where clocks show an end twice, it follows the fold policy like a handoff: turns that meet on
/// the clock meet or overlap in time.
struct ListClock: Sendable {
    private struct Entry {
        var people: [PersonID]
        var start: Int64
        var end: Int64
    }

    /// By begin.
    private let entries: [Entry]

    init(_ turns: [ListedTurn], fold: FoldPolicy, rules: TimeZoneRules) {
        let resolved = turns.map { turn in
            Entry(
                people: turn.people,
                start: rules.resolve(wall: turn.from.wallSecond).handoff(fold).begin,
                end: rules.resolve(wall: turn.to.wallSecond).handoff(fold).outgoingEnd)
        }
        entries = resolved.enumerated().filter { $0.element.start < $0.element.end }
            .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
            .map(\.element)
    }

    /// Who is on call at a second, each until when; of several turns the latest to begin first.
    func people(at second: Int64) -> [(person: PersonID, until: Int64)] {
        var people: [(person: PersonID, until: Int64)] = []
        for entry in entries.reversed() where entry.start <= second && second < entry.end {
            for person in entry.people {
                if let index = people.firstIndex(where: { $0.person == person }) {
                    people[index].until = max(people[index].until, entry.end)
                } else {
                    people.append((person, entry.end))
                }
            }
        }
        return people
    }

    /// When a turn next begins, later than a second.
    func start(after second: Int64) -> Int64? { entries.first { $0.start > second }?.start }

    /// When a turn next begins or ends, later than a second; `Int64.max` if never.
    func boundary(after second: Int64) -> Int64 {
        entries.flatMap { [$0.start, $0.end] }.filter { $0 > second }.min() ?? .max
    }

    /// Everybody in the list, each once, by begin.
    var everybody: [PersonID] {
        var people: [PersonID] = []
        for person in entries.flatMap(\.people) where !people.contains(person) {
            people.append(person)
        }
        return people
    }
}
