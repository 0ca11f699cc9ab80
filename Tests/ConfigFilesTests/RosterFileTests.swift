import Alerting
import Basics
import ConfigFiles
import Escalation
import IncidentModel
import OnCall
import Paging
import Testing

@Suite struct RosterFileTests {
    private func load(_ text: String, zones: TimeZones? = nil) throws -> Roster {
        try RosterFile.load(text: text, file: "roster.yaml", zones: zones) {
            Issue.record("unexpected warning: \($0)")
        }
    }

    @Test func `people and their contacts are read with every field`() throws {
        let roster = try load(rosterText)
        #expect(
            roster.regions == [
                RosterRegion(
                    name: "ap", zone: "Asia/Singapore", day: DayWindow(from: 32_400, to: 61_200)),
                RosterRegion(
                    name: "eu", zone: "Europe/Berlin",
                    day: DayWindow(from: 32_400, to: 64_800, weekdays: .mondayToFriday)),
            ])
        #expect(roster.people.map(\.id) == ["mei", "raj", "ana"])
        let mei = try #require(roster.person("mei"))
        #expect(mei.name == "Mei Tanaka")
        #expect(mei.zone == "Asia/Tokyo")
        #expect(
            mei.contacts == [
                Contact(channel: .email, address: "mei@example.com"),
                Contact(
                    channel: .sms, address: "+6591234567", delay: .minutes(2),
                    mildestSeverity: .sev2),
                Contact(channel: .voice, address: "+6591234567", delay: .seconds(90)),
                Contact(channel: .chat, address: "https://chat.example.com/hook/1"),
                Contact(channel: .webhook, address: "https://example.com/page?who=mei"),
                Contact(channel: .file, address: "mei"),
            ])
        #expect(roster.person("raj")?.zone == "Asia/Singapore", "the region's zone is the default")
        #expect(mei.night == DailyHours(from: 84_600, to: 23_400))
        #expect(mei.languages == ["ja", "en"])
        #expect(roster.person("raj")?.night == .usual)
        #expect(roster.person("raj")?.languages == [])
        #expect(mei.hours == DailyHours(from: 36_000, to: 66_600))
        #expect(roster.person("raj")?.hours == nil)
        #expect(
            roster.teams == [
                Team(id: "payments", name: "Payments", people: ["ana", "mei"], lead: "ana"),
                Team(id: "platform", name: "platform", people: ["raj"]),
            ])
        let (checkout, search) = (roster.service("checkout"), roster.service("search"))
        #expect(checkout?.team == "payments" && checkout?.tier == 1)
        #expect(checkout?.runbook == "https://runbooks.example.com/checkout")
        #expect(checkout?.moreRunbooks == [] && search?.team == nil && search?.tier == nil)
        #expect(search?.runbook == "https://runbooks.example.com/search")
        #expect(search?.moreRunbooks == ["https://runbooks.example.com/shards"])
        #expect(roster.catchAll == ["ana", "mei"])
    }

    @Test func `schedules are read with every field`() throws {
        let roster = try load(rosterText)
        let schedule = try #require(roster.schedule("follow-the-sun"))
        #expect(schedule.name == "Follow the sun")
        #expect(schedule.fallback == .firstShift)
        #expect(schedule.version == roster.version)
        #expect(
            schedule.shifts == [
                RegionShift(
                    region: "ap",
                    window: DayWindow(from: 32_400, to: 61_200, weekdays: .mondayToFriday),
                    rotation: Rotation(
                        participants: ["mei", "raj"], zone: "Asia/Singapore",
                        handoff: .weekly(.monday, at: 34_200),
                        anchor: CivilDate(year: 2026, month: 1, day: 5))),
                RegionShift(
                    region: "eu",
                    window: DayWindow(
                        from: 79_200, to: 21_600, weekdays: Weekdays([.saturday, .sunday])),
                    rotation: Rotation(
                        participants: ["ana", "mei"], zone: "Europe/London",
                        handoff: .every(days: 3, at: 79_200),
                        anchor: CivilDate(year: 2026, month: 1, day: 7))),
            ])
        let night = try #require(roster.schedule("night"))
        #expect(night.name == "night")
        #expect(night.fallback == .nextShift)
        #expect(night.shifts.first?.window == nil)
        #expect(night.shifts.first?.rotation.handoff == .daily(at: 28_800))
    }

    @Test func `policies and services are read with every field`() throws {
        let roster = try load(rosterText)
        let policy = try #require(roster.policy("default"))
        #expect(policy.repeats == 1)
        #expect(
            policy.levels == [
                EscalationLevel(
                    targets: [.schedule("follow-the-sun"), .person("ana")],
                    timeouts: [.seconds(20), nil, .minutes(20), .minutes(60), .hours(2)]),
                EscalationLevel(
                    targets: [.schedule("night")],
                    timeouts: Array(repeating: .seconds(45), count: 5)),
                EscalationLevel(targets: [.person("raj")]),
            ])
        let checkout = try #require(roster.service("checkout"))
        #expect(checkout.defaultSeverity == .sev2)
        #expect(checkout.runbook == "https://runbooks.example.com/checkout")
        #expect(roster.service("search")?.defaultSeverity == .sev3)
        #expect(checkout.duplicates == .labels(["cluster", "job"]))
        #expect(roster.service("search")?.duplicates == .similar)
        let never = rosterText.replacing("[cluster, job]", with: "never")
        #expect(try load(never).service("checkout")?.duplicates == .never)
        #expect(
            checkout.playbooks == [
                "https://playbooks.example.com/cards", "https://playbooks.example.com/load",
            ])
        #expect(checkout.dependencies == ["search"])
        #expect(roster.service("search")?.playbooks == [])
        #expect(checkout.coverage == .businessHours)
        #expect(roster.service("search")?.coverage == .continuous)
        let sometimes = rosterText.replacing("business-hours", with: "best-effort")
        #expect(try load(sometimes).service("checkout")?.coverage == .bestEffort)
        #expect(roster.service("search")?.name == "search")
        #expect(roster.service(ofKey: "fedcba9876543210fedcba9876543210")?.id == "checkout")
        #expect(roster.service(ofKey: "0123456789abcdef0123456789abcdee") == nil)
    }

    @Test func `the version is the beginning of the file's SHA-256`() throws {
        // The SHA-256 of "abc" is known: FIPS 180-2, appendix B.1.
        #expect(RosterFile.version(of: Array("abc".utf8)) == "ba7816bf8f01")
        let roster = try load(rosterText)
        #expect(roster.version == RosterFile.version(of: Array(rosterText.utf8)))
        #expect(try load(rosterText + "# another byte\n").version != roster.version)
    }

    @Test func `words that YAML would take for something else stay words`() throws {
        let text = rosterText.replacing("id: raj", with: "id: no").replacing(
            "name: Raj Nair", with: "name: 007"
        )
        .replacing("[mei, raj]", with: "[mei, no]").replacing("[ana, raj]", with: "[ana, no]")
        .replacing("person raj", with: "person no").replacing(
            "people: [raj]}", with: "people: [no]}")
        let roster = try load(text)
        #expect(roster.person("no")?.name == "007")
    }

    @Test func `somebody who is alone in a rotation needs no first date`() throws {
        let text = rosterText.replacing("        from: 2026-02-01\n", with: "")
            .replacing("people: [ana, raj]", with: "people: [ana]")
        let night = try #require(try load(text).schedule("night"))
        #expect(night.shifts.first?.rotation.anchor == CivilDate(year: 1970, month: 1, day: 5))
    }

    @Test func `a file is read from disk under the name it was given`() throws {
        let folder = try TempFolder()
        let path = try folder.write("roster.yaml", rosterText)
        let roster = try RosterFile.load(path: path, zones: nil) { _ in }
        #expect(roster.people.count == 3)
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(path: path + ".old", zones: nil) { _ in }
        }
        #expect(error?.problems.first?.code == .unreadable)
        #expect(error?.problems.first?.file == path + ".old")
        let onFolder = #expect(throws: ConfigError.self) {
            try RosterFile.load(path: folder.path, zones: nil) { _ in }
        }
        #expect(onFolder?.description.contains("not a regular file") == true)
    }
}
