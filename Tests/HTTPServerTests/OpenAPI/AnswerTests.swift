import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// What the API answers is what its description says, member for member.
@Suite struct AnswerTests {
    private struct Asked: Sendable {
        var method: HTTPRequest.Method
        /// The path of the description.
        var path: String
        /// What stands for `{id}` or `{version}`.
        var id = ""
        /// What stands for `{item}`.
        var item = ""
        var query = ""
        var body: String?

        var address: String {
            path.replacing("{id}", with: id).replacing("{version}", with: id)
                .replacing("{name}", with: id).replacing("{item}", with: item) + query
        }
    }

    private func get(_ path: String, _ id: String = "", _ query: String = "") -> Asked {
        Asked(method: .get, path: path, id: id, query: query)
    }

    private func post(_ path: String, _ id: String = "", _ body: String) -> Asked {
        Asked(method: .post, path: path, id: id, body: body)
    }

    @Test func `every operation answers as it is described`() async throws {
        let server = TestServer()
        let check = SchemaCheck(document: APIDescription.document)
        try await server.test { client in
            let (id, conflict) = try await ConflictRoutesTests.conflict(server, client)
            server.node.recordPage(try #require(GroupID(hex: id)), person: "mei")
            var met: Set<String> = []
            for asked in try await calls(id, conflict.id, server, client) {
                let got = try await client.api(asked.method, asked.address, body: asked.body)
                #expect((200..<300).contains(got.status), "\(asked.address) \(got.text)")
                let schema = check.answer(asked.method.rawValue, asked.path, got.status)
                let value = try JSONParser.parse(Array(got.text.utf8))
                let faults = schema.map { check.faults(of: value, by: $0) }
                #expect(faults == [], "\(asked.method) \(asked.address): \(got.text)")
                met.insert("\(asked.method) \(asked.path)")
            }
            let status = try JSONParser.parse(
                Array(Answer.jsonText(await StubCoordinator().status()).utf8))
            let schema = try #require(check.answer("get", APIPath.coordinator, 200))
            #expect(check.faults(of: status, by: schema) == [])
            for operation in Operation.all where !operation.isOfCoordinator {
                guard case .json = operation.success else { continue }
                #expect(
                    met.contains("\(operation.method) \(operation.path)"),
                    "no example is asked for here")
            }
        }
    }

