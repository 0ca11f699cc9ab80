import APIModel
import Basics
import Gateways
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

/// Two incidents that are one problem.
@Suite struct MergeRoutesTests {
    private func fire(
        _ key: String, _ client: any TestClientProtocol
    ) async throws -> (id: String, group: GroupID) {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)",
            body: #"{"title":"\#(key) is slow","severity":"sev4","dedupKey":"\#(key)"}"#
        ).decoded()
        return (answer.incident, try #require(GroupID(hex: answer.incident)))
    }

    @Test func `a merge names the other incident and who asks`() async throws {
        let server = TestServer()
        try await server.test { client in
            let (one, other) = (try await fire("one", client), try await fire("other", client))
            for (body, field) in [
                (#"{"by":"mei"}"#, "with"),
                (#"{"by":"mei","with":"zz"}"#, "with"),
                (#"{"by":"mei","with":"ffffffffffff"}"#, "with"),
                (#"{"with":"\#(other.id)"}"#, "by"),
                (#"{"by":"nobody","with":"\#(other.id)"}"#, "by"),
            ] {
                let got = try await client.api(.post, APIPath.merge(one.id), body: body)
                #expect([400, 404, 422].contains(got.status), "\(body)")
                #expect(try got.decoded(Problem.self).field == field, "\(body)")
            }
            let got = try await client.api(
                .post, APIPath.merge(one.id),
                body: #"{"by":"mei","with":"\#(other.id.prefix(8))","reason":"the database"}"#)
            #expect(got.status == 200)
            #expect(
                server.node.ask { $0.commands.last }
                    == .merge(
                        group: one.group, with: other.group, by: "mei", reason: "the database",
                        isProposal: false))
        }
    }

    @Test func `an incident is parted with a reason`() async throws {
        let server = TestServer()
        try await server.test { client in
            let one = try await fire("one", client)
            let refused = try await client.api(
                .post, APIPath.separate(one.id), body: #"{"by":"mei"}"#)
            #expect(try refused.decoded(Problem.self).field == "reason")
            let got = try await client.api(
                .post, APIPath.separate(one.id), body: #"{"by":"mei","reason":"two problems"}"#)
            #expect(got.status == 200)
            #expect(
                server.node.ask { $0.commands.last }
                    == .edit(
                        group: one.group, value: .separate, by: "mei", reason: "two problems",
                        overturns: nil))
        }
    }

    @Test func `a snooze says for how long`() async throws {
        let server = TestServer()
        try await server.test { client in
            let one = try await fire("one", client)
            for body in [
                #"{"by":"mei"}"#, #"{"by":"mei","minutes":0}"#, #"{"by":"mei","minutes":1441}"#,
                #"{"by":"mei","minutes":"ten"}"#,
            ] {
                let got = try await client.api(.post, APIPath.snooze(one.id), body: body)
                #expect(try got.decoded(Problem.self).field == "minutes", "\(body)")
            }
            let got = try await client.api(
                .post, APIPath.snooze(one.id), body: #"{"by":"mei","minutes":30}"#)
            #expect(got.status == 200)
            let detail: IncidentDetail = try await client.api(.get, APIPath.incident(one.id))
                .decoded()
            #expect(detail.summary.status == "acknowledged")
            let until = try #require(detail.summary.snoozedUntil)
            #expect(until.instant - server.node.now() <= .minutes(30))
            #expect(until.instant - server.node.now() > .minutes(29))
        }
    }

    /// Two incidents of which one has taken the other over.
    private func merged(
        _ server: TestServer, _ client: any TestClientProtocol
    ) async throws -> (survivor: GroupID, child: GroupID) {
        let (one, other) = (try await fire("one", client), try await fire("other", client))
        server.node.change { state in
            guard let child = state.incidents[other.group],
                var survivor = state.incidents[one.group]
            else { return }
            let absorption = Absorption(
                child, into: survivor, alerts: child.alerts, level: 0, isFurther: false)
            survivor.applyMerge(
                steps: [.absorb(absorption)], in: "eu", at: HybridTime(state.now),
                index: survivor.lastIndex + 1)
            state.incidents[one.group] = survivor
            state.carriers[other.group] = one.group
        }
        return (one.group, other.group)
    }

    @Test func `both say so, and one timeline has both`() async throws {
        let server = TestServer()
        try await server.test { client in
            let (survivor, child) = try await merged(server, client)
            let detail: IncidentDetail = try await client.api(
                .get, APIPath.incident(survivor.description)
            ).decoded()
            #expect(detail.tookOver.map(\.id) == [child.description])
            #expect(detail.alerts.count == 2)
            let other: IncidentDetail = try await client.api(
                .get, APIPath.incident(child.description)
            ).decoded()
            #expect(other.summary.status == "merged")
            #expect(other.summary.mergedInto == survivor.description)
            let path = APIPath.timeline(survivor.description)
            let own: TimelineAnswer = try await client.api(.get, path).decoded()
            #expect(own.entries.allSatisfy { $0.incident == nil })
            let both: TimelineAnswer = try await client.api(.get, path + "?merged=true").decoded()
            #expect(both.entries.filter { $0.incident == nil } == own.entries)
            #expect(both.entries.contains { $0.incident == child.description })
        }
    }

    @Test func `an old link acts for the incident that took over`() async throws {
        let server = TestServer()
        try await server.test { client in
            let (survivor, child) = try await merged(server, client)
            let token = server.signer.token(
                LinkClaim(
                    group: child, generation: 1, previousEnd: .zero, run: 1, person: "mei",
                    action: .acknowledge, expires: server.node.now() + .hours(1)))
            let page = try await client.send(.get, "/a/\(token)")
            let text = page.text
            #expect(text.contains("was merged into this one"))
            #expect(text.contains("one is slow"))
            server.node.change { state in
                guard var incident = state.incidents[survivor] else { return }
                let fact = Fact(
                    id: FactID(origin: MemberID(9), sequence: 9), group: survivor,
                    time: HybridTime(state.now), region: "eu",
                    body: .ackSeen(
                        Acknowledgement(
                            generation: 1, previousEnd: .zero, run: 1, by: "mei", via: "cli")))
                incident.applyMerge([fact], index: incident.lastIndex + 1)
                state.incidents[survivor] = incident
            }
            let before = server.node.ask(\.commands).count
            let pressed = try await client.send(.post, "/a/\(token)")
            #expect(pressed.status == 200)
            #expect(server.node.ask(\.commands).count == before)
        }
    }
}
