import APIModel
import Basics

/// How the cluster's status looks on a terminal.
enum ClusterTexts {
    /// The whole page.
    static func page(_ view: ClusterStatusView, for terminal: Terminal) -> String {
        var sheet = Sheet(for: terminal)
        headline(view, on: &sheet)
        sheet.title("REGIONS")
        sheet.table(regions(view), indent: 2)
        let answers = view.answers
        if !answers.isEmpty {
            sheet.title("LINKS")
            sheet.table(links(answers), indent: 2)
        }
        if answers.contains(where: { !$0.gateways.isEmpty }) {
            sheet.title("GATEWAYS")
            sheet.table(gateways(answers), indent: 2)
        }
        if !view.coordinators.isEmpty {
            sheet.title("COORDINATORS")
            sheet.table(coordinators(view), indent: 2)
        }
        if let merged = view.coordinators.compactMap(\.status).first, !merged.incidents.isEmpty {
            sheet.title("INCIDENTS  as \(merged.name) merges them")
            sheet.table(incidents(merged), indent: 2)
            let rest = merged.incidents.count - incidentRowsMax
            if rest > 0 { sheet.add("  and \(rest) more: see --json", .faint) }
        }
        findings(view.findings, on: &sheet)
        versions(answers, on: &sheet)
        return sheet.text
    }

    private static func headline(_ view: ClusterStatusView, on sheet: inout Sheet) {
        let answers = view.answers
        guard let first = answers.first else {
            return sheet.add("no region tells how it is", .bad)
        }
        let worst = view.findings.first?.level
        let verdict =
            switch worst {
            case .bad: "trouble"
            case .warning: "works, with less in reserve"
            case nil: "all is well"
            }
        let style: TextStyle =
            switch worst {
            case .bad: .bad
            case .warning: .warning
            case nil: .good
            }
        let open = answers.map(\.openCount).max() ?? 0
        sheet.add(
            [
                "\(first.cluster): \(verdict)",
                "\(answers.count) of \(view.regions.count) regions answer",
                "quorum: \(quorum(answers))", "\(open) open incident\(open == 1 ? "" : "s")",
                TimeText.utc(first.readAt.instant),
            ].joined(separator: " · "), style)
    }

    private static func quorum(_ answers: [ClusterStatus]) -> String {
        let without = answers.filter { !$0.hasMajority }.map(\.region)
        if without.isEmpty { return "yes" }
        return without.count == answers.count ? "no" : "not at \(without.joined(separator: ", "))"
    }

    /// The cells behind name, role and state of a member that did not answer.
    private static let blankCellsCount = 7

    private static func regions(_ view: ClusterStatusView) -> Table {
        var table = Table([
            .init("NAME"), .init("ROLE"), .init("STATE", .wrap), .init("QUORUM"),
            .init("OWNS", isNumeric: true), .init("OPEN", isNumeric: true),
            .init("UNMERGED", isNumeric: true), .init("PAGING", isNumeric: true),
            .init("GATEWAYS"), .init("DISK FREE"),
        ])
        for region in view.regions {
            if let status = region.status {
                table.add(row(status))
            } else {
                let blank = Array(repeating: Cell("-"), count: blankCellsCount)
                table.add(
                    [
                        Cell(region.name), Cell("region"),
                        Cell(region.failure?.message ?? "no answer", .bad),
                    ]
                        + blank)
            }
        }
        for row in otherMembers(view) { table.add(row) }
        return table
    }

