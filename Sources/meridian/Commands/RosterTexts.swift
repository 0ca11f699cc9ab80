import APIModel
import Basics
import Coverage
import Escalation
import OnCall

/// How rosters and what they change look on a terminal.
enum RosterTexts {
    /// What a roster changes for whom.
    static func plan(
        _ plans: [PersonPlan], _ details: [RosterDetail], _ holes: [CoverageHole],
        _ rosters: (before: Roster, after: Roster), _ clock: ReaderClock, on terminal: Terminal
    ) -> String {
        let (before, after) = rosters
        var sheet = Sheet(for: terminal)
        sheet.add("roster \(after.version) against \(before.version)", .bold)
        if before.version == after.version { sheet.add("it is the same file") }
        if plans.isEmpty {
            sheet.add("nobody's time on call changes")
        } else {
            var table = Table([
                .init("PERSON"), .init("HOURS"), .init("WILL BE"), .init("GAINS", .wrap),
                .init("LOSES", .wrap),
            ])
            for plan in plans {
                table.add([
                    Cell(plan.person.text), Cell(plan.before.words), Cell(plan.after.words),
                    Cell(shifts(plan.gained, clock)), Cell(shifts(plan.lost, clock)),
                ])
            }
            sheet.table(table, indent: 0)
        }
        if !details.isEmpty {
            var table = Table([
                .init("OF"), .init("WHAT"), .init("IS", .wrap), .init("WILL BE", .wrap),
            ])
            for detail in details {
                table.add([
                    Cell(detail.subject), Cell(detail.field.isEmpty ? "all" : detail.field),
                    Cell(detail.before.isEmpty ? "-" : detail.before),
                    Cell(detail.after.isEmpty ? "-" : detail.after),
                ])
            }
            sheet.space()
            sheet.table(table)
        }
        for hole in holes {
            sheet.space()
            sheet.add("HOLE in \(hole.service.text): \(hole.text)", .bad)
            sheet.add("  \(hole.remedy)")
        }
        return sheet.text
    }

    /// The first few stretches.
    private static func shifts(_ shifts: [PlannedShift], _ clock: ReaderClock) -> String {
        guard !shifts.isEmpty else { return "-" }
        let shown = shifts.prefix(3).map {
            "\($0.schedule.text) \(clock.words($0.time.from)) for "
                + ($0.time.to - $0.time.from).words
        }
        let more = shifts.count - shown.count
        return (shown + (more > 0 ? ["and \(more) more"] : [])).joined(separator: "; ")
    }

    /// The versions that were in force.
    static func history(
        _ answer: RosterAnswer, _ clock: ReaderClock, for terminal: Terminal
    ) -> String {
        var sheet = Sheet(for: terminal)
        let origin =
            answer.source == "cluster" ? "applied to the cluster" : "from this region's own file"
        sheet.add("in force at \(answer.region): \(answer.version), \(origin)", .bold)
        if let unread = answer.unread {
            sheet.add("NOT USED HERE: \(unread.version), which is in force in the cluster", .bad)
            for problem in unread.problems { sheet.add("  \(problem)", .bad) }
            sheet.add("  Try: \(unread.remedy)")
        }
        if !answer.versions.isEmpty {
            var table = Table(
                [.init("VERSION")] + clock.heads("APPLIED")
                    + [.init("BY"), .init("THROUGH"), .init("WHY", .wrap)])
            for version in answer.versions {
                table.add(
                    [Cell(version.version)] + clock.cells(version.at.instant) + [
                        Cell(version.by), Cell(version.region), Cell(version.reason ?? "-"),
                    ])
            }
            sheet.table(table, indent: 0)
        }
        for proposal in answer.proposals {
            sheet.add(
                "kept as a proposal: \(proposal.version) by \(proposal.by), written against "
                    + "\(proposal.base ?? "nothing")", .warning)
        }
        return sheet.text
    }

    /// What `roster plan --json` writes.
    struct Report: Encodable {
        struct Shift: Encodable {
            var schedule: String
            var from: Timestamp
            var to: Timestamp
        }
        struct Person: Encodable {
            var person: String
            var hoursBefore: Double
            var hoursAfter: Double
            var gained: [Shift]
            var lost: [Shift]
        }
        struct Detail: Encodable {
            var subject: String
            var field: String
            var before: String
            var after: String
        }
        struct Hole: Encodable {
            var service: String
            var text: String
            var remedy: String
        }
        var before: String
        var after: String
        var people: [Person]
        var details: [Detail]
        var holes: [Hole]
    }

    /// The same as data.
    static func report(
        _ plans: [PersonPlan], _ details: [RosterDetail], _ holes: [CoverageHole],
        _ before: Roster, _ after: Roster
    ) -> Report {
        func shifts(_ all: [PlannedShift]) -> [Report.Shift] {
            all.map {
                Report.Shift(
                    schedule: $0.schedule.text, from: Timestamp($0.time.from),
                    to: Timestamp($0.time.to))
            }
        }
        func hours(_ span: Span) -> Double { Double(span.microseconds) / 3_600_000_000 }
        return Report(
            before: before.version, after: after.version,
            people: plans.map {
                Report.Person(
                    person: $0.person.text, hoursBefore: hours($0.before),
                    hoursAfter: hours($0.after), gained: shifts($0.gained), lost: shifts($0.lost))
            },
            details: details.map {
                Report.Detail(
                    subject: $0.subject, field: $0.field, before: $0.before, after: $0.after)
            },
            holes: holes.map {
                Report.Hole(service: $0.service.text, text: $0.text, remedy: $0.remedy)
            })
    }
}
