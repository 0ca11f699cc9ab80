import Alerting
import Basics
import Escalation
import IncidentModel
import OnCall
import Paging
import Simulation

/// How rehearsals look on a terminal.
struct RehearsalTexts {
    private let report: RehearsalReport
    private let isAssumingGateways: Bool
    private let terminal: Terminal

    init(_ report: RehearsalReport, isAssumingGateways: Bool, for terminal: Terminal) {
        (self.report, self.isAssumingGateways) = (report, isAssumingGateways)
        self.terminal = terminal
    }

    private var request: RehearsalRequest { report.request }
    private var hasDeaths: Bool { !request.killed.isEmpty }

    /// All of it: what is played, the worst times, who was woken, and the verdict.
    var page: String {
        var sheet = Sheet(for: terminal)
        heading(&sheet)
        sheet.title("WORST TIME TO A HUMAN")
        sheet.table(times, indent: 2)
        for entry in told {
            sheet.title(title(of: entry))
            sheet.table(events(of: entry), indent: 2)
            sheet.add("  " + next(of: entry), .faint)
        }
        sheet.space()
        verdict(&sheet)
        return sheet.text
    }

    private func heading(_ sheet: inout Sheet) {
        let killed = Self.list(request.killed.map(\.text))
        let answers =
            request.answeredAfter.map { "everybody answers after \(Self.length($0))" }
            ?? "nobody answers"
        let people = request.takesPeople ? ", and their people hear nothing" : ""
        let time = clock(request.at, in: "UTC", withDate: true)
        sheet.add(
            hasDeaths
                ? "\(killed) \(request.killed.count == 1 ? "dies" : "die") for good on \(time)"
                    + people + "; \(answers)"
                : "nothing goes wrong on \(time); \(answers)", .bold)
        let names = Self.list(request.regions.map(\.name.text))
        let witness = request.hasWitness ? " and a witness" : ""
        sheet.add(
            "roster \(request.roster.version), zones \(request.zones.version); regions \(names)"
                + witness + "; \(request.severity.name); played for"
                + " \(Self.length(request.length)), seed \(request.seed)", .faint)
        if request.changes != .none {
            sheet.add(
                "with \(request.changes.overrides.count) overrides and swaps, "
                    + "\(request.changes.leaves.count) leaves", .faint)
        }
        if isAssumingGateways {
            sheet.add(
                "each region is taken to have every channel: name the nodes' files with --node",
                .faint)
        }
    }

    private var times: Table {
        var columns: [Table.Column] = [
            .init("SERVICE"), .init("COVERAGE"), .init("FIRST HUMAN", isNumeric: true),
        ]
        if hasDeaths { columns.append(.init("WITHOUT", isNumeric: true)) }
        columns.append(.init("NEXT PERSON", isNumeric: true))
        if hasDeaths { columns += [.init("WITHOUT", isNumeric: true), .init("ALERT")] }
        var table = Table(columns)
        for entry in report.entries {
            let style: TextStyle? = entry.trouble == nil ? nil : entry.isPromised ? .bad : .warning
            var cells = [
                Cell(entry.service.id.text), Cell(entry.service.coverage.name),
                Cell(Self.offset(report.first(entry)), style),
            ]
            if hasDeaths { cells.append(Cell(Self.offset(report.healthyFirst(entry)))) }
            cells.append(Cell(Self.offset(report.second(entry))))
            if hasDeaths {
                cells.append(Cell(Self.offset(report.healthySecond(entry))))
                cells.append(Cell(when(report.moments[entry.worst].moment)))
            }
            table.add(cells)
        }
        return table
    }

    /// Whose events are told: one service of each policy, the one that waits longest.
    private var told: [RehearsalReport.Entry] {
        var policies: [PolicyID] = []
        for entry in report.entries where !policies.contains(entry.service.policy) {
            policies.append(entry.service.policy)
        }
        return policies.compactMap { policy in
            let some = report.entries.filter { $0.service.policy == policy }
            return some.first { $0.trouble != nil }
                ?? some.max {
                    report.first($0) ?? .zero < report.first($1) ?? .zero
                }
        }
    }

    private func title(of entry: RehearsalReport.Entry) -> String {
        let moment = report.moments[entry.worst].moment
        let alert = hasDeaths ? ", an alert \(when(moment))" : ""
        return "\(entry.service.id), policy \(entry.service.policy)\(alert)"
    }

    /// `0.5 s before`.
    private func when(_ moment: Span) -> String {
        moment < .zero
            ? "\(Self.length(.zero - moment)) before" : "\(Self.length(moment)) after"
    }

    // MARK: - What happened

    private func events(of entry: RehearsalReport.Entry) -> Table {
        let outcome = report.moments[entry.worst].outcome
        let sent = outcome.request.alerts[entry.alert].at
        var table = Table([
            .init("AFTER", isNumeric: true), .init("UTC"), .init("THEIR CLOCKS"),
            .init("WHAT", .wrap),
        ])
        for event in outcome.events where event.alert ?? entry.alert == entry.alert {
            let (text, style) = words(event.what)
            table.add([
                Cell(Self.offset(event.at - sent)), Cell(clock(event.at, in: "UTC")),
                Cell(home(of: event)), Cell(text, style),
            ])
        }
        return table
    }

