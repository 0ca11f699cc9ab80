import APIModel
import Foundation

/// One request of the API, before it is known which region will answer it.
struct APICall: Sendable {
    /// The HTTP methods in use.
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// What to do if a region has the request and says nothing.
    enum Repeatability: Sendable {
        /// Asking another region does no harm: a read, or a statement that may be made twice.
        case repeatable
        /// It acts once, however often and through however many regions it is sent: it carries a key.
        case once
        /// It may have been carried out already, and carrying it out twice would differ.
        case unrepeatable
    }

    /// The method.
    var method: Method
    /// The path, without the region's address.
    var path: String
    /// The query's names and values.
    var query: [(name: String, value: String)]
    /// By what every region knows it when it is sent again; absent in reads.
    var key: String?
    /// The JSON body, if there is one.
    var body: Data?
    /// What to do if a region has it and says nothing.
    var repeatability: Repeatability
    /// How long a region may take at least, in seconds, whatever `--timeout` says.
    var patienceSeconds: Double

    /// A read.
    static func get(_ path: String, query: [(name: String, value: String)] = []) -> APICall {
        APICall(
            method: .get, path: path, query: query, key: nil, body: nil, repeatability: .repeatable,
            patienceSeconds: 0)
    }

    /// A request that changes something. It has a key of its own.
    static func post(
        _ path: String, _ body: some Encodable, _ repeatability: Repeatability,
        patienceSeconds: Double = 0
    ) throws -> APICall {
        APICall(
            method: .post, path: path, query: [], key: UUID().uuidString,
            body: try APICoding.encode(body), repeatability: repeatability,
            patienceSeconds: patienceSeconds)
    }

    /// The whole address at a region.
    func address(at endpoint: RegionEndpoint) -> String {
        let base = endpoint.url.hasSuffix("/") ? String(endpoint.url.dropLast()) : endpoint.url
        guard !query.isEmpty else { return base + path }
        let pairs = query.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }
        return base + path + "?" + pairs.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }

    /// *Source:* RFC 3986 section 2.3.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// What came of asking one region.
enum RegionOutcome: Equatable, Sendable {
    /// It answered, with this status and body.
    case answered(status: Int, body: Data)
    /// The request never reached it: asking another region is safe.
    case unsent(reason: String)
    /// The request may have reached it, and no answer came.
    case silent(reason: String)
}

/// What an outcome means for a call.
enum RegionVerdict: Equatable, Sendable {
    /// This is the answer.
    case answer(Data)
    /// Ask the next region; this one cannot help now.
    case next(reason: String)
    /// This region knows of no such thing; another may, while they are cut off from each other.
    case unknownHere(CommandFailure)
    /// No other region would say otherwise.
    case fail(CommandFailure)
}

extension APICall {
    /// Judges what one region did with this call.
    func judge(_ outcome: RegionOutcome, at endpoint: RegionEndpoint) -> RegionVerdict {
        switch outcome {
        case .unsent(let reason): .next(reason: reason)
        case .silent(let reason): afterSilence(reason, at: endpoint)
        case .answered(let status, let body) where (200..<300).contains(status): .answer(body)
        case .answered(let status, let body):
            judge(
                status: status, problem: try? APICoding.decode(Problem.self, from: body), endpoint)
        }
    }

    private func judge(
        status: Int, problem: Problem?, _ endpoint: RegionEndpoint
    ) -> RegionVerdict {
        guard let problem else {
            let reason = "answered HTTP \(status), but not like a Meridian node"
            return status >= 500 ? afterSilence(reason, at: endpoint) : .next(reason: reason)
        }
        let failure = Self.failure(of: problem)
        return switch problem.kind {
        case .overloaded, .unavailable: .next(reason: problem.detail)
        case .unknownIncident: .unknownHere(failure)
        case .internalError: afterSilence(problem.detail, at: endpoint)
        case .invalidRequest, .unauthorized, .forbidden, .unknownKey, .notFound,
            .methodNotAllowed, .ambiguousIncident, .rejected, .tooLarge, nil:
            .fail(failure)
        }
    }

    /// What a problem means for whoever asked.
    static func failure(of problem: Problem) -> CommandFailure {
        CommandFailure(status(of: problem), message(of: problem), remedy: problem.remedy)
    }

    /// A call that is not to be carried out twice ends here: the region may have carried it out.
    private func afterSilence(_ reason: String, at endpoint: RegionEndpoint) -> RegionVerdict {
        switch repeatability {
        case .repeatable, .once: .next(reason: reason)
        case .unrepeatable:
            .fail(
                CommandFailure(
                    .unreachable,
                    "\(endpoint.name) has the request and did not answer (\(reason)): it may have"
                        + " been carried out, and no other region was asked to do it again",
                    remedy: "look whether it was done, with `meridian incident list` or"
                        + " `meridian incident show`; if not, repeat it with --region and another"
                        + " region"))
        }
    }

    private static func message(of problem: Problem) -> String {
        let field = problem.field.map { " (field \($0))" } ?? ""
        let items = (problem.errors ?? []).map { "\n  \($0)" }.joined()
        return "\(problem.detail)\(field)\(items)"
    }

    private static func status(of problem: Problem) -> CommandStatus {
        switch problem.kind {
        case .notFound, .unknownIncident, .unknownKey: .notFound
        case .invalidRequest, .unauthorized, .forbidden, .methodNotAllowed, .ambiguousIncident,
            .rejected, .tooLarge, .overloaded, .unavailable, .internalError, nil:
            problem.status == 404 ? .notFound : .failed
        }
    }
}
