import APIModel
import Basics
@testable import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import IncidentModel
import Paging
import RegionCore
import Testing

@Suite struct APIRoutesTests {
    /// An incident that fires, by the plain form.
    private func fire(
        _ client: any TestClientProtocol, _ title: String, severity: String = "sev2"
    ) async throws -> String {
        let answer: AcceptanceAnswer = try await client.send(
            .post, "/v1/alerts/\(MockNode.key)",
            body: #"{"title":"\#(title)","severity":"\#(severity)","dedupKey":"\#(title)"}"#
        ).decoded()
        return answer.incident
    }

    // MARK: Authentication

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Bearer wrong", "Basic \(TestServer.token)", TestServer.token,
        "Bearer \(TestServer.token)x", "Bearer \(TestServer.token.dropLast())",
        "Bearer \(MockNode.key)",
    ])
    func `without a good token nothing of the API is served`(header: String) async throws {
        let server = TestServer()
        try await server.test { client in
            for (method, path) in [
                (HTTPRequest.Method.get, APIPath.incidents), (.post, APIPath.incidents),
                (.get, APIPath.incident("abcd")), (.get, APIPath.timeline("abcd")),
                (.post, APIPath.acknowledge("abcd")), (.post, APIPath.resolve("abcd")),
                (.post, APIPath.escalate("abcd")), (.post, APIPath.notes("abcd")),
                (.get, APIPath.onCall), (.get, APIPath.pages), (.post, APIPath.testPage),
                (.get, APIPath.cluster), (.get, APIPath.services), (.get, APIPath.conflicts),
                (.get, APIPath.conflict("abcd")), (.post, APIPath.overturn("abcd")),
                (.post, APIPath.severity("abcd")), (.post, APIPath.commander("abcd")),
            ] {
                let headers: HTTPFields = header.isEmpty ? [:] : [.authorization: header]
                let got = try await client.send(method, path, body: "{}", headers: headers)
                #expect(got.status == 401, "\(method) \(path)")
                #expect(got.headers[.wwwAuthenticate] == "Bearer realm=\"meridian\"")
                let problem: Problem = try got.decoded()
                #expect(problem.kind == .unauthorized)
                #expect(problem.remedy.contains("tokens.yaml"))
            }
        }
        #expect(server.node.ask { $0.commands.isEmpty && $0.tests.isEmpty && $0.intakes.isEmpty })
    }

    @Test func `an empty token in the configuration lets nobody in`() {
        let tokens = APITokens([APIToken(name: "x", token: "", may: .administer)])
        #expect(throws: Refusal.self) { try tokens.holder(of: "") }
        #expect(throws: Refusal.self) { try tokens.holder(of: nil) }
    }

    // MARK: Reads

    @Test func `incidents are listed worst first, with where the answer comes from`() async throws {
        let server = TestServer()
        try await server.test { client in
            _ = try await fire(client, "mild", severity: "sev4")
            let worst = try await fire(client, "worst", severity: "sev1")
            _ = try await fire(client, "over")
            _ = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"dedupKey":"over","status":"ok"}"#)
            let list: IncidentList = try await client.api(.get, APIPath.incidents).decoded()
            #expect(list.incidents.map(\.title) == ["worst", "mild"])
            #expect(list.region == "eu")
            let first = list.incidents[0]
            #expect(first.id == worst)
            #expect(first.shortID == String(worst.prefix(8)))
            #expect(first.severity == "SEV1")
            #expect(first.status == "triggered")
            #expect(first.label.region == "eu")
            #expect(first.label.epoch == 4)
            #expect(first.label.index == 1)
            let all: IncidentList = try await client.api(.get, APIPath.incidents + "?all=true")
                .decoded()
            #expect(all.incidents.map(\.title) == ["worst", "mild", "over"])
            let odd = try await client.api(.get, APIPath.incidents + "?all=perhaps")
            #expect(odd.status == 400)
            #expect(try odd.decoded(Problem.self).field == "all")
        }
    }

    @Test func `an incident is found by its id or an unambiguous beginning`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            server.node.recordPage(try #require(GroupID(hex: id)), person: "mei")
            for text in [id, String(id.prefix(8)), id.uppercased()] {
                let detail: IncidentDetail = try await client.api(.get, APIPath.incident(text))
                    .decoded()
                #expect(detail.summary.id == id)
                #expect(detail.alerts.map(\.summary) == ["t"])
                #expect(detail.pages.map(\.state) == ["delivered"])
                #expect(detail.pages[0].attempts[0].detail == "250 ok")
                #expect(detail.pages[0].step == "level 1, cycle 1")
            }
            let timeline: TimelineAnswer = try await client.api(.get, APIPath.timeline(id))
                .decoded()
            #expect(
                timeline.entries.map(\.kind) == [
                    "alert-firing", "opened", "page-intent", "page-delivered",
                ])
            #expect(timeline.entries.allSatisfy { $0.digest?.count == 64 })
        }
    }

    @Test func `an ambiguous beginning is refused with the candidates`() async throws {
        let server = TestServer()
        let groups = [
            GroupID(high: 0xABCD_0000_0000_0000, low: 1),
            GroupID(high: 0xABCD_0000_0000_0000, low: 2),
        ]
        server.node.change { state in
            for group in groups { state.incidents[group] = Incident(group: group) }
        }
        try await server.test { client in
            let got = try await client.api(.get, APIPath.incident("abcd"))
            #expect(got.status == 409)
            let problem: Problem = try got.decoded()
            #expect(problem.kind == .ambiguousIncident)
            for group in groups { #expect(problem.detail.contains(group.description)) }
            #expect(
                try await client.api(.get, APIPath.incident(groups[0].description)).status == 200)
        }
    }

    @Test(arguments: [
        ("abc", 400), ("zzzz", 400), ("ab%20cd", 400), ("+123", 400), ("ffff", 404),
        ("%00%00%00%00", 400), (String(repeating: "f", count: 32), 404),
        (String(repeating: "f", count: 33), 400), ("+" + String(repeating: "f", count: 31), 400),
    ])
    func `what is no id or no incident says so`(id: String, status: Int) async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.api(.get, APIPath.incident(id))
            #expect(got.status == status)
            #expect(try got.decoded(Problem.self).field == "id")
        }
    }

    // MARK: Commands

    @Test func `commands are done in somebody's name and answered with durability`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            let group = try #require(GroupID(hex: id))
            for (path, body) in [
                (APIPath.acknowledge(id), #"{"by":"mei"}"#),
                (APIPath.notes(String(id.prefix(8))), #"{"by":"raj","text":"looking"}"#),
                (APIPath.escalate(id), #"{"by":"cli","reason":"stuck"}"#),
                (APIPath.acknowledge(id), #"{"by":"mei","generation":1,"run":2}"#),
                (APIPath.resolve(id), #"{"by":"mei"}"#),
            ] {
                let got = try await client.api(.post, path, body: body)
                #expect(got.status == 200, "\(path) \(got.text)")
                let answer: AcceptanceAnswer = try got.decoded()
                #expect(answer.incident == id)
                #expect(answer.durability == "quorum")
            }
            #expect(
                server.node.ask(\.commands) == [
                    .acknowledge(
                        group: group, generation: nil, previousEnd: nil, run: nil, by: "mei",
                        via: "api"),
                    .note(group: group, by: "raj", text: "looking"),
                    .escalate(group: group, by: "cli", reason: "stuck"),
                    .acknowledge(
                        group: group, generation: 1, previousEnd: nil, run: 2, by: "mei", via: "api"
                    ),
                    .resolve(group: group, by: "mei", via: "api"),
                ])
            let again = try await client.api(.post, APIPath.resolve(id), body: #"{"by":"mei"}"#)
            #expect(again.status == 409)
            #expect(try again.decoded(Problem.self).kind == .rejected)
        }
    }

    @Test func `a note answers another, and says whom nobody is told for`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            func note(_ body: String) async throws -> Received {
                try await client.api(.post, APIPath.notes(id), body: body)
            }
            let first: AcceptanceAnswer = try await note(
                #"{"by":"mei","text":"@raj or @rja?"}"#
            ).decoded()
            #expect(first.warnings == ["nobody in the roster is called 'rja': nobody is told"])
            func timeline() async throws -> [TimelineItem] {
                let answer: TimelineAnswer = try await client.api(
                    .get, APIPath.timeline(id) + "?kind=note"
                ).decoded()
                return answer.entries
            }
            let fact = try #require(try await timeline().first?.fact)
            let answered = try await note(#"{"by":"raj","text":"I","replyTo":"\#(fact)"}"#)
            #expect(answered.status == 200)
            #expect(try await timeline().last?.replyTo == fact)
            let odd = try await note(#"{"by":"raj","text":"I","replyTo":"4"}"#)
            #expect(odd.status == 400)
            #expect(try odd.decoded(Problem.self).field == "replyTo")
        }
    }

    @Test(arguments: [
        ("acknowledge", #"{}"#, "by"), ("acknowledge", #"{"by":7}"#, "by"),
        ("acknowledge", #"{"by":"nobody"}"#, "by"),
        ("acknowledge", #"{"by":"mei","run":"x"}"#, "run"),
        ("acknowledge", #"{"by":"mei","generation":-1}"#, "generation"),
        ("acknowledge", #"[]"#, "body"), ("acknowledge", #"{"by":"#, "body"),
        ("resolve", "", "body"),
        ("escalate", #"{"by":"mei","reason":{}}"#, "reason"), ("notes", #"{"by":"mei"}"#, "text"),
        ("notes", #"{"by":"mei","text":"  "}"#, "text"),
    ])
    func `a bad command names the field and does nothing`(
        path: String, body: String, field: String
    ) async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            let got = try await client.api(.post, "\(APIPath.incident(id))/\(path)", body: body)
            #expect(got.status == 400)
            #expect(try got.decoded(Problem.self).field == field)
        }
        #expect(server.node.ask(\.commands).isEmpty)
    }

    @Test func `a command at an overloaded node is a 503 with Retry-After`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            server.node.change { $0.forced = .overloaded(reason: "full") }
            let got = try await client.api(.post, APIPath.resolve(id), body: #"{"by":"mei"}"#)
            #expect(got.status == 503)
            #expect(got.headers[.retryAfter] == "2")
        }
    }

    @Test func `an incident is declared by hand`() async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.api(
                .post, APIPath.incidents,
                body:
                    #"{"service":"checkout","title":"slow","severity":"SEV1","details":{"since":"noon","n":2},"by":"mei","isDrill":true}"#
            )
            #expect(got.status == 201)
            let answer: AcceptanceAnswer = try got.decoded()
            #expect(got.headers[.location] == APIPath.incident(answer.incident))
            let detail: IncidentDetail = try await client.api(
                .get, APIPath.incident(answer.incident)
            ).decoded()
            #expect(detail.summary.title == "slow")
            #expect(detail.summary.severity == "SEV1")
            #expect(detail.summary.isDrill)
            #expect(detail.source == "manual")
            #expect(detail.alerts[0].labels == ["since": "noon", "n": "2", "declared_by": "mei"])
        }
    }

    @Test
    func `declaring again with the same Idempotency-Key is the same incident, even once closed`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let body = #"{"service":"checkout","title":"slow"}"#
            func declare(_ key: String) async throws -> (Int, AcceptanceAnswer) {
                let got = try await client.api(
                    .post, APIPath.incidents, body: body, headers: [.idempotencyKey: key])
                return (got.status, try got.decoded())
            }
            let first = try await declare("k1")
            _ = try await client.api(
                .post, APIPath.resolve(first.1.incident), body: #"{"by":"mei"}"#)
            let again = try await declare("k1")
            let other = try await declare("k2")
            #expect(first.0 == 201 && again.0 == 200 && other.0 == 201)
            #expect(again.1.incident == first.1.incident)
            #expect(again.1.isRepeat && again.1.status == "resolved")
            #expect(other.1.incident != first.1.incident)
        }
    }

    @Test(arguments: [
        (#"{"title":"t"}"#, "service"), (#"{"service":"nope","title":"t"}"#, "service"),
        (#"{"service":"checkout"}"#, "title"), (#"{"service":"checkout","title":3}"#, "title"),
        (#"{"service":"checkout","title":"t","severity":"bad"}"#, "severity"),
        (#"{"service":"checkout","title":"t","details":[1]}"#, "details"),
        (#"{"service":"checkout","title":"t","isDrill":"yes"}"#, "isDrill"),
    ])
    func `a bad declaration names the field`(body: String, field: String) async throws {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.api(.post, APIPath.incidents, body: body)
            #expect(got.status == 400)
            #expect(try got.decoded(Problem.self).field == field)
        }
        #expect(server.node.ask(\.intakes).isEmpty)
    }

    // MARK: Roster, pages, cluster

    @Test func `who is on call is answered for now and for another time, with who is next`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let list: OnCallList = try await client.api(
                .get, APIPath.onCall + "?at=2026-12-24T03:00:00%2B01:00"
            ).decoded()
            #expect(list.at == Timestamp(text: "2026-12-24T02:00:00Z"))
            let schedule = try #require(list.schedules.first)
            #expect(schedule.name == "Follow the sun")
            #expect(schedule.services == ["checkout", "search"])
            let person = try #require(schedule.people.first)
            #expect(person.until == Timestamp(text: "2026-12-24T08:00:00Z"))
            #expect(person.reason == "regional window")
            let next = try #require(schedule.next)
            #expect(next.from == person.until)
            #expect(Set([person.person, next.person]) == ["mei", "raj"])
            #expect(schedule.finding == nil)
            let plain: OnCallList = try await client.api(.get, APIPath.onCall).decoded()
            #expect(plain.at == Timestamp(server.node.now()))
            for text in ["soon", "2026-12-24T03:00:00", "2026-13-01T00:00:00Z"] {
                let bad = try await client.api(.get, APIPath.onCall + "?at=\(text)")
                #expect(bad.status == 400)
                #expect(try bad.decoded(Problem.self).field == "at")
            }
        }
    }

    @Test func `services are listed without their keys`() async throws {
        let server = TestServer()
        try await server.test { client in
            _ = try await fire(client, "t")
            let got = try await client.api(.get, APIPath.services)
            #expect(!got.text.contains(MockNode.key))
            let list: ServiceList = try got.decoded()
            #expect(list.services.map(\.id) == ["checkout", "search"])
            #expect(list.services.map(\.integrationKeyCount) == [1, 1])
            #expect(list.services.map(\.openIncidents) == [1, 0])
            #expect(list.services[1].runbook == nil)
        }
    }

    @Test func `pages of open incidents are listed, test pages are sent`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await fire(client, "t")
            server.node.recordPage(try #require(GroupID(hex: id)), person: "mei")
            let pages: PageList = try await client.api(.get, APIPath.pages).decoded()
            #expect(pages.pages.map(\.incident) == [id])
            let sent = try await client.api(
                .post, APIPath.testPage, body: #"{"person":"raj","channel":"sms"}"#)
            let answer: TestPageAnswer = try sent.decoded()
            #expect(answer.outcome == "delivered" && answer.detail == "250 ok")
            _ = try await client.api(.post, APIPath.testPage, body: #"{"person":"mei"}"#)
            #expect(server.node.ask { $0.tests.map(\.person) } == ["raj", "mei"])
            #expect(server.node.ask { $0.tests.map(\.channel) } == [.sms, nil])
            server.node.change { $0.testReport = nil }
            let none = try await client.api(.post, APIPath.testPage, body: #"{"person":"mei"}"#)
            #expect(none.status == 503)
        }
    }

    @Test(arguments: [
        (#"{}"#, "person"), (#"{"person":"nobody"}"#, "person"),
        (#"{"person":"mei","channel":"pigeon"}"#, "channel"),
        (#"{"person":"mei","channel":"sms"}"#, "channel"),
    ])
    func `a bad test page names the field and sends nothing`(body: String, field: String)
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let got = try await client.api(.post, APIPath.testPage, body: body)
            #expect(got.status == 400)
            #expect(try got.decoded(Problem.self).field == field)
        }
        #expect(server.node.ask(\.tests).isEmpty)
    }

    @Test func `the cluster is shown as this region sees it`() async throws {
        let server = TestServer()
        server.node.change { $0.ready = .notReady(reason: "starting") }
        try await server.test { client in
            let status: ClusterStatus = try await client.api(.get, APIPath.cluster).decoded()
            #expect(status.cluster == "test" && status.region == "eu")
            #expect(status.member == "00000000000000a1")
            #expect(!status.hasMajority)
            #expect(status.notReadyReason == "starting")
            #expect(status.members.map(\.name) == ["eu", "us"])
            #expect(status.members.map(\.isSelf) == [true, false])
            #expect(status.members.map(\.gatewaysWork) == [true, nil])
            #expect(status.members.map(\.hears) == [[], nil])
            #expect(
                status.members.map(\.lostSince) == [
                    nil, Timestamp(Instant(seconds: 1_795_399_000)),
                ])
            let outlook = try #require(status.outlook)
            #expect(outlook.map(\.about) == ["readiness", "majority", "gateway"])
            #expect(outlook[1].next.hasPrefix("once us is reached again, 5 facts known here are"))
            #expect(status.sentences == outlook)
            #expect(status.gateways.map(\.isWorking) == [false])
            #expect(status.gateways.map(\.lastError) == ["421 busy"])
            #expect(status.links.map(\.detail) == ["refused"])
            #expect(status.disk?.freeBytes == 20)
            #expect(status.versions == ["wire": "1", "roster": "r1"])
        }
    }

    @Test func `an unknown address and a wrong method are problems that say what there is`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let none = try await client.api(.get, "/api/v2/nothing?token=secret-in-query")
            #expect(none.status == 404)
            #expect(try none.decoded(Problem.self).kind == .notFound)
            let wrong = try await client.api(.delete, APIPath.incidents)
            #expect(wrong.status == 405)
            #expect(wrong.headers[.allow] == "GET, HEAD, POST")
        }
        #expect(!server.log.lines.contains { $0.contains("secret-in-query") })
    }
}
