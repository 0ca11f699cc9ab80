import APIModel
import Basics
import Escalation
import Foundation
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

/// Rosters, overrides and handoffs through the API.
struct RosterVersionRoutesTests {
    private let text = "regions: []\n# as written  \n"

    private func fire(
        _ key: String, _ client: any TestClientProtocol
    ) async throws -> (id: String, group: GroupID) {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)",
            body: #"{"title":"\#(key) is slow","severity":"sev4","dedupKey":"\#(key)"}"#
        ).decoded()
        return (answer.incident, try #require(GroupID(hex: answer.incident)))
    }

    private func apply(_ client: any TestClientProtocol, _ more: String = "") async throws
        -> Received
    {
        try await client.api(
            .post, APIPath.roster,
            body: #"{"text":"regions: []\n# as written  \n","by":"mei","reason":"new"\#(more)}"#)
    }

    @Test func `a roster is kept byte for byte, and every version can be had again`() async throws {
        let server = TestServer()
        try await server.test { client in
            #expect(try await apply(client).status == 200)
            let version = server.node.ask { $0.control.current?.document }
            #expect(version?.text == text)
            #expect(version?.base == MockNode.sampleRoster.version)
            let name = try #require(version?.version)
            let old: RosterTextAnswer = try await client.api(.get, APIPath.rosterVersion(name))
                .decoded()
            #expect(old.text == text)
            let missing = try await client.api(.get, APIPath.rosterVersion("zz"))
            #expect(missing.status == 404)
        }
    }

    @Test func `what is wrong or opens a hole is refused, and force accepts a hole`() async throws {
        let server = TestServer()
        try await server.test { client in
            server.node.change {
                $0.rosterHoles = [
                    ProblemItem(field: "services[checkout]", message: "nobody at night")
                ]
            }
            let hole = try await apply(client)
            #expect(hole.status == 409)
            #expect(try hole.decoded(Problem.self).field == "text")
            #expect(
                try hole.decoded(Problem.self).errors?.map(\.description) == [
                    "services[checkout]: nobody at night"
                ])
            #expect(try await apply(client, #","force":true"#).status == 200)
            server.node.change {
                $0.rosterProblems = [
                    ProblemItem(
                        field: "catchAll[1]", line: 3, message: "no such person",
                        remedy: "name another"),
                    ProblemItem(message: "the roster knows no region `ap`"),
                ]
            }
            let wrong = try await apply(client, #","force":true"#)
            #expect(wrong.status == 400)
            let problem: Problem = try wrong.decoded()
            #expect(problem.detail == "the roster cannot be used: 2 problems")
            #expect(
                problem.errors?.map(\.description) == [
                    "line 3: catchAll[1]: no such person; name another",
                    "the roster knows no region `ap`",
                ])
            let ours = try JSONSerialization.jsonObject(with: Data(wrong.text.utf8))
            let first = ((ours as? [String: Any])?["errors"] as? [[String: Any]])?.first
            #expect(first?["line"] as? Int == 3 && first?["field"] as? String == "catchAll[1]")
        }
    }

    @Test func `overrides, leave and swaps name the field that is wrong`() async throws {
        let server = TestServer()
        try await server.test { client in
            for (body, field) in [
                (#"{"by":"mei","kind":"override","schedule":"sun"}"#, "to"),
                (#"{"by":"mei","kind":"nap","to":"2027-01-01T00:00:00Z"}"#, "kind"),
                (#"{"by":"mei","kind":"swap","to":"2027-01-01T00:00:00Z"}"#, "schedule"),
                (#"{"by":"mei","kind":"leave","to":"tomorrow"}"#, "to"),
                (
                    #"{"by":"mei","kind":"leave","person":"who","to":"2027-01-01T00:00:00Z"}"#,
                    "person"
                ),
            ] {
                let got = try await client.api(.post, APIPath.changes, body: body)
                #expect(try got.decoded(Problem.self).field == field, "\(body)")
            }
            let got = try await client.api(
                .post, APIPath.changes,
                body: #"{"by":"mei","kind":"leave","to":"2027-01-01T00:00:00Z","reason":"ill"}"#)
            #expect(got.status == 201)
            let answer: RosterAnswer = try await client.api(.get, APIPath.roster).decoded()
            let change = try #require(answer.changes.first)
            #expect(change.kind == "leave" && change.person == "mei" && change.reason == "ill")
            let back = try await client.api(
                .post, APIPath.cancelChange(change.id), body: #"{"by":"mei"}"#)
            #expect(back.status == 200)
            let after: RosterAnswer = try await client.api(.get, APIPath.roster).decoded()
            #expect(after.changes.isEmpty)
        }
    }

    @Test func `a handoff goes from offer to acceptance through the API`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await fire("one", client)
            func post(_ step: APIPath.HandoffStep, _ body: String) async throws -> Received {
                try await client.api(.post, APIPath.handoff(group.id, step), body: body)
            }
            let nobody = try await post(.offer, #"{"by":"mei"}"#)
            #expect(try nobody.decoded(Problem.self).field == "to")
            let silent = try await post(.accept, #"{"by":"mei"}"#)
            #expect(try silent.decoded(Problem.self).field == "readBack")
            #expect(try await post(.offer, #"{"by":"mei","to":"raj","brief":"b"}"#).status == 200)
            let open: HandoffList = try await client.api(.get, APIPath.handoffs).decoded()
            #expect(open.handoffs.map(\.state) == ["open"])
            #expect(open.handoffs.first?.briefs.map(\.text) == ["b"])
            #expect(open.commands.map(\.incident) == [group.id])
            #expect(try await post(.decline, #"{"by":"raj","reason":"no"}"#).status == 200)
            let all: HandoffList = try await client.api(
                .get, "\(APIPath.handoffs)?all=true&incident=\(group.id)"
            ).decoded()
            #expect(all.handoffs.map(\.state) == ["declined"])
            let brief: BriefAnswer = try await client.api(.get, APIPath.brief(group.id)).decoded()
            #expect(brief.text.contains("Command: nobody yet"))
        }
    }
}
