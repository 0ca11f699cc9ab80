/// Bytes that could not be decoded: where, what was expected and what was found. Counted, never
/// fatal.
public struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The offset in bytes at which decoding stopped.
    public var offset: Int
    /// What should have been there.
    public var expected: String
    /// What was there.
    public var found: String

    /// An error at an offset.
    public init(offset: Int, expected: String, found: String) {
        (self.offset, self.expected, self.found) = (offset, expected, found)
    }

    /// One line for a log.
    public var description: String { "at byte \(offset): expected \(expected), found \(found)" }
}

/// What can be written as bytes and read back, equal. Layouts are fixed per wire version.
public protocol WireCodable {
    /// Appends the value's bytes.
    func encode(into writer: inout ByteWriter)
    /// Reads a value. *Errors:* `WireError` where the bytes are not of this layout.
    init(from reader: inout ByteReader) throws(WireError)
}

extension WireCodable {
    /// The value as bytes of their own.
    @inlinable
    public var encoded: [UInt8] { encoded(reserving: 64) }

    /// The same where it is known about how many bytes that takes: more are no error.
    @inlinable
    public func encoded(reserving capacity: Int) -> [UInt8] {
        var writer = ByteWriter(capacity: capacity)
        encode(into: &writer)
        return writer.bytes
    }

    /// A value from bytes that hold it and nothing else.
    @inlinable
    public init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        try self.init(from: &reader)
        try reader.finish()
    }
}

