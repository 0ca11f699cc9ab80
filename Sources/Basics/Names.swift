/// A name out of the roster: lower-case letters, digits, `-`, `_` and `.`, as the roster file
/// writes it.
public protocol RosterName: Hashable, Comparable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible, WireCodable
{
    /// The name itself.
    var text: String { get }
    /// The name of this text; it is not checked here.
    init(_ text: String)
}

extension RosterName {
    public init(stringLiteral value: StaticString) { self.init("\(value)") }
    public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
    /// The name as it is written.
    public var description: String { text }
    public func encode(into writer: inout ByteWriter) { writer.write(text) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(try reader.readString())
    }
}

/// A person of the roster.
public struct PersonID: RosterName {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// A region: a place with people, gateways and one node.
public struct RegionName: RosterName {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// People who own services together.
public struct TeamID: RosterName {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// An on-call schedule.
public struct ScheduleID: RosterName {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// A service of the catalogue.
public struct ServiceID: RosterName {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// An escalation policy.
public struct PolicyID: RosterName {
    public let text: String
    public init(_ text: String) { self.text = text }
}
