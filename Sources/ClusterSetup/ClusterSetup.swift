import Basics
import ConfigFiles
import Escalation
package import Foundation
import OnCall
import RegionCore

/// Makes a cluster's files: keys, certificates, tokens, and a configuration for every member.
///
/// *Source:* design 2 and 4; facts, "TLS".
package enum ClusterSetup {
    /// One file to be, with its path below the cluster's directory.
    struct Draft {
        var path: String
        var text: String
    }

    /// Writes everything a plan asks for and returns the paths that were written, sorted.
    ///
    /// All or nothing: the files are made and read back in a directory beside, which then takes its
    /// place in one step. All directories have mode 0700, all files 0600.
    /// *Errors:* `SetupError`; what is already there is never overwritten.
    package static func write(_ plan: ClusterPlan, now: Date = Date()) throws(SetupError)
        -> [String]
    {
        try plan.check()
        try refuseExisting(plan.directory)
        let drafts = try drafts(plan, now: now)
        let parent = SecureFiles.parent(of: plan.directory)
        do {
            try FileManager.default.createDirectory(
                atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw SetupError(
                code: .disk, path: parent, message: "cannot be made: \(error.localizedDescription)",
                remedy: "choose a directory that this user may write to")
        }
        let staging = plan.directory + ".new-" + randomHexadecimal(byteCount: 4)
        do throws(SetupError) {
            try write(drafts, into: staging)
            try readBack(plan, in: staging)
            try SecureFiles.move(staging, to: plan.directory)
        } catch {
            try? FileManager.default.removeItem(atPath: staging)
            throw error
        }
        return drafts.map { "\(plan.directory)/\($0.path)" }.sorted()
    }

    private static func refuseExisting(_ directory: String) throws(SetupError) {
        guard !directory.isEmpty, !directory.hasSuffix("/") else {
            throw SetupError(
                code: .badPlan, path: directory, message: "is not the name of a directory",
                remedy: "write it without a slash at the end")
        }
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            guard FileManager.default.fileExists(atPath: directory) else { return }
            throw SetupError(
                code: .exists, path: directory, message: "is there and is not a directory",
                remedy: "choose another --directory")
        }
        guard !entries.isEmpty else { return }
        let isCluster = entries.contains("roster.yaml") || entries.contains("authority")
        throw SetupError(
            code: .exists, path: directory,
            message: isCluster
                ? "already holds a cluster, whose keys would be lost" : "is not empty",
            remedy: "choose another --directory, or move this one away")
    }

    /// Every file of the cluster.
    private static func drafts(_ plan: ClusterPlan, now: Date) throws(SetupError) -> [Draft] {
        let members = plan.layOut()
        let authority = try Authority(cluster: plan.name, now: now)
        let own = try authority.credentials()
        let token = randomHexadecimal(byteCount: 32)
        let linkKey = randomHexadecimal(byteCount: 32) + "\n"
        let keys = RosterTemplate.services.map { _ in randomHexadecimal(byteCount: 16) }
        var drafts = [
            Draft(path: "authority/certificate.pem", text: own.certificatePEM),
            Draft(path: "authority/key.pem", text: own.keyPEM),
            Draft(
                path: "roster.yaml", text: RosterTemplate(plan: plan, integrationKeys: keys).text),
            Draft(path: "client.yaml", text: clientFile(plan, members, token: token)),
        ]
        for member in members {
            let issued = try authority.issue(to: member.id, now: now)
            let template = NodeTemplate(plan: plan, member: member, members: members)
            let base = "\(member.name)/member-\(NodeConfig.text(of: member.id))"
            drafts += [
                Draft(path: "\(member.name)/node.yaml", text: template.text),
                Draft(path: "\(base).pem", text: issued.certificatePEM),
                Draft(path: "\(base).key", text: issued.keyPEM),
                Draft(path: "\(member.name)/authority.pem", text: own.certificatePEM),
                Draft(path: "\(member.name)/link.key", text: linkKey),
                Draft(path: "\(member.name)/tokens.yaml", text: tokensFile(token)),
            ]
        }
        return drafts
    }

    private static func tokensFile(_ token: String) -> String {
        """
        # Who may use the API: a name, a token (`openssl rand -hex 32` makes another) and what it
        # may do, each word including those before it:
        #   read        look at everything
        #   respond     declare, acknowledge, resolve, write down, change who is on call today
        #   command     take command and hand it over, merge, overturn what was decided
        #   administer  put rosters in force
        # The client sends it as `Authorization: Bearer TOKEN`. All members have the same file.
        operator: {token: "\(token)", may: administer}

        """
    }

    private static func clientFile(
        _ plan: ClusterPlan, _ members: [LaidOutMember], token: String
    ) -> String {
        func list(_ role: MemberRole) -> String {
            members.filter { $0.role == role }
                .map { "  - {name: \($0.name), url: \"\($0.publicURL)\"}" }
                .joined(separator: "\n")
        }
        let coordinators =
            plan.coordinator == nil ? "" : "coordinators:\n\(list(.coordinator))\n"
        return """
            # Meridian: how the commands of `meridian` reach the cluster `\(plan.name)`. Regions are
            # asked in this order until one answers. Keep it secret: the token may do everything.
            cluster: \(plan.name)
            regions:
            \(list(.region))
            \(coordinators)token: "\(token)"

            """
    }

    private static func write(_ drafts: [Draft], into directory: String) throws(SetupError) {
        try SecureFiles.makeDirectory(directory)
        var made: [String] = []
        for draft in drafts {
            let path = "\(directory)/\(draft.path)"
            let parent = SecureFiles.parent(of: path)
            if parent != directory, !made.contains(parent) {
                try SecureFiles.makeDirectory(parent)
                made.append(parent)
            }
            try SecureFiles.create(path, Array(draft.text.utf8))
        }
        for path in made + [directory] { SecureFiles.sync(directory: path) }
    }

    /// Reads what was written as a node will, so that nobody is left with files that do not start.
    private static func readBack(_ plan: ClusterPlan, in directory: String) throws(SetupError) {
        do throws(ConfigError) {
            // Without zone data here the names of zones are checked where the nodes run.
            let zones = ZoneFiles.version() == nil ? nil : try ZoneFiles.load()
            let roster = try RosterFile.load(path: "\(directory)/roster.yaml", zones: zones) { _ in
            }
            for name in plan.layOut().map(\.name) {
                let config = try NodeFile.load(path: "\(directory)/\(name)/node.yaml")
                let errors = NodeFile.findings(config, with: roster).filter { $0.gravity == .error }
                guard errors.isEmpty else { throw ConfigError(problems: errors) }
            }
        } catch {
            let problems = error.errors.map { problem in
                (problem.field.isEmpty ? "" : "\(problem.field): ") + problem.message
                    + "; \(problem.remedy)"
            }
            throw SetupError(
                code: .badPlan, message: problems.joined(separator: "\n"),
                remedy: "correct the plan")
        }
    }
}
