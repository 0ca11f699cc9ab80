import APIModel
import Basics

/// How command and its handoff look on a terminal.
enum HandoffTexts {
    /// Who commands what, and what is offered.
    static func status(
        _ list: HandoffList, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        let now = list.readAt.instant
        var table = Table(
            [.init("INCIDENT"), .init("SEVERITY"), .init("COMMANDER")] + clock.heads("SINCE")
                + [.init("OWNER"), .init("OFFERED TO", .wrap), .init("TITLE", .cut)])
        for command in list.commands {
            let offer = list.handoffs.first { $0.incident == command.incident }
            table.add(
                [
                    Cell(String(command.incident.prefix(8))), Cell(command.severity),
                    command.commander.map { Cell($0) } ?? Cell("nobody", .warning),
                ] + clock.cells(command.since?.instant) + [
                    Cell(command.owner ?? "-"),
                    Cell(offer.map { offered($0, clock, now) } ?? "-"), Cell(command.title),
                ])
        }
        return table.render(for: terminal)
    }

    /// Which commands will be offered to whom.
    static func plan(
        _ plan: HandoffPlanAnswer, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        var table = Table(
            [.init("INCIDENT"), .init("SEVERITY"), .init("FROM"), .init("TO")]
                + clock.heads("OFFERED") + clock.heads("SHIFT ENDS")
                + [.init("SCHEDULE"), .init("HELD BACK", .wrap), .init("TITLE", .cut)])
        for one in plan.planned {
            table.add(
                [
                    Cell(String(one.incident.prefix(8))), Cell(one.severity), Cell(one.from),
                    Cell(one.to),
                ] + clock.cells(one.offerAt.instant) + clock.cells(one.changeAt.instant) + [
                    Cell(one.schedule), one.heldBack.map { Cell($0, .warning) } ?? Cell("-"),
                    Cell(one.title),
                ])
        }
        return table.render(for: terminal)
    }

    private static func offered(
        _ offer: HandoffSummary, _ clock: ReaderClock, _ now: Instant
    ) -> String {
        "\(offer.to), \(TimeText.relative(offer.at.instant, now: now)): "
            + clock.words(offer.at.instant)
    }

    /// The offers of one incident with their briefs.
    static func history(
        _ list: HandoffList, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        var sheet = Sheet(for: terminal)
        for (index, offer) in list.handoffs.enumerated() {
            if index > 0 { sheet.space() }
            section(offer, clock, on: &sheet)
        }
        return sheet.text
    }

    private static func section(
        _ offer: HandoffSummary, _ clock: ReaderClock, on sheet: inout Sheet
    ) {
        sheet.add("\(offer.by) offered command to \(offer.to): \(offer.state)", .bold)
        sheet.fields([
            ("offered", Cell("\(clock.words(offer.at.instant)) through \(offer.region)")),
            (
                "for",
                offer.plan.map {
                    Cell(
                        "the change of \($0.schedule) at \(clock.words($0.changeAt.instant)), "
                            + "\($0.place) of \($0.count)")
                }
            ),
            (
                "ended",
                offer.endedBy.map { person in
                    Cell(
                        "by \(person)"
                            + (offer.endedAt.map { ", \(clock.words($0.instant))" } ?? ""))
                }
            ),
            (offer.state == "accepted" ? "read back" : "why", offer.words.map { Cell($0) }),
        ])
        for (number, brief) in offer.briefs.enumerated() {
            let version = offer.briefs.count > 1 ? " \(number + 1)" : ""
            sheet.title("BRIEF\(version), by \(brief.by), \(clock.words(brief.at.instant))")
            for line in brief.text.split(separator: "\n") { sheet.add("  \(line)") }
        }
    }
}
