import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// What tokens of each role may do.
@Suite struct RoleTests {
    /// An address of the API, and what it needs.
    struct Row: Sendable {
        var method: HTTPRequest.Method
        var path: String
        var role: APIRole
    }

    private static let reads: [String] = [
        APIPath.incidents, APIPath.incident("abcd"), APIPath.timeline("abcd"), APIPath.timeline,
        APIPath.onCall, APIPath.services, APIPath.pages, APIPath.cluster, APIPath.conflicts,
        APIPath.conflict("abcd"), APIPath.handoffs, APIPath.brief("abcd"), APIPath.roster,
        APIPath.rosterVersion("abcd"), APIPath.calendar,
    ]
    private static let responses: [String] = [
        APIPath.incidents, APIPath.acknowledge("abcd"), APIPath.resolve("abcd"),
        APIPath.escalate("abcd"), APIPath.snooze("abcd"), APIPath.notes("abcd"),
        APIPath.severity("abcd"), APIPath.phase("abcd"), APIPath.work("abcd"),
        APIPath.workItem("abcd", "1"), APIPath.workEnd("abcd", "1"), APIPath.testPage,
        APIPath.changes, APIPath.takeChange("abcd"), APIPath.cancelChange("abcd"),
    ]
    private static let decisions: [String] = [
        APIPath.commander("abcd"), APIPath.merge("abcd"), APIPath.separate("abcd"),
        APIPath.overturn("abcd"), APIPath.handoff("abcd", .offer), APIPath.handoff("abcd", .brief),
        APIPath.handoff("abcd", .accept), APIPath.handoff("abcd", .decline),
        APIPath.handoff("abcd", .withdraw),
    ]
    static let rows: [Row] = {
        var rows = reads.map { Row(method: .get, path: $0, role: .read) }
        rows += responses.map { Row(method: .post, path: $0, role: .respond) }
        rows += decisions.map { Row(method: .post, path: $0, role: .command) }
        rows.append(Row(method: .post, path: APIPath.roster, role: .administer))
        return rows
    }()

    @Test(arguments: APIRole.allCases)
    func `a token does what its role and those before it may, and no more`(
        may: APIRole
    ) async throws {
        let server = TestServer(may: may)
        try await server.test { client in
            for row in Self.rows {
                let got = try await client.api(row.method, row.path, body: "{}")
                guard may < row.role else {
                    #expect(got.status != 401 && got.status != 403, "\(row)")
                    continue
                }
                #expect(got.status == 403, "\(row)")
                let problem: Problem = try got.decoded()
                #expect(problem.kind == .forbidden)
                #expect(
                    problem.detail
                        == "the token 'cli' may \(may.rawValue), and this needs \(row.role.rawValue)"
                )
                #expect(problem.remedy.contains("'may: \(row.role.rawValue)'"))
                #expect(problem.remedy.contains("tokens.yaml"))
                #expect(got.headers[.wwwAuthenticate] == nil)
            }
        }
        let refused = Self.rows.filter { may < $0.role }.count
        #expect(
            server.counters.value("meridian_http_requests_total", ["status": "403"])
                == Int64(refused))
        let lines = server.log.lines.filter { $0.contains("status=403") }
        #expect(lines.count == refused)
        #expect(lines.allSatisfy { $0.hasPrefix("notice") && $0.contains("client=cli") })
        #expect(!server.log.lines.contains { $0.contains(TestServer.token) })
        #expect(server.node.ask { $0.commands.isEmpty && $0.tests.isEmpty })
    }

    @Test func `roles include each other in the order in which files name them`() {
        #expect(APIRole.allCases == APIRole.allCases.sorted())
        #expect(APIRole.allCases.map(\.rawValue) == ["read", "respond", "command", "administer"])
    }
}
