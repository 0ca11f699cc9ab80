import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

/// Reads that have to show everything decided before they were asked.
struct ConsistencyTests {
    private static let id = "0123456789abcdef0123456789abcdef"

    private static let asked: [(path: String, scope: ReadScope)] = [
        (APIPath.incidents, .everything), (APIPath.incident("0123"), .everything),
        (APIPath.timeline(id) + "?merged=true", .everything), (APIPath.cluster, .everything),
        (APIPath.pages, .everything), (APIPath.handoffs, .everything),
        (APIPath.onCall, .roster), (APIPath.services, .roster),
    ]

    private func with(_ path: String, _ value: String = "linearizable") -> String {
        path + (path.contains("?") ? "&" : "?") + "consistency=\(value)"
    }

    @Test func `a linearizable read makes sure first, and says so`() async throws {
        let server = TestServer()
        try await server.test { client in
            for (path, scope) in Self.asked {
                server.node.change { $0.confirmed = [] }
                let got = try await client.api(.get, with(path))
                #expect(server.node.ask { $0.confirmed } == [scope], "\(path)")
                if got.status == 200 {
                    #expect(got.headers[.meridianConsistency] == "linearizable", "\(path)")
                }
            }
            server.node.change { $0.confirmed = [] }
            _ = try await client.api(.get, with(APIPath.incident(Self.id)))
            let group = try #require(GroupID(hex: Self.id))
            #expect(server.node.ask { $0.confirmed } == [.incident(group)])
        }
    }

    @Test func `other reads ask nobody and promise nothing`() async throws {
        let server = TestServer()
        try await server.test { client in
            for path in [APIPath.incidents, with(APIPath.incidents, "local")] {
                let got = try await client.api(.get, path)
                #expect(got.status == 200 && got.headers[.meridianConsistency] == nil)
            }
            #expect(server.node.ask { $0.confirmed }.isEmpty)
        }
    }

    @Test func `what cannot be made sure of is refused with the remedy, and not served`()
        async throws
    {
        let server = TestServer()
        server.node.change {
            $0.confirmation = .overloaded(reason: "eu reaches no majority of regions")
        }
        try await server.test { client in
            let got = try await client.api(.get, with(APIPath.incidents))
            #expect(got.status == 503)
            #expect(got.headers[.retryAfter] != nil)
            let problem: Problem = try got.decoded()
            #expect(problem.kind == .unavailable && problem.field == "consistency")
            #expect(problem.detail.contains("no majority"))
            #expect(problem.remedy.contains("another region"))
        }
    }

    @Test func `another word, an address that cannot, and a stranger are refused`() async throws {
        let server = TestServer()
        try await server.test { client in
            for path in [with(APIPath.incidents, "strong"), with(APIPath.runbooks)] {
                let got = try await client.api(.get, path)
                #expect(got.status == 400, "\(path)")
                #expect(try got.decoded(Problem.self).field == "consistency")
            }
            #expect(try await client.send(.get, with(APIPath.incidents)).status == 401)
            #expect(server.node.ask { $0.confirmed }.isEmpty)
        }
    }
}
