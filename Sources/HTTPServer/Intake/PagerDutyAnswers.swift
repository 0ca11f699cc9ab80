import APIModel
import Basics
import HTTPTypes

/// Answers in the shape that clients of PagerDuty's Events API v2 read. *Source:* contracts 1.
enum PagerDutyAnswers {
    /// 202, also for what there was nothing to be done for.
    static func success(_ taken: TakenIn, region: RegionName) -> Answer {
        let body = JSONValue.object([
            .init("status", .string("success")), .init("message", .string("Event processed")),
            .init("dedup_key", .string(taken.dedupKey ?? "")),
        ])
        let answer = Answer.text(body.rendered, type: "application/json", status: .accepted)
        return taken.addingHeaders(to: answer, region: region)
    }

    /// A refusal. An unknown key is an invalid event here: these clients know 400 as final.
    @Sendable static func refusal(_ refusal: Refusal) -> Answer {
        var answer: Answer
        switch refusal.kind {
        case .invalidRequest, .unknownKey:
            let reason = refusal.kind == .unknownKey ? "'routing_key' is unknown: " : ""
            answer = body(
                status: "invalid event", message: "Event object is invalid",
                errors: ["\(reason)\(refusal.detail). \(refusal.remedy)"], code: .badRequest)
        case .unauthorized, .forbidden, .notFound, .methodNotAllowed, .unknownIncident,
            .ambiguousIncident, .rejected, .tooLarge, .overloaded, .unavailable, .internalError:
            answer = body(
                status: refusal.kind.rawValue, message: refusal.kind.title,
                errors: ["\(refusal.detail). \(refusal.remedy)"],
                code: HTTPResponse.Status(code: refusal.kind.status))
        }
        answer.reason = refusal.detail
        answer.addHeaders(of: refusal.kind)
        return answer
    }

    private static func body(
        status: String, message: String, errors: [String], code: HTTPResponse.Status
    ) -> Answer {
        let body = JSONValue.object([
            .init("status", .string(status)), .init("message", .string(message)),
            .init("errors", .array(errors.map { .string($0) })),
        ])
        return .text(body.rendered, type: "application/json", status: code)
    }
}
