import APIModel
import Basics

/// One incident: what whoever takes it over has to know, what happened last, whom it paged.
extension WatchFrame {
    /// How many entries of the timeline are shown.
    private static let entriesMax = 30

    /// All lines, however many rows there are.
    static func detailLines(_ state: WatchState) -> [ScreenLine] {
        guard let details = state.details else {
            return [ScreenLine(state.missing ?? "reading…", state.missing == nil ? nil : .bad)]
        }
        let width = state.size.columns
        let now = state.regionNow
        return header(details.incident, now: now, width: width)
            + section("BRIEF", brief(details.brief, width: width))
            + section("TIMELINE  UTC, the latest last", timeline(details.timeline, width: width))
            + section("PAGES", pages(details.incident.pages, now: now, width: width))
    }

    private static func section(_ title: String, _ lines: [ScreenLine]) -> [ScreenLine] {
        let shown = lines.isEmpty ? [ScreenLine("  none", .faint)] : lines
        return [ScreenLine(), ScreenLine(title, .bold)] + shown
    }

    private static func header(
        _ detail: IncidentDetail, now: Instant, width: Int
    ) -> [ScreenLine] {
        let summary = detail.summary
        let title = IncidentTexts.title(summary)
        var lines = DisplayWidth.wrap(title.text, to: width)
            .map { ScreenLine($0, title.style ?? .bold) }
        let opened =
            summary.openedAt.map { " · opened \(TimeText.relative($0.instant, now: now))" } ?? ""
        lines.append(
            ScreenLine([
                Cell(summary.shortID, .faint), Cell("  "), IncidentTexts.severity(summary.severity),
                Cell("  "), IncidentTexts.status(summary), Cell("  \(summary.service)\(opened)"),
            ]))
        let taken =
            summary.acknowledgedBy.map { Cell("taken on by \($0)") }
            ?? (summary.status == "triggered" ? Cell("nobody has taken it on", .bad) : Cell(""))
        let commander = detail.commander.map { "commanded by \($0)" } ?? "nobody commands"
        let next =
            summary.nextDue.map { " · pages on \(TimeText.relative($0.instant, now: now))" } ?? ""
        lines.append(ScreenLine([taken, Cell(" · \(commander)\(next)")]))
        let label = summary.label
        let stale = label.staleSince.map {
            " · owner not heard since \(TimeText.utc($0.instant))"
        }
        lines.append(
            ScreenLine([
                Cell("led by "), IncidentTexts.owner(label),
                Cell(label.unmergedFacts > 0 ? " · \(label.unmergedFacts) facts to merge" : ""),
                Cell(stale ?? "", .warning),
            ]))
        return lines
    }

    private static func brief(_ text: String, width: Int) -> [ScreenLine] {
        text.split(separator: "\n").flatMap { line in
            folded(DisplayWidth.printable(String(line)), width: width)
        }
    }

    private static func timeline(_ entries: [TimelineItem], width: Int) -> [ScreenLine] {
        entries.suffix(entriesMax).flatMap { entry in
            let time = TimeText.utc(entry.at.instant).dropFirst(11)
            let mark = entry.index == 0 ? "*" : ""
            let text = DisplayWidth.printable(
                "\(time) \(entry.region ?? "-") \(entry.kind)\(mark)  \(entry.text)")
            return folded(text, width: width)
        }
    }

    private static func pages(
        _ pages: [PageSummary], now: Instant, width: Int
    ) -> [ScreenLine] {
        pages.flatMap { page -> [ScreenLine] in
            let last = page.attempts.last
            let when = last.map { "  \(TimeText.relative($0.startedAt.instant, now: now))" } ?? ""
            let state = PageTexts.state(page.state)
            let head = ScreenLine([
                Cell("  \(page.person) by \(page.channel)  "), state, Cell("\(when)  \(page.step)"),
            ])
            let result = last.map { folded("  " + PageTexts.result($0), width: width) } ?? []
            return [head.fitted(to: width)] + result
        }
    }

    /// A text with an indent of two, more where it goes on.
    private static func folded(_ text: String, width: Int) -> [ScreenLine] {
        let indent = text.prefix { $0 == " " }.count + 2
        let lines = DisplayWidth.wrap(text, to: max(8, width - indent - 2))
        return lines.enumerated().map { number, line in
            let margin = String(repeating: " ", count: number == 0 ? indent : indent + 2)
            return ScreenLine(margin + line).fitted(to: width)
        }
    }
}
