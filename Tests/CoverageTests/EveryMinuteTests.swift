import Basics
import Coverage
import Escalation
import IncidentModel
import OnCall
import Paging
import Testing

/// The ladders of the proof against an escalation that is asked at every minute, and on both sides of
/// every change.
struct EveryMinuteTests {
    /// One page as both tell it.
    private struct Page: Equatable {
        var level: UInt64
        var cycle: UInt64
        var person: PersonID
        var channel: PageChannel
        var at: Span
        var hasNight: Bool
    }

    /// What pages leave if an incident opens at an instant and nobody answers: asked anew at every
    /// due time, without a book that is kept and without a tree of answers.
    private func pages(
        _ roster: Roster, _ book: OnCallBook, _ severity: Severity, openingAt opening: Instant
    ) throws -> [Page] {
        var incident = Incident(group: GroupID(high: 1, low: 2))
        incident.status = .triggered
        incident.generation = 1
        incident.openedAt = HybridTime(opening)
        incident.severity = severity
        incident.service = "checkout"
        incident.run = PolicyRun(
            number: 1, startedAt: opening, firstLevel: 0, isMild: severity > .sev2)
        var pages: [Page] = []
        var now = opening
        while true {
            let decision = decideEscalation(of: incident, roster: roster, book: book, at: now)
            guard case .page(let plan) = decision else {
                Issue.record("\(decision)")
                return []
            }
            let end = plan.nextStepDue ?? .distantFuture
            for page in plan.pages where page.due < end {
                pages.append(
                    Page(
                        level: plan.position.level, cycle: plan.position.cycle,
                        person: page.person.id, channel: page.contact.channel,
                        at: page.due - opening,
                        hasNight: book.night(
                            page.person.night, in: page.person.zone, at: opening
                        ).isNight))
            }
            if plan.position.level == StepPosition.catchAllLevel || end == .distantFuture {
                return pages
            }
            now = end
        }
    }

    private func pages(_ ladder: Ladder) -> [Page] {
        ladder.steps.flatMap { step in
            step.pages.filter(\.isSent).map { page in
                Page(
                    level: step.level, cycle: step.cycle, person: page.person,
                    channel: page.channel, at: page.offset, hasNight: page.hasNight)
            }
        }
    }

    /// Worlds that differ in what makes answers change.
    private static let worlds: [(name: String, world: World)] = [
        ("windows that overlap", World()),
        (
            "gaps at night and at weekends, levels that are empty",
            {
                var world = World()
                world.fallback = .nobody
                world.weekdays = .mondayToFriday
                world.levels = [[.schedule("first"), .person("ben")], [.schedule("second")]]
                return world
            }()
        ),
        (
            "level 1 alone in one region, turns that overlap when clocks go back, slow contacts",
            {
                var world = World()
                world.windows.removeFirst()
                world.foldPolicy = .overlap
                world.repeats = 1
                world.levels = [[.schedule("second")], [.person("mei")]]
                world.contacts = [
                    Contact(channel: .email, address: "x@example.com"),
                    Contact(channel: .sms, address: "+4912345", delay: .minutes(7)),
                ]
                return world
            }()
        ),
        (
            "nights of their own: by day, over an hour that comes twice, of an hour",
            {
                var world = World()
                world.nights = [
                    "mei": DailyHours(from: clock(8), to: clock(16, 30)),
                    "ana": DailyHours(from: clock(2, 59), to: clock(9, 10)),
                    "ben": DailyHours(from: clock(23), to: clock(0)),
                    "boss": DailyHours(from: clock(1), to: clock(2, 1)),
                ]
                return world
            }()
        ),
    ]

    /// In Berlin clocks go back on 2026-10-25 at 01:00 UTC, in Los Angeles forward on 2026-03-08 at
    /// 10:00 UTC; both are Sundays.
    @Test(arguments: [
        (0, "2026-10-23T20:00", "2026-10-26T10:00"), (3, "2026-10-24T12:00", "2026-10-26T06:00"),
        (1, "2026-03-07T12:00", "2026-03-09T20:00"),
        (2, "2026-10-24T18:00", "2026-10-26T06:00"),
    ])
    func `the proof tells what the escalation does, at every minute`(
        world: Int, first: String, last: String
    ) throws {
        let zones = try TestZones.zones()
        let (name, world) = Self.worlds[world]
        let (from, to) = (try utc(first), try utc(last))
        let roster = world.roster
        let proof = proveCoverage(of: roster, zones: zones, from: from, to: to)
        let book = OnCallBook(roster.schedules, zones: zones)
        for table in proof.tables {
            var differences: [String] = []
            func check(_ instant: Instant) throws {
                let ladder = try #require(table.ladder(openingAt: instant), "\(instant)")
                let told = pages(ladder)
                let asked = try pages(roster, book, table.severity, openingAt: instant)
                if told != asked { differences.append("\(instant): \(told) instead of \(asked)") }
            }
            for second in stride(from: from.seconds, to: to.seconds, by: 60) {
                try check(Instant(seconds: second))
            }
            for slice in table.slices {
                try check(slice.opening.from)
                try check(slice.opening.to - .seconds(1))
            }
            #expect(differences.isEmpty, "\(name) \(table.severity): \(differences.prefix(3))")
            #expect(table.slices.first?.opening.from == from)
            #expect(table.slices.last?.opening.to == to)
            for (one, next) in zip(table.slices, table.slices.dropFirst()) {
                #expect(one.opening.to == next.opening.from && one.ladder != next.ladder)
            }
        }
    }
}
