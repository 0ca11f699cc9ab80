extension Instant: WireCodable {
    package func encode(into writer: inout ByteWriter) { writer.write(microseconds) }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(microseconds: try reader.readInt64())
    }
}

extension Span: WireCodable {
    package func encode(into writer: inout ByteWriter) { writer.write(microseconds) }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(microseconds: try reader.readInt64())
    }
}

extension MemberID: WireCodable {
    package func encode(into writer: inout ByteWriter) { writer.write(number) }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(try reader.readUInt64())
    }
}

extension Incarnation: WireCodable {
    package func encode(into writer: inout ByteWriter) { writer.write(number) }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(try reader.readUInt64())
    }
}

extension GroupID: WireCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.writeFixed(high)
        writer.writeFixed(low)
    }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(high: try reader.readFixed(), low: try reader.readFixed())
    }
}

extension FactID: WireCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(origin)
        writer.write(sequence)
    }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(origin: try reader.read(), sequence: try reader.readUInt64())
    }
}

extension HybridTime: WireCodable {
    package func encode(into writer: inout ByteWriter) { writer.write(raw) }
    package init(from reader: inout ByteReader) throws(WireError) {
        self.init(raw: try reader.readUInt64())
    }
}

extension Digest256: WireCodable {
    package func encode(into writer: inout ByteWriter) { writer.writeRaw(bytes) }
    package init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readRaw(32)
        guard let digest = Digest256(stored: raw) else {
            throw reader.failure(expected: "32 bytes", found: "\(raw.count)")
        }
        self = digest
    }
}

extension String: WireCodable {
    package func encode(into writer: inout ByteWriter) { writer.write(self) }
    package init(from reader: inout ByteReader) throws(WireError) {
        self = try reader.readString()
    }
}
