import APIModel
import ArgumentParser
import Basics
import Foundation
import Testing

@testable import meridian

/// Turns, gaps and loads, in UTC and by the reader's clocks.
struct OnCallPlanTextsTests {
    private static func time(_ text: String) throws -> Timestamp {
        try #require(Timestamp(text: text))
    }

    private static func person(_ id: String, _ region: String) -> OnCallPersonSummary {
        OnCallPersonSummary(
            person: id, name: id.capitalized, region: region, until: nil, reason: "rotation")
    }

    private func cells(_ line: Substring) -> [String] {
        line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    private func next() throws -> OnCallNextList {
        OnCallNextList(
            region: "eu", rosterVersion: "r1", tzVersion: "2026f",
            at: try Self.time("2026-11-26T06:00:00Z"),
            schedules: [
                OnCallNext(
                    schedule: "sun", name: "Sun",
                    turns: [
                        OnCallTurn(
                            from: try Self.time("2026-11-26T08:00:00Z"),
                            to: try Self.time("2026-11-26T17:00:00Z"),
                            people: [Self.person("ana", "eu"), Self.person("ben", "eu")]),
                        OnCallTurn(
                            from: try Self.time("2026-11-26T17:00:00Z"), to: nil, people: []),
                    ]),
                OnCallNext(schedule: "boss", name: "Boss", turns: []),
            ])
    }

    @Test func `who comes next stands beside when, in UTC and by the reader's clocks`() throws {
        let clock = try ReaderClock(zone: "Asia/Tokyo")
        let lines = OnCallPlanTexts.next(try next(), clock, for: .plain).split(separator: "\n")
        #expect(
            cells(lines[0]) == [
                "SCHEDULE", "NEXT", "REGION", "FROM", "FROM Asia/Tokyo", "IN", "FOR",
            ])
        #expect(
            cells(lines[1]) == [
                "sun", "ana (Ana), ben (Ben)", "eu", "2026-11-26 08:00Z", "Thu 2026-11-26 17:00",
                "2 h", "9 h",
            ])
        #expect(cells(lines[2]).contains("NOBODY") && cells(lines[2]).last == "open end")
        #expect(cells(lines[2]).contains("Fri 2026-11-27 02:00"))
        #expect(cells(lines[3]).prefix(2) == ["boss", "nobody else"])
        let plain = OnCallPlanTexts.next(try next(), .universal, for: .plain)
        #expect(!plain.contains("Thu"))
    }

    private func coverage(_ kind: String) throws -> OnCallCoverage {
        let hole = TimelineGap(
            from: try Self.time("2026-11-26T17:00:00Z"), to: try Self.time("2026-11-26T17:00:01Z"))
        return OnCallCoverage(
            region: "eu", rosterVersion: "r1", tzVersion: "2026f",
            from: try Self.time("2026-11-26T00:00:00Z"),
            to: try Self.time("2026-12-26T00:00:00Z"),
            services: [
                CoveredService(
                    service: "checkout", name: "Checkout", coverage: kind,
                    demandedSeconds: 2_592_000, coveredSeconds: 2_591_999, holes: [hole]),
                CoveredService(
                    service: "reports", name: "Reports", coverage: "business-hours",
                    demandedSeconds: 0, coveredSeconds: 0, holes: []),
            ],
            schedules: [
                CoveredSchedule(
                    schedule: "sun", name: "Sun", coveredSeconds: 2_591_999,
                    gaps: [ScheduleGap(from: hole.from, to: hole.to, reason: "everybody is away")])
            ])
    }

    @Test func `what has a gap is never 100 percent`() throws {
        let text = OnCallPlanTexts.coverage(
            try coverage("continuous"), try ReaderClock(zone: "Europe/Berlin"), for: .plain)
        let lines = text.split(separator: "\n")
        #expect(cells(lines[1]) == ["checkout", "continuous", "99.99 %", "1", "1 s"])
        #expect(cells(lines[2]) == ["reports", "business-hours", "-", "0", "-"])
        #expect(cells(lines[4]) == ["sun", "99.99 %", "1", "1 s"])
        #expect(text.contains("service checkout"))
        #expect(text.contains("Thu 2026-11-26 18:00"))
        #expect(text.contains("everybody is away"))
        #expect(text.hasSuffix("2 in all from 2026-11-26 00:00Z to 2026-12-26 00:00Z, says eu"))
    }

    @Test(arguments: [("continuous", true), ("business-hours", false), ("best-effort", false)])
    func `gaps ends with status 1 where a continuous service has a hole`(
        kind: String, isBroken: Bool
    ) async throws {
        try await ScriptedNode.with(.json(try coverage(kind))) { node in
            var gaps = try #require(
                try Meridian.parseAsRoot([
                    "oncall", "gaps", "--url", node.url, "--token", "t", "--days", "30",
                ]) as? OnCallCommand.Gaps)
            var status = CommandStatus.ok.rawValue
            do { try await gaps.run() } catch let code as ExitCode { status = code.rawValue }
            #expect((status == CommandStatus.failed.rawValue) == isBroken)
            #expect(node.requests.first?.uri.hasPrefix(APIPath.onCallCoverage + "?from=") == true)
        }
    }

    @Test func `loads are hours, with the least and the most beside each other`() {
        func load(_ id: String, _ hours: Int64, night: Int64) -> PersonLoad {
            PersonLoad(
                person: id, name: id, region: "eu", seconds: hours * 3_600,
                nightSeconds: night * 3_600, weekendSeconds: 0, holidaySeconds: 1_800,
                outsideSeconds: night * 7_200)
        }
        let answer = OnCallFairness(
            region: "", rosterVersion: "r1", tzVersion: "2026f", from: Samples.now,
            to: Samples.later(.hours(168)),
            people: [load("ana", 100, night: 30), load("ben", 50, night: 0)],
            spread: [
                LoadSpread(kind: "all", leastSeconds: 180_000, mostSeconds: 360_000),
                LoadSpread(kind: "night", leastSeconds: 0, mostSeconds: 108_000),
                LoadSpread(kind: "weekend", leastSeconds: 0, mostSeconds: 0),
                LoadSpread(kind: "holiday", leastSeconds: 1_800, mostSeconds: 1_800),
                LoadSpread(kind: "outside", leastSeconds: 0, mostSeconds: 216_000),
            ])
        let lines = OnCallPlanTexts.fairness(answer, for: .plain).split(separator: "\n")
        #expect(cells(lines[1]) == ["ana", "eu", "100.0", "67 %", "30.0", "0.0", "0.5", "60.0"])
        #expect(cells(lines[3]) == ["least", "50.0", "0.0", "0.0", "0.5", "0.0"])
        #expect(cells(lines[4]) == ["most", "100.0", "30.0", "0.0", "0.5", "60.0"])
        #expect(cells(lines[5]) == ["apart", "50.0", "30.0", "0.0", "0.0", "60.0"])
    }

    @Test func `the reader's zone is the machine's unless it is named, and a wrong one is refused`()
        throws
    {
        #expect(throws: (any Error).self) { try ReaderClock(zone: "Mars/Olympus") }
        #expect(try ReaderClock(zone: "UTC").heads("FROM").count == 1)
        let tokyo = try ReaderClock(zone: "Asia/Tokyo").words(Samples.now.instant)
        #expect(tokyo == TimeText.utc(Samples.now.instant) + " (Mon 2026-11-23 04:33 Asia/Tokyo)")
        let universal = try ReaderClock(zone: "UTC").words(Samples.now.instant)
        #expect(universal == TimeText.utc(Samples.now.instant))
        let options = try ReaderOptions.parse(["--zone", "Asia/Tokyo"])
        #expect(try options.clock().zone == "Asia/Tokyo")
        let table = OnCallTexts.table(
            Samples.onCall(), try options.clock(), for: .plain
        ).split(separator: "\n")
        #expect(table[0].contains("UNTIL Asia/Tokyo"))
        let until = Samples.later(.minutes(150)).instant
        let local = Timestamp(until + .hours(9)).description
        #expect(table[1].contains("\(local.prefix(10)) \(local.dropFirst(11).prefix(5))"))
    }

    @Test func `several problems are all told, each in a line`() throws {
        let problem = Problem(
            kind: .invalidRequest, detail: "the roster cannot be used: 2 problems", field: "text",
            remedy: "Correct the file.", region: "eu",
            errors: [
                ProblemItem(field: "catchAll", line: 9, message: "is empty", remedy: "name one"),
                ProblemItem(message: "the roster knows no region `ap`"),
            ])
        let call = APICall.get(APIPath.roster)
        let endpoint = try RegionEndpoint(name: "eu", url: "http://127.0.0.1:1")
        let verdict = call.judge(
            .answered(status: 400, body: try APICoding.encode(problem)), at: endpoint)
        guard case .fail(let failure) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(
            failure.description == """
                Error: the roster cannot be used: 2 problems (field text)
                  line 9: catchAll: is empty; name one
                  the roster knows no region `ap`
                  Try: Correct the file.
                """)
    }
}
