import APIModel
import Basics
import HTTPTypes
import HummingbirdTesting
import IncidentModel
import RegionCore
import Testing

@testable import HTTPServer

/// The browser's pages: who may see them, and who may press their buttons.
struct BrowserPagesTests {
    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")

    /// Logs in and returns the cookie, with a person or without.
    private func cookie(
        _ client: any TestClientProtocol, person: String? = "mei"
    ) async throws -> String {
        let login = try await client.send(
            .post, "/login", body: "token=\(TestServer.token)&next=%2Fworld")
        #expect(login.status == 303)
        #expect(login.headers[.location] == "/me?next=%2Fworld")
        let first = try #require(login.headers[.setCookie])
        #expect(first.contains("HttpOnly") && first.contains("SameSite=Strict"))
        guard let person else { return Self.pair(first) }
        let said = try await client.send(
            .post, "/me", body: "person=\(person)&form=\(Self.formToken)",
            headers: [.cookie: Self.pair(first)])
        #expect(said.status == 303)
        return Self.pair(try #require(said.headers[.setCookie]))
    }

    private static func pair(_ cookie: String) -> String {
        String(cookie.prefix { $0 != ";" })
    }

    private static var formToken: String {
        Session(token: TestServer.token, person: "").formToken
    }

    @Test func `without a session every page leads to the login, and back`() async throws {
        try await TestServer().test { client in
            for path in ["/incidents", "/world", "/oncall", "/cluster", "/numbers", "/me"] {
                let answer = try await client.send(.get, path + "?x=1")
                #expect(answer.status == 303, "\(path)")
                let expected = "/login?next=\(path.replacing("/", with: "%2F"))%3Fx%3D1"
                #expect(answer.headers[.location] == expected)
            }
            let wrong = try await client.send(.post, "/login", body: "token=wrong")
            #expect(wrong.status == 401 && wrong.headers[.setCookie] == nil)
        }
    }

    @Test func `a login leads to no other site`() async throws {
        try await TestServer().test { client in
            for next in ["https://evil.example.com", "//evil.example.com", "/\\evil.example.com"] {
                let body = "token=\(TestServer.token)&next=\(next)"
                let answer = try await client.send(.post, "/login", body: body)
                #expect(answer.headers[.location] == "/me?next=%2Fincidents")
            }
        }
    }

    @Test func `pages are shown under a policy without inline code`() async throws {
        try await TestServer().test { client in
            let cookie = try await cookie(client)
            for path in [
                "/incidents", "/world", "/oncall", "/oncall/coverage", "/cluster", "/numbers",
                "/runbooks", "/me",
            ] {
                let page = try await client.send(.get, path, headers: [.cookie: cookie])
                #expect(page.status == 200, "\(path): \(page.text)")
                #expect(page.text.contains("Mei &lt;Tanaka&gt;"), "\(path)")
                let policy = try #require(page.headers[.contentSecurityPolicy])
                #expect(policy.contains("script-src 'self'") && !policy.contains("unsafe"))
                #expect(page.text.utf8.count < 100_000)
            }
            let picture = try await client.send(
                .get, "/oncall/chart.svg?from=2026-11-23&days=7", headers: [.cookie: cookie])
            #expect(picture.status == 200 && picture.text.hasPrefix("<svg"))
        }
    }

    @Test func `the files of a page are kept for ever and known by their content`() async throws {
        try await TestServer().test { client in
            let login = try await client.send(.get, "/login")
            let path = try #require(
                login.text.firstMatch(of: /href="(\/assets\/style-[0-9a-f]+\.css)"/)?.1)
            let sheet = try await client.send(.get, String(path))
            #expect(sheet.status == 200)
            #expect(sheet.headers[.cacheControl]?.contains("immutable") == true)
            let unknown = try await client.send(.get, "/assets/style-0.css")
            #expect(unknown.status == 404)
        }
    }

