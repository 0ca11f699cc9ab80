import APIModel
import Basics
import HTTPTypes
import Hummingbird
import NIOCore

extension Call {
    /// The length of the body as the client declares it, if it does.
    var declaredLength: Int? { request.headers[.contentLength].flatMap { Int($0) } }

    /// The whole body. *Errors:* a `Refusal` if it is larger than `bytesMax`; a length that the
    /// client declares is believed before a byte is read.
    func body(bytesMax: Int = Limits.intakeBodyBytesMax) async throws(Refusal) -> [UInt8] {
        if let declaredLength, declaredLength > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
        do {
            let buffer = try await request.body.collect(upTo: bytesMax)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw .tooLarge(bytesMax: bytesMax)
        } catch {
            throw Refusal(
                .invalidRequest, "the body ended early", field: "body", remedy: "Send it again.")
        }
    }

    /// The body as JSON. *Errors:* a `Refusal` that says at which byte it is not JSON.
    func json(bytesMax: Int = Limits.intakeBodyBytesMax) async throws(Refusal) -> JSONValue {
        try Self.json(of: try await body(bytesMax: bytesMax))
    }

    /// Bytes as JSON. *Errors:* a `Refusal` that says at which byte they are not.
    static func json(of bytes: [UInt8]) throws(Refusal) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw .syntax(error)
        }
    }

    /// The body as JSON, or as a form: whatever it begins like, for scripts seldom set the content
    /// type. Parameters of the query stand for members that the body does not have.
    func jsonOrForm() async throws(Refusal) -> JSONValue {
        let bytes = try await body()
        let query = FormParser.parse(Array((request.uri.query ?? "").utf8)).members
        let first = bytes.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
        let isForm =
            first.map {
                ![UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), 0xEF].contains($0)
            }
            ?? true
        let isSaidToBeForm =
            request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form") ?? false
        if first == nil || (isForm && isSaidToBeForm) {
            return .object(query + FormParser.parse(bytes).members)
        }
        do {
            let value = try JSONParser.parse(bytes)
            guard case .object(let members) = value else { return value }
            return .object(query + members)
        } catch {
            throw .syntax(error)
        }
    }
}
