public import Alerting
public import Basics
public import Escalation
public import IncidentModel
public import OnCall

/// The worst time to people in one scenario, for one severity of one service.
public struct CoverageWorst: Equatable, Sendable {
    /// What fails.
    public var scenario: CoverageScenario
    /// The severity.
    public var severity: Severity
    /// When the first page arrives at the latest, after the incident opened; `nil` is "never".
    public var first: Span?
    /// The first opening at which it is so late.
    public var firstAt: Instant
    /// When somebody else is paged at the latest if the first do not answer; `nil` is "never".
    public var second: Span?
    /// The first opening at which that is so late.
    public var secondAt: Instant
}

/// What was proven of one service.
public struct ServiceCoverage: Equatable, Sendable {
    /// The service.
    public var service: ServiceID
    /// Its policy.
    public var policy: PolicyID
    /// When somebody has to be there.
    public var coverage: CoverageClass
    /// How much time that is within the range.
    public var demanded: Span
    /// Openings within it at which level 1, or every level, pages nobody.
    public var holes: [Stretch]
    /// The worst times, by severity, then scenario; empty if no time was demanded.
    public var worst: [CoverageWorst]
}

/// Who is paged when, for every instant at which an incident can open: the evidence.
public struct LadderTable: Equatable, Sendable {
    /// The policy.
    public var policy: PolicyID
    /// The severity.
    public var severity: Severity
    /// Every ladder that occurs.
    public var ladders: [Ladder]
    /// The stretches of openings, in order and without a hole, each with the index of its ladder.
    public var slices: [(opening: Stretch, ladder: Int)]

    public static func == (a: LadderTable, b: LadderTable) -> Bool {
        a.policy == b.policy && a.severity == b.severity && a.ladders == b.ladders
            && a.slices.elementsEqual(b.slices) { $0 == $1 }
    }

    /// The ladder of an incident that opens at an instant; `nil` outside the range.
    public func ladder(openingAt instant: Instant) -> Ladder? {
        let after = slices.partitioningIndex { $0.opening.from > instant }
        guard after > 0, instant < slices[after - 1].opening.to else { return nil }
        return ladders[slices[after - 1].ladder]
    }
}

/// Who is paged for every service at every minute of a range, and what is wrong with that.
public struct CoverageProof: Equatable, Sendable {
    /// The roster's version.
    public var rosterVersion: String
    /// The version of the time zone data.
    public var tzVersion: String
    /// The range of openings.
    public var range: Stretch
    /// The severities.
    public var severities: [Severity]
    /// The changes of clocks within the range, by zone, then time.
    public var clockChanges: [ClockChange]
    /// Whether the providers were assumed, not given.
    public var isAssumingProviders: Bool
    /// The services in the order of the roster.
    public var services: [ServiceCoverage]
    /// The ladders, by policy, then severity.
    public var tables: [LadderTable]
    /// What is wrong, the worst first.
    public var findings: [CoverageFinding]

    /// The gravity of the worst finding; `nil` if there is none.
    public var worst: CoverageGravity? { findings.map(\.gravity).max() }
}

/// Proves, for every service and every instant at which an incident can open between two instants, who
/// is paged when if nobody answers, and how that changes if a region or a provider is lost.
///
/// Instants are whole seconds. The answers are those of `decideEscalation`; a change of shift while a
/// step waits pages the new person as well, which is left out here: it can only make things better.
/// The work grows with the number of changes of shift, times the steps of the policy. *Source:* issue
/// 5 point 4; design 8.
public func proveCoverage(
    of roster: Roster, zones: TimeZones, from: Instant, to: Instant,
    options: CoverageOptions = CoverageOptions()
) -> CoverageProof {
    let world = CoverageWorld(roster: roster, zones: zones, range: Stretch(from: from, to: to))
    return Prover(world, options: options).proof()
}

/// One proof at work.
struct Prover {
    private let world: CoverageWorld
    private let options: CoverageOptions
    private let providers: ProviderMap
    private let trials: [Trial]
    private var drafts = FindingDrafts()
    /// Contacts that some ladder uses.
    private var used: Set<FindingKey.Subject> = []
    private var services: [ServiceCoverage] = []
    private var tables: [LadderTable] = []

    init(_ world: CoverageWorld, options: CoverageOptions) {
        (self.world, self.options) = (world, options)
        let providers = ProviderMap(world.roster, options: options)
        self.providers = providers
        trials = providers.scenarios.map { scenario in
            Trial(
                scenario: scenario,
                delays: Delays(scenario, regions: providers.regions, options: options))
        }
    }

