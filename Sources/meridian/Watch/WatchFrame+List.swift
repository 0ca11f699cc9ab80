import APIModel
import Basics

/// The list: incidents, who is on call, the cluster.
extension WatchFrame {
    /// The three parts in so many rows. Where there is little room, the incidents have it.
    static func sections(_ state: WatchState, rows: Int) -> [ScreenLine] {
        guard state.cluster != nil else { return [] }
        let width = state.size.columns
        let onCall = onCall(state).lines(in: width)
        let members = members(state).lines(in: width)
        guard rows >= 14 else { return incidents(state, rows: rows) }
        // What the incidents do not need, and half of the screen if they need all of it.
        let room = max(rows / 2, rows - 2 - max(1, state.incidents?.incidents.count ?? 0))
        let needs = (onCall: onCall.rows.count + 3, members: members.rows.count + 3)
        let first = min(needs.onCall, max(room / 2, room - needs.members))
        let others =
            section(onCallTitle(state), onCall, rows: first)
            + section(clusterTitle(state), members, rows: room - first)
        return incidents(state, rows: rows - others.count) + others
    }

    /// A title, heads and as many rows as there is room for; an empty line above.
    private static func section(
        _ title: ScreenLine, _ table: (head: ScreenLine, rows: [ScreenLine]), rows: Int
    ) -> [ScreenLine] {
        let room = max(1, rows - 3)
        var lines = [ScreenLine(), title, table.head] + table.rows.prefix(room)
        let hidden = table.rows.count - room
        if hidden > 0 {
            lines[lines.count - 1] = ScreenLine("… and \(hidden + 1) more", .faint)
        }
        return table.rows.isEmpty ? Array(lines.prefix(2)) : lines
    }

    // --- Incidents

    private static func incidents(_ state: WatchState, rows: Int) -> [ScreenLine] {
        guard let list = state.incidents, rows > 0 else { return [] }
        // What was merged into another one is in the list, and no incident of its own.
        let merged = list.incidents.count { $0.mergedInto != nil }
        let open = max(list.incidents.count, state.cluster?.openCount ?? 0) - merged
        let waiting = list.incidents.count { $0.status == "triggered" }
        let title = ScreenLine([
            Cell("INCIDENTS", .bold), Cell("  \(open) open"),
            waiting > 0 ? Cell(", \(waiting) not taken on", .bad) : Cell(""),
        ])
        guard !list.incidents.isEmpty else {
            return [title, ScreenLine("Nothing is wrong that anybody was told of.", .good)]
        }
        let table = incidentTable(state, list.incidents).lines(in: state.size.columns)
        let hasHead = rows > 4
        let room = max(1, rows - (hasHead ? 2 : 1))
        let chosen = list.incidents.firstIndex { $0.id == state.chosen } ?? 0
        let from = max(0, min(chosen - room / 2, table.rows.count - room))
        return [title] + (hasHead ? [table.head] : []) + table.rows.dropFirst(from).prefix(room)
    }

    private static func incidentTable(
        _ state: WatchState, _ incidents: [IncidentSummary]
    ) -> ScreenTable {
        var table = ScreenTable([
            .init(title: "", widthMax: 1, drop: 0), .init(title: "ID", widthMax: 8, drop: 5),
            .init(title: "SEV", widthMax: 4, drop: 0),
            .init(title: "STATUS", widthMax: 13, drop: 3),
            .init(title: "SERVICE", widthMax: 14, drop: 7),
            .init(title: "TITLE", widthMax: 18, drop: 0, isFlexible: true),
            .init(title: "OPENED", widthMax: 10, drop: 2),
            .init(title: "TAKEN BY", widthMax: 12, drop: 1),
            .init(title: "PAGED", widthMax: 7, drop: 8),
            .init(title: "NEXT STEP", widthMax: 10, drop: 6),
            .init(title: "OWNER", widthMax: 16, drop: 9),
        ])
        let now = state.regionNow
        for incident in incidents {
            let isChosen = incident.id == state.chosen
            let taken = incident.acknowledgedBy.map { Cell($0) }
            table.add([
                Cell(isChosen ? ">" : "", .bold), Cell(incident.shortID, .faint),
                IncidentTexts.severity(incident.severity), IncidentTexts.status(incident),
                Cell(incident.service),
                Cell(IncidentTexts.title(incident).text, isChosen ? .bold : nil),
                Cell(incident.openedAt.map { TimeText.relative($0.instant, now: now) } ?? "-"),
                taken ?? Cell("nobody", .bad), IncidentTexts.paged(incident),
                Cell(incident.nextDue.map { TimeText.relative($0.instant, now: now) } ?? "-"),
                IncidentTexts.owner(incident.label),
            ])
        }
        return table
    }

