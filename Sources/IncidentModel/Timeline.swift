public import Basics

/// What kind of thing a timeline entry tells.
public enum TimelineKind: UInt8, Sendable {
    /// The incident opened, or opened again.
    case opened = 1
    /// A new alert joined.
    case alertFiring = 2
    /// An alert is over, says its source.
    case alertResolved = 3
    /// A region took ownership.
    case ownerEstablished = 4
    /// A page is about to leave.
    case pageIntent = 5
    /// A page left.
    case pageDelivered = 6
    /// A page did not leave.
    case pageFailed = 7
    /// Somebody took the incident on.
    case acknowledged = 8
    /// Somebody asked for the next level.
    case escalated = 9
    /// All alerts are over.
    case resolved = 10
    /// Somebody wrote something down.
    case note = 11
    /// Somebody closed the alerts they had seen.
    case closedByHand = 12
    /// A page was not sent, for a reason.
    case pageDropped = 13
    /// Somebody wants a field to have a value.
    case proposed = 14
    /// The owner decided what stands.
    case reconciled = 15
    /// It was merged with another incident, or a merge came to its end.
    case merged = 16
    /// Something was said about handing command over.
    case handoff = 17
    /// Something was said about the roster, or about who is on call.
    case roster = 18
    /// Somebody wrote down what they work on, or what came of it.
    case work = 19

    /// The name in the API.
    public var name: String {
        switch self {
        case .opened: "opened"
        case .alertFiring: "alert-firing"
        case .alertResolved: "alert-resolved"
        case .ownerEstablished: "owner"
        case .pageIntent: "page-intent"
        case .pageDelivered: "page-delivered"
        case .pageFailed: "page-failed"
        case .acknowledged: "acknowledged"
        case .escalated: "escalated"
        case .resolved: "resolved"
        case .note: "note"
        case .closedByHand: "closed-by-hand"
        case .pageDropped: "page-dropped"
        case .proposed: "proposed"
        case .reconciled: "reconciled"
        case .merged: "merged"
        case .handoff: "handoff"
        case .roster: "roster"
        case .work: "work"
        }
    }
}

/// One entry of an incident's timeline: append-only and hash-chained. *Source:* requirement D6,
/// design S7.
public struct TimelineEntry: Equatable, Sendable {
    /// The position in the replicated log it came from; 0 while it is known here only.
    public var index: LogIndex
    /// When it happened, by its writer's hybrid clock.
    public var time: HybridTime
    /// What kind of thing.
    public var kind: TimelineKind
    /// Where, or empty for what has no region.
    public var region: RegionName
    /// What happened, for people.
    public var text: String
    /// The fact it came from, if it came from one.
    public var fact: FactID?
    /// The fact of the note that it answers, if it is a note that answers one.
    public var replyTo: FactID?
    /// SHA-256 over the previous entry's digest and this entry; zero while it is known here only.
    public var digest: Digest256

    /// Seals an entry to the chain that ends in `previous`.
    public func sealed(after previous: Digest256) -> TimelineEntry {
        var copy = self
        var writer = ByteWriter()
        writer.write(previous)
        encodeContent(into: &writer)
        copy.digest = Digest256(of: writer.bytes)
        return copy
    }

    private func encodeContent(into writer: inout ByteWriter) {
        writer.write(index)
        writer.write(time)
        writer.write(kind.rawValue)
        writer.write(region)
        writer.write(text)
        writer.write(fact)
        writer.write(replyTo)
    }
}

extension TimelineEntry: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        encodeContent(into: &writer)
        writer.write(digest)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        index = try reader.readUInt64()
        time = try reader.read()
        let raw = try reader.readByte()
        guard let kind = TimelineKind(rawValue: raw) else {
            throw reader.failure(expected: "a kind of timeline entry", found: "\(raw)")
        }
        self.kind = kind
        region = try reader.read()
        text = try reader.readString()
        fact = try reader.readOptional()
        replyTo = try reader.readOptional()
        digest = try reader.read()
    }
}
