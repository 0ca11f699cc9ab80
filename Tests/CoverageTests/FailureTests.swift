import Basics
import Coverage
import Escalation
import IncidentModel
import OnCall
import Paging
import Testing

/// Regions and providers that are lost.
struct FailureTests {
    private let relay = PageProvider(channel: .email, name: "relay:25")
    private let backup = PageProvider(channel: .email, name: "backup:25")
    private let twilio = PageProvider(channel: .sms, name: "sms.example.com")

    private func prove(
        _ regions: [(RegionName, [PageProvider])],
        contacts: [Contact] = [Contact(channel: .email, address: "x@example.com")]
    ) throws -> CoverageProof {
        var world = World()
        world.contacts = contacts
        var options = CoverageOptions()
        options.regions = regions.map { RegionProviders(region: $0.0, providers: $0.1) }
        return proveCoverage(
            of: world.roster, zones: try TestZones.zones(), from: try utc("2027-01-04T00:00"),
            to: try utc("2027-01-11T00:00"), options: options)
    }

    private func first(
        _ scenario: CoverageScenario, _ proof: CoverageProof
    ) throws -> Span? {
        let worst = try #require(proof.services.first?.worst)
        return try #require(worst.first { $0.scenario == scenario && $0.severity == .sev1 }).first
    }

    @Test func `with two providers everywhere a failure costs seconds, and nothing is found`()
        throws
    {
        let both = [relay, backup]
        let proof = try prove([("ap", both), ("eu", both), ("us", both)])
        #expect(proof.findings.isEmpty && !proof.isAssumingProviders)
        #expect(try first(.everythingWorks, proof) == .zero)
        // G0: the next region's turn.
        #expect(try first(.regionLost("eu"), proof) == .seconds(2))
        // The other provider, after the first has failed.
        #expect(try first(.providerLost(relay), proof) == .seconds(6))
    }

    @Test func `where few regions can send, others may have their turns before`() throws {
        let both = [relay, backup]
        let proof = try prove([("ap", both), ("eu", both), ("us", []), ("sa", [])])
        // Owned by us: sa has no provider either and may rank first; then eu or ap.
        #expect(try first(.everythingWorks, proof) == .seconds(2 + 2))
        #expect(try first(.regionLost("eu"), proof) == .seconds(2 + 2 * 2))
    }

    @Test func `the only provider of everybody's only channel is a hole`() throws {
        let proof = try prove([("ap", [relay]), ("eu", [relay]), ("us", [relay])])
        let finding = try #require(proof.findings.first)
        #expect(proof.findings.count == 1)
        #expect(finding.kind == .providerLost && finding.gravity == .hole)
        #expect(finding.people.count == 7)
        #expect(finding.text.hasPrefix("if email (relay:25) fails, "))
        #expect(finding.remedy.contains("a second contact (sms and voice)"))
        #expect(try first(.providerLost(relay), proof) == nil)
        let lines = CoverageText(proof, zones: try TestZones.zones()).lines().map(\.text)
        #expect(lines.first == "1 service, a single failure silences some")
    }

    @Test func `a channel that one region has is that region's hole`() throws {
        let sms = [Contact(channel: .sms, address: "+4912345")]
        let proof = try prove(
            [("ap", [relay]), ("eu", [relay, twilio]), ("us", [])], contacts: sms)
        let finding = try #require(proof.findings.first { $0.kind == .regionLost })
        #expect(finding.gravity == .hole && finding.text.hasPrefix("if eu is lost, "))
        #expect(finding.remedy == "add a provider of sms at another region")
    }

    @Test func `a contact in reserve makes it a matter of minutes`() throws {
        let contacts = [
            Contact(channel: .sms, address: "+4912345"),
            Contact(channel: .email, address: "x@example.com", delay: .minutes(2)),
        ]
        let both = [relay, backup, twilio]
        let proof = try prove([("ap", both), ("eu", both), ("us", both)], contacts: contacts)
        let finding = try #require(proof.findings.first)
        #expect(finding.kind == .providerLost && finding.gravity == .late)
        #expect(finding.people.isEmpty)
        #expect(finding.text == "if sms (sms.example.com) fails, the first page is at +2 min")
        #expect(finding.remedy == "add a second provider of sms")
    }

    @Test func `without any provider nobody can be reached`() throws {
        let proof = try prove([("ap", []), ("eu", []), ("us", [])])
        #expect(proof.findings.first?.kind == .unreachable)
        #expect(proof.worst == .hole)
        #expect(proof.services.first?.holes.first?.length == .hours(168))
        #expect(proof.findings.contains { $0.kind == .noProvider && $0.people.count == 7 })
    }
}
