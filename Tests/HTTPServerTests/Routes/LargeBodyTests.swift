import APIModel
import Basics
@testable import HTTPServer
import Hummingbird
import HummingbirdTesting
import IncidentModel
import Testing

/// Bodies over the limits: nothing that could be paged is refused. *Source:* contracts 3.
@Suite struct LargeBodyTests {
    private let path = "/v1/alertmanager/\(MockNode.key)"
    private static let key = #"{}/{team=\"x\"}:{alertname=\"Disk\"}"#

    /// A group as Alertmanager writes it: what it is about stands behind its alerts.
    private func group(_ alerts: [String], status: String = "firing") -> String {
        #"{"receiver":"meridian","status":"\#(status)","alerts":[\#(alerts.joined(separator: ","))],"#
            + #""groupLabels":{"alertname":"Disk"},"commonLabels":{"alertname":"Disk"},"#
            + #""commonAnnotations":{},"externalURL":"http://am.example.com","version":"4","#
            + #""groupKey":"\#(Self.key)","truncatedAlerts":0}"#
    }

    private func alert(_ number: Int, _ text: String, severity: String = "warning") -> String {
        #"{"status":"firing","labels":{"alertname":"Disk","i":"\#(number)","#
            + #""severity":"\#(severity)"},"annotations":{"summary":"\#(text)"},"#
            + #""startsAt":"2026-11-22T19:32:44Z"}"#
    }

    private func large() -> String {
        let text = String(repeating: "disk almost full ", count: 60)
        return group((0..<2_500).map { alert($0, text, severity: $0 == 7 ? "critical" : "info") })
    }

    @Test func `of a group over the limit every whole alert is paged, and one for the rest`()
        async throws
    {
        let server = TestServer()
        let body = large()
        #expect(body.utf8.count > Limits.alertmanagerBodyBytesMax)
        try await server.test { client in
            let got = try await client.send(.post, path, body: body)
            #expect(got.status == 200)
            let answer: AcceptanceAnswer = try got.decoded()
            #expect(answer.warnings?.contains { $0.contains("larger than 2 MiB") } == true)
            // The same group as if it had been smaller.
            let small: AcceptanceAnswer = try await client.send(
                .post, path, body: group([alert(0, "x", severity: "info")])
            ).decoded()
            #expect(small.incident == answer.incident)
            #expect(small.isRepeat)
        }
        let alerts = server.node.ask(\.intakes).flatMap(\.alerts).dropLast()
        #expect(alerts.count > 1_500 && alerts.count < 2_500)
        let unread = try #require(
            alerts.first { $0.fingerprint == AlertmanagerParser.unreadFingerprint })
        #expect(unread.isFiring && unread.severity == .sev1)
        #expect(unread.summary.hasPrefix("Only \(alerts.count - 1) alerts of a body larger than"))
        #expect(unread.label(AlertDraft.flagLabel)?.contains("max_alerts") == true)
    }

    @Test func `what was not read is over when the whole group is`() async throws {
        let server = TestServer()
        let over = alert(0, "x").replacing("firing", with: "resolved")
        try await server.test { client in
            let first: AcceptanceAnswer = try await client.send(.post, path, body: large())
                .decoded()
            #expect(first.status == "triggered")
            server.node.advance(.minutes(5))
            _ = try await client.send(.post, path, body: group([alert(0, "x")]))
            let incident = try #require(GroupID(hex: first.incident))
            func unreadFires() -> Bool? {
                server.node.ask {
                    $0.incidents[incident]?.alert(AlertmanagerParser.unreadFingerprint)?.isFiring
                }
            }
            #expect(unreadFires() == true)
            _ = try await client.send(.post, path, body: group([over], status: "resolved"))
            #expect(unreadFires() == false)
            let count = server.node.ask(\.intakes).count
            _ = try await client.send(.post, path, body: group([over], status: "resolved"))
            #expect(server.node.ask(\.intakes).count == count + 1)
        }
    }

    @Test(arguments: ["x", #"{"alerts":"#, "[", "\u{0}"])
    func `a large body that makes no sense pages all the same`(beginning: String) async throws {
        let server = TestServer()
        try await server.test { client in
            for (path, most) in [
                (path, Limits.alertmanagerBodyBytesMax),
                ("/v1/alerts/\(MockNode.key)", Limits.intakeBodyBytesMax),
            ] {
                let got = try await client.send(
                    .post, path, body: beginning + String(repeating: "x", count: most))
                #expect(got.status == 200, "\(path)")
            }
        }
        let alerts = server.node.ask(\.intakes).flatMap(\.alerts)
        #expect(alerts.count == 2)
        #expect(alerts.allSatisfy { $0.isFiring && $0.label(AlertDraft.flagLabel) != nil })
    }

    @Test func `a plain alert of just the limit is whole, a larger one is cut`() async throws {
        let server = TestServer()
        let most = #"{"title":"t","details":""#
        try await server.test { client in
            for more in [0, 1] {
                let body =
                    most
                    + String(
                        repeating: "x",
                        count: Limits.intakeBodyBytesMax - most.utf8.count - 2 + more)
                    + #""}"#
                let got = try await client.send(.post, "/v1/alerts/\(MockNode.key)", body: body)
                #expect(got.status == 200)
            }
        }
        let alerts = server.node.ask(\.intakes).flatMap(\.alerts)
        #expect(alerts.map(\.summary) == ["t", "t"])
        #expect(alerts.map { $0.label(AlertDraft.flagLabel) != nil } == [false, true])
    }

    @Test func `more alerts than the bound are one flagged alert, and cost no more`() async throws {
        let server = TestServer()
        let one = #"{"labels":{"a":"b"}}"#
        // As many members as alerts: looking each up for each would take minutes.
        let members = (0..<40_000).map { #""m\#($0)":1"# }.joined(separator: ",")
        let body =
            #"{\#(members),"groupKey":"k","alerts":[\#(Array(repeating: one, count: 40_000).joined(separator: ","))]}"#
        let begun = ContinuousClock.now
        try await server.test { client in
            let got = try await client.send(.post, path, body: body)
            #expect(got.status == 200)
        }
        #expect(ContinuousClock.now - begun < .seconds(20))
        let alerts = server.node.ask(\.intakes).flatMap(\.alerts)
        #expect(alerts.count == Limits.alertsPerBodyMax + 1)
        let unread = alerts.filter { $0.fingerprint == AlertmanagerParser.unreadFingerprint }
        #expect(unread.map { $0.summary.contains("the first 10000 alerts") } == [true])
    }
}
