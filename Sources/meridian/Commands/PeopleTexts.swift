import APIModel
import Basics

/// How who is here, and who has which role, look on a terminal.
struct PeopleTexts {
    /// Who takes part, and who did.
    var participants: [ParticipantSummary] = []
    /// The roles.
    var roles: [RoleSummary] = []

    /// The sections of an incident's sheet; nothing if nobody has taken part.
    func section(now: Instant, on sheet: inout Sheet) {
        guard !participants.isEmpty else { return }
        sheet.title("PEOPLE  \(participants.count { $0.until == nil }) here")
        var table = Table([
            .init("PERSON"), .init("SINCE"), .init("UNTIL"), .init("BY WHAT", .wrap),
        ])
        for one in participants {
            table.add([
                Cell(one.person), Cell(TimeText.relative(one.since.instant, now: now)),
                Self.end(one.until, now: now),
                Cell(one.parts.map(Self.words).joined(separator: "; ")),
            ])
        }
        sheet.table(table, indent: 2)
        guard !roles.isEmpty else { return }
        sheet.title("ROLES")
        var holders = Table([
            .init("ROLE"), .init("PERSON"), .init("SINCE"), .init("UNTIL"), .init("SAYS"),
        ])
        for role in roles {
            for one in role.holders + role.history {
                holders.add([
                    Cell(role.role), Cell(one.person),
                    Cell(TimeText.relative(one.since.instant, now: now)),
                    Self.end(one.until, now: now), Cell(one.by ?? "-"),
                ])
            }
        }
        sheet.table(holders, indent: 2)
    }

    private static func end(_ until: Timestamp?, now: Instant) -> Cell {
        guard let until else { return Cell("here", .good) }
        return Cell(TimeText.relative(until.instant, now: now), .faint)
    }

    private static func words(_ part: ParticipationSummary) -> String {
        let over = part.until == nil ? "" : " (over)"
        let what =
            switch part.kind {
            case "holder": "has taken it on"
            case "helper": "has taken it on as well"
            case "role", "action": "\(part.kind) \(part.what ?? "")"
            case "writer": "wrote"
            case _: part.kind
            }
        return what + over
    }
}
