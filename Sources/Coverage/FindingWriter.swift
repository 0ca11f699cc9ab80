import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging

/// Puts findings into words: what is wrong, and the smallest change that closes it.
struct FindingWriter {
    /// The worst case of a draft.
    typealias Example = (ladder: Ladder, severity: Severity, policy: PolicyID, opening: Instant)

    /// What is wrong and what to do about it.
    struct Words: Equatable {
        var text: String
        var remedy: String
    }

    let world: CoverageWorld
    let options: CoverageOptions
    let providers: ProviderMap

    var roster: Roster { world.roster }

    /// The findings of all drafts, the worst first.
    func findings(of drafts: [FindingDraft]) -> [CoverageFinding] {
        let changes = ClockChanges(world)
        return merged(drafts).compactMap { finding(of: $0, changes) }.enumerated()
            .sorted { $0.element.ranksBefore($1.element) ?? ($0.offset < $1.offset) }
            .map(\.element)
    }

    /// The drafts, contacts of several people with the same flaw as one.
    private func merged(_ drafts: [FindingDraft]) -> [FindingDraft] {
        drafts.reduce(into: []) { all, draft in
            let twin = all.firstIndex { other in
                guard case .contact(_, let channel, let delay, let severity) = draft.key.subject,
                    case .contact(_, channel, delay, severity) = other.key.subject
                else { return false }
                return true
            }
            guard let twin else { return all.append(draft) }
            all[twin].people = uniqued(all[twin].people + draft.people)
            all[twin].services = uniqued(all[twin].services + draft.services)
            all[twin].openings += draft.openings
        }
    }

    private func finding(of draft: FindingDraft, _ changes: ClockChanges) -> CoverageFinding? {
        guard let example = draft.example else { return nil }
        let openings = draft.openings.tidied()
        let words = words(for: draft, example, openings)
        let known = roster.services.map(\.id)
        return CoverageFinding(
            gravity: draft.gravity, kind: draft.key.kind, key: draft.key,
            services: known.filter { draft.services.contains($0) },
            severities: draft.severities.sorted(), people: draft.people, openings: openings,
            zone: zone(of: draft, openings),
            worst: draft.worst > .zero && draft.worst != Observation.never ? draft.worst : nil,
            text: words.text, remedy: words.remedy,
            remark: changes.remark(on: openings, in: clocks(of: draft, example)))
    }

    private func words(
        for draft: FindingDraft, _ example: Example, _ openings: [Stretch]
    ) -> Words {
        switch draft.key.kind {
        case .nobody, .firstLevelEmpty, .levelEmpty, .unreachable:
            emptiness(draft, example, openings)
        case .nobodyElse, .nextPersonLate, .tooManySteps: late(draft, example)
        case .firstPageLate, .contactNeverUsed: delays(draft, example)
        case .levelAddsNobody: repetition(draft, example)
        case .asleep: night(draft, example)
        case .providerLost, .regionLost, .noProvider: failure(draft)
        }
    }

    private func emptiness(
        _ draft: FindingDraft, _ example: Example, _ openings: [Stretch]
    ) -> Words {
        let levels = roster.policy(example.policy)?.levels ?? []
        let gap = openings.first ?? Stretch(from: example.opening, to: example.opening)
        let next = example.ladder.steps.first { !$0.people.isEmpty }
        let instead =
            next.map {
                "\(name(of: $0)) pages \(CoverageWords.list($0.people)) at"
                    + " \(CoverageWords.offset($0.offset)) instead"
            } ?? "nobody is paged instead"
        if draft.key.kind == .unreachable {
            return Words(
                text: "policy \(example.policy): nobody can be reached, not even the catch-all",
                remedy: "give the people of `catchAll` a contact that a region has a provider for")
        }
        if case .level(_, let index) = draft.key.subject {
            return Words(
                text: "policy \(example.policy): level \(index + 1) pages nobody",
                remedy: silenceRemedy(level: index, example))
        }
        let named = levels.first.map { schedules(of: $0) } ?? []
        if draft.key.kind == .nobody {
            return Words(
                text: "policy \(example.policy): no level pages anybody, \(instead)",
                remedy: vacancyRemedy(named, gap: gap))
        }
        guard case .schedules(let vacant) = draft.key.subject else {
            return Words(
                text: "policy \(example.policy): all contacts of level 1"
                    + " (\(CoverageWords.list(draft.people))) wait until the level is over, \(instead)",
                remedy: "lower `after` of a contact, or raise the timeout of level 1")
        }
        return Words(
            text: "\(quoted(vacant)) has nobody, \(instead)",
            remedy: vacancyRemedy(vacant, gap: gap))
    }

