import APIModel
import Basics
import Escalation
import HTTPTypes
import Hummingbird
import Logging
import Pages
import Paging
import RegionCore

/// One page's visit: who reads, and the API as they may use it.
struct Visit: Sendable {
    /// The browser's session.
    var session: Session
    /// Who holds its token, and what they may do.
    var client: APITokens.Holder
    /// Who reads, if they have said so and the roster knows them.
    var reader: TimelinePerson?
    /// The API.
    var api: InnerAPI
    /// What stands around the page.
    var frame: Frame
    /// By what the form is known that this visit sent, however often it is sent.
    var key: String?

    /// What the API answers to a GET. *Errors:* the endpoint's refusal.
    func get<Body: Decodable>(
        _ path: String, query: [(name: String, value: String)] = [], as type: Body.Type = Body.self
    ) async throws(Refusal) -> Body {
        try await api.get(path, query: query, client: client)
    }

    /// What the API answers to a POST of one of its requests; a form that is sent again is the same
    /// request. *Errors:* the endpoint's refusal.
    func post<Body: Decodable>(
        _ path: String, _ request: some Encodable & Sendable, as type: Body.Type = Body.self
    ) async throws(Refusal) -> Body {
        try await api.post(path, request, client: client, key: key)
    }
}

/// What all pages have in common: they need a session, say who answers, and tell the browser what it
/// may do: load from here, and nothing else.
struct PageGate: Sendable {
    private let node: any NodeService
    private let api: InnerAPI
    private let tokens: APITokens
    private let sites: [PublicSite]

    init(node: any NodeService, api: InnerAPI, config: HTTPServerConfig) {
        (self.node, self.api) = (node, api)
        (tokens, sites) = (APITokens(config.apiTokens), config.sites)
    }

    var region: RegionName { node.region }
    /// The node's time.
    var now: Instant { node.now() }
    /// Whether browsers reach this node over TLS.
    var isSecure: Bool {
        sites.contains { $0.region == node.region && $0.url.lowercased().hasPrefix("https:") }
    }

    /// A GET that shows a page.
    func page(
        _ path: String,
        _ render: @escaping @Sendable (Call, Visit) async throws(Refusal) -> HTML
    ) -> Endpoint {
        answering(path) { (call, visit) throws(Refusal) in html(try await render(call, visit)) }
    }

    /// A GET that answers whatever it likes to whoever has a session.
    func answering(
        _ path: String,
        _ serve: @escaping @Sendable (Call, Visit) async throws(Refusal) -> Answer
    ) -> Endpoint {
        Endpoint(.get, path, access: .open, level: .debug) {
            (call: Call) async throws(Refusal) -> Answer in
            guard let visit = try await visit(call) else { return door(call) }
            do throws(Refusal) {
                try checkPath(of: call)
                return try await serve(call, visit)
            } catch {
                return problem(error, visit: visit, back: "/incidents")
            }
        }
    }

    /// A POST of a form. `back` is where a refusal leads to.
    func form(
        _ path: String, back: @escaping @Sendable (Call) -> String = { _ in "/incidents" },
        _ serve: @escaping @Sendable (Call, Visit, Form) async throws(Refusal) -> Answer
    ) -> Endpoint {
        Endpoint(.post, path, access: .open, level: .info) {
            (call: Call) async throws(Refusal) -> Answer in
            guard var visit = try await visit(call) else {
                return redirect(to: loginPath(next: back(call)))
            }
            let bytes = try await call.body()
            let form = Form(bytes)
            visit.key = form.key(at: call.request.uri.path, body: bytes)
            guard SameSite.admits(call.request), form["form"] == visit.session.formToken else {
                return html(
                    Doors.problem(
                        visit.frame, title: "Not done",
                        detail: "This form was not sent from a page of this login",
                        remedy: "Load the page again and repeat it.", back: back(call)),
                    status: .forbidden)
            }
            do throws(Refusal) {
                try checkPath(of: call)
                return try await serve(call, visit, form)
            } catch {
                return problem(error, visit: visit, back: back(call))
            }
        }
    }

    /// Ids in our addresses are letters, digits and dots. What is encoded in a path could be another path of
    /// the API once it is decoded. *Errors:* a `Refusal`.
    private func checkPath(of call: Call) throws(Refusal) {
        guard call.request.uri.path.contains("%") else { return }
        throw Refusal(
            .notFound, "nothing is at this address", remedy: "Follow a link of these pages.")
    }

    // MARK: Visits

