import Alerting
import Basics
import ClusterSetup
import ConfigFiles
import Escalation
import Foundation
import IncidentModel
import OnCall
import Paging
import Testing

@testable import Simulation
@testable import meridian

/// What `coverage simulate` makes of rehearsals of the demonstration's roster.
struct RehearsalReportTests {
    private func report(
        killed: [RegionName], _ change: (inout RehearsalRequest) -> Void = { _ in }
    ) throws -> RehearsalReport {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "rehearsal-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try ClusterSetup.write(.demo(directory: folder.path))
        let zones = try ZoneFiles.load()
        let roster = try RosterFile.load(path: folder.path + "/roster.yaml", zones: zones) { _ in }
        let mail = [GatewayInventory(channel: .email, providers: ["mail"])]
        // 2026-12-24T10:00Z: eu is on duty.
        var request = RehearsalRequest(
            roster: roster, zones: zones,
            regions: roster.regions.map { RehearsedRegion(name: $0.name, gateways: mail) },
            hasWitness: false, at: Instant(seconds: 1_798_106_400))
        request.killed = killed
        request.length = .seconds(25)
        change(&request)
        let series = RehearsalSeries(request, services: ["checkout"])
        let struck = series.rehearsal(at: .seconds(1))
        var healthy = struck
        healthy.killed = []
        let moment = RehearsedMoment(
            moment: .seconds(1), outcome: rehearse(struck), healthy: rehearse(healthy))
        return RehearsalReport(series, [moment])
    }

    private func page(_ report: RehearsalReport) -> String {
        RehearsalTexts(report, isAssumingGateways: true, for: .plain).page
    }

    @Test func `the region on duty dies, and the promise is kept`() throws {
        let report = try report(killed: ["eu"])
        #expect(!report.isFailed && report.violation == nil)
        let page = page(report)
        #expect(page.hasPrefix("eu dies for good on Thu 2026-12-24 10:00:00 UTC; nobody answers"))
        #expect(page.contains("eu dies"))
        #expect(page.contains("notices that eu is gone"))
        #expect(page.contains("is woken by email from"))
        #expect(page.contains("Europe/"))
        #expect(page.contains("next: "))
        #expect(page.contains("worst time to a human: +"))
        let document = report.document
        #expect(!document.isFailed && document.killed == ["eu"])
        #expect(document.worstFirstHumanMilliseconds ?? .max < 15_000)
        let events = try #require(document.services.first?.moments.first?.events)
        #expect(events.contains { $0.kind == "died" && $0.region == "eu" })
        #expect(events.contains { $0.kind == "paged" && $0.channel == "email" && $0.zone != nil })
    }

    @Test func `without a region that lives the promise is broken, and the remedy is told`() throws
    {
        let report = try report(killed: ["ap", "eu", "us"])
        #expect(report.isFailed)
        let page = page(report)
        #expect(page.contains("checkout: no region is left to page"))
        #expect(page.contains("do: run a node in another region"))
        #expect(page.contains("worst time to a human: never"))
        #expect(report.document.worstFirstHumanMilliseconds == nil)
    }

    @Test func `a policy of one region fails with its people, unless it is best effort`() throws {
        func local(_ request: inout RehearsalRequest) {
            let people = request.roster.people.filter { $0.region == "eu" }.map(\.id)
            request.roster.policies = [
                EscalationPolicy(
                    id: "default",
                    levels: [EscalationLevel(targets: people.map { .person($0) })])
            ]
            request.roster.catchAll = people
            request.takesPeople = true
        }
        let broken = try report(killed: ["eu"], local)
        #expect(broken.isFailed)
        #expect(page(broken).contains("checkout: everybody who is paged is in eu"))
        #expect(page(broken).contains("add a level with people of another region"))
        let relaxed = try report(killed: ["eu"]) { request in
            local(&request)
            for index in request.roster.services.indices {
                request.roster.services[index].coverage = .bestEffort
            }
        }
        #expect(!relaxed.isFailed)
        #expect(page(relaxed).contains("checkout: everybody who is paged is in eu"))
        let reached = try report(killed: ["eu"]) { request in
            local(&request)
            request.takesPeople = false
        }
        #expect(!reached.isFailed)
    }
}
