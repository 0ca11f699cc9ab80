import Basics
import OnCall
import Testing

/// Turns of every kind, through every change of clocks: the days on which they change are found
/// one by one on the calendar, the minute by `WallWalk`.
struct CalendarWalkTests {
    private static let people = (0..<5).map { PersonID("p\($0)") }
    /// A Friday.
    private static let anchor = CivilDate(year: 2023, month: 12, day: 1)

    /// A kind of turn and the days on which such turns begin.
    private struct Kind {
        let rule: (SecondOfDay) -> HandoffRule
        /// At index n how many turns began on the n days behind the anchor.
        let begun: [Int]

        init(
            _ rule: @escaping (SecondOfDay) -> HandoffRule, begins: (CivilDate) -> Bool
        ) {
            self.rule = rule
            var begun = [0]
            for day in Int64(1)...2_700 {
                let date = CivilDate(daysSinceEpoch: anchor.daysSinceEpoch + day)
                begun.append(begun[begun.count - 1] + (begins(date) ? 1 : 0))
            }
            self.begun = begun
        }

        /// Who has the turn in which a day, or the rest of it, lies.
        func person(on day: Int64) -> PersonID {
            people[begun[Int(day - anchor.daysSinceEpoch)] % people.count]
        }
    }

    /// The kinds whose handoffs fall on a day, or would by their weekday.
    private func kinds(on day: CivilDate) throws -> [Kind] {
        let weekday = try #require(Weekday(rawValue: day.weekday))
        let other = try #require(Weekday(rawValue: (day.weekday + 3) % 7))
        let week = MonthWeek(rawValue: Int((day.day - 1) / 7) + 1) ?? .last
        let monday = Self.anchor.daysSinceEpoch - 4
        return [
            Kind({ .every(days: 3, at: $0) }) {
                ($0.daysSinceEpoch - Self.anchor.daysSinceEpoch) % 3 == 0
            },
            Kind({ .weekly(weekday, at: $0) }) { $0.weekday == day.weekday },
            Kind({ .recurring(.weekly(every: 2, on: Weekdays([weekday, other])), at: $0) }) {
                ($0.daysSinceEpoch - monday) / 7 % 2 == 0
                    && [weekday.rawValue, other.rawValue].contains($0.weekday)
            },
            Kind({ .recurring(.monthly(every: 1, week, weekday), at: $0) }) {
                let isLast = $0.month != CivilDate(daysSinceEpoch: $0.daysSinceEpoch + 7).month
                return $0.weekday == day.weekday
                    && (week == .last ? isLast : ($0.day - 1) / 7 + 1 == week.rawValue)
            },
        ]
    }

    @Test func `turns of every kind change hands when the calendar and the clock say so`() throws {
        let zones = try PinnedZones.zones()
        var known: [CivilDate: [Kind]] = [:]
        var handoffs = 0
        for change in try PinnedZones.changes() {
            let walk = WallWalk(change)
            let today = CivilDate(
                daysSinceEpoch: walk.wall[Int(WallWalk.reach)].flooredDivision(by: 1_440))
            let kinds = try known[today] ?? kinds(on: today)
            known[today] = kinds
            let time = walk.timesOfDay[2]
            for fold in walk.isGap ? [FoldPolicy.first] : [.first, .last, .overlap] {
                let days = walk.turns(at: time, gap: .shiftForward, fold: fold)
                for kind in kinds {
                    let rotation = Rotation(
                        participants: Self.people, zone: change.zone,
                        handoff: kind.rule(time * 60), anchor: Self.anchor, foldPolicy: fold)
                    let schedule = Schedule(
                        id: "one", name: "", shifts: [RegionShift(region: "r", rotation: rotation)])
                    let expected = days.map { days in
                        days.reduce(into: [PersonID]()) { people, day in
                            let person = kind.person(on: day)
                            if !people.contains(person) { people.append(person) }
                        }
                    }
                    if expected.first != expected.last { handoffs += 1 }
                    let found = shifts(schedule, zones: zones, from: walk.from, to: walk.to)
                        .people(from: walk.from, to: walk.to)
                    #expect(found == expected, "\(change) \(rotation.handoff) \(fold)")
                }
            }
        }
        #expect(handoffs > 1_500, "only \(handoffs) handoffs fell into the walks")
    }
}