    private static func row(_ status: ClusterStatus) -> [Cell] {
        let me = status.members.first(where: \.isSelf)
        let working = status.gateways.count(where: \.isWorking)
        let isShort = (status.disk?.freeBytes ?? .max) < ClusterFinding.diskFreeBytesMin
        return [
            Cell(status.region), Cell(me?.role ?? "region"),
            status.notReadyReason.map { Cell($0, .bad) } ?? Cell("up", .good),
            status.hasMajority ? Cell("yes", .good) : Cell("no", .bad),
            Cell("\(status.ownedCount)"), Cell("\(status.openCount)"),
            Cell("\(status.unmergedFacts)", status.unmergedFacts > 0 ? .warning : nil),
            Cell("\(status.pagesInFlight)"),
            Cell(
                "\(working)/\(status.gateways.count)",
                working < status.gateways.count ? .warning : nil),
            Cell(
                status.disk.map { TimeText.bytes(UInt64(max(0, $0.freeBytes))) } ?? "-",
                isShort ? .warning : nil),
        ]
    }

    /// Members that client.yaml has no address of: they are as others see them.
    private static func otherMembers(_ view: ClusterStatusView) -> [[Cell]] {
        let known = view.regions.map(\.name) + view.answers.map(\.region)
        var names: [String] = []
        return view.answers.flatMap(\.members).compactMap { member in
            guard !known.contains(member.name), !names.contains(member.name) else { return nil }
            names.append(member.name)
            let seers = view.answers.filter {
                $0.members.contains { $0.name == member.name && $0.isFresh }
            }.map(\.region)
            let state =
                seers.isEmpty
                ? Cell("reached by no region", .bad)
                : Cell("reached by \(seers.joined(separator: ", "))", .good)
            return [Cell(member.name), Cell(member.role), state]
                + Array(repeating: Cell("-"), count: blankCellsCount)
        }
    }

    private static func twoWay(_ member: MemberStatus, now: Instant) -> Cell {
        if member.isFresh { return Cell("yes", .good) }
        let since = member.lostSince.map { " for \(TimeText.length(now - $0.instant))" }
        return Cell("no" + (since ?? ""), .bad)
    }

    private static func links(_ answers: [ClusterStatus]) -> Table {
        var table = Table([
            .init("FROM"), .init("TO"), .init("TWO-WAY"), .init("ROUND TRIP", isNumeric: true),
            .init("LAG", isNumeric: true), .init("LANES", .wrap),
        ])
        for status in answers {
            for member in status.members where !member.isSelf {
                let links = status.links.filter { $0.peer == member.name }
                let lag = lag(of: status, behind: member, among: answers)
                table.add([
                    Cell(status.region), Cell(member.name),
                    twoWay(member, now: status.readAt.instant),
                    Cell(member.roundTripMicroseconds.map(milliseconds) ?? "-"),
                    Cell(lag.map { "\($0)" } ?? "-", (lag ?? 0) > 0 ? .warning : nil),
                    lanes(links),
                ])
            }
        }
        return table
    }

    /// How many facts of a member have not come to a region, by both their accounts; `nil` if the
    /// member gave none. The accounts are not of one instant, so it is never less than nothing.
    static func lag(
        of status: ClusterStatus, behind member: MemberStatus, among answers: [ClusterStatus]
    ) -> UInt64? {
        let own = answers.first { $0.member == member.id }?.members.first(where: \.isSelf)
        guard let written = own?.factsThrough else { return nil }
        return written > member.factsThrough ? written - member.factsThrough : 0
    }

    /// What coordinators follow: who is silent, and how far they are behind.
    private static func coordinators(_ view: ClusterStatusView) -> Table {
        var table = Table([
            .init("NAME"), .init("STATE", .wrap), .init("FOLLOWS", .wrap),
            .init("BEHIND", isNumeric: true), .init("INCIDENTS", isNumeric: true),
            .init("WITH FINDINGS", isNumeric: true),
        ])
        for coordinator in view.coordinators {
            guard let status = coordinator.status else {
                table.add(
                    [
                        Cell(coordinator.name),
                        Cell(coordinator.failure?.message ?? "no answer", .bad),
                    ] + Array(repeating: Cell("-"), count: 4))
                continue
            }
            let silent = status.regions.filter(\.isSilent).map(\.name)
            let found = status.incidents.count { !$0.findings.isEmpty }
            let missing = status.regions.reduce(0) { $0 + $1.changesMissing }
            table.add([
                Cell(coordinator.name),
                silent.isEmpty
                    ? Cell("up", .good)
                    : Cell("hears nothing of \(silent.joined(separator: ", "))", .warning),
                Cell(status.regions.map(\.name).joined(separator: ", ")),
                Cell("\(missing)", missing > 0 ? .warning : nil),
                Cell("\(status.incidentCount)"), Cell("\(found)", found > 0 ? .warning : nil),
            ])
        }
        return table
    }

