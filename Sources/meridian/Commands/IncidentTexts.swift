import APIModel
import Basics

/// How incidents look on a terminal.
enum IncidentTexts {
    /// The list of incidents.
    static func list(_ incidents: [IncidentSummary], now: Instant, for terminal: Terminal) -> String
    {
        var table = Table([
            .init("ID"), .init("SEV"), .init("STATUS"), .init("SERVICE", .cut),
            .init("TITLE", .cut),
            .init("OPENED"), .init("TAKEN BY"), .init("PAGED", isNumeric: true), .init("NEXT STEP"),
            .init("OWNER"),
        ])
        for incident in incidents {
            table.add([
                Cell(incident.shortID), severity(incident.severity), status(incident),
                Cell(incident.service), title(incident),
                Cell(incident.openedAt.map { TimeText.relative($0.instant, now: now) } ?? "-"),
                Cell(incident.acknowledgedBy ?? "-"), paged(incident),
                Cell(incident.nextDue.map { TimeText.relative($0.instant, now: now) } ?? "-"),
                owner(incident.label),
            ])
        }
        return table.render(for: terminal)
    }

    /// One incident with its alerts, pages and timeline.
    static func detail(
        _ detail: IncidentDetail, timeline: TimelineAnswer, here: PeopleTexts = PeopleTexts(),
        entriesMax: Int?, names: MemberNames = .none, for terminal: Terminal
    ) -> String {
        let now = detail.summary.label.readAt.instant
        var sheet = Sheet(for: terminal)
        header(detail, now: now, on: &sheet)
        here.section(now: now, on: &sheet)
        alerts(detail.alerts, now: now, on: &sheet)
        WorkTexts.section(detail.work, now: now, on: &sheet)
        PageTexts.section(detail.pages, names: names, on: &sheet)
        self.timeline(timeline, entriesMax: entriesMax, now: now, on: &sheet)
        return sheet.text
    }

    /// A severity that stands out by how bad it is.
    static func severity(_ name: String) -> Cell {
        switch name {
        case "SEV1": Cell(name, .bad)
        case "SEV2": Cell(name, .warning)
        case _: Cell(name)
        }
    }

    /// Its title, marked if it is a drill or needs the operator.
    static func title(_ incident: IncidentSummary) -> Cell {
        let marks = [
            incident.isDrill ? "[drill] " : "", incident.isQuarantined ? "[quarantined] " : "",
        ]
        return Cell(marks.joined() + incident.title, incident.isQuarantined ? .bad : nil)
    }

    /// Where it stands, that stands out by how far it is.
    static func status(_ incident: IncidentSummary) -> Cell {
        switch incident.status {
        case "triggered": Cell(incident.status, .bad)
        case "acknowledged": Cell(incident.phase ?? incident.status, .warning)
        case "resolved": Cell(incident.status, .good)
        case _: Cell(incident.status)
        }
    }

    /// How many pages were delivered, of all there are.
    static func paged(_ incident: IncidentSummary) -> Cell {
        let count = incident.pagesDelivered + incident.pagesUndelivered
        return Cell(
            "\(incident.pagesDelivered)/\(count)", incident.pagesUndelivered > 0 ? .warning : nil)
    }

    /// Who leads it, if that is known and has a majority.
    static func owner(_ label: ReadLabel) -> Cell {
        guard let owner = label.owner else { return Cell("none", .warning) }
        return label.isProvisional ? Cell("\(owner) (no quorum)", .warning) : Cell(owner)
    }

    private static func header(_ detail: IncidentDetail, now: Instant, on sheet: inout Sheet) {
        let summary = detail.summary
        sheet.add(title(summary).text, .bold)
        sheet.add(summary.id, .faint)
        sheet.space()
        sheet.fields(
            [
                ("severity", severity(summary.severity)),
                ("status", status(summary)),
            ] + ConflictTexts.fields(of: detail) + [
                (
                    "phase",
                    summary.phase.map { phase in
                        Cell(
                            phase
                                + (detail.phaseSince.map { " since \(moment($0, now: now))" } ?? "")
                        )
                    }
                ),
                ("service", Cell(summary.service)),
                ("opened", summary.openedAt.map { Cell(moment($0, now: now)) }),
                ("resolved", summary.resolvedAt.map { Cell(moment($0, now: now)) }),
                ("taken on", acknowledgement(detail, now: now)),
                (
                    "snoozed",
                    summary.snoozedUntil.map { Cell("until " + moment($0, now: now), .warning) }
                ),
                ("next step", summary.nextDue.map { Cell(moment($0, now: now)) }),
                ("source", Cell(detail.source)),
                ("groups by", Cell(detail.correlationKey)),
                ("episode", Cell("\(summary.generation), run \(detail.run) of the policy")),
                ("owner", ownerField(summary.label)),
                ("read at", Cell(readAt(summary.label))),
                (
                    "attention",
                    summary.isQuarantined
                        ? Cell(
                            "quarantined: an entry of its log cannot be applied; see runbooks", .bad
                        )
                        : nil
                ),
            ])
    }

