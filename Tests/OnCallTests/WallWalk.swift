import Basics
import OnCall
import Testing

/// Six hours around one change of clocks, minute by minute, as clocks on the wall show them.
///
/// Knows nothing of the engine: the offsets are those that another reader of the zone data wrote
/// down, and every question is answered by looking at the minutes one after another.
struct WallWalk {
    /// Minutes either way. No change in the data is of more than two hours.
    static let reach: Int64 = 180

    let change: PinnedZones.Change
    /// What clocks show at each minute, in minutes since 1970-01-01 00:00 on the same clocks.
    let wall: [Int64]
    let from: Instant
    let to: Instant

    init(_ change: PinnedZones.Change) {
        self.change = change
        from = change.instant - .minutes(Self.reach)
        to = change.instant + .minutes(Self.reach)
        var wall: [Int64] = []
        for minute in -Self.reach..<Self.reach {
            let offset = minute < 0 ? change.before : change.after
            wall.append((change.instant.seconds + offset.seconds) / 60 + minute)
        }
        self.wall = wall
    }

    /// Whether clocks jump forward.
    var isGap: Bool { change.before < change.after }

    /// Times of day around and inside what clocks leave out or repeat, in minutes.
    var timesOfDay: [Int64] {
        let ends = [change.before, change.after].map {
            change.instant.seconds / 60 + $0.seconds / 60
        }
        let (low, high) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
        return [low - 15, low, (low + high) / 2, high - 1, high, high + 15].map {
            $0.flooredModulo(by: 1_440)
        }
    }

    /// When clocks first and last show a wall minute, as positions; where they jump over it, the
    /// jump both times; behind the last position if that is later.
    func shown(_ target: Int64) -> (first: Int, last: Int, isShown: Bool) {
        var first: Int?
        var last: Int?
        var later: Int?
        for (position, minute) in wall.enumerated() {
            if minute == target {
                first = first ?? position
                last = position
            }
            if minute > target { later = later ?? position }
        }
        if let first, let last { return (first, last, true) }
        return (later ?? wall.count, later ?? wall.count, false)
    }

    /// Whose turns each minute lies in, the current first, where turns change every day at a time
    /// of day (in minutes): numbers of local days since 1970-01-01.
    func turns(at time: Int64, gap: GapPolicy, fold: FoldPolicy) -> [[Int64]] {
        let start = (wall[0] - time).flooredDivision(by: 1_440)
        var turns = [[Int64]](repeating: [start], count: wall.count)
        for number in [start + 1, start + 2] {
            let handoff = shown(number * 1_440 + time)
            if !handoff.isShown, gap == .skip { continue }
            let begin = fold == .last ? handoff.last : handoff.first
            for position in begin..<wall.count { turns[position] = [number] }
            if fold == .overlap, handoff.first < handoff.last {
                for position in handoff.first..<handoff.last {
                    turns[position] = [number, number - 1]
                }
            }
        }
        return turns
    }

    /// Whether a window from one time of day to another (in minutes) is open at each minute: from
    /// the first time that its begin is shown to the last time that its end is.
    func isOpen(from: Int64, to: Int64) -> [Bool] {
        var isOpen = [Bool](repeating: false, count: wall.count)
        let today = wall[0].flooredDivision(by: 1_440)
        for day in today - 1...today + 1 {
            let end = (to <= from ? day + 1 : day) * 1_440 + to
            let begin = shown(day * 1_440 + from).first
            for position in begin..<max(begin, shown(end).last) { isOpen[position] = true }
        }
        return isOpen
    }
}

extension [ShiftInterval] {
    /// Who is on call at each minute; checks that the stretches follow one another.
    func people(from: Instant, to: Instant) -> [[PersonID]] {
        #expect(first?.from == from && last?.to == to)
        var people: [[PersonID]] = []
        for (one, next) in zip(self, dropFirst()) { #expect(one.to == next.from) }
        for stretch in self {
            let count = (stretch.to - stretch.from).seconds / 60
            #expect(count > 0 && (stretch.to - stretch.from) == .minutes(count))
            people += [[PersonID]](repeating: stretch.people.map(\.person), count: Int(count))
        }
        return people
    }
}
