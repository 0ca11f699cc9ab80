import Basics
import RegionCore

/// The file of one node or coordinator, `node.yaml`.
///
/// Reading resolves every path against the file's directory, reads every secret, and reports all
/// that is wrong at once. *Source:* design 2.
package enum NodeFile {
    /// The configuration in a file.
    ///
    /// *Errors:* `ConfigError` with all problems; those that a node can live with are in
    /// `NodeConfig.warnings`.
    package static func load(path: String) throws(ConfigError) -> NodeConfig {
        let file: SourceFile
        do throws(ConfigProblem) {
            file = try SourceFile.read(path)
        } catch {
            throw ConfigError(error)
        }
        let findings = Findings()
        var config: NodeConfig?
        if let root = Field.root(of: file.bytes, file: path, findings: findings),
            let reader = NodeReader(root, path: absolute(path))
        {
            config = reader.config()
        }
        var result = try findings.result(config)
        result.warnings = findings.sorted
        return result
    }
}

/// Reads one node file.
struct NodeReader {
    let section: Section
    /// The file, from the root.
    let path: String

    private static let keys = [
        "cluster", "foundingEpoch", "member", "data", "roster", "runbooks", "http", "nng", "tls",
        "insecure",
        "tokens", "linkKey", "members", "gateways", "timings", "log",
    ]

    private static let hints = [
        "token": "put tokens into a file of mode 600 and name it: `tokens: tokens.yaml`",
        "region": "the region is the `name` of this member in `members`; remove it",
        "role": "the role stands in `members`; remove it",
        "replication": "the spans of replication follow from one another and are fixed; remove it",
        "port": "write `http: {listen: \"127.0.0.1:8101\"}` and `nng: {requestPort: ...}`",
    ]

    init?(_ root: Field, path: String) {
        guard let section = Section(root, keys: Self.keys, hints: Self.hints) else { return nil }
        (self.section, self.path) = (section, path)
    }

    /// The configuration; `nil` only if a problem was reported.
    func config() -> NodeConfig? {
        let cluster = section.required("cluster", "the cluster's name")?.name()
        let epoch = section.required("foundingEpoch", "the epoch it was founded with, usually 1")?
            .integer(in: 1...Int.max)
        let data = section.required("data", "the data directory").flatMap(file)
        let roster = section.required("roster", "the roster file").flatMap(file)
        let runbooks = section.has("runbooks") ? section.optional("runbooks").flatMap(folders) : []
        let http = section.required("http", "`listen` and `publicURL`").flatMap(http)
        let link = section.required("nng", "`listen`, `requestPort` and `publishPort`").flatMap(
            link)
        let tls = tls()
        let tokens = section.required("tokens", "the file of API tokens").flatMap(tokens)
        let key = section.required("linkKey", "the file of the key that signs links")
            .flatMap(linkKey)
        let members = section.required("members", "every member of the cluster").flatMap(members)
        let me = section.required("member", "this member's id").flatMap { member($0, in: members) }
        let gateways = gateways(role: me?.member.role)
        let timings = timings()
        let level = logLevel()
        if let me, let link { checkPorts(of: me, against: link) }
        if let me, let http { checkURL(http.publicURL, of: me) }
        guard let cluster, let epoch, let data, let roster, let runbooks, let http, let link,
            let tls,
            let tokens, let key, let members, let me, let gateways, let timings, let level
        else { return nil }
        return NodeConfig(
            path: path, cluster: cluster, foundingEpoch: UInt64(epoch), me: me,
            dataDirectory: data, rosterPath: roster, runbooksPaths: runbooks,
            httpListen: http.listen,
            publicURL: http.publicURL, link: link, tls: tls.value, tokens: tokens, linkKey: key,
            members: members, gateways: gateways, timings: timings, logLevel: level, warnings: [])
    }

    /// A path, from the root.
    func file(_ field: Field) -> String? {
        field.text("a path, relative to this file").map { resolve($0, besideFile: path) }
    }

