import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// The numbers of any period, as JSON and as tables.
struct NumbersRoutesTests {
    private func incidents(_ client: any TestClientProtocol, _ node: MockNode) async throws {
        for (title, key) in [("a", MockNode.key), ("b", MockNode.otherKey), ("c", MockNode.key)] {
            let fired: AcceptanceAnswer = try await client.send(
                .post, "/v1/alerts/\(key)",
                body: #"{"title":"\#(title)","severity":"sev2","dedupKey":"\#(title)"}"#
            ).decoded()
            node.recordPage(try #require(GroupID(hex: fired.incident)), person: "mei")
            node.advance(.seconds(40))
            _ = try await client.api(
                .post, APIPath.acknowledge(fired.incident), body: #"{"by":"mei"}"#)
            node.advance(.hours(24))
        }
    }

    private func read(_ query: String, _ client: any TestClientProtocol) async throws -> Numbers {
        let answer: NumbersAnswer = try await client.api(.get, APIPath.numbers + query).decoded()
        #expect(answer.region == "eu")
        return answer.numbers
    }

    @Test func `a period is any, and filters narrow it`() async throws {
        let server = TestServer()
        try await server.test { client in
            try await incidents(client, server.node)
            let all = try await read("", client)
            #expect(all.rows.map(\.title) == ["a", "b", "c"])
            #expect(all.all.acknowledgeMedianSeconds == 40)
            #expect(all.services.map(\.name) == ["checkout", "search"])
            #expect(all.people.map(\.pages) == [3])
            let begin = all.rows[1].openedAt
            #expect(try await read("?from=\(begin)", client).rows.map(\.title) == ["b", "c"])
            #expect(try await read("?to=\(begin)", client).rows.map(\.title) == ["a"])
            #expect(
                try await read("?from=2000-01-01T00:00:00Z&to=2099-01-01T00:00:00Z", client).rows
                    .count == 3)
            #expect(try await read("?service=search", client).rows.map(\.title) == ["b"])
            #expect(try await read("?region=us", client).rows.isEmpty)
        }
    }

    @Test(arguments: [
        ("?format=csv", nil, "id,title,service"), ("?format=csv&table=people", nil, "person,pages"),
        ("?table=services", "text/csv", "service,incidents"),
        ("?table=regions&format=csv", "application/json", "region,incidents"),
        ("?format=json", "text/csv", "{"), ("", "application/json, text/csv", "{"),
        ("", "text/csv;q=0.9, */*", "id,title,service"), ("", "*/*", "{"), ("", nil, "{"),
    ])
    func `the form is what is asked for or accepted`(
        query: String, accept: String?, begins: String
    ) async throws {
        let server = TestServer()
        try await server.test { client in
            try await incidents(client, server.node)
            var headers = HTTPFields()
            headers[.accept] = accept
            let got = try await client.api(.get, APIPath.numbers + query, headers: headers)
            #expect(got.status == 200)
            #expect(got.text.hasPrefix(begins), "\(got.text.prefix(80))")
            #expect(
                got.headers[.contentType]?.hasPrefix(begins == "{" ? "application" : "text/csv")
                    == true)
        }
    }

    @Test(arguments: [
        ("?from=yesterday", "from"), ("?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
        ("?format=xml", "format"), ("?table=mails", "table"),
    ])
    func `what a query says wrongly is named`(query: String, field: String) async throws {
        try await TestServer().test { client in
            let got = try await client.api(.get, APIPath.numbers + query)
            #expect(got.status == 400)
            #expect(try got.decoded(Problem.self).field == field)
        }
    }
}
