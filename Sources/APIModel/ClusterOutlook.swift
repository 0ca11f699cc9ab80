/// What is true of a cluster by one region's account, and what happens then.
package struct OutlookSentence: Codable, Equatable, Sendable {
    /// `good`: all is well; `warn`: it mends itself, or a reserve is gone; `bad`: pages may be late or
    /// missing.
    package var level: String
    /// What it is about: `disk`, `readiness`, `majority`, `clock`, `member`, `facts`, `wishes`, `gateway`,
    /// `quarantine`, or `all` where there is nothing else to say.
    package var about: String
    /// What is true here: a sentence without its end, in small letters.
    package var fact: String
    /// What happens next, by itself or once somebody has done what it says; likewise.
    package var next: String

    /// A sentence with all its parts.
    package init(level: String, about: String, fact: String, next: String) {
        (self.level, self.about, self.fact, self.next) = (level, about, fact, next)
    }

    /// Both as people read them.
    package var text: String { "\(Self.capital(fact)). \(Self.capital(next))." }

    private static func capital(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }
}

extension ClusterStatus {
    /// What a region that tells no outlook would tell; what it does tell otherwise.
    package var sentences: [OutlookSentence] { outlook ?? ClusterOutlook(status: self).sentences }
}

/// What is true of a cluster and what happens next, by one region's account: the only place where it is
/// put into words. *Source:* issue 6 point 1.
struct ClusterOutlook {
    let status: ClusterStatus

    /// In order, what needs somebody first.
    var sentences: [OutlookSentence] {
        let told =
            [disk, readiness, majority].compactMap(\.self) + clocks + lostMembers
            + [facts, wishes].compactMap(\.self) + gateways + [quarantine].compactMap(\.self)
        return told.isEmpty ? [well] : told
    }

    private var voters: [MemberStatus] { status.members.filter { $0.role != "coordinator" } }
    private var lost: [MemberStatus] { voters.filter { !$0.isFresh && !$0.isSelf } }

    private func sentence(
        _ level: String, _ about: String, _ fact: String, _ next: String
    ) -> OutlookSentence {
        OutlookSentence(level: level, about: about, fact: fact, next: next)
    }

    private func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? one + "s")"
    }

    private var disk: OutlookSentence? {
        status.diskError.map {
            sentence(
                "bad", "disk", "the disk here refuses writes: \($0)",
                "others go on; make room or replace the disk")
        }
    }

    private var readiness: OutlookSentence? {
        guard status.diskError == nil, let reason = status.notReadyReason else { return nil }
        return sentence(
            "bad", "readiness", "this region is not ready: \(reason)", "its log says more")
    }

    private var majority: OutlookSentence? {
        guard !status.hasMajority else { return nil }
        let names = lost.map(\.name).joined(separator: " or ")
        return sentence(
            "bad", "majority",
            "region \(status.region) reaches no majority: it goes on paging, and nothing commits here",
            (names.isEmpty ? "once a majority is reached again" : "once \(names) is reached again")
                + ", \(healing)")
    }

    /// What happens when a region that is apart meets the others.
    private var healing: String {
        let wishes = status.wishCount ?? 0
        let decided =
            wishes == 0
            ? "" : " and \(count(wishes, "wish", "wishes")) for severity or command decided"
        guard status.unmergedFacts > 0 else {
            return wishes == 0
                ? "everything commits again"
                : "\(count(wishes, "wish", "wishes")) for severity or command are decided"
        }
        let (facts, verb) = (
            count(status.unmergedFacts, "fact"), status.unmergedFacts == 1 ? "is" : "are"
        )
        return "\(facts) known here \(verb) merged into their incidents\(decided) "
            + "(docs/reconciliation.md)"
    }

    /// Clocks that do not agree. *Source:* decision 0032.
    private var clocks: [OutlookSentence] {
        voters.compactMap { member in
            guard let clock = ClockWords(member) else { return nil }
            return sentence(
                clock.isFarOff ? "bad" : "warn", "clock",
                member.isSelf
                    ? "the clock here is \(clock.words)"
                    : "the clock of \(member.name) is \(clock.words)",
                clock.remedy)
        }
    }

    private var lostMembers: [OutlookSentence] {
        guard status.hasMajority else { return [] }
        return lost.map { member in
            let since = member.lostSince.map {
                " since \($0.description.dropFirst(11).prefix(5)) UTC"
            }
            let led =
                member.ownedCount == 0
                ? "it leads nothing"
                : "what it leads (\(member.ownedCount)) is taken over within seconds"
            return sentence(
                "warn", "member", "\(member.name) has not been reached\(since ?? "")",
                "\(led); when it is back, it catches up by itself")
        }
    }

    private var facts: OutlookSentence? {
        guard status.hasMajority, status.unmergedFacts > 0 else { return nil }
        let isOne = status.unmergedFacts == 1
        return sentence(
            "warn", "facts",
            "\(count(status.unmergedFacts, "fact")) known here \(isOne ? "waits" : "wait") to be "
                + "merged", "that happens in a moment")
    }

    private var wishes: OutlookSentence? {
        guard status.hasMajority, let wishes = status.wishCount, wishes > 0 else { return nil }
        return sentence(
            "warn", "wishes",
            "\(count(wishes, "wish", "wishes")) for severity or command \(wishes == 1 ? "waits" : "wait") "
                + "for the owner's decision",
            "the region that leads the incident decides once it has heard of it")
    }

    private var gateways: [OutlookSentence] {
        status.gateways.filter { !$0.isWorking }.map { gateway in
            let reason = gateway.lastError.map { ": \($0)" } ?? ""
            return sentence(
                "warn", "gateway",
                "\(gateway.channel) by \(gateway.provider) fails here\(reason)",
                "other providers are used, then other regions' gateways; try it with `meridian page "
                    + "test PERSON --channel \(gateway.channel) --region \(status.region)`")
        }
    }

    private var quarantine: OutlookSentence? {
        guard status.quarantinedCount > 0 else { return nil }
        return sentence(
            "bad", "quarantine",
            count(status.quarantinedCount, "quarantined incident") + " here: an entry of the log "
                + "cannot be applied",
            "it waits for the operator: see `meridian incident list --all`")
    }

    private var well: OutlookSentence {
        let spare = voters.count(where: \.isFresh) - (voters.count / 2 + 1)
        return sentence(
            "good", "all", "all is well",
            spare > 0
                ? "\(count(spare, "region")) may be lost and everything still commits"
                : "there is no region to spare")
    }
}
