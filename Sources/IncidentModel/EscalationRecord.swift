public import Basics

/// What somebody asked for the next level of an incident, as it stands in it. *Source:* design 7, "a handoff and
/// an escalation cross".
public struct EscalationRecord: Equatable, Sendable {
    /// The fact it came from.
    public var fact: FactID
    /// When.
    public var time: HybridTime
    /// Through which region.
    public var region: RegionName
    /// What was asked for.
    public var request: EscalationRequest

    /// A record with all its parts.
    public init(fact: FactID, time: HybridTime, region: RegionName, request: EscalationRequest) {
        (self.fact, self.time, self.region) = (fact, time, region)
        self.request = request
    }
}

extension Incident {
    /// How many requests for the next level are remembered.
    public static let escalationsMax = 32

    /// Remembers what a person asked for; what lapsed by itself is nobody's request.
    mutating func keep(_ request: EscalationRequest, of fact: Fact) {
        guard !request.isEndOfSnooze, !request.isEndOfShift,
            !hasClosed(after: request.previousEnd)
        else { return }
        let position = escalations.partitioningIndex {
            ($0.time, $0.fact) >= (fact.time, fact.id)
        }
        escalations.insert(
            EscalationRecord(
                fact: fact.id, time: fact.time, region: fact.region, request: request),
            at: position)
        if escalations.count > Self.escalationsMax { escalations.removeFirst() }
    }
}

extension EscalationRecord: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(fact)
        writer.write(time)
        writer.write(region)
        writer.write(request)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(
            fact: try reader.read(), time: try reader.read(), region: try reader.read(),
            request: try reader.read())
    }
}
