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
                Cell(short(item, among: work)), Cell(item.kind), state(item),
                Cell(item.owner ?? "-"),
                due(item, now: now),
                Cell(item.text + (item.audience.map { " (to \($0))" } ?? "")),
                Cell(item.outcome ?? "-"),
            ])
        }
        sheet.table(table, indent: 2)
    }

    /// As much of an id as tells it from the others: `42`, else `m3f9a1c20.42`, else all of it.
    static func short(_ item: WorkSummary, among work: [WorkSummary]) -> String {
        let others = work.filter { $0.id != item.id }.map { parts(of: $0.id) }
        let own = parts(of: item.id)
        let rivals = others.filter { $0.number == own.number }
        if rivals.isEmpty { return own.number }
        for digits in stride(from: shortDigits, to: own.member.count, by: shortDigits) {
            let member = own.member.prefix(digits)
            if !rivals.contains(where: { $0.member.hasPrefix(member) }) {
                return "\(member).\(own.number)"
            }
        }
        return item.id
    }

    /// How many characters of a member are shown at a time.
    private static let shortDigits = 5

    private static func parts(of id: String) -> (member: String, number: String) {
        let parts = id.split(separator: ".", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", id)
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
