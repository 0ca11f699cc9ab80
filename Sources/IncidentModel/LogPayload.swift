public import Basics

/// What the entries of an incident's log carry: opaque bytes to `Replication`, this to everybody
/// else.
public enum LogPayload: Equatable, Sendable {
    /// Facts become part of the incident (`FactMerge`).
    case merge([Fact])
    /// What stands is decided (`Reconciled`): by which member's region, and when.
    case reconcile([Decision], by: RegionName, at: HybridTime)
    /// Two incidents that are one problem become one, step by step.
    case merging([MergeStep], by: RegionName, at: HybridTime)
}

extension LogPayload: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .merge(let facts):
            writer.write(UInt8(1))
            writer.write(facts)
        case .reconcile(let decisions, let region, let time):
            writer.write(UInt8(2))
            writer.write(decisions)
            writer.write(region)
            writer.write(time)
        case .merging(let steps, let region, let time):
            writer.write(UInt8(3))
            writer.write(steps)
            writer.write(region)
            writer.write(time)
        }
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        let tag = try reader.readByte()
        switch tag {
        case 1: self = .merge(try reader.readList())
        case 2:
            self = .reconcile(
                try reader.readList(), by: try reader.read(), at: try reader.read())
        case 3:
            self = .merging(
                try reader.readList(), by: try reader.read(), at: try reader.read())
        case _: throw reader.failure(expected: "a log payload 1 to 3", found: "\(tag)")
        }
    }
}
