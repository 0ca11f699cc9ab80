import Basics
import Escalation
import IncidentModel

/// What a finding is about; two sightings of the same kind and subject are one finding.
struct FindingKey: Hashable {
    enum Subject: Hashable {
        case policy(PolicyID)
        case level(PolicyID, UInt64)
        case schedules([ScheduleID])
        case provider(PageProvider)
        case region(RegionName)
        case contact(PersonID, PageChannel, Span, Severity)
    }

    var kind: CoverageFindingKind
    var subject: Subject
}

/// One sighting in one ladder.
struct Observation {
    var key: FindingKey
    var gravity: CoverageGravity
    /// The time it is about; `never` if there is none, `zero` if it is about no time.
    var worst = Span.zero
    var people: [PersonID] = []

    /// Later than everything.
    static let never = Span(microseconds: .max)
}

/// A scenario with what it does to pages.
struct Trial {
    var scenario: CoverageScenario
    var delays: Delays
}

/// Looks at the ladders of one policy and severity.
struct LadderObserver {
    let roster: Roster
    let policy: EscalationPolicy
    let severity: Severity
    let options: CoverageOptions
    /// The first is the one in which nothing fails.
    let trials: [Trial]
    /// Whether the providers are assumed: then what depends on them is a warning at most.
    let isAssumed: Bool

    /// What a ladder reaches in each trial.
    func reaches(of ladder: Ladder) -> [Reach] {
        trials.map { Reach(ladder, delays: $0.delays) }
    }

    /// Everything remarkable in a ladder, given what it reaches.
    func observations(of ladder: Ladder, _ reaches: [Reach]) -> [Observation] {
        guard let base = reaches.first else { return [] }
        var all = emptiness(of: ladder) + lateness(base, of: ladder)
        let isLate = all.contains { [.nextPersonLate, .nobodyElse, .nobody].contains($0.key.kind) }
        if !isLate { all += idleLevels(of: ladder) }
        return all + night(in: ladder) + unusedContacts(in: ladder)
            + failures(ladder, reaches, base: base)
    }

    private var subject: FindingKey.Subject { .policy(policy.id) }

    private func seen(
        _ kind: CoverageFindingKind, _ gravity: CoverageGravity,
        about subject: FindingKey.Subject? = nil, worst: Span = .zero, people: [PersonID] = []
    ) -> Observation {
        Observation(
            key: FindingKey(kind: kind, subject: subject ?? self.subject), gravity: gravity,
            worst: worst, people: people)
    }

    private func emptiness(of ladder: Ladder) -> [Observation] {
        if ladder.hasOnlyCatchAll { return [seen(.nobody, .hole)] }
        guard ladder.silentLevels.contains(0), let level = policy.levels.first else { return [] }
        let schedules = level.targets.compactMap { target -> ScheduleID? in
            guard case .schedule(let id) = target else { return nil }
            return id
        }
        // People whose contacts all come too late are not the schedule's fault.
        let silent = ladder.firstCycle.first { $0.level == 0 }?.pages.map(\.person) ?? []
        let isVacant = silent.isEmpty && !schedules.isEmpty
        let subject = isVacant ? .schedules(schedules) : self.subject
        return [seen(.firstLevelEmpty, .hole, about: subject, people: uniqued(silent))]
    }

    private func lateness(_ base: Reach, of ladder: Ladder) -> [Observation] {
        guard let first = base.first else {
            return [seen(.unreachable, .hole, worst: Observation.never)]
        }
        guard !ladder.hasOnlyCatchAll else { return [] }
        var all: [Observation] = []
        if first > options.firstPageMax {
            // Those whose contacts come late, or too late, not those who are paged at last.
            let slow = ladder.steps.filter { $0.offset < first }.flatMap(\.pages).map(\.person)
            all.append(seen(.firstPageLate, .late, worst: first, people: uniqued(slow)))
        }
        guard let limit = options.secondPersonMax(for: severity) else { return all }
        if let second = base.second {
            guard second > limit else { return all }
            all.append(seen(.nextPersonLate, .late, worst: second, people: base.firstPeople))
        } else if ladder.isCut {
            all.append(seen(.tooManySteps, .warning))
        } else {
            all.append(
                seen(.nobodyElse, .late, worst: Observation.never, people: base.firstPeople))
        }
        return all
    }

    /// Levels of the first cycle that page nobody, or nobody new.
    private func idleLevels(of ladder: Ladder) -> [Observation] {
        var all = ladder.silentLevels.filter { $0 > 0 }.map {
            seen(.levelEmpty, .warning, about: .level(policy.id, $0))
        }
        var before: [PersonID] = []
        for step in ladder.firstCycle where !step.people.isEmpty {
            if !before.isEmpty, step.people.allSatisfy(before.contains) {
                all.append(
                    seen(
                        .levelAddsNobody, .warning, about: .level(policy.id, step.level),
                        worst: step.offset, people: step.people))
            }
            before += step.people
        }
        return all
    }

