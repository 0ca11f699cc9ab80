import APIModel
import HTTPTypes
import HummingbirdCore
import Logging

/// The description of the API. *Source:* issue 6 point 1.
struct DescriptionRoutes: Sendable {
    /// The table.
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, APIPath.description, access: .open, level: .debug) {
                (call: Call) throws(Refusal) -> Answer in
                var answer = Answer.text(Self.text, type: "application/json")
                answer.tag(unless: call.request.headers[.ifNoneMatch])
                return answer
            }
        ]
    }

    private static let text = APIDescription.document.rendered
}
