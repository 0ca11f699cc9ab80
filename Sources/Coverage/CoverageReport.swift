import Alerting
import Basics
import IncidentModel
import OnCall

/// A proof as `--json` writes it; times are RFC 3339 in UTC, lengths whole seconds.
public struct CoverageReport: Encodable, Equatable, Sendable {
    /// One service.
    public struct ServiceEntry: Encodable, Equatable, Sendable {
        /// The service.
        public var service: String
        /// Its policy.
        public var policy: String
        /// `continuous`, `business-hours` or `best-effort`.
        public var coverage: String
        /// For how long somebody has to be there.
        public var demandedSeconds: Int64
        /// For how long of it level 1, or every level, pages nobody.
        public var holeSeconds: Int64
        /// The worst times.
        public var worst: [WorstEntry]
    }

    /// The worst times of one service.
    public struct WorstEntry: Encodable, Equatable, Sendable {
        /// The severity.
        public var severity: String
        /// What fails.
        public var scenario: String
        /// The latest first page; absent if it never comes.
        public var firstPageSeconds: Int64?
        /// An opening at which it is so late.
        public var firstPageAt: String
        /// The latest page to somebody else; absent if it never comes.
        public var nextPersonSeconds: Int64?
        /// An opening at which it is so late.
        public var nextPersonAt: String
    }

    /// One change of clocks.
    public struct ClockEntry: Encodable, Equatable, Sendable {
        /// The zone.
        public var zone: String
        /// When.
        public var at: String
        /// By how many seconds clocks go forward.
        public var seconds: Int64
    }

    /// One finding.
    public struct FindingEntry: Encodable, Equatable, Sendable {
        /// `hole`, `late`, `warning` or `note`.
        public var gravity: String
        /// What kind of thing it is.
        public var kind: String
        /// The services.
        public var services: [String]
        /// The severities.
        public var severities: [String]
        /// The people.
        public var people: [String]
        /// The zone of the people.
        public var zone: String
        /// When an incident must open to meet it.
        public var openings: [StretchEntry]
        /// For how long in all.
        public var openingSeconds: Int64
        /// The worst time that comes of it.
        public var worstSeconds: Int64?
        /// What is wrong.
        public var text: String
        /// The smallest change that closes it.
        public var remedy: String
        /// What is remarkable about the times.
        public var remark: String
        /// The ids of the overrides, swaps and leaves it comes from.
        public var changes: [String]
    }

    /// A stretch of time.
    public struct StretchEntry: Encodable, Equatable, Sendable {
        /// The first instant.
        public var from: String
        /// The first instant after it.
        public var to: String

        /// An entry.
        init(_ stretch: Stretch) {
            (from, to) = (stretch.from.description, stretch.to.description)
        }
    }

    /// Who is paged when, for one policy and severity.
    public struct TableEntry: Encodable, Equatable, Sendable {
        /// The policy.
        public var policy: String
        /// The severity.
        public var severity: String
        /// Every ladder that occurs.
        public var ladders: [[StepEntry]]
        /// Which ladder holds when.
        public var openings: [OpeningEntry]
    }

    /// One step of a ladder.
    public struct StepEntry: Encodable, Equatable, Sendable {
        /// When it is due, after the incident opened.
        public var seconds: Int64
        /// From 1; 0 is the catch-all.
        public var level: Int
        /// From 1.
        public var cycle: Int
        /// Its pages.
        public var pages: [PageEntry]
    }

    /// One page.
    public struct PageEntry: Encodable, Equatable, Sendable {
        /// Whom.
        public var person: String
        /// How.
        public var channel: String
        /// When, after the incident opened.
        public var seconds: Int64
        /// Whether it leaves before its step is over.
        public var isSent: Bool
        /// Whether the person has night when the incident opens.
        public var hasNight: Bool
    }

