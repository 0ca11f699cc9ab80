import APIModel
import Alerting
import Basics
import Escalation
import HTTPTypes
import HummingbirdCore
import IncidentModel
import Paging

/// The fields of a request to the API, each read with its own refusal. Unknown fields are passed
/// over, so that a client may be newer than the server.
struct RequestFields: Sendable {
    private let body: JSONValue
    /// By what the request is known when it is sent again.
    let key: ActKey

    /// The fields of a body. *Errors:* a `Refusal` if it is no object, or the key is too long.
    init(_ call: Call) async throws(Refusal) {
        let bytes = try await call.body()
        key = try call.key(body: bytes)
        let value = try Call.json(of: bytes)
        guard case .object = value else {
            throw .invalid(
                "body", "the body is \(value.kind), not an object",
                remedy: "Send one JSON object, UTF-8.")
        }
        body = value
    }

    /// A text that has to be there. *Errors:* a `Refusal` that names it.
    func text(_ name: String, lengthMax: Int, remedy: String) throws(Refusal) -> String {
        guard let text = try optionalText(name, lengthMax: lengthMax) else {
            throw .missing(name, remedy: remedy)
        }
        return text
    }

    /// A text that may be there; cut to its length. *Errors:* a `Refusal` if it is something else.
    func optionalText(_ name: String, lengthMax: Int) throws(Refusal) -> String? {
        switch body[name] {
        case nil, .null: return nil
        case .string(let text): return text.isBlank ? nil : cleaned(text.trimmed, to: lengthMax)
        case .bool, .number, .array, .object:
            throw .invalid(name, "'\(name)' is not a text", remedy: "Write it in quotes.")
        }
    }

    /// A list of texts that may be there. *Errors:* a `Refusal` if it is something else.
    func optionalTexts(_ name: String) throws(Refusal) -> [String]? {
        switch body[name] {
        case nil, .null: return nil
        case .array(let elements):
            var texts: [String] = []
            for (index, element) in elements.enumerated() {
                guard case .string(let text) = element else {
                    throw .invalid(
                        "\(name)[\(index)]", "it is \(element.kind), not a text",
                        remedy: "Write it in quotes.")
                }
                texts.append(text)
            }
            return texts
        case .bool, .number, .string, .object:
            throw .invalid(name, "'\(name)' is not a list", remedy: "Send [\"one\", \"other\"].")
        }
    }

    /// A text that has to be there, byte for byte. *Errors:* a `Refusal` that names it, also if it is
    /// longer.
    func wholeText(_ name: String, bytesMax: Int, remedy: String) throws(Refusal) -> String {
        guard case .string(let text) = body[name], !text.isBlank else {
            throw .missing(name, remedy: remedy)
        }
        guard text.utf8.count <= bytesMax else {
            throw .invalid(
                name, "'\(name)' has \(text.utf8.count) bytes, more than \(bytesMax)",
                remedy: "Send a shorter one.")
        }
        return text
    }

    /// A time that may be there. *Errors:* a `Refusal` that names the field.
    func optionalTime(_ name: String) throws(Refusal) -> Instant? {
        guard let text = try optionalText(name, lengthMax: 64) else { return nil }
        guard let time = Timestamp(text: text) else {
            throw .invalid(
                name, "'\(text)' is not a time with an offset",
                remedy: "Write it like 2026-12-24T03:00:00Z.")
        }
        return time.instant
    }

    /// The id of a fact that may be there, like `m1.42`. *Errors:* a `Refusal` that names the field.
    func optionalFact(_ name: String) throws(Refusal) -> FactID? {
        guard let text = try optionalText(name, lengthMax: 64) else { return nil }
        guard let fact = FactID(text: text.lowercased()) else {
            throw .invalid(
                name, "'\(text)' is no entry of a timeline",
                remedy: "Give its `fact`, like m1.42.")
        }
        return fact
    }

