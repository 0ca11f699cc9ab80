import APIModel

/// What will happen next to a cluster, by one region's account: in order, what needs somebody first.
enum ClusterOutlook {
    /// How a sentence is meant.
    enum Level: String {
        /// All is well.
        case good
        /// It mends itself, or a reserve is gone.
        case warn
        /// Pages may be late or missing.
        case bad
    }

    /// A sentence.
    struct Sentence: Equatable {
        var level: Level
        var text: String
    }

    static func sentences(of status: ClusterStatus) -> [Sentence] {
        var told: [Sentence] = []
        func tell(_ level: Level, _ text: String) {
            told.append(Sentence(level: level, text: text))
        }
        let voters = status.members.filter { $0.role != "coordinator" }
        let lost = voters.filter { !$0.isFresh && !$0.isSelf }
        if let reason = status.diskError {
            tell(
                .bad,
                "The disk here refuses writes (\(reason)): others go on; make room or replace it.")
        }
        if let reason = status.notReadyReason, status.diskError == nil {
            tell(.bad, "This region is not ready: \(reason).")
        }
        if !status.hasMajority {
            tell(
                .bad,
                "Region \(status.region) reaches no majority. It goes on paging; nothing commits here until "
                    + "\(lost.map(\.name).joined(separator: " or ")) is reached again.")
        }
        for member in lost where status.hasMajority {
            tell(
                .warn,
                "\(member.name) is not reached. "
                    + (member.ownedCount == 0
                        ? "It leads nothing."
                        : "What it leads (\(member.ownedCount)) is taken over within seconds.")
                    + " When it is back, it catches up by itself.")
        }
        if status.unmergedFacts > 0 {
            tell(
                .warn,
                Words.count(status.unmergedFacts, "fact") + " known here "
                    + (status.unmergedFacts == 1 ? "waits" : "wait") + " to be merged"
                    + (status.hasMajority ? ": in a moment." : ": when the regions meet."))
        }
        if let wishes = status.wishCount, wishes > 0 {
            tell(
                .warn,
                Words.count(wishes, "wish", "wishes") + " for severity or command "
                    + (wishes == 1 ? "waits" : "wait") + " for the owner's decision.")
        }
        for gateway in status.gateways where !gateway.isWorking {
            tell(
                .bad,
                "\(gateway.channel) by \(gateway.provider) fails here: other providers, then other "
                    + "regions' gateways are used.")
        }
        if status.quarantinedCount > 0 {
            tell(
                .bad,
                Words.count(status.quarantinedCount, "incident")
                    + " cannot be applied and waits for the operator.")
        }
        let spare = voters.count(where: \.isFresh) - (voters.count / 2 + 1)
        if told.isEmpty {
            tell(
                .good,
                "All is well. "
                    + (spare > 0
                        ? Words.count(spare, "region")
                            + " may be lost and everything still commits."
                        : "There is no region to spare."))
        }
        return told
    }
}
