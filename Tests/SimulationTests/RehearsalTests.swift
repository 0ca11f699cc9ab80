import Alerting
import Basics
import Escalation
import Foundation
import IncidentModel
import OnCall
import Paging
import Testing

@testable import Simulation

/// Three regions around the world with two people each, levels of 20 s, and a service whose policy
/// pages nobody but the people of one region.
private struct Stage {
    static let at = Instant(seconds: 1_798_106_400)  // 2026-12-24T10:00Z: eu is on duty.

    static let crew: [(id: PersonID, region: RegionName, zone: String)] = [
        ("mei", "ap", "Asia/Singapore"), ("raj", "ap", "Asia/Singapore"),
        ("ana", "eu", "Europe/Berlin"), ("ben", "eu", "Europe/Berlin"),
        ("joe", "us", "America/Los_Angeles"), ("zoe", "us", "America/Los_Angeles"),
    ]

    static func zones() throws -> TimeZones {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "OnCallTests/Zones")
        var rules: [String: TimeZoneRules] = [:]
        for name in ["Asia/Singapore", "Europe/Berlin", "America/Los_Angeles"] {
            let file = name.replacingOccurrences(of: "/", with: "-")
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: file)))
            rules[name] = try TimeZoneRules(parsing: bytes)
        }
        return TimeZones(version: "2025b", rules: rules)
    }

    static var roster: Roster {
        let names: [RegionName] = ["ap", "eu", "us"]
        let day = DayWindow(from: 9 * 3_600, to: 18 * 3_600)
        func zone(_ region: RegionName) -> String {
            crew.first { $0.region == region }?.zone ?? "UTC"
        }
        func schedule(_ id: ScheduleID, isSecond: Bool) -> Schedule {
            let shifts = names.map { name in
                let people = crew.filter { $0.region == name }.map(\.id)
                return RegionShift(
                    region: name, window: day,
                    rotation: Rotation(
                        participants: isSecond ? people.reversed() : people, zone: zone(name),
                        handoff: .weekly(.monday, at: 9 * 3_600),
                        anchor: CivilDate(year: 2024, month: 1, day: 1)))
            }
            return Schedule(id: id, name: id.text, shifts: shifts, fallback: .nextShift)
        }
        func level(_ targets: [EscalationTarget]) -> EscalationLevel {
            EscalationLevel(targets: targets, timeouts: Array(repeating: .seconds(20), count: 5))
        }
        return Roster(
            version: "stage",
            regions: names.map { RosterRegion(name: $0, zone: zone($0), day: day) },
            people: crew.map { one in
                Person(
                    id: one.id, name: one.id.text, region: one.region, zone: one.zone,
                    contacts: [Contact(channel: .voice, address: "+1")])
            },
            schedules: [schedule("first", isSecond: false), schedule("second", isSecond: true)],
            policies: [
                EscalationPolicy(
                    id: "default",
                    levels: [
                        level([.schedule("first")]), level([.schedule("second")]),
                        level([.person("joe")]),
                    ], repeats: 0),
                EscalationPolicy(
                    id: "local", levels: [level([.person("ana"), .person("ben")])], repeats: 0),
            ],
            services: [
                Service(id: "checkout", name: "Checkout", policy: "default"),
                Service(id: "archive", name: "Archive", policy: "local"),
            ], integrations: [], catchAll: ["ana"])
    }

    static func series(
        killed: [RegionName], at: Instant = Self.at,
        _ change: (inout RehearsalRequest) -> Void = { _ in }
    ) throws -> RehearsalSeries {
        let roster = roster
        let voice = [GatewayInventory(channel: .voice, providers: ["a", "b"])]
        var request = RehearsalRequest(
            roster: roster, zones: try zones(),
            regions: roster.regions.map { RehearsedRegion(name: $0.name, gateways: voice) },
            hasWitness: false, at: at)
        request.killed = killed
        request.length = .seconds(30)
        change(&request)
        return RehearsalSeries(request, services: request.roster.services.map(\.id))
    }
}

extension RehearsalOutcome {
    /// The pages that arrived about the first alert, that of checkout.
    fileprivate var pages: [(at: Instant, page: RehearsedPage)] {
        events.compactMap { event -> (at: Instant, page: RehearsedPage)? in
            guard event.alert == 0, case .paged(let page) = event.what else { return nil }
            return (event.at, page)
        }
    }
}

