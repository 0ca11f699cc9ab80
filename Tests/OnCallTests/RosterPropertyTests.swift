import Basics
import OnCall
import Testing

/// What must hold for any roster: 150 of them, each from its seed, around changes of clocks.
struct RosterPropertyTests {
    static let seeds: [UInt64] = (1...150).map { $0 }

    private func intervals(
        _ roster: RandomRoster, _ changes: OnCallChanges
    ) throws -> [ShiftInterval] {
        shifts(
            roster.schedule, changes: changes, holidays: roster.holidays,
            zones: try PinnedZones.zones(), from: roster.from, to: roster.to)
    }

    /// The stretches of time in which nobody is on call.
    private func gaps(
        _ roster: RandomRoster, _ changes: OnCallChanges = .none
    ) throws -> [ShiftInterval] {
        try intervals(roster, changes).filter { $0.vacancy != nil }
    }

    /// Whether each of some stretches lies in one of others, which meet nowhere or are one.
    private func lie(_ stretches: [ShiftInterval], in others: [ShiftInterval]) -> Bool {
        stretches.allSatisfy { one in
            var at = one.from
            for other in others where other.from <= at && at < other.to { at = other.to }
            return at >= one.to
        }
    }

    @Test func `the rosters that are drawn have everything in them`() throws {
        let rosters = Self.seeds.map { RandomRoster(seed: $0) }
        for roster in rosters {
            #expect(roster.schedule.findings(zones: try PinnedZones.zones()).isEmpty)
        }
        let reasons = Set(
            try rosters.flatMap { try intervals($0, $0.changes) }.flatMap(\.people).map(\.reason))
        #expect(
            reasons == [
                .rotation, .window, .handoffOverlap, .fallbackFirstShift, .fallbackNextShift,
                .override, .swap, .standIn,
            ])
        let vacancies = Set(
            try rosters.flatMap { try intervals($0, $0.changes) }.compactMap(\.vacancy))
        #expect(vacancies.contains(.outsideWindows) && vacancies.contains(.everybodyAway))
    }

    @Test(arguments: seeds)
    func `stretches partition time, and people are in them once`(seed: UInt64) throws {
        let roster = RandomRoster(seed: seed)
        for changes in [.none, roster.changes] {
            let found = try intervals(roster, changes)
            #expect(found.first?.from == roster.from && found.last?.to == roster.to)
            for stretch in found {
                #expect(stretch.from < stretch.to)
                #expect((stretch.vacancy == nil) == !stretch.people.isEmpty)
                let people = stretch.people.map(\.person)
                #expect(Set(people).count == people.count)
                for person in stretch.people {
                    #expect(person.until > stretch.from)
                    let leaves = changes.leaves.filter { $0.person == person.person }
                    #expect(!leaves.contains { $0.from < stretch.to && stretch.from < $0.to })
                }
            }
            for (one, next) in zip(found, found.dropFirst()) {
                #expect(one.to == next.from)
                #expect(one.people != next.people || one.vacancy != next.vacancy, "\(one.to)")
            }
        }
    }

    @Test(arguments: seeds)
    func `stretches agree with the answer at every minute`(seed: UInt64) throws {
        let roster = RandomRoster(seed: seed)
        let zones = try PinnedZones.zones()
        let book = OnCallBook(
            [roster.schedule], changes: roster.changes, holidays: roster.holidays, zones: zones)
        let found = try intervals(roster, roster.changes)
        #expect(book.shifts(of: "drawn", from: roster.from, to: roster.to) == found)
        // Every minute of every fifth roster, and of the others every eleventh.
        let stride: Int64 = seed % 5 == 0 ? 1 : 11
        for stretch in found {
            let last = stretch.to - .microseconds(1)
            let middle = minutes(from: stretch.from, to: stretch.to).filter {
                ($0.seconds / 60) % stride == 0
            }
            for instant in [stretch.from, last] + middle {
                let answer = try #require(book.people(of: "drawn", at: instant))
                #expect(answer.people == stretch.people, "\(instant)")
                #expect(min(answer.until, roster.to) == stretch.to, "\(instant)")
            }
            let answer = onCall(
                roster.schedule, changes: roster.changes, holidays: roster.holidays, zones: zones,
                at: last)
            #expect(answer.people == stretch.people && answer.vacancy == stretch.vacancy)
            #expect(min(answer.until, roster.to) == stretch.to)
        }
    }

    @Test(arguments: seeds)
    func `what was worked out ahead is what would be worked out`(seed: UInt64) throws {
        let roster = RandomRoster(seed: seed)
        let book = OnCallBook(
            [roster.schedule], changes: roster.changes, holidays: roster.holidays,
            zones: try PinnedZones.zones())
        var ahead = book
        ahead.prepare(from: roster.from, through: roster.to)
        let outside = [roster.from - .minutes(1), roster.to + .hours(30)]
        let stretches = book.shifts(of: "drawn", from: roster.from, to: roster.to)
        let edges = stretches.flatMap { [$0.from, $0.to - .microseconds(1)] }
        let inside = minutes(from: roster.from, to: roster.to).filter { $0.seconds / 60 % 17 == 0 }
        for instant in outside + edges + inside {
            let answer = try #require(book.people(of: "drawn", at: instant))
            let known = try #require(ahead.people(of: "drawn", at: instant))
            #expect(known.people == answer.people, "\(instant)")
            #expect(known.until == answer.until, "\(instant)")
            #expect(ahead.wronglyPrepared(at: instant).isEmpty)
        }
        for stretch in stretches {
            for person in stretch.people.map(\.person) {
                let over = stretches.first { other in
                    other.from > stretch.from && !other.people.contains { $0.person == person }
                }
                #expect(
                    book.end(of: person, in: "drawn", from: stretch.from, to: roster.to)
                        == over?.from)
            }
        }
    }

    @Test(arguments: seeds.prefix(30))
    func `at the ends of time there is an answer`(seed: UInt64) throws {
        let roster = RandomRoster(seed: seed)
        let zones = try PinnedZones.zones()
        for instant in [
            Instant(microseconds: .min), .epoch, try utc("2399-12-31T23:59"), .distantFuture,
        ] {
            let answer = onCall(
                roster.schedule, changes: roster.changes, holidays: roster.holidays, zones: zones,
                at: instant)
            #expect((answer.vacancy == nil) == !answer.people.isEmpty)
            #expect(answer.until > instant || answer.until == .distantFuture)
            let end = instant + .hours(1)
            let found = shifts(
                roster.schedule, changes: roster.changes, zones: zones, from: instant, to: end)
            #expect(found.last?.to == (instant < end ? end : nil))
        }
    }

    @Test(arguments: seeds)
    func `a lower layer never uncovers anything`(seed: UInt64) throws {
        let roster = RandomRoster(seed: seed)
        var other = RandomRoster(seed: seed + 1_000).schedule.shifts
        var more = roster
        more.schedule.shifts += other.prefix(1)
        let before = try gaps(roster)
        #expect(lie(try gaps(more), in: before))
        // Nor does one that is always on.
        other[0].windows = []
        more.schedule.shifts = roster.schedule.shifts + other
        #expect(lie(try gaps(more), in: before))
    }

    @Test(arguments: seeds)
    func `an override never opens a gap`(seed: UInt64) throws {
        let roster = RandomRoster(seed: seed)
        let leaves = OnCallChanges(leaves: roster.changes.leaves)
        #expect(lie(try gaps(roster, roster.changes), in: try gaps(roster, leaves)))
        let overrides = OnCallChanges(overrides: roster.changes.overrides)
        #expect(lie(try gaps(roster, overrides), in: try gaps(roster)))
    }

    @Test(arguments: seeds)
    func `leave opens a gap only where everybody is away`(seed: UInt64) throws {
        let roster = RandomRoster(seed: seed)
        let wanted = try gaps(roster)
        let leaves = OnCallChanges(leaves: roster.changes.leaves)
        for gap in try gaps(roster, leaves) where !lie([gap], in: wanted) {
            #expect(gap.vacancy == .everybodyAway)
            for person in roster.schedule.shifts.flatMap(\.people) {
                var at = gap.from
                for leave in leaves.leaves.sorted(by: { $0.from < $1.from })
                where leave.person == person && leave.from <= at {
                    at = max(at, leave.to)
                }
                #expect(at >= gap.to, "\(person) could cover \(at)")
            }
        }
    }
}