    private static func acknowledgement(_ detail: IncidentDetail, now: Instant) -> Cell? {
        guard let covering = detail.acknowledgements.last(where: \.isCovering) else {
            let isOpen = detail.summary.status == "triggered"
            return isOpen ? Cell("nobody yet", .bad) : nil
        }
        return Cell(
            "\(covering.by) by \(covering.via) through \(covering.region),"
                + " \(moment(covering.at, now: now))")
    }

    private static func ownerField(_ label: ReadLabel) -> Cell {
        guard let owner = label.owner else { return Cell("none is known here", .warning) }
        guard label.isProvisional else { return Cell("\(owner), epoch \(label.epoch)") }
        return Cell(
            "\(owner), epoch \(label.epoch): without a majority it pages and commits nothing",
            .warning)
    }

    private static func readAt(_ label: ReadLabel) -> String {
        let pending = label.unmergedFacts
        let facts = pending == 0 ? "all merged" : "\(pending) facts not in the log yet"
        return "\(label.region), log position \(label.index), \(facts)"
    }

    private static func moment(_ time: Timestamp, now: Instant) -> String {
        "\(TimeText.utc(time.instant)) (\(TimeText.relative(time.instant, now: now)))"
    }

    private static func alerts(_ alerts: [AlertSummary], now: Instant, on sheet: inout Sheet) {
        sheet.title("ALERTS  \(alerts.count(where: \.isFiring)) of \(alerts.count) firing")
        guard !alerts.isEmpty else { return }
        var table = Table([
            .init("STATE"), .init("SEV"), .init("SINCE"), .init("REPORTS", isNumeric: true),
            .init("SUMMARY", .wrap), .init("LINK", .wrap),
        ])
        for alert in alerts {
            table.add([
                alert.isFiring ? Cell("firing", .bad) : Cell("over", .good),
                severity(alert.severity),
                Cell(TimeText.relative(alert.startedAt.instant, now: now)),
                Cell("\(alert.reportCount)"), Cell(alert.summary), Cell(alert.link ?? "-"),
            ])
        }
        sheet.table(table, indent: 2)
    }

    private static func timeline(
        _ timeline: TimelineAnswer, entriesMax: Int?, now: Instant, on sheet: inout Sheet
    ) {
        let entries = entriesMax.map { Array(timeline.entries.suffix($0)) } ?? timeline.entries
        let hidden = timeline.entries.count - entries.count
        sheet.title(
            "TIMELINE  UTC" + (hidden > 0 ? ", \(hidden) earlier entries: --full shows them" : ""))
        guard !entries.isEmpty else { return }
        var table = Table([.init("TIME"), .init("REGION"), .init("WHAT"), .init("TEXT", .wrap)])
        for entry in entries {
            let note = entry.kind == "note" ? entry.fact.map { " \($0)" } ?? "" : ""
            let mark = note + (entry.index == 0 ? " *" : "")
            let head =
                (entry.incident.map { "[\($0.prefix(8))] " } ?? "")
                + (entry.replyTo.map { "to \($0): " } ?? "")
            table.add([
                Cell(TimeText.utc(entry.at.instant)), Cell(entry.region ?? "-"),
                Cell(entry.kind + mark, kindStyle(entry.kind)),
                Cell(head + entry.text),
            ])
        }
        sheet.table(table, indent: 2)
        if entries.contains(where: { $0.index == 0 }) {
            sheet.add(
                "  * known at \(timeline.label.region) and not in the replicated log yet", .faint)
        }
    }

    private static func kindStyle(_ kind: String) -> TextStyle? {
        switch kind {
        case "page-failed", "page-dropped": .warning
        case "acknowledged", "resolved", "page-delivered": .good
        case "opened", "alert-firing": .bad
        case _: nil
        }
    }
}
