import Basics
import OnCall
import Testing

/// Every change of clocks in 27 zones from 2024 to 2030, walked through by the minute; what is
/// expected comes from `WallWalk`. That the other 12 zones have none is held elsewhere.
struct DSTWalkTests {
    private static let people = (0..<5).map { PersonID("p\($0)") }
    private static let anchor = CivilDate(year: 2023, month: 12, day: 1)

    private func policies(_ walk: WallWalk) -> [(GapPolicy, FoldPolicy)] {
        walk.isGap
            ? [(.shiftForward, .first), (.skip, .last)]
            : [(.shiftForward, .first), (.skip, .last), (.shiftForward, .overlap)]
    }

    @Test func `a rotation changes hands exactly when clocks on the wall say so`() throws {
        let zones = try PinnedZones.zones()
        var (overlaps, skips) = (0, 0)
        for change in try PinnedZones.changes() {
            let walk = WallWalk(change)
            for time in walk.timesOfDay {
                for (gap, fold) in policies(walk) {
                    let rotation = Rotation(
                        participants: Self.people, zone: change.zone,
                        handoff: .daily(at: time * 60), anchor: Self.anchor, gapPolicy: gap,
                        foldPolicy: fold)
                    let schedule = Schedule(
                        id: "one", name: "", shifts: [RegionShift(region: "r", rotation: rotation)])
                    let turns = walk.turns(at: time, gap: gap, fold: fold)
                    let expected = turns.map { numbers in
                        numbers.map { number in
                            Self.people[Int((number - Self.anchor.daysSinceEpoch) % 5)]
                        }
                    }
                    overlaps += turns.count { $0.count == 2 }
                    skips += Set(turns).count == 1 ? 1 : 0
                    let found = shifts(schedule, zones: zones, from: walk.from, to: walk.to)
                        .people(from: walk.from, to: walk.to)
                    #expect(found == expected, "\(change) at minute \(time), \(gap), \(fold)")
                }
            }
        }
        #expect(overlaps > 10_000 && skips > 100, "the walk saw \(overlaps) and \(skips)")
    }

    @Test func `windows that meet leave no minute out and lower layers show through`() throws {
        let zones = try PinnedZones.zones()
        for change in try PinnedZones.changes() {
            let walk = WallWalk(change)
            for time in walk.timesOfDay {
                let noon = (time + 720) % 1_440
                func shift(_ person: PersonID, _ from: Int64, _ to: Int64) -> RegionShift {
                    RegionShift(
                        region: "r", window: DayWindow(from: from * 60, to: to * 60),
                        rotation: Rotation(
                            participants: [person], zone: change.zone, handoff: .daily(at: 0),
                            anchor: Self.anchor))
                }
                let layers = [shift("day", time, noon), shift("night", noon, time)]
                let day = walk.isOpen(from: time, to: noon)
                let night = walk.isOpen(from: noon, to: time)
                // Either may come first: where both are open, it hides the other.
                for isDayFirst in [true, false] {
                    let schedule = Schedule(
                        id: "two", name: "", shifts: isDayFirst ? layers : layers.reversed(),
                        fallback: .nobody)
                    let expected: [[PersonID]] = zip(day, night).map { day, night in
                        day && (isDayFirst || !night) ? ["day"] : night ? ["night"] : []
                    }
                    #expect(!expected.contains([]), "\(change) at \(time): the windows meet")
                    let found = shifts(schedule, zones: zones, from: walk.from, to: walk.to)
                        .people(from: walk.from, to: walk.to)
                    #expect(found == expected, "\(change) at minute \(time)")
                }
            }
        }
    }

    @Test func `turns that are written out meet or overlap as the policy says`() throws {
        let zones = try PinnedZones.zones()
        for change in try PinnedZones.changes() {
            let walk = WallWalk(change)
            let time = walk.timesOfDay[2]
            for fold in [FoldPolicy.first, .last, .overlap] {
                let turns = walk.turns(at: time, gap: .shiftForward, fold: fold)
                let first = try #require(turns.first?.first)
                let listed = (first...first + 2).map { number in
                    ListedTurn(
                        from: LocalTime(
                            date: CivilDate(daysSinceEpoch: number), secondOfDay: time * 60),
                        to: LocalTime(
                            date: CivilDate(daysSinceEpoch: number + 1), secondOfDay: time * 60),
                        people: [PersonID("n\(number)")])
                }
                let schedule = Schedule(
                    id: "list", name: "",
                    shifts: [
                        RegionShift(region: "r", zone: change.zone, listed: listed, fold: fold)
                    ])
                let found = shifts(schedule, zones: zones, from: walk.from, to: walk.to)
                    .people(from: walk.from, to: walk.to)
                #expect(found == turns.map { $0.map { PersonID("n\($0)") } }, "\(change) \(fold)")
            }
        }
    }

    @Test func `turns of hours all last equally long, whatever clocks do`() throws {
        let zones = try PinnedZones.zones()
        var offsets: [String: Span] = [:]
        for change in try PinnedZones.changes() {
            // Before its first change in the data a zone has one offset since the anchor.
            let offset = offsets[change.zone] ?? change.before
            offsets[change.zone] = offset
            let walk = WallWalk(change)
            let start = Self.anchor.daysSinceEpoch * 86_400 + 9 * 3_600 - offset.seconds
            for hours in [1, 5, 12] {
                let rotation = Rotation(
                    participants: Self.people, zone: change.zone,
                    handoff: .everyHours(hours, at: clock(9)), anchor: Self.anchor)
                let schedule = Schedule(
                    id: "hours", name: "", shifts: [RegionShift(region: "r", rotation: rotation)])
                let expected = minutes(from: walk.from, to: walk.to).map { instant in
                    [Self.people[Int((instant.seconds - start) / (Int64(hours) * 3_600) % 5)]]
                }
                let found = shifts(schedule, zones: zones, from: walk.from, to: walk.to)
                    .people(from: walk.from, to: walk.to)
                #expect(found == expected, "\(change) every \(hours) hours")
            }
        }
    }
}
