import ArgumentParser
import APIModel
import Alerting
import Basics
import ClusterSetup
import ConfigFiles
import Coverage
import Escalation
import Foundation
import OnCall
import Testing

@testable import meridian

struct RosterInitTests {
    private static let zones = Result { try ZoneFiles.load() }

    private func roster(_ template: TeamTemplate) throws -> Roster {
        try RosterFile.load(
            text: template.roster(regions: template.usualRegions), file: template.rawValue,
            zones: try Self.zones.get()
        ) { Issue.record("\(template.rawValue) has a warning: \($0)") }
    }

    /// Twelve weeks in which clocks change on three continents.
    @Test(arguments: TeamTemplate.allCases)
    func `a template makes sense as it is, and keeps the coverage it promises`(
        template: TeamTemplate
    ) throws {
        let roster = try roster(template)
        let isOffice = template == .businessHours
        #expect(
            roster.services.allSatisfy {
                $0.coverage == (isOffice ? .businessHours : .continuous)
            })
        let start = Instant(
            seconds: CivilDate(year: 2027, month: 2, day: 15).daysSinceEpoch * 86_400)
        let proof = proveCoverage(
            of: roster, zones: try Self.zones.get(), from: start, to: start + .hours(12 * 168),
            options: CoverageOptions())
        let bad = proof.findings.filter { $0.gravity >= .late }
        #expect(bad.isEmpty, "\(bad.map(\.text))")
        #expect(proof.services.count == 2)
    }

    @Test func `shapes differ in what they are named for`() throws {
        let pair = try roster(.primarySecondary)
        #expect(pair.schedules.map { $0.shifts[0].rotation.offset } == [0, 1])
        let office = try roster(.businessHours)
        #expect(office.schedules.map(\.fallback) == [.nobody])
        #expect(office.regions[0].holidays.count == 2)
        let central = try roster(.centralised)
        let firsts = central.policies.map { $0.levels[0].targets }
        #expect(firsts == [[.schedule("operators")], [.schedule("operators")]])
        let integrated = try roster(.integrated)
        #expect(
            integrated.policies.map { $0.levels[0].targets } == [
                [.schedule("checkout-team")], [.schedule("search-team")],
            ])
        #expect(try roster(.followTheSun3).schedules[0].shifts.count == 3)
        #expect(try roster(.followTheSun2).schedules[0].shifts.count == 2)
        #expect(try roster(.weekly).schedules.count == 1)
    }

    @Test func `integration keys are new each time`() throws {
        let keys = try (0..<2).flatMap { _ in
            try roster(.weekly).integrations.map(\.secret)
        }
        #expect(Set(keys).count == 4)
    }

    private func run(_ line: [String]) throws {
        var command = try #require(
            try Meridian.parseAsRoot(["roster", "init"] + line) as? RosterCommand.Init)
        try command.run()
    }

    @Test func `a file is written for its owner only, and is not overwritten unless forced`() throws
    {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "roster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path + "/roster.yaml"
        let line = ["--template", "weekly", "--region", "hq=America/Chicago", "--out", path]
        try run(line)
        let first = try String(contentsOfFile: path, encoding: .utf8)
        let known = try RosterFile.load(text: first, file: path, zones: try Self.zones.get())
        #expect(known.regions.map(\.zone) == ["America/Chicago"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let refused = #expect(throws: CommandFailure.self) { try run(line) }
        #expect(refused?.remedy.contains("--force") == true)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == first)
        try run(line + ["--force"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) != first)
        let unknown = #expect(throws: ConfigError.self) {
            try run(["--template", "weekly", "--region", "hq=Mars/Olympus", "--out", path])
        }
        #expect(unknown?.problems.first?.field == "regions[hq].zone")
    }

    @Test func `all templates are listed with a line each`() {
        let lines = RosterTexts.templates(for: .plain).split(separator: "\n")
        #expect(lines.count == 8)
        for template in TeamTemplate.allCases {
            #expect(lines.contains { $0.hasPrefix(template.rawValue + " ") })
        }
    }
}