    @Test func `a form acknowledges as the person who reads`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await Self.incident(client)
            let cookie = try await cookie(client)
            let answer = try await client.send(
                .post, "/incidents/\(id)/acknowledge", body: "form=\(Self.formToken)",
                headers: [.cookie: cookie])
            #expect(answer.status == 303)
            let place = try #require(answer.headers[.location])
            #expect(place == "/incidents/\(id)?done=acknowledge&safe=quorum")
            let room = try await client.send(.get, place, headers: [.cookie: cookie])
            #expect(room.text.contains("Acknowledged: it is yours."))
            #expect(room.text.contains("Recorded on a majority"))
        }
        let by = server.node.ask { state in
            state.commands.compactMap { command -> PersonID? in
                if case .acknowledge(_, _, _, _, let by, _) = command { return by }
                return nil
            }
        }
        #expect(by == ["mei"])
    }

    @Test func `a form that is sent twice acts once, and one that says more is another`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let id = try await Self.incident(client)
            let cookie = try await cookie(client)
            func key() async throws -> String {
                let room = try await client.send(
                    .get, "/incidents/\(id)", headers: [.cookie: cookie])
                let match = room.text.firstMatch(of: /name="key" value="([0-9a-f]{32})"/)
                return String(try #require(match?.1))
            }
            func send(_ deed: String, _ fields: String) async throws {
                let answer = try await client.send(
                    .post, "/incidents/\(id)/\(deed)", body: "form=\(Self.formToken)&\(fields)",
                    headers: [.cookie: cookie])
                #expect(answer.status == 303, "\(answer.text)")
            }
            let (first, second) = (try await key(), try await key())
            #expect(first != second)
            for _ in 1...3 { try await send("notes", "key=\(first)&text=seen") }
            try await send("notes", "key=\(first)&text=seen+again")
            try await send("notes", "key=\(second)&text=seen")
            // Time goes on between two tries, and the form is the same.
            for _ in 1...2 {
                server.node.advance(.seconds(61))
                try await send("work", "key=\(first)&kind=action&text=t&minutes=15")
            }
            let timeline: TimelineAnswer = try await client.api(
                .get, APIPath.timeline(id) + "?kind=note,work"
            ).decoded()
            #expect(timeline.entries.map(\.kind) == ["note", "note", "note", "work"])
            for title in ["x", "x", "y"] {
                let answer = try await client.send(
                    .post, "/incidents",
                    body: "form=\(Self.formToken)&key=\(first)&service=checkout&title=\(title)",
                    headers: [.cookie: cookie])
                #expect(answer.status == 303, "\(answer.text)")
            }
        }
        #expect(server.node.ask { $0.incidents.values.count { $0.generation > 0 } } == 3)
    }

    @Test func `a note is answered in its thread, and whom it mentions stands out`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await Self.incident(client)
            let cookie = try await cookie(client)
            func note(_ fields: String) async throws {
                let answer = try await client.send(
                    .post, "/incidents/\(id)/notes", body: "form=\(Self.formToken)&\(fields)",
                    headers: [.cookie: cookie])
                #expect(answer.status == 303, "\(answer.text)")
            }
            try await note("text=why%3F+%40raj+%40nobody")
            let timeline: TimelineAnswer = try await client.api(
                .get, APIPath.timeline(id) + "?kind=note"
            ).decoded()
            let fact = try #require(timeline.entries.first?.fact)
            let asked = try await client.send(
                .get, "/incidents/\(id)?reply=\(fact)", headers: [.cookie: cookie])
            #expect(asked.text.contains("name=\"replyTo\" value=\"\(fact)\""))
            #expect(asked.text.contains("<span class=\"mention\">@Raj"))
            #expect(asked.text.contains("@nobody (not in the roster)"))
            try await note("replyTo=\(fact)&text=the+pool")
            let room = try await client.send(.get, "/incidents/\(id)", headers: [.cookie: cookie])
            #expect(!room.text.contains("name=\"replyTo\""))
            let thread = try #require(room.text.firstRange(of: "<ol class=\"replies\">"))
            #expect(room.text[thread.upperBound...].contains("the pool"))
        }
    }

    @Test func `a step of a runbook is ticked in the room, once for each form`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await Self.incident(client)
            let cookie = try await cookie(client)
            let room = try await client.send(.get, "/incidents/\(id)", headers: [.cookie: cookie])
            #expect(room.text.contains("A disk is full") && !room.text.contains("It is slow"))
            for (step, status) in [("1", 303), ("1", 303), ("2", 400)] {
                let answer = try await client.send(
                    .post, "/incidents/\(id)/steps",
                    body: "form=\(Self.formToken)&key=k&runbook=disk-full&step=\(step)"
                        + "&state=failed&outcome=quota",
                    headers: [.cookie: cookie])
                #expect(Int(answer.status) == status, "\(answer.text)")
            }
            let timeline: TimelineAnswer = try await client.api(
                .get, APIPath.timeline(id) + "?kind=work"
            ).decoded()
            #expect(
                timeline.entries.map(\.text)
                    == ["mei: step: disk-full 1: look did not work: quota"])
            for (path, words) in [
                ("/runbooks?text=full", "A disk is full"), ("/runbooks/disk-full", "Steps"),
            ] {
                let page = try await client.send(.get, path, headers: [.cookie: cookie])
                #expect(page.status == 200 && page.text.contains(words), "\(path)")
                #expect(!page.text.contains("It is slow"))
            }
            let none = try await client.send(.get, "/runbooks/none", headers: [.cookie: cookie])
            #expect(none.status == 404)
        }
    }

    @Test func `a change of who is on call shows its plan first, and is done by the second form`()
        async throws
    {
        let server = TestServer()
        try await server.test { client in
            let cookie = try await cookie(client)
            func post(_ more: String) async throws -> Received {
                try await client.send(
                    .post, "/oncall/changes",
                    body: "form=\(Self.formToken)&kind=leave&person=mei&from=2026-11-26T00:00"
                        + "&to=2026-11-28T00:00&reason=ill\(more)",
                    headers: [.cookie: cookie])
            }
            let plan = try await post("")
            #expect(plan.status == 200 && plan.text.contains("Nothing is changed yet"))
            #expect(plan.text.contains("name=\"apply\" value=\"yes\""))
            #expect(server.node.ask { $0.control.changes.isEmpty })
            #expect(try await post("&apply=yes").status == 303)
            #expect(server.node.ask { $0.control.changes.count } == 1)
        }
    }

    @Test func `a view is kept in the browser by a name, and forgotten`() async throws {
        try await TestServer().test { client in
            let cookie = try await cookie(client)
            func post(_ fields: String, _ views: String = "") async throws -> Received {
                try await client.send(
                    .post, "/incidents/views", body: "form=\(Self.formToken)&\(fields)",
                    headers: [.cookie: cookie + views])
            }
            let kept = try await post("name=Worst&query=status%3Dopen%26severity%3DSEV1")
            #expect(kept.headers[.location] == "/incidents?status=open&severity=SEV1")
            let set = try #require(kept.headers[.setCookie])
            #expect(set.contains("HttpOnly") && set.contains("SameSite=Strict"))
            let views = "; " + Self.pair(set)
            let page = try await client.send(
                .get, "/incidents?status=open&severity=SEV1", headers: [.cookie: cookie + views])
            #expect(page.text.contains("★ Worst") && page.text.contains("Forget the view"))
            let gone = try await post("forget=Worst", views)
            let after = try await client.send(
                .get, "/incidents",
                headers: [
                    .cookie: cookie + "; " + Self.pair(try #require(gone.headers[.setCookie]))
                ])
            #expect(!after.text.contains("★ Worst"))
            #expect(try await post("query=x").status == 400)
        }
    }

    @Test(arguments: [
        // No token, a wrong one, another site's page, another host's page.
        ("", nil, nil), ("form=0000", nil, nil), ("own", "cross-site", nil),
        ("own", "same-site", nil), ("own", nil, "https://evil.example.com"),
        ("own", nil, "null"),
    ])
    func `a form of another site does nothing`(
        form: String, site: String?, origin: String?
    ) async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await Self.incident(client)
            var headers: HTTPFields = [.cookie: try await cookie(client)]
            if let name = Self.fetchSite { headers[name] = site }
            headers[.origin] = origin
            let answer = try await client.send(
                .post, "/incidents/\(id)/acknowledge",
                body: form == "own" ? "form=\(Self.formToken)" : form, headers: headers)
            #expect(answer.status == 403)
        }
        #expect(server.node.ask { $0.commands.isEmpty })
    }

    @Test func `who has not said who they are is asked before they do something`() async throws {
        let server = TestServer()
        try await server.test { client in
            let id = try await Self.incident(client)
            let cookie = try await cookie(client, person: nil)
            let answer = try await client.send(
                .post, "/incidents/\(id)/notes", body: "text=x&form=\(Self.formToken)",
                headers: [.cookie: cookie])
            #expect(answer.headers[.location] == "/me?next=%2Fincidents%2F\(id)")
        }
        #expect(server.node.ask { $0.commands.isEmpty })
    }

    @Test(arguments: ["%2F", "%3Fx", "abcd%2Ftimeline", "abcd%2Fbrief", "..%2Fcluster"])
    func `an address that would be another one of the API leads nowhere`(id: String) async throws {
        try await TestServer().test { client in
            let cookie = try await cookie(client)
            let shown = try await client.send(
                .get, "/incidents/\(id)", headers: [.cookie: cookie])
            #expect(shown.status == 404)
            let sent = try await client.send(
                .post, "/incidents/\(id)/notes", body: "text=x&form=\(Self.formToken)",
                headers: [.cookie: cookie])
            #expect(sent.status == 404)
        }
    }

    @Test(arguments: ["9223372036854775807", "-1", "0", "x"])
    func `a length of time that makes no sense harms nothing`(minutes: String) async throws {
        let server = TestServer()
        try await server.test { client in
            let cookie = try await cookie(client)
            let fired: AcceptanceAnswer = try await client.send(
                .post, "/v1/alerts/\(MockNode.key)", body: #"{"title":"slow"}"#
            ).decoded()
            let answer = try await client.send(
                .post, "/incidents/\(fired.incident)/work",
                body: "kind=action&text=x&minutes=\(minutes)&form=\(Self.formToken)",
                headers: [.cookie: cookie])
            #expect(answer.status == 303, "\(answer.text)")
        }
    }

    @Test func `a refusal of the API is a page with the remedy`() async throws {
        try await TestServer().test { client in
            let id = try await Self.incident(client)
            let cookie = try await cookie(client)
            let answer = try await client.send(
                .post, "/incidents/\(id)/severity", body: "severity=SEV9&form=\(Self.formToken)",
                headers: [.cookie: cookie])
            #expect(answer.status == 400)
            #expect(answer.text.contains("Use SEV1 to SEV5."))
            let unknown = try await client.send(
                .get, "/incidents/00000000", headers: [.cookie: cookie])
            #expect(unknown.status == 404 && unknown.text.contains("<h1>"))
        }
    }

    @Test func `a link from another site is asked for once more, with the cookie`() async throws {
        let name = try #require(Self.fetchSite)
        try await TestServer().test { client in
            let answer = try await client.send(
                .get, "/incidents/abcd", headers: [name: "cross-site"])
            #expect(answer.status == 200)
            #expect(answer.text.contains("http-equiv=\"refresh\""))
        }
    }

    @Test func `a logout takes the cookie back`() async throws {
        try await TestServer().test { client in
            let cookie = try await cookie(client)
            let answer = try await client.send(
                .post, "/logout", body: "form=\(Self.formToken)", headers: [.cookie: cookie])
            #expect(answer.headers[.setCookie]?.contains("Max-Age=0") == true)
        }
    }

    @Test func `over TLS the cookie is bound to this host and to TLS`() {
        let cookie = Session(token: "t", person: "p").cookie(isSecure: true)
        #expect(cookie.hasPrefix("__Host-meridian=") && cookie.contains("; Secure"))
        #expect(cookie.contains("Path=/"))
    }

    @Test func `no log shows a token or a cookie`() async throws {
        let server = TestServer()
        try await server.test { client in
            let cookie = try await cookie(client)
            _ = try await client.send(.get, "/incidents", headers: [.cookie: cookie])
            #expect(!server.log.lines.contains { $0.contains(cookie) })
        }
        #expect(!server.log.lines.contains { $0.contains(TestServer.token) })
    }

    private static func incident(_ client: any TestClientProtocol) async throws -> String {
        let answer = try await client.api(
            .post, "/api/v1/incidents",
            body: #"{"service": "checkout", "title": "Checkout fails"}"#)
        return try answer.decoded(AcceptanceAnswer.self).incident
    }
}
