/// Why a request was refused or failed. *Source:* RFC 9457, with extension members.
package struct Problem: Codable, Equatable, Sendable {
    /// The media type of a problem.
    package static let mediaType = "application/problem+json"

    /// The kind of problem: `urn:meridian:problem:` and one of `ProblemKind`.
    package var type: String
    /// The kind of problem, for people.
    package var title: String
    /// The HTTP status.
    package var status: Int
    /// What is wrong with this request.
    package var detail: String
    /// The field of the request that is at fault, as a path like `alerts[2].labels`; absent if none
    /// is.
    package var field: String?
    /// What to do about it.
    package var remedy: String
    /// The region that answers.
    package var region: String
    /// Everything that is wrong, where that is more than one thing; absent where it is not.
    package var errors: [ProblemItem]?

    /// A problem with all its parts.
    package init(
        kind: ProblemKind, detail: String, field: String? = nil, remedy: String, region: String,
        errors: [ProblemItem]? = nil
    ) {
        type = kind.uri
        title = kind.title
        status = kind.status
        self.detail = detail
        self.field = field
        self.remedy = remedy
        self.region = region
        self.errors = errors
    }

    /// The kind; `nil` if a newer server names one that is not known here.
    package var kind: ProblemKind? { ProblemKind.allCases.first { $0.uri == type } }
}

/// One of several things that are wrong.
package struct ProblemItem: Codable, Equatable, Sendable, CustomStringConvertible {
    /// What is at fault, as a path like `people[mei].zone`; absent if it is the whole.
    package var field: String?
    /// The line of the text that was sent, from 1; absent if there is none.
    package var line: Int?
    /// What is wrong.
    package var message: String
    /// What to do about it; absent if that is said for all at once.
    package var remedy: String?

    /// A thing that is wrong.
    package init(
        field: String? = nil, line: Int? = nil, message: String, remedy: String? = nil
    ) {
        (self.field, self.line, self.message, self.remedy) = (field, line, message, remedy)
    }

    /// `line 3: people[mei].zone: there is no zone Mars; did you mean Paris?`
    package var description: String {
        (line.map { "line \($0): " } ?? "") + (field.map { "\($0): " } ?? "") + message
            + (remedy.map { "; \($0)" } ?? "")
    }
}

/// The kinds of problem the API knows.
package enum ProblemKind: String, CaseIterable, Sendable {
    /// A field of the request is missing or wrong.
    case invalidRequest = "invalid-request"
    /// No API token, or not one of the cluster's.
    case unauthorized = "unauthorized"
    /// Not for the holder of this token, or not for this person.
    case forbidden = "forbidden"
    /// No service has this integration key.
    case unknownKey = "unknown-key"
    /// There is nothing at this address.
    case notFound = "not-found"
    /// There is something at this address, but it does not take this method.
    case methodNotAllowed = "method-not-allowed"
    /// There is no such incident here.
    case unknownIncident = "unknown-incident"
    /// Several incidents begin with these digits.
    case ambiguousIncident = "ambiguous-incident"
    /// The request makes no sense as the incident stands.
    case rejected = "rejected"
    /// The body is larger than the limit.
    case tooLarge = "too-large"
    /// The node cannot take more now.
    case overloaded = "overloaded"
    /// The node cannot serve this now, and says why.
    case unavailable = "unavailable"
    /// A defect of the server.
    case internalError = "internal-error"

    /// What stands in a problem's `type`.
    package var uri: String { "urn:meridian:problem:\(rawValue)" }

    /// The HTTP status it is answered with.
    package var status: Int {
        switch self {
        case .invalidRequest: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .unknownKey, .notFound, .unknownIncident: 404
        case .methodNotAllowed: 405
        case .ambiguousIncident, .rejected: 409
        case .tooLarge: 413
        case .internalError: 500
        case .overloaded, .unavailable: 503
        }
    }

    /// The kind for people.
    package var title: String {
        switch self {
        case .invalidRequest: "The request is not valid"
        case .unauthorized: "An API token is needed"
        case .forbidden: "Not allowed"
        case .unknownKey: "Unknown integration key"
        case .notFound: "Nothing is at this address"
        case .methodNotAllowed: "This address does not take this method"
        case .unknownIncident: "No such incident"
        case .ambiguousIncident: "Several incidents match"
        case .rejected: "Not possible as the incident stands"
        case .tooLarge: "The body is too large"
        case .overloaded: "The node cannot take more now"
        case .unavailable: "Not available now"
        case .internalError: "A defect of the server"
        }
    }
}
