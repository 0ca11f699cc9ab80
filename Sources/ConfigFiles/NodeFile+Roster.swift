import Basics
package import Escalation
import IncidentModel
import Paging
import RegionCore

extension NodeFile {
    /// What a node's file and the roster say that does not fit together, errors first.
    ///
    /// An error means that the node should not start with this roster. Locations are the files as a
    /// whole, for each is right by itself.
    package static func findings(_ config: NodeConfig, with roster: Roster) -> [ConfigProblem] {
        let regions = config.members.map(\.member).filter { $0.role == .region }.map(\.name)
        let known = roster.regions.map(\.name)
        let strangers = regions.filter { !known.contains($0) }.map { name in
            ConfigProblem(
                code: .badReference, file: config.path, field: "members[\(name)]",
                message: "the roster knows no region `\(name)`",
                remedy: "add it to `regions` in \(config.rosterPath), or correct the name here")
        }
        let nodeless = known.filter { !regions.contains($0) }.map { name in
            ConfigProblem(
                gravity: .warning, code: .badReference, file: config.rosterPath,
                field: "regions[\(name)]",
                message: "no member of the cluster is this region",
                remedy: "add a member named `\(name)`; until then other regions page its people")
        }
        let isRegion = config.me.member.role == .region
        return strangers + nodeless + (isRegion ? missingGateways(config, roster) : [])
    }

    private static func missingGateways(
        _ config: NodeConfig, _ roster: Roster
    ) -> [ConfigProblem] {
        let working = config.gateways.map(\.channel)
        return PageChannel.allCases.filter { !working.contains($0) }.compactMap { channel in
            let people = roster.people
                .filter { $0.contacts.contains { $0.channel == channel } }.map(\.id.text)
            guard !people.isEmpty else { return nil }
            return ConfigProblem(
                gravity: .warning, code: .advice, file: config.path,
                field: "gateways.\(channel.name)",
                message: "this region has no provider for it, and needs one to page"
                    + " \(people.prefix(5).joined(separator: ", "))"
                    + (people.count > 5 ? " and \(people.count - 5) more" : ""),
                remedy: "add one; until then other regions are asked")
        }
    }
}