    /// A stretch of openings and its ladder.
    public struct OpeningEntry: Encodable, Equatable, Sendable {
        /// The first opening.
        public var from: String
        /// The first instant after it.
        public var to: String
        /// The ladder, from 0.
        public var ladder: Int
    }

    /// The version of the roster.
    public var rosterVersion: String
    /// The version of the zone data.
    public var tzVersion: String
    /// How many overrides and swaps were taken into account.
    public var overrides: Int
    /// How many leaves were.
    public var leaves: Int
    /// The first opening.
    public var from: String
    /// The first instant after the last.
    public var to: String
    /// The gravity of the worst finding; absent if there is none.
    public var worst: String?
    /// Whether the providers were assumed, not given.
    public var isAssumingProviders: Bool
    /// The changes of clocks within the range.
    public var clockChanges: [ClockEntry]
    /// The services.
    public var services: [ServiceEntry]
    /// What was found, the worst first.
    public var findings: [FindingEntry]
    /// Who is paged when.
    public var tables: [TableEntry]

    /// The report of a proof.
    public init(_ proof: CoverageProof) {
        rosterVersion = proof.rosterVersion
        tzVersion = proof.tzVersion
        (overrides, leaves) = (proof.changes.overrides.count, proof.changes.leaves.count)
        (from, to) = (proof.range.from.description, proof.range.to.description)
        worst = proof.worst?.name
        isAssumingProviders = proof.isAssumingProviders
        clockChanges = proof.clockChanges.map {
            ClockEntry(zone: $0.zone, at: $0.at.description, seconds: $0.by.seconds)
        }
        services = proof.services.map { ServiceEntry($0) }
        findings = proof.findings.map { FindingEntry($0) }
        tables = proof.tables.map { TableEntry($0) }
    }
}

extension CoverageReport.ServiceEntry {
    init(_ service: ServiceCoverage) {
        self.init(
            service: service.service.text, policy: service.policy.text,
            coverage: service.coverage.name, demandedSeconds: service.demanded.seconds,
            holeSeconds: service.holes.total.seconds,
            worst: service.worst.map { worst in
                CoverageReport.WorstEntry(
                    severity: worst.severity.name, scenario: worst.scenario.name,
                    firstPageSeconds: worst.first?.seconds,
                    firstPageAt: worst.firstAt.description,
                    nextPersonSeconds: worst.second?.seconds,
                    nextPersonAt: worst.secondAt.description)
            })
    }
}

extension CoverageReport.FindingEntry {
    init(_ finding: CoverageFinding) {
        self.init(
            gravity: finding.gravity.name, kind: finding.kind.rawValue,
            services: finding.services.map(\.text), severities: finding.severities.map(\.name),
            people: finding.people.map(\.text), zone: finding.zone,
            openings: finding.openings.map { CoverageReport.StretchEntry($0) },
            openingSeconds: finding.openings.total.seconds, worstSeconds: finding.worst?.seconds,
            text: finding.text, remedy: finding.remedy, remark: finding.remark,
            changes: finding.changes)
    }
}

extension CoverageReport.TableEntry {
    init(_ table: LadderTable) {
        self.init(
            policy: table.policy.text, severity: table.severity.name,
            ladders: table.ladders.map { $0.steps.map { CoverageReport.StepEntry($0) } },
            openings: table.slices.map { opening, ladder in
                CoverageReport.OpeningEntry(
                    from: opening.from.description, to: opening.to.description, ladder: ladder)
            })
    }
}

extension CoverageReport.StepEntry {
    init(_ step: LadderStep) {
        self.init(
            seconds: step.offset.seconds, level: step.isCatchAll ? 0 : Int(step.level) + 1,
            cycle: Int(step.cycle) + 1,
            pages: step.pages.map { page in
                CoverageReport.PageEntry(
                    person: page.person.text, channel: page.channel.name,
                    seconds: page.offset.seconds, isSent: page.isSent, hasNight: page.hasNight)
            })
    }
}
