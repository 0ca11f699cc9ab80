package import Basics

/// Zone data that cannot be used: where the bytes stop making sense, and what to do about it.
///
/// Never fatal: whoever loads zones leaves the zone out and says so; a schedule that needs it then
/// answers with a finding.
package struct ZoneError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The offset in the zone data, what should have been there, and what was.
    package var cause: WireError

    /// An error of zone data.
    package init(cause: WireError) { self.cause = cause }

    /// One line for a log, with the remedy.
    package var description: String {
        "zone data unusable \(cause); install the zone files of the tzdata package again"
    }
}
