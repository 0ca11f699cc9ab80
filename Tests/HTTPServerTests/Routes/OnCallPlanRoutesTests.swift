import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import OnCall
import Testing

/// Who comes next, what is covered, how the load is split, and what is said of changes before they
/// count. Mei and Raj have a day each by turns, from midnight UTC; 2026-11-23 is Mei's.
@Suite struct OnCallPlanRoutesTests {
    private func server() -> TestServer {
        let server = TestServer()
        let rotation = Rotation(
            participants: ["mei", "raj"], zone: "UTC", handoff: .daily(at: 0),
            anchor: CivilDate(year: 2026, month: 1, day: 5))
        server.node.change {
            $0.now = Instant(seconds: 1_795_392_000 + 6 * 3_600)
            $0.shifts = [RegionShift(region: "eu", rotation: rotation)]
        }
        return server
    }

    private static let period = "?from=2026-11-23T00:00:00Z&to=2026-11-25T00:00:00Z"

    private func say(
        _ body: String, _ client: any TestClientProtocol
    ) async throws -> Received {
        try await client.api(.post, APIPath.changes, body: body)
    }

    private func stretch(_ kind: String, _ person: String, _ from: String, _ to: String) -> String {
        let schedule = kind == "leave" ? "" : #""schedule":"sun","#
        return #"{"by":"\#(person)","kind":"\#(kind)",\#(schedule)"person":"\#(person)","#
            + #""from":"2026-11-\#(from):00Z","to":"2026-11-\#(to):00Z"}"#
    }

    @Test func `the next turns are told with their begin and end`() async throws {
        try await server().test { client in
            let list: OnCallNextList = try await client.api(
                .get, APIPath.onCallNext + "?count=2"
            ).decoded()
            let turns = try #require(list.schedules.first).turns
            #expect(turns.map { $0.people.map(\.person) } == [["raj"], ["mei"]])
            #expect(turns.map(\.from.description).first == "2026-11-24T00:00:00.000Z")
            #expect(turns[0].to == turns[1].from)
            #expect(turns[1].to?.description == "2026-11-26T00:00:00.000Z")
            let one: OnCallNextList = try await client.api(
                .get, APIPath.onCallNext + "?at=2026-11-24T00:00:00Z"
            ).decoded()
            #expect(one.schedules[0].turns.map(\.people).map { $0.map(\.person) } == [["mei"]])
            for bad in ["?count=0", "?count=21", "?count=x"] {
                let got = try await client.api(.get, APIPath.onCallNext + bad)
                #expect(try got.decoded(Problem.self).field == "count", "\(bad)")
            }
        }
    }

    @Test func `layers are the shifts, each alone, and what changes put in above them`()
        async throws
    {
        let server = TestServer()
        func alone(_ person: PersonID) -> Rotation {
            Rotation(
                participants: [person], zone: "UTC", handoff: .daily(at: 0),
                anchor: CivilDate(year: 2026, month: 1, day: 5))
        }
        server.node.change {
            $0.now = Instant(seconds: 1_795_392_000 + 6 * 3_600)
            let day = DayWindow(from: 8 * 3_600, to: 20 * 3_600)
            $0.shifts = [
                RegionShift(region: "eu", window: day, rotation: alone("mei")),
                RegionShift(region: "us", rotation: alone("raj")),
            ]
        }
        try await server.test { client in
            func schedule(_ query: String) async throws -> TimelineSchedule {
                let timeline: OnCallTimeline = try await client.api(
                    .get, APIPath.timeline + Self.period + query
                ).decoded()
                return try #require(timeline.schedules.first)
            }
            #expect(try await schedule("").layers == nil)
            let layers = try #require(try await schedule("&layers=true").layers)
            #expect(layers.map(\.name) == ["eu", "us"])
            #expect(layers.map { Set($0.duties.map(\.person)) } == [["mei"], ["raj"]])
            _ = try await say(stretch("override", "raj", "23T10:00", "23T12:00"), client)
            let changed = try #require(try await schedule("&layers=true").layers)
            #expect(changed.map(\.name) == ["changes", "eu", "us"])
            #expect(changed[0].duties.map(\.person) == ["raj"])
            #expect(Array(changed.dropFirst()) == layers)
        }
    }