    /// The most incidents in the coordinator's table.
    private static let incidentRowsMax = 20

    /// One row for each incident that is open or has findings, as all regions together know it.
    private static func incidents(_ status: CoordinatorStatus) -> Table {
        var table = Table([
            .init("INCIDENT"), .init("SEV"), .init("STATUS"), .init("OWNER"), .init("KNOWN BY"),
            .init("FINDINGS"), .init("TITLE", .wrap),
        ])
        for incident in status.incidents.prefix(incidentRowsMax) {
            let kinds = incident.findings.map(\.kind)
            table.add([
                Cell(String(incident.id.prefix(8))), Cell(incident.severity),
                Cell(incident.status),
                Cell(
                    incident.owners.isEmpty ? "none" : incident.owners.joined(separator: ", "),
                    incident.owners.count == 1 ? nil : .warning),
                Cell(incident.knownBy.joined(separator: ", ")),
                Cell(
                    kinds.isEmpty ? "-" : kinds.joined(separator: ", "),
                    kinds.isEmpty ? nil : .warning),
                Cell(incident.title),
            ])
        }
        return table
    }

    private static func lanes(_ links: [LinkStatus]) -> Cell {
        guard !links.isEmpty else { return Cell("-") }
        let down = links.filter { !$0.isUp }
        if down.isEmpty {
            return Cell(links.map(\.lane).joined(separator: ", ") + " up", .good)
        }
        let told = down.map { $0.lane + " down" + ($0.detail.map { " (\($0))" } ?? "") }
        return Cell(told.joined(separator: ", "), .bad)
    }

    /// A length in microseconds as milliseconds: one decimal below ten, none above.
    static func milliseconds(_ microseconds: Int64) -> String {
        let tenths = (microseconds + 50) / 100
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\((tenths + 5) / 10) ms"
    }

    private static func gateways(_ answers: [ClusterStatus]) -> Table {
        var table = Table([
            .init("REGION"), .init("CHANNEL"), .init("PROVIDER"), .init("STATE"),
            .init("LAST PAGE"), .init("LAST ERROR", .wrap),
        ])
        for status in answers {
            for gateway in status.gateways {
                table.add([
                    Cell(status.region), Cell(gateway.channel), Cell(gateway.provider),
                    gateway.isWorking ? Cell("works", .good) : Cell("fails", .bad),
                    Cell(
                        gateway.lastSuccessAt.map {
                            TimeText.relative($0.instant, now: status.readAt.instant)
                        } ?? "never"),
                    Cell(gateway.lastError ?? "-"),
                ])
            }
        }
        return table
    }

    private static func findings(_ findings: [ClusterFinding], on sheet: inout Sheet) {
        guard !findings.isEmpty else { return }
        sheet.title("FINDINGS")
        for finding in findings {
            sheet.add("  ! \(finding.text)", finding.level == .bad ? .bad : .warning)
            if !finding.remedy.isEmpty { sheet.add("    try: \(finding.remedy)", .faint) }
        }
    }

    private static func versions(_ answers: [ClusterStatus], on sheet: inout Sheet) {
        guard let first = answers.first else { return }
        sheet.title("VERSIONS")
        let isSame = answers.allSatisfy { $0.versions == first.versions }
        for answer in isSame ? [first] : answers {
            let told = answer.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            sheet.add(
                "  \(isSame ? "all" : answer.region): \(told.joined(separator: ", "))", .faint)
        }
    }
}
