import APIModel
import Basics

/// Learns what the JSON of a type looks like by letting the type decode itself from nothing: every
/// key it asks for is a member, and one it asks for "if present" may be absent. So a schema cannot
/// differ from what the type reads and writes. *Source:* docs/decisions/0020.
final class SchemaProbe {
    /// The schemas of the types that were met, by name, in the order in which they were met.
    private(set) var schemas: [(name: String, schema: JSONValue)] = []
    private var met: Set<String> = []

    /// The schema of a type; of a struct, a reference to its own.
    func schema(of type: any Decodable.Type) -> JSONValue {
        if let known = Self.scalar(type) { return known }
        if let list = type as? any ListShape.Type {
            return ["type": "array", "items": schema(of: list.elementType)]
        }
        if let map = type as? any MapShape.Type {
            return ["type": "object", "additionalProperties": schema(of: map.valueType)]
        }
        let name = String(describing: type)
        if met.insert(name).inserted {
            let slot = schemas.count
            schemas.append((name, .null))
            schemas[slot].schema = object(type, named: name)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    private func object(_ type: any Decodable.Type, named name: String) -> JSONValue {
        let members = Members(probe: self)
        _ = Self.blank(type, members)
        var properties: [JSONValue.Member] = []
        for member in members.all {
            let path = "\(name).\(member.name)"
            var fields = member.schema.members
            if let words = SchemaWords.words(for: path) {
                fields.append(JSONValue.Member("description", .string(words)))
            }
            fields += SchemaFacets.facets(of: path, isAnswer: !name.hasSuffix("Request")).members
            properties.append(JSONValue.Member(member.name, .object(fields)))
        }
        let required = members.all.filter(\.isRequired).map { JSONValue.string($0.name) }
        return .object(
            [
                JSONValue.Member("type", "object"),
                SchemaWords.words(for: name).map { JSONValue.Member("description", .string($0)) },
                required.isEmpty ? nil : JSONValue.Member("required", .array(required)),
                JSONValue.Member("properties", .object(properties)),
            ].compactMap(\.self))
    }

    /// A value of a type with nothing in it. A type that cannot be made of nothing is our bug: give
    /// it a place in `scalar`.
    fileprivate static func blank<Value: Decodable>(
        _ type: Value.Type, _ members: Members
    ) -> Value {
        do {
            return try Value(from: NothingDecoder(members: members))
        } catch {
            halt("\(type) cannot be described: \(error)")
        }
    }

    /// The schema of what is one value.
    private static func scalar(_ type: any Decodable.Type) -> JSONValue? {
        switch type {
        case is String.Type: ["type": "string"]
        case is Bool.Type: ["type": "boolean"]
        case is UInt64.Type: ["type": "integer", "minimum": .number("0")]
        case is Int.Type, is Int64.Type: ["type": "integer"]
        case is Double.Type: ["type": "number"]
        case is Timestamp.Type: ["type": "string", "format": "date-time"]
        case _: nil
        }
    }
}

/// What a type asked for.
private final class Members {
    struct Member {
        var name: String
        var schema: JSONValue
        var isRequired: Bool
    }
    let probe: SchemaProbe
    private(set) var all: [Member] = []
    private var optional: Set<String> = []

    init(probe: SchemaProbe) { self.probe = probe }

    /// A key is asked for if it is there.
    func noteOptional(_ name: String) { optional.insert(name) }

    /// A key is asked for.
    func note(_ name: String, _ type: any Decodable.Type) {
        all.append(
            Member(
                name: name, schema: probe.schema(of: type), isRequired: !optional.contains(name)))
    }
}

private struct NothingDecoder: Decoder {
    let members: Members
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(NothingContainer<Key>(members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Self.refusal }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Self.refusal }

    static var refusal: DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "it is no object with members"))
    }
}

private struct NothingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: Members
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    // `decodeIfPresent` asks this first; `decode` never does.
    func contains(_ key: Key) -> Bool {
        members.noteOptional(key.stringValue)
        return true
    }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        members.note(key.stringValue, type)
        if let known = nothing as? Value { return known }
        if let list = type as? any ListShape.Type, let empty = list.none as? Value { return empty }
        if let map = type as? any MapShape.Type, let empty = map.none as? Value { return empty }
        // Its own members are noted where its schema is made.
        return SchemaProbe.blank(type, Members(probe: SchemaProbe()))
    }

    func decode(_ type: Bool.Type, forKey key: Key) -> Bool { noted(key, false) }
    func decode(_ type: String.Type, forKey key: Key) -> String { noted(key, "") }
    func decode(_ type: Double.Type, forKey key: Key) -> Double { noted(key, 0) }
    func decode(_ type: Float.Type, forKey key: Key) -> Float { noted(key, 0) }
    func decode(_ type: Int.Type, forKey key: Key) -> Int { noted(key, 0) }
    func decode(_ type: Int8.Type, forKey key: Key) -> Int8 { noted(key, 0) }
    func decode(_ type: Int16.Type, forKey key: Key) -> Int16 { noted(key, 0) }
    func decode(_ type: Int32.Type, forKey key: Key) -> Int32 { noted(key, 0) }
    func decode(_ type: Int64.Type, forKey key: Key) -> Int64 { noted(key, 0) }
    func decode(_ type: UInt.Type, forKey key: Key) -> UInt { noted(key, 0) }
    func decode(_ type: UInt8.Type, forKey key: Key) -> UInt8 { noted(key, 0) }
    func decode(_ type: UInt16.Type, forKey key: Key) -> UInt16 { noted(key, 0) }
    func decode(_ type: UInt32.Type, forKey key: Key) -> UInt32 { noted(key, 0) }
    func decode(_ type: UInt64.Type, forKey key: Key) -> UInt64 { noted(key, 0) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw NothingDecoder.refusal }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw NothingDecoder.refusal
    }
    func superDecoder() throws -> any Decoder { throw NothingDecoder.refusal }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw NothingDecoder.refusal }

    private func noted<Value: Decodable>(_ key: Key, _ value: Value) -> Value {
        members.note(key.stringValue, Value.self)
        return value
    }

    /// The one kind of value that stands for itself and is not of the language.
    private var nothing: Timestamp { Timestamp(.epoch) }
}

/// A list whose elements can be described.
private protocol ListShape {
    static var elementType: any Decodable.Type { get }
    static var none: Self { get }
}

extension Array: ListShape where Element: Decodable {
    fileprivate static var elementType: any Decodable.Type { Element.self }
    fileprivate static var none: [Element] { [] }
}

/// An object with names of any kind.
private protocol MapShape {
    static var valueType: any Decodable.Type { get }
    static var none: Self { get }
}

extension Dictionary: MapShape where Key == String, Value: Decodable {
    fileprivate static var valueType: any Decodable.Type { Value.self }
    fileprivate static var none: [String: Value] { [:] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral
{
    init(stringLiteral text: String) { self = .string(text) }
    init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
}