    // --- On call

    private static func onCallTitle(_ state: WatchState) -> ScreenLine {
        let empty = state.onCall?.schedules.filter(\.people.isEmpty) ?? []
        return ScreenLine([
            Cell("ON CALL", .bold),
            empty.isEmpty ? Cell("") : Cell("  nobody by \(empty.count) of the schedules", .bad),
        ])
    }

    private static func onCall(_ state: WatchState) -> ScreenTable {
        var table = ScreenTable([
            .init(title: "SCHEDULE", widthMax: 18, drop: 2),
            .init(title: "ON CALL", widthMax: 14, drop: 0, isFlexible: true),
            .init(title: "REGION", widthMax: 8, drop: 3),
            .init(title: "UNTIL", widthMax: 26, drop: 1),
            .init(title: "NEXT", widthMax: 30, drop: 4),
        ])
        let now = state.regionNow
        for schedule in state.onCall?.schedules ?? [] {
            let name = Cell(schedule.schedule)
            let next = Cell(OnCallTexts.next(schedule, now: now))
            if schedule.people.isEmpty {
                let why = schedule.finding.map { ": \($0)" } ?? ""
                table.add([name, Cell("NOBODY\(why)", .bad), Cell("-"), Cell("-"), next])
            }
            for person in schedule.people {
                table.add([
                    name, Cell(OnCallTexts.who(person)), Cell(person.region),
                    Cell(OnCallTexts.until(person.until, now: now)), next,
                ])
            }
        }
        return table
    }

    // --- The cluster

    private static func clusterTitle(_ state: WatchState) -> ScreenLine {
        guard let cluster = state.cluster else { return ScreenLine("CLUSTER", .bold) }
        let failing = cluster.gateways.filter { !$0.isWorking }.map(\.provider)
        var told: [Cell] = []
        if cluster.unmergedFacts > 0 {
            told.append(Cell("  \(cluster.unmergedFacts) facts to merge", .warning))
        }
        if cluster.quarantinedCount > 0 {
            told.append(Cell("  \(cluster.quarantinedCount) quarantined", .bad))
        }
        if !failing.isEmpty {
            told.append(Cell("  \(failing.joined(separator: ", ")) fails", .bad))
        }
        if let error = cluster.diskError { told.append(Cell("  disk: \(error)", .bad)) }
        return ScreenLine([Cell("CLUSTER", .bold), Cell("  as \(cluster.region) sees it")] + told)
    }

    private static func members(_ state: WatchState) -> ScreenTable {
        var table = ScreenTable([
            .init(title: "NAME", widthMax: 14, drop: 0, isFlexible: true),
            .init(title: "ROLE", widthMax: 11, drop: 3),
            .init(title: "STATE", widthMax: 12, drop: 0),
            .init(title: "LEADS", widthMax: 6, drop: 1),
            .init(title: "GATEWAYS", widthMax: 8, drop: 2),
            .init(title: "ROUND TRIP", widthMax: 10, drop: 4),
        ])
        for member in state.cluster?.members ?? [] {
            let reached =
                member.isSelf
                ? Cell("answers", .good)
                : member.isFresh ? Cell("reached", .good) : Cell("NOT REACHED", .bad)
            let gateways =
                switch member.gatewaysWork {
                case true?: Cell("work")
                case false?: Cell("fail", .bad)
                case nil: Cell("-")
                }
            table.add([
                Cell(member.name), Cell(member.role), reached, Cell("\(member.ownedCount)"),
                gateways,
                Cell(member.roundTripMicroseconds.map { "\($0 / 1_000) ms" } ?? "-"),
            ])
        }
        return table
    }
}
