import Basics
import ConfigFiles
import Escalation
import Foundation
import OnCall
import Testing

@Suite struct RosterMistakeTests {
    static let names = [
        Mistake(
            "region: eu\n    contacts", "region: eux\n    contacts", "badReference",
            "people[ana].region", says: "did you mean `eu`?"),
        Mistake(
            "catchAll: [ana, mei]", "catchAll: [ana, anna]", "badReference", "catchAll[1]",
            says: "did you mean `ana`?"),
        Mistake(
            "policy: default\n    severity", "policy: defualt\n    severity", "badReference",
            "services[checkout].policy", says: "did you mean `default`?"),
        Mistake(
            "people: [mei, raj]", "people: [mei, zoe]", "badReference",
            "schedules[follow-the-sun].shifts[ap].people[1]", says: "no person `zoe`"),
        Mistake(
            "[schedule follow-the-sun,", "[schedule follow-the-moon,", "badReference",
            "policies[default].levels[0].page[0]", says: "did you mean `follow-the-sun`?"),
        Mistake(
            "[person raj]", "[raj]", "badValue", "policies[default].levels[2].page[0]",
            says: "write `person raj`", at: "page: [raj]"),
        Mistake(
            "    dependencies: [search]\n  - id: search\n",
            "  - id: checkout\n    name: Other\n", "duplicate",
            "services[checkout].id", says: "on line 79",
            at: "id: checkout\n    name: Other"),
        Mistake(
            "people: [mei, raj]", "people: [mei, mei]", "duplicate",
            "schedules[follow-the-sun].shifts[ap].people[1]", says: "once"),
        Mistake(
            "fedcba9876543210fedcba9876543210]", "0123456789abcdef0123456789abcdef]", "duplicate",
            "services[checkout].keys[1]", says: "openssl rand"),
        Mistake(
            "policy: default\n\n", "policy: default\n    dependencies: [chekout]\n\n",
            "badReference", "services[search].dependencies[0]", says: "did you mean `checkout`?",
            at: "dependencies: [chekout]"),
        Mistake(
            "policy: default\n\n", "policy: default\n    dependencies: [search]\n\n",
            "contradiction", "services[search].dependencies[0]", says: "is the service itself",
            at: "dependencies: [search]\n\n"),
        Mistake(
            "dependencies: [search]", "dependencies: [search, search]", "duplicate",
            "services[checkout].dependencies[1]", says: "twice"),
        Mistake(
            "dependencies: [search]", "dependencies: []", "missing",
            "services[checkout].dependencies", says: "remove the key"),
        Mistake(
            "policy: default\n\n", "policy: default\n    name: [a]\n\n", "wrongKind",
            "services[search].name", says: "one line", at: "name: [a]"),
    ]

