import Basics
import Escalation
import IncidentModel
import OnCall

extension FindingWriter {
    /// What gives a vacant schedule somebody, from what it looks like in the gap.
    func vacancyRemedy(_ schedules: [ScheduleID], gap: Stretch) -> String {
        let vacant = schedules.compactMap { roster.schedule($0) }.first { schedule in
            let answer = world.book.people(of: schedule.id, at: gap.from)
            return answer?.people.isEmpty ?? true
        }
        guard let vacant else { return "name a person or a schedule that somebody is on call in" }
        let stretch = world.book.shifts(
            of: vacant.id, from: gap.from, to: gap.from + .seconds(1)
        ).first
        guard stretch?.vacancy == .outsideWindows, vacant.fallback == .nobody else {
            return "schedule \(vacant.id): give it a shift whose people can take it then"
        }
        var remedy = "schedule \(vacant.id): write `uncovered: next-shift`"
        guard let shift = neighbour(of: vacant.id, gap) else { return remedy }
        let words = CoverageWords(zones: world.zones)
        let zone = shift.rotation.zone
        if gap.length >= .hours(24) {
            remedy += ", or give these days to a shift (`\(shift.region)` is next)"
        } else if let window = shift.window {
            remedy +=
                ", or let the window of `\(shift.region)` begin at"
                + " \(words.clock(gap.from, in: zone)) \(zone) instead of"
                + " \(padded(window.from / 3_600)):\(padded(window.from / 60 % 60))"
        }
        return remedy
    }

    /// What gives a level that pages nobody somebody, when its turn has come.
    func silenceRemedy(level: UInt64, _ example: Example) -> String {
        let levels = roster.policy(example.policy)?.levels ?? []
        let ladder = example.ladder
        guard Int(level) < levels.count, !ladder.firstCycle.contains(where: { $0.level == level })
        else { return "lower `after` of a contact of level \(level + 1), or raise its timeout" }
        // A level that pages nobody takes no time: its turn came when the step after it did.
        let after = ladder.steps.first { $0.cycle > 0 || $0.isCatchAll || $0.level > level }
        let from = example.opening + (after?.offset ?? .zero)
        let named = schedules(of: levels[Int(level)])
        var gap = Stretch(from: from, to: from)
        if let vacant = named.first(where: {
            world.book.people(of: $0, at: from)?.people.isEmpty ?? true
        }) {
            gap.to = world.book.people(of: vacant, at: from)?.until ?? from
        }
        return vacancyRemedy(named, gap: gap)
    }

    /// The shift that begins where a gap ends, or else the one that ends where it begins, or else the
    /// first.
    func neighbour(of schedule: ScheduleID, _ gap: Stretch?) -> RegionShift? {
        guard let shifts = roster.schedule(schedule)?.shifts else { return nil }
        guard let gap else { return shifts.first }
        let book = world.book
        let after = book.people(of: schedule, at: gap.to)?.people.first?.region
        let before = book.people(of: schedule, at: gap.from - .seconds(1))?.people.first?.region
        let region = after ?? before
        return shifts.first { $0.region == region } ?? shifts.first
    }

    /// Why nobody else is paged for so long, and what to change.
    func cause(_ example: Example, first people: [PersonID]) -> Words {
        let ladder = example.ladder
        let levels = roster.policy(example.policy)?.levels ?? []
        let severity = example.severity
        if let last = ladder.steps.last, last.end == nil {
            return Words(
                text: "\(name(of: last)) waits for a person (`manual`)",
                remedy: "give \(name(of: last)) of \(example.policy) a timeout for"
                    + " \(severity.name.lowercased())")
        }
        var texts: [String] = []
        var remedies: [String] = []
        for level in ladder.silentLevels where level > 0 {
            texts.append("level \(level + 1) is empty")
            remedies.append(silenceRemedy(level: level, example))
        }
        for step in ladder.firstCycle.dropFirst() where step.people.allSatisfy(people.contains) {
            guard !step.people.isEmpty else { continue }
            texts.append(
                "level \(step.level + 1) pages \(CoverageWords.list(step.people)) again")
            remedies.append(repetitionRemedy(level: step.level, example, step.people))
        }
        if texts.isEmpty, levels.count == 1 {
            texts.append("there is only one level")
            remedies.append("policy \(example.policy): add a level 2 with somebody else")
        }
        if texts.isEmpty, let step = longestWait(ladder), let end = step.end {
            let wait = CoverageWords.span(end - step.offset)
            texts.append("\(name(of: step)) waits \(wait)")
            remedies.append(
                "policy \(example.policy): lower the timeout of \(name(of: step)) for"
                    + " \(severity.name.lowercased())")
        }
        return Words(
            text: texts.joined(separator: ", "),
            remedy: remedies.first ?? "policy \(example.policy): add a level with somebody else")
    }

    private func longestWait(_ ladder: Ladder) -> LadderStep? {
        ladder.firstCycle.max { a, b in
            (a.end ?? a.offset) - a.offset < (b.end ?? b.offset) - b.offset
        }
    }

    /// What makes a level page somebody who was not paged before.
    func repetitionRemedy(level: UInt64, _ example: Example, _ people: [PersonID]) -> String {
        let levels = roster.policy(example.policy)?.levels ?? []
        let who = CoverageWords.list(people)
        guard Int(level) < levels.count, let named = schedules(of: levels[Int(level)]).first else {
            return "policy \(example.policy): name somebody else than \(who) in level \(level + 1)"
        }
        return "schedule \(named): let somebody else than \(who) have the turn (`people` one place"
            + " further on), or name another person in level \(level + 1)"
    }

    /// What a lost provider or region does, and what to add.
    func failure(_ draft: FindingDraft) -> Words {
        let who = CoverageWords.list(draft.people)
        let verb = draft.people.count == 1 ? "is" : "are"
        let assumed = providers.isAssumed ? " (assumed: name the nodes' files with --node)" : ""
        let worst =
            draft.worst == Observation.never
            ? "nobody is paged" : "the first page is at \(CoverageWords.offset(draft.worst))"
        var affected = draft.people.isEmpty ? worst : "\(who) \(verb) out of reach"
        if !draft.people.isEmpty, draft.worst > options.firstPageMax {
            affected += ", and " + worst
        }
        switch draft.key.subject {
        case .provider(let provider):
            let others = CoverageWords.list(
                PageChannel.allCases.map(\.name).filter {
                    ["sms", "voice", "email"].contains($0) && $0 != provider.channel.name
                })
            return Words(
                text: "if \(provider.words) fails, \(affected)" + assumed,
                remedy: draft.people.isEmpty
                    ? "add a second provider of \(provider.channel.name)"
                    : "give \(who) a second contact (\(others)), or add a second provider of"
                        + " \(provider.channel.name)")
        case .region(let region):
            let missing = channels(onlyIn: region)
            return Words(
                text: "if \(region) is lost, \(affected)" + assumed,
                remedy: missing.isEmpty
                    ? "add a region that can page"
                    : "add a provider of \(CoverageWords.list(missing)) at another region")
        case .policy, .level, .schedules, .contact:
            return Words(
                text: "no region has a provider for any contact of \(who)",
                remedy: "add a provider for one of their channels")
        }
    }

    /// The channels that only one region has a provider for.
    private func channels(onlyIn region: RegionName) -> [String] {
        let here = providers.regions.first { $0.region == region }?.providers.map(\.channel) ?? []
        let elsewhere = providers.regions.filter { $0.region != region }
            .flatMap { $0.providers.map(\.channel) }
        return uniqued(here.filter { !elsewhere.contains($0) }.map(\.name))
    }
}
