import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// One row of the table of addresses.
struct Endpoint: Sendable {
    /// Who may call it.
    enum Access: Sendable {
        /// Everybody: what it does is guarded by a key or token of its own, or shows nothing.
        case open
        /// Who has a token of the API that may do this.
        case token(APIRole)

        /// Whether a token has to be shown.
        var needsToken: Bool {
            if case .token = self { true } else { false }
        }
    }

    /// The method.
    var method: HTTPRequest.Method
    /// The path, with `{name}` for what varies. Logs and metrics know requests by this, never by
    /// the address itself, which may hold keys and tokens.
    var path: String
    /// Who may call it.
    var access: Access
    /// At which level a success is logged.
    var level: Logger.Level
    /// How a refusal is worded, where it is not a problem document.
    var refuses: (@Sendable (Refusal) -> Answer)?
    /// Serves a request.
    var serve: @Sendable (Call) async throws(Refusal) -> Answer

    init(
        _ method: HTTPRequest.Method, _ path: String, access: Access, level: Logger.Level,
        refuses: (@Sendable (Refusal) -> Answer)? = nil,
        serve: @escaping @Sendable (Call) async throws(Refusal) -> Answer
    ) {
        (self.method, self.path, self.access, self.level) = (method, path, access, level)
        (self.refuses, self.serve) = (refuses, serve)
    }
}

/// A request at its endpoint.
struct Call: Sendable {
    /// The request.
    var request: Request
    /// What stands in the varying parts of the path.
    var parameters: Parameters
    /// The name of the API token that was shown; empty at open addresses.
    var client: String
    /// What the token may do; least of all at open addresses.
    var may = APIRole.read

    /// One varying part of the path, percent-decoded; empty if the path has none of this name.
    func parameter(_ name: String) -> String {
        let raw = parameters.get(name) ?? ""
        return raw.removingPercentEncoding ?? raw
    }

    /// One parameter of the query.
    func query(_ name: String) -> String? { request.uri.queryParameters.get(name) }

    /// The token of an `Authorization: Bearer` header.
    var bearer: String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1]).trimmed
    }
}