    static let values = [
        Mistake(
            "coverage: business-hours", "coverage: office-hours", "badValue",
            "services[checkout].coverage", says: "continuous"),
        Mistake(
            "languages: [ja, en]", "languages: [jp, en]", "badValue", "people[mei].languages[0]",
            says: "ISO 639"),
        Mistake(
            "languages: [ja, en]", "languages: [ja, English]", "badValue",
            "people[mei].languages[1]", says: "for example `en`"),
        Mistake(
            "languages: [ja, en]", "languages: [ja, ja]", "duplicate", "people[mei].languages[1]",
            says: "twice"),
        Mistake(
            "languages: [ja, en]", "languages: ja", "wrongKind", "people[mei].languages",
            says: "list of languages"),
        Mistake(
            "localNight: \"23:30-06:30\"", "localNight: \"11pm\"", "badValue",
            "people[mei].localNight", says: "\"23:00-06:30\""),
        Mistake(
            "localNight: \"23:30-06:30\"", "localNight: \"07:00-06:30\"", "badValue",
            "people[mei].localNight", says: "it lasts 23 h 30 min"),
        Mistake(
            "localNight: \"23:30-06:30\"", "localNight: \"07:00-07:00\"", "badValue",
            "people[mei].localNight", says: "1 to 16 hours"),
        Mistake(
            "[\"https://playbooks.example.com/cards\", \"https://playbooks.example.com/load\"]",
            "[cards.md]", "badValue", "services[checkout].playbooks[0]", says: "https://"),
        Mistake(
            "after: 2m", "after: 2", "badValue", "people[mei].contacts[1].after", says: "`90s`"),
        Mistake(
            "after: 2m", "after: 2 minutes", "badValue", "people[mei].contacts[1].after",
            says: "`90s`"),
        Mistake(
            "after: 2m", "after: 48h", "badValue", "people[mei].contacts[1].after",
            says: "out of range"),
        Mistake(
            "severity: SEV2\n      - voice", "severity: SEV7\n      - voice", "badValue",
            "people[mei].contacts[1].severity", says: "SEV1 (worst) to SEV5"),
        Mistake(
            "email: mei@example.com", "email: mei.example.com", "badValue",
            "people[mei].contacts[0].email", says: "mei@example.com"),
        Mistake(
            "email: mei@example.com", "email: \"mei@example.com>, <eve@example.com\"", "badValue",
            "people[mei].contacts[0].email", says: "e-mail"),
        Mistake(
            "voice: +6591234567", "voice: 6591234567", "badValue", "people[mei].contacts[2].voice",
            says: "E.164"),
        Mistake(
            "chat: https://chat", "chat: chat", "badValue", "people[mei].contacts[3].chat",
            says: "incoming webhook"),
        Mistake(
            "file: mei", "file: ../mei", "badValue", "people[mei].contacts[5].file",
            says: "plain word"),
        Mistake(
            "day: \"09:00-18:00\"", "day: \"9-18\"", "badValue", "regions[eu].day",
            says: "\"09:00-17:00\""),
        Mistake(
            "window: \"22:00-06:00\"", "window: \"22:00-22:00\"", "badValue",
            "schedules[follow-the-sun].shifts[eu].window", says: "leave `window` out"),
        Mistake(
            "days: mon-fri\n        rotation", "days: mon-fry\n        rotation", "badValue",
            "schedules[follow-the-sun].shifts[ap].days", says: "`mon-fri`"),
        Mistake(
            "rotation: every 3 days", "rotation: fortnightly", "badValue",
            "schedules[follow-the-sun].shifts[eu].rotation", says: "`every 3 days`"),
        Mistake(
            "handoff: \"mon 09:30\"", "handoff: \"09:30\"", "badValue",
            "schedules[follow-the-sun].shifts[ap].handoff", says: "\"mon 09:00\""),
        Mistake(
            "handoff: \"08:00\"", "handoff: \"24:00\"", "badValue",
            "schedules[night].shifts[eu].handoff", says: "\"09:00\""),
        Mistake(
            "from: 2026-01-07", "from: 2026-02-30", "badValue",
            "schedules[follow-the-sun].shifts[eu].from", says: "2026-01-05"),
        Mistake(
            "uncovered: first-shift", "uncovered: first", "badValue",
            "schedules[follow-the-sun].uncovered", says: "`next-shift`"),
        Mistake(
            "repeat: 1", "repeat: -1", "badValue", "policies[default].repeat", says: "0 to 100"),
        Mistake(
            "sev1: 20s", "sev1: 0s", "badValue", "policies[default].levels[0].timeouts.sev1",
            says: "out of range"),
        Mistake(
            "runbook: https", "runbook: ftp", "badValue", "services[checkout].runbook",
            says: "https://"),
        Mistake(
            "duplicates: [cluster, job]", "duplicates: always", "badValue",
            "services[checkout].duplicates", says: "`[cluster, job]`"),
        Mistake(
            "duplicates: [cluster, job]", "duplicates: [job, job]", "duplicate",
            "services[checkout].duplicates", says: "twice"),
        Mistake(
            "duplicates: [cluster, job]", "duplicates: []", "missing",
            "services[checkout].duplicates", says: "never"),
        Mistake(
            "keys: [0123456789abcdef0123456789abcdef", "keys: [0123", "badValue",
            "services[checkout].keys[0]", says: "openssl rand"),
    ]

