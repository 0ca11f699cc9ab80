import APIModel
import Basics

/// How command and its handoff look on a terminal.
enum HandoffTexts {
    /// Who commands what, and what is offered.
    static func status(_ list: HandoffList, for terminal: Terminal) -> String {
        let now = list.readAt.instant
        var table = Table([
            .init("INCIDENT"), .init("SEVERITY"), .init("COMMANDER"), .init("FOR"), .init("OWNER"),
            .init("OFFERED TO"), .init("TITLE", .cut),
        ])
        for command in list.commands {
            let offer = list.handoffs.first { $0.incident == command.incident }
            table.add([
                Cell(String(command.incident.prefix(8))), Cell(command.severity),
                command.commander.map { Cell($0) } ?? Cell("nobody", .warning),
                Cell(command.since.map { (now - $0.instant).words } ?? "-"),
                Cell(command.owner ?? "-"), Cell(offer.map { offered($0, now) } ?? "-"),
                Cell(command.title),
            ])
        }
        return table.render(for: terminal)
    }

    /// Which commands will be offered to whom.
    static func plan(_ plan: HandoffPlanAnswer, for terminal: Terminal) -> String {
        let now = plan.readAt.instant
        var table = Table([
            .init("INCIDENT"), .init("SEVERITY"), .init("FROM"), .init("TO"), .init("OFFERED"),
            .init("SHIFT ENDS"), .init("SCHEDULE"), .init("HELD BACK", .wrap),
            .init("TITLE", .cut),
        ])
        for one in plan.planned {
            table.add([
                Cell(String(one.incident.prefix(8))), Cell(one.severity), Cell(one.from),
                Cell(one.to), Cell(TimeText.relative(one.offerAt.instant, now: now)),
                Cell(TimeText.utc(one.changeAt.instant)), Cell(one.schedule),
                one.heldBack.map { Cell($0, .warning) } ?? Cell("-"), Cell(one.title),
            ])
        }
        return table.render(for: terminal)
    }

    private static func offered(_ offer: HandoffSummary, _ now: Instant) -> String {
        "\(offer.to), \(TimeText.relative(offer.at.instant, now: now))"
    }

    /// The offers of one incident with their briefs.
    static func history(_ list: HandoffList, for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        for (index, offer) in list.handoffs.enumerated() {
            if index > 0 { sheet.space() }
            section(offer, on: &sheet)
        }
        return sheet.text
    }

    private static func section(_ offer: HandoffSummary, on sheet: inout Sheet) {
        sheet.add("\(offer.by) offered command to \(offer.to): \(offer.state)", .bold)
        sheet.fields([
            ("offered", Cell("\(TimeText.utc(offer.at.instant)) through \(offer.region)")),
            (
                "for",
                offer.plan.map {
                    Cell(
                        "the change of \($0.schedule) at \(TimeText.utc($0.changeAt.instant)), "
                            + "\($0.place) of \($0.count)")
                }
            ),
            (
                "ended",
                offer.endedBy.map { person in
                    Cell(
                        "by \(person)"
                            + (offer.endedAt.map { ", \(TimeText.utc($0.instant))" } ?? ""))
                }
            ),
            (offer.state == "accepted" ? "read back" : "why", offer.words.map { Cell($0) }),
        ])
        for (number, brief) in offer.briefs.enumerated() {
            let version = offer.briefs.count > 1 ? " \(number + 1)" : ""
            sheet.title("BRIEF\(version), by \(brief.by), \(TimeText.utc(brief.at.instant))")
            for line in brief.text.split(separator: "\n") { sheet.add("  \(line)") }
        }
    }
}
