/// A name out of the roster: lower-case letters, digits, `-`, `_` and `.`, as the roster file
/// writes it.
package protocol RosterName: Hashable, Comparable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible, WireCodable
{
    /// The name itself.
    var text: String { get }
    /// The name of this text; it is not checked here.
    init(_ text: String)
}

extension RosterName {
    package init(stringLiteral value: StaticString) { self.init("\(value)") }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
    /// The name as it is written.
    package var description: String { text }
    package func encode(into writer: inout ByteWriter) { writer.write(text) }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(try reader.readString())
    }
}

/// A person of the roster.
package struct PersonID: RosterName {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// A region: a place with people, gateways and one node.
package struct RegionName: RosterName {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// An on-call schedule.
package struct ScheduleID: RosterName {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// A service of the catalogue.
package struct ServiceID: RosterName {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// An escalation policy.
package struct PolicyID: RosterName {
    package let text: String
    package init(_ text: String) { self.text = text }
}
