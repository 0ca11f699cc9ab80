/// The zones that are known, and the version of the data they come from: the same version gives the
/// same answers everywhere. *Source:* design 8.
public struct TimeZones: Equatable, Sendable {
    /// The version of the IANA data, for example `2026f`.
    public let version: String
    /// The names of all zones, sorted.
    public let names: [String]
    private let rules: [String: TimeZoneRules]

    /// The zones of one version of the data, by IANA name: `Europe/Berlin`.
    public init(version: String, rules: [String: TimeZoneRules]) {
        self.version = version
        self.rules = rules
        // Sorted at once, so the order of hashing is not seen.
        names = rules.keys.sorted()
    }

    /// The rules of a zone; `nil` if it is not known.
    public subscript(name: String) -> TimeZoneRules? { rules[name] }
}