    private func calls(
        _ id: String, _ conflict: String, _ server: TestServer, _ client: any TestClientProtocol
    ) async throws -> [Asked] {
        let other: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.otherKey)", body: #"{"title":"other"}"#
        ).decoded()
        let roster = #"{"text":"regions: []","by":"mei","reason":"new"}"#
        _ = try await client.api(.post, APIPath.roster, body: roster)
        let swap = #"{"by":"mei","kind":"swap","schedule":"sun","to":"2027-01-01T00:00:00Z"}"#
        _ = try await client.api(.post, APIPath.changes, body: swap)
        let change = try #require(server.node.ask { $0.control.changes.first?.fact.description })
        let version = try #require(server.node.ask { $0.control.current?.document.version })
        let reads = [
            get(APIPath.incidents, "", "?all=true&limit=1"), get(APIPath.incident("{id}"), id),
            get(APIPath.timeline("{id}"), id, "?merged=true&limit=2&order=newest"),
            get(APIPath.brief("{id}"), id), get(APIPath.pages), get(APIPath.conflicts),
            get(APIPath.conflict("{id}"), conflict), get(APIPath.onCall),
            get(APIPath.timeline, "", "?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z"),
            get(APIPath.calendar, "", "?kind=person&id=mei"), get(APIPath.roster),
            get(APIPath.rosterVersion("{version}"), version), get(APIPath.services),
            get(APIPath.handoffPlan), get(APIPath.onCallNext, "", "?count=2"),
            get(APIPath.onCallCoverage, "", "?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z"),
            get(APIPath.onCallFairness, "", "?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z"),
            get(APIPath.cluster), get(APIPath.numbers), get(APIPath.facts),
            get(APIPath.runbooks, "", "?text=disk"),
            get(APIPath.runbook("{name}"), "disk-full"), get(APIPath.coverage, "", "?weeks=2"),
        ]
        let action = #"{"by":"mei","kind":"action","text":"t"}"#
        _ = try await client.api(
            .post, APIPath.work("{id}").replacing("{id}", with: id), body: action)
        let group = try #require(GroupID(hex: id))
        let item = try #require(
            server.node.ask { $0.incidents[group]?.presentWork.first?.id.description })
        let by = #"{"by":"mei","reason":"r"}"#
        func work(_ path: String, _ body: String) -> Asked {
            Asked(method: .post, path: path, id: id, item: item, body: body)
        }
        func handoff(_ step: APIPath.HandoffStep, _ more: String) -> Asked {
            post(APIPath.handoff("{id}", step), id, #"{"by":"mei","reason":"r"\#(more)}"#)
        }
        let offer = handoff(.offer, #","to":"raj","brief":"b""#)
        let writes = [
            post(APIPath.work("{id}"), id, action),
            work(APIPath.workItem("{id}", "{item}"), #"{"by":"mei","text":"u"}"#),
            work(APIPath.workEnd("{id}", "{item}"), #"{"by":"mei","state":"done"}"#),
            post(APIPath.phase("{id}"), id, #"{"by":"mei","phase":"mitigated","reason":"r"}"#),
            post(
                APIPath.handoffs(.offer), "",
                #"{"by":"mei","to":"raj","brief":"b","incidents":["\#(id)"]}"#),
            post(
                APIPath.handoffs(.accept), "",
                #"{"by":"raj","readBack":"r","incidents":["\#(id)"]}"#),
            offer, handoff(.brief, #","brief":"c""#), get(APIPath.handoffs, "", "?all=true"),
            handoff(.decline, ""), offer, handoff(.withdraw, ""), offer,
            handoff(.accept, #","readBack":"r""#), post(APIPath.acknowledge("{id}"), id, by),
            get(APIPath.incident("{id}"), id), get(APIPath.participants("{id}"), id),
            get(APIPath.roles("{id}"), id),
            post(APIPath.snooze("{id}"), id, #"{"by":"mei","minutes":5}"#),
            post(APIPath.escalate("{id}"), id, by),
            post(APIPath.severity("{id}"), id, #"{"by":"mei","severity":"SEV1","reason":"r"}"#),
            post(APIPath.commander("{id}"), id, by), post(APIPath.separate("{id}"), id, by),
            post(APIPath.notes("{id}"), id, #"{"by":"mei","text":"t"}"#),
            post(
                APIPath.overturn("{id}"), conflict,
                #"{"by":"mei","severity":"SEV3","reason":"r"}"#),
            post(
                APIPath.merge("{id}"), other.incident,
                #"{"by":"mei","with":"\#(id)","reason":"r"}"#),
            post(APIPath.resolve("{id}"), id, by),
            get(APIPath.incidents, "", "?status=resolved"),
            post(APIPath.incidents, "", #"{"service":"checkout","title":"t","by":"mei"}"#),
            post(APIPath.testPage, "", #"{"person":"mei"}"#), post(APIPath.roster, "", roster),
            post(APIPath.changes, "", swap), post(APIPath.changePlan, "", swap),
            post(APIPath.takeChange("{id}"), change, #"{"by":"raj","force":true}"#),
            post(APIPath.cancelChange("{id}"), change, by),
        ]
        return reads + writes
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, APIPath.incident("{id}"), "ffff", "", 404),
        (.get, APIPath.incident("{id}"), "xy", "", 400),
        (.get, APIPath.incidents, "", "?limit=0", 400),
        (.post, APIPath.notes("{id}"), "ffff", "", 400),
        (.get, APIPath.coordinator, "", "", 404),
    ])
    func `refusals are described, too`(
        method: HTTPRequest.Method, path: String, id: String, query: String, status: Int
    ) async throws {
        let check = SchemaCheck(document: APIDescription.document)
        try await TestServer().test { client in
            let got = try await client.api(
                method, path.replacing("{id}", with: id) + query, body: "")
            #expect(got.status == status)
            let schema = try #require(check.answer(method.rawValue, path, status))
            let value = try JSONParser.parse(Array(got.text.utf8))
            #expect(check.faults(of: value, by: schema) == [])
        }
    }
}
