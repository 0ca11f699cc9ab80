import APIModel
import Basics
import HTTPTypes
import Hummingbird
import NIOCore

/// What was read of a body that may be larger than what is kept of it, or come too slowly.
struct BodyStart: Equatable, Sendable {
    /// How much of the end is kept of a body that is longer than what is kept of its beginning.
    static let endBytesMax = 64 * 1_024

    /// Its first bytes; all of it if it is whole.
    private(set) var bytes: [UInt8] = []
    /// Its last bytes, as far as they are not among the first ones.
    private var rest: [UInt8] = []
    /// How many bytes were read.
    private(set) var count = 0
    /// Whether its end was reached.
    var isEnded = false

    /// Whether `bytes` is all of it.
    var isWhole: Bool { isEnded && count == bytes.count }

    /// The last bytes; some of them may be among the first ones.
    var end: [UInt8] {
        Array(bytes.suffix(max(0, Self.endBytesMax - rest.count)))
            + rest.suffix(Self.endBytesMax)
    }

    /// Takes in what comes next.
    mutating func add(_ part: some Collection<UInt8>, bytesMax: Int) {
        count += part.count
        let first = part.prefix(bytesMax - bytes.count)
        bytes += first
        rest += part.dropFirst(first.count)
        if rest.count > 4 * Self.endBytesMax { rest.removeFirst(rest.count - Self.endBytesMax) }
    }
}

extension Call {
    /// The length of the body as the client declares it, if it does.
    var declaredLength: Int? { request.headers[.contentLength].flatMap { Int($0) } }

    /// The whole body. *Errors:* a `Refusal` if it is larger than `bytesMax`; a length that the
    /// client declares is believed before a byte is read.
    func body(bytesMax: Int = Limits.intakeBodyBytesMax) async throws(Refusal) -> [UInt8] {
        if let declaredLength, declaredLength > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
        let start = try await bodyStart(bytesMax: bytesMax, readMax: bytesMax)
        guard start.isWhole else { throw .tooLarge(bytesMax: bytesMax) }
        return start.bytes
    }

    /// The body, or its beginning and end if it is larger than `bytesMax`: for what must not be
    /// refused. Reading stops behind `readMax`. *Errors:* a `Refusal` if it ends early, or takes
    /// too long; with `takesSlow` what has come until then is given instead.
    func bodyStart(
        bytesMax: Int, readMax: Int = Limits.droppedBodyBytesMax, takesSlow: Bool = false
    ) async throws(Refusal) -> BodyStart {
        var start = BodyStart()
        do {
            for try await part in request.body {
                start.add(part.readableBytesView, bytesMax: bytesMax)
                guard start.count <= readMax else { return start }
            }
            start.isEnded = true
            return start
        } catch let slow as SlowBody {
            if takesSlow, start.count > 0 { return start }
            throw Refusal(
                .unavailable, "the body took longer than \(slow.bodyTime)", field: "body",
                remedy: "Send it again, faster or in parts.")
        } catch {
            throw Refusal(
                .invalidRequest, "the body ended early", field: "body", remedy: "Send it again.")
        }
    }

    /// Bytes as JSON. *Errors:* a `Refusal` that says at which byte they are not.
    static func json(of bytes: [UInt8]) throws(Refusal) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw .syntax(error)
        }
    }

    /// A body as JSON, or as a form: whatever it begins like, for scripts seldom set the content
    /// type. Parameters of the query stand for members that the body does not have.
    func jsonOrForm(of start: BodyStart) throws(Refusal) -> JSONValue {
        let bytes = start.bytes
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
        let value = try CutBody.json(of: start)
        guard case .object(let members) = value else { return value }
        return .object(query + members)
    }
}
