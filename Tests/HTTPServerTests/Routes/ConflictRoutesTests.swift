import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

/// Severity, command, and what was decided where two sides differed.
@Suite struct ConflictRoutesTests {
    /// An incident on which two regions set severities without knowing of each other.
    static func conflict(
        _ server: TestServer, _ client: any TestClientProtocol
    ) async throws -> (incident: String, conflict: ConflictSummary) {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t","severity":"sev2"}"#
        ).decoded()
        let group = try #require(GroupID(hex: answer.incident))
        server.node.change { state in
            guard var incident = state.incidents[group] else { return }
            let sides: [(member: UInt64, severity: Severity, by: PersonID)] = [
                (1, .sev4, "mei"), (2, .sev1, "raj"),
            ]
            for side in sides {
                let edit = FieldEdit(
                    previousEnd: .zero, value: .severity(side.severity), by: side.by,
                    reason: "because", isApart: side.member == 2, seen: [])
                let fact = Fact(
                    id: FactID(origin: MemberID(side.member), sequence: 900), group: group,
                    time: HybridTime(state.now), region: side.member == 1 ? "eu" : "ap",
                    body: .edited(edit))
                incident.applyMerge([fact], index: incident.lastIndex + 1)
            }
            let decision = Decision(
                group: group, previousEnd: .zero, rule: .severities,
                inputs: incident.edits.map(\.fact),
                outcome: .severity(.sev1, isExact: true, through: HybridTime(state.now)),
                reason: "the worst stands")
            incident.applyDecisions(
                [decision], in: "eu", at: HybridTime(state.now), index: incident.lastIndex + 1)
            state.incidents[group] = incident
        }
        let list: ConflictList = try await client.api(.get, APIPath.conflicts).decoded()
        return (answer.incident, try #require(list.conflicts.first))
    }

    @Test func `a conflict is told with both sides`() async throws {
        let server = TestServer()
        try await server.test { client in
            let (incident, found) = try await Self.conflict(server, client)
            #expect(found.incident == incident)
            #expect(found.rule == "severities")
            #expect(found.outcome == "SEV1")
            #expect(found.isStanding)
            #expect(found.sides.map(\.region) == ["eu", "ap"])
            #expect(found.sides.map(\.what) == ["SEV4", "SEV1"])
            #expect(found.sides.map(\.isApart) == [false, true])
            let one: ConflictSummary = try await client.api(
                .get, APIPath.conflict(String(found.id.prefix(6)))
            ).decoded()
            #expect(one == found)
            let detail: IncidentDetail = try await client.api(.get, APIPath.incident(incident))
                .decoded()
            #expect(detail.summary.severity == "SEV1")
            #expect(detail.conflicts == [found])
            #expect(detail.proposals.isEmpty)
        }
    }

    @Test func `overturning asks for a value and a reason, and names the decision`() async throws {
        let server = TestServer()
        try await server.test { client in
            let (_, found) = try await Self.conflict(server, client)
            let path = APIPath.overturn(found.id)
            for (body, field) in [
                (#"{"by":"mei","severity":"SEV3"}"#, "reason"),
                (#"{"by":"mei","reason":"r"}"#, "severity"),
                (#"{"by":"mei","reason":"r","commander":"raj"}"#, "severity"),
                (#"{"by":"nobody","reason":"r","severity":"SEV3"}"#, "by"),
                (#"{"by":"mei","reason":"r","severity":"SEV9"}"#, "severity"),
            ] {
                let got = try await client.api(.post, path, body: body)
                #expect(got.status == 400 || got.status == 422, "\(body)")
                #expect(try got.decoded(Problem.self).field == field, "\(body)")
            }
            let got = try await client.api(
                .post, path, body: #"{"by":"mei","reason":"newer graphs","severity":"SEV3"}"#)
            #expect(got.status == 200)
            let group = try #require(GroupID(hex: found.incident))
            let decision = DecisionID(raw: try #require(UInt64(found.id, radix: 16)))
            #expect(
                server.node.ask { $0.commands.last }
                    == .edit(
                        group: group, value: .severity(.sev3), by: "mei", reason: "newer graphs",
                        overturns: decision))
            let unknown = try await client.api(
                .post, APIPath.overturn("ffffffff"), body: #"{"by":"mei","reason":"r"}"#)
            #expect(unknown.status == 404)
        }
    }

    @Test func `where somebody commands, only who has a say may overturn`() async throws {
        let server = TestServer()
        try await server.test { client in
            let (incident, found) = try await Self.conflict(server, client)
            let group = try #require(GroupID(hex: incident))
            server.node.change { $0.incidents[group]?.commander = "raj" }
            let path = APIPath.overturn(found.id)
            func overturn(by person: String) async throws -> Received {
                try await client.api(
                    .post, path, body: #"{"by":"\#(person)","reason":"r","severity":"SEV3"}"#)
            }
            for person in ["mei", "cli"] {
                let got = try await overturn(by: person)
                #expect(got.status == 403, "\(person)")
                let problem: Problem = try got.decoded()
                #expect(problem.kind == .forbidden && problem.field == "by")
                #expect(problem.detail.contains("raj commands this incident"))
                #expect(problem.remedy.contains("Ask one of raj"))
                #expect(problem.remedy.contains("meridian handoff take \(group.short)"))
            }
            #expect(server.node.ask(\.commands).isEmpty)
            // Whoever takes command first may.
            #expect(try await overturn(by: "raj").status == 200)
            server.node.change { $0.incidents[group]?.deputies = ["mei"] }
            #expect(try await overturn(by: "mei").status == 200)
            #expect(server.node.ask(\.commands).count == 2)
        }
    }

    @Test func `severity and command are wishes that name who and why`() async throws {
        let server = TestServer()
        try await server.test { client in
            let answer: AcceptanceAnswer = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t"}"#
            ).decoded()
            let id = answer.incident
            for (path, body, field) in [
                (APIPath.severity(id), #"{"by":"mei","severity":"SEV1"}"#, "reason"),
                (APIPath.severity(id), #"{"by":"mei","reason":"r"}"#, "severity"),
                (APIPath.commander(id), #"{"by":"mei","person":"nobody"}"#, "person"),
                (APIPath.commander(id), #"{}"#, "by"),
            ] {
                let got = try await client.api(.post, path, body: body)
                #expect(got.status == 400 || got.status == 422, "\(body)")
                #expect(try got.decoded(Problem.self).field == field, "\(body)")
            }
            let set = try await client.api(
                .post, APIPath.severity(id),
                body: #"{"by":"mei","severity":"sev1","reason":"all down"}"#)
            #expect(set.status == 200)
            let took = try await client.api(.post, APIPath.commander(id), body: #"{"by":"raj"}"#)
            #expect(took.status == 200)
            let detail: IncidentDetail = try await client.api(.get, APIPath.incident(id)).decoded()
            #expect(detail.proposals.map(\.what) == ["SEV1", "raj in command"])
            #expect(detail.commander == nil)
        }
    }
}
