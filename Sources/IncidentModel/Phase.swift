public import Basics

/// How far people are with an open incident, as they say themselves; paging does not look at it. *Source:*
/// requirement D5: mitigation comes before root cause.
public enum IncidentPhase: UInt8, CaseIterable, Comparable, Sendable {
    /// The cause is looked for, and what helps against it.
    case investigating = 1
    /// Users feel it no longer; the cause may still be there.
    case mitigated = 2

    public static func < (a: IncidentPhase, b: IncidentPhase) -> Bool { a.rawValue < b.rawValue }

    /// The name in the API.
    public var name: String {
        switch self {
        case .investigating: "investigating"
        case .mitigated: "mitigated"
        }
    }

    /// The phase of a name in the API; `nil` if there is none.
    public init?(named text: String) {
        guard let match = Self.allCases.first(where: { $0.name == text }) else { return nil }
        self = match
    }
}

/// A phase that was decided.
public struct PhaseSetting: Equatable, Sendable {
    /// How far people are.
    public var phase: IncidentPhase
    /// Since when: when the owner wrote it into the log, by its clock.
    public var since: HybridTime

    /// A setting.
    public init(phase: IncidentPhase, since: HybridTime) {
        (self.phase, self.since) = (phase, since)
    }
}

extension IncidentPhase: WireCodable {
    public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }
    public init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readByte()
        guard let phase = IncidentPhase(rawValue: raw) else {
            throw reader.failure(expected: "a phase 1 or 2", found: "\(raw)")
        }
        self = phase
    }
}

extension PhaseSetting: WireCodable {
    public func encode(into writer: inout ByteWriter) {
        writer.write(phase)
        writer.write(since)
    }
    public init(from reader: inout ByteReader) throws(WireError) {
        self.init(phase: try reader.read(), since: try reader.read())
    }
}
