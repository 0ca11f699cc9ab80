import Basics

/// A stretch of time with one answer, as seen from an instant inside it.
struct Segment: Equatable, Sendable {
    var people: [OnCallPerson]
    var vacancy: Vacancy?
    /// When the answer changes; `distantFuture` if never.
    var end: Instant
}

/// A schedule in its zones with what was changed since: what `onCall` and `shifts` have in common.
///
/// The order of design 8: a temporary schedule, then overrides, then swaps, then the layers by
/// priority. Somebody who is away counts as empty wherever they would be on call; then the others
/// of the group carry the turn, and if there is none, the next group of the rotation, then the
/// layers below, then the shifts that are closed.
struct ScheduleClock: Sendable {
    private let roster: RosterClock
    private let changes: ChangeClock
    private let region: RegionName
    /// Whether every shift can be used.
    var isWhole: Bool { roster.isWhole }

    init(
        _ schedule: Schedule, changes: OnCallChanges = .none, holidays: [RegionHolidays] = [],
        zones: TimeZones
    ) {
        roster = RosterClock(schedule, holidays: holidays, zones: zones)
        self.changes = ChangeClock(changes, of: schedule)
        region = schedule.shifts.first?.region ?? RegionName("")
    }

    /// The answer at an instant, and how long it holds.
    func segment(at instant: Instant) -> Segment {
        extended(moment(at: instant).segment)
    }

    /// Who should be on call at an instant and is away, and changes without effect.
    func findings(at instant: Instant) -> [OnCallFinding] {
        guard !changes.isEmpty else { return [] }
        return moment(at: instant).findings
    }

    /// The stretches between two instants.
    func intervals(from: Instant, to: Instant) -> [ShiftInterval] {
        var intervals: [ShiftInterval] = []
        var start = from
        while start < to {
            let segment = moment(at: start).segment
            let end = min(to, segment.end)
            // As in `extended`.
            if let last = intervals.last, last.people == segment.people,
                last.vacancy == segment.vacancy
            {
                intervals[intervals.count - 1].to = end
            } else {
                intervals.append(
                    ShiftInterval(
                        from: start, to: end, people: segment.people, vacancy: segment.vacancy))
            }
            // Only at the very end of the time line can a stretch not end later than it begins.
            start = end > start ? end : to
        }
        return intervals
    }

    /// When, from an instant on and before another one, somebody is first not on call: the begin of the
    /// first of the `intervals` without them, found without looking at those behind it.
    func end(of person: PersonID, from: Instant, to: Instant) -> Instant? {
        var start = from
        while start < to {
            let segment = moment(at: start).segment
            if !segment.people.contains(where: { $0.person == person }) { return start }
            let end = min(to, segment.end)
            start = end > start ? end : to
        }
        return nil
    }

    /// Windows, turns and changes begin and end at places where the answer stays what it is.
    private func extended(_ segment: Segment) -> Segment {
        var segment = segment
        // Where somebody goes off call, another answer follows.
        while segment.end < .distantFuture,
            !segment.people.contains(where: { $0.until == segment.end })
        {
            let next = moment(at: segment.end).segment
            guard next.people == segment.people, next.vacancy == segment.vacancy,
                next.end > segment.end
            else { break }
            segment.end = next.end
        }
        return segment
    }

    private func moment(at instant: Instant) -> Moment {
        let plan = roster.segment(at: instant.seconds)
        let end = Instant.saturating(seconds: plan.end)
        guard !changes.isEmpty else {
            let people = plan.seats.map { seat in
                OnCallPerson(
                    person: seat.person, region: seat.region,
                    until: .saturating(seconds: seat.until), reason: seat.reason)
            }
            return Moment(
                segment: Segment(people: people, vacancy: plan.vacancy, end: end), findings: [])
        }
        var seating = Seating(changes, at: instant, plan)
        seating.end = min(end, changes.boundary(after: instant))
        for seat in seating.moved(plan) { seating.fill(seat) }
        if plan.seats.isEmpty {
            seating.fillVacancy(region)
        } else if seating.people.isEmpty {
            seating.fill(standIns: roster.standIns(at: instant.seconds), for: plan.seats)
        }
        let vacancy: Vacancy? =
            seating.people.isEmpty ? plan.vacancy ?? .everybodyAway : nil
        return Moment(
            segment: Segment(people: seating.people, vacancy: vacancy, end: seating.end),
            findings: seating.findings)
    }
}

/// An answer that may yet be extended, and what stands out in it.
private struct Moment {
    var segment: Segment
    var findings: [OnCallFinding]
}

/// The places of the roster as they are filled at one instant.
private struct Seating {
    private let changes: ChangeClock
    private let instant: Instant
    private let overridable: Bool
    /// The overrides and swaps whose person is there, whatever comes before another one first.
    private let overrides: [OnCallOverride]
    var people: [OnCallPerson] = []
    var findings: [OnCallFinding] = []
    /// When any of this may change.
    var end: Instant = .distantFuture

