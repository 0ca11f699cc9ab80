import Basics
package import ConfigFiles
package import Foundation
package import RegionCore

/// What adding a member, or taking one out, came to.
package struct MemberChange: Equatable, Sendable {
    /// The member.
    package var member: NodeMember
    /// The files that were written, in the order in which they were.
    package var written: [String]
    /// The directory of the member: of a new one to be brought to its machine, of one that was taken
    /// out where it lies now.
    package var folder: String
    /// What the nodes will warn of, if they will.
    package var warnings: [String]
}

extension ClusterSetup {
    /// Makes a new member and tells every other member's `node.yaml` and `client.yaml` of it. The new one is
    /// like the first member of its role there is, or else like a region: gateways, tokens, keys of links.
    ///
    /// One at a time: any majority of the members before and any majority of those after share a member as
    /// long as they differ by one (decision 0026). Safe to run again if it was interrupted: the member's own
    /// directory comes last. *Errors:* `SetupError`; everything is read back before the first file is written.
    package static func addMember(
        directory: String, name: String, role: MemberRole, place: PlannedPlace, now: Date = Date()
    ) throws(SetupError) -> MemberChange {
        let nodes = try nodeFiles(directory)
        // Where there is none of its role yet, a region's file without what only regions have.
        let pattern =
            nodes.first { $0.config.me.member.role == role }
            ?? nodes.first { $0.config.me.member.role == .region } ?? nodes[0]
        let member = try planned(name, role, place, pattern, among: nodes)
        try checkSame(nodes, but: name)
        let folder = "\(directory)/\(name)"
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw SetupError(
                code: .exists, path: folder, message: "is there already",
                remedy: "choose another name, or move it away")
        }
        let authority = try storedAuthority(directory)
        var edits: [(path: String, text: String)] = []
        for node in nodes where !node.config.members.contains(member) {
            let text = try adding(member, to: node)
            edits.append((node.path, text))
        }
        let base = "member-\(NodeConfig.text(of: member.member.id))"
        let issued = try authority.issue(to: member.member.id, now: now)
        let staging = "\(folder).new-\(randomHexadecimal(byteCount: 4))"
        var warnings: [String] = []
        do throws(SetupError) {
            try copyCommon(of: pattern, in: directory, to: staging)
            try SecureFiles.create("\(staging)/\(base).key", Array(issued.keyPEM.utf8))
            try SecureFiles.create("\(staging)/\(base).pem", Array(issued.certificatePEM.utf8))
            let text = try own(member, like: pattern)
            try SecureFiles.create("\(staging)/node.yaml", Array(text.utf8))
            warnings = try checkOwn(member, pattern, "\(staging)/node.yaml")
            for edit in edits { try SecureFiles.replace(edit.path, Array(edit.text.utf8)) }
            try SecureFiles.move(staging, to: folder)
        } catch {
            try? FileManager.default.removeItem(atPath: staging)
            throw error
        }
        let client = try changeClient(directory) { file in
            let item = "- {name: \(name), url: \"\(member.clientURL)\"}"
            switch role {
            // Nobody asks a witness.
            case .witness: return false
            case .region: return file.add([item], to: "regions")
            case .coordinator:
                if !file.add([item], to: "coordinators") {
                    file.append(section: "coordinators", [item])
                }
                return true
            }
        }
        return MemberChange(
            member: member, written: edits.map(\.path) + ["\(folder)/node.yaml"] + client,
            folder: folder, warnings: warnings)
    }

    /// Takes a member out of every other member's `node.yaml` and of `client.yaml`, and puts its directory
    /// aside: its id is never used again. *Errors:* `SetupError`, as above.
    package static func removeMember(
        directory: String, name: String
    ) throws(SetupError) -> MemberChange {
        let nodes = try nodeFiles(directory)
        guard let own = nodes.first(where: { $0.config.me.member.name.text == name }) else {
            throw unknownMember(name, among: nodes, directory: directory)
        }
        try checkSame(nodes, but: name)
        let member = own.config.me
        let left = own.config.members.filter { $0.member.role != .coordinator && $0 != member }
            .count
        guard member.member.role == .coordinator || left >= 2 else {
            throw SetupError(
                code: .badPlan, path: directory,
                message: "without `\(name)` one vote is left, which survives nothing",
                remedy: "add another member first: `meridian cluster add`")
        }
        var edits: [(path: String, text: String)] = []
        var warnings: [String] = []
        for node in nodes where node.path != own.path {
            guard node.config.members.contains(where: { $0.member.id == member.member.id }) else {
                continue
            }
            var file = NodeFileText(node.text)
            let id = NodeConfig.text(of: member.member.id)
            guard file.remove(itemWith: id, from: "members") else { throw notOurs(node.path) }
            let config = try readBack(file.text, beside: node.path)
            guard config.members == node.config.members.filter({ $0 != member }) else {
                throw notOurs(node.path)
            }
            warnings = config.warnings.map(\.message)
            edits.append((node.path, file.text))
        }
        for edit in edits { try SecureFiles.replace(edit.path, Array(edit.text.utf8)) }
        let client = try changeClient(directory) { file in
            file.remove(itemWith: name, from: "regions")
                || file.remove(itemWith: name, from: "coordinators")
        }
        let aside = "\(directory)/removed"
        if !FileManager.default.fileExists(atPath: aside) { try SecureFiles.makeDirectory(aside) }
        let folder = "\(aside)/\(name)-\(NodeConfig.text(of: member.member.id))"
        try SecureFiles.move("\(directory)/\(own.folder)", to: folder)
        return MemberChange(
            member: member, written: edits.map(\.path) + client, folder: folder, warnings: warnings)
    }

    // MARK: - Parts

    /// The member that is to be: as an earlier run left it in some file, or a new one.
    private static func planned(
        _ name: String, _ role: MemberRole, _ place: PlannedPlace, _ pattern: NodeText,
        among nodes: [NodeText]
    ) throws(SetupError) -> NodeMember {
        let all = nodes.flatMap(\.config.members)
        if let known = all.first(where: { $0.member.name.text == name }) {
            guard !nodes.contains(where: { $0.config.me.member.name.text == name }) else {
                throw SetupError(
                    code: .exists, message: "there is a member `\(name)`",
                    remedy: "choose another name; `meridian cluster status` shows all")
            }
            return known
        }
        let host = place.host ?? pattern.config.me.host
        let taken = Set(
            all.filter { $0.host == host }
                .flatMap { [$0.requestPort, $0.publishPort, $0.http?.port ?? 0] })
        let lowest = all.filter { $0.host == host }.compactMap { $0.http?.port }.min()
        var port = place.httpPort ?? lowest ?? ClusterPlan.usualBasePort
        while place.httpPort == nil, !taken.isDisjoint(with: LaidOutMember.ports(http: port)) {
            port += 1
        }
        let laidOut = LaidOutMember(
            id: randomMemberID(besides: all.map(\.member.id)), name: name, role: role, host: host,
            httpPort: port)
        return NodeMember(
            member: Member(id: laidOut.id, name: RegionName(name), role: role), host: host,
            requestPort: laidOut.requestPort, publishPort: laidOut.publishPort,
            publicURL: laidOut.publicURL, http: Endpoint(host: host, port: port))
    }

    /// A change that is not everywhere yet must be brought to its end before the next one.
    private static func checkSame(_ nodes: [NodeText], but name: String) throws(SetupError) {
        func others(_ node: NodeText) -> [NodeMember] {
            node.config.members.filter { $0.member.name.text != name }
        }
        guard let first = nodes.first,
            let odd = nodes.first(where: { others($0) != others(first) })
        else { return }
        throw SetupError(
            code: .brokenFile, path: odd.path,
            message: "does not list the same members as \(first.path)",
            remedy: "make `members` alike in all files: members change one at a time")
    }

    private static func adding(
        _ member: NodeMember, to node: NodeText
    ) throws(SetupError) -> String {
        var file = NodeFileText(node.text)
        guard file.add(member.entry, to: "members") else { throw notOurs(node.path) }
        let config = try readBack(file.text, beside: node.path)
        guard config.members == node.config.members + [member] else { throw notOurs(node.path) }
        return file.text
    }

    /// The new member's own file: that of another one, with what is its own.
    private static func own(
        _ member: NodeMember, like pattern: NodeText
    ) throws(SetupError) -> String {
        let listen = ClusterPlan.isLoopback(member.host) ? member.host : "0.0.0.0"
        let port = member.http?.port ?? member.requestPort - LaidOutMember.requestPortOffset
        var file = NodeFileText(pattern.text)
        if !pattern.config.members.contains(member) {
            guard file.add(member.entry, to: "members") else { throw notOurs(pattern.path) }
        }
        let (old, new) = (pattern.config.me.member, member.member)
        file.replace(
            NodeConfig.text(of: old.id), with: NodeConfig.text(of: new.id), outside: "members")
        file.replace("`\(old.name)`", with: "`\(new.name)`", outside: "members")
        if new.role != .region {
            for section in ["gateways", "runbooks"] { file.remove(section: section) }
        }
        let isSet =
            file.set("listen", in: "http", to: "\"\(Endpoint(host: listen, port: port))\"")
            && file.set("publicURL", in: "http", to: member.publicURL)
            && file.set("listen", in: "nng", to: "\"\(listen)\"")
            && file.set("requestPort", in: "nng", to: "\(member.requestPort)")
            && file.set("publishPort", in: "nng", to: "\(member.publishPort)")
        guard isSet else { throw notOurs(pattern.path) }
        return file.text
    }

    private static func checkOwn(
        _ member: NodeMember, _ pattern: NodeText, _ path: String
    ) throws(SetupError) -> [String] {
        let config = try load(path)
        let others = pattern.config.members.filter { $0 != member }
        guard config.me == member, config.members == others + [member],
            config.httpListen.port == member.http?.port, config.publicURL == member.publicURL,
            config.link.requestPort == member.requestPort,
            config.link.publishPort == member.publishPort,
            config.dataDirectory.hasSuffix(NodeConfig.text(of: member.member.id))
        else { throw notOurs(pattern.path) }
        return config.warnings.map(\.message)
    }

    /// Everything of a member's directory but what is its own.
    private static func copyCommon(
        of pattern: NodeText, in directory: String, to folder: String
    ) throws(SetupError) {
        try SecureFiles.makeDirectory(folder)
        let source = "\(directory)/\(pattern.folder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: source)) ?? []
        for name in names.sorted() where name != "node.yaml" && !name.hasPrefix("member-") {
            let path = "\(source)/\(name)"
            let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type]
            guard kind as? FileAttributeType == .typeRegular,
                let bytes = FileManager.default.contents(atPath: path)
            else { continue }
            try SecureFiles.create("\(folder)/\(name)", Array(bytes))
        }
    }

    /// Changes `client.yaml`, if it is there; what cannot be changed by lines is left as it is.
    private static func changeClient(
        _ directory: String, _ change: (inout NodeFileText) -> Bool
    ) throws(SetupError) -> [String] {
        let path = "\(directory)/client.yaml"
        guard let text = try? String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8) else {
            return []
        }
        var file = NodeFileText(text)
        guard change(&file) else { return [] }
        try SecureFiles.replace(path, Array(file.text.utf8))
        return [path]
    }

    /// Reads a text as a node would that has it as its file.
    private static func readBack(
        _ text: String, beside path: String
    ) throws(SetupError) -> NodeConfig {
        let trial = "\(path).new-\(randomHexadecimal(byteCount: 4))"
        try SecureFiles.create(trial, Array(text.utf8))
        defer { try? FileManager.default.removeItem(atPath: trial) }
        return try load(trial)
    }

    private static func load(_ path: String) throws(SetupError) -> NodeConfig {
        do throws(ConfigError) {
            return try NodeFile.load(path: path)
        } catch {
            throw SetupError(
                code: .brokenFile, path: path, message: error.description,
                remedy: "correct it, then run this again")
        }
    }

    private static func notOurs(_ path: String) -> SetupError {
        SetupError(
            code: .brokenFile, path: path,
            message: "is not laid out as `meridian cluster init` lays it out",
            remedy: "write `members`, `http` and `nng` as it does, one key a line")
    }
}

extension NodeMember {
    /// The member as an item of `members`.
    fileprivate var entry: [String] {
        [
            "- name: \(member.name)", "  role: \(member.role.name)",
            "  id: \"\(NodeConfig.text(of: member.id))\"", "  host: \"\(host)\"",
            "  requestPort: \(requestPort)", "  publishPort: \(publishPort)",
            "  publicURL: \(publicURL)",
        ] + (http.map { ["  http: \"\($0)\""] } ?? [])
    }

    /// Where clients ask it.
    fileprivate var clientURL: String { http.map { "http://\($0)" } ?? publicURL }
}
