import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging

/// A stretch in which incidents that open do the same, to the same people.
struct LadderSlice: Equatable, Sendable {
    /// When the incident opens.
    var opening: Stretch
    /// The ladder, by its index.
    var ladder: Int
}

/// The ladders of one policy and severity over a range of time.
///
/// `decideEscalation` itself is asked, with an incident made by `Incident.applyMerge`, when each step
/// is due. What it says can depend only on who is on call at the due times of the steps so far and on
/// who has night when the incident opens; so its answers are kept in a tree whose branches are those
/// answers, and asked for once per branch. The range is swept from one instant to the next at which
/// any of them changes. *Source:* decisions 0009 and 0016; a test compares with every minute.
struct LadderSweep {
    private struct Branch: Hashable {
        var parent: Int
        var answers: [Int]
    }

    private struct Node {
        var step: LadderStep
        /// When the next step is due; `nil` behind the last.
        var next: Span?
        var isCut: Bool
        /// The home of each page's person, by its index in the world.
        var homes: [Int]
    }

    private let world: CoverageWorld
    private let service: ServiceID
    private let severity: Severity
    /// Whether the order of levels depends on who has night.
    private let isMild: Bool
    private let stepsMax: Int
    private let levelCount: Int
    /// The schedules of the policy, by their index in the roster.
    private let schedules: [Int]
    /// The homes that matter, by their index in the world.
    private let homes: [Int]
    private var nodes: [Node] = []
    private var branches: [Branch: Int] = [:]
    /// Ladders by their last node and by who has night.
    private var leaves: [Branch: Int] = [:]
    private var known: [Ladder: Int] = [:]
    /// Every ladder that occurs.
    private(set) var ladders: [Ladder] = []

    /// How often the escalation was asked.
    var questions: Int { nodes.count }

    /// A sweep for a service: all services with its policy have the same ladders.
    init(_ world: CoverageWorld, service: ServiceID, severity: Severity, stepsMax: Int) {
        (self.world, self.service, self.severity) = (world, service, severity)
        self.stepsMax = max(1, stepsMax)
        isMild = Self.incident(of: service, severity, opening: world.range.from).run.isMild
        let roster = world.roster
        let policy = roster.service(service).flatMap { roster.policy($0.policy) }
        levelCount = policy?.levels.count ?? 0
        let named = (policy?.levels ?? []).flatMap(\.targets).compactMap { target in
            switch target {
            case .schedule(let id): roster.schedules.firstIndex { $0.id == id }
            case .person: nil
            }
        }
        schedules = uniqued(named)
        homes = world.homes(of: policy?.levels ?? [])
    }

    /// The whole range, in order.
    mutating func slices() -> [LadderSlice] {
        var slices: [LadderSlice] = []
        var opening = world.range.from
        while opening < world.range.to {
            let (ladder, until) = walk(from: opening)
            require(until > opening, "no way on from \(opening)")
            if slices.last?.ladder == ladder {
                slices[slices.count - 1].opening.to = until
            } else {
                slices.append(
                    LadderSlice(opening: Stretch(from: opening, to: until), ladder: ladder))
            }
            opening = until
        }
        return slices
    }

    /// The ladder of an incident that opens at an instant, and until when that would be the same.
    private mutating func walk(from opening: Instant) -> (ladder: Int, until: Instant) {
        var until = world.range.to
        var nights: [Int] = []
        for home in homes {
            let night = world.night(in: home, at: opening)
            nights.append(night.state)
            until = min(until, night.end)
        }
        var answers = isMild ? nights : []
        var path: [Int] = []
        var offset = Span.zero
        while true {
            for schedule in schedules {
                let people = world.people(of: schedule, at: opening + offset)
                answers.append(people.state)
                until = min(until, people.end - offset)
            }
            let branch = Branch(parent: path.last ?? -1, answers: answers)
            let node = branches[branch] ?? grow(branch, opening, offset, depth: path.count + 1)
            path.append(node)
            guard let next = nodes[node].next else { break }
            offset = next
            answers.removeAll(keepingCapacity: true)
        }
        return (ladder(along: path, nights), until)
    }