/// Appends values to bytes: integers as LEB128, texts and lists behind their count.
public struct ByteWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// A writer with room for so many bytes.
    public init(capacity: Int = 64) { bytes.reserveCapacity(capacity) }

    /// A writer that takes over the memory of bytes that are not needed any more.
    public init(over old: inout [UInt8]) {
        swap(&bytes, &old)
        bytes.removeAll(keepingCapacity: true)
    }

    /// An unsigned number, 1 to 10 bytes.
    public mutating func write(_ value: UInt64) {
        // Most numbers are small.
        if value < 0x80 { return bytes.append(UInt8(truncatingIfNeeded: value)) }
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
    /// A signed number, zigzag.
    public mutating func write(_ value: Int64) {
        write(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }
    /// A count or small number that is not negative.
    public mutating func write(_ value: Int) { write(UInt64(value)) }
    /// One byte.
    public mutating func write(_ value: UInt8) { bytes.append(value) }
    /// A truth value, one byte.
    public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }
    /// A text in UTF-8.
    public mutating func write(_ value: String) {
        var copy = value
        copy.withUTF8 { utf8 in
            write(utf8.count)
            unsafe bytes.append(contentsOf: utf8)
        }
    }
    /// Bytes behind their count.
    public mutating func write(_ value: [UInt8]) {
        write(value.count)
        bytes.append(contentsOf: value)
    }
    /// Eight bytes, big-endian, for numbers that use all their bits.
    public mutating func writeFixed(_ value: UInt64) {
        var bigEndian = value.bigEndian
        unsafe withUnsafeBytes(of: &bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }
    /// Thirty-two bytes, as four such numbers.
    mutating func writeFixed(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
        var bigEndian = (a.bigEndian, b.bigEndian, c.bigEndian, d.bigEndian)
        unsafe withUnsafeBytes(of: &bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }
    /// Bytes as they are, without a count.
    public mutating func writeRaw(_ value: [UInt8]) { bytes.append(contentsOf: value) }
    /// A value.
    @inlinable
    public mutating func write(_ value: some WireCodable) { value.encode(into: &self) }
    /// A list behind its count.
    @inlinable
    public mutating func write(_ values: [some WireCodable]) {
        write(values.count)
        for value in values { value.encode(into: &self) }
    }
    /// Nothing, or one value.
    @inlinable
    public mutating func write<Value: WireCodable>(_ value: Value?) {
        write(value != nil)
        if let value { value.encode(into: &self) }
    }
}

/// Reads what `ByteWriter` wrote. Every count is checked against what is left before anything is
/// allocated.
public struct ByteReader: Sendable {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline var next: Int = 0
    /// The offset of the next byte.
    public var offset: Int { next }

    /// A reader at the start of some bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many bytes are left.
    public var remaining: Int { bytes.count - offset }

    /// An error at the current offset.
    public func failure(expected: String, found: String) -> WireError {
        WireError(offset: offset, expected: expected, found: found)
    }

    /// One byte.
    public mutating func readByte() throws(WireError) -> UInt8 {
        guard next < bytes.count else { throw failure(expected: "a byte", found: "the end") }
        defer { next += 1 }
        return bytes[next]
    }
    /// An unsigned number.
    @inlinable
    public mutating func readUInt64() throws(WireError) -> UInt64 {
        // Most numbers are small.
        if next < bytes.count, bytes[next] < 0x80 {
            next += 1
            return UInt64(bytes[next - 1])
        }
        return try readLongUInt64()
    }
    @usableFromInline
    mutating func readLongUInt64() throws(WireError) -> UInt64 {
        let (start, end) = (next, bytes.count)
        if start + 1 < end, bytes[start + 1] < 0x80 {
            next = start + 2
            return UInt64(bytes[start] & 0x7F) | UInt64(bytes[start + 1]) << 7
        }
        if start + 2 < end, bytes[start + 2] < 0x80 {
            next = start + 3
            return UInt64(bytes[start] & 0x7F) | UInt64(bytes[start + 1] & 0x7F) << 7
                | UInt64(bytes[start + 2]) << 14
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var position = next
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else {
                next = position
                throw failure(expected: "a number of 64 bits", found: "more")
            }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 {
                next = position
                return value
            }
            shift += 7
        }
        next = position
        throw failure(expected: "a byte", found: "the end")
    }
    /// A signed number.
    @inlinable
    public mutating func readInt64() throws(WireError) -> Int64 {
        let raw = try readUInt64()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
    /// A count of things of at least `size` bytes each that are still to come.
    public mutating func readCount(ofSize size: Int = 1) throws(WireError) -> Int {
        let count = try readUInt64()
        // To divide is dear, and most things may be of one byte.
        if size <= 1, count <= UInt64(remaining) { return Int(count) }
        guard count <= UInt64(remaining / max(1, size)) else {
            throw failure(
                expected: "a count of at most \(remaining / max(1, size))", found: "\(count)")
        }
        return Int(count)
    }
    /// A number that fits `Int` and is not negative.
    public mutating func readInt() throws(WireError) -> Int {
        let value = try readUInt64()
        guard let number = Int(exactly: value) else {
            throw failure(expected: "a number of 63 bits", found: "\(value)")
        }
        return number
    }
    /// A truth value.
    public mutating func readBool() throws(WireError) -> Bool {
        let byte = try readByte()
        guard byte <= 1 else { throw failure(expected: "0 or 1", found: "\(byte)") }
        return byte == 1
    }
    /// A text.
    public mutating func readString() throws(WireError) -> String {
        let slice = try readSlice(try readCount())
        return String(decoding: slice, as: UTF8.self)
    }
    /// Bytes behind their count.
    public mutating func readBytes() throws(WireError) -> [UInt8] {
        Array(try readSlice(try readCount()))
    }
    /// The same where it is known what they probably are: then it takes no memory of its own.
    public mutating func readBytes(likely known: [UInt8]) throws(WireError) -> [UInt8] {
        let count = try readCount()
        guard count == known.count, isNext(known) else { return Array(try readSlice(count)) }
        next += count
        return known
    }
    /// Whether these bytes come next, of which there are so many.
    private func isNext(_ known: [UInt8]) -> Bool {
        guard known.count <= remaining else { return false }
        return unsafe bytes.withUnsafeBytes { all in
            unsafe known.withUnsafeBytes { known in
                var place = 0
                // Within both: there are so many left, which was asked above.
                while place + 8 <= known.count {
                    let one = unsafe all.loadUnaligned(
                        fromByteOffset: next + place, as: UInt64.self)
                    let other = unsafe known.loadUnaligned(
                        fromByteOffset: place, as: UInt64.self)
                    if one != other { return false }
                    place += 8
                }
                while place < known.count {
                    if unsafe all[next + place] != known[place] { return false }
                    place += 1
                }
                return true
            }
        }
    }
    /// Eight bytes, big-endian.
    public mutating func readFixed() throws(WireError) -> UInt64 {
        guard remaining >= 8 else { throw failure(expected: "8 bytes", found: "\(remaining)") }
        var value: UInt64 = 0
        for index in next..<next + 8 { value = value << 8 | UInt64(bytes[index]) }
        next += 8
        return value
    }
    /// So many bytes as they are.
    public mutating func readRaw(_ count: Int) throws(WireError) -> [UInt8] {
        Array(try readSlice(count))
    }
    /// A value.
    @inlinable
    public mutating func read<Value: WireCodable>(_ type: Value.Type = Value.self)
        throws(WireError) -> Value
    { try Value(from: &self) }
    /// A list behind its count.
    @inlinable
    public mutating func readList<Value: WireCodable>(of type: Value.Type = Value.self)
        throws(WireError) -> [Value]
    {
        let count = try readCount()
        var values: [Value] = []
        values.reserveCapacity(min(count, 1_024))
        for _ in 0..<count { values.append(try Value(from: &self)) }
        return values
    }
    /// Nothing, or one value.
    @inlinable
    public mutating func readOptional<Value: WireCodable>(_ type: Value.Type = Value.self)
        throws(WireError) -> Value?
    { try readBool() ? try Value(from: &self) : nil }

    /// Says that nothing may be left. *Errors:* `WireError` if something is.
    public func finish() throws(WireError) {
        guard offset == bytes.count else {
            throw failure(expected: "the end", found: "\(remaining) more bytes")
        }
    }

    private mutating func readSlice(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw failure(expected: "\(count) bytes", found: "\(remaining)")
        }
        defer { next += count }
        return bytes[next..<next + count]
    }
}
