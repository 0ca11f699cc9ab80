import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// Lists by pages, filters, tags and labels.
@Suite struct PagingTests {
    private func fire(
        _ client: any TestClientProtocol, _ title: String, severity: String = "sev2",
        key: String = MockNode.key
    ) async throws -> String {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(key)",
            body: #"{"title":"\#(title)","severity":"\#(severity)","dedupKey":"\#(title)"}"#
        ).decoded()
        return answer.incident
    }

    private func titles(_ client: any TestClientProtocol, _ query: String) async throws -> [String]
    {
        let list: IncidentList = try await client.api(.get, APIPath.incidents + query).decoded()
        return list.incidents.map(\.title)
    }

    @Test func `pages of one row are the whole list, whatever is added behind them`() async throws {
        let server = TestServer()
        try await server.test { client in
            for (title, severity) in [("a", "sev3"), ("b", "sev1"), ("c", "sev2"), ("d", "sev2")] {
                _ = try await fire(client, title, severity: severity)
            }
            for title in ["b", "d"] {
                _ = try await client.send(
                    .post, "/v1/alerts/\(MockNode.key)",
                    body: #"{"dedupKey":"\#(title)","status":"ok"}"#)
            }
            let whole = try await titles(client, "?all=true")
            #expect(whole == ["c", "a", "d", "b"])
            var paged: [String] = []
            var cursor: String? = ""
            while let at = cursor {
                let query = "?all=true&limit=1" + (at.isEmpty ? "" : "&cursor=\(at)")
                let page: IncidentList = try await client.api(.get, APIPath.incidents + query)
                    .decoded()
                paged += page.incidents.map(\.title)
                // Worse than what was read: it is not found by going on.
                if at.isEmpty { _ = try await fire(client, "new", severity: "sev1") }
                cursor = page.next
            }
            #expect(paged == whole)
        }
    }

    @Test(
        arguments: [
            ("?severity=SEV1", ["worst"]), ("?severity=sev1,SEV4", ["worst", "mild"]),
            ("?severityAtLeast=SEV2", ["worst", "slow database"]), ("?service=search", ["mild"]),
            ("?service=search,checkout&severity=SEV2", ["slow database"]),
            ("?text=DataBase", ["slow database"]), ("?status=acknowledged", ["worst"]),
            ("?status=resolved", ["over"]), ("?commander=raj", ["mild"]), ("?owner=us", []),
            ("?owner=eu&text=mild", ["mild"]), ("?since=2100-01-01T00:00:00Z", []),
            ("?until=2100-01-01T00:00:00Z&severity=SEV1", ["worst"]), ("?text=", nil),
            ("?since=2026-01-01T00:00:00%2B02:00&severity=SEV4", ["mild"]),
        ] as [(String, [String]?)])
    func `filters narrow the list`(query: String, expected: [String]?) async throws {
        let server = TestServer()
        try await server.test { client in
            let worst = try await fire(client, "worst", severity: "sev1")
            _ = try await fire(client, "slow database")
            let mild = try await fire(client, "mild", severity: "sev4", key: MockNode.otherKey)
            _ = try await fire(client, "over")
            _ = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"dedupKey":"over","status":"ok"}"#)
            _ = try await client.api(.post, APIPath.acknowledge(worst), body: #"{"by":"mei"}"#)
            server.node.change { state in
                guard let group = GroupID(hex: mild) else { return }
                state.incidents[group]?.commander = "raj"
            }
            let all = ["worst", "slow database", "mild"]
            #expect(try await titles(client, query) == expected ?? all)
        }
    }

    @Test(arguments: [
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"),
        ("cursor=x", "cursor"), ("cursor=t.1", "cursor"), ("cursor=i.1.2", "cursor"),
        ("cursor=i.0.0.0.0.zz", "cursor"), ("cursor=i.0.0.0.0.%C3%A4", "cursor"),
        ("status=asleep", "status"), ("severity=9", "severity"),
        ("severityAtLeast=bad", "severityAtLeast"), ("since=yesterday", "since"),
        ("until=9999-99-99T00:00:00Z", "until"), ("all=perhaps", "all"),
    ])
    func `what a query says wrongly is named`(query: String, field: String) async throws {
        try await TestServer().test { client in
            let got = try await client.api(.get, "\(APIPath.incidents)?\(query)")
            #expect(got.status == 400, "\(got.text)")
            #expect(try got.decoded(Problem.self).field == field)
        }
    }

    @Test func `a timeline is read by pages from either end, and filtered`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            for number in 1...5 {
                _ = try await client.api(
                    .post, APIPath.notes(id), body: #"{"by":"mei","text":"note \#(number)"}"#)
            }
            let whole: TimelineAnswer = try await client.api(.get, APIPath.timeline(id)).decoded()
            for order in ["oldest", "newest"] {
                var read: [TimelineItem] = []
                var cursor: String? = ""
                while let at = cursor {
                    let page: TimelineAnswer = try await client.api(
                        .get,
                        APIPath.timeline(id) + "?order=\(order)&limit=2"
                            + (at.isEmpty ? "" : "&cursor=\(at)")
                    ).decoded()
                    #expect(page.entries.count <= 2)
                    read += page.entries
                    cursor = page.next
                }
                #expect(read == (order == "oldest" ? whole.entries : whole.entries.reversed()))
            }
            let notes: TimelineAnswer = try await client.api(
                .get, APIPath.timeline(id) + "?kind=note,opened&text=NOTE%203&region=eu"
            ).decoded()
            #expect(notes.entries.map(\.text).count == 1)
            #expect(notes.next == nil)
            let odd = try await client.api(.get, APIPath.timeline(id) + "?order=random")
            #expect(try odd.decoded(Problem.self).field == "order")
        }
    }

    @Test func `an answer that says nothing new is not sent again`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            for path in [APIPath.incidents, APIPath.incident(id), APIPath.cluster] {
                let first = try await client.api(.get, path)
                let tag = try #require(first.headers[.eTag])
                #expect(first.headers[.cacheControl] == "private, no-cache")
                server.node.advance(.minutes(1))
                for known in [tag, "*", "\"x\", \(tag)", String(tag.dropFirst(2))] {
                    let again = try await client.api(.get, path, headers: [.ifNoneMatch: known])
                    #expect(again.status == 304, "\(path) \(known)")
                    #expect(again.text.isEmpty)
                    #expect(again.headers[.eTag] == tag)
                }
                let other = try await client.api(.get, path, headers: [.ifNoneMatch: "\"x\""])
                #expect(other.status == 200)
            }
            let tag = try #require(try await client.api(.get, APIPath.incident(id)).headers[.eTag])
            _ = try await client.api(.post, APIPath.acknowledge(id), body: #"{"by":"mei"}"#)
            let changed = try await client.api(
                .get, APIPath.incident(id), headers: [.ifNoneMatch: tag])
            #expect(changed.status == 200)
            #expect(changed.headers[.eTag] != tag)
        }
    }

    @Test func `answers say how much they know`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            let got = try await client.api(.get, APIPath.timeline(id))
            func header(_ name: String) throws -> String? {
                got.headers[try #require(HTTPField.Name(name))]
            }
            #expect(try header("Meridian-Region") == "eu")
            #expect(try header("Meridian-Incident") == id)
            #expect(try header("Meridian-Epoch") == "4")
            #expect(try header("Meridian-Index") == "1")
            #expect(try header("Meridian-Unmerged-Facts") == "0")
            #expect(try header("Meridian-Majority") == "no")
            #expect(try header("Meridian-Stale-Since") == nil)
        }
    }
}
