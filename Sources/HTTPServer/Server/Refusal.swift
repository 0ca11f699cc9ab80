import APIModel
import Basics

/// Why a request is not served: a value that becomes the answer. `field` names what is at fault as
/// a path like `alerts[2].labels`.
struct Refusal: Error, Equatable, Sendable {
    /// The kind, and with it the status.
    var kind: ProblemKind
    /// What is wrong with this request.
    var detail: String
    /// The field that is at fault, if one is.
    var field: String?
    /// What to do about it.
    var remedy: String
    /// Everything that is wrong, where that is told one by one.
    var errors: [ProblemItem] = []

    init(
        _ kind: ProblemKind, _ detail: String, field: String? = nil, remedy: String,
        errors: [ProblemItem] = []
    ) {
        (self.kind, self.detail, self.field, self.remedy) = (kind, detail, field, remedy)
        self.errors = errors
    }

    /// A field that has to be there and is not, or says nothing.
    static func missing(_ field: String, remedy: String) -> Refusal {
        Refusal(.invalidRequest, "'\(field)' is missing or blank", field: field, remedy: remedy)
    }

    /// A field that is there and cannot be used.
    static func invalid(_ field: String, _ detail: String, remedy: String) -> Refusal {
        Refusal(.invalidRequest, detail, field: field, remedy: remedy)
    }

    /// A body that is not JSON.
    static func syntax(_ error: JSONSyntaxError) -> Refusal {
        Refusal(
            .invalidRequest, "the body is not JSON: \(error)", field: "body",
            remedy: "Send one JSON object, UTF-8, with Content-Type: application/json.")
    }

    /// A body over the limit.
    static func tooLarge(bytesMax: Int) -> Refusal {
        Refusal(
            .tooLarge, "the body is larger than \(bytesMax) bytes", field: "body",
            remedy: "Send less in one request.")
    }

    /// More than the node can take.
    static func overloaded(_ reason: String) -> Refusal {
        Refusal(
            .overloaded, reason,
            remedy: "Send it again after the time in Retry-After, or to another region.")
    }
}