    @Test func `a swap that leaves rest enough is taken, and is in the next turns`() async throws {
        try await server().test { client in
            let asked = stretch("swap", "mei", "23T11:30", "23T12:30")
            #expect(try await say(asked, client).status == 201)
            let roster: RosterAnswer = try await client.api(.get, APIPath.roster).decoded()
            let id = try #require(roster.changes.first?.id)
            let taken = try await client.api(
                .post, APIPath.takeChange(id), body: #"{"by":"raj"}"#)
            #expect(taken.status == 200, "\(taken.text)")
            let list: OnCallNextList = try await client.api(
                .get, APIPath.onCallNext + "?count=3&at=2026-11-23T08:00:00Z"
            ).decoded()
            #expect(
                list.schedules[0].turns.map { $0.people.map(\.person) } == [
                    ["raj"], ["mei"], ["raj"],
                ])
        }
    }

    @Test func `every answer names the time-zone data it was worked out by`() async throws {
        try await server().test { client in
            let paths = [
                APIPath.onCall, APIPath.onCallNext, APIPath.timeline + Self.period,
                APIPath.onCallCoverage + Self.period, APIPath.onCallFairness + Self.period,
                APIPath.coverage,
            ]
            for path in paths {
                let got = try await client.api(.get, path)
                let body = try JSONParser.parse(Array(got.text.utf8))
                #expect(body["tzVersion"] == "2026f", "\(path) \(got.text)")
            }
        }
    }

