import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// A request that is sent again acts once.
@Suite struct IdempotencyTests {
    private func fire(_ client: any TestClientProtocol) async throws -> String {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t","severity":"sev2"}"#
        ).decoded()
        return answer.incident
    }

    private func note(
        _ client: any TestClientProtocol, _ id: String, key: String, _ text: String = "seen"
    ) async throws -> Received {
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        return try await client.api(
            .post, APIPath.notes(id), body: #"{"by":"mei","text":"\#(text)"}"#,
            headers: [name: key])
    }

    @Test func `the same key acts once, and is answered as a repeat`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client)
            for isRepeat in [false, true, true] {
                let got = try await note(client, id, key: "a")
                #expect(got.status == 200)
                #expect(try got.decoded(AcceptanceAnswer.self).isRepeat == isRepeat)
            }
            // Another key, and the same key with something else to say, are other requests.
            _ = try await note(client, id, key: "b")
            _ = try await note(client, id, key: "a", "seen again")
            let timeline: TimelineAnswer = try await client.api(
                .get, APIPath.timeline(id) + "?kind=note"
            ).decoded()
            #expect(timeline.entries.count == 3)
        }
    }

    @Test func `without a key, every request is another one`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client)
            for _ in 1...2 {
                let got = try await note(client, id, key: " ")
                #expect(try !got.decoded(AcceptanceAnswer.self).isRepeat)
            }
        }
    }

    @Test func `a key that is too long is named`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client)
            let got = try await note(client, id, key: String(repeating: "k", count: 256))
            #expect(got.status == 400)
            #expect(try got.decoded(Problem.self).field == "Idempotency-Key")
            #expect(server.node.ask(\.commands).isEmpty)
        }
    }
}
