import APIModel
import Testing

@testable import meridian

/// What `incident verify` makes of what regions say.
struct VerifyReportTests {
    private func told(
        _ name: String, digests: [String], brokenAt: UInt64? = nil
    ) throws -> (endpoint: RegionEndpoint, result: Result<TimelineAnswer, CommandFailure>) {
        var answer = Samples.timeline()
        let pattern = answer.entries[0]
        answer.entries = digests.enumerated().map { place, digest in
            var entry = pattern
            (entry.index, entry.digest) = (UInt64(place + 1), digest)
            return entry
        }
        answer.chain = TimelineChainSummary(
            verified: UInt64(digests.count), committed: UInt64(digests.count), brokenAt: brokenAt,
            isWhole: true, head: digests.last ?? "")
        return (try RegionEndpoint(name: name, url: "http://127.0.0.1:1"), .success(answer))
    }

    @Test func `a region that lags behind agrees as far as it has come`() throws {
        let report = VerifyReport(
            incident: "ab",
            told: try [told("eu", digests: ["a", "b"]), told("us", digests: ["a"])])
        #expect(report.agree)
        #expect(report.regions.map(\.differsAt) == [nil, nil])
    }

    @Test func `words that differ under one digest are no agreement`() throws {
        let one = try told("eu", digests: ["a", "b"])
        var other = try told("us", digests: ["a", "b"])
        other.result = other.result.map { answer in
            var answer = answer
            answer.entries[0].text += "!"
            return answer
        }
        let report = VerifyReport(incident: "ab", told: [one, other])
        #expect(!report.agree)
        #expect(report.regions[1].differsAt == 1)
    }

    @Test func `what differs, is broken or silent is no agreement`() throws {
        let differs = VerifyReport(
            incident: "ab",
            told: try [
                told("eu", digests: ["a", "b", "c"]), told("us", digests: ["a", "x", "y"]),
            ])
        #expect(!differs.agree)
        #expect(differs.regions[1].differsAt == 2)
        let broken = try told("eu", digests: ["a"], brokenAt: 1)
        #expect(!VerifyReport(incident: "ab", told: [broken]).agree)
        let silent = (
            endpoint: try RegionEndpoint(name: "ap", url: "http://127.0.0.1:1"),
            result: Result<TimelineAnswer, CommandFailure>.failure(
                CommandFailure(.unreachable, "ap does not answer"))
        )
        let good = try told("eu", digests: ["a"])
        #expect(!VerifyReport(incident: "ab", told: [good, silent]).agree)
        #expect(VerifyReport(incident: "ab", told: [good]).agree)
    }
}
