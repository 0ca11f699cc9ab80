import APIModel
import Basics
import Escalation
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// What of a roster's text is shown to whom, and a version that a region cannot use.
struct RosterTextTests {
    @Test(arguments: [
        "services:\n  - {id: a, keys: [secret1, \"secret2\"], policy: p}\n  - id: b\n",
        "services:\n  - id: a\n    keys: [secret1,\n      'secret2']\n    policy: p\n  - id: b\n",
        "services:\n  - id: a\n    keys:\n      - secret1\n      # secret0\n      - \"secret2\"\n"
            + "    policy: p\n  - id: b\n",
        "services:\n  - id: a\n    keys:\n    - secret1\n    - secret2 # was secret0\n    policy: p\n",
        "{\"services\": [{\"id\": \"a\", \"keys\": [\"secret1\", \"secret2\"], \"policy\": \"p\"}]}",
        "services:\n  - id: a\n    keys: secret1\n    policy: p\n",
    ])
    func `keys are hidden however they are written, and nothing else is`(text: String) {
        let masked = IntegrationKeyMask.mask(text)
        #expect(!masked.contains("secret"))
        #expect(masked.contains("policy") && masked.contains("hidden-integration-key-1"))
        #expect(masked.hasPrefix("# Integration keys are hidden"))
        let lines = text.split(separator: "\n").filter {
            $0.contains("id: ") && !$0.contains("keys")
        }
        for line in lines { #expect(masked.contains(line)) }
    }

    @Test func `a text without keys is shown as it is`() {
        let text = "turnkeys: [x]\nschedules: []\n"
        #expect(IntegrationKeyMask.mask(text) == text)
    }

    private static let text = "services:\n  - {id: a, keys: [secret1]}\n"

    private func apply(_ text: String, _ client: any TestClientProtocol) async throws -> Received {
        let body = ApplyRosterRequest(text: text, base: nil, by: "mei", reason: "new", force: nil)
        let json = String(decoding: try APICoding.encode(body), as: UTF8.self)
        return try await client.api(.post, APIPath.roster, body: json)
    }

    @Test(arguments: APIRole.allCases)
    func `only a token that may administer sees integration keys`(may: APIRole) async throws {
        let admin = TestServer()
        let reader = TestServer(may: may)
        try await admin.test { client in
            let applied = try await apply(Self.text, client)
            #expect(applied.status == 200)
        }
        let control = admin.node.ask { $0.control }
        reader.node.change { $0.control = control }
        let version = try #require(control.current?.document.version)
        try await reader.test { client in
            let got: RosterTextAnswer = try await client.api(.get, APIPath.rosterVersion(version))
                .decoded()
            #expect(got.text.contains("secret1") == (may == .administer))
        }
    }

    @Test func `hidden keys are not put in force`() async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await apply(IntegrationKeyMask.mask(Self.text), client)
            #expect(got.status == 400)
            let problem: Problem = try got.decoded()
            #expect(problem.field == "text" && problem.remedy.contains("administer"))
        }
    }

    @Test func `a version that is in force and not used here is told, with what keeps it`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let applied = try await apply(Self.text, client)
            #expect(applied.status == 200)
            let version = server.node.ask { $0.control.current?.document.version }
            server.node.change {
                $0.rosterProblems = [ProblemItem(field: "zone", message: "there is no zone Mars")]
            }
            let got: RosterAnswer = try await client.api(.get, APIPath.roster).decoded()
            #expect(got.version == MockNode.sampleRoster.version)
            #expect(got.unread?.version == version)
            #expect(got.unread?.problems == ["zone: there is no zone Mars"])
            #expect(got.unread?.remedy.contains("apply it again") == true)
        }
    }
}
