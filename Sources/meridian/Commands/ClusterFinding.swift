import APIModel
import Basics

/// Something about the cluster that an operator should know.
struct ClusterFinding: Encodable, Equatable, Sendable {
    /// How bad it is.
    enum Level: String, Encodable, Sendable {
        /// Pages may be late or missing.
        case bad
        /// A reserve is gone: the next fault may hurt.
        case warning
    }

    /// How bad it is.
    var level: Level
    /// What it is.
    var text: String
    /// What to do about it.
    var remedy: String

    /// Below this a disk is called nearly full, in bytes.
    static let diskFreeBytesMin: Int64 = 1 << 30

    /// Everything that is wrong, the worst first.
    static func all(
        in regions: [ClusterStatusView.Region], _ coordinators: [ClusterStatusView.Coordinator]
    ) -> [ClusterFinding] {
        let answers = regions.compactMap(\.status)
        let found =
            silent(regions) + answers.flatMap(duties) + answers.flatMap(reserves)
            + answers.flatMap { links($0, among: answers) } + unheard(answers)
            + clocks(answers) + differences(answers) + decided(answers)
            + coordinators.flatMap(reported)
        return found.filter { $0.level == .bad } + found.filter { $0.level == .warning }
    }

    /// What a coordinator found in incidents, each once; and that it does not answer.
    private static func reported(
        _ coordinator: ClusterStatusView.Coordinator
    ) -> [ClusterFinding] {
        guard let status = coordinator.status else {
            let reason = coordinator.failure?.message ?? "no answer"
            return [
                warning(
                    "the coordinator \(coordinator.name) does not answer: \(reason)",
                    remedy: coordinator.failure.flatMap { $0.remedy.isEmpty ? nil : $0.remedy }
                        ?? "see its process and its log; paging does not need it")
            ]
        }
        // What is over cannot be mended: the table of incidents still tells it.
        return status.incidents.filter(\.isOpen).flatMap { incident in
            incident.findings.map { finding in
                ClusterFinding(
                    level: finding.kind == FindingSummary.overdueStep ? .bad : .warning,
                    text: "\(incident.id.prefix(8)) \(incident.title): \(finding.text)",
                    remedy: "see `meridian incident show \(incident.id.prefix(8))`")
            }
        }
    }

    private static func bad(_ text: String, remedy: String) -> ClusterFinding {
        ClusterFinding(level: .bad, text: text, remedy: remedy)
    }

    private static func warning(_ text: String, remedy: String) -> ClusterFinding {
        ClusterFinding(level: .warning, text: text, remedy: remedy)
    }

    /// Regions that gave no status, because they cannot be reached or because they refuse.
    private static func silent(_ regions: [ClusterStatusView.Region]) -> [ClusterFinding] {
        regions.compactMap { region in
            guard let failure = region.failure else { return nil }
            guard failure.status == .unreachable else {
                return bad("\(region.name) refuses: \(failure.message)", remedy: failure.remedy)
            }
            return bad(
                "\(region.name) does not answer: \(failure.message)",
                remedy: "see its process and its log; after the loss of its disk,"
                    + " `meridian cluster replace \(region.name)`")
        }
    }

    /// What keeps a region from its duties or takes a reserve from it, in its own words. Of members that
    /// it does not reach, what all regions say together is told.
    private static func duties(_ status: ClusterStatus) -> [ClusterFinding] {
        status.sentences.filter {
            !["member", "clock", "facts", "wishes", "all"].contains($0.about)
        }.map {
            ClusterFinding(
                level: $0.level == "bad" ? .bad : .warning, text: "\(status.region): \($0.fact)",
                remedy: $0.next)
        }
    }

    /// What was decided where two sides had differed: somebody should look through it.
    private static func decided(_ answers: [ClusterStatus]) -> [ClusterFinding] {
        let count = answers.compactMap(\.conflictCount).max() ?? 0
        guard count > 0 else { return [] }
        let what = count == 1 ? "1 conflict" : "\(count) conflicts"
        return [
            warning(
                "\(what) of regions that were apart: decided, and open to your veto",
                remedy: "look through `meridian conflict list` with whoever is in command")
        ]
    }

    /// What a region has less of than it should, by its own account.
    private static func reserves(_ status: ClusterStatus) -> [ClusterFinding] {
        if let disk = status.disk, disk.freeBytes < diskFreeBytesMin {
            let free = TimeText.bytes(UInt64(max(0, disk.freeBytes)))
            return [
                warning(
                    "\(status.region) has \(free) of disk left",
                    remedy: "make room: a node whose disk is full takes no alerts")
            ]
        }
        return []
    }

    /// Links that are down, and members out of reach that answer here: a cut between the two.
    private static func links(
        _ status: ClusterStatus, among answers: [ClusterStatus]
    ) -> [ClusterFinding] {
        let remedy = "see the network between the two, its firewalls, and both nodes' logs"
        let cut = status.members.filter { member in
            !member.isSelf && !member.isFresh && answers.contains { $0.member == member.id }
        }
        let down = status.links.filter { link in
            !link.isUp && !cut.contains { $0.name == link.peer }
        }
        return cut.map {
            bad("\(status.region) does not reach \($0.name), though both run", remedy: remedy)
        }
            + down.map {
                let detail = $0.detail.map { ": \($0)" } ?? ""
                return warning(
                    "the \($0.lane) link from \(status.region) to \($0.peer) is down\(detail)",
                    remedy: remedy)
            }
    }

    /// Members without an address in client.yaml that no region reaches.
    private static func unheard(_ answers: [ClusterStatus]) -> [ClusterFinding] {
        var seen: [String] = []
        return answers.flatMap(\.members).compactMap { member in
            guard !seen.contains(member.id), member.role != "region" else { return nil }
            seen.append(member.id)
            let isReached = answers.contains {
                $0.members.contains { $0.id == member.id && ($0.isFresh || $0.isSelf) }
            }
            guard !isReached else { return nil }
            let name = member.name == member.role ? member.role : "\(member.role) \(member.name)"
            return warning(
                "no region reaches the \(name)", remedy: "see its process and its log")
        }
    }

    /// Clocks that do not agree, each once: by the member's own account, if it answers.
    private static func clocks(_ answers: [ClusterStatus]) -> [ClusterFinding] {
        var seen: [String] = []
        let members = answers.flatMap { $0.members.filter(\.isSelf) } + answers.flatMap(\.members)
        return members.compactMap { member in
            guard member.clockAheadMicroseconds != nil, !seen.contains(member.id) else {
                return nil
            }
            seen.append(member.id)
            guard let clock = ClockWords(member) else { return nil }
            return ClusterFinding(
                level: clock.isFarOff ? .bad : .warning,
                text: "the clock of \(member.name) is \(clock.words)", remedy: clock.remedy)
        }
    }

    /// What should be the same everywhere, and what to do where it is not.
    private static let versionsToAgree: [(name: String, remedy: String)] = [
        ("roster", "give every region the same roster.yaml"),
        ("tzdata", "update the package tzdata: shifts may begin at different times"),
        ("wire", "finish the upgrade: regions of different wire versions refuse each other"),
    ]

    private static func differences(_ answers: [ClusterStatus]) -> [ClusterFinding] {
        versionsToAgree.compactMap { name, remedy in
            let told = answers.compactMap { answer in
                answer.versions[name].map { (region: answer.region, version: $0) }
            }
            guard let first = told.first, told.contains(where: { $0.version != first.version })
            else { return nil }
            let list = told.map { "\($0.region) \($0.version)" }.joined(separator: ", ")
            return warning("regions have different versions of \(name): \(list)", remedy: remedy)
        }
    }
}
