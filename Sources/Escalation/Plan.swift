import Alerting
public import Basics
public import IncidentModel
public import OnCall
public import Paging

/// One page that a step asks for.
public struct PlannedPage: Equatable, Sendable {
    /// The page's identity.
    public var key: StepKey
    /// Whom.
    public var person: Person
    /// How and where.
    public var contact: Contact
    /// When: the step's due time and the contact's delay.
    public var due: Instant
}

/// Where an incident's escalation stands, and what it asks for.
public struct EscalationPlan: Equatable, Sendable {
    /// The step that is due now.
    public var position: StepPosition
    /// Since when it is due.
    public var stepDue: Instant
    /// Its pages, those included whose contact's delay is not over.
    public var pages: [PlannedPage]
    /// When the next step becomes due if nobody acknowledges; `nil` if only a person can bring it
    /// on.
    public var nextStepDue: Instant?
    /// When somebody's shift ends: then the people of this step have to be asked for again.
    public var shiftEnds: Instant = .distantFuture

    /// Why this level comes before its turn; empty if it does not.
    public var moved = ""
    /// What `moved` says of a level that comes first because the people of level 1 have night.
    public static let beforeWhoHasNight = "before level 1, whose people have night"

    /// What is told instead of paging; empty for a step of the policy.
    public var notice = ""
    /// What that is about; empty for a step of the policy.
    public var noticeSubject = ""
    /// Whether what is told offers command.
    public var offersCommand = false

    /// What is told to one person.
    public init(telling notice: Notice) {
        (position, stepDue, pages) = (notice.position, notice.page.due, [notice.page])
        (self.notice, noticeSubject) = (notice.text, notice.subject)
        offersCommand = notice.offersCommand
    }

    init(
        position: StepPosition, stepDue: Instant, pages: [PlannedPage], nextStepDue: Instant?,
        shiftEnds: Instant = .distantFuture
    ) {
        (self.position, self.stepDue, self.pages) = (position, stepDue, pages)
        (self.nextStepDue, self.shiftEnds) = (nextStepDue, shiftEnds)
    }

    /// The people of this step, without repetition, in order.
    public var people: [PersonID] {
        var result: [PersonID] = []
        for page in pages where !result.contains(page.person.id) { result.append(page.person.id) }
        return result
    }
}

/// Why an incident asks for no page.
public enum QuietReason: Equatable, Sendable {
    /// Nothing fires.
    case notOpen
    /// Somebody has taken it on.
    case acknowledged
}

/// What an incident asks for.
public enum EscalationDecision: Equatable, Sendable {
    /// Nothing, for this reason.
    case quiet(QuietReason)
    /// These pages.
    case page(EscalationPlan)
}

/// Decides what an incident asks for now: a pure function of what is known of it, the roster and
/// the time, so that every region that knows the same decides the same, with or without a majority.
///
/// Levels become due one timeout after the other, from the start of the run. A level that reaches
/// nobody goes on at once; a level all of whose pages can never be delivered goes on when the last
/// of them turned out so. After the last repeat the organisation's catch-all is paged, again and
/// again. The people of the current level are asked for again at every evaluation, so that a change
/// of shift pages the new person.
/// *Source:* design 5, requirements P9 and D4.
public func decideEscalation(
    of incident: Incident, roster: Roster, zones: TimeZones, at now: Instant
) -> EscalationDecision {
    decideEscalation(
        of: incident, roster: roster, book: roster.book(zones: zones), at: now)
}

/// The same, with the roster's schedules in their zones; `emptyLevelsWait` is a bug that only simulators plant.
public func decideEscalation(
    of incident: Incident, roster: Roster, book: OnCallBook, at now: Instant,
    emptyLevelsWait: Bool = false
) -> EscalationDecision {
    guard incident.status.isOpen else { return .quiet(.notOpen) }
    guard incident.coveringAcknowledgement == nil else { return .quiet(.acknowledged) }
    let walk = EscalationWalk(
        incident: incident, roster: roster, book: book, now: now, emptyLevelsWait: emptyLevelsWait)
    return .page(walk.plan())
}