    /// A number that may be there. *Errors:* a `Refusal` if it is something else.
    func optionalNumber(_ name: String) throws(Refusal) -> UInt64? {
        switch body[name] {
        case nil, .null: return nil
        case .number(let digits):
            if let number = UInt64(digits) { return number }
        case .bool, .string, .array, .object: break
        }
        throw .invalid(name, "'\(name)' is not a whole number", remedy: "Send a number from 0.")
    }

    /// A truth value that may be there. *Errors:* a `Refusal` if it is something else.
    func optionalFlag(_ name: String) throws(Refusal) -> Bool? {
        switch body[name] {
        case nil, .null: return nil
        case .bool(let value): return value
        case .number, .string, .array, .object: break
        }
        throw .invalid(name, "'\(name)' is neither true nor false", remedy: "Send true or false.")
    }

    /// An object of texts that may be there. *Errors:* a `Refusal` if it is something else.
    func optionalDetails(_ name: String) throws(Refusal) -> JSONValue? {
        switch body[name] {
        case nil, .null: return nil
        case .object(let members): return .object(members)
        case .bool, .number, .string, .array: break
        }
        throw .invalid(
            name, "'\(name)' is not an object", remedy: "Send {\"name\": \"value\"} pairs.")
    }

    /// A severity that may be there. *Errors:* a `Refusal` that names the field.
    func optionalSeverity(_ name: String) throws(Refusal) -> Severity? {
        guard let text = try optionalText(name, lengthMax: 64) else { return nil }
        guard let severity = Severity(named: text) else {
            throw .invalid(
                name, "there is no severity '\(text)'", remedy: "Use SEV1 to SEV5.")
        }
        return severity
    }

    /// A phase that may be there. *Errors:* a `Refusal` that names the field.
    func optionalPhase(_ name: String) throws(Refusal) -> IncidentPhase? {
        guard let text = try optionalText(name, lengthMax: 64) else { return nil }
        guard let phase = IncidentPhase(named: text) else {
            throw .invalid(
                name, "there is no phase '\(text)'", remedy: "Use investigating or mitigated.")
        }
        return phase
    }

    /// Somebody of the roster who may be named. *Errors:* a `Refusal` that names the field.
    func optionalMember(_ name: String, of roster: Roster) throws(Refusal) -> Person? {
        guard let text = try optionalText(name, lengthMax: 128) else { return nil }
        guard let person = roster.person(PersonID(text)) else {
            throw .invalid(
                name, "nobody in the roster is called '\(text)'",
                remedy: "Give the id of a person of the roster.")
        }
        return person
    }

    /// Who acts: somebody of the roster, or the holder of the token, for tools that act for
    /// themselves.
    /// *Errors:* a `Refusal` that names the field.
    func person(_ name: String, roster: Roster, client: String) throws(Refusal) -> PersonID {
        let remedy = "Give the id of a person of the roster, or the name of your API token."
        let text = try text(name, lengthMax: 128, remedy: remedy)
        guard roster.person(PersonID(text)) != nil || text == client else {
            throw .invalid(name, "nobody in the roster is called '\(text)'", remedy: remedy)
        }
        return PersonID(text)
    }
}

extension Call {
    /// The longest `Idempotency-Key` that is taken.
    static let keyLengthMax = 255

    /// By what this request is known when it is sent again: its key, its address, its body and whose
    /// token it shows. The same key with something else to say is another request.
    /// *Errors:* a `Refusal` if the key is too long.
    func key(body: [UInt8]) throws(Refusal) -> ActKey {
        guard let given = request.headers[.idempotencyKey], !given.isBlank else { return .none }
        guard given.utf8.count <= Self.keyLengthMax else {
            throw .invalid(
                "Idempotency-Key", "the key has \(given.utf8.count) bytes",
                remedy: "Use at most \(Self.keyLengthMax), like a UUID.")
        }
        let head = "\(client)\n\(request.uri.path)\n\(given)\n"
        return ActKey(bits: max(1, Digest256(of: Array(head.utf8) + body).group.low))
    }
}
