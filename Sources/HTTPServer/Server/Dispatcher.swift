import APIModel
import Basics
import Crypto
import HTTPTypes
import Hummingbird
import Logging
import RegionCore

/// Turns the table of addresses into a router: checks tokens, words refusals, counts and logs every
/// request once. *Source:* issue point 10, "no secrets in any of them".
struct Dispatcher: Sendable {
    private let region: RegionName
    private let tokens: APITokens
    private let metrics: ServerMetrics
    private let logger: Logger
    private let hasMajority: @Sendable () -> Bool?
    private let confirm: @Sendable (ReadScope) async -> Reply

    init(
        region: RegionName, tokens: APITokens, metrics: ServerMetrics, logger: Logger,
        hasMajority: @escaping @Sendable () -> Bool? = { nil },
        confirm: @escaping @Sendable (ReadScope) async -> Reply = { _ in
            .rejected(reason: "nothing is read here")
        }
    ) {
        (self.region, self.tokens, self.metrics, self.logger) = (region, tokens, metrics, logger)
        (self.hasMajority, self.confirm) = (hasMajority, confirm)
    }

    /// A router that serves the table. An address of the table answers 405 to all other methods,
    /// and HEAD wherever it answers GET.
    func router(for endpoints: [Endpoint]) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: UnknownAddress(dispatcher: self))
        var methodsOfPath: [(path: String, methods: [HTTPRequest.Method])] = []
        for endpoint in endpoints {
            register(endpoint, method: endpoint.method, on: router)
            if endpoint.method == .get { register(endpoint, method: .head, on: router) }
            let methods = endpoint.method == .get ? [.get, .head] : [endpoint.method]
            if let known = methodsOfPath.firstIndex(where: { $0.path == endpoint.path }) {
                methodsOfPath[known].methods += methods
            } else {
                methodsOfPath.append((endpoint.path, methods))
            }
        }
        for (path, allowed) in methodsOfPath {
            for method in Self.methods where !allowed.contains(method) {
                register(refusing(path: path, allowed: allowed), method: method, on: router)
            }
        }
        return router
    }

    private static let methods: [HTTPRequest.Method] =
        [
            .get, .head, .post, .put, .patch, .delete, .options, .trace,
        ] + [HTTPRequest.Method("QUERY")].compactMap(\.self)

    private func register(
        _ endpoint: Endpoint, method: HTTPRequest.Method, on router: Router<BasicRequestContext>
    ) {
        router.on(RouterPath(endpoint.path), method: method) { request, context in
            await respond(to: request, context: context, at: endpoint)
        }
    }

    private func refusing(path: String, allowed: [HTTPRequest.Method]) -> Endpoint {
        let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        let refuses: @Sendable (Refusal) -> Answer = { refusal in
            var answer = Answer.problem(refusal, region: region)
            answer.response.headers[.allow] = list
            return answer
        }
        return Endpoint(.get, path, access: .open, level: .debug, refuses: refuses) {
            (_: Call) throws(Refusal) -> Answer in
            throw Refusal(
                .methodNotAllowed, "this address does not take this method", remedy: "Use \(list).")
        }
    }

    private func respond(
        to request: Request, context: BasicRequestContext, at endpoint: Endpoint
    ) async -> Response {
        let start = ContinuousClock.now
        var call = Call(request: request, parameters: context.parameters, client: "")
        var answer: Answer
        do {
            if case .token(let role) = endpoint.access {
                let holder = try tokens.holder(of: call.bearer)
                (call.client, call.may) = (holder.name, holder.may)
                try holder.check(may: role)
            }
            let scope = try scope(of: call, at: endpoint)
            if let scope { try Consistency.check(await confirm(scope)) }
            answer = try await endpoint.serve(call)
            if scope != nil { answer.response.headers[.meridianConsistency] = "linearizable" }
        } catch {
            answer = endpoint.refuses?(error) ?? .problem(error, region: region)
        }
        if case .token = endpoint.access, endpoint.method == .get {
            answer.tag(unless: request.headers[.ifNoneMatch])
        }
        answer.addLabels(region: region, hasMajority: hasMajority())
        if request.method == .head { answer.response = answer.response.createHeadResponse() }
        note(answer, of: call, at: endpoint, took: ContinuousClock.now - start)
        return answer.response
    }

    /// What has to be made sure of first: at addresses of the API whose callers may be told.
    private func scope(of call: Call, at endpoint: Endpoint) throws(Refusal) -> ReadScope? {
        guard endpoint.method == .get, endpoint.access.needsToken else { return nil }
        return try Consistency.scope(of: call, at: endpoint.path)
    }

    /// What is answered at an address that is not in the table.
    func unknownAddress(_ request: Request) -> Response {
        let refusal = Refusal(
            .notFound, "nothing is at this address",
            remedy: "The API is at /api/v1, intake at /v1/alertmanager, /v1/alerts and /v2/enqueue."
        )
        let answer = Answer.problem(refusal, region: region)
        metrics.answered(
            path: "other", method: request.method.isKnown ? request.method : .get,
            status: .notFound,
            nanoseconds: 0)
        return answer.response
    }

    private func note(_ answer: Answer, of call: Call, at endpoint: Endpoint, took: Duration) {
        let status = answer.response.status
        let (seconds, attoseconds) = took.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        metrics.answered(
            path: endpoint.path, method: call.request.method, status: status,
            nanoseconds: nanoseconds)
        let level: Logger.Level =
            status.code >= 500 ? .warning : status.code >= 400 ? .notice : endpoint.level
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "region": "\(region)", "method": "\(call.request.method)", "path": "\(endpoint.path)",
            "status": "\(status.code)", "micros": "\(nanoseconds / 1_000)",
        ]
        if let incident = answer.incident { metadata["incident"] = "\(incident)" }
        if !call.client.isEmpty { metadata["client"] = "\(call.client)" }
        if !answer.reason.isEmpty { metadata["reason"] = "\(answer.reason)" }
        logger.log(level: level, "answered", metadata: metadata)
    }
}

