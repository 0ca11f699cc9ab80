import APIModel
import Basics

/// How pages look on a terminal.
enum PageTexts {
    /// The list of pages over all open incidents: one row a page.
    static func list(_ pages: [PageSummary], now: Instant, for terminal: Terminal) -> String {
        var table = Table([
            .init("INCIDENT"), .init("STEP"), .init("PERSON"), .init("CHANNEL"), .init("STATE"),
            .init("LAST TRY"), .init("TRIES", isNumeric: true), .init("RESULT", .cut),
            .init("TITLE", .cut),
        ])
        for page in pages {
            let last = page.attempts.last
            table.add([
                Cell(String(page.incident.prefix(8))), Cell(page.step), Cell(page.person),
                Cell(page.channel), state(page.state),
                Cell(last.map { TimeText.relative($0.startedAt.instant, now: now) } ?? "-"),
                Cell("\(page.attempts.count)"), Cell(last.map(result) ?? "-"), Cell(page.title),
            ])
        }
        return table.render(for: terminal)
    }

    /// The pages of one incident: one row an attempt, with its receipt.
    static func section(_ pages: [PageSummary], names: MemberNames, on sheet: inout Sheet) {
        let delivered = pages.count { $0.state == "delivered" }
        sheet.title("PAGES  \(delivered) of \(pages.count) delivered")
        guard !pages.isEmpty else { return }
        var table = Table([
            .init("STEP"), .init("PERSON"), .init("CHANNEL"), .init("STATE"), .init("TRY"),
            .init("LEFT"), .init("TOOK", isNumeric: true), .init("RECEIPT", .wrap),
        ])
        for page in pages {
            let head = [Cell(page.step), Cell(page.person), Cell(page.channel), state(page.state)]
            if page.attempts.isEmpty {
                table.add(head + [Cell("-"), Cell("-"), Cell("-"), Cell("-")])
            }
            for (index, attempt) in page.attempts.enumerated() {
                let isFirst = index == 0
                let tail = cells(of: attempt, names: names)
                table.add((isFirst ? head : head.map { _ in Cell("") }) + tail)
            }
        }
        sheet.table(table, indent: 2)
    }

    /// A page's or attempt's state that stands out by how it ended.
    static func state(_ name: String) -> Cell {
        switch name {
        case "delivered": Cell(name, .good)
        case "undeliverable", "failed": Cell(name, .bad)
        case "dropped", "trying": Cell(name, .warning)
        case _: Cell(name)
        }
    }

    private static func cells(of attempt: PageAttemptSummary, names: MemberNames) -> [Cell] {
        let took = attempt.endedAt.map { TimeText.length($0.instant - attempt.startedAt.instant) }
        return [
            Cell("\(names.name(of: attempt.member)) #\(attempt.attempt)"),
            Cell(TimeText.utc(attempt.startedAt.instant)), Cell(took ?? "-"), Cell(result(attempt)),
        ]
    }

    /// What came of an attempt, by which provider.
    static func result(_ attempt: PageAttemptSummary) -> String {
        let parts = [attempt.outcome ?? "under way", attempt.provider.map { "by \($0)" }]
        let head = parts.compactMap { $0 }.joined(separator: " ")
        guard let detail = attempt.detail, !detail.isEmpty else { return head }
        return "\(head): \(detail)"
    }
}

/// What people call the members of the cluster.
struct MemberNames: Equatable, Sendable {
    /// Names by the form in which facts and attempts name a member, like `m1`.
    private let names: [String: String]

    /// No names: members are told by their ids.
    static let none = MemberNames([])

    /// The names in a cluster's status.
    init(_ members: [MemberStatus]) {
        let pairs = members.compactMap { member in
            UInt64(member.id, radix: 16).map { (MemberID($0).description, member.name) }
        }
        names = Dictionary(pairs) { first, _ in first }
    }

    /// The name of a member, or its id if it has none, as after it was replaced.
    func name(of member: String) -> String { names[member] ?? member }
}
