public import Basics
import IncidentModel
import Replication

extension FactBatch: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(origin)
        writer.write(after)
        writer.write(through)
        writer.write(facts)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            origin: try reader.read(), after: try reader.readUInt64(),
            through: try reader.readUInt64(), facts: try reader.readList())
    }
}

extension FactPull: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(origin)
        writer.write(after)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(origin: try reader.read(), after: try reader.readUInt64())
    }
}

extension Beacon: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(factsThrough)
        writer.write(gatewaysWork)
        writer.write(changeCount)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            factsThrough: try reader.readList(), gatewaysWork: try reader.readBool(),
            changeCount: try reader.readUInt64())
    }
}

extension ViewPull: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(after)
        writer.write(incarnation)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(after: try reader.readUInt64(), incarnation: try reader.read())
    }
}

extension ViewBatch: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(incarnation)
        writer.write(through)
        writer.write(last)
        writer.write(incidents)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            incarnation: try reader.read(), through: try reader.readUInt64(),
            last: try reader.readUInt64(), incidents: try reader.readList())
    }
}

extension IncidentSummary: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(group)
        writer.write(title)
        writer.write(service)
        writer.write(generation)
        writer.write(previousEnd)
        writer.write(status.rawValue)
        writer.write(severity)
        writer.write(openedAt)
        writer.write(isOwner)
        writer.write(epoch)
        writer.write(pages)
        writer.write(overdueSince)
        writer.write(likeness)
        writer.write(mergedInto)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let group: GroupID = try reader.read()
        let title = try reader.readString()
        let service: ServiceID = try reader.read()
        let generation = try reader.readUInt64()
        let previousEnd: HybridTime = try reader.read()
        let raw = try reader.readByte()
        guard let status = IncidentStatus(rawValue: raw) else {
            throw reader.failure(expected: "a status 0 to 3", found: "\(raw)")
        }
        self.init(
            group: group, title: title, service: service, generation: generation,
            previousEnd: previousEnd, status: status, severity: try reader.read(),
            openedAt: try reader.read(),
            isOwner: try reader.readBool(), epoch: try reader.readUInt64(),
            pages: try reader.readList(), overdueSince: try reader.readOptional(),
            likeness: try reader.readOptional(), mergedInto: try reader.readOptional())
    }
}

extension PeerMessage: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .replication(let message):
            writer.write(UInt8(1))
            writer.write(message)
        case .facts(let batch):
            writer.write(UInt8(2))
            writer.write(batch)
        case .factPull(let pulls):
            writer.write(UInt8(3))
            writer.write(pulls)
        case .viewPull(let pull):
            writer.write(UInt8(4))
            writer.write(pull)
        case .view(let batch):
            writer.write(UInt8(5))
            writer.write(batch)
        case .mergeProposal(let proposal):
            writer.write(UInt8(6))
            writer.write(proposal.child)
            writer.write(proposal.survivor)
        case .logEndsQuestion(let question):
            writer.write(UInt8(7))
            writer.write(question)
        case .logEndsAnswer(let answer):
            writer.write(UInt8(8))
            writer.write(answer)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .replication(try reader.read())
        case 2: self = .facts(try reader.read())
        case 3: self = .factPull(try reader.readList())
        case 4: self = .viewPull(try reader.read())
        case 5: self = .view(try reader.read())
        case 6:
            self = .mergeProposal(
                MergeProposal(child: try reader.read(), survivor: try reader.read()))
        case 7: self = .logEndsQuestion(try reader.read())
        case 8: self = .logEndsAnswer(try reader.read())
        case _: throw reader.failure(expected: "a kind of message 1 to 8", found: "\(tag)")
        }
    }
}
