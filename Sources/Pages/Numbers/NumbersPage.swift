import APIModel
package import Basics

/// What period and what incidents the numbers are of: the query of the address.
package struct NumbersPeriod: Equatable, Sendable {
    /// How many days back from now: 7, 28 or 91.
    package var days: Int
    /// The id of a service; or empty.
    package var service: String
    /// A region; or empty.
    package var region: String

    /// A period; `query` gives the parameters of the address.
    package init(query: (String) -> String?) {
        let asked = query("days").flatMap { Int($0) } ?? 28
        days = Self.choices.contains(asked) ? asked : 28
        service = String((query("service") ?? "").prefix(120))
        region = String((query("region") ?? "").prefix(120))
    }

    static let choices = [7, 28, 91]

    /// The midnight, UTC, with which the first day begins, and the end.
    package func bounds(at now: Instant) -> (from: Instant, to: Instant) {
        let today = now.seconds.flooredDivision(by: 86_400)
        return (Instant(seconds: (today - Int64(days) + 1) * 86_400), now)
    }

    func query(days: Int? = nil) -> String {
        "days=\(days ?? self.days)"
            + (service.isEmpty ? "" : "&service=\(Query.encoded(service))")
            + (region.isEmpty ? "" : "&region=\(Query.encoded(region))")
    }
}

/// The numbers: plots of a period's incidents, with the tables behind them.
package struct NumbersPage: Sendable {
    /// What stands around.
    package var frame: Frame
    /// The numbers.
    package var numbers: Numbers
    /// The period.
    package var period: NumbersPeriod
    /// The services a reader may choose, by id.
    package var services: [String]

    /// A page with all its parts.
    package init(frame: Frame, numbers: Numbers, period: NumbersPeriod, services: [String]) {
        (self.frame, self.numbers) = (frame, numbers)
        (self.period, self.services) = (period, services)
    }

    /// The document.
    package var html: HTML {
        let acknowledged = numbers.rows.compactMap(\.secondsToAcknowledge)
        let resolved = numbers.rows.compactMap(\.secondsToResolve)
        let body = Templates.render(
            "numbers",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("isEmpty", numbers.rows.isEmpty)
                $0.set("count", "\(numbers.rows.count)")
                $0.set("acknowledged", Self.words(Numbers.percentile(50, of: acknowledged)))
                $0.set("acknowledgedWorst", Self.words(Numbers.percentile(90, of: acknowledged)))
                $0.set("resolved", Self.words(Numbers.percentile(50, of: resolved)))
                $0.set("resolvedWorst", Self.words(Numbers.percentile(90, of: resolved)))
                $0.set("pages", "\(numbers.people.reduce(0) { $0 + $1.pages })")
                $0.set("nights", "\(numbers.people.reduce(0) { $0 + $1.nightPages })")
                $0.set("offers", "\(numbers.handoffs.count)")
                $0.set("handoffs", "\(numbers.handoffs.count { $0.state == "accepted" })")
                $0.set("hasHandoffs", !numbers.handoffs.isEmpty)
                $0.set("handoffsPlot", handoffsPlot)
                $0.set("daysPlot", daysPlot)
                $0.set("servicesPlot", times("By service", "by-service", by: \.service))
                $0.set("regionsPlot", times("By region", "by-region", by: \.region))
                $0.set("peoplePlot", peoplePlot)
                $0.set("hasPeople", !numbers.people.isEmpty)
                $0.set("query", period.query())
                $0.set("periods", NumbersPeriod.choices.map(choice))
                $0.set("days", "\(period.days)")
                $0.set(
                    "services", Frame.choices(services.map { ($0, $0) }, chosen: period.service))
                let regions = frame.cluster.members.filter { $0.role == "region" }.map(\.name)
                $0.set("regions", Frame.choices(regions.map { ($0, $0) }, chosen: period.region))
            })
        return frame.document(.numbers, title: "Numbers", body)
    }

    private func choice(_ days: Int) -> Fields {
        Fields {
            $0.set("path", "/numbers?" + period.query(days: days))
            $0.set("title", days == 7 ? "Week" : days == 28 ? "Four weeks" : "Quarter")
            $0.set("isHere", days == period.days)
        }
    }

    private static func words(_ seconds: Int64?) -> String {
        seconds.map { Words.span(.seconds($0)) } ?? "–"
    }

    private static let severities = (1...5).map { "SEV\($0)" }

    private var daysPlot: HTML {
        let first = numbers.from.instant.seconds.flooredDivision(by: 86_400)
        let byDay = Dictionary(grouping: numbers.rows) {
            $0.openedAt.instant.seconds.flooredDivision(by: 86_400) - first
        }
        return Plots.days(
            (0..<period.days).map { day in
                let rows = byDay[Int64(day)] ?? []
                let date = CivilDate(daysSinceEpoch: first + Int64(day)).description.dropFirst(5)
                return (
                    String(date),
                    Self.severities.map { severity in
                        (
                            Words.style(ofSeverity: severity),
                            Int64(rows.count { $0.severity == severity })
                        )
                    }
                )
            }, title: "\(numbers.rows.count) incidents in \(period.days) days", id: "by-day")
    }

    private func times(_ title: String, _ id: String, by key: (Numbers.Row) -> String) -> HTML {
        let groups = Dictionary(grouping: numbers.rows, by: key)
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(12)
        return Plots.bars(
            groups.map { name, rows in
                let acknowledged = Numbers.percentile(
                    50, of: rows.compactMap(\.secondsToAcknowledge))
                return Plots.Bar(
                    name: name.isEmpty ? "unknown" : name,
                    parts: Self.severities.map { severity in
                        (
                            Words.style(ofSeverity: severity),
                            Int64(rows.count { $0.severity == severity })
                        )
                    }, label: "\(rows.count) · ack \(Self.words(acknowledged))")
            }, title: title, id: id)
    }

    /// By service: what became of offers of command, and how long the accepted ones took.
    private var handoffsPlot: HTML {
        let groups = Dictionary(grouping: numbers.handoffs, by: \.service)
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(12)
        return Plots.bars(
            groups.map { service, offers in
                let accepted = offers.filter { $0.state == "accepted" }
                let median = Numbers.percentile(50, of: accepted.compactMap(\.secondsToEnd))
                return Plots.Bar(
                    name: service,
                    parts: [
                        ("accepted", Int64(accepted.count)),
                        ("notaccepted", Int64(offers.count - accepted.count)),
                    ],
                    label: "\(accepted.count) of \(offers.count) · \(Self.words(median))")
            }, title: "Offers of command by service", id: "by-handoff")
    }

    private var peoplePlot: HTML {
        Plots.bars(
            numbers.people.prefix(20).map { person in
                Plots.Bar(
                    name: frame.names.of(person.person),
                    parts: [
                        ("byday", Int64(person.pages - person.nightPages)),
                        ("bynight", Int64(person.nightPages)),
                    ],
                    label: "\(person.pages)"
                        + (person.nightPages == 0 ? "" : ", \(person.nightPages) at night"))
            }, title: "Pages per person", id: "by-person")
    }
}
