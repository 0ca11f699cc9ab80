import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

/// Command of many incidents in one request.
struct ManyHandoffsRoutesTests {
    private func fire(
        _ key: String, _ client: any TestClientProtocol
    ) async throws -> GroupID {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)",
            body: #"{"title":"\#(key) is slow","severity":"sev4","dedupKey":"\#(key)"}"#
        ).decoded()
        return try #require(GroupID(hex: answer.incident))
    }

    private func post(
        _ step: APIPath.HandoffStep, _ body: String, _ client: any TestClientProtocol
    ) async throws -> Received {
        try await client.api(.post, APIPath.handoffs(step), body: body)
    }

    @Test func `all that somebody commands is offered once, and all of it accepted`() async throws {
        let server = TestServer()
        try await server.test { client in
            var groups: [GroupID] = []
            for key in ["one", "two", "three"] { groups.append(try await fire(key, client)) }
            let (mine, others) = (groups[0...1], groups[2])
            server.node.change { state in
                for group in mine { state.incidents[group]?.commander = "mei" }
                state.incidents[others]?.commander = "raj"
            }
            let offer = #"{"by":"mei","all":true,"to":"raj"}"#
            let offered: HandoffResults = try await post(.offer, offer, client).decoded()
            #expect(Set(offered.results.map(\.incident)) == Set(mine.map(\.description)))
            #expect(offered.results.allSatisfy { $0.acceptance?.durability == "quorum" })
            let again: HandoffResults = try await post(.offer, offer, client).decoded()
            #expect(again.results.isEmpty)

            let none: HandoffResults = try await post(
                .accept, #"{"by":"mei","all":true,"readBack":"all"}"#, client
            ).decoded()
            #expect(none.results.isEmpty)
            // Somebody else of that side may take what was offered to raj.
            let taken: HandoffResults = try await post(
                .accept, #"{"by":"mei","to":"raj","all":true,"readBack":"all of it"}"#, client
            ).decoded()
            #expect(Set(taken.results.map(\.incident)) == Set(mine.map(\.description)))
            let commands = server.node.ask(\.commands).suffix(2)
            for command in commands {
                guard case .handoff(_, .accept(let readBack), let by) = command else {
                    Issue.record("\(command)")
                    continue
                }
                #expect(readBack == "all of it" && by == "mei")
            }
        }
    }

    @Test func `one that is refused does not stop the others, and says why`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire("one", client)
            let ids = #"["\#(group)","ffffffff","no id"]"#
            let found: HandoffResults = try await post(
                .offer, #"{"by":"mei","incidents":\#(ids),"to":"raj"}"#, client
            ).decoded()
            #expect(found.results.map(\.incident) == [group.description, "ffffffff", "no id"])
            #expect(found.results.map { $0.acceptance != nil } == [true, false, false])
            #expect(found.results[1].problem?.kind == .unknownIncident)
            #expect(found.results[2].problem?.kind == .invalidRequest)
            #expect(found.results[2].problem?.remedy.isEmpty == false)
        }
    }

    @Test func `a request that makes no sense names the field`() async throws {
        let server = TestServer()
        let many = (0...Limits.handoffsPerRequestMax).map { _ in #""ffffffff""# }
            .joined(separator: ",")
        try await server.test { client in
            for (step, body, field) in [
                (APIPath.HandoffStep.offer, #"{"by":"mei","to":"raj"}"#, "incidents"),
                (.offer, #"{"by":"mei","to":"raj","incidents":[]}"#, "incidents"),
                (.offer, #"{"by":"mei","to":"raj","incidents":["ff"],"all":true}"#, "incidents"),
                (.offer, #"{"by":"mei","to":"raj","incidents":[7]}"#, "incidents[0]"),
                (.offer, #"{"by":"mei","to":"raj","incidents":"ffff"}"#, "incidents"),
                (.offer, #"{"by":"mei","to":"raj","incidents":[\#(many)]}"#, "incidents"),
                (.offer, #"{"by":"mei","all":true}"#, "to"),
                (.offer, #"{"by":"mei","all":true,"toRegion":"mars"}"#, "toRegion"),
                (.accept, #"{"by":"mei","all":true}"#, "readBack"),
                (.accept, #"{"all":true,"readBack":"all"}"#, "by"),
            ] {
                let got = try await post(step, body, client)
                #expect(got.status == 400)
                #expect(try got.decoded(Problem.self).field == field, "\(body.prefix(90))")
            }
        }
    }

    @Test func `too many incidents are refused before one is looked for`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire("one", client).description
            for (count, status) in [(Limits.handoffsPerRequestMax + 1, 400), (2, 200)] {
                let ids = Array(repeating: "\"\(id.prefix(9).uppercased())\"", count: count)
                let got = try await post(
                    .accept,
                    #"{"by":"mei","readBack":"r","incidents":[\#(ids.joined(separator: ","))]}"#,
                    client)
                #expect(got.status == status)
                guard status == 200 else { continue }
                // Found by its beginning; nothing of it is offered.
                let results: HandoffResults = try got.decoded()
                #expect(results.results.allSatisfy { $0.problem?.kind == .rejected })
            }
            let unknown: HandoffResults = try await post(
                .accept, #"{"by":"mei","readBack":"r","incidents":["ffffffff","", "zz"]}"#, client
            ).decoded()
            #expect(
                unknown.results.map(\.problem?.kind) == [
                    .unknownIncident, .invalidRequest, .invalidRequest,
                ])
        }
    }
}
