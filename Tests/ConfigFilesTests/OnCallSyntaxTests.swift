import Basics
import ConfigFiles
import Escalation
import Foundation
import OnCall
import Testing

/// What rosters can say about who is on call, beyond the plain rotations of `rosterText`.
@Suite struct OnCallSyntaxTests {
    /// A roster with one schedule, whose keys are given; its first shift's line is 15.
    static func text(_ schedule: String, region: String = "") -> String {
        """
        regions:
          - {name: eu, zone: Europe/Berlin, day: "09:00-18:00"\(region)}
          - {name: us, zone: America/New_York, day: "09:00-18:00"}
        people:
          - {id: ana, name: Ana, region: eu, contacts: [{file: ana}]}
          - {id: ben, name: Ben, region: eu, contacts: [{file: ben}]}
          - {id: joe, name: Joe, region: us, contacts: [{file: joe}]}
          - {id: sue, name: Sue, region: us, contacts: [{file: sue}]}
        policies: [{id: default, levels: [{page: [schedule main]}]}]
        services: [{id: shop, policy: default}]
        catchAll: [ana]
        schedules:
          - id: main
            shifts:
        \(schedule)

        """
    }

    static func shift(_ keys: String) -> String { "      - {region: eu, \(keys)}" }

    private func schedule(_ text: String) throws -> Schedule {
        let roster = try RosterFile.load(
            text: Self.text(text), file: "roster.yaml", zones: nil
        ) { Issue.record("\($0)") }
        return try #require(roster.schedules.first)
    }

    private func only(_ keys: String) throws -> RegionShift {
        let schedule = try schedule(Self.shift(keys))
        try #require(schedule.shifts.count == 1)
        return schedule.shifts[0]
    }

    private static let monday = CivilDate(year: 2026, month: 1, day: 5)