    /// The visit of a request; `nil` if it has no session, or one whose token is no longer known.
    private func visit(_ call: Call) async throws(Refusal) -> Visit? {
        guard let session = Session(of: call.request, isSecure: isSecure) else { return nil }
        let client: APITokens.Holder
        do throws(Refusal) { client = try tokens.holder(of: session.token) } catch { return nil }
        let people = await node.roster().people.map {
            TimelinePerson(person: $0.id.text, name: $0.name)
        }
        let reader = people.first { $0.person == session.person }
        let cluster = try await api.get(APIPath.cluster, client: client, as: ClusterStatus.self)
        let frame = Frame(
            cluster: cluster, path: call.request.uri.string, people: people, reader: reader,
            formToken: session.formToken, formKey: Self.newKey(),
            elsewhere: sites.filter { $0.region != node.region }
                .map { Frame.Address(region: $0.region.text, url: $0.url) },
            done: done(call))
        return Visit(
            session: session, client: client, reader: reader, api: api, frame: frame)
    }

    /// What nobody can guess: 128 bits, new for every page.
    private static func newKey() -> String {
        var generator = SystemRandomNumberGenerator()
        return GroupID(high: generator.next(), low: generator.next()).description
    }

    private func done(_ call: Call) -> Done? {
        call.query("done").flatMap { Done.Deed(rawValue: $0) }
            .map { Done($0, isHereOnly: call.query("safe") != Durability.quorum.name) }
    }

    /// Where somebody without a session is sent. A link from another site comes without the cookie
    /// even if there is one: the page is asked for once more, from here.
    private func door(_ call: Call) -> Answer {
        let path = call.request.uri.string
        if call.request.headers[.fetchSite] == "cross-site" { return html(Doors.again(path: path)) }
        return redirect(to: loginPath(next: path))
    }

    private func loginPath(next: String) -> String { "/login?next=\(Query.encoded(next))" }

    /// Whoever has to be somebody to do something.
    func whoPath(next: String) -> String { "/me?next=\(Query.encoded(next))" }

    // MARK: The login

    /// A session for a token. *Errors:* a `Refusal` if it is not one of the cluster's.
    func open(token: String) throws(Refusal) -> Session {
        _ = try tokens.holder(of: token)
        return Session(token: token, person: "")
    }

    /// The page that asks for a token.
    func login(next: String, problem: String?, status: HTTPResponse.Status = .ok) -> Answer {
        html(
            Doors.login(region: node.region.text, next: next, problem: problem),
            status: status)
    }

    // MARK: Answers

    /// A page, with what the browser has to know of it.
    func html(_ page: HTML, status: HTTPResponse.Status = .ok) -> Answer {
        var answer = Answer.text(
            page.description, type: "text/html; charset=utf-8", status: status)
        answer.response.headers[.contentSecurityPolicy] = policy
        answer.response.headers[.referrerPolicy] = "same-origin"
        answer.response.headers[.frameOptions] = "DENY"
        answer.response.headers[.robotsTag] = "noindex, nofollow"
        return answer
    }

    /// Go there and ask again: what follows every form.
    func redirect(to path: String, cookie: String? = nil) -> Answer {
        var answer = Answer.text("", status: .seeOther)
        answer.response.headers[.location] = path
        if let cookie { answer.response.headers[.setCookie] = cookie }
        return answer
    }

    /// An address of this site, or the start: never another site's.
    static func local(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), !path.hasPrefix("/\\"),
            !path.unicodeScalars.contains(where: { $0.value < 0x20 })
        else { return "/incidents" }
        return path
    }

    private func problem(_ refusal: Refusal, visit: Visit, back: String) -> Answer {
        // What to ask the API instead helps nobody here.
        let remedy =
            refusal.remedy.contains("/api/")
            ? "Go back and follow a link; another region may know more: see the links above."
            : refusal.remedy
        var answer = html(
            Doors.problem(
                visit.frame, title: refusal.kind.title, detail: refusal.detail,
                remedy: remedy, back: back),
            status: HTTPResponse.Status(code: refusal.kind.status))
        answer.reason = refusal.detail
        return answer
    }

    /// `Content-Security-Policy`: scripts and styles are files of this site. The page's script may ask
    /// the other regions whether they live. *Source:* W3C, Content Security Policy level 3.
    private var policy: String {
        let others = sites.filter { $0.region != node.region }.map(\.origin)
        return
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
            + (["'self'"] + others).joined(separator: " ")
            + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }
}

/// The fields of a form.
struct Form: Sendable {
    private let fields: JSONValue

    init(_ bytes: [UInt8]) { fields = FormParser.parse(bytes) }

    /// A field; absent if it is not there or says nothing.
    subscript(name: String) -> String? {
        guard case .string(let text) = fields[name], !text.isBlank else { return nil }
        return text.trimmed
    }

    /// By what the form is known: the page's key, its address and all that it says, so that the page's
    /// forms differ, and so does one that is filled in otherwise after a step back.
    func key(at path: String, body: [UInt8]) -> String? {
        guard let page = self["key"] else { return nil }
        return Digest256(of: Array("\(page) \(path) ".utf8) + body).group.description
    }
}
