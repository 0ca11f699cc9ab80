import APIModel
import Basics
import Foundation
import HTTPTypes
import Hummingbird
import IncidentModel
import RegionCore

/// A response, and what the log may know of the request: ids, never keys, tokens or addresses.
struct Answer: Sendable {
    /// What is sent.
    var response: Response
    /// The incident it was about, if it was about one.
    var incident: GroupID?
    /// How much an answer about an incident knows; it goes into headers, too.
    var label: ReadLabel?
    /// The body, if it is there as a whole.
    private(set) var content: ByteBuffer?
    /// Why it was refused or what else the operator should know; empty if nothing.
    var reason: String = ""

    init(_ response: Response, incident: GroupID? = nil, reason: String = "") {
        (self.response, self.incident, self.reason) = (response, incident, reason)
    }

    /// A value as JSON.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, incident: GroupID? = nil
    ) -> Answer {
        var answer = whole(
            ByteBuffer(bytes: encoded(value)), type: "application/json", status: status)
        answer.incident = incident
        return answer
    }

    /// A value as JSON on one line.
    static func jsonText(_ value: some Encodable) -> String {
        String(decoding: encoded(value), as: UTF8.self)
    }

    /// A value of the API always becomes JSON; were it not so, it would be our bug.
    private static func encoded(_ value: some Encodable) -> Data {
        do {
            return try APICoding.encode(value)
        } catch {
            halt("\(type(of: value)) did not become JSON: \(error)")
        }
    }

    /// A text.
    static func text(
        _ text: String, type: String = "text/plain; charset=utf-8",
        status: HTTPResponse.Status = .ok
    ) -> Answer {
        whole(ByteBuffer(string: text), type: type, status: status)
    }

    /// A refusal as a problem. *Source:* RFC 9457.
    static func problem(_ refusal: Refusal, region: RegionName) -> Answer {
        let problem = Problem(
            kind: refusal.kind, detail: refusal.detail, field: refusal.field,
            remedy: refusal.remedy, region: region.text,
            errors: refusal.errors.isEmpty ? nil : refusal.errors)
        var answer = json(problem, status: HTTPResponse.Status(code: refusal.kind.status))
        answer.response.headers[.contentType] = Problem.mediaType
        answer.reason = refusal.detail
        answer.addHeaders(of: refusal.kind)
        return answer
    }

    /// The headers that go with a kind of refusal, whatever the shape of the body.
    mutating func addHeaders(of kind: ProblemKind) {
        switch kind {
        case .overloaded, .unavailable: response.headers[.retryAfter] = "2"
        case .unauthorized: response.headers[.wwwAuthenticate] = "Bearer realm=\"meridian\""
        // Tells `RefusedBodyHandler` to close the connection instead of reading on.
        case .tooLarge: response.headers[.connection] = "close"
        case .invalidRequest, .forbidden, .unknownKey, .notFound, .methodNotAllowed,
            .unknownIncident, .ambiguousIncident, .rejected, .internalError:
            break
        }
    }

    private static func whole(
        _ buffer: ByteBuffer, type: String, status: HTTPResponse.Status
    ) -> Answer {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        var answer = Answer(
            Response(status: status, headers: headers, body: ResponseBody(byteBuffer: buffer)))
        answer.content = buffer
        return answer
    }
}

extension HTTPField.Name {
    /// The region that answers.
    static let meridianRegion = named("Meridian-Region")
    /// The incident that took the alerts in.
    static let meridianIncident = named("Meridian-Incident")
    /// `quorum` or `local`.
    static let meridianDurability = named("Meridian-Durability")
    /// The epoch of the incident's owner, as known where it was read.
    static let meridianEpoch = named("Meridian-Epoch")
    /// The last committed position of the incident's log, as known where it was read.
    static let meridianIndex = named("Meridian-Index")
    /// How many facts of the incident are not in its log where it was read.
    static let meridianUnmerged = named("Meridian-Unmerged-Facts")
    /// Since when the incident's owner has not been heard where it was read.
    static let meridianStaleSince = named("Meridian-Stale-Since")
    /// Whether the answering region can reach a majority: `yes` or `no`.
    static let meridianMajority = named("Meridian-Majority")
    /// `linearizable` if the answer shows everything that was decided before it was asked for.
    static let meridianConsistency = named("Meridian-Consistency")
    /// A key by which a request that is sent again is known.
    static let idempotencyKey = named("Idempotency-Key")
    /// The point of a stream of events that a client has seen.
    static let lastEventID = named("Last-Event-ID")
    /// Tells a proxy not to gather an answer before it hands it on.
    static let accelBuffering = named("X-Accel-Buffering")
    /// `Referrer-Policy`.
    static let referrerPolicy = named("Referrer-Policy")
    /// `X-Frame-Options`.
    static let frameOptions = named("X-Frame-Options")
    /// `X-Robots-Tag`.
    static let robotsTag = named("X-Robots-Tag")

    private static func named(_ text: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(text)") else {
            halt("\"\(text)\" is not a header name")
        }
        return name
    }
}
