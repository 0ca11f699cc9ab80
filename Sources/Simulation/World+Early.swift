import Basics
import IncidentModel
import RegionCore
import Replication

/// S9: nothing is decided between two sides while a third that is within reach has had something to say about
/// it: people would be told what does not stand a moment later. *Source:* decision 0014.
extension World {
    /// How long ago a fact was written that has to be known.
    private static let knownAfter = Span.seconds(1)

    /// How long a way has been sound by which somebody could have been heard.
    private static let noticedAfter = Span.milliseconds(300)

    private func soundSince(_ node: Int, _ other: Int) -> Instant? {
        network.soundSince(node, other, at: now)
    }

    /// Looks at what an owner writes into an incident's log, before anybody else has it.
    mutating func judgeEarly(_ write: GroupWrite, at node: Int) {
        for entry in write.entries where entry.kind == .data && entry.payload.first == 2 {
            guard
                case .reconcile(let decisions, let region, _) = try? LogPayload(
                    decoding: entry.payload), region == nodes[node].member.name
            else { continue }
            for decision in decisions where decision.isConflict && decision.rule != .duplicates {
                judge(early: decision, of: write.group, at: node)
            }
        }
    }

    private mutating func judge(early decision: Decision, of group: GroupID, at node: Int) {
        guard options.lossPerMillion < 100_000, options.skewMax < .seconds(1),
            options.faults.isDisjoint(with: [.clockJump, .drift]),
            now - nodes[node].wentOnAt > Self.knownAfter, let owner = nodes[node].core
        else { return }
        // Whoever last came within reach here, and when the way to them was mended: nothing is decided for a
        // while, in which those to whom the way was mended no later have their say.
        let lastMended = nodes.indices.compactMap { one -> Instant? in
            guard let freshAt = nodes[node].freshAt[one], let since = soundSince(node, one),
                freshAt >= since, owner.look({ $0.probeReplica.isFresh(nodes[one].member.id) })
            else { return nil }
            return since
        }.max()
        guard let lastMended else { return }
        for other in nodes.indices where other != node && nodes[other].isRunning {
            let member = nodes[other].member.id
            guard let since = soundSince(node, other), since <= lastMended,
                now - since > Self.noticedAfter,
                now - nodes[other].wentOnAt > Self.knownAfter,
                now - nodes[other].bootedAt > Self.knownAfter,
                // Of another wire version it says nothing here; what its disk did not take it tells nobody.
                nodes[other].version == nodes[node].version,
                now - max(nodes[other].disk.failsUntil, nodes[other].disk.slowUntil)
                    > Self.knownAfter * 2,
                let theirs = nodes[other].core?.look({ $0.probePending(group) })
            else { continue }
            checks.failures.checkCount += 1
            let marks = owner.look { $0.probeMarks }
            let unknown = theirs.first { fact in
                fact.id.origin == member && fact.isAboutDecisions
                    && now - fact.time.instant > Self.knownAfter && !marks.cover(fact.id)
            }
            guard let unknown else { continue }
            checks.fail(
                "S9",
                "\(name(node)) decides \(decision.rule.name) of \(group.short) without \(unknown.id), "
                    + "which \(name(other)), within reach, has")
        }
    }
}
