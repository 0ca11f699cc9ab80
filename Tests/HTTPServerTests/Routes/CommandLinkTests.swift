import APIModel
import Basics
import Foundation
import Gateways
@testable import HTTPServer
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

/// The link that takes command.
@Suite struct CommandLinkTests {
    private static let brief = "Checkout is down\n- tried: restart <b>twice</b>\n\nWatch: disk"

    /// An incident that Raj commands, and has offered to Mei.
    private func offer(
        _ server: TestServer, _ client: any TestClientProtocol
    ) async throws -> GroupID {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"t","severity":"sev1"}"#
        ).decoded()
        let group = try #require(GroupID(hex: answer.incident))
        _ = try await client.api(.post, APIPath.commander(answer.incident), body: #"{"by":"raj"}"#)
        decide("raj", group, server)
        try await offer(group, client)
        server.node.change { state in
            state.commands = []
            state.hasMajority = true
        }
        return group
    }

    private func offer(_ group: GroupID, _ client: any TestClientProtocol) async throws {
        let text = Self.brief.replacingOccurrences(of: "\n", with: "\\n")
        let got = try await client.api(
            .post, APIPath.handoff(group.description, .offer),
            body: #"{"by":"raj","to":"mei","brief":"\#(text)"}"#)
        #expect(got.status == 200)
    }

    /// Decides command, as the owner would, of all that is wished for.
    private func decide(
        _ person: PersonID, deputies: [PersonID] = [], _ group: GroupID, _ server: TestServer
    ) {
        server.node.change { state in
            guard var incident = state.incidents[group] else { return }
            state.now = state.now + .milliseconds(1)
            let decision = Decision(
                group: group, previousEnd: incident.previousEnd, rule: .edit,
                inputs: incident.openWishes.map(\.fact),
                outcome: .commander(person, deputies: deputies), reason: "decided")
            incident.applyDecisions(
                [decision], in: "eu", at: HybridTime(state.now), index: incident.lastIndex + 1)
            state.incidents[group] = incident
        }
    }

    private func uri(
        _ server: TestServer, _ group: GroupID, person: PersonID = "mei"
    ) -> String {
        let token = server.signer.token(
            LinkClaim(
                group: group, generation: 1, previousEnd: .zero, run: 1, person: person,
                action: .command, expires: server.node.now() + .hours(24)))
        return "/a/\(token)"
    }

    private func form(
        _ answer: String, _ words: String, of group: GroupID, _ server: TestServer
    ) -> String {
        let offer = server.node.ask { $0.incidents[group]?.openHandoff?.offer.description } ?? ""
        let text = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "answer=\(answer)&offer=\(offer)&words=\(text)"
    }

    @Test func `the page shows the brief in full and two forms, and no GET acts`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            let uri = uri(server, group)
            for method in [HTTPRequest.Method.head, .options, .put, .delete, .patch] {
                #expect(
                    try await client.send(method, uri).status == (method == .head ? 200 : 405))
            }
            let got = try await client.send(.get, uri)
            #expect(got.status == 200)
            let offered = try #require(server.node.ask { $0.incidents[group]?.openHandoff })
            for part in [
                "Raj Patel offers you command",
                "<div class=\"brief\"><p>Checkout is down</p>"
                    + "<p>- tried: restart &lt;b&gt;twice&lt;/b&gt;</p><p></p><p>Watch: disk</p></div>",
                "What you take over, in your words", "name=\"offer\" value=\"\(offered.offer)\"",
                "Accept command</button>", "Decline</button>", "#\(group.short)", "SEV1",
            ] { #expect(got.text.contains(part), "\(part)") }
            #expect(got.text.components(separatedBy: "<form method=\"post\">").count == 3)
            #expect(got.text.components(separatedBy: " required>").count == 3)
            #expect(!got.text.contains("no majority"))
            #expect(!got.text.contains(String(uri.dropFirst(3))))
            #expect(got.headers[.contentSecurityPolicy]?.contains("form-action 'self'") == true)
            #expect(server.node.ask(\.commands).isEmpty)
        }
    }

    @Test func `who accepts reads back, and commands once it is decided`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            let uri = uri(server, group)
            let form = form(
                "accept", " I take the outage over;\r\nrollback & watch ", of: group, server)
            let got = try await client.send(.post, uri, body: form)
            #expect(got.status == 200)
            #expect(got.text.contains("You accept command, Mei &lt;Tanaka&gt;."))
            #expect(got.text.contains("decided in a moment"))
            let words = "I take the outage over; rollback & watch"
            #expect(
                server.node.ask(\.commands) == [
                    .handoff(group: group, .accept(readBack: words), by: "mei")
                ])
            let waiting = try await client.send(.post, uri, body: form)
            #expect(waiting.status == 200 && waiting.text.contains("You have accepted command"))
            decide("mei", group, server)
            let shown = try await client.send(.get, uri)
            #expect(shown.text.contains("You are in command, since"))
            #expect(shown.text.contains("Watch: disk") && !shown.text.contains("<button"))
            #expect(try await client.send(.post, uri, body: form).status == 200)
            #expect(server.node.ask(\.commands).count == 1)
        }
        #expect(
            server.counters.value(
                "meridian_link_presses_total", ["action": "command", "outcome": "quorum"]) == 1)
        #expect(server.log.lines.contains { $0.contains("command by mei: quorum") })
    }

    @Test func `who declines says why, and command stays`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            let body = form("decline", "on a train", of: group, server)
            let got = try await client.send(.post, uri(server, group), body: body)
            #expect(got.status == 200)
            #expect(got.text.contains("You decline command."))
            #expect(got.text.contains("Raj Patel stays in command"))
            #expect(
                server.node.ask(\.commands) == [
                    .handoff(group: group, .decline(reason: "on a train"), by: "mei")
                ])
            let shown = try await client.send(.get, uri(server, group))
            #expect(shown.text.contains("You have declined command") && shown.status == 200)
            #expect(try await client.send(.post, uri(server, group), body: body).status == 409)
            #expect(server.node.ask(\.commands).count == 1)
        }
        #expect(
            server.counters.value(
                "meridian_link_presses_total", ["action": "decline", "outcome": "quorum"]) == 1)
    }

    @Test func `nothing is done without words, without a button or for another offer`() async throws
    {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            let uri = uri(server, group)
            let old = form("accept", "yes", of: group, server)
            for body in [
                form("accept", " \r\n ", of: group, server), form("decline", "", of: group, server),
                form("", "words", of: group, server), form("take", "words", of: group, server),
            ] {
                let got = try await client.send(.post, uri, body: body)
                #expect(got.status == 400, "\(body)")
                #expect(got.text.contains("write some words first"))
                #expect(got.text.contains("Accept command</button>"))
            }
            try await offer(group, client)
            server.node.change { $0.commands = [] }
            for body in [old, "answer=accept&words=yes", "", "{}"] {
                let got = try await client.send(.post, uri, body: body)
                #expect(got.status == 409, "\(body)")
                #expect(got.text.contains("Command was offered anew"))
            }
            let large = "words=" + String(repeating: "x", count: 40_000)
            #expect(try await client.send(.post, uri, body: large).status == 413)
            #expect(server.node.ask(\.commands).isEmpty)
        }
    }

    @Test func `what was written is kept where it has to be sent again`() async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            let body = form("accept", "I take </textarea> over", of: group, server)
            server.node.change { $0.forced = .overloaded(reason: "the disk <is> full") }
            let got = try await client.send(.post, uri(server, group), body: body)
            #expect(got.status == 503 && got.headers[.retryAfter] == "2")
            #expect(got.text.contains("the disk &lt;is&gt; full"))
            #expect(got.text.contains(" required>I take &lt;/textarea&gt; over</textarea>"))
            #expect(got.text.contains(" required></textarea>"), "the other field stays empty")
            server.node.change { $0.forced = .rejected(reason: "no offer of command is open") }
            let refused = try await client.send(.post, uri(server, group), body: body)
            #expect(refused.status == 409)
            #expect(refused.text.contains("no offer of command is open"))
        }
    }

    @Test func `without a majority it is a wish, and the page says so before and after`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            server.node.change { state in
                state.hasMajority = false
                state.durability = .local
            }
            let shown = try await client.send(.get, uri(server, group))
            #expect(shown.text.contains("Region eu sees no majority of regions now"))
            let body = form("accept", "mine", of: group, server)
            for _ in 0..<2 {
                let got = try await client.send(.post, uri(server, group), body: body)
                #expect(got.status == 200)
                #expect(got.text.contains("a wish, until the regions can reach each other"))
                #expect(got.text.contains("Raj Patel is in command for the others"))
            }
            // Somebody else took command on the other side.
            decide("ana", deputies: ["mei"], group, server)
            let decided = try await client.send(.get, uri(server, group))
            #expect(decided.text.contains("Command went another way: ana is in command."))
            #expect(decided.text.contains("You are deputy"))
            #expect(!decided.text.contains("<button"))
            #expect(server.node.ask(\.commands).count == 1)
        }
    }

    @Test func `others of the side may accept, and only whom it was offered to may decline`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            let raj = uri(server, group, person: "raj")
            let got = try await client.send(.get, raj)
            #expect(got.text.contains("offers Mei &lt;Tanaka&gt; command"))
            #expect(got.text.contains("anybody of your side may"))
            #expect(got.text.components(separatedBy: "<form method=\"post\">").count == 2)
            #expect(!got.text.contains("Decline"))
            _ = try await client.send(
                .post, uri(server, group), body: form("accept", "mine", of: group, server))
            let crossing = try await client.send(.get, raj)
            #expect(crossing.text.contains("Mei &lt;Tanaka&gt; said so already"))
            decide("mei", group, server)
            let taken = try await client.send(.get, raj)
            #expect(taken.text.contains("Mei &lt;Tanaka&gt; has taken command"))
            let late = try await client.send(.post, raj, body: "answer=accept&words=mine")
            #expect(late.status == 200 && late.text.contains("has taken command"))
            #expect(server.node.ask(\.commands).count == 1)
        }
    }

    /// How an offer ends by other ways -> what the page says, and the status of a POST.
    enum End: CaseIterable, Sendable {
        case withdrawn, superseded, resolved, reopened, merged, unknown
    }

    @Test(arguments: [
        (End.withdrawn, "Raj Patel has taken the offer back", 409),
        (.superseded, "Command went another way: Mei &lt;Tanaka&gt; is in command", 409),
        (.resolved, "It is resolved: nothing is left to command", 200),
        (.reopened, "opened again since (generation 2)", 409),
        (.merged, "Command of incident #00000000 counts for both", 409),
        (.unknown, "has not heard of this yet", 404),
    ])
    func `an offer that is over says how, and takes no answer`(
        end: End, says: String, status: Int
    ) async throws {
        let server = TestServer()
        try await server.test { client in
            let group = try await offer(server, client)
            let body = form("accept", "mine", of: group, server)
            let id = group.description
            switch end {
            case .withdrawn:
                _ = try await client.api(
                    .post, APIPath.handoff(id, .withdraw), body: #"{"by":"raj"}"#)
            case .superseded:
                _ = try await client.api(.post, APIPath.commander(id), body: #"{"by":"mei"}"#)
                decide("mei", group, server)
            case .resolved, .reopened:
                _ = try await client.api(.post, APIPath.resolve(id), body: #"{"by":"raj"}"#)
                guard end == .reopened else { break }
                server.node.advance(.seconds(5))
                _ = try await client.send(
                    .post, "/v1/alerts/\(MockNode.key)",
                    body: #"{"title":"t","severity":"sev1"}"#)
            case .merged: server.node.change { $0.carriers[group] = GroupID(high: 1, low: 1) }
            case .unknown: server.node.change { $0.incidents[group] = nil }
            }
            server.node.change { $0.commands = [] }
            let shown = try await client.send(.get, uri(server, group))
            #expect(shown.status == (end == .unknown ? 404 : 200))
            #expect(shown.text.contains(says))
            #expect(!shown.text.contains("<form"))
            let pressed = try await client.send(.post, uri(server, group), body: body)
            #expect(pressed.status == status)
            #expect(pressed.text.contains(says))
            #expect(server.node.ask(\.commands).isEmpty)
        }
    }

    @Test func `words of any length fit the timeline's line`() {
        let long = String(repeating: "%0D%0Ax", count: 2_000)
        let form = CommandForm(Array("answer=accept&offer=m1.2&words=\(long)".utf8))
        #expect(form.answer == .accept && form.offer == "m1.2")
        #expect(form.words.unicodeScalars.count == Limits.summaryLengthMax)
        #expect(!form.words.contains { $0.isNewline })
    }
}
