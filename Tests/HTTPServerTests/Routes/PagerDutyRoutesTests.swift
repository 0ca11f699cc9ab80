import Basics
@testable import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

@Suite struct PagerDutyRoutesTests {
    private func event(_ action: String, key: String? = "d", rest: String = "") -> String {
        let dedup = key.map { #","dedup_key":"\#($0)""# } ?? ""
        return #"{"routing_key":"\#(MockNode.key)","event_action":"\#(action)"\#(dedup)\#(rest)}"#
    }
    private let payload = #","payload":{"summary":"s","source":"h","severity":"critical"}"#

    @Test func `a trigger is answered exactly as PagerDuty does`() async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.send(
                .post, "/v2/enqueue", body: event("trigger", rest: payload))
            #expect(got.status == 202)
            #expect(got.headers[.contentType] == "application/json")
            #expect(
                got.text == #"{"status":"success","message":"Event processed","dedup_key":"d"}"#)
            #expect(got.headers[.meridianDurability] == "quorum")
            #expect(got.headers[.meridianIncident]?.count == 32)
        }
    }

    @Test func `a key that was made is given back and resolves`() async throws {
        let server = TestServer()
        try await server.test { client in
            let first = try await client.send(
                .post, "/v2/enqueue", body: event("trigger", key: nil, rest: payload))
            let second = try await client.send(
                .post, "/v2/enqueue", body: event("trigger", key: nil, rest: payload))
            let key = try #require(
                try JSONParser.parse(Array(first.text.utf8))["dedup_key"]?.scalarText)
            #expect(key.count == 32)
            #expect(!second.text.contains(key))
            _ = try await client.send(.post, "/v2/enqueue", body: event("resolve", key: key))
        }
        let statuses = server.node.ask { $0.incidents.values.map(\.status.name).sorted() }
        #expect(statuses == ["resolved", "triggered"])
    }

    @Test func `acknowledge and resolve act on the incident of the key`() async throws {
        let server = TestServer()
        try await server.test { client in
            for action in ["trigger", "acknowledge"] {
                let got = try await client.send(
                    .post, "/v2/enqueue", body: event(action, rest: payload))
                #expect(got.status == 202)
            }
            let group = MockNode.group("checkout/pagerduty/d")
            let incident = try #require(server.node.ask { $0.incidents[group] })
            #expect(incident.status == .acknowledged)
            #expect(incident.coveringAcknowledgement?.acknowledgement.via == "pagerduty")
            let got = try await client.send(.post, "/v2/enqueue", body: event("resolve"))
            #expect(got.status == 202)
            #expect(server.node.ask { $0.incidents[group]?.status } == .resolved)
        }
    }

    @Test func `acknowledge and resolve of nothing are dropped silently`() async throws {
        let server = TestServer()
        try await server.test { client in
            for action in ["acknowledge", "resolve"] {
                let got = try await client.send(
                    .post, "/v2/enqueue", body: event(action, key: "nobody"))
                #expect(got.status == 202)
                #expect(
                    got.text
                        == #"{"status":"success","message":"Event processed","dedup_key":"nobody"}"#
                )
            }
        }
        #expect(server.node.ask { $0.incidents.values.allSatisfy { !$0.status.isOpen } })
    }

    @Test(arguments: [
        (#"{}"#, "'routing_key' is missing or blank"),
        (#"{"routing_key":" "}"#, "'routing_key' is missing or blank"),
        (#"[1]"#, "the body is a list, not an object"),
        (#"{"routing_key""#, "the body is not JSON: ':' is expected at byte 14"),
        (
            #"{"routing_key":"0123456789abcdef0123456789abcdef","event_action":"trigger"}"#,
            "'payload.summary' is missing or blank"
        ),
        (
            #"{"routing_key":"0123456789abcdef0123456789abcdef","event_action":"resolve"}"#,
            "'dedup_key' is missing or blank"
        ),
        (
            #"{"routing_key":"wrong","event_action":"trigger"}"#,
            "'routing_key' is unknown: no service of the roster has this integration key"
        ),
    ])
    func `an invalid event has PagerDuty's body and names the field`(
        body: String, error: String
    ) async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.send(.post, "/v2/enqueue", body: body)
            #expect(got.status == 400)
            let value = try JSONParser.parse(Array(got.text.utf8))
            #expect(value.members.map(\.name) == ["status", "message", "errors"])
            #expect(value["status"] == .string("invalid event"))
            #expect(value["message"] == .string("Event object is invalid"))
            #expect(value["errors"]?.elements.count == 1)
            #expect(value["errors"]?.elements.first?.scalarText?.hasPrefix(error) == true)
        }
        #expect(server.node.ask(\.intakes).isEmpty)
        #expect(
            server.counters.value("meridian_intake_requests_total", ["source": "pagerduty"]) == 1)
    }

    @Test func `the key may stand in the address`() async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.send(
                .post, "/v2/enqueue/\(MockNode.otherKey)",
                body: #"{"event_action":"trigger","dedup_key":"d","payload":{"summary":"s"}}"#)
            #expect(got.status == 202)
        }
        #expect(server.node.ask(\.intakes).map(\.service) == ["search"])
    }

    @Test func `a trigger after a resolve opens anew, and one while acknowledged does not page`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            for action in ["trigger", "acknowledge", "trigger"] {
                server.node.advance(.seconds(1))
                _ = try await client.send(.post, "/v2/enqueue", body: event(action, rest: payload))
            }
            let group = MockNode.group("checkout/pagerduty/d")
            #expect(server.node.ask { $0.incidents[group]?.status } == .acknowledged)
            for action in ["resolve", "trigger"] {
                server.node.advance(.seconds(1))
                _ = try await client.send(.post, "/v2/enqueue", body: event(action, rest: payload))
            }
            #expect(server.node.ask { $0.incidents[group]?.status } == .triggered)
            #expect(server.node.ask { $0.incidents[group]?.generation } == 2)
        }
    }

    @Test func `of an event over the limit the beginning is paged`() async throws {
        let server = TestServer()
        let large = String(repeating: "x", count: Limits.intakeBodyBytesMax)
        try await server.test { client in
            for rest in [
                #""event_action":"trigger","payload":{"summary":"s","source":"h","custom_details":{"#,
                #""payload":{"summary":"s","custom_details":{"#, #""x":{"#,
            ] {
                let got = try await client.send(
                    .post, "/v2/enqueue",
                    body: #"{"routing_key":"\#(MockNode.key)",\#(rest)"d":"\#(large)"}}}"#)
                #expect(got.status == 202)
            }
        }
        let alerts = server.node.ask(\.intakes).flatMap(\.alerts)
        #expect(alerts.map(\.summary) == ["s", "s", "Event without a summary"])
        for alert in alerts {
            let flag = alert.label(AlertDraft.flagLabel)
            #expect(flag?.contains("a body larger than 512000 bytes") == true)
        }
    }

    @Test func `a body over the limit that names no key has PagerDuty's shape too`() async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.send(
                .post, "/v2/enqueue",
                body: String(repeating: "x", count: Limits.intakeBodyBytesMax + 1))
            #expect(got.status == 400)
            let value = try JSONParser.parse(Array(got.text.utf8))
            #expect(value.members.map(\.name) == ["status", "message", "errors"])
        }
    }
}
