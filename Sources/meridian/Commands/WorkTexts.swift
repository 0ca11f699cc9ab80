import APIModel
import Basics

/// How what people work on looks on a terminal.
enum WorkTexts {
    /// The section of an incident's sheet; nothing if nothing is written down.
    static func section(_ work: [WorkSummary], now: Instant, on sheet: inout Sheet) {
        guard !work.isEmpty else { return }
        let open = work.count { $0.state == "open" }
        sheet.title("WORK  \(open) of \(work.count) open")
        var table = Table([
            .init("ID"), .init("KIND"), .init("STATE"), .init("OWNER"), .init("UNTIL"),
            .init("WHAT", .wrap), .init("OUTCOME", .wrap),
        ])
        for item in work {
            table.add([
                Cell(item.id), Cell(item.kind), state(item), Cell(item.owner ?? "-"),
                due(item, now: now),
                Cell(item.text + (item.audience.map { " (to \($0))" } ?? "")),
                Cell(item.outcome ?? "-"),
            ])
        }
        sheet.table(table, indent: 2)
    }

    private static func state(_ item: WorkSummary) -> Cell {
        switch item.state {
        case "open": Cell("open", .warning)
        case "confirmed", "done": Cell(item.state, .good)
        case _: Cell(item.state, .faint)
        }
    }

    private static func due(_ item: WorkSummary, now: Instant) -> Cell {
        guard let due = item.due else { return Cell("-") }
        let words = TimeText.relative(due.instant, now: now)
        let isOverdue = item.state == "open" && due.instant < now
        return Cell(words, isOverdue ? .bad : nil)
    }
}
