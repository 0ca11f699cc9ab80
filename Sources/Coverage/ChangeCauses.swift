import Alerting
import Basics
import Escalation
import OnCall
import Paging

/// Finds out which findings come of changes to who is on call, says whose, and proposes the smallest
/// change that closes them: somebody else for a stretch, tried before it is proposed.
struct ChangeCauses {
    /// The world with the changes, and the one without.
    private let world: CoverageWorld
    private let plain: OnCallBook
    private let options: CoverageOptions
    /// What is found without the changes.
    private let before: [CoverageFinding]

    /// How many people are tried for one finding.
    private static let triesMax = 12

    init(_ world: CoverageWorld, options: CoverageOptions) {
        (self.world, self.options) = (world, options)
        plain = world.roster.book(zones: world.zones)
        let unchanged = CoverageWorld(
            roster: world.roster, zones: world.zones, range: world.range)
        before = Prover(unchanged, options: options).proof().findings
    }

    /// Says of each finding that is not there without the changes what it comes from.
    func explain(_ proof: inout CoverageProof) {
        for index in proof.findings.indices {
            let finding = proof.findings[index]
            let known = before.filter { $0.key == finding.key }.flatMap(\.openings).tidied()
            let news = finding.openings.subtracting(known)
            guard let first = news.first else { continue }
            let window = window(of: finding, opening: first, in: proof)
            let causes = causes(of: finding, in: window)
            guard let cause = causes.first else { continue }
            proof.findings[index].changes = causes.map(\.id)
            let words = "because " + causes.prefix(3).map(\.words).joined(separator: ", and ")
            let remark = finding.remark.isEmpty ? words : finding.remark + "; " + words
            proof.findings[index].remark = remark
            proof.findings[index].remedy = remedy(
                of: finding, cause, in: window, isOnlyStretch: news.count == 1)
        }
    }

    /// A change, and the stretch of a schedule that it changes.
    private struct Cause {
        var id: String
        var words: String
        var isLeave: Bool
        var schedule: ScheduleID
        var time: Stretch
    }

    /// The time in which a change matters to incidents that open in a stretch: until their last step is
    /// due.
    private func window(
        of finding: CoverageFinding, opening: Stretch, in proof: CoverageProof
    ) -> Stretch {
        let policies = self.policies(of: finding)
        let last = proof.tables.filter { policies.contains($0.policy) }
            .compactMap { $0.ladder(openingAt: opening.from) }
            .flatMap(\.steps).filter { $0.cycle == 0 && !$0.isCatchAll }.map(\.offset).max()
        return Stretch(from: opening.from, to: opening.to + (last ?? .zero))
    }

    private func policies(of finding: CoverageFinding) -> [PolicyID] {
        finding.services.compactMap { world.roster.service($0)?.policy }
    }

    /// The changes that make a difference to a finding's schedules in a window: whoever is away had a
    /// turn there, whoever stands in was put there.
    private func causes(of finding: CoverageFinding, in window: Stretch) -> [Cause] {
        let levels = policies(of: finding).compactMap { world.roster.policy($0) }.flatMap(\.levels)
        let schedules = uniqued(
            levels.flatMap(\.targets).compactMap { target -> ScheduleID? in
                guard case .schedule(let id) = target else { return nil }
                return id
            })
        let leaves = world.changes.leaves.compactMap { leave in
            schedules.lazy.compactMap { cause(leave, in: $0, window) }.first
        }
        let overrides = world.changes.overrides.compactMap { one -> Cause? in
            let time = Stretch(from: one.from, to: one.to)
            guard schedules.contains(one.schedule),
                let met = time.intersection(window),
                world.book.shifts(of: one.schedule, from: met.from, to: met.to)
                    .contains(where: { $0.people.contains { $0.change == one.id } })
            else { return nil }
            return Cause(
                id: one.id, words: words(one), isLeave: false, schedule: one.schedule, time: time)
        }
        return leaves + overrides
    }

    /// What a leave takes from a schedule in a window; `nil` if that is nothing.
    private func cause(_ leave: OnCallLeave, in schedule: ScheduleID, _ window: Stretch) -> Cause? {
        let away = Stretch(from: leave.from, to: leave.to)
        guard let met = away.intersection(window) else { return nil }
        let shifts = plain.shifts(of: schedule, from: met.from, to: met.to)
        guard let turn = shifts.first(where: { $0.people.contains { $0.person == leave.person } })
        else { return nil }
        // The whole turn, of which the window may show a part.
        let whole = plain.shifts(of: schedule, from: leave.from, to: leave.to)
            .first { $0.from <= turn.from && turn.from < $0.to }
        let time = whole.map { Stretch(from: $0.from, to: $0.to) } ?? met
        return Cause(
            id: leave.id, words: words(leave), isLeave: true, schedule: schedule, time: time)
    }

    private func words(_ leave: OnCallLeave) -> String {
        "\(leave.person) is on leave from \(minute(leave.from)) to \(minute(leave.to)) (\(leave.id))"
    }

    private func words(_ one: OnCallOverride) -> String {
        let verb = one.kind == .swap ? "took a turn" : "was put on call"
        return "\(one.person) \(verb) for \(one.schedule) from \(minute(one.from)) to"
            + " \(minute(one.to)) (\(one.id))"
    }

    private func minute(_ instant: Instant) -> String {
        String(instant.description.prefix(16)) + "Z"
    }

    // MARK: - What to do

    private func remedy(
        of finding: CoverageFinding, _ cause: Cause, in window: Stretch, isOnlyStretch: Bool
    ) -> String {
        let rest = isOnlyStretch ? "" : ", and likewise for the other times"
        guard cause.isLeave else {
            return "take it back (`meridian oncall changes --cancel \(cause.id)`), or put somebody"
                + " else on call"
        }
        guard let person = standIn(for: finding, cause, in: window) else {
            return finding.remedy + ", or take the leave back (`meridian oncall changes --cancel"
                + " \(cause.id)`)"
        }
        return "put \(person) on call: `meridian oncall override --schedule \(cause.schedule)"
            + " --person \(person) --from \(minute(cause.time.from)) --to"
            + " \(minute(cause.time.to))`" + rest
    }

    /// The first person with whom the finding is not there any more while the override lasts; those who
    /// have day are asked first.
    private func standIn(
        for finding: CoverageFinding, _ cause: Cause, in window: Stretch
    ) -> PersonID? {
        guard let range = cause.time.intersection(window) else { return nil }
        let away = world.changes.leaves.filter {
            Stretch(from: $0.from, to: $0.to).intersection(cause.time) != nil
        }.map(\.person)
        let free = world.roster.people.filter { !away.contains($0.id) }
        let awake = free.filter { !world.book.night($0.night, in: $0.zone, at: range.from).isNight }
        let candidates = uniqued(awake.map(\.id) + free.map(\.id))
        var options = options
        options.services = finding.services
        return candidates.prefix(Self.triesMax).first { person in
            var changes = world.changes
            changes.overrides.append(
                OnCallOverride(
                    id: "proposed", order: .max, kind: .override, schedule: cause.schedule,
                    replaces: nil, person: person, from: cause.time.from, to: cause.time.to,
                    by: person, reason: ""))
            let tried = CoverageWorld(
                roster: world.roster, changes: changes, zones: world.zones, range: range)
            let proof = Prover(tried, options: options).proof()
            return !proof.findings.contains {
                $0.key == finding.key || $0.gravity > finding.gravity
            }
        }
    }
}
