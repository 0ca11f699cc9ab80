import Basics

extension TimeZoneRules {
    /// The rules in the bytes of one TZif file, version 2 or later, without leap seconds.
    ///
    /// Every number is checked before it is used; abbreviations and the "standard/UT" indicators
    /// are skipped, for nothing here needs them. *Source:* RFC 9636, sections 3.1 to 3.3. *Errors:*
    /// `ZoneError` for anything that is not such a file.
    public init(parsing bytes: [UInt8]) throws(ZoneError) {
        do throws(WireError) {
            self = try Self.parse(bytes)
        } catch {
            throw ZoneError(cause: error)
        }
    }

    private static func parse(_ bytes: [UInt8]) throws(WireError) -> TimeZoneRules {
        var reader = ByteReader(bytes)
        let old = try TZifHeader(from: &reader)
        // The first block counts in 32 bits and ends in 2038; the second says the same in 64 bits.
        _ = try reader.readRaw(old.blockByteCount(timeByteCount: 4))
        let header = try TZifHeader(from: &reader)
        try header.check(at: reader)
        let transitions = try readTransitions(header.transitionCount, from: &reader)
        let typeOfTransition = try reader.readRaw(header.transitionCount)
        let offsetOfType = try readTypes(header, from: &reader)
        _ = try reader.readRaw(
            header.designationCount + header.isStandardCount + header.isUTCount)

        // Before the first transition the first type holds (RFC 9636, section 3.2).
        var offsets = [offsetOfType[0]]
        for type in typeOfTransition {
            guard Int(type) < offsetOfType.count else {
                throw reader.failure(
                    expected: "a type below \(offsetOfType.count)", found: "\(type)")
            }
            offsets.append(offsetOfType[Int(type)])
        }
        let rule = try readFooter(from: &reader)
        try reader.finish()
        if let rule, let last = transitions.last, let offset = offsets.last {
            let continued = rule.period(at: last).offset
            guard continued == offset else {
                throw reader.failure(
                    expected: "a rule that goes on with offset \(offset)", found: "\(continued)")
            }
        }
        return TimeZoneRules(transitions: transitions, offsets: offsets, rule: rule)
    }

    private static func readTransitions(
        _ count: Int, from reader: inout ByteReader
    ) throws(WireError) -> [Int64] {
        // 2^59 seconds either way: the bound the format recommends, and no sum overflows inside it.
        let bound: Int64 = 1 << 59
        var transitions: [Int64] = []
        for _ in 0..<count {
            let time = Int64(bitPattern: try reader.readFixed())
            guard (-bound...bound).contains(time), time > transitions.last ?? .min else {
                throw reader.failure(expected: "a later transition", found: "\(time)")
            }
            transitions.append(time)
        }
        return transitions
    }

    private static func readTypes(
        _ header: TZifHeader, from reader: inout ByteReader
    ) throws(WireError) -> [Int64] {
        var offsets: [Int64] = []
        for _ in 0..<header.typeCount {
            let raw = try reader.readUInt32()
            let offset = Int64(Int32(bitPattern: raw))
            guard offsetRange.contains(offset) else {
                throw reader.failure(expected: "an offset in \(offsetRange)", found: "\(offset)")
            }
            let isDaylight = try reader.readByte()
            guard isDaylight <= 1 else {
                throw reader.failure(expected: "0 or 1", found: "\(isDaylight)")
            }
            let designation = try reader.readByte()
            guard Int(designation) < header.designationCount else {
                throw reader.failure(
                    expected: "a name below \(header.designationCount)", found: "\(designation)")
            }
            offsets.append(offset)
        }
        return offsets
    }

    /// The text between two line feeds behind the second block; empty means that there is no rule.
    private static func readFooter(from reader: inout ByteReader) throws(WireError) -> PosixRule? {
        let lineFeed: UInt8 = 0x0A
        let opening = try reader.readByte()
        guard opening == lineFeed else {
            throw reader.failure(expected: "a line feed", found: "\(opening)")
        }
        let start = reader.offset
        var text: [UInt8] = []
        while true {
            let byte = try reader.readByte()
            if byte == lineFeed { break }
            text.append(byte)
        }
        if text.isEmpty { return nil }
        var parser = PosixRuleParser(text, startingAt: start)
        return try parser.parse()
    }
}

/// The counts in front of each of the two data blocks. *Source:* RFC 9636, section 3.1.
private struct TZifHeader {
    var isUTCount: Int
    var isStandardCount: Int
    var leapCount: Int
    var transitionCount: Int
    var typeCount: Int
    var designationCount: Int

    init(from reader: inout ByteReader) throws(WireError) {
        let magic = try reader.readRaw(4)
        guard magic == Array("TZif".utf8) else {
            throw reader.failure(expected: "TZif", found: hexadecimal(magic))
        }
        let version = try reader.readByte()
        guard (UInt8(ascii: "2")...UInt8(ascii: "9")).contains(version) else {
            throw reader.failure(expected: "version 2 or later", found: "byte \(version)")
        }
        _ = try reader.readRaw(15)
        isUTCount = Int(try reader.readUInt32())
        isStandardCount = Int(try reader.readUInt32())
        leapCount = Int(try reader.readUInt32())
        transitionCount = Int(try reader.readUInt32())
        typeCount = Int(try reader.readUInt32())
        designationCount = Int(try reader.readUInt32())
    }

    /// The length of the block behind this header; counts of 32 bits cannot overflow it.
    func blockByteCount(timeByteCount: Int) -> Int {
        transitionCount * (timeByteCount + 1) + typeCount * 6 + designationCount
            + leapCount * (timeByteCount + 4) + isStandardCount + isUTCount
    }

    /// Says that the counts are allowed and that their block is there.
    func check(at reader: ByteReader) throws(WireError) {
        guard leapCount == 0 else {
            // Such files ("right/...") count leap seconds into their times: every answer would be
            // off.
            throw reader.failure(expected: "no leap seconds", found: "\(leapCount)")
        }
        guard (1...256).contains(typeCount), designationCount > 0 else {
            throw reader.failure(
                expected: "1 to 256 types and a name",
                found: "\(typeCount) and \(designationCount)")
        }
        for count in [isUTCount, isStandardCount] where count != 0 && count != typeCount {
            throw reader.failure(expected: "0 or \(typeCount) indicators", found: "\(count)")
        }
        guard blockByteCount(timeByteCount: 8) <= reader.remaining else {
            throw reader.failure(
                expected: "\(blockByteCount(timeByteCount: 8)) bytes", found: "\(reader.remaining)")
        }
    }
}

extension ByteReader {
    /// Four bytes, big-endian.
    fileprivate mutating func readUInt32() throws(WireError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 { value = value << 8 | UInt32(try readByte()) }
        return value
    }
}
