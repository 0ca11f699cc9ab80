import APIModel
import Basics

/// How turns, gaps and loads to come look on a terminal.
enum OnCallPlanTexts {
    /// One row for each turn.
    static func next(
        _ list: OnCallNextList, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        let now = list.at.instant
        var table = Table(
            [.init("SCHEDULE"), .init("NEXT"), .init("REGION")] + clock.heads("FROM")
                + [.init("IN"), .init("FOR")])
        for schedule in list.schedules {
            let name = Cell(schedule.schedule)
            if schedule.turns.isEmpty {
                table.add(
                    [name, Cell("nobody else"), Cell("-")] + clock.cells(nil)
                        + [Cell("-"), Cell("-")])
            }
            for (index, turn) in schedule.turns.enumerated() {
                let regions = turn.people.map(\.region).reduce(into: [String]()) { all, region in
                    if !all.contains(region) { all.append(region) }
                }
                let begin = turn.from.instant
                let length = turn.to.map { TimeText.length($0.instant - begin) }
                table.add(
                    [
                        index == 0 ? name : Cell(""),
                        turn.people.isEmpty
                            ? Cell("NOBODY", .bad)
                            : Cell(turn.people.map(OnCallTexts.who).joined(separator: ", ")),
                        Cell(regions.isEmpty ? "-" : regions.joined(separator: ", ")),
                    ] + clock.cells(begin) + [
                        Cell(TimeText.length(begin - now)), Cell(length ?? "open end"),
                    ])
            }
        }
        return table.render(for: terminal)
    }

    /// Services, schedules, and the times without anybody.
    static func coverage(
        _ answer: OnCallCoverage, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        var sheet = Sheet(for: terminal)
        let columns: [Table.Column] = [
            .init("COVERED", isNumeric: true), .init("GAPS", isNumeric: true),
            .init("NOBODY FOR", isNumeric: true),
        ]
        if !answer.services.isEmpty {
            var table = Table([.init("SERVICE"), .init("COVERAGE")] + columns)
            for service in answer.services {
                table.add(
                    [Cell(service.service), Cell(service.coverage)]
                        + covered(
                            service.coveredSeconds, of: service.demandedSeconds,
                            service.holes.count, style(service)))
            }
            sheet.table(table)
        }
        if !answer.schedules.isEmpty {
            let whole = (answer.to.instant - answer.from.instant).seconds
            var table = Table([.init("SCHEDULE")] + columns)
            for schedule in answer.schedules {
                table.add(
                    [Cell(schedule.schedule)]
                        + covered(schedule.coveredSeconds, of: whole, schedule.gaps.count, nil))
            }
            sheet.space()
            sheet.table(table)
        }
        sheet.space()
        addGaps(answer, clock, to: &sheet)
        return sheet.text
    }

    /// Only the times without anybody.
    static func gaps(
        _ answer: OnCallCoverage, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        var sheet = Sheet(for: terminal)
        addGaps(answer, clock, to: &sheet)
        return sheet.text
    }

    /// The times without anybody as a table, and a closing line.
    private static func addGaps(
        _ answer: OnCallCoverage, _ clock: ReaderClock, to sheet: inout Sheet
    ) {
        var table = Table(
            [.init("NOBODY FOR")] + clock.heads("FROM") + clock.heads("TO")
                + [.init("LENGTH"), .init("WHY", .wrap)])
        func add(_ what: Cell, _ from: Timestamp, _ to: Timestamp, _ why: String) {
            table.add(
                [what] + clock.cells(from.instant) + clock.cells(to.instant)
                    + [Cell(TimeText.length(to.instant - from.instant)), Cell(why)])
        }
        for service in answer.services {
            for hole in service.holes {
                add(
                    Cell("service \(service.service)", style(service)), hole.from, hole.to,
                    "level 1 has nobody; it is \(service.coverage)")
            }
        }
        for schedule in answer.schedules {
            for gap in schedule.gaps {
                add(Cell("schedule \(schedule.schedule)"), gap.from, gap.to, gap.reason)
            }
        }
        if !table.rows.isEmpty { sheet.table(table) }
        sheet.add(
            (table.rows.isEmpty ? "no gaps" : "\(table.rows.count) in all")
                + period(answer.from, answer.to, answer.region))
    }

    /// How bad a hole of a service is.
    private static func style(_ service: CoveredService) -> TextStyle? {
        if service.holes.isEmpty { return nil }
        return switch service.coverage {
        case "continuous": .bad
        case "business-hours": .warning
        case _: nil
        }
    }

    private static func covered(
        _ seconds: Int64, of all: Int64, _ gaps: Int, _ style: TextStyle?
    ) -> [Cell] {
        // Rounded down: what has a gap is never 100 %.
        let parts = all > 0 ? seconds * 10_000 / all : 0
        return [
            Cell(all > 0 ? "\(parts / 100).\(padded(parts % 100)) %" : "-", style),
            Cell("\(gaps)", style),
            Cell(gaps == 0 ? "-" : TimeText.length(.seconds(all - seconds)), style),
        ]
    }

    /// One row for each person, and how far they are apart.
    static func fairness(_ answer: OnCallFairness, for terminal: Terminal) -> String {
        var table = Table([
            .init("PERSON"), .init("REGION"), .init("HOURS", isNumeric: true),
            .init("SHARE", isNumeric: true), .init("NIGHT", isNumeric: true),
            .init("WEEKEND", isNumeric: true), .init("HOLIDAY", isNumeric: true),
            .init("OUTSIDE", isNumeric: true),
        ])
        let sum = answer.people.reduce(0) { $0 + $1.seconds }
        for person in answer.people {
            let share = sum > 0 ? (person.seconds * 1_000 / sum + 5) / 10 : 0
            table.add([
                Cell(
                    person.name == person.person
                        ? person.person : "\(person.person) (\(person.name))"),
                Cell(person.region.isEmpty ? "-" : person.region), Cell(hours(person.seconds)),
                Cell("\(share) %"), Cell(hours(person.nightSeconds)),
                Cell(hours(person.weekendSeconds)), Cell(hours(person.holidaySeconds)),
                Cell(hours(person.outsideSeconds)),
            ])
        }
        let rows: [(name: String, seconds: (LoadSpread) -> Int64)] = [
            ("least", \.leastSeconds), ("most", \.mostSeconds),
            ("apart", { $0.mostSeconds - $0.leastSeconds }),
        ]
        for row in rows {
            var cells = ["all", "night", "weekend", "holiday", "outside"].map { kind in
                let spread = answer.spread.first { $0.kind == kind }
                return Cell(spread.map { hours(row.seconds($0)) } ?? "-", .bold)
            }
            cells.insert(Cell(""), at: 1)
            table.add([Cell(row.name, .bold), Cell("")] + cells)
        }
        var sheet = Sheet(for: terminal)
        sheet.table(table)
        sheet.space()
        sheet.add("hours" + period(answer.from, answer.to, answer.region))
        return sheet.text
    }

    /// ` from 2026-11-26 14:00Z to 2026-12-24 23:00Z, says eu`.
    private static func period(_ from: Timestamp, _ to: Timestamp, _ region: String) -> String {
        " from \(TimeText.minute(from.instant)) to \(TimeText.minute(to.instant))"
            + (region.isEmpty ? "" : ", says \(region)")
    }

    /// `56.5`: to a tenth of an hour.
    private static func hours(_ seconds: Int64) -> String {
        let tenths = (seconds + 180) / 360
        return "\(tenths / 10).\(tenths % 10)"
    }
}
