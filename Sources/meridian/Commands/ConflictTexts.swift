import APIModel
import Basics

/// How conflicts look on a terminal.
enum ConflictTexts {
    /// One row a conflict.
    static func list(_ conflicts: [ConflictSummary], now: Instant, for terminal: Terminal) -> String
    {
        var table = Table([
            .init("CONFLICT"), .init("INCIDENT"), .init("RULE"), .init("DECIDED"),
            .init("STANDS", .wrap), .init("WHY", .cut),
        ])
        for conflict in conflicts {
            table.add([
                Cell(String(conflict.id.prefix(8))), Cell(String(conflict.incident.prefix(8))),
                Cell(conflict.rule),
                Cell(TimeText.relative(conflict.decidedAt.instant, now: now)),
                outcome(conflict), Cell(conflict.reason),
            ])
        }
        return table.render(for: terminal)
    }

    /// One conflict with its sides.
    static func detail(_ conflict: ConflictSummary, for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        section(conflict, on: &sheet)
        return sheet.text
    }

    private static func section(_ conflict: ConflictSummary, on sheet: inout Sheet) {
        sheet.add(conflict.title, .bold)
        sheet.add("conflict \(conflict.id) of incident \(conflict.incident)", .faint)
        sheet.space()
        sheet.fields([
            ("rule", Cell(conflict.rule)),
            ("stands", outcome(conflict)),
            ("why", Cell(conflict.reason)),
            ("decided", Cell(TimeText.utc(conflict.decidedAt.instant))),
            ("overturned", conflict.overturnedBy.map { Cell("by decision \($0)", .warning) }),
        ])
        sheet.title("SIDES")
        var table = Table([
            .init("REGION"), .init("WHO"), .init("WHEN"), .init("WHAT"), .init("MAJORITY"),
            .init("REASON", .wrap),
        ])
        for side in conflict.sides {
            table.add([
                Cell(side.region), Cell(side.by), Cell(TimeText.utc(side.at.instant)),
                Cell(side.what), side.isApart ? Cell("no", .warning) : Cell("yes"),
                Cell(side.reason ?? "-"),
            ])
        }
        sheet.table(table, indent: 2)
        guard conflict.isStanding else { return }
        sheet.space()
        sheet.add(
            "to decide otherwise: meridian conflict overturn \(conflict.id.prefix(8)) "
                + "\(option(for: conflict))--reason ...", .faint)
    }

    private static func option(for conflict: ConflictSummary) -> String {
        switch conflict.rule {
        case "severities": "--severity SEV2 "
        case "phases": "--phase investigating "
        case "merges", "duplicates": ""
        case _: "--commander PERSON "
        }
    }

    private static func outcome(_ conflict: ConflictSummary) -> Cell {
        conflict.isStanding
            ? Cell(conflict.outcome) : Cell("\(conflict.outcome) (no longer)", .faint)
    }

    /// What an incident's sheet says of command, wishes and conflicts.
    static func fields(of detail: IncidentDetail) -> [(String, Cell?)] {
        let deputies =
            detail.deputies.isEmpty
            ? "" : ", deputies \(detail.deputies.joined(separator: ", "))"
        let standing = detail.conflicts.filter(\.isStanding)
        let wishes = detail.proposals.filter { $0.mergeWith == nil }
        return [
            ("command", detail.commander.map { Cell($0 + deputies) }),
            ("merged into", detail.summary.mergedInto.map { Cell(String($0.prefix(8)), .warning) }),
            (
                "took over",
                detail.tookOver.isEmpty
                    ? nil
                    : Cell(
                        detail.tookOver.map { "\($0.id.prefix(8)) \($0.title)" }
                            .joined(separator: "; "))
            ),
            ("one problem", question(detail)),
            (
                "wished for",
                wishes.isEmpty
                    ? nil : Cell(wishes.map(words).joined(separator: "; "), .warning)
            ),
            (
                "conflicts",
                standing.isEmpty
                    ? nil
                    : Cell(
                        standing.map { "\($0.id.prefix(8)) \($0.rule): \($0.outcome)" }
                            .joined(separator: "; "), .warning)
            ),
        ]
    }

    /// What waits for a person to say yes or no.
    private static func question(_ detail: IncidentDetail) -> Cell? {
        guard let proposal = detail.proposals.first(where: { $0.mergeWith != nil }),
            let other = proposal.mergeWith
        else { return nil }
        let (id, with) = (detail.summary.shortID, other.prefix(8))
        return Cell(
            "is it \(with)? \(proposal.reason ?? ""). Yes: meridian incident merge \(id) --with "
                + "\(with); no: meridian incident separate \(id) --reason ...", .warning)
    }

    private static func words(_ proposal: ProposalSummary) -> String {
        let place = proposal.isApart ? "in \(proposal.region), without a majority" : proposal.region
        return "\(proposal.what) by \(proposal.by) (\(place))"
    }
}