    static let shapes = [
        Mistake(
            "    uncovered: first-shift", "    uncoverd: first-shift", "unknownKey",
            "schedules[follow-the-sun].uncoverd", says: "did you mean `uncovered`?"),
        Mistake(
            "people:\n  - id", "peple:\n  - id", "unknownKey", "peple",
            says: "did you mean `people`?"),
        Mistake(
            "    localNight:", "    local_night:", "unknownKey", "people[mei].local_night",
            says: "did you mean `localNight`?"),
        Mistake(
            "    playbooks: [", "    playbook: [", "unknownKey", "services[checkout].playbook",
            says: "write `playbooks: [URL]`"),
        Mistake(
            "    team: payments", "    team: payment", "badReference", "services[checkout].team",
            says: "did you mean `payments`?"),
        Mistake(
            "    team: payments", "    owner: payments", "unknownKey",
            "services[checkout].owner", says: "did you mean `team`?"),
        Mistake(
            "    tier: 1", "    tier: 0", "badValue", "services[checkout].tier",
            says: "from 1 to 5"),
        Mistake(
            "people: [raj]}", "people: [raj], lead: ana}", "contradiction",
            "teams[platform].lead", says: "add ana to its `people`"),
        Mistake(
            "{id: platform, people: [raj]}", "{id: payments, people: [raj]}", "duplicate",
            "teams[payments].id", says: "rename one of them"),
        Mistake(
            "people: [raj]}", "people: []}", "missing", "teams[platform].people",
            says: "at least one person"),
        Mistake(
            "    runbooks: [", "    runbook: https://example.com/r\n    runbooks: [",
            "contradiction", "services[search].runbooks", says: "write all of them",
            at: "    runbooks: ["),
        Mistake(
            "hours: \"10:00-18:30\"", "hours: office", "badValue", "people[mei].hours",
            says: "09:00-17:30"),
        Mistake(
            "      - voice: +", "      - phone: +", "unknownKey", "people[mei].contacts[2].phone",
            says: "`voice`"),
        Mistake(
            "    name: Raj Nair\n", "", "missing", "people[raj].name", says: "full name",
            at: "id: raj"),
        Mistake(
            "name: Raj Nair", "name:", "missing", "people[raj].name", says: "no value",
            at: "name:\n"),
        Mistake(
            "contacts: [{email: ana@example.com}]", "contacts: []", "missing",
            "people[ana].contacts", says: "nobody could page"),
        Mistake(
            "contacts: [{email: ana@example.com}]", "contacts: ana@example.com", "wrongKind",
            "people[ana].contacts", says: "list"),
        Mistake(
            "[{email: ana@example.com}]", "[{after: 5m}]", "missing", "people[ana].contacts[0]",
            says: "`email`"),
        Mistake(
            "[{email: ana@example.com}]", "[{email: a@b, file: a}]", "contradiction",
            "people[ana].contacts[0]", says: "2 channels"),
        Mistake(
            "catchAll: [ana, mei]", "catchAll: []", "missing", "catchAll",
            says: "at least one person"),
        Mistake(
            "        from: 2026-02-01\n", "", "missing", "schedules[night].shifts[eu].from",
            says: "whose turn", at: "region: eu\n        rotation: daily"),
        Mistake(
            "page: [person raj]", "page: []", "missing", "policies[default].levels[2].page",
            says: "nobody"),
        Mistake(
            "- schedule: night", "- {schedule: night, person: ana}", "contradiction",
            "policies[default].levels[1].page[0]", says: "one schedule or one person"),
        Mistake(
            "name: Mei Tanaka", "name: [Mei, Tanaka]", "wrongKind", "people[mei].name",
            says: "one line"),
    ]

    @Test(arguments: names + values + shapes)
    func `a mistake is reported once, with its line, its field and the remedy`(
        mistake: Mistake
    ) throws {
        let find = try #require(rosterText.range(of: mistake.find), "the good file lacks the text")
        let text = rosterText.replacingCharacters(in: find, with: mistake.replace)
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(text: text, file: "roster.yaml", zones: nil) { _ in }
        }
        let errors = error?.errors ?? []
        try #require(errors.count == 1, "\(errors)")
        #expect(errors[0].code.rawValue == mistake.code)
        #expect(errors[0].field == mistake.field)
        #expect(errors[0].line == line(of: mistake.at ?? mistake.replace, in: text))
        #expect(errors[0].column > 0)
        let said = errors[0].description
        #expect(said.contains(mistake.says), "\(said)")
        #expect(said.hasPrefix("roster.yaml:\(errors[0].line):"))
        #expect(!errors[0].remedy.isEmpty)
    }

    @Test func `all problems are reported at once, in the order of the file`() throws {
        let text = rosterText.replacing("zone: Europe/Berlin", with: "zon: Europe/Berlin")
            .replacing("after: 2m", with: "after: soon")
            .replacing("repeat: 1", with: "repeat: often")
            .replacing("catchAll: [ana, mei]", with: "catchAll: []")
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(text: text, file: "roster.yaml", zones: nil) { _ in }
        }
        let errors = error?.errors ?? []
        #expect(
            errors.map(\.field) == [
                "regions[eu].zon", "people[mei].contacts[1].after",
                "policies[default].repeat", "catchAll",
            ])
        #expect(
            error?.description.hasPrefix("the configuration cannot be used: 4 problems\n") == true)
    }

    @Test func `a zone that the zone data do not have is an error with the nearest name`() throws {
        let zones = TimeZones(
            version: "test",
            rules: try ["Asia/Singapore", "Asia/Tokyo", "Europe/Berlin"].reduce(into: [:]) {
                $0[$1] = try TimeZoneRules(parsing: utcZoneBytes)
            })
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(
                text: rosterText.replacing("Asia/Tokyo", with: "Asia/Tokio"), file: "roster.yaml",
                zones: zones
            ) { _ in }
        }
        #expect(
            error?.errors.map(\.field) == [
                "people[mei].zone", "schedules[follow-the-sun].shifts[eu].zone",
            ])
        #expect(error?.errors.first?.remedy == "did you mean `Asia/Tokyo`?")
    }

    @Test func `an integration key is never repeated in a message`() throws {
        let text = rosterText.replacing(
            "0123456789abcdef0123456789abcdef,", with: "\"secret!0123456789abcdef\",")
        let error = #expect(throws: ConfigError.self) {
            try RosterFile.load(text: text, file: "roster.yaml", zones: nil) { _ in }
        }
        #expect(error?.errors.count == 1)
        #expect(error?.description.contains("secret!") == false)
    }
}
