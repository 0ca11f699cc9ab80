import Foundation
import Yams

/// One region, or one coordinator, as the client knows it.
struct RegionEndpoint: Equatable, Sendable {
    /// Its name.
    var name: String
    /// Where its API is, like `http://127.0.0.1:8101`.
    var url: String

    /// The endpoint of an address that was given without a name: its host and port are the name.
    /// *Errors:* `CommandFailure` if it is no HTTP address.
    init(url: String) throws(CommandFailure) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            parts.scheme == "http" || parts.scheme == "https", parts.query == nil
        else {
            throw CommandFailure(
                .usage, "\"\(url)\" is not the address of a node",
                remedy: "write it like http://127.0.0.1:8101")
        }
        name = parts.port.map { "\(host):\($0)" } ?? host
        self.url = url
    }

    /// The endpoint of a region that has a name. *Errors:* `CommandFailure`, as above.
    init(name: String, url: String) throws(CommandFailure) {
        try self.init(url: url)
        self.name = name
    }
}

/// Which regions there are, and the token they ask for.
struct ClientConfiguration: Equatable, Sendable {
    /// The regions in the order they are asked.
    var regions: [RegionEndpoint]
    /// The coordinators, which only `cluster status` asks.
    var coordinators: [RegionEndpoint] = []
    /// The API token, if there is one.
    var token: String?
    /// Where all this was read, for messages.
    var origin: String

    /// Where a configuration is looked for without `--config` and `$MERIDIAN_CONFIG`.
    static let usualPlaces = ["client.yaml", "run/demo/client.yaml"]

    /// Finds and reads the configuration: what is given on the command line wins, then
    /// `$MERIDIAN_CONFIG`, then the usual places. *Errors:* `CommandFailure` with the remedy.
    static func resolve(
        config: String?, urls: [String], token: String?, region: String?,
        environment: [String: String]
    ) throws(CommandFailure) -> ClientConfiguration {
        var found =
            urls.isEmpty
            ? try load(path: try path(given: config, environment: environment))
            : try forAddresses(urls, named: named(config, environment))
        let given = token ?? environment["MERIDIAN_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        found.token = given ?? found.token
        return try found.narrowed(to: region)
    }

    /// Where the configuration is.
    /// *Errors:* `CommandFailure` if none was named and none is in a usual place.
    static func path(
        given: String?, environment: [String: String]
    ) throws(CommandFailure) -> String {
        if let named = named(given, environment) { return named }
        guard let path = existingUsualPlace() else {
            throw CommandFailure(
                .usage,
                "no cluster is configured: there is no \(usualPlaces.joined(separator: " or "))",
                remedy:
                    "make a cluster with `meridian cluster init`, or name the file with --config"
                    + " or $MERIDIAN_CONFIG, or give --url and $MERIDIAN_TOKEN")
        }
        return path
    }

    private static func named(_ given: String?, _ environment: [String: String]) -> String? {
        given ?? environment["MERIDIAN_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The configuration of addresses on the command line. A file that was named lends them its
    /// token; one that merely lies in a usual place does so only for its own addresses, so that no
    /// token goes to a stranger.
    private static func forAddresses(
        _ urls: [String], named: String?
    ) throws(CommandFailure) -> ClientConfiguration {
        var found = ClientConfiguration(regions: [], token: nil, origin: "--url")
        for url in urls { found.regions.append(try RegionEndpoint(url: url)) }
        if let named {
            found.token = try load(path: named).token
        } else if let path = existingUsualPlace(), let usual = try? load(path: path) {
            let isKnown = urls.allSatisfy { url in usual.regions.contains { $0.url == url } }
            found.token = isKnown ? usual.token : nil
        }
        return found
    }

    private static func existingUsualPlace() -> String? {
        usualPlaces.first { FileManager.default.fileExists(atPath: $0) }
    }

    private func narrowed(to region: String?) throws(CommandFailure) -> ClientConfiguration {
        guard let region else { return self }
        var copy = self
        copy.regions = regions.filter { $0.name == region }
        copy.coordinators = []
        guard !copy.regions.isEmpty else {
            let names = regions.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .usage, "\(origin) has no region \"\(region)\"", remedy: "one of: \(names)")
        }
        return copy
    }
}

extension ClientConfiguration {
    /// Reads a client.yaml. *Errors:* `CommandFailure` with the file and the line.
    static func load(path: String) throws(CommandFailure) -> ClientConfiguration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(
                .usage, "\(path) cannot be read",
                remedy: "make a cluster with `meridian cluster init`, or name another file with"
                    + " --config")
        }
        return try parse(String(decoding: data, as: UTF8.self), path: path)
    }

    /// The configuration in a text; `path` is for messages. *Errors:* `CommandFailure`.
    static func parse(_ text: String, path: String) throws(CommandFailure) -> ClientConfiguration {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw CommandFailure(.usage, "\(path) is not YAML: \(error)", remedy: remedy)
        }
        guard let root, let list = root["regions"]?.sequence, !list.isEmpty else {
            throw CommandFailure(.usage, "\(path): there are no regions in it", remedy: remedy)
        }
        return ClientConfiguration(
            regions: try endpoints(list, "a region", path: path),
            coordinators: try endpoints(
                root["coordinators"]?.sequence ?? [], "a coordinator", path: path),
            token: root["token"]?.string, origin: path)
    }

    private static let remedy =
        "make it anew with `meridian cluster init`; it looks like"
        + " {regions: [{name: ap, url: \"http://127.0.0.1:8101\"}], token: ...}"

    private static func endpoints(
        _ list: Node.Sequence, _ what: String, path: String
    ) throws(CommandFailure) -> [RegionEndpoint] {
        var found: [RegionEndpoint] = []
        for node in list { found.append(try endpoint(node, what, path: path)) }
        return found
    }

    private static func endpoint(
        _ node: Node, _ what: String, path: String
    ) throws(CommandFailure) -> RegionEndpoint {
        let place = node.mark.map { "\(path):\($0.line)" } ?? path
        guard let url = node["url"]?.string, let name = node["name"]?.string else {
            throw CommandFailure(
                .usage, "\(place): \(what) has a name and a url", remedy: remedy)
        }
        do {
            return try RegionEndpoint(name: name, url: url)
        } catch {
            throw CommandFailure(error.status, "\(place): \(error.message)", remedy: error.remedy)
        }
    }
}
