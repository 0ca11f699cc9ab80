public import Basics

extension ByteReader {
    /// An enum stored as one byte.
    mutating func readCase<Value: RawRepresentable>(_ what: String) throws(WireError) -> Value
    where Value.RawValue == UInt8 {
        let raw = try readByte()
        guard let value = Value(rawValue: raw) else {
            throw failure(expected: what, found: "\(raw)")
        }
        return value
    }

    /// A term or an index: far from overflowing when it is counted up.
    mutating func readPosition() throws(WireError) -> UInt64 {
        let value = try readUInt64()
        guard value < 1 << 62 else {
            throw failure(expected: "a term or index below 2^62", found: "\(value)")
        }
        return value
    }

    /// A term or an index that may be missing.
    mutating func readOptionalPosition() throws(WireError) -> UInt64? {
        try readBool() ? try readPosition() : nil
    }
}

extension ByteWriter {
    /// A number that may be missing.
    mutating func writeOptional(_ value: UInt64?) {
        write(value != nil)
        if let value { write(value) }
    }
}

extension LogEntry: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(index)
        writer.write(term)
        writer.write(kind.rawValue)
        writer.write(payload)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        index = try reader.readPosition()
        term = try reader.readPosition()
        kind = try reader.readCase("a kind of entry")
        payload = try reader.readBytes()
    }
}

extension Snapshot: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(index)
        writer.write(term)
        writer.write(payload)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        index = try reader.readPosition()
        term = try reader.readPosition()
        payload = try reader.readBytes()
    }
}

extension HardState: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(term)
        writer.write(votedFor)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        term = try reader.readPosition()
        votedFor = try reader.readOptional()
    }
}

extension GroupWrite: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(hardState)
        writer.writeOptional(truncateFrom)
        writer.write(entries)
        writer.write(snapshot)
        writer.writeOptional(commit)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        group = try reader.read()
        hardState = try reader.readOptional()
        truncateFrom = try reader.readOptionalPosition()
        entries = try reader.readList()
        snapshot = try reader.readOptional()
        commit = try reader.readOptionalPosition()
    }
}
