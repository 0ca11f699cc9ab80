public import Basics
public import Replication

/// Asks a member where its logs end, for a read that must show all that was committed before it.
public struct LogEndsQuestion: Equatable, Sendable {
    /// Which start of the asker's process asks.
    public var incarnation: Incarnation
    /// The asker's running number in this incarnation.
    public var number: UInt64
    /// The group that is read; all of them if it is absent.
    public var group: GroupID?
    /// With all of them: the asker's own sums, so that only what differs is answered; else empty.
    public var sums: [UInt64]

    /// A question.
    public init(incarnation: Incarnation, number: UInt64, group: GroupID?, sums: [UInt64]) {
        (self.incarnation, self.number) = (incarnation, number)
        (self.group, self.sums) = (group, sums)
    }
}

/// Where a member's logs end that are asked for.
public struct LogEndsAnswer: Equatable, Sendable {
    /// The question's incarnation.
    public var incarnation: Incarnation
    /// The question's number.
    public var number: UInt64
    /// The ends; without those in parts that are alike.
    public var ends: [LogEnd]

    /// An answer.
    public init(incarnation: Incarnation, number: UInt64, ends: [LogEnd]) {
        (self.incarnation, self.number, self.ends) = (incarnation, number, ends)
    }
}

extension LogEndsQuestion: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(incarnation)
        writer.write(number)
        writer.write(group)
        writer.write(UInt64(sums.count))
        for sum in sums { writer.write(sum) }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let incarnation: Incarnation = try reader.read()
        let number = try reader.readUInt64()
        let group: GroupID? = try reader.readOptional()
        let count = try reader.readUInt64()
        guard count == 0 || count == UInt64(ReplicaNode.logEndParts) else {
            throw reader.failure(
                expected: "0 or \(ReplicaNode.logEndParts) sums", found: "\(count)")
        }
        var sums: [UInt64] = []
        for _ in 0..<count { sums.append(try reader.readUInt64()) }
        self.init(incarnation: incarnation, number: number, group: group, sums: sums)
    }
}

extension LogEndsAnswer: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(incarnation)
        writer.write(number)
        writer.write(ends)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            incarnation: try reader.read(), number: try reader.readUInt64(),
            ends: try reader.readList())
    }
}

extension LogEnd: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(index)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(group: try reader.read(), index: try reader.readUInt64())
    }
}