extension HTTPRequest.Method {
    /// Whether it is one of the usual methods: others are a client's text, and no label.
    fileprivate var isKnown: Bool {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(self)
    }
}

/// Answers what no row of the table matches: the router's own answer would be empty.
private struct UnknownAddress: RouterMiddleware {
    let dispatcher: Dispatcher

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return dispatcher.unknownAddress(request)
        }
    }
}

/// The tokens of the API, as digests: comparing them takes the same time for every wrong token.
struct APITokens: Sendable {
    /// Who holds a token.
    struct Holder: Sendable {
        /// The name by which logs call them.
        var name: String
        /// What they may do.
        var may: APIRole

        /// Refuses what the token may not do. *Errors:* a `Refusal` that names the role and the way
        /// to it.
        func check(may role: APIRole) throws(Refusal) {
            guard may < role else { return }
            throw Refusal(
                .forbidden,
                "the token '\(name)' may \(may.rawValue), and this needs \(role.rawValue)",
                remedy:
                    "Use a token that has 'may: \(role.rawValue)' or more in tokens.yaml, or give it to "
                    + "'\(name)' there, at every member, and restart the nodes.")
        }
    }

    private let known: [(holder: Holder, digest: SHA256.Digest)]

    init(_ tokens: [APIToken]) {
        known = tokens.filter { !$0.token.isEmpty }.map { token in
            (
                Holder(name: token.name, may: token.may),
                SHA256.hash(data: Array(token.token.utf8))
            )
        }
    }

    /// The holder of a token. *Errors:* a `Refusal` with the remedy.
    func holder(of shown: String?) throws(Refusal) -> Holder {
        guard let shown, !shown.isEmpty else {
            throw Refusal(
                .unauthorized, "the request shows no API token",
                remedy:
                    "Send 'Authorization: Bearer' and a token of tokens.yaml; client.yaml has one.")
        }
        let digest = SHA256.hash(data: Array(shown.utf8))
        var holder: Holder?
        for token in known where token.digest == digest { holder = token.holder }
        guard let holder else {
            throw Refusal(
                .unauthorized, "the API token is not one of this cluster's",
                remedy: "Use a token of tokens.yaml; after a change, nodes have to be restarted.")
        }
        return holder
    }
}
