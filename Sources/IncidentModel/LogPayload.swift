public import Basics

/// What the entries of an incident's log carry: opaque bytes to `Replication`, this to everybody
/// else.
public enum LogPayload: Equatable, Sendable {
    /// Facts become part of the incident (`FactMerge`).
    case merge([Fact])
}

extension LogPayload: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .merge(let facts):
            writer.write(UInt8(1))
            writer.write(facts)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .merge(try reader.readList())
        case _: throw reader.failure(expected: "a log payload 1", found: "\(tag)")
        }
    }
}
