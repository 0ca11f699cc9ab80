/// What a table of numbers is of.
package enum NumbersTable: String, CaseIterable, Sendable {
    /// A line per incident, offer of command, person, service or region.
    case incidents, handoffs, people, services, regions
}

/// The numbers as tables for other programs. *Source:* RFC 4180.
extension Numbers {
    /// One of the tables.
    package func csv(_ table: NumbersTable) -> String {
        switch table {
        case .incidents: incidentsCSV
        case .handoffs: handoffsCSV
        case .people: peopleCSV
        case .services: Self.csv("service", services)
        case .regions: Self.csv("region", regions)
        }
    }

    /// One line per incident.
    package var incidentsCSV: String {
        let lines = rows.map { row in
            [
                row.id, row.title, row.service, row.region, row.severity,
                row.openedAt.description, row.secondsToAcknowledge.map { "\($0)" } ?? "",
                row.secondsToResolve.map { "\($0)" } ?? "", "\(row.pages)", "\(row.offers)",
                "\(row.handoffs)",
            ]
        }
        return Self.table(
            [
                "id", "title", "service", "region", "severity", "opened_at",
                "seconds_to_acknowledge", "seconds_to_resolve", "pages", "offers", "handoffs",
            ], lines)
    }

    /// One line per person.
    package var peopleCSV: String {
        Self.table(
            ["person", "pages", "night_pages"],
            people.map { [$0.person, "\($0.pages)", "\($0.nightPages)"] })
    }

    /// One line per offer of command.
    package var handoffsCSV: String {
        Self.table(
            [
                "incident", "service", "state", "by", "to", "offered_at", "seconds_to_end",
                "planned",
            ],
            handoffs.map { one in
                [
                    one.incident, one.service, one.state, one.by, one.to,
                    one.offeredAt.description, one.secondsToEnd.map { "\($0)" } ?? "",
                    one.isPlanned ? "yes" : "no",
                ]
            })
    }

    /// One line per service or region, with times in seconds.
    package static func csv(_ title: String, _ groups: [NumbersGroup]) -> String {
        func cell(_ seconds: Int64?) -> String { seconds.map { "\($0)" } ?? "" }
        return table(
            [
                title, "incidents", "acknowledge_median", "acknowledge_90", "resolve_median",
                "resolve_90",
            ],
            groups.map {
                [
                    $0.name, "\($0.incidents)", cell($0.acknowledgeMedianSeconds),
                    cell($0.acknowledge90Seconds), cell($0.resolveMedianSeconds),
                    cell($0.resolve90Seconds),
                ]
            })
    }

    private static func table(_ head: [String], _ lines: [[String]]) -> String {
        ([head] + lines).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A cell; what a spreadsheet would take for a formula is disarmed. *Source:* OWASP, CSV injection.
    private static func cell(_ text: String) -> String {
        let dangerous = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = dangerous ? "'" + text : text
        guard safe.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
