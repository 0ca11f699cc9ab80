public import Basics

/// How bad an incident is: SEV1 is the worst. *Source:* requirement P1.
public enum Severity: UInt8, CaseIterable, Comparable, Sendable, WireCodable {
    /// Everybody is affected, or the business stands still.
    case sev1 = 1
    /// Many are affected, or a main function is gone.
    case sev2 = 2
    /// Some are affected, or a way around exists.
    case sev3 = 3
    /// Few are affected, in a minor way.
    case sev4 = 4
    /// Nobody is affected yet; somebody should look.
    case sev5 = 5

    /// The worse severity is the smaller.
    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

    /// `SEV1` to `SEV5`.
    public var name: String { "SEV\(rawValue)" }

    /// Whether a page of this severity is urgent enough never to be bundled or delayed (design 5).
    public var isUrgent: Bool { self <= .sev2 }

    /// What the field's tools write: `sev1`, `p1`, `critical`, `error`, `warning`, `info`, `high`,
    /// `medium`, `low`; `nil` for anything else. *Source:* contracts 1, 2, 6; requirement P1.
    public init?(named text: String) {
        switch text.lowercased() {
        case "sev1", "p1", "1", "critical", "fatal", "emergency", "disaster": self = .sev1
        case "sev2", "p2", "2", "error", "high", "major", "page": self = .sev2
        case "sev3", "p3", "3", "warning", "warn", "medium", "average": self = .sev3
        case "sev4", "p4", "4", "low", "minor": self = .sev4
        case "sev5", "p5", "5", "info", "informational", "none", "debug": self = .sev5
        case _: return nil
        }
    }

    public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }
    public init(from reader: inout ByteReader) throws(WireError) {
        let raw = try reader.readByte()
        guard let value = Severity(rawValue: raw) else {
            throw reader.failure(expected: "a severity 1 to 5", found: "\(raw)")
        }
        self = value
    }
}