    private func night(in ladder: Ladder) -> [Observation] {
        let first = ladder.firstCycle.first { !$0.people.isEmpty }
        guard let first, first.pages.filter(\.isSent).allSatisfy(\.hasNight) else { return [] }
        let awake = ladder.steps.flatMap(\.pages).filter { $0.isSent && !$0.hasNight }
            .map(\.offset).min()
        return [
            seen(.asleep, .warning, worst: awake ?? Observation.never, people: first.people)
        ]
    }

    private func unusedContacts(in ladder: Ladder) -> [Observation] {
        ladder.steps.flatMap(\.pages).filter { !$0.isSent }.map { page in
            seen(
                .contactNeverUsed, .warning, about: contact(of: page), worst: page.delay,
                people: [page.person])
        }
    }

    /// The contacts that a ladder uses, as subjects.
    func usedContacts(in ladder: Ladder) -> [FindingKey.Subject] {
        ladder.steps.flatMap(\.pages).filter(\.isSent).map { contact(of: $0) }
    }

    private func contact(of page: LadderPage) -> FindingKey.Subject {
        .contact(page.person, page.channel, page.delay, severity)
    }

    /// What a single failure makes worse, and whom it puts out of reach.
    private func failures(
        _ ladder: Ladder, _ reaches: [Reach], base: Reach
    ) -> [Observation] {
        zip(trials, reaches).compactMap { trial, reach in
            var people = unreachable(in: ladder, trial.delays)
            if trial.scenario != .everythingWorks {
                people.removeAll { unreachable(in: ladder, trials[0].delays).contains($0) }
            }
            var gravity: CoverageGravity? = people.isEmpty ? nil : .warning
            if let worse = self.gravity(of: reach, slack: Self.failureSlack),
                worse > self.gravity(of: base) ?? .note
            {
                gravity = isAssumed ? .warning : worse
            }
            guard let gravity else { return nil }
            let worst = reach.first ?? Observation.never
            switch trial.scenario {
            case .everythingWorks:
                return seen(.noProvider, .warning, people: people)
            case .regionLost(let region):
                return seen(
                    .regionLost, gravity, about: .region(region), worst: worst, people: people)
            case .providerLost(let provider):
                return seen(
                    .providerLost, gravity, about: .provider(provider), worst: worst, people: people
                )
            }
        }
    }

    /// By how much a failure may delay the next person without being called late.
    private static let failureSlack = Span.minutes(1)

    private func gravity(of reach: Reach, slack: Span = .zero) -> CoverageGravity? {
        guard let first = reach.first else { return .hole }
        if first > options.firstPageMax { return .late }
        guard let limit = options.secondPersonMax(for: severity) else { return nil }
        return reach.second.map { $0 > limit + slack } ?? true ? .late : nil
    }

    /// The people of a ladder none of whose pages can leave.
    private func unreachable(in ladder: Ladder, _ delays: Delays) -> [PersonID] {
        let pages = ladder.steps.flatMap(\.pages).filter(\.isSent)
        let reached = pages.filter { delays[$0.channel] != nil }.map(\.person)
        return uniqued(pages.map(\.person)).filter { !reached.contains($0) }
    }
}

/// A finding in the making.
struct FindingDraft {
    var key: FindingKey
    var gravity: CoverageGravity
    var services: [ServiceID] = []
    var severities: [Severity] = []
    var people: [PersonID] = []
    /// The same people.
    var known: Set<PersonID> = []
    var openings: [Stretch] = []
    var worst = Span(microseconds: -1)
    /// The ladder in which it is worst, its severity and policy, and an instant at which it opens.
    var example: (ladder: Ladder, severity: Severity, policy: PolicyID, opening: Instant)?
}

/// All findings in the making, in the order in which they were first seen.
struct FindingDrafts {
    private(set) var all: [FindingDraft] = []
    private var index: [FindingKey: Int] = [:]

    /// Adds a sighting at incidents that open in some stretches.
    mutating func add(
        _ seen: Observation, gravity: CoverageGravity, services: [ServiceID], in ladder: Ladder,
        of policy: PolicyID, _ severity: Severity, openings: [Stretch]
    ) {
        let position = index[seen.key] ?? all.count
        if position == all.count {
            all.append(FindingDraft(key: seen.key, gravity: gravity))
            index[seen.key] = position
        }
        all[position].gravity = max(all[position].gravity, gravity)
        for service in services where !all[position].services.contains(service) {
            all[position].services.append(service)
        }
        if !all[position].severities.contains(severity) {
            all[position].severities.append(severity)
        }
        for person in seen.people where all[position].known.insert(person).inserted {
            all[position].people.append(person)
        }
        all[position].openings += openings
        if seen.worst > all[position].worst {
            all[position].worst = seen.worst
            all[position].example = (
                ladder, severity, policy, openings.first?.from ?? .epoch
            )
        }
    }
}