    private func late(_ draft: FindingDraft, _ example: Example) -> Words {
        let first = example.ladder.steps.first { !$0.people.isEmpty }
        let people = first?.people ?? []
        let who = CoverageWords.list(people)
        let verb = people.count == 1 ? "does" : "do"
        let cause = cause(example, first: people)
        if draft.key.kind == .tooManySteps {
            return Words(
                text: "policy \(example.policy): if \(who) \(verb) not answer, the first"
                    + " \(options.stepsMax) steps page nobody else",
                remedy: cause.remedy)
        }
        let outcome: String
        if draft.worst == Observation.never {
            outcome = "nobody else is ever paged"
        } else {
            let step = example.ladder.steps.first { step in
                step.people.contains { !people.contains($0) }
            }
            let next = step.map { step in
                "\(CoverageWords.list(step.people.filter { !people.contains($0) })),"
                    + " \(name(of: step))"
            }
            outcome =
                "the next person (\(next ?? "")) is paged only at"
                + " \(CoverageWords.offset(draft.worst))"
        }
        return Words(
            text: "policy \(example.policy): if \(who) \(verb) not answer, \(outcome)"
                + (cause.text.isEmpty ? "" : ": \(cause.text)"),
            remedy: cause.remedy)
    }

    private func delays(_ draft: FindingDraft, _ example: Example) -> Words {
        if case .contact(_, let channel, let delay, let severity) = draft.key.subject {
            return Words(
                text: "the contact of \(CoverageWords.list(draft.people)) by \(channel.name) after"
                    + " \(CoverageWords.span(delay)) is never used for \(severity.name): each level"
                    + " is over before",
                remedy: "lower `after` of that contact, or raise the timeouts for"
                    + " \(severity.name.lowercased())")
        }
        return Words(
            text: "policy \(example.policy): the first page leaves only at"
                + " \(CoverageWords.offset(draft.worst)), the contacts of"
                + " \(CoverageWords.list(draft.people)) wait",
            remedy: "give \(CoverageWords.list(draft.people)) a contact without `after`")
    }

    private func repetition(_ draft: FindingDraft, _ example: Example) -> Words {
        guard case .level(_, let index) = draft.key.subject else {
            return Words(text: "", remedy: "")
        }
        let people = example.ladder.firstCycle.first { $0.level == index }?.people ?? []
        return Words(
            text: "policy \(example.policy): level \(index + 1) adds nobody,"
                + " \(CoverageWords.list(people)) is paged by an earlier level already",
            remedy: repetitionRemedy(level: index, example, people))
    }

    private func night(_ draft: FindingDraft, _ example: Example) -> Words {
        let first = example.ladder.steps.first { !$0.people.isEmpty }
        let awake = example.ladder.steps.lazy.compactMap { step in
            step.pages.first { $0.isSent && !$0.hasNight }.map { ($0.person, $0.offset) }
        }.first
        let tail =
            awake.map {
                "the first awake person (\($0.0)) is paged at \(CoverageWords.offset($0.1))"
            }
            ?? "nobody awake is ever paged"
        return Words(
            text: "policy \(example.policy): everybody of \(first.map(name) ?? "level 1") has night"
                + " (\(CoverageWords.list(first?.people ?? []))), \(tail)",
            remedy: "give the hours to a region that has day, or leave it: they will be woken")
    }

    /// `level 2`, or `the catch-all`.
    func name(of step: LadderStep) -> String {
        step.isCatchAll ? "the catch-all" : "level \(step.level + 1)"
    }

    func schedules(of level: EscalationLevel) -> [ScheduleID] {
        level.targets.compactMap { target in
            guard case .schedule(let id) = target else { return nil }
            return id
        }
    }

    private func quoted(_ schedules: [ScheduleID]) -> String {
        (schedules.count == 1 ? "schedule " : "schedules ")
            + CoverageWords.list(schedules.map(\.text))
    }

    /// The zones whose clocks a finding can depend on: those of the shifts, and those of the people for
    /// whom it is about night.
    private func clocks(of draft: FindingDraft, _ example: Example) -> [String] {
        if draft.key.kind == .asleep {
            return draft.people.compactMap { roster.person($0)?.zone }
        }
        let levels = roster.policy(example.policy)?.levels ?? []
        return levels.flatMap { schedules(of: $0) }.compactMap { roster.schedule($0) }
            .flatMap(\.shifts).map(\.rotation.zone)
    }

    private func zone(of draft: FindingDraft, _ openings: [Stretch]) -> String {
        var named: [ScheduleID] = []
        if case .schedules(let vacant) = draft.key.subject { named = vacant }
        if draft.key.kind == .nobody, let policy = draft.example?.policy {
            named = roster.policy(policy)?.levels.first.map { schedules(of: $0) } ?? []
        }
        if let id = named.first, let shift = neighbour(of: id, openings.first) {
            return shift.rotation.zone
        }
        let people = draft.people.isEmpty ? draft.example?.ladder.steps.first?.people : draft.people
        return people?.first.flatMap { roster.person($0)?.zone } ?? "UTC"
    }
}

extension CoverageFinding {
    /// Whether it is worse than another; `nil` if neither is.
    func ranksBefore(_ other: CoverageFinding) -> Bool? {
        if gravity != other.gravity { return gravity > other.gravity }
        if kind != other.kind { return kind.rank < other.kind.rank }
        let (mine, theirs) = (openings.total, other.openings.total)
        return mine == theirs ? nil : mine > theirs
    }
}

extension CoverageFindingKind {
    /// The worst kind has the smallest.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}
