package import Escalation
package import OnCall

/// What a node runs with besides its own file: the roster and the zone data, checked against one
/// another and against the node's file.
package struct NodeDocuments: Sendable {
    /// The roster.
    package var roster: Roster
    /// All zones the system knows.
    package var zones: TimeZones
    /// What works and should be looked at: log each.
    package var warnings: [ConfigProblem]

    /// Reads the documents of a node: at its start, and again when its roster may have changed.
    ///
    /// *Errors:* `ConfigError` with every problem of the roster, or with what it and the node's
    /// file contradict each other in; the node keeps what it has.
    package static func load(
        for config: NodeConfig, zoneDirectory: String = ZoneFiles.usualDirectory
    ) throws(ConfigError) -> NodeDocuments {
        let zones = try ZoneFiles.load(directory: zoneDirectory)
        var problems: [ConfigProblem] = []
        let roster = try RosterFile.load(path: config.rosterPath, zones: zones) {
            problems.append($0)
        }
        problems += NodeFile.findings(config, with: roster)
        if problems.contains(where: { $0.gravity == .error }) {
            throw ConfigError(problems: problems)
        }
        return NodeDocuments(roster: roster, zones: zones, warnings: problems)
    }
}