    private func words(_ what: RehearsalEvent.What) -> (String, TextStyle?) {
        switch what {
        case .taken(let region): ("\(region) takes the alert in", nil)
        case .notTaken: ("no region is there to take the alert in", .bad)
        case .died(let region): ("\(region) dies", .bad)
        case .missed(let region, let by): ("\(by) notices that \(region) is gone", nil)
        case .majorityLost(let region):
            ("\(region) has no majority any more: it pages, ownership waits", .warning)
        case .owned(let region, let term): ("\(region) owns the incident (term \(term))", nil)
        case .answered(let person, let region): ("\(person) takes it on, through \(region)", .good)
        case .paged(let page):
            if page.isNotice {
                ("\(page.person) is told by \(page.channel.name) from \(page.region)", .faint)
            } else if page.isHeard {
                (
                    "\(page.person) is woken by \(page.channel.name) from \(page.region):"
                        + " \(page.step)", .bold
                )
            } else {
                (
                    "\(page.channel.name) from \(page.region) to \(page.person), who cannot hear it:"
                        + " \(page.step)", .warning
                )
            }
        }
    }

    /// What the clocks of somebody who is concerned show; empty if nobody is.
    private func home(of event: RehearsalEvent) -> String {
        let person: PersonID? =
            switch event.what {
            case .paged(let page): page.person
            case .answered(let person, _): person
            case .taken, .notTaken, .died, .missed, .majorityLost, .owned: nil
            }
        return person.map { home(of: $0, at: event.at) } ?? ""
    }

    private func home(of person: PersonID, at instant: Instant) -> String {
        request.roster.person(person).map { clock(instant, in: $0.zone) } ?? ""
    }

    private func next(of entry: RehearsalReport.Entry) -> String {
        let outcome = report.moments[entry.worst].outcome
        guard let next = outcome.next[entry.alert] else { return "next: nobody" }
        let sent = outcome.request.alerts[entry.alert].at
        let people = next.people.map { "\($0) (\(home(of: $0, at: next.at)))" }
        return "next: \(Self.list(people)) at \(Self.offset(next.at - sent)), "
            + "\(clock(next.at, in: "UTC")): \(next.step)"
    }

    // MARK: - The verdict

    private func verdict(_ sheet: inout Sheet) {
        if let violation = report.violation {
            sheet.add(
                "the simulator saw \(violation.property) broken: \(violation.text). This is a bug of"
                    + " meridian: please report it with the roster and the seed", .bad)
        }
        for entry in report.entries {
            guard let trouble = entry.trouble else { continue }
            sheet.add(
                "\(entry.service.id): \(trouble.text)", entry.isPromised ? .bad : .warning)
            sheet.add("   do: \(trouble.remedy)")
        }
        guard let worst = report.worstEntry else { return }
        let first = Self.offset(report.first(worst))
        let without =
            hasDeaths ? ", \(Self.offset(report.healthyFirst(worst))) without the death" : ""
        sheet.add(
            "worst time to a human: \(first)\(without); \(Self.length(report.bound)) is allowed",
            report.isFailed ? .bad : .good)
    }

    // MARK: - Times

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// `Thu 04:00:02 Europe/Berlin`; with the date `Thu 2026-12-24 03:00:02 UTC`.
    private func clock(_ instant: Instant, in zone: String, withDate: Bool = false) -> String {
        let rules = zone == "UTC" ? nil : request.zones[zone]
        let local =
            rules?.local(instant)
            ?? LocalTime(
                date: CivilDate(daysSinceEpoch: instant.seconds.flooredDivision(by: 86_400)),
                secondOfDay: instant.seconds.flooredModulo(by: 86_400))
        let second = local.secondOfDay
        let time = [second / 3_600, second / 60 % 60, second % 60].map { padded($0) }
            .joined(separator: ":")
        let date = withDate ? "\(local.date) " : ""
        let name = rules == nil ? (withDate ? " UTC" : "") : " \(zone)"
        return "\(Self.days[local.date.weekday]) \(date)\(time)\(name)"
    }

    /// `+0.4 s`, `+5 min 2 s`, `-30 s`, or `never`.
    static func offset(_ span: Span?) -> String {
        guard let span else { return "never" }
        return span < .zero ? "-\(length(.zero - span))" : "+\(length(span))"
    }

    /// `0.4 s` below ten seconds, else as everywhere.
    static func length(_ span: Span) -> String {
        guard span < .seconds(10) else { return TimeText.length(span) }
        let tenths = (span.milliseconds + 50) / 100
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }

    /// `ap`, `ap and eu`, `ap, eu and us`.
    static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "nobody" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
