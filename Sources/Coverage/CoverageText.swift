import Alerting
public import Basics
import IncidentModel
public import OnCall

/// One line of a proof for people.
public struct CoverageLine: Equatable, Sendable {
    /// How it stands out.
    public enum Weight: Sendable {
        /// The title of a section.
        case title
        /// A hole.
        case bad
        /// Something late, or a warning.
        case warning
        /// Nothing was found.
        case good
        /// What matters less.
        case faint
        /// Anything else.
        case plain
    }

    /// What it says.
    public var text: String
    /// How it stands out.
    public var weight: Weight

    /// A line.
    public init(_ text: String, _ weight: Weight = .plain) {
        (self.text, self.weight) = (text, weight)
    }
}

/// A proof as people read it.
public struct CoverageText: Sendable {
    private let proof: CoverageProof
    private let words: CoverageWords

    /// How many stretches of one finding are told.
    private static let openingsMax = 3

    /// The text of a proof, with times also by the clocks of these zones.
    public init(_ proof: CoverageProof, zones: TimeZones) {
        self.proof = proof
        words = CoverageWords(zones: zones)
    }

    /// Verdict, worst times and findings.
    public func lines() -> [CoverageLine] {
        var lines = [verdict]
        lines.append(
            CoverageLine(
                "roster \(proof.rosterVersion), zones \(proof.tzVersion), openings "
                    + words.stretch(proof.range, in: "UTC"), .faint))
        if proof.changes != .none {
            let (overrides, leaves) = (proof.changes.overrides.count, proof.changes.leaves.count)
            lines.append(
                CoverageLine(
                    "with what was changed since: \(overrides) overrides and swaps, \(leaves)"
                        + " leaves", .faint))
        }
        if proof.isAssumingProviders {
            lines.append(
                CoverageLine(
                    "providers are not known: each region is taken to have every channel, through"
                        + " one provider that all share", .faint))
        }
        lines += clockChanges() + worstTimes() + findings()
        return lines
    }

    private func clockChanges() -> [CoverageLine] {
        guard !proof.clockChanges.isEmpty else { return [] }
        let changes = proof.clockChanges.map { "\($0.zone) \(minute($0.at))" }
        return [CoverageLine("clocks change: " + CoverageWords.list(changes), .faint)]
    }

    private var verdict: CoverageLine {
        let count = proof.services.count
        let services = count == 1 ? "1 service" : "\(count) services"
        let holes = proof.services.filter { !$0.holes.isEmpty && $0.coverage != .bestEffort }.count
        switch proof.worst {
        case .hole where holes > 0:
            return CoverageLine("\(holes) of \(services) with holes", .bad)
        case .hole: return CoverageLine("\(services), a single failure silences some", .bad)
        case .late: return CoverageLine("\(services) without holes, some late", .warning)
        case .warning: return CoverageLine("\(services) proven, with warnings", .warning)
        case .note, nil: return CoverageLine("\(services) proven", .good)
        }
    }

    private func worstTimes() -> [CoverageLine] {
        var lines = [CoverageLine(""), CoverageLine("WORST TIME TO A HUMAN", .title)]
        var rows: [[String]] = [
            ["SERVICE", "COVERAGE", "SEVERITY", "IF", "FIRST PAGE", "NEXT PERSON", "AT"]
        ]
        for service in proof.services {
            for worst in service.worst {
                let isWorth = worst.scenario == .everythingWorks || isWorse(worst, service)
                guard isWorth else { continue }
                rows.append([
                    service.service.text, service.coverage.name, worst.severity.name,
                    worst.scenario.name, offset(worst.first), offset(worst.second),
                    minute(worst.second == .zero ? worst.firstAt : worst.secondAt),
                ])
            }
            if service.worst.isEmpty {
                rows.append([service.service.text, service.coverage.name, "", "", "", "", ""])
            }
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { text, width in
                text + String(repeating: " ", count: width - text.count)
            }
            lines.append(CoverageLine("  " + trimmed(cells.joined(separator: "  "))))
        }
        lines.append(
            CoverageLine(
                "  next person: who is paged if nobody of the first step answers; failures that"
                    + " change less than a minute are left out", .faint))
        return lines
    }

    /// Whether a failure changes anything by a minute or more.
    private func isWorse(_ worst: CoverageWorst, _ service: ServiceCoverage) -> Bool {
        let base = service.worst.first {
            $0.severity == worst.severity && $0.scenario == .everythingWorks
        }
        guard let base else { return true }
        func differs(_ a: Span?, _ b: Span?) -> Bool {
            guard let a, let b else { return a != b }
            return b + .minutes(1) <= a
        }
        return differs(worst.first, base.first) || differs(worst.second, base.second)
    }

    private func findings() -> [CoverageLine] {
        guard !proof.findings.isEmpty else {
            return [CoverageLine(""), CoverageLine("no findings", .good)]
        }
        var lines = [CoverageLine(""), CoverageLine("FINDINGS", .title)]
        for (index, finding) in proof.findings.enumerated() {
            let weight: CoverageLine.Weight =
                switch finding.gravity {
                case .hole: .bad
                case .late, .warning: .warning
                case .note: .faint
                }
            lines.append(
                CoverageLine("\(index + 1). \(finding.gravity.name): \(finding.text)", weight))
            lines.append(
                CoverageLine(
                    "   \(CoverageWords.list(finding.services.map(\.text))), "
                        + finding.severities.map(\.name).joined(separator: ", ")))
            lines += openings(of: finding)
            lines.append(CoverageLine("   do: \(finding.remedy)"))
        }
        return lines
    }

    private func openings(of finding: CoverageFinding) -> [CoverageLine] {
        if finding.openings == [proof.range] { return [CoverageLine("   always")] }
        var lines = finding.openings.prefix(Self.openingsMax).map {
            CoverageLine("   " + words.stretch($0, in: finding.zone))
        }
        let rest = finding.openings.count - Self.openingsMax
        if rest > 0 {
            let total = CoverageWords.span(finding.openings.total)
            lines.append(CoverageLine("   and \(rest) more, \(total) in all", .faint))
        }
        if !finding.remark.isEmpty { lines.append(CoverageLine("   " + finding.remark)) }
        return lines
    }

    /// Who is paged when, for an incident that opens at an instant, by policy and severity.
    public func ladders(openingAt instant: Instant) -> [CoverageLine] {
        var lines: [CoverageLine] = []
        for table in proof.tables {
            guard let ladder = table.ladder(openingAt: instant) else { continue }
            lines.append(CoverageLine("\(table.policy), \(table.severity.name)", .title))
            for step in ladder.steps {
                let name =
                    step.isCatchAll
                    ? "catch-all" : "level \(step.level + 1), cycle \(step.cycle + 1)"
                for page in step.pages where page.isSent {
                    lines.append(
                        CoverageLine(
                            "  \(CoverageWords.offset(page.offset))  \(page.person) by"
                                + " \(page.channel.name) (\(name))"
                                + (page.hasNight ? ", at night" : "")))
                }
            }
            if ladder.isCut { lines.append(CoverageLine("  and more steps", .faint)) }
        }
        return lines
    }

    private func offset(_ span: Span?) -> String { span.map(CoverageWords.offset) ?? "never" }

    private func minute(_ instant: Instant) -> String {
        String(instant.description.prefix(16)) + "Z"
    }

    private func trimmed(_ text: String) -> String {
        var text = text
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