    @Test func `a plan tells who would be on call when, and what would be without anybody`()
        async throws
    {
        let server = server()
        try await server.test { client in
            func plan(_ body: String) async throws -> ChangePlan {
                try await client.api(.post, APIPath.changePlan, body: body).decoded()
            }
            func told(_ plan: ChangePlan) -> [String] {
                plan.stretches.map { one in
                    let times = [one.from, one.to].map { $0.description.prefix(16).suffix(8) }
                    return "\(times[0])-\(times[1]) \(one.before)>\(one.after)"
                }
            }
            let override = try await plan(stretch("override", "raj", "23T12:00", "24T12:00"))
            #expect(told(override) == ["23T12:00-24T00:00 [\"mei\"]>[\"raj\"]"])
            #expect(override.refusals.isEmpty && override.opened.isEmpty)
            let leave = try await plan(stretch("leave", "mei", "23T12:00", "26T12:00"))
            #expect(leave.kind == "leave" && leave.refusals.isEmpty)
            #expect(leave.stretches.allSatisfy { $0.before == ["mei"] && $0.after != ["mei"] })
            #expect(leave.stretches.map { $0.from }.count == 2)
            let swap = try await plan(stretch("swap", "mei", "23T12:00", "26T00:00"))
            #expect(
                told(swap).map { $0.suffix(15) } == [
                    "[\"mei\"]>[\"mei\"]", "[\"mei\"]>[\"mei\"]",
                ])
            let away = stretch("leave", "raj", "23T00:00", "25T00:00")
            #expect(try await say(away, client).status == 201)
            let refused = try await plan(stretch("override", "raj", "23T12:00", "23T18:00"))
            #expect(refused.refusals.contains { $0.field == "person" })
            // Both away at once: nobody is left, and the services say so.
            let hole = try await plan(stretch("leave", "mei", "23T12:00", "23T18:00"))
            #expect(hole.stretches.map(\.after) == [[]])
            #expect(hole.opened.map(\.service) == ["checkout", "search"] && hole.closed.isEmpty)
            let odd = try await client.api(
                .post, APIPath.changePlan, body: stretch("nap", "mei", "23T12:00", "23T18:00"))
            #expect(try odd.decoded(Problem.self).field == "kind")
        }
        #expect(server.node.ask { $0.control.changes.count } == 1)
    }

    @Test func `coverage counts what is covered, and names the holes`() async throws {
        let server = server()
        try await server.test { client in
            let whole: OnCallCoverage = try await client.api(
                .get, APIPath.onCallCoverage + Self.period
            ).decoded()
            #expect(whole.services.map(\.coveredSeconds) == [172_800, 172_800])
            #expect(whole.services.map(\.coverage) == ["continuous", "continuous"])
            #expect(whole.schedules[0].gaps.isEmpty && whole.schedules[0].coveredSeconds == 172_800)
            // With both on leave nobody stands in, and the leave that opens the hole is told so.
            let first = try await say(stretch("leave", "mei", "23T06:00", "24T12:00"), client)
            #expect(try first.decoded(AcceptanceAnswer.self).warnings == nil)
            let second = try await say(stretch("leave", "raj", "24T06:00", "24T18:00"), client)
            #expect(second.status == 201)
            #expect(
                try second.decoded(AcceptanceAnswer.self).warnings == [
                    "services[checkout]: level 1 would have nobody from 2026-11-24 06:00Z to "
                        + "2026-11-24 12:00Z",
                    "services[search]: level 1 would have nobody from 2026-11-24 06:00Z to "
                        + "2026-11-24 12:00Z",
                ])
            let broken: OnCallCoverage = try await client.api(
                .get, APIPath.onCallCoverage + Self.period
            ).decoded()
            let hole = try #require(broken.services.first?.holes.first)
            #expect(hole.from.description == "2026-11-24T06:00:00.000Z")
            #expect(broken.services[0].coveredSeconds == 172_800 - 6 * 3_600)
            #expect(broken.services[0].demandedSeconds == 172_800)
            #expect(broken.schedules[0].gaps.map(\.reason) == ["everybody is away"])
            let bad = try await client.api(.get, APIPath.onCallCoverage + "?from=x")
            #expect(try bad.decoded(Problem.self).field == "from")
        }
    }

    @Test func `the load of each person and how far they are apart`() async throws {
        try await server().test { client in
            let all: OnCallFairness = try await client.api(
                .get, APIPath.onCallFairness + Self.period + "&schedule=sun"
            ).decoded()
            #expect(all.people.map(\.person) == ["mei", "raj"])
            #expect(all.people.map(\.seconds) == [86_400, 86_400])
            #expect(all.spread.map(\.kind) == ["all", "night", "weekend", "holiday", "outside"])
            #expect(all.spread[0].leastSeconds == all.spread[0].mostSeconds)
            let other = try await client.api(
                .get, APIPath.onCallFairness + Self.period + "&schedule=moon")
            #expect(other.status == 404)
        }
    }

    @Test func `a swap that leaves too little rest is refused by name, and can be forced`()
        async throws
    {
        let server = server()
        try await server.test { client in
            #expect(
                try await say(stretch("swap", "mei", "23T04:00", "23T12:00"), client).status == 201)
            let roster: RosterAnswer = try await client.api(.get, APIPath.roster).decoded()
            let id = try #require(roster.changes.first?.id)
            let refused = try await client.api(
                .post, APIPath.takeChange(id), body: #"{"by":"raj"}"#)
            #expect(refused.status == 409)
            let problem: Problem = try refused.decoded()
            #expect(problem.kind == .rejected && problem.field == "by")
            #expect(
                problem.errors?.map(\.message) == [
                    "raj would have 4 h of rest from 2026-11-23 00:00Z to 2026-11-23 04:00Z, and "
                        + "should have 11 h"
                ])
            #expect(server.node.ask { $0.control.changes.first?.isOpenSwap } == true)
            let forced = try await client.api(
                .post, APIPath.takeChange(id), body: #"{"by":"raj","force":true}"#)
            #expect(forced.status == 200)
            #expect(try forced.decoded(AcceptanceAnswer.self).warnings?.count == 1)
            #expect(server.node.ask { $0.control.changes.first?.isOpenSwap } == false)
        }
    }

    @Test func `an override of somebody who is away is refused, too little rest is told`()
        async throws
    {
        let server = server()
        try await server.test { client in
            let leave = stretch("leave", "raj", "23T08:00", "23T12:00")
            #expect(try await say(leave, client).status == 201)
            let early = stretch("override", "raj", "23T10:00", "23T14:00")
            let refused = try await say(early, client)
            #expect(refused.status == 409)
            let problem: Problem = try refused.decoded()
            #expect(
                problem.errors?.map(\.message) == [
                    "raj is away from 2026-11-23 10:00Z to 2026-11-23 12:00Z"
                ])
            let forced = early.dropLast() + #","force":true}"#
            #expect(try await say(String(forced), client).status == 201)
            let late = try await say(stretch("override", "raj", "23T16:00", "23T20:00"), client)
            #expect(late.status == 201)
            let warnings = try late.decoded(AcceptanceAnswer.self).warnings ?? []
            #expect(warnings.contains { $0.hasPrefix("person: raj would have 4 h of rest") })
        }
    }
}