struct RehearsalTests {
    @Test func `whenever the region on duty dies, somebody is woken within seconds`() throws {
        let moments = try Stage.series(killed: ["eu"]).play()
        #expect(moments.map(\.moment) == RehearsalSeries.moments)
        for moment in moments {
            let (outcome, healthy) = (moment.outcome, try #require(moment.healthy))
            #expect(outcome.violation == nil && healthy.violation == nil && outcome.checks > 0)
            let first = try #require(outcome.first(of: 0), "\(moment.moment)")
            #expect(first < .seconds(15), "\(moment.moment)")
            let usual = try #require(healthy.first(of: 0))
            #expect(usual < .seconds(2))
            #expect(outcome.events.contains { $0.what == .died("eu") })
            for region: RegionName in ["ap", "us"] {
                #expect(outcome.events.contains { $0.what == .missed("eu", by: region) })
            }
            let late = outcome.pages.filter { $0.at > Stage.at + .seconds(1) }
            #expect(late.allSatisfy { $0.page.region != "eu" })
            // At this very instant one shift ends and another begins: both are asked, at once.
            let asked = outcome.pages.prefix(2).map(\.page.person)
            #expect(healthy.pages.first.map { asked.contains($0.page.person) } == true)
            #expect(healthy.pages.allSatisfy { $0.page.isHeard && !$0.page.isNotice })
        }
    }

    @Test func `a living region owns the incident in the end`() throws {
        let outcome = rehearse(try Stage.series(killed: ["eu"]).rehearsal(at: .seconds(-30)))
        let owners = outcome.events.compactMap { event -> RegionName? in
            guard event.alert == 0, case .owned(let region, _) = event.what else { return nil }
            return region
        }
        #expect(owners.first == "eu")
        #expect(owners.last == "ap" || owners.last == "us")
        // Nobody answers: level 2 had its turn while eu lived, level 3 comes from another region.
        let boss = try #require(outcome.pages.first { $0.page.step == "level 3, cycle 1" })
        #expect(boss.page.region != "eu")
    }

    @Test func `two of three regions dead, the third one pages`() throws {
        let outcome = rehearse(
            try Stage.series(killed: ["eu", "us"]).rehearsal(at: .milliseconds(-100)))
        #expect(outcome.violation == nil)
        let first = try #require(outcome.first(of: 0))
        #expect(first < .seconds(20))
        #expect(outcome.events.contains { $0.what == .majorityLost("ap") })
    }

    @Test func `where no region lives nobody is woken`() throws {
        let outcome = rehearse(
            try Stage.series(killed: ["ap", "eu", "us"]).rehearsal(at: .seconds(1)))
        #expect(outcome.first(of: 0) == nil && outcome.pages.isEmpty)
        #expect(outcome.events.contains { $0.alert == 0 && $0.what == .notTaken })
        #expect(outcome.next == [nil, nil])
    }

    @Test func `people who die with their region are no humans who are woken`() throws {
        let series = try Stage.series(killed: ["eu"]) {
            $0.takesPeople = true
            $0.length = .seconds(60)
        }
        let outcome = rehearse(series.rehearsal(at: .seconds(1)))
        // Levels 1 and 2 of checkout are in eu, level 3 is not; archive has nobody elsewhere.
        let first = try #require(outcome.first(of: 0))
        #expect(first > .seconds(39) && first < .seconds(50))
        #expect(outcome.first(of: 1) == nil)
        #expect(outcome.pages.first?.page.isHeard == false)
        var alive = series
        alive.request.takesPeople = false
        #expect(rehearse(alive.rehearsal(at: .seconds(1))).first(of: 1) != nil)
    }

    @Test func `what only the dead region could send nobody gets`() throws {
        let series = try Stage.series(killed: ["eu"]) {
            for index in $0.regions.indices where $0.regions[index].name != "eu" {
                $0.regions[index].gateways = []
            }
        }
        #expect(rehearse(series.rehearsal(at: .seconds(1))).first(of: 0) == nil)
    }

    @Test func `an answer ends it`() throws {
        let series = try Stage.series(killed: ["eu"]) { $0.answeredAfter = .seconds(5) }
        let outcome = rehearse(series.rehearsal(at: .seconds(1)))
        let first = try #require(outcome.first(of: 0))
        let answer = try #require(
            outcome.events.first { event in
                guard event.alert == 0, case .answered = event.what else { return false }
                return true
            })
        let waited = answer.at - outcome.request.alerts[0].at
        #expect(waited >= first + .seconds(5) && waited < first + .seconds(15))
        #expect(outcome.second(of: 0) == nil && outcome.next[0] == nil)
    }

    @Test func `who is next is told`() throws {
        let outcome = rehearse(try Stage.series(killed: ["eu"]).rehearsal(at: .seconds(1)))
        // After 29 s level 2 has been paged, level 3 is due 40 s after the alert.
        let next = try #require(outcome.next[0])
        #expect(next.people == ["joe"] && next.step == "level 3, cycle 1")
        let after = next.at - outcome.request.alerts[0].at
        #expect(after >= .seconds(39) && after < .seconds(42))
    }

    @Test func `an override is in force`() throws {
        let from = Stage.at - .hours(1)
        let series = try Stage.series(killed: ["eu"]) {
            $0.changes = OnCallChanges(
                overrides: [
                    OnCallOverride(
                        id: "m1.1", order: 1, kind: .override, schedule: "first", replaces: nil,
                        person: "raj", from: from, to: from + .hours(4), by: "raj", reason: "")
                ])
        }
        let outcome = rehearse(series.rehearsal(at: .seconds(1)))
        #expect(outcome.pages.first { $0.page.step == "level 1, cycle 1" }?.page.person == "raj")
    }

    @Test func `it is played at the instant that is asked for, and is the same again`() throws {
        // A spring years before the simulator's own day; us is on duty.
        let at = Instant(seconds: 1_710_435_600)  // 2024-03-14T17:00Z.
        let request = try Stage.series(killed: ["us"], at: at).rehearsal(at: .milliseconds(-500))
        let outcome = rehearse(request)
        #expect(outcome.violation == nil)
        // The shift before ends at this very instant.
        let asked = outcome.pages.prefix(2).map(\.page.person)
        #expect(asked.contains("joe") || asked.contains("zoe"))
        #expect(outcome.pages.allSatisfy { $0.at > at - .seconds(1) && $0.at < at + .minutes(1) })
        #expect(rehearse(request).events == outcome.events)
    }
}
