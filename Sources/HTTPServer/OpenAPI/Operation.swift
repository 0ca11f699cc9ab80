import APIModel
import HTTPTypes

/// What the description of the API says of one route: what it is for, what it takes, what it
/// answers. *Source:* docs/decisions/0020; OpenAPI 3.1.1.
struct Operation: Sendable {
    /// A parameter of the query or a header.
    struct Parameter: Sendable {
        /// Where it stands.
        enum Place: String, Sendable {
            case query, header
        }
        /// What it looks like.
        enum Shape: Sendable {
            /// Any text.
            case text
            /// One of these, or several with commas.
            case words([String], severally: Bool)
            /// `true` or `false`.
            case flag
            /// An RFC 3339 time.
            case time
            /// A whole number within bounds.
            case number(ClosedRange<Int>)
        }
        var name: String
        var place = Place.query
        var shape: Shape
        var isRequired = false
        var words: String
    }

    /// What a success looks like.
    enum Success: Sendable {
        /// A value of the API, with these statuses.
        case json(any (Codable & Sendable).Type, [Int])
        /// A stream of events.
        case events
        /// The description itself.
        case description
    }

    /// The method.
    var method: HTTPRequest.Method
    /// The path, as it stands in the table of addresses.
    var path: String
    /// The name by which generated clients call it.
    var id: String
    /// What it belongs to.
    var tag: String
    /// What it is for, in one line.
    var summary: String
    /// What else there is to know.
    var details = ""
    /// What the query and the headers may say.
    var parameters: [Parameter] = []
    /// What the body is.
    var body: (any (Codable & Sendable).Type)?
    /// What is answered.
    var success: Success
    /// The media types of other forms of the answer, all of them texts.
    var otherForms: [String] = []
    /// Whether a coordinator serves it, and not a node.
    var isOfCoordinator = false

    /// A read.
    static func get(
        _ path: String, _ id: String, _ tag: String, _ summary: String, _ details: String = "",
        _ parameters: [Parameter] = [], answers: any (Codable & Sendable).Type
    ) -> Operation {
        Operation(
            method: .get, path: path, id: id, tag: tag, summary: summary, details: details,
            parameters: parameters + (Consistency.subject(of: path) == nil ? [] : [.consistency]),
            success: .json(answers, [200]))
    }

    /// A write.
    static func post(
        _ path: String, _ id: String, _ tag: String, _ summary: String, _ details: String = "",
        takes body: any (Codable & Sendable).Type,
        answers: any (Codable & Sendable).Type = AcceptanceAnswer.self, _ statuses: [Int] = [200]
    ) -> Operation {
        Operation(
            method: .post, path: path, id: id, tag: tag, summary: summary, details: details,
            body: body, success: .json(answers, statuses))
    }

    /// The names of the varying parts of the path.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map { String($0.dropFirst().dropLast()) }
    }

    /// The statuses with which it may be refused.
    var refusals: [ProblemKind] {
        var kinds: [ProblemKind] = []
        if success.needsToken { kinds.append(.unauthorized) }
        let isAsked = !pathParameters.isEmpty || !parameters.isEmpty || body != nil
        if isAsked { kinds.append(.invalidRequest) }
        if !pathParameters.isEmpty || isOfCoordinator { kinds.append(.unknownIncident) }
        if parameters.contains(where: { $0.name == "id" || $0.name == "incident" }) {
            kinds += [.notFound, .ambiguousIncident]
        }
        if parameters.contains(where: { $0.name == "schedule" }) { kinds.append(.notFound) }
        if pathParameters.contains("id") { kinds.append(.ambiguousIncident) }
        if body != nil { kinds += [.rejected, .tooLarge, .overloaded] }
        if case .events = success { kinds.append(.overloaded) }
        if parameters.contains(where: { $0.name == Consistency.parameter }) {
            kinds.append(.unavailable)
        }
        return kinds
    }
}

extension Operation.Success {
    /// Whether it is shown only to holders of a token.
    var needsToken: Bool {
        switch self {
        case .json, .events: true
        case .description: false
        }
    }
}