/// The walk from the start of a run to the step that is due now.
private struct EscalationWalk {
    let incident: Incident
    let roster: Roster
    let book: OnCallBook
    let now: Instant
    /// A planted bug.
    let emptyLevelsWait: Bool

    /// The shortest pause between two pages of the catch-all.
    private static let catchAllPauseMin = Span.minutes(5)

    func plan() -> EscalationPlan {
        let policy = roster.service(incident.service).flatMap { roster.policy($0.policy) }
        guard let policy, !policy.levels.isEmpty else {
            return catchAll(policyVersion: "", from: incident.run.startedAt, pause: .zero)
        }
        var due = incident.run.startedAt
        var lengthOfCycle = Span.zero
        let order = order(of: policy.levels)
        for cycle in 0...policy.repeats {
            lengthOfCycle = .zero
            let first =
                cycle == 0 ? min(Int(clamping: incident.run.firstLevel), policy.levels.count) : 0
            for index in order[first...] {
                let position = StepPosition(
                    generation: incident.generation, previousEnd: incident.previousEnd,
                    run: incident.run.number, cycle: cycle, level: UInt64(index))
                let level = policy.levels[index]
                // Whether a level is over is judged by its people when it was due: were they asked
                // for anew, a change of shift could bring a level back that is over.
                let people = responders(of: level, at: due)
                let end = end(of: level, people, due: due, policy.version, position)
                guard let end, now >= end else {
                    var plan = EscalationPlan(
                        position: position, stepDue: due,
                        pages: pages(
                            of: merged(people, newcomers(to: level, since: due)), policy.version,
                            position),
                        nextStepDue: end, shiftEnds: shiftEnds(of: level))
                    if order.first == index, index > 0 {
                        plan.moved = EscalationPlan.beforeWhoHasNight
                    }
                    return plan
                }
                lengthOfCycle += end - due
                due = end
            }
            // A policy asked for beyond its last level goes to the catch-all, not round again.
            if cycle == 0, incident.run.firstLevel >= UInt64(policy.levels.count) { break }
        }
        return catchAll(policyVersion: policy.version, from: due, pause: lengthOfCycle)
    }

    /// The order in which levels are gone through: as the policy says, but something milder than SEV2
    /// wakes nobody while somebody else of the policy has day: levels all of whose people have night
    /// when the run begins come after those that have not. It stays so when it gets worse, or the level that
    /// comes later would be taken for one that is over. Where a person asked for the next level, that
    /// is what comes next. *Source:* issue 4 point 6; decision 0016.
    private func order(of levels: [EscalationLevel]) -> [Int] {
        let all = Array(levels.indices)
        guard incident.run.isMild, incident.run.firstLevel == 0, levels.count > 1 else {
            return all
        }
        let asleep = all.filter { isAsleep(levels[$0], at: incident.run.startedAt) }
        return all.filter { !asleep.contains($0) } + asleep
    }

    /// Whether all people of a level have night, and there is one.
    private func isAsleep(_ level: EscalationLevel, at moment: Instant) -> Bool {
        let people = responders(of: level, at: moment).compactMap { roster.person($0.person) }
        return !people.isEmpty
            && people.allSatisfy { book.night($0.night, in: $0.zone, at: moment).isNight }
    }

    /// When a level is over; `nil` if only a person can bring on the next.
    private func end(
        of level: EscalationLevel, _ people: [Responder], due: Instant, _ policyVersion: String,
        _ position: StepPosition
    ) -> Instant? {
        guard emptyLevelsWait || people.contains(where: isReachable) else { return due }
        if hasUndeliverable {
            // Only then does it matter which pages these are.
            let step = pages(of: people, policyVersion, position)
            if let failed = lastUndeliverable(step) { return max(due, failed) }
        }
        return level.timeout(for: incident.severity).map { due + $0 }
    }

    private var hasUndeliverable: Bool { incident.pages.contains(where: \.isUndeliverable) }

    /// Whether there is a page for somebody.
    private func isReachable(_ responder: Responder) -> Bool {
        roster.person(responder.person)?.contacts(for: incident.severity).isEmpty == false
    }