    /// One path, or a list of them.
    private func folders(_ field: Field) -> [String]? {
        field.isList ? field.values(of: "folders", file) : file(field).map { [$0] }
    }

    private func http(_ field: Field) -> (listen: Endpoint, publicURL: String)? {
        guard let section = Section(field, keys: ["listen", "publicURL"]) else { return nil }
        let listen = section.required("listen", "an address and a port: \"127.0.0.1:8101\"")
            .flatMap(endpoint)
        let url = section.required("publicURL", "the URL that people's phones reach this node by")
            .flatMap(publicURL)
        guard let listen, let url else { return nil }
        return (listen, url)
    }

    /// The begin of links, without a slash at the end.
    func publicURL(_ field: Field) -> String? {
        guard var text = field.url("the begin of links") else { return nil }
        guard !text.contains("?"), !text.contains("#") else {
            field.report(
                .badValue, "has a query or a fragment", remedy: "write the begin of links only")
            return nil
        }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// `host:port`.
    func endpoint(_ field: Field) -> Endpoint? {
        field.parsed(form: "an address and a port, for example \"127.0.0.1:8101\"") { Endpoint($0) }
    }

    /// The name or the address of a machine.
    func host(_ field: Field) -> String? {
        field.parsed(form: "a host, for example eu.example.com or 192.0.2.7") { text in
            Endpoint.isHost(text) ? text : nil
        }
    }

    /// A port that somebody else listens at.
    func port(_ field: Field) -> Int? { field.integer(in: 1...65_535) }

    private func link(_ field: Field) -> LinkSettings? {
        let keys = ["listen", "requestPort", "publishPort"]
        guard let section = Section(field, keys: keys) else { return nil }
        let host = section.required("listen", "the address to listen at").flatMap(host)
        let request = section.required("requestPort", "the port of requests")?
            .integer(in: 0...65_535)
        let publish = section.required("publishPort", "the port of publications")?
            .integer(in: 0...65_535)
        guard let host, let request, let publish else { return nil }
        guard request != publish || request == 0 else {
            field.report(
                .contradiction, "uses port \(request) twice", remedy: "choose two different ports")
            return nil
        }
        return LinkSettings(host: host, requestPort: request, publishPort: publish)
    }

    private func timings() -> DutyTimings? {
        guard section.has("timings") else { return DutyTimings() }
        return section.optional("timings").flatMap(TimingsReader.timings)
    }

    private func logLevel() -> LogLevel? {
        guard section.has("log") else { return .info }
        guard let field = section.optional("log"), let log = Section(field, keys: ["level"]) else {
            return nil
        }
        guard log.has("level") else { return .info }
        return log.optional("level")?.choice(LogLevel.allCases.map { ($0.rawValue, $0) })
    }

    private func checkURL(_ url: String, of me: NodeMember) {
        guard me.member.role == .region, let field = section.optional("http")?.peek("publicURL")
        else {
            return
        }
        if let address = WebAddress(url), address.isInTheClear, !isLoopback(address.host) {
            field.warn(
                .insecure, "one-tap links would cross the network in the clear",
                remedy: "put a proxy with a certificate in front and write its https URL")
        }
        if url != me.publicURL {
            field.warn(
                .contradiction, "the others are told `\(me.publicURL)` in `members`",
                remedy: "make them equal at every member, for each links to two regions")
        }
    }

    private func checkPorts(of me: NodeMember, against link: LinkSettings) {
        let pairs = [
            ("requestPort", me.requestPort, link.requestPort),
            ("publishPort", me.publishPort, link.publishPort),
        ]
        for (key, told, own) in pairs where told != own {
            section.optional("nng")?.warn(
                .contradiction, "\(key) is \(own), and the others are told \(told) in `members`",
                remedy: "make them equal, unless something between forwards the port")
        }
    }
}
