import Basics
import OnCall
import Testing

@testable import OnCallViews

struct TextChartTests {
    private func text(_ chart: OnCallChart, columns: Int) -> String {
        chart.lines(columns: columns).map { $0.map(\.text).joined() }.joined(separator: "\n")
    }

    @Test func `a week fits eighty columns`() throws {
        let expected = """
            On call, 23 to 29 Mar 2026, by the clocks of Europe/Berlin

                             │Mon 23  │Tue 24  │Wed 25  │Thu 26  │Fri 27  │Sat 28  │Sun 29
                             │0   12  │0   12  │0   12  │0   12  │0   12  │0   12  │0   12
                                                     ▼ now 15:05
            ap               │─███─░░░│─███─░░░│─███─░░░│─███─░░░│─███─░░░│─────░░░│─────░░░
            eu               │░░─███─░│░░─███─░│░░─███─░│░░─███─░│░░─███─░│░░─────░│░░─────░
            us               │─░░░─███│─░░░─███│─░░░─███│─░░░─███│─░░░─███│─░░░────│─░░░────

            payments-primary │KJ──TNSP│MT──LSAR│RP──TNJA│KJ──LSSP│MT──TNAR│RP──LSJA│─KJ─TNSP
            billing-office   │!!!TN─!!│!!!TN─!!│!!!TN─!!│!!!TN─!!│!!!TN─!!│!!!!!!!!│!!!!!!!!
            database         │LS──────│────────│────────│────────│────────│────────│─TN─────

            AR Ana María Ruiz   JA José Alves   KJ Kim Min-jun   LS Lena Schröder
            MT Mei Tanaka   RP Raj Patel   SP Sue Park   TN Tom O'Neill   █ working hours
            ░ night
            clocks +1 h in Europe/Berlin: Sun 29 Mar 03:00
            !! billing-office: nobody from Mon 23 Mar 00:00 to Mon 23 Mar 07:00 (7 h)
            !! billing-office: nobody from Mon 23 Mar 20:00 to Tue 24 Mar 07:00 (11 h)
            !! billing-office: nobody from Tue 24 Mar 20:00 to Wed 25 Mar 07:00 (11 h)
            !! billing-office: nobody from Wed 25 Mar 20:00 to Thu 26 Mar 07:00 (11 h)
            !! billing-office: nobody from Thu 26 Mar 20:00 to Fri 27 Mar 07:00 (11 h)
            !! billing-office: nobody from Fri 27 Mar 20:00 to Mon 30 Mar 00:00 (2 d 3 h)
            """
        #expect(text(try Sun.spring(), columns: 80) == expected)
    }

    /// Weeks with changes of clocks in Berlin and in New York, and in zones of odd offsets.
    @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
    func `every column shows whoever has most of it, and gaps however short`(zone: String) throws {
        let zones = try PinnedZones.zones()
        let chart = try Sun.chart(CivilDate(year: 2026, month: 3, day: 27), zone: zone)
        let clock = WallClock(zones[zone])
        let lines = chart.lines(columns: 80)
        for schedule in Sun.schedules {
            let row = try #require(
                lines.first { $0.first?.text.hasPrefix(schedule.id.text) == true })
            // One entry per column of time, without label and lines between days.
            let cells = row.dropFirst().filter { $0.paint != .faint }
                .flatMap { span in span.text.map { (character: $0, paint: span.paint) } }
            #expect(cells.count == 7 * 8)
            // A gap within one column takes a second one.
            var isWidened = false
            var lastGap = 0
            for (index, cell) in cells.enumerated() {
                let date = CivilDate(
                    daysSinceEpoch: CivilDate(year: 2026, month: 3, day: 27).daysSinceEpoch
                        + Int64(index / 8))
                let hour = Int64(index % 8 * 3)
                let from = clock.instant(of: date, secondOfDay: hour * 3_600)
                let to = clock.instant(of: date, secondOfDay: (hour + 3) * 3_600)
                var minutes: [PersonID: Int] = [:]
                var gap = 0
                for second in stride(from: from.seconds, to: to.seconds, by: 60) {
                    let answer = onCall(schedule, zones: zones, at: Instant(seconds: second))
                    for person in answer.people { minutes[person.person, default: 0] += 1 }
                    gap += answer.people.isEmpty ? 1 : 0
                }
                if gap > 0 {
                    #expect(cell.paint == .gap && cell.character == "!", "\(schedule.id) \(from)")
                    isWidened = lastGap == 0
                    lastGap = gap
                    continue
                }
                let isSecond = isWidened && lastGap > 0
                lastGap = 0
                if isSecond {
                    #expect(cell.paint == .gap, "\(schedule.id) \(from)")
                    continue
                }
                let most = minutes.values.max() ?? 0
                let allowed = minutes.filter { $0.value == most }.map(\.key)
                let isRight = allowed.contains {
                    cell.paint == .person(Sun.people.entry($0).colour)
                        || cell.paint == .standIn(Sun.people.entry($0).colour)
                }
                #expect(isRight, "\(schedule.id) \(from): \(cell), \(minutes)")
            }
        }
    }

    @Test func `a gap of five minutes takes two columns and is told`() throws {
        var chart = try Sun.spring()
        let at = try utc("2026-03-25T10:00")
        chart.schedules = [
            ScheduleView(
                id: "x", name: "X",
                duties: [
                    Duty(
                        schedule: "x", person: "mei", region: "ap", from: chart.from, to: at),
                    Duty(
                        schedule: "x", person: "raj", region: "ap", from: at + .minutes(5),
                        to: chart.to),
                ], gaps: [CoverageGap(from: at, to: at + .minutes(5))])
        ]
        let lines = chart.lines(columns: 80)
        let row = try #require(lines.first { $0.first?.text.hasPrefix("x ") == true })
        #expect(row.filter { $0.paint == .gap }.map(\.text) == ["!!"])
        #expect(
            lines.last?.map(\.text).joined()
                == "!! x: nobody from Wed 25 Mar 11:00 to Wed 25 Mar 11:05 (5 min)")
    }

    @Test(arguments: [1, 2, 3, 7, 14, 31], [80, 100, 160, 240])
    func `any number of days fits, and uses the room there is`(days: Int, columns: Int) throws {
        let chart = try Sun.chart(CivilDate(year: 2026, month: 10, day: 20), days: days)
        let rows = chart.lines(columns: columns).map { $0.map(\.text).joined() }
            .filter { $0.contains("│") }
        #expect(rows.count >= 8)
        #expect(rows.allSatisfy { $0.count <= columns })
        let widest = rows.map(\.count).max() ?? 0
        #expect(widest > min(columns, days * 61) / 2, "\(widest)")
        // Nothing is wider on one day than on another, whatever the clocks do.
        let row = try #require(rows.first { $0.hasPrefix("ap ") })
        #expect(Set(row.split(separator: "│").dropFirst().map(\.count)).count == 1)
        #expect(row.split(separator: "│").count == days + 1)
    }

    @Test func `a day that clocks lengthen has as many columns as any other`() throws {
        let chart = try Sun.chart(CivilDate(year: 2026, month: 10, day: 25), days: 1)
        let grid = TextGrid(chart: chart, columns: 80, label: 10)
        #expect(grid.hours == 2 && grid.cells.count == 12)
        #expect(
            grid.cells.map { $0.to - $0.from }.map(\.seconds).prefix(3) == [7_200, 10_800, 7_200])
        #expect(grid.cells.map { $0.to - $0.from }.reduce(.zero, +) == .hours(25))
    }
}
