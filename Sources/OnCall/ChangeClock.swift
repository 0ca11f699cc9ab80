import Basics

/// The changes that concern one schedule.
struct ChangeClock: Sendable {
    /// The schedule's overrides and swaps, whatever comes before another one first.
    private let overrides: [OnCallOverride]
    /// By begin.
    private let leaves: [OnCallLeave]
    /// Where any of them begins or ends, ascending, each once.
    private let boundaries: [Instant]

    init(_ changes: OnCallChanges, of schedule: Schedule) {
        guard !changes.overrides.isEmpty || !changes.leaves.isEmpty else {
            (overrides, leaves, boundaries) = ([], [], [])
            return
        }
        overrides = changes.overrides.filter { $0.schedule == schedule.id && $0.from < $0.to }
            .sorted { $0.outranks($1) || (!$1.outranks($0) && $0.id < $1.id) }
        let shifts = schedule.shifts + schedule.temporary.flatMap(\.shifts)
        let people = Set(shifts.flatMap(\.people) + overrides.map(\.person))
        leaves = changes.leaves.filter { people.contains($0.person) && $0.from < $0.to }
            .sorted { ($0.from, $0.id) < ($1.from, $1.id) }
        var boundaries: [Instant] = []
        let ends = overrides.flatMap { [$0.from, $0.to] } + leaves.flatMap { [$0.from, $0.to] }
        for end in ends.sorted() where end != boundaries.last { boundaries.append(end) }
        self.boundaries = boundaries
    }

    /// Whether there is nothing to look at.
    var isEmpty: Bool { boundaries.isEmpty }

    /// The next instant, later than one, at which anything begins or ends.
    func boundary(after instant: Instant) -> Instant {
        var low = 0
        var high = boundaries.count
        while low < high {
            let middle = (low + high) / 2
            if boundaries[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low < boundaries.count ? boundaries[low] : .distantFuture
    }

    /// The overrides that hold at an instant, whatever comes before another one first.
    func overrides(at instant: Instant) -> [OnCallOverride] {
        overrides.filter { $0.holds(at: instant) }
    }

    /// The leave that keeps somebody away at an instant, if any: the one that lasts longest.
    func leave(of person: PersonID, at instant: Instant) -> OnCallLeave? {
        var longest: OnCallLeave?
        for leave in leaves where leave.person == person && leave.holds(at: instant) {
            if leave.to > longest?.to ?? Instant(microseconds: .min) { longest = leave }
        }
        return longest
    }

    /// When, later than an instant, a change next takes somebody off call: their leave begins, or
    /// somebody replaces them.
    func end(of person: PersonID, after instant: Instant, overridable: Bool) -> Instant {
        var end = Instant.distantFuture
        for leave in leaves where leave.person == person && leave.from > instant {
            end = min(end, leave.from)
        }
        guard overridable else { return end }
        for change in overrides where change.from > instant && change.person != person {
            if change.replaces == person || change.replaces == nil { end = min(end, change.from) }
        }
        return end
    }
}
