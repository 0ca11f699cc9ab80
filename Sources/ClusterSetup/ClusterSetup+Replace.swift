package import Basics
import ConfigFiles
package import Foundation
import RegionCore

/// What replacing a member came to.
package struct MemberReplacement: Equatable, Sendable {
    /// The id that is never used again.
    package var old: MemberID
    /// The id the member has now.
    package var new: MemberID
    /// The files that were written, in the order in which they were.
    package var written: [String]
    /// The data directory the member will begin with, empty.
    package var dataDirectory: String
}

extension ClusterSetup {
    /// Gives a member a new id, key and certificate, and tells every other member's `node.yaml`:
    /// for a region whose disk was lost, for a member id is used once for ever (design 4).
    ///
    /// Everything else in the files stays as it is, comments included. The old data directory, key
    /// and certificate are left alone. Safe to run again if it was interrupted: the member's own
    /// file is written last. Every node has to be given its new file and be started again.
    /// *Errors:* `SetupError`; what was checked before the first file is written: all files, the
    /// authority, and that the new data directory is empty.
    package static func replaceMember(
        directory: String, name: String, now: Date = Date()
    ) throws(SetupError) -> MemberReplacement {
        let nodes = try nodeFiles(directory)
        guard let own = nodes.first(where: { $0.config.me.member.name.text == name }) else {
            throw unknownMember(name, among: nodes, directory: directory)
        }
        let old = own.config.me.member.id
        let taken = nodes.flatMap { $0.config.members.map(\.member.id) }
        let new = randomMemberID(besides: taken)
        let authority = try storedAuthority(directory)
        var edits: [(path: String, text: String)] = []
        for node in nodes where node.path != own.path {
            edits.append((node.path, try renamed(node, name: name, to: new)))
        }
        let ownText = try renamed(own, name: name, to: new)
        let data = try checkedData(own, text: ownText, new: new)
        let issued = try authority.issue(to: new, now: now)
        let base = "\(directory)/\(own.folder)/member-\(NodeConfig.text(of: new))"
        try SecureFiles.create("\(base).key", Array(issued.keyPEM.utf8))
        try SecureFiles.create("\(base).pem", Array(issued.certificatePEM.utf8))
        for edit in edits { try SecureFiles.replace(edit.path, Array(edit.text.utf8)) }
        try SecureFiles.replace(own.path, Array(ownText.utf8))
        return MemberReplacement(
            old: old, new: new,
            written: ["\(base).key", "\(base).pem"] + edits.map(\.path) + [own.path],
            dataDirectory: data)
    }

    /// One member's file, as it is.
    struct NodeText {
        var folder: String
        var path: String
        var text: String
        var config: NodeConfig
    }

    /// Every member's file. *Errors:* `SetupError` if there are none, or one cannot be used.
    static func nodeFiles(_ directory: String) throws(SetupError) -> [NodeText] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        var nodes: [NodeText] = []
        for folder in entries.sorted() {
            let path = "\(directory)/\(folder)/node.yaml"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            do throws(ConfigError) {
                let config = try NodeFile.load(path: path)
                nodes.append(
                    NodeText(folder: folder, path: path, text: try text(path), config: config))
            } catch {
                throw SetupError(
                    code: .brokenFile, path: path, message: error.description,
                    remedy: "correct it, then run this again")
            }
        }
        guard !nodes.isEmpty else {
            throw SetupError(
                code: .notACluster, path: directory, message: "holds no member's node.yaml",
                remedy: "name the directory that `meridian cluster init` made")
        }
        return nodes
    }

    private static func text(_ path: String) throws(ConfigError) -> String {
        do {
            return try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        } catch {
            throw ConfigError(
                ConfigProblem(
                    code: .unreadable, file: path, message: error.localizedDescription,
                    remedy: "see what the system says about the disk"))
        }
    }

    /// A member's file with another member's id replaced; whatever id the file has for it, for an
    /// earlier run may have been interrupted.
    private static func renamed(
        _ node: NodeText, name: String, to new: MemberID
    ) throws(SetupError) -> String {
        guard let entry = node.config.members.first(where: { $0.member.name.text == name }) else {
            throw SetupError(
                code: .brokenFile, path: node.path, message: "does not list the member `\(name)`",
                remedy: "add it to `members` as the other files have it, then run this again")
        }
        return node.text.replacingOccurrences(
            of: NodeConfig.text(of: entry.member.id), with: NodeConfig.text(of: new))
    }

    /// The data directory in a member's new text, which must not hold the old member's data.
    private static func checkedData(
        _ node: NodeText, text: String, new: MemberID
    ) throws(SetupError) -> String {
        let id = NodeConfig.text(of: new)
        guard text.contains("member-\(id).pem"), text.contains("member-\(id).key") else {
            throw SetupError(
                code: .brokenFile, path: node.path,
                message: "`tls` does not name the files that `meridian cluster init` made",
                remedy: "name them `member-ID.pem` and `member-ID.key` with this member's id")
        }
        let old = node.config.dataDirectory
        let data = old.replacingOccurrences(
            of: NodeConfig.text(of: node.config.me.member.id), with: id)
        let content = (try? FileManager.default.contentsOfDirectory(atPath: data)) ?? []
        guard content.isEmpty else {
            throw SetupError(
                code: .exists, path: data, message: "holds data of the member that is replaced",
                remedy: "move it away, or write another directory behind `data:`")
        }
        return data
    }

    static func unknownMember(
        _ name: String, among nodes: [NodeText], directory: String
    ) -> SetupError {
        let names = nodes.map(\.config.me.member.name.text).joined(separator: ", ")
        return SetupError(
            code: .unknownMember, path: directory, message: "there is no member `\(name)`",
            remedy: "the members are \(names)")
    }

    /// The authority that `write` made. *Errors:* `SetupError` if its files are gone or damaged.
    static func storedAuthority(_ directory: String) throws(SetupError) -> Authority {
        let path = "\(directory)/authority"
        let stored: Authority.Credentials
        do throws(ConfigError) {
            stored = Authority.Credentials(
                certificatePEM: try text("\(path)/certificate.pem"),
                keyPEM: try text("\(path)/key.pem"))
        } catch {
            throw SetupError(
                code: .notACluster, path: path,
                message: "the authority cannot be read: \(error.problems.map(\.message).joined())",
                remedy: "bring back its two files from where they are kept safe")
        }
        return try Authority(stored, path: path)
    }
}
