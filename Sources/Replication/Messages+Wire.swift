public import Basics

extension VoteRequest: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(kind.rawValue)
        writer.write(currentTerm)
        writer.write(term)
        writer.write(lastIndex)
        writer.write(lastTerm)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        group = try reader.read()
        kind = try reader.readCase("a kind of vote")
        currentTerm = try reader.readPosition()
        term = try reader.readPosition()
        lastIndex = try reader.readPosition()
        lastTerm = try reader.readPosition()
    }
}

extension VoteReply: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(kind.rawValue)
        writer.write(candidateTerm)
        writer.write(term)
        writer.write(verdict.rawValue)
        writer.write(leader)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        group = try reader.read()
        kind = try reader.readCase("a kind of vote")
        candidateTerm = try reader.readPosition()
        term = try reader.readPosition()
        verdict = try reader.readCase("a verdict")
        leader = try reader.readOptional()
    }
}

extension AppendRequest: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(term)
        writer.write(prevIndex)
        writer.write(prevTerm)
        writer.write(commit)
        writer.write(snapshot)
        writer.write(entries)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        group = try reader.read()
        term = try reader.readPosition()
        prevIndex = try reader.readPosition()
        prevTerm = try reader.readPosition()
        commit = try reader.readPosition()
        snapshot = try reader.readOptional()
        entries = try reader.readList()
    }
}

extension AppendReply: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(term)
        writer.write(commit)
        switch outcome {
        case .matched(let index):
            writer.write(0 as UInt8)
            writer.write(index)
        case .conflict(let rejected, let term, let firstIndex):
            writer.write(1 as UInt8)
            writer.write(rejected)
            writer.write(term)
            writer.write(firstIndex)
        case .staleTerm:
            writer.write(2 as UInt8)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        group = try reader.read()
        term = try reader.readPosition()
        commit = try reader.readPosition()
        let tag = try reader.readByte()
        switch tag {
        case 0:
            outcome = .matched(try reader.readPosition())
        case 1:
            outcome = .conflict(
                rejected: try reader.readPosition(), term: try reader.readPosition(),
                firstIndex: try reader.readPosition())
        case 2:
            outcome = .staleTerm
        case let other:
            throw reader.failure(expected: "an outcome of an append", found: "\(other)")
        }
    }
}

extension TimeoutNow: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(term)
        writer.write(lastIndex)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        group = try reader.read()
        term = try reader.readPosition()
        lastIndex = try reader.readPosition()
    }
}

extension GroupDigest: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(term)
        writer.write(lastIndex)
        writer.write(lastTerm)
        writer.write(commit)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        group = try reader.read()
        term = try reader.readPosition()
        lastIndex = try reader.readPosition()
        lastTerm = try reader.readPosition()
        commit = try reader.readPosition()
    }
}

extension Digest: WireCodable {
    /// The most parts a digest may claim to have; the receiver keeps a bit for each.
    static let partsMax = 65_536

    public func encode(into writer: inout ByteWriter) {
        writer.write(round)
        writer.write(part)
        writer.write(parts)
        writer.write(groups)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        round = try reader.readUInt64()
        part = try reader.readInt()
        parts = try reader.readInt()
        guard part < parts, parts <= Self.partsMax else {
            throw reader.failure(
                expected: "a part of at most \(Self.partsMax)", found: "\(part) of \(parts)")
        }
        groups = try reader.readItems()
    }
}

extension DigestReply: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(round)
        writer.write(part)
        writer.write(replies)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        round = try reader.readUInt64()
        part = try reader.readInt()
        replies = try reader.readItems()
    }
}

extension Message: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .vote(let items):
            writer.write(0 as UInt8)
            writer.write(items)
        case .voteReply(let items):
            writer.write(1 as UInt8)
            writer.write(items)
        case .append(let items):
            writer.write(2 as UInt8)
            writer.write(items)
        case .appendReply(let items):
            writer.write(3 as UInt8)
            writer.write(items)
        case .timeoutNow(let items):
            writer.write(4 as UInt8)
            writer.write(items)
        case .digest(let digest):
            writer.write(5 as UInt8)
            writer.write(digest)
        case .digestReply(let reply):
            writer.write(6 as UInt8)
            writer.write(reply)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 0: self = .vote(try reader.readItems())
        case 1: self = .voteReply(try reader.readItems())
        case 2: self = .append(try reader.readItems())
        case 3: self = .appendReply(try reader.readItems())
        case 4: self = .timeoutNow(try reader.readItems())
        case 5: self = .digest(try reader.read())
        case 6: self = .digestReply(try reader.read())
        case let other: throw reader.failure(expected: "a kind of message", found: "\(other)")
        }
    }
}

extension ByteReader {
    /// A list of groups' items; no message names more than the limit.
    fileprivate mutating func readItems<Item: WireCodable>() throws(WireError) -> [Item] {
        let items: [Item] = try readList()
        guard items.count <= Limits.groupsPerMessageMax else {
            throw failure(
                expected: "at most \(Limits.groupsPerMessageMax) groups", found: "\(items.count)")
        }
        return items
    }
}

extension Echo: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(member)
        writer.write(incarnation)
        writer.write(sequence)
        writer.write(held)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        member = try reader.read()
        incarnation = try reader.read()
        sequence = try reader.readUInt64()
        held = try reader.read()
    }
}

extension Heartbeat: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(member)
        writer.write(incarnation)
        writer.write(sequence)
        writer.write(sentAt)
        writer.write(echoes)
        writer.write(attachment)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            member: MemberID(0), incarnation: Incarnation(0), sequence: 0, sentAt: .epoch,
            echoes: [], attachment: [])
        try read(from: &reader, likely: [])
    }

    /// Becomes the heartbeat of some bytes, over what it was, whose memory is used again. What rides along
    /// is mostly what rode along before: then it takes no memory of its own either.
    public mutating func become(
        decoding bytes: [UInt8], likely attachment: [UInt8]
    ) throws(WireError) {
        var reader = ByteReader(bytes)
        try read(from: &reader, likely: attachment)
        try reader.finish()
    }

    private mutating func read(
        from reader: inout ByteReader, likely known: [UInt8]
    ) throws(WireError) {
        member = try reader.read()
        incarnation = try reader.read()
        sequence = try reader.readUInt64()
        sentAt = try reader.read()
        let count = try reader.readCount()
        for index in 0..<count {
            let echo = try Echo(from: &reader)
            if index < echoes.count { echoes[index] = echo } else { echoes.append(echo) }
        }
        if echoes.count > count { echoes.removeLast(echoes.count - count) }
        attachment = try reader.readBytes(likely: known)
    }
}