    init(_ changes: ChangeClock, at instant: Instant, _ plan: RosterSegment) {
        (self.changes, self.instant, overridable) = (changes, instant, plan.allowsOverrides)
        let holding = changes.overrides(at: instant)
        let region = plan.seats.first?.region ?? RegionName("")
        func finding(_ problem: ShiftProblem) -> OnCallFinding {
            OnCallFinding(region: region, problem: problem)
        }
        guard plan.allowsOverrides else {
            overrides = []
            findings = holding.map { finding(.withoutEffect(change: $0.id)) }
            return
        }
        overrides = holding.filter { changes.leave(of: $0.person, at: instant) == nil }
        findings = holding.filter { changes.leave(of: $0.person, at: instant) != nil }
            .map { finding(.away($0.person)) }
    }

    /// The places of the roster, moved on where somebody before them in the rotation is away:
    /// whoever would be the secondary stands in for the primary, and the one after is the
    /// secondary.
    mutating func moved(_ plan: RosterSegment) -> [Seat] {
        guard let queue = plan.queue, let own = plan.seats.first else { return plan.seats }
        let present = queue.groups.indices.filter { index in
            queue.groups[index].contains { changes.leave(of: $0, at: instant) == nil }
        }
        let isAsPlanned =
            queue.groups[...queue.position].indices.allSatisfy(present.contains)
            || plan.seats.contains { change(of: $0.person) != nil }
        guard !isAsPlanned, let last = present.last else { return plan.seats }
        let position = queue.position < present.count ? present[queue.position] : last
        guard position != queue.position else { return plan.seats }
        for seat in plan.seats where changes.leave(of: seat.person, at: instant) != nil {
            add(OnCallFinding(region: seat.region, problem: .away(seat.person)))
        }
        let leaves = queue.groups[..<position].flatMap(\.self).compactMap {
            changes.leave(of: $0, at: instant)
        }
        let moved = queue.groups[position].map { person in
            Seat(
                person: person, region: own.region, until: own.until, reason: .standIn,
                insteadOf: own.person, leave: leaves.first?.id)
        }
        return moved
            + plan.seats.filter { seat in
                seat.reason == .handoffOverlap && !moved.contains { $0.person == seat.person }
            }
    }

    /// Fills a place: by whoever replaces its person, or by that person unless they are away.
    mutating func fill(_ seat: Seat) {
        if let change = change(of: seat.person) {
            add(change, in: seat)
        } else if changes.leave(of: seat.person, at: instant) == nil {
            add(
                OnCallPerson(
                    person: seat.person, region: seat.region, until: until(seat),
                    reason: seat.reason, insteadOf: seat.insteadOf, change: seat.leave))
        } else {
            add(OnCallFinding(region: seat.region, problem: .away(seat.person)))
        }
    }

    /// Where the roster wants nobody, an override of everybody still puts somebody on call.
    mutating func fillVacancy(_ region: RegionName) {
        guard let first = overrides.first(where: { $0.replaces == nil }) else { return }
        let last = following(first)
        add(
            OnCallPerson(
                person: last.person, region: region, until: min(first.to, last.to),
                reason: last.isSwap ? .swap : .override, change: last.id))
    }

    /// Fills the places of people who are all away with the first group that has anybody.
    mutating func fill(standIns: StandIns, for seats: [Seat]) {
        end = min(end, .saturating(seconds: standIns.end))
        for group in standIns.groups {
            for person in group.people {
                let away = seats.first { $0.person != person }?.person
                let seat = Seat(
                    person: person, region: group.region, until: standIns.end, reason: .standIn)
                if let change = change(of: person) {
                    add(change, in: seat)
                } else if changes.leave(of: person, at: instant) == nil {
                    add(
                        OnCallPerson(
                            person: person, region: group.region, until: min(end, until(seat)),
                            reason: .standIn, insteadOf: away,
                            change: away.flatMap { changes.leave(of: $0, at: instant)?.id }))
                }
            }
            if !people.isEmpty { return }
        }
    }

    /// The last override that puts somebody into the place of a person.
    private func change(of person: PersonID) -> OnCallOverride? {
        overrides.first { $0.replaces == nil || $0.replaces == person }.map(following)
    }

    /// Whoever replaces somebody may be replaced by what comes before it.
    private func following(_ first: OnCallOverride) -> OnCallOverride {
        var last = first
        while let next = overrides.first(where: { [last] next in
            (next.replaces == nil || next.replaces == last.person) && next.outranks(last)
        }) {
            last = next
        }
        return last
    }

    private mutating func add(_ change: OnCallOverride, in seat: Seat) {
        // An override of everybody does not end with the turn of whoever it found.
        let end = change.replaces == nil ? .distantFuture : Instant.saturating(seconds: seat.until)
        add(
            OnCallPerson(
                person: change.person, region: seat.region,
                until: min(
                    change.to, end,
                    changes.end(of: change.person, after: instant, overridable: overridable)),
                reason: change.isSwap ? .swap : .override, insteadOf: seat.person,
                change: change.id))
    }

    private func until(_ seat: Seat) -> Instant {
        min(
            .saturating(seconds: seat.until),
            changes.end(of: seat.person, after: instant, overridable: overridable))
    }

    private mutating func add(_ person: OnCallPerson) {
        if !people.contains(where: { $0.person == person.person }) { people.append(person) }
    }

    private mutating func add(_ finding: OnCallFinding) {
        if !findings.contains(finding) { findings.append(finding) }
    }
}

extension OnCallOverride {
    fileprivate var isSwap: Bool {
        switch kind {
        case .override: false
        case .swap: true
        }
    }
}
