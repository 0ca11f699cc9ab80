import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// What people write down while they work, through the API.
struct WorkRoutesTests {
    private func fire(_ client: any TestClientProtocol) async throws -> String {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)",
            body: #"{"title":"it is slow","severity":"sev4","dedupKey":"one"}"#
        ).decoded()
        return answer.incident
    }

    private func detail(_ id: String, _ client: any TestClientProtocol) async throws
        -> IncidentDetail
    {
        try await client.api(.get, APIPath.incident(id)).decoded()
    }

    @Test func `a step of a runbook is written down with its end`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client)
            func step(_ state: String, _ kind: String = "step") async throws -> Received {
                try await client.api(
                    .post, APIPath.work(id),
                    body: """
                        {"by":"mei","kind":"\(kind)","text":"disk-full 2: Grow it","state":"\(state)",
                        "outcome":"quota"}
                        """)
            }
            #expect(try await step("failed").status == 200)
            let item = try #require(try await detail(id, client).work.first)
            #expect(item.state == "failed" && item.outcome == "quota" && item.endedBy == "mei")
            let timeline: TimelineAnswer = try await client.api(
                .get, APIPath.timeline(id) + "?kind=work"
            ).decoded()
            #expect(
                timeline.entries.map(\.text)
                    == ["mei: step: disk-full 2: Grow it did not work: quota"])
            for (state, kind) in [("dropped", "step"), ("failed", "action"), ("done", "impact")] {
                let refused = try await step(state, kind)
                #expect(refused.status == 400)
                #expect(try refused.decoded(Problem.self).field == "state")
            }
        }
    }

    @Test func `an action is written down, changed, done, and goes on after all`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client)
            let begun = try await client.api(
                .post, APIPath.work(id),
                body: """
                    {"by":"mei","kind":"action","text":"roll back","owner":"raj",
                    "due":"2026-12-24T03:00:00Z"}
                    """)
            #expect(begun.status == 200)
            let item = try #require(try await detail(id, client).work.first)
            #expect(item.kind == "action" && item.owner == "raj" && item.state == "open")
            #expect(item.due == Timestamp(text: "2026-12-24T03:00:00Z"))
            func post(_ path: String, _ body: String) async throws -> Received {
                try await client.api(.post, path, body: body)
            }
            #expect(
                try await post(APIPath.workItem(id, item.id), #"{"by":"raj","owner":"mei"}"#)
                    .status == 200)
            #expect(try await detail(id, client).work.first?.owner == "mei")
            #expect(try await detail(id, client).work.first?.text == "roll back")
            let end = APIPath.workEnd(id, item.id)
            let wrong = try await post(end, #"{"by":"mei","state":"ruled-out"}"#)
            #expect(wrong.status == 400)
            #expect(try wrong.decoded(Problem.self).field == "state")
            #expect(
                try await post(end, #"{"by":"mei","state":"done","outcome":"ok"}"#).status == 200)
            let number = try #require(item.id.split(separator: ".").last)
            let short = try await post(
                APIPath.workItem(id, String(number)), #"{"by":"raj","text":"roll back now"}"#)
            #expect(short.status == 200, "the number at its end will do")
            let unknown = try await post(APIPath.workItem(id, "m.99"), #"{"by":"raj","text":"x"}"#)
            #expect(unknown.status == 404)
            let done = try await detail(id, client).work.first
            #expect(done?.state == "done" && done?.outcome == "ok" && done?.endedBy == "mei")
            #expect(try await post(end, #"{"by":"mei","state":"open"}"#).status == 200)
            #expect(try await detail(id, client).work.first?.state == "open")
        }
    }

    @Test(arguments: [
        (#"{"by":"mei","text":"x"}"#, "kind"), (#"{"by":"mei","kind":"guess","text":"x"}"#, "kind"),
        (#"{"by":"mei","kind":"action"}"#, "text"),
        (#"{"by":"mei","kind":"action","text":"x","owner":"nobody"}"#, "owner"),
        (#"{"by":"mei","kind":"action","text":"x","due":"soon"}"#, "due"),
        (#"{"by":"mei","kind":"update","text":"x"}"#, "audience"),
        (#"{"by":"mei","kind":"update","text":"x","audience":"mum"}"#, "audience"),
        (#"{"by":"mei","kind":"action","text":"x","audience":"customers"}"#, "audience"),
        (#"{"by":"stranger","kind":"action","text":"x"}"#, "by"),
    ])
    func `what makes no sense is refused by its field`(body: String, field: String) async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client)
            let answer = try await client.api(.post, APIPath.work(id), body: body)
            #expect(answer.status == 400)
            #expect(try answer.decoded(Problem.self).field == field)
        }
    }

    @Test func `how far people are is asked for as a field, with a reason`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client)
            let silent = try await client.api(
                .post, APIPath.phase(id), body: #"{"by":"mei","phase":"mitigated"}"#)
            #expect(try silent.decoded(Problem.self).field == "reason")
            let wrong = try await client.api(
                .post, APIPath.phase(id), body: #"{"by":"mei","phase":"fine","reason":"r"}"#)
            #expect(try wrong.decoded(Problem.self).field == "phase")
            let said = try await client.api(
                .post, APIPath.phase(id), body: #"{"by":"mei","phase":"mitigated","reason":"r"}"#)
            #expect(said.status == 200)
            #expect(try await detail(id, client).proposals.map(\.what) == ["mitigated"])
        }
    }
}