    /// When the last of a step's pages turned out to be undeliverable, if all did and none was
    /// delivered.
    private func lastUndeliverable(_ step: [PlannedPage]) -> Instant? {
        var last = Instant.epoch
        for page in step {
            guard let record = incident.page(page.key), record.isUndeliverable, !record.isDelivered,
                let ended = record.attempts.compactMap(\.resultAt).max()
            else { return nil }
            last = max(last, ended.instant)
        }
        return last
    }

    private func catchAll(policyVersion: String, from start: Instant, pause: Span) -> EscalationPlan
    {
        let pause = max(pause, Self.catchAllPauseMin)
        let cycle = max(0, (now - start).microseconds) / pause.microseconds
        let due = start + pause * cycle
        let position = StepPosition(
            generation: incident.generation, previousEnd: incident.previousEnd,
            run: incident.run.number, cycle: UInt64(cycle), level: StepPosition.catchAllLevel)
        return EscalationPlan(
            position: position, stepDue: due,
            pages: pages(
                of: roster.catchAll.map { Responder(person: $0, due: due) }, policyVersion, position
            ),
            nextStepDue: due + pause)
    }

    /// Somebody to be paged, and since when.
    private struct Responder {
        var person: PersonID
        var due: Instant
    }

    /// The people of a level when it became due.
    private func responders(of level: EscalationLevel, at due: Instant) -> [Responder] {
        level.targets.reduce(into: []) { all, target in
            all = merged(all, people(of: target, at: due).map { Responder(person: $0, due: due) })
        }
    }

    /// Those whose shift has begun since: they are due from the begin of their shift, so that regions
    /// take turns for them as for the others.
    private func newcomers(to level: EscalationLevel, since due: Instant) -> [Responder] {
        guard due < now else { return [] }
        return level.targets.flatMap { newcomers(to: $0, from: due, until: now) }
    }

    private func merged(_ some: [Responder], _ more: [Responder]) -> [Responder] {
        more.reduce(into: some) { all, one in
            if !all.contains(where: { $0.person == one.person }) { all.append(one) }
        }
    }

    /// How far back the begin of a shift is looked for.
    private static let newcomersWithin = Span.hours(24 * 14)

    /// Who is on call now, each since the begin of the shift.
    private func newcomers(
        to target: EscalationTarget, from due: Instant, until moment: Instant
    ) -> [Responder] {
        guard case .schedule(let id) = target, let first = book.people(of: id, at: due),
            first.until <= moment
        else { return [] }
        // A step may last for months where nobody has to answer: who came on call before is as due.
        let start = max(due, moment - Self.newcomersWithin)
        let stretches = book.shifts(of: id, from: start, to: moment + .microseconds(1))
        return (stretches.last?.people ?? []).map { one in
            var begin = moment
            for stretch in stretches.reversed() {
                guard stretch.people.contains(where: { $0.person == one.person }) else { break }
                begin = stretch.from == start ? due : stretch.from
            }
            return Responder(person: one.person, due: begin)
        }
    }

    private func shiftEnds(of level: EscalationLevel) -> Instant {
        var earliest = Instant.distantFuture
        for target in level.targets {
            guard case .schedule(let id) = target, let answer = book.people(of: id, at: now) else {
                continue
            }
            earliest = min(earliest, answer.until)
        }
        return earliest
    }

    private func people(of target: EscalationTarget, at moment: Instant) -> [PersonID] {
        switch target {
        case .person(let person): return [person]
        case .schedule(let id): return book.people(of: id, at: moment)?.people.map(\.person) ?? []
        }
    }

    private func pages(
        of responders: [Responder], _ policyVersion: String, _ position: StepPosition
    ) -> [PlannedPage] {
        var result: [PlannedPage] = []
        for responder in responders {
            guard let person = roster.person(responder.person) else { continue }
            for contact in person.contacts(for: incident.severity) {
                let key = StepKey.derive(
                    group: incident.group, policyVersion: policyVersion, position: position,
                    person: person.id, channel: contact.channel, address: contact.address)
                result.append(
                    PlannedPage(
                        key: key, person: person, contact: contact,
                        due: responder.due + contact.delay))
            }
        }
        return result
    }
}