    consuming func proof() -> CoverageProof {
        let roster = world.roster
        let wanted = roster.services.filter { options.services?.contains($0.id) ?? true }
        services = wanted.map { service in
            let demanded = demandedTime(
                of: service, in: world.roster, zones: world.zones, range: world.range)
            return ServiceCoverage(
                service: service.id, policy: service.policy, coverage: service.coverage,
                demanded: demanded.total, holes: [], worst: [])
        }
        for policy in uniqued(wanted.map(\.policy)) {
            let followers = wanted.filter { $0.policy == policy }
            for severity in options.severities { prove(policy, followers, severity) }
        }
        let writer = FindingWriter(world: world, options: options, providers: providers)
        return CoverageProof(
            rosterVersion: roster.version, tzVersion: world.zones.version, range: world.range,
            severities: options.severities, clockChanges: ClockChanges(world).all,
            isAssumingProviders: providers.isAssumed,
            services: services, tables: tables,
            findings: writer.findings(of: drafts.all.filter { !used.contains($0.key.subject) }))
    }

    private mutating func prove(
        _ policy: PolicyID, _ followers: [Service], _ severity: Severity
    ) {
        guard let first = followers.first else { return }
        var sweep = LadderSweep(
            world, service: first.id, severity: severity, stepsMax: options.stepsMax)
        let slices = sweep.slices()
        tables.append(
            LadderTable(
                policy: policy, severity: severity, ladders: sweep.ladders,
                slices: slices.map { ($0.opening, $0.ladder) }))
        let observer = LadderObserver(
            roster: world.roster,
            policy: world.roster.policy(policy) ?? EscalationPolicy(id: policy, levels: []),
            severity: severity, options: options, trials: trials, isAssumed: providers.isAssumed)
        let looks = sweep.ladders.map { ladder in
            let reaches = observer.reaches(of: ladder)
            return Look(
                ladder: ladder, reaches: reaches,
                observations: observer.observations(of: ladder, reaches), openings: [])
        }
        for ladder in sweep.ladders { used.formUnion(observer.usedContacts(in: ladder)) }
        for coverage in CoverageClass.allCases {
            let some = followers.filter { $0.coverage == coverage }
            guard let one = some.first else { continue }
            let demanded = demandedTime(
                of: one, in: world.roster, zones: world.zones, range: world.range)
            var met = looks
            for slice in slices {
                met[slice.ladder].openings += demanded.intersecting([slice.opening])
            }
            note(met.filter { !$0.openings.isEmpty }, of: some, policy, severity, coverage)
        }
    }

    /// What is known of one ladder, and the openings at which it is met.
    private struct Look {
        var ladder: Ladder
        var reaches: [Reach]
        var observations: [Observation]
        var openings: [Stretch]
    }

    private mutating func note(
        _ looks: [Look], of some: [Service], _ policy: PolicyID, _ severity: Severity,
        _ coverage: CoverageClass
    ) {
        let ids = some.map(\.id)
        var holes: [Stretch] = []
        for look in looks {
            for seen in look.observations {
                let gravity = coverage == .bestEffort ? .note : seen.gravity
                drafts.add(
                    seen, gravity: gravity, services: ids, in: look.ladder, of: policy, severity,
                    openings: look.openings)
                if seen.isHole { holes += look.openings }
            }
        }
        let worst = worst(looks, severity)
        for index in services.indices where ids.contains(services[index].service) {
            services[index].holes = (services[index].holes + holes).tidied()
            services[index].worst += worst
        }
    }

    private func worst(_ looks: [Look], _ severity: Severity) -> [CoverageWorst] {
        guard !looks.isEmpty else { return [] }
        return trials.indices.map { trial in
            let (first, firstAt) = latest(looks.map { ($0.reaches[trial].first, $0.openings) })
            let (second, secondAt) = latest(looks.map { ($0.reaches[trial].second, $0.openings) })
            return CoverageWorst(
                scenario: trials[trial].scenario, severity: severity, first: first,
                firstAt: firstAt, second: second, secondAt: secondAt)
        }
    }

    /// The latest of some times, and the first opening at which it is so late.
    private func latest(_ times: [(at: Span?, openings: [Stretch])]) -> (Span?, Instant) {
        let latest = times.map { $0.at ?? Observation.never }.max() ?? .zero
        let opening = times.filter { ($0.at ?? Observation.never) == latest }
            .compactMap { $0.openings.first?.from }.min()
        return (latest == Observation.never ? nil : latest, opening ?? world.range.from)
    }
}

extension Observation {
    /// Whether somebody should be there and is not, with everything at work.
    var isHole: Bool { [.nobody, .unreachable, .firstLevelEmpty].contains(key.kind) }
}
