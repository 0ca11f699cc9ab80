package import APIModel
package import Basics

/// What period and what incidents the numbers are of: the query of the address.
package struct NumbersPeriod: Equatable, Sendable {
    /// How many days back from now, 7, 28 or 91, or how many from `first` to `last`.
    package var days: Int
    /// The days that were named, the last one included; by UTC.
    package var named: (first: CivilDate, last: CivilDate)?
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
        guard let first = Self.date(query("from")), let last = Self.date(query("to")),
            first.daysSinceEpoch <= last.daysSinceEpoch
        else { return }
        named = (first, last)
        days = Int(last.daysSinceEpoch - first.daysSinceEpoch) + 1
    }

    package static func == (a: NumbersPeriod, b: NumbersPeriod) -> Bool {
        (a.days, a.service, a.region, a.named?.first) == (
            b.days, b.service, b.region, b.named?.first
        )
    }

    static let choices = [7, 28, 91]

    /// A date that there is, of 1970 or later: `2026-11-26`.
    private static func date(_ text: String?) -> CivilDate? {
        let parts = (text ?? "").split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? Int64($0) : nil }
        guard parts.map(\.count) == [4, 2, 2], numbers.count == 3, numbers[0] >= 1_970 else {
            return nil
        }
        let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2])
        return CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date ? date : nil
    }

    /// The midnight, UTC, with which the first day begins, and the end.
    package func bounds(at now: Instant) -> (from: Instant, to: Instant) {
        if let named {
            return (
                Instant(seconds: named.first.daysSinceEpoch * 86_400),
                Instant(seconds: (named.last.daysSinceEpoch + 1) * 86_400)
            )
        }
        let today = now.seconds.flooredDivision(by: 86_400)
        return (Instant(seconds: (today - Int64(days) + 1) * 86_400), now)
    }

    /// What the API is asked for it.
    package func query(at now: Instant) -> [(name: String, value: String)] {
        let (from, to) = bounds(at: now)
        return [("from", from.description), ("to", to.description)]
            + (service.isEmpty ? [] : [("service", service)])
            + (region.isEmpty ? [] : [("region", region)])
    }

    /// The address of the same, or of so many days back from now.
    func query(days: Int? = nil) -> String {
        let period =
            named.map { days == nil ? "from=\($0.first)&to=\($0.last)" : nil } ?? nil
        return (period ?? "days=\(days ?? self.days)")
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
        let all = numbers.all
        let body = Templates.render(
            "numbers",
            Fields {
                $0.set("frame", frame.fields)
                $0.set("isEmpty", numbers.rows.isEmpty)
                $0.set("count", "\(numbers.rows.count)")
                $0.set("acknowledged", Self.words(all.acknowledgeMedianSeconds))
                $0.set("acknowledgedWorst", Self.words(all.acknowledge90Seconds))
                $0.set("resolved", Self.words(all.resolveMedianSeconds))
                $0.set("resolvedWorst", Self.words(all.resolve90Seconds))
                $0.set("pages", "\(numbers.people.reduce(0) { $0 + $1.pages })")
                $0.set("nights", "\(numbers.people.reduce(0) { $0 + $1.nightPages })")
                $0.set("offers", "\(numbers.handoffs.count)")
                $0.set("handoffs", "\(numbers.handoffs.count { $0.state == "accepted" })")
                $0.set("offersWord", numbers.handoffs.count == 1 ? "offer" : "offers")
                $0.set("hasHandoffs", !numbers.handoffs.isEmpty)
                $0.set("handoffsPlot", handoffsPlot)
                $0.set("daysPlot", daysPlot)
                $0.set(
                    "servicesPlot",
                    times("By service", "by-service", numbers.services, of: \.service))
                $0.set(
                    "regionsPlot", times("By region", "by-region", numbers.regions, of: \.region))
                $0.set("peoplePlot", peoplePlot)
                $0.set("hasPeople", !numbers.people.isEmpty)
                $0.set("query", period.query())
                $0.set("periods", NumbersPeriod.choices.map(choice))
                $0.set("days", "\(period.days)")
                $0.set("isNamed", period.named != nil)
                $0.set("from", period.named.map { "\($0.first)" })
                $0.set("to", period.named.map { "\($0.last)" })
                $0.set("perColumn", perColumn == 1 ? "day" : "\(perColumn) days")
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
            $0.set("isHere", period.named == nil && days == period.days)
        }
    }

    private static func words(_ seconds: Int64?) -> String {
        seconds.map { Words.span(.seconds($0)) } ?? "–"
    }

    private static let severities = (1...5).map { "SEV\($0)" }

    /// How many days a column of the plot stands for: a long period has no more columns than can be seen.
    private var perColumn: Int { (period.days + Self.columnsMax - 1) / Self.columnsMax }
    private static let columnsMax = 184

    private var daysPlot: HTML {
        let first = numbers.from.instant.seconds.flooredDivision(by: 86_400)
        let step = Int64(perColumn)
        let byColumn = Dictionary(grouping: numbers.rows) {
            ($0.openedAt.instant.seconds.flooredDivision(by: 86_400) - first) / step
        }
        let columns = (Int64(period.days) + step - 1) / step
        return Plots.days(
            (0..<columns).map { column in
                let rows = byColumn[column] ?? []
                let date = CivilDate(daysSinceEpoch: first + column * step).description
                return (
                    String(perColumn == 1 ? date.dropFirst(5) : date[...]), parts(of: rows)
                )
            }, title: "\(numbers.rows.count) incidents in \(period.days) days", id: "by-day")
    }

    private func parts(of rows: [Numbers.Row]) -> [(style: String, value: Int64)] {
        Self.severities.map { severity in
            (Words.style(ofSeverity: severity), Int64(rows.count { $0.severity == severity }))
        }
    }

    private func times(
        _ title: String, _ id: String, _ groups: [NumbersGroup], of key: (Numbers.Row) -> String
    ) -> HTML {
        Plots.bars(
            groups.prefix(12).map { group in
                Plots.Bar(
                    name: group.name.isEmpty ? "unknown" : group.name,
                    parts: parts(of: numbers.rows.filter { key($0) == group.name }),
                    label: "\(group.incidents) · ack \(Self.words(group.acknowledgeMedianSeconds))"
                        + " · res \(Self.words(group.resolveMedianSeconds))")
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
