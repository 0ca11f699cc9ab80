import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

/// Pages, conflicts, offers, facts and runbooks are read by pages and narrowed as incidents are.
struct ListPagingTests {
    /// Three incidents with a page, a conflict and an offer each; the first one's offer is declined.
    private func server(_ client: any TestClientProtocol, _ node: MockNode) async throws -> [String]
    {
        var ids: [String] = []
        for (title, person) in [("a", "mei"), ("b", "raj"), ("c", "mei")] {
            let fired: AcceptanceAnswer = try await client.send(
                .post, "/v1/alerts/\(title == "c" ? MockNode.otherKey : MockNode.key)",
                body: #"{"title":"\#(title)","severity":"sev2","dedupKey":"\#(title)"}"#
            ).decoded()
            let group = try #require(GroupID(hex: fired.incident))
            node.recordPage(group, person: PersonID(person))
            node.change { state in
                guard var incident = state.incidents[group] else { return }
                let decision = Decision(
                    group: group, previousEnd: .zero, rule: title == "b" ? .phases : .severities,
                    inputs: [],
                    outcome: title == "b"
                        ? .phase(.investigating)
                        : .severity(.sev1, isExact: true, through: HybridTime(state.now)),
                    reason: "r")
                incident.applyDecisions(
                    [decision], in: "eu", at: HybridTime(state.now), index: incident.lastIndex + 1)
                state.incidents[group] = incident
            }
            let to = person == "mei" ? "raj" : "mei"
            _ = try await client.api(
                .post, APIPath.handoff(fired.incident, .offer),
                body: #"{"by":"\#(person)","to":"\#(to)","brief":"b"}"#)
            node.advance(.minutes(1))
            ids.append(fired.incident)
        }
        _ = try await client.api(
            .post, APIPath.handoff(ids[0], .decline), body: #"{"by":"raj","reason":"ill"}"#)
        return ids
    }

    /// What a list says row by row, read whole and by pages of one row.
    private func rows<List: Decodable & Sendable>(
        _ path: String, _ query: String, _ client: any TestClientProtocol,
        _ rows: (List) -> [String], _ next: (List) -> String?
    ) async throws -> [String] {
        func read(_ more: [String]) async throws -> List {
            let all = ([query] + more).filter { !$0.isEmpty }.joined(separator: "&")
            return try await client.api(.get, all.isEmpty ? path : "\(path)?\(all)").decoded()
        }
        let whole = try await read([])
        #expect(next(whole) == nil)
        var (paged, cursor): ([String], String?) = ([], "")
        while let at = cursor {
            let page = try await read(["limit=1"] + (at.isEmpty ? [] : ["cursor=\(at)"]))
            #expect(rows(page).count <= 1)
            paged += rows(page)
            cursor = next(page)
        }
        #expect(paged == rows(whole), "\(path) \(query)")
        return paged
    }

    @Test(arguments: [
        ("", ["c", "b", "a"]), ("person=mei", ["c", "a"]), ("state=delivered", ["c", "b", "a"]),
        ("state=trying,failed", []), ("channel=sms", []), ("channel=email&person=raj", ["b"]),
        ("since=2100-01-01T00:00:00Z", []), ("until=2100-01-01T00:00:00Z&person=raj", ["b"]),
    ])
    func `pages`(query: String, expected: [String]) async throws {
        let server = TestServer()
        try await server.test { client in
            let ids = try await self.server(client, server.node)
            func read(_ query: String) async throws -> [String] {
                try await rows(
                    APIPath.pages, query, client, { (list: PageList) in list.pages.map(\.title) },
                    \.next)
            }
            #expect(try await read(query) == expected)
            #expect(try await read("incident=\(ids[1].prefix(8))") == ["b"])
        }
    }

    @Test(arguments: [
        ("", ["c", "b", "a"]), ("rule=severities", ["c", "a"]), ("service=search", ["c"]),
        ("rule=phases,merges&service=checkout", ["b"]), ("since=2100-01-01T00:00:00Z", []),
    ])
    func `conflicts`(query: String, expected: [String]) async throws {
        let server = TestServer()
        try await server.test { client in
            let ids = try await self.server(client, server.node)
            func read(_ query: String) async throws -> [String] {
                try await rows(
                    APIPath.conflicts, query, client,
                    { (list: ConflictList) in list.conflicts.map(\.title) }, \.next)
            }
            #expect(try await read(query) == expected)
            #expect(try await read("incident=\(ids[0])") == ["a"])
        }
    }

    @Test(arguments: [
        ("", ["c", "b"]), ("all=true", ["c", "b", "a"]), ("state=declined", ["a"]),
        ("state=open,declined&person=mei", ["c", "b", "a"]), ("person=kim", []),
        ("all=true&until=2000-01-01T00:00:00Z", []),
    ])
    func `offers of command`(query: String, expected: [String]) async throws {
        let server = TestServer()
        try await server.test { client in
            let ids = try await self.server(client, server.node)
            func read(_ query: String) async throws -> [String] {
                try await rows(
                    APIPath.handoffs, query, client,
                    { (list: HandoffList) in list.handoffs.map(\.title) }, \.next)
            }
            #expect(try await read(query) == expected)
            #expect(try await read("incident=\(ids[0])&all=true") == ["a"])
            let first: HandoffList = try await client.api(.get, APIPath.handoffs + "?limit=1")
                .decoded()
            #expect(first.commands.count == 3)
            let then: HandoffList = try await client.api(
                .get, APIPath.handoffs + "?cursor=\(try #require(first.next))"
            ).decoded()
            #expect(then.commands.isEmpty && then.handoffs.count == 1)
        }
    }

    @Test func `facts and runbooks`() async throws {
        let server = TestServer()
        try await server.test { client in
            let ids = try await self.server(client, server.node)
            let group = try #require(GroupID(hex: ids[0]))
            server.node.change { state in
                guard var incident = state.incidents[group] else { return }
                let pending = (1...3 as ClosedRange<UInt64>).map { number in
                    Fact(
                        id: FactID(origin: MemberID(7), sequence: number), group: group,
                        time: HybridTime(state.now), region: number == 3 ? "us" : "ap",
                        body: .noteAdded(Note(by: "mei", text: "n\(number)")))
                }
                incident = incident.viewed(with: pending)
                state.incidents[group] = incident
                state.unmerged[group] = 3
            }
            func read(_ query: String) async throws -> [String] {
                try await rows(
                    APIPath.facts, query, client, { (list: FactList) in list.facts.map(\.text) },
                    \.next)
            }
            #expect(try await read("") == ["mei: n1", "mei: n2", "mei: n3"])
            #expect(try await read("region=us") == ["mei: n3"])
            #expect(try await read("kind=note&region=ap") == ["mei: n1", "mei: n2"])
            #expect(try await read("kind=opened") == [])
            #expect(try await read("incident=\(ids[1])") == [])
            let books = try await rows(
                APIPath.runbooks, "", client,
                { (list: RunbookList) in list.runbooks.map(\.name) }, \.next)
            #expect(books == ["disk-full", "slow"])
        }
    }

    @Test(arguments: [
        (APIPath.pages, "cursor=i.1", "cursor"), (APIPath.pages, "state=lost", "state"),
        (APIPath.conflicts, "limit=0", "limit"), (APIPath.conflicts, "rule=edit", "rule"),
        (APIPath.handoffs, "since=now", "since"), (APIPath.handoffs, "state=old", "state"),
        (APIPath.facts, "cursor=f.1", "cursor"), (APIPath.runbooks, "cursor=r", "cursor"),
        (APIPath.pages, "incident=xyz", "id"),
    ])
    func `what a query says wrongly is named`(
        path: String, query: String, field: String
    ) async throws {
        try await TestServer().test { client in
            let got = try await client.api(.get, "\(path)?\(query)")
            #expect(got.status == 400, "\(got.text)")
            #expect(try got.decoded(Problem.self).field == field)
        }
    }

    @Test func `places by name stand in the order of names`() {
        let names = ["", "a", "aa", "abcdefgh", "abcdefghi", "b", "ä", "disk-full", "disk"]
        let placed = names.sorted {
            ListPage.place(named: $0).lexicographicallyPrecedes(ListPage.place(named: $1))
        }
        #expect(placed == names.sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) })
    }
}
