import Basics
import Coverage
import Escalation
import Foundation
import IncidentModel
import Testing

/// What people and scripts read.
struct ReportTests {
    private func proof(_ change: (inout World) -> Void = { _ in }) throws -> CoverageProof {
        var world = World()
        change(&world)
        return proveCoverage(
            of: world.roster, zones: try TestZones.zones(), from: try utc("2027-01-04T00:00"),
            to: try utc("2027-01-11T00:00"))
    }

    @Test func `the ladder of one opening is told page by page`() throws {
        let text = CoverageText(try proof(), zones: try TestZones.zones())
        let lines = text.ladders(openingAt: try utc("2027-01-04T23:58")).map(\.text)
        // In Los Angeles it is afternoon, in New York early evening: joe, then zoe, then boss.
        let sev1 = lines.drop { $0 != "default, SEV1" }.prefix(5)
        #expect(
            Array(sev1) == [
                "default, SEV1", "  +0 s  joe by email (level 1, cycle 1)",
                "  +5 min  zoe by email (level 2, cycle 1)",
                "  +10 min  boss by email (level 3, cycle 1)",
                "  +15 min  boss by email (catch-all)",
            ])
        #expect(text.ladders(openingAt: try utc("2027-02-01T00:00")).isEmpty)
    }

    @Test func `a shift that begins while nobody answers has the later pages`() throws {
        let text = CoverageText(try proof { $0.repeats = 1 }, zones: try TestZones.zones())
        let lines = text.ladders(openingAt: try utc("2027-01-05T00:55")).map(\.text)
        // Ap takes over at 01:00 UTC.
        #expect(lines[1] == "  +0 s  joe by email (level 1, cycle 1)")
        #expect(lines[2].hasPrefix("  +5 min  raj by email (level 2") || lines[2].contains("mei"))
        #expect(lines[4].contains("+15 min") && !lines[4].contains("joe"))
    }

    @Test func `the whole page of a sound roster`() throws {
        let lines = CoverageText(try proof(), zones: try TestZones.zones()).lines()
        #expect(lines.first == CoverageLine("1 service proven, with warnings", .warning))
        #expect(
            lines.map(\.text).contains(
                "  checkout  continuous  SEV1      nothing fails  +0 s        +5 min"
                    + "       2027-01-04T00:00Z"))
        #expect(
            lines.map(\.text).contains(
                "  checkout  continuous  SEV3      email fails    never       never"
                    + "        2027-01-04T00:00Z"))
        #expect(lines.contains(CoverageLine("   always")))
        #expect(!lines.contains { $0.text.hasSuffix(" ") })
    }

    @Test func `JSON has the verdict, the findings and the evidence`() throws {
        let report = CoverageReport(try proof())
        let data = try JSONEncoder().encode(report)
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["worst"] as? String == "warning")
        #expect(object["from"] as? String == "2027-01-04T00:00:00.000Z")
        let findings = try #require(object["findings"] as? [[String: Any]])
        #expect(findings.map { $0["kind"] as? String } == ["providerLost"])
        let tables = try #require(object["tables"] as? [[String: Any]])
        #expect(tables.map { $0["severity"] as? String } == ["SEV1", "SEV3"])
        for table in report.tables {
            #expect(table.openings.first?.from == report.from)
            #expect(table.openings.last?.to == report.to)
            #expect(table.openings.allSatisfy { table.ladders.indices.contains($0.ladder) })
            #expect(table.ladders.allSatisfy { $0.last?.level == 0 })
        }
        let worst = try #require(report.services.first?.worst.first)
        #expect(worst.nextPersonSeconds == 300)
    }

    @Test func `gravities have names and an order`() {
        for gravity in CoverageGravity.allCases {
            #expect(CoverageGravity(named: gravity.name) == gravity)
        }
        #expect(CoverageGravity(named: "bad") == nil)
        #expect(CoverageGravity.note < .warning && .warning < .late && .late < .hole)
    }
}