    @Test(arguments: [
        ("rotation: every 12 hours, handoff: \"08:00\"", HandoffRule.everyHours(12, at: 28_800)),
        ("rotation: every 1 hour", .everyHours(1, at: 32_400)),
        ("rotation: every 1 day", .daily(at: 32_400)),
        ("rotation: every 10 days, handoff: \"07:30\"", .every(days: 10, at: 27_000)),
        (
            "rotation: every 2 weeks",
            .recurring(.weekly(every: 2, on: Weekdays([.monday])), at: 32_400)
        ),
        ("rotation: every 1 week, handoff: \"monday 10:00\"", .weekly(.monday, at: 36_000)),
        (
            "handoff: \"mon, thu 10:00\"",
            .recurring(.weekly(every: 1, on: Weekdays([.monday, .thursday])), at: 36_000)
        ),
        ("rotation: monthly", .recurring(.monthly(every: 1, .first, .monday), at: 32_400)),
        (
            "rotation: every 3 months, handoff: \"last friday 17:00\"",
            .recurring(.monthly(every: 3, .last, .friday), at: 61_200)
        ),
    ])
    func `turns change in all the ways there are`(keys: String, rule: HandoffRule) throws {
        let shift = try only(keys + ", from: 2026-01-05, people: [ana, ben]")
        #expect(
            shift.rotation
                == Rotation(
                    participants: ["ana", "ben"], zone: "Europe/Berlin", handoff: rule,
                    anchor: Self.monday))
    }

    @Test func `groups, an offset, clock changes and what counts are read`() throws {
        let shift = try only(
            """
            window: "09:00-17:00", holidays: work, rotation: daily, from: 2026-01-05,
                     people: [[ana, ben], joe, [ben, sue]], offset: 2, advances: active,
                     dst: {gap: skip, fold: overlap}
            """)
        #expect(
            shift
                == RegionShift(
                    region: "eu", windows: [DayWindow(from: 32_400, to: 61_200)],
                    rotation: Rotation(
                        groups: [["ana", "ben"], ["joe"], ["ben", "sue"]], zone: "Europe/Berlin",
                        handoff: .daily(at: 32_400), anchor: Self.monday, gapPolicy: .skip,
                        foldPolicy: .overlap, offset: 2, advance: .active), holidays: .work))
    }

    @Test func `several windows are read, in every week or not`() throws {
        let shift = try only(
            """
            people: [ana], windows: [
                     "09:00-12:00", {hours: "22:00-06:00", days: [sat, sun]},
                     {hours: "13:00-17:00", days: tue, every: 2 weeks, from: 2026-01-05},
                     {hours: "20:00-24:00", monthly: second tuesday}, {days: sun},
                     {monthly: last fri}]
            """)
        let epoch = CivilDate(year: 1970, month: 1, day: 1)
        #expect(
            shift.windows == [
                DayWindow(from: 32_400, to: 43_200),
                DayWindow(from: 79_200, to: 21_600, weekdays: Weekdays([.saturday, .sunday])),
                DayWindow(
                    from: 46_800, to: 61_200, weekdays: Weekdays([.tuesday]),
                    days: WindowDays(
                        .weekly(every: 2, on: Weekdays([.tuesday])), anchor: Self.monday)),
                DayWindow(
                    from: 72_000, to: 86_400,
                    days: WindowDays(.monthly(every: 1, .second, .tuesday), anchor: epoch)),
                DayWindow(from: 0, to: 86_400, weekdays: Weekdays([.sunday])),
                DayWindow(
                    from: 0, to: 86_400,
                    days: WindowDays(.monthly(every: 1, .last, .friday), anchor: epoch)),
            ])
        #expect(shift.rotation.handoff == .weekly(.monday, at: 32_400), "the first window's begin")
    }

    @Test func `turns that are written out are read`() throws {
        let schedule = try schedule(
            """
                  - region: eu
                    zone: Europe/London
                    dst: {fold: last}
                    list:
                      - {from: "2026-12-24 18:00", to: "2026-12-25 09:30", people: [ana, ben]}
                      - {from: "2026-12-25 09:30", to: "2026-12-27 00:00", people: [joe]}
                  - {region: us, people: [sue]}
            """)
        func local(_ day: Int64, _ second: SecondOfDay) -> LocalTime {
            LocalTime(date: CivilDate(year: 2026, month: 12, day: day), secondOfDay: second)
        }
        #expect(
            schedule.shifts.first
                == RegionShift(
                    region: "eu", zone: "Europe/London",
                    listed: [
                        ListedTurn(
                            from: local(24, 64_800), to: local(25, 34_200), people: ["ana", "ben"]),
                        ListedTurn(from: local(25, 34_200), to: local(27, 0), people: ["joe"]),
                    ], fold: .last))
    }

    @Test func `an overlap, temporary schedules and holidays are read`() throws {
        let text = Self.text(
            Self.shift("people: [ana]") + """

                    overlap: 30m
                    temporary:
                      - from: "2026-12-24 18:00"
                        to: "2026-12-27 09:00"
                        overrides: allowed
                        shifts: [{region: us, people: [joe]}]
                      - from: "2027-01-01 00:00"
                        to: "2027-01-02 00:00"
                        zone: UTC
                        shifts: [{region: eu, people: [ben]}]
                """, region: ", holidays: [2026-12-25, 2026-01-01]")
        let roster = try RosterFile.load(text: text, file: "roster.yaml", zones: nil) { _ in }
        let schedule = try #require(roster.schedules.first)
        #expect(schedule.overlap == .minutes(30))
        #expect(schedule.temporary.map(\.zone) == ["America/New_York", "UTC"])
        #expect(schedule.temporary.map(\.allowsOverrides) == [true, false])
        #expect(schedule.temporary.map { $0.shifts.flatMap(\.people) } == [["joe"], ["ben"]])
        #expect(schedule.temporary.first?.from.description == "2026-12-24 18:00:00")
        #expect(schedule.temporary.last?.to.description == "2027-01-02 00:00:00")
        #expect(
            roster.holidays == [
                RegionHolidays(
                    region: "eu",
                    dates: [
                        CivilDate(year: 2026, month: 12, day: 25),
                        CivilDate(year: 2026, month: 1, day: 1),
                    ]),
                RegionHolidays(region: "us", dates: []),
            ])
    }

    @Test(arguments: [
        ("people: [ana], rotation: every 0 hours", "badValue", "rotation", "every 3 days"),
        ("people: [ana], rotation: every 53 weeks", "badValue", "rotation", "every 3 days"),
        ("people: [ana], rotation: yearly", "badValue", "rotation", "`monthly`"),
        (
            "people: [ana], rotation: monthly, handoff: \"mon 09:00\"", "badValue", "handoff",
            "\"first mon 09:00\""
        ),
        ("people: [ana], rotation: every 4 hours, handoff: mon", "badValue", "handoff", "first"),
        ("people: [[ana, ana]], from: 2026-01-05", "duplicate", "people[0][1]", "once"),
        ("people: [[ana, ben], [ana, ben]], from: 2026-01-05", "duplicate", "people[1]", "once"),
        ("people: [[ana], []], from: 2026-01-05", "missing", "people[1]", "at least one person"),
        ("people: [ana, ben], from: 2026-01-05, offset: 2", "badValue", "offset", "0 to 1"),
        ("people: [ana], advances: always", "badValue", "advances", "`active`"),
        (
            "people: [ana], rotation: every 5 hours, advances: active", "contradiction",
            "advances", "turns of days"
        ),
        (
            "people: [ana], advances: active, windows: [{monthly: first mon}]", "contradiction",
            "advances", "without `every`"
        ),
        ("people: [ana], dst: {gap: jump}", "badValue", "dst.gap", "`shift-forward`"),
        ("people: [ana], dst: {folds: first}", "unknownKey", "dst.folds", "`fold`"),
        ("people: [ana], holidays: closed", "badValue", "holidays", "`off`"),
        ("people: [ana], windows: []", "missing", "windows", "leave `windows` out"),
        (
            "people: [ana], windows: [\"9-5\"], window: \"09:00-17:00\"", "contradiction",
            "window", "one of the windows"
        ),
        ("people: [ana], windows: [\"9-5\"]", "badValue", "windows[0]", "\"09:00-17:00\""),
        (
            "people: [ana], windows: [{every: 2 weeks, from: 2026-01-05}]", "missing",
            "windows[0].hours", "add"
        ),
        (
            "people: [ana], windows: [{days: mon, every: 2 weeks}]", "missing",
            "windows[0].from", "first such week"
        ),
        (
            "people: [ana], windows: [{days: mon, every: 60 weeks, from: 2026-01-05}]",
            "badValue", "windows[0].every", "2 weeks"
        ),
        (
            "people: [ana], windows: [{monthly: fifth mon}]", "badValue", "windows[0].monthly",
            "second tuesday"
        ),
        ("list: []", "missing", "list", "people: [ana]"),
        (
            "list: [{from: \"2026-01-05 09:00\", to: \"2026-01-05 09:00\", people: [ana]}]",
            "contradiction", "list[0].to", "later time"
        ),
        (
            "list: [{from: \"2026-01-05\", to: \"2026-01-05 09:00\", people: [ana]}]",
            "badValue", "list[0].from", "2026-12-24 18:00"
        ),
        (
            "offset: 1, list: [{from: \"2026-01-05 08:00\", to: \"2026-01-05 09:00\", "
                + "people: [ana]}]",
            "contradiction", "offset", "shift of its own"
        ),
    ])
    func `a mistake in a shift is reported with its field and the remedy`(
        keys: String, code: String, field: String, says: String
    ) throws {
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(
                text: Self.text(Self.shift(keys)), file: "roster.yaml", zones: nil
            ) { _ in }
        }
        let errors = error?.errors ?? []
        try #require(errors.count == 1, "\(errors)")
        #expect(errors[0].code.rawValue == code)
        #expect(errors[0].field == "schedules[main].shifts[eu].\(field)")
        #expect(errors[0].line == 15)
        #expect(errors[0].description.contains(says), "\(errors[0])")
    }

    @Test(arguments: [
        ("    overlap: 13h", "badValue", "schedules[main].overlap", "43200s"),
        ("    overlap: 1500ms", "badValue", "schedules[main].overlap", "`30m`"),
        ("    temporary: {from: now}", "wrongKind", "schedules[main].temporary", "list"),
        (
            "    temporary: [{from: \"2026-12-27 09:00\", to: \"2026-12-24 18:00\", "
                + "shifts: [{region: eu, people: [ana]}]}]",
            "contradiction", "schedules[main].temporary[0].to", "later time"
        ),
        (
            "    temporary: [{from: \"2026-12-24 18:00\", to: \"2026-12-27 09:00\", shifts: []}]",
            "missing", "schedules[main].temporary[0].shifts", "at least one shift"
        ),
    ])
    func `a mistake in a schedule is reported with its field and the remedy`(
        line: String, code: String, field: String, says: String
    ) throws {
        let text = Self.text(Self.shift("people: [ana]") + "\n" + line)
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(text: text, file: "roster.yaml", zones: nil) { _ in }
        }
        let errors = error?.errors ?? []
        try #require(errors.count == 1, "\(errors)")
        #expect(errors[0].code.rawValue == code && errors[0].field == field, "\(errors[0])")
        #expect(errors[0].line == 16)
        #expect(errors[0].description.contains(says), "\(errors[0])")
    }

    @Test func `the example in the documentation is a roster`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/configuration.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(page.range(of: "```yaml\nregions:\n"))
        let rest = page[start.lowerBound...].dropFirst("```yaml\n".count)
        let end = try #require(rest.range(of: "```\n"))
        let names = ["ana", "ben", "cho", "joe", "sue", "tom", "eva"]
        let people = names.map { "  - {id: \($0), name: \($0), region: eu, contacts: [{file: a}]}" }
        let text = """
            \(rest[..<end.lowerBound])
            people:
            \(people.joined(separator: "\n"))
            policies: [{id: default, levels: [{page: [schedule primary]}]}]
            services: [{id: shop, policy: default}]
            catchAll: [ana]

            """
        let roster = try RosterFile.load(text: text, file: "roster.yaml", zones: nil) {
            Issue.record("\($0)")
        }
        let schedule = try #require(roster.schedules.first)
        #expect(schedule.shifts.map(\.windows.count) == [4, 0])
        #expect(schedule.shifts.map(\.listed.count) == [0, 2])
        #expect(schedule.temporary.count == 1 && schedule.overlap == .minutes(30))
    }

    @Test func `holidays that make no sense are reported`() throws {
        for (dates, code) in [
            ("[2026-12-25, 2026-12-25]", "duplicate"), ("[christmas]", "badValue"),
        ] {
            let text = Self.text(Self.shift("people: [ana]"), region: ", holidays: \(dates)")
            let error = #expect(throws: ConfigError.self) {
                try RosterFile.load(text: text, file: "roster.yaml", zones: nil) { _ in }
            }
            #expect(error?.errors.map(\.code.rawValue) == [code])
            #expect(error?.errors.first?.field.hasPrefix("regions[eu].holidays[") == true)
        }
    }

    @Test func `what makes no difference is pointed out`() throws {
        var warnings: [ConfigProblem] = []
        _ = try RosterFile.load(
            text: Self.text(
                Self.shift(
                    "handoff: \"mon, thu 09:00\", from: 2026-01-06, people: [ana, ben], "
                        + "advances: active")),
            file: "roster.yaml", zones: nil
        ) { warnings.append($0) }
        #expect(
            warnings.map(\.field) == [
                "schedules[main].shifts[eu].from", "schedules[main].shifts[eu].advances",
            ])
        #expect(warnings.first?.remedy == "write 2026-01-08 for whole weeks")
    }
}