    /// Asks what is due now and keeps the answer.
    private mutating func grow(
        _ branch: Branch, _ opening: Instant, _ offset: Span, depth: Int
    ) -> Int {
        let plan = plan(of: opening, at: opening + offset)
        let step = Self.step(plan, opening: opening)
        let isCut = depth >= stepsMax && step.end != nil && !step.isCatchAll
        nodes.append(
            Node(
                step: step, next: step.isCatchAll || isCut ? nil : step.end, isCut: isCut,
                homes: plan.pages.map { page in
                    world.homes.firstIndex(of: .init(page.person)) ?? -1
                }))
        branches[branch] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func ladder(along path: [Int], _ nights: [Int]) -> Int {
        let last = path[path.count - 1]
        let leaf = Branch(parent: last, answers: nights)
        if let ladder = leaves[leaf] { return ladder }
        let steps = path.map { node in
            var step = nodes[node].step
            for (page, home) in nodes[node].homes.enumerated() {
                let position = homes.firstIndex(of: home)
                step.pages[page].hasNight = position.map { nights[$0] == 1 } ?? false
            }
            return step
        }
        let ladder = Self.ladder(steps, levelCount: levelCount, isCut: nodes[last].isCut)
        let index = known[ladder] ?? ladders.count
        if index == ladders.count {
            ladders.append(ladder)
            known[ladder] = index
        }
        leaves[leaf] = index
        return index
    }

    /// The ladder of these steps of a policy with so many levels.
    static func ladder(_ steps: [LadderStep], levelCount: Int, isCut: Bool) -> Ladder {
        var ladder = Ladder(steps: steps, isCut: isCut, silentLevels: [])
        let paged = ladder.firstCycle.filter { !$0.people.isEmpty }.map(\.level)
        var turns = 0..<UInt64(levelCount)
        if let last = steps.last, last.cycle == 0, !last.isCatchAll {
            // It ends inside the first cycle: what comes behind never had its turn. Where levels
            // changed places, that is not known of those before either.
            turns = 0..<(steps.first?.isMoved == true ? 0 : last.level)
        }
        ladder.silentLevels = turns.filter { !paged.contains($0) }
        return ladder
    }

    /// An incident of one alert, as intake makes it.
    static func incident(
        of service: ServiceID, _ severity: Severity, opening: Instant
    ) -> Incident {
        let group = GroupID(high: 0, low: 0)
        let alert = AlertInstance(
            fingerprint: fingerprint(ofKey: "coverage"), isFiring: true, startedAt: opening,
            summary: "coverage", severity: severity, labels: [], link: "")
        let report = AlertReport(
            service: service, correlationKey: "coverage", title: "coverage", source: "coverage",
            alerts: [alert], isDrill: true)
        let fact = Fact(
            id: FactID(origin: MemberID(1), sequence: 1), group: group, time: HybridTime(opening),
            region: "", body: .alertSeen(report))
        var incident = Incident(group: group)
        incident.applyMerge([fact], index: 1)
        return incident
    }

    /// What is due at an instant, by the code that pages.
    private func plan(of opening: Instant, at now: Instant) -> EscalationPlan {
        let incident = Self.incident(of: service, severity, opening: opening)
        let decision = decideEscalation(
            of: incident, roster: world.roster, book: world.book, at: now)
        guard case .page(let plan) = decision else {
            halt("an open incident without an answer asks for \(decision)")
        }
        return plan
    }

    /// A plan as a step, while it is not known who has night.
    private static func step(_ plan: EscalationPlan, opening: Instant) -> LadderStep {
        let end = plan.nextStepDue
        return LadderStep(
            level: plan.position.level, cycle: plan.position.cycle, offset: plan.stepDue - opening,
            end: end.map { $0 - opening }, isMoved: !plan.moved.isEmpty,
            pages: plan.pages.map { page in
                LadderPage(
                    person: page.person.id, channel: page.contact.channel,
                    delay: page.contact.delay, offset: page.due - opening,
                    isSent: end.map { page.due < $0 } ?? true, hasNight: false)
            })
    }
}
