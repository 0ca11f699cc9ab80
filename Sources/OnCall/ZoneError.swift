public import Basics

/// Zone data that cannot be used: where the bytes stop making sense, and what to do about it.
///
/// Never fatal: whoever loads zones leaves the zone out and says so; a schedule that needs it then
/// answers with a finding.
public struct ZoneError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The offset in the zone data, what should have been there, and what was.
    public var cause: WireError

    /// An error of zone data.
    public init(cause: WireError) { self.cause = cause }

    /// One line for a log, with the remedy.
    public var description: String {
        "zone data unusable \(cause); install the zone files of the tzdata package again"
    }
}
