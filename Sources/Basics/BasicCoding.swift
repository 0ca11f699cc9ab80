extension Instant: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(microseconds) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(microseconds: try reader.readInt64())
    }
}

extension Span: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(microseconds) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(microseconds: try reader.readInt64())
    }
}

extension MemberID: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(number) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(try reader.readUInt64())
    }
}

extension Incarnation: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(number) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(try reader.readUInt64())
    }
}

extension GroupID: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.writeFixed(high)
        writer.writeFixed(low)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(high: try reader.readFixed(), low: try reader.readFixed())
    }
}

extension FactID: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(origin)
        writer.write(sequence)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(origin: try reader.read(), sequence: try reader.readUInt64())
    }
}

extension HybridTime: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(raw) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(raw: try reader.readUInt64())
    }
}

extension Digest256: WireCodable {
    public func encode(into writer: inout ByteWriter) { write(into: &writer) }
    public init(from reader: inout ByteReader) throws(WireError) {
        try self.init(reading: &reader)
    }
}

extension String: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(self) }
    public init(from reader: inout ByteReader) throws(WireError) {
        self = try reader.readString()
    }
}
