import Basics
import ConfigFiles
import Escalation
import Foundation

extension FuzzTarget {
    /// The files that operators write.
    static let configTargets = [rosterFile, nodeFile, runbook]

    private static let rosterFile = read(
        "roster-file", isText: true, [Array(rosterText.utf8), Array(smallRosterText.utf8)],
        by: { bytes -> Roster? in
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            return try RosterFile.load(text: text, file: "roster.yaml")
        },
        check: { roster in roster.catchAll.isEmpty ? "nobody catches what is left" : nil })

    private static let nodeFile = FuzzTarget(
        name: "node-file", isText: true, seeds: [Array(nodeText.utf8)],
        run: { bytes in
            guard let folder = try? NodeFolder(bytes) else { return .broken("no folder") }
            defer { folder.remove() }
            guard let config = try? NodeFile.load(path: folder.path) else { return .refused }
            guard let again = try? NodeFile.load(path: folder.path), again == config else {
                return .broken("it is read otherwise the second time")
            }
            return config.members.contains(config.me) ? .accepted : .broken("it is no member")
        })

    /// A runbook is always taken: what its front matter says wrongly is passed over, the text stays.
    private static let runbook = FuzzTarget(
        name: "runbook", isText: true, refusesMutants: false,
        seeds: [Array(runbookText.utf8)],
        run: { bytes in
            let source = String(decoding: bytes, as: UTF8.self)
            let runbook = Runbook(name: "disk", source: source)
            return runbook.name == "disk"
                && source.replacing("\r\n", with: "\n").hasSuffix(
                    runbook.text.replacing("\r\n", with: "\n"))
                ? .accepted : .broken("its text is not the end of its source")
        })

    private static let runbookText = """
        ---
        title: A disk is full
        services: [checkout, search]
        triggers: ["no space left", &a disk]
        steps: [Free space, *a]
        ---
        # Disk

        1. Look at `df`.

        """

    private static let smallRosterText = """
        regions: [{name: eu, zone: Europe/Berlin, day: "09:00-18:00"}]
        people: [{id: ana, name: Ana, region: eu, contacts: [{file: ana}]}]
        schedules: [{id: all, shifts: [{region: eu, rotation: daily, from: 2026-02-01, people: [ana]}]}]
        policies: [{id: default, levels: [{page: [schedule all], timeouts: &t 45s}]}]
        services: [{id: checkout, policy: default}]
        catchAll: [ana]

        """
}

/// A node's file and everything it names, in a folder of its own.
private struct NodeFolder {
    private let root: String
    /// The node's file.
    let path: String

    init(_ node: [UInt8]) throws {
        let unique = ProcessInfo.processInfo.globallyUniqueString
        root =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("meridian-fuzz-\(unique)").path
        path = "\(root)/ap/node.yaml"
        try FileManager.default.createDirectory(
            atPath: "\(root)/ap", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let authority = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
        let key = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
        let texts = [
            ("member.pem", authority), ("authority.pem", authority), ("member.key", key),
            ("tokens.yaml", "operator: " + String(repeating: "t", count: 32) + "\n"),
            ("link.key", String(repeating: "0f", count: 32) + "\n"),
            ("smtp-password", "p4ss word\n"), ("twilio-token", "tw-secret"),
            ("webhook-secret", "wh-secret\n"),
        ]
        for (name, text) in texts { try write(name, Array(text.utf8)) }
        try write("node.yaml", node)
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = "\(root)/ap/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    func remove() { try? FileManager.default.removeItem(atPath: root) }
}
