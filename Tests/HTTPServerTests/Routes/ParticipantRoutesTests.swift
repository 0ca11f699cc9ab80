import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import Testing

/// Who takes part in an incident and who has which role, through the API.
struct ParticipantRoutesTests {
    @Test func `people and roles are told, since when and until when`() async throws {
        let server = TestServer()
        try await server.test { client in
            let fired: AcceptanceAnswer = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"it is slow"}"#
            ).decoded()
            let id = fired.incident
            func post(_ path: String, _ body: String) async throws {
                #expect(try await client.api(.post, path, body: body).status == 200, "\(path)")
            }
            func people() async throws -> [ParticipantSummary] {
                let list: ParticipantList = try await client.api(
                    .get, APIPath.participants(String(id.prefix(8)))
                ).decoded()
                #expect(list.incident == id && list.label.region == "eu")
                return list.participants
            }
            func roles() async throws -> [RoleSummary] {
                let list: RoleList = try await client.api(.get, APIPath.roles(id)).decoded()
                #expect(list.incident == id && list.label.region == "eu")
                return list.roles
            }
            #expect(try await people().isEmpty)
            #expect(try await roles().isEmpty)
            try await post(APIPath.acknowledge(id), #"{"by":"mei"}"#)
            try await post(
                APIPath.work(id), #"{"by":"mei","kind":"role","text":"scribe","owner":"raj"}"#)
            let before = try await people()
            #expect(before.map(\.person) == ["mei", "raj"])
            #expect(before.map { $0.parts.map(\.kind) } == [["holder", "writer"], ["role"]])
            #expect(before[1].parts[0].what == "scribe" && before.allSatisfy { $0.until == nil })
            let detail: IncidentDetail = try await client.api(.get, APIPath.incident(id)).decoded()
            let item = try #require(detail.work.first?.id)
            try await post(APIPath.workItem(id, item), #"{"by":"raj","owner":"mei"}"#)
            let role = try #require(try await roles().first)
            #expect(role.role == "scribe")
            #expect(role.holders.map(\.person) == ["mei"] && role.holders[0].by == "raj")
            #expect(role.history.map(\.person) == ["raj"])
            #expect(role.history[0].until == role.holders[0].since)
            try await post(APIPath.workEnd(id, item), #"{"by":"mei","state":"done"}"#)
            #expect(try await roles().first?.holders == [])
            #expect(try await roles().first?.history.map(\.person) == ["mei", "raj"])
            let gone = try await client.api(.get, APIPath.participants("ffffffff"))
            #expect(gone.status == 404)
        }
    }
}
