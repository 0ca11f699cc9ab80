import ArgumentParser
import ClusterSetup
import ConfigFiles
import Foundation

/// `host:port`, or only `host`, as the place of a member.
struct PlaceArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The place.
    let place: PlannedPlace

    init?(argument: String) {
        if let endpoint = Endpoint(argument) {
            guard endpoint.port > 0 else { return nil }
            place = PlannedPlace(host: endpoint.host, httpPort: endpoint.port)
        } else if !argument.contains(":"), Endpoint.isHost(argument) {
            place = PlannedPlace(host: argument)
        } else {
            return nil
        }
    }
}

/// `name=zone@host:port`; the host and the port may be left out.
struct RegionArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The region.
    let region: PlannedRegion

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else {
            return nil
        }
        let name = String(argument[..<sign])
        let rest = argument[argument.index(after: sign)...]
        let zone = String(rest.prefix { $0 != "@" })
        guard !zone.isEmpty else { return nil }
        if zone.count == rest.count {
            region = PlannedRegion(name: name, zone: zone)
        } else if let at = PlaceArgument(argument: String(rest.dropFirst(zone.count + 1))) {
            region = PlannedRegion(name: name, zone: zone, place: at.place)
        } else {
            return nil
        }
    }
}

/// `host:port`.
struct EndpointArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The endpoint.
    let endpoint: Endpoint

    init?(argument: String) {
        guard let endpoint = Endpoint(argument), endpoint.port > 0 else { return nil }
        self.endpoint = endpoint
    }
}

/// `demo` or `real`.
struct PaceArgument: ExpressibleByArgument, Equatable, Sendable {
    /// The pace.
    let pace: ClusterPlan.Pace

    init?(argument: String) {
        guard let pace = ClusterPlan.Pace(rawValue: argument) else { return nil }
        self.pace = pace
    }

    static var allValueStrings: [String] { ClusterPlan.Pace.allCases.map(\.rawValue) }
}

/// The directory that holds a cluster's files.
enum ClusterDirectory {
    /// The directory that was given, or else the one client.yaml is in.
    /// *Errors:* `CommandFailure` if there is none to be found.
    static func resolve(
        _ given: String?, environment: [String: String]
    ) throws(CommandFailure) -> String {
        if let given { return tidy(given) }
        let path = try ClientConfiguration.path(given: nil, environment: environment)
        let directory = (path as NSString).deletingLastPathComponent
        return directory.isEmpty ? "." : directory
    }

    /// The folder `runbooks` of the directory in which a command is given, as a member of a cluster
    /// below it would write it; `nil` if there is none, or the cluster is elsewhere.
    static func runbooks(
        besideMembersOf directory: String,
        in current: String = FileManager.default.currentDirectoryPath
    ) -> String? {
        let below =
            directory.hasPrefix(current + "/")
            ? directory.dropFirst(current.count) : directory[...]
        let parts = below.split(separator: "/").filter { $0 != "." }
        let isBelow = below.startIndex > directory.startIndex || !directory.hasPrefix("/")
        guard isBelow, !parts.contains(".."),
            (try? FileManager.default.contentsOfDirectory(atPath: current + "/runbooks")) != nil
        else { return nil }
        return String(repeating: "../", count: parts.count + 1) + "runbooks"
    }

    /// The path without the slash that a shell's completion leaves at its end.
    static func tidy(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? tidy(String(path.dropLast())) : path
    }
}
